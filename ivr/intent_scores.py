"""How well each phrase of a menu explains what was heard."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from heapq import nlargest

from ivr.alignment import Alignment, align
from ivr.heard import Heard
from ivr.intent_phrases import Phrase, PhraseBook, Target
from ivr.menu import ROOT, Node
from ivr.units import rough_keys, unit_cost

NEAREST = 4
"""Times as many phrases are looked at again, for the very words, before the candidates are chosen."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What counts for how much."""

    candidates: int = 12
    """Phrases compared in full; those that share the most sounds with what was heard."""
    per_target: int = 3
    """How many of them for one target: a template's forms are much alike."""
    least_shared: float = 0.4
    """Share of a phrase's sounds that must be heard for it to be one of them."""
    rest: float = 0.5
    """What is lost where nearly all that was heard lies outside the phrase."""
    patience: float = 3.0
    """How many times the phrase's own length may be said besides, until half of that is lost."""
    rest_of_whole: float = 0.3
    """Share of what was heard that may lie outside a phrase that must be all of it."""
    below: float = 0.06
    """Advantage of everything below the caller's own menu: its choices have just been read out."""
    part_here: float = 0.8
    """Score of a choice of the caller's own menu said in part, as 额度 for 额度评估."""
    part_elsewhere: float = 0.68
    """The same for any other node: enough to ask."""
    part_cost: float = 0.1
    """What a part may be away from the phrase, for each of its units."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase and how well it explains what was heard."""

    phrase: Phrase
    place: Alignment
    likeness: float
    """How exactly the phrase was said: 1 is word by word."""
    meaning: float
    """How many units that mean something it explains."""
    score: float
    """The likeness, less what was said besides, more for a choice of the caller's own menu."""

    def contains(self, other: "Finding") -> bool:
        """Whether the other explains only a part of what this one explains, as 还款 in 提前还款."""
        mine, its = self.place, other.place
        return mine.start <= its.start and its.end <= mine.end and mine.end - mine.start > its.end - its.start


def find_all(heard: Heard, book: PhraseBook, node: Node, weighing: Weighing) -> list[Finding]:
    """Compare what was heard with the phrases that sound like it; the caller is at this node."""
    found = []
    for phrase in _candidates(heard, book, weighing):
        finding = _compare(heard, phrase, node, weighing)
        if finding is not None:
            found.append(finding)
    return found


def _candidates(heard: Heard, book: PhraseBook, weighing: Weighing) -> list[Phrase]:
    """Choose the phrases that share the most sounds with what was heard, several for each target but not many.

    Neither the share nor the count will do: a long phrase with one wrong sound must not lose its place to twenty short
    ones inside it, nor a short one to long ones around it. So sounds that are missing count against those that are not.
    """
    shared: Counter[int] = Counter()
    for keys in {rough_keys(unit) for unit in heard.units}:
        shared.update(_phrases_with(keys, book))
    contents, least = book.contents, weighing.least_shared
    surplus = [
        (2 * min(count, contents[number]) - contents[number], -number)
        for number, count in shared.items()
        if count >= least * contents[number]
    ]
    nearest = nlargest(NEAREST * weighing.candidates, surplus)
    said = frozenset(heard.units)
    ranked = sorted(
        ((sounds, _surplus(book.phrases[-number], said), number) for sounds, number in nearest), reverse=True
    )
    taken: Counter[Target] = Counter()
    chosen: list[Phrase] = []
    for *_, number in ranked:
        phrase = book.phrases[-number]
        if taken[phrase.target] < weighing.per_target:
            taken[phrase.target] += 1
            chosen.append(phrase)
    return chosen[: weighing.candidates]


def _phrases_with(keys: tuple[str, ...], book: PhraseBook) -> Collection[int]:
    """Return the phrases with a sound, each once even if the sound can be read in several ways."""
    found = [book.by_sound[key] for key in keys if key in book.by_sound]
    return found[0] if len(found) == 1 else frozenset().union(*found)


def _surplus(phrase: Phrase, said: frozenset[str]) -> int:
    """Count the phrase's units that were said to the letter, less those that were not."""
    return 2 * len(said.intersection(phrase.units)) - len(phrase.units)


def _compare(heard: Heard, phrase: Phrase, node: Node, weighing: Weighing) -> Finding | None:
    place = align(heard.units, heard.gaps, phrase.units, phrase.weights, unit_cost=unit_cost)
    likeness = 1.0 - place.cost / phrase.total
    meaning = heard.between(place.start, place.end)
    rest = heard.meaning - meaning
    if phrase.whole and rest > weighing.rest_of_whole * heard.meaning:
        return None
    score = likeness * (1.0 - weighing.rest * rest / (rest + weighing.patience * phrase.total))
    if not phrase.whole and _is_part(heard, phrase, weighing):
        score = max(score, weighing.part_here if phrase.target in node.choices.values() else weighing.part_elsewhere)
    return Finding(
        phrase, place, likeness, meaning, score + (weighing.below if _is_below(phrase.target, node) else 0.0)
    )


def _is_below(target: Target, node: Node) -> bool:
    """Whether a target is one of the node's choices or further down; of everything below the root this says nothing."""
    if not isinstance(target, str) or node.id == ROOT:
        return False
    return target.startswith(f"{node.id}.") or target in node.choices.values()


def _is_part(heard: Heard, phrase: Phrase, weighing: Weighing) -> bool:
    """Whether all that was heard is a piece of the phrase."""
    if not 2.0 <= heard.meaning < len(phrase.meaningful):
        return False
    said = [unit for unit, meaning in zip(heard.units, heard.meanings, strict=True) if meaning]
    gaps = [1.0] * len(phrase.units)
    cost = align(phrase.units, gaps, said, [1.0] * len(said), unit_cost=unit_cost).cost
    return cost <= weighing.part_cost * len(said)
