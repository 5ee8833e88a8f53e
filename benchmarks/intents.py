"""The intent matcher beside the scorers of rapidfuzz, on utterances for the sample menu.

Thresholds, ours and theirs, are chosen on one half of the utterances; every figure is from the other half.
"""

import os
import random
import statistics
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path

from rapidfuzz import fuzz, process

from ivr.intent_phrases import Phrase, PhraseBook
from ivr.intents import IntentIndex
from ivr.menu import Menu
from ivr.menu_file import parse_menus
from ivr.pinyin import sounds
from ivr.units import split_units
from ivr.universals import Pick
from ivr.utterances import FOREIGN, Utterance, Verdict, parse_utterances, target_label, try_all
from telephony.ids import NodeId

ROOT_DIR = Path(__file__).resolve().parents[1]
UTTERANCES = ROOT_DIR / "tests/fixtures/intents/utterances.tsv"
UNSEEN = ROOT_DIR / "tests/fixtures/intents/unseen.tsv"
"""Written after everything was done, in words the menu's author did not think of."""

ROUNDS = 3
"""Each time is the median of so many rounds over the test half."""

CUTOFFS = range(30, 101, 2)
"""Thresholds tried for each scorer of rapidfuzz."""

Scorer = Callable[..., float]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    right: int
    asked: int
    wrong: int
    foreign: int
    """Foreign utterances acted on."""
    foreign_asked: int
    times_us: tuple[float, float]


def is_tune(utterance: Utterance) -> bool:
    """Which half an utterance belongs to: by its own text, so that new lines move no others."""
    return zlib.crc32(utterance.text.encode()) % 2 == 0


def load_menu() -> Menu:
    """Read the sample menu."""
    menu, _ = parse_menus((ROOT_DIR / "menus.yaml").read_text("utf-8"), "menus.yaml")
    assert menu is not None
    return menu


def load(file: Path, menu: Menu) -> list[Utterance]:
    """Read utterances."""
    utterances, problems = parse_utterances(file.read_text("utf-8"), str(file), menu)
    assert not problems
    return utterances


def of_size(menu: Menu, count: int, chance: random.Random) -> Menu:
    """The sample menu with so many phrases of its own: fewer synonyms, or more that are made up of common words."""
    own = [phrase for phrase in IntentIndex.build(menu).book.phrases if is_own(phrase)]
    kept = {(phrase.target, phrase.text) for phrase in own[:: max(1, len(own) // count)][:count]}
    characters = sorted(
        {unit for phrase in own for unit in phrase.units} | set("信用卡理财保险基金股票外汇转账利率分期手续活动积分")
    )
    while len(kept) < count:
        made_up = "".join(chance.choice(characters) for _ in range(chance.randint(3, 7)))
        kept.add((chance.choice(own).target, made_up))
    nodes = {
        id_: replace(node, synonyms=tuple(sorted(text for target, text in kept if target == id_)))
        for id_, node in menu.nodes.items()
    }
    return replace(menu, nodes=nodes)


def is_own(phrase: Phrase) -> bool:
    """Whether a phrase is the menu's, not one of those that every menu has."""
    return isinstance(phrase.target, str)


def ours(menu: Menu, utterances: Sequence[Utterance], timed: Sequence[Menu]) -> Row:
    """Our own row."""
    results = try_all(IntentIndex.build(menu), utterances)
    counts = Counter(result.verdict for result in results)
    times = []
    for sized in timed:
        index = IntentIndex.build(sized)
        times.append(median_us(lambda said, index=index: index.match(said.text, said.node), utterances))  # type: ignore[misc]
    return Row(
        name="ours: weighted pinyin, semi-global",
        right=sum(result.verdict is Verdict.RIGHT and result.utterance.expected != FOREIGN for result in results),
        asked=counts[Verdict.ASKED],
        wrong=counts[Verdict.WRONG],
        foreign=counts[Verdict.FOREIGN_ACTED],
        foreign_asked=counts[Verdict.FOREIGN_ASKED],
        times_us=(times[0], times[1]),
    )


class Rival:
    """A scorer of rapidfuzz with the same phrases, and the threshold that serves it best on the tune half."""

    def __init__(self, name: str, scorer: Scorer, *, to_sounds: bool = False) -> None:
        self.name, self._scorer, self._to_sounds = name, scorer, to_sounds

    def row(self, menu: Menu, tune: Sequence[Utterance], test: Sequence[Utterance], timed: Sequence[Menu]) -> Row:
        """Choose the threshold on one half, count on the other."""
        book = IntentIndex.build(menu).book
        tuned = self._matches(menu, book, tune)
        cutoff = max(CUTOFFS, key=lambda limit: gain(count(tuned, limit)))
        counts = count(self._matches(menu, book, test), cutoff)
        times = []
        for sized in timed:
            sized_book = IntentIndex.build(sized).book
            phrases = [self._prepare(phrase.text, sized_book) for phrase in sized_book.phrases if is_own(phrase)]
            times.append(
                median_us(
                    lambda said, phrases=phrases, book=sized_book: process.extractOne(  # type: ignore[misc]
                        self._prepare(said.text, book), phrases, scorer=self._scorer
                    ),
                    test,
                )
            )
        return Row(
            f"{self.name} ≥ {cutoff}", counts["right"], 0, counts["wrong"], counts["foreign"], 0, (times[0], times[1])
        )

    def _matches(
        self, menu: Menu, book: PhraseBook, utterances: Sequence[Utterance]
    ) -> list[tuple[Utterance, str, float]]:
        phrases = [self._prepare(phrase.text, book) for phrase in book.phrases]
        found = []
        for said in utterances:
            _, score, number = process.extractOne(self._prepare(said.text, book), phrases, scorer=self._scorer)
            found.append((said, resolved(book.phrases[number], menu, said.node), score))
        return found

    def _prepare(self, text: str, book: PhraseBook) -> str:
        return as_sounds(text, book) if self._to_sounds else text


def as_sounds(text: str, book: PhraseBook) -> str:
    """Three characters for each syllable, fillers and carriers left out, unless nothing is left."""
    units = split_units(text, book.language)
    meanings = book.lexicon.meanings(units)
    kept = [unit for unit, meaning in zip(units, meanings, strict=True) if meaning] or units
    return "".join(_letter(part) for unit in kept for sound in sounds(unit)[:1] for part in sound)


_LETTERS: dict[str, str] = {}


def _letter(part: str) -> str:
    return _LETTERS.setdefault(part, chr(0xE000 + len(_LETTERS)))


def resolved(phrase: Phrase, menu: Menu, node: NodeId) -> str:
    """Name a phrase's target as the file of utterances does."""
    target = phrase.target.resolve(menu.nodes[node]) if isinstance(phrase.target, Pick) else phrase.target
    if target is None:
        return FOREIGN
    return target_label(target)


def count(matches: Sequence[tuple[Utterance, str, float]], limit: float) -> Counter[str]:
    """Count what a threshold makes of the matches."""
    counts: Counter[str] = Counter()
    for said, target, score in matches:
        if score >= limit and target != FOREIGN:
            counts["foreign" if said.expected == FOREIGN else "right" if target == said.expected else "wrong"] += 1
    return counts


def gain(counts: Counter[str]) -> int:
    """A wrong jump is worth two right ones."""
    return counts["right"] - 2 * counts["wrong"] - 2 * counts["foreign"]


def median_us(match: Callable[[Utterance], object], utterances: Sequence[Utterance]) -> float:
    """Microseconds of processor time per utterance."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for said in utterances:
            match(said)
        rounds.append((time.process_time() - began) / len(utterances) * 1e6)
    return statistics.median(rounds)


def wilson(hits: int, of: int) -> str:
    """A rate with its 95 % interval."""
    rate, z = hits / of, 1.96
    middle = (rate + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * sqrt(rate * (1 - rate) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{rate:.3f} [{max(0.0, middle - reach):.3f}, {min(1.0, middle + reach):.3f}]"


def by_kind(menu: Menu, utterances: Sequence[Utterance]) -> list[str]:
    """One line for each kind of utterance."""
    results = try_all(IntentIndex.build(menu), utterances)
    kinds = dict.fromkeys(result.utterance.kind for result in results)
    lines = []
    for kind in kinds:
        counts = Counter(result.verdict for result in results if result.utterance.kind == kind)
        lines.append(
            f"{kind:<12}" + "  ".join(f"{verdict.value} {counts[verdict]}" for verdict in Verdict if counts[verdict])
        )
    return lines


def main() -> None:
    """Print the table."""
    menu = load_menu()
    utterances = load(UTTERANCES, menu)
    tune = [said for said in utterances if is_tune(said)]
    test = [said for said in utterances if not is_tune(said)]
    wanted = sum(said.expected != FOREIGN for said in test)
    chance = random.Random(107)  # the same made-up phrases every time
    timed = [of_size(menu, count, chance) for count in (107, 1000)]
    rivals = (
        Rival("ratio", fuzz.ratio),
        Rival("partial_ratio", fuzz.partial_ratio),
        Rival("token_set_ratio", fuzz.token_set_ratio),
        Rival("WRatio", fuzz.WRatio),
        Rival("pinyin ratio, fillers stripped", fuzz.ratio, to_sounds=True),
    )
    rows = [rival.row(menu, tune, test, timed) for rival in rivals]
    rows.append(ours(menu, test, timed))
    own = sum(is_own(phrase) for phrase in IntentIndex.build(menu).book.phrases)
    foreign = len(test) - wanted
    print(f"{len(utterances)} utterances for {own} phrases of the sample menu; {len(tune)} of them to tune on,")
    print(f"{len(test)} tested: {wanted} that the menu has, {foreign} foreign; load {os.getloadavg()[0]:.1f}")
    print_table(rows, wanted, foreign)
    print(*by_kind(menu, test), sep="\n")
    unseen = load(UNSEEN, menu)
    strange = sum(said.expected == FOREIGN for said in unseen)
    print(f"\nunseen.tsv: {len(unseen) - strange} that the menu has, in other words, and {strange} foreign")
    print_table(
        [*(rival.row(menu, tune, unseen, timed) for rival in rivals), ours(menu, unseen, timed)],
        len(unseen) - strange,
        strange,
    )


def print_table(rows: Sequence[Row], wanted: int, foreign: int) -> None:
    """Print rows, and the intervals of the last."""
    head = ("right", "asked", "wrong", "foreign", "asked", "µs at 107", "1,000 phrases")
    print(f"{'':<36}{head[0]:>6}{head[1]:>7}{head[2]:>7}{head[3]:>9}{head[4]:>7}{head[5]:>11}{head[6]:>15}")
    for row in rows:
        print(
            f"{row.name:<36}{row.right / wanted:>6.3f}{row.asked / wanted:>7.3f}{row.wrong / wanted:>7.3f}"
            f"{row.foreign:>6}/{foreign}{row.foreign_asked:>7}{row.times_us[0]:>11.0f}{row.times_us[1]:>15.0f}"
        )
    last = rows[-1]
    print(
        f"ours, right at once: {wilson(last.right, wanted)}; with questions: {wilson(last.right + last.asked, wanted)}"
    )
    print(f"ours, wrong: {wilson(last.wrong, wanted)}; foreign acted on: {wilson(last.foreign, foreign)}")


if __name__ == "__main__":
    main()
