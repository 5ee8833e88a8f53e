"""The decoding graphs as text for OpenFst: sounds to words (HCL) and word after word (G). Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tools.speech_model.kaldi_export import forward_transition, loop_transition
from tools.speech_model.lexicon import Pronunciation
from tools.speech_model.phones import SILENCE_PHONE, kaldi_phone

SILENCE_BEFORE = 0.7
"""Probability of silence before the first word."""

SILENCE_BETWEEN = 0.25
"""Probability of silence after any word."""

EPSILON = 0

Arc = tuple[int, int, int, int, float]
"""From, to, transition id in, word out, cost."""


@dataclass
class SoundGraph:
    """From Kaldi's transition ids to words. Words that begin alike share their arcs."""

    pronunciations: Callable[[str], Iterable[Pronunciation]]
    arcs: dict[Arc, None] = field(default_factory=dict)
    _states: int = 3
    _shared: dict[tuple[int, ...], int] = field(default_factory=dict)
    _ends: dict[int, int] = field(default_factory=dict)

    START, BETWEEN, SILENCE = 0, 1, 2

    def add_words(self, ids: Mapping[str, int]) -> None:
        """Every word with its number."""
        silence = forward_transition(SILENCE_PHONE)
        self._arc(self.START, self.BETWEEN, EPSILON, EPSILON, chance=1 - SILENCE_BEFORE)
        self._arc(self.START, self.SILENCE, silence, EPSILON, chance=SILENCE_BEFORE)
        self._arc(self.SILENCE, self.SILENCE, loop_transition(SILENCE_PHONE), EPSILON)
        self._arc(self.SILENCE, self.BETWEEN, EPSILON, EPSILON)
        for word, number in ids.items():
            for phones in self.pronunciations(word):
                self._add(phones, number)

    def _add(self, phones: Pronunciation, number: int) -> None:
        numbers = [kaldi_phone(phone, place, len(phones)) for place, phone in enumerate(phones)]
        state = self.BETWEEN
        for length, phone in enumerate(numbers[:-1], 1):
            key = tuple(numbers[:length])
            if key not in self._shared:
                self._shared[key] = self._phone(state, phone)
            state = self._shared[key]
        last = numbers[-1]
        if last not in self._ends:
            self._ends[last] = self._end(last)
        self._arc(state, self._ends[last], forward_transition(last), number)

    def _phone(self, state: int, phone: int) -> int:
        reached = self._new_state()
        self._arc(state, reached, forward_transition(phone), EPSILON)
        self._arc(reached, reached, loop_transition(phone), EPSILON)
        return reached

    def _end(self, phone: int) -> int:
        """The last phone of words: all that end with it go on from here."""
        state = self._new_state()
        self._arc(state, state, loop_transition(phone), EPSILON)
        self._arc(state, self.BETWEEN, EPSILON, EPSILON, chance=1 - SILENCE_BETWEEN)
        self._arc(state, self.SILENCE, forward_transition(SILENCE_PHONE), EPSILON, chance=SILENCE_BETWEEN)
        return state

    def _new_state(self) -> int:
        self._states += 1
        return self._states - 1

    def _arc(self, start: int, end: int, sound: int, word: int, *, chance: float = 1.0) -> None:
        self.arcs.setdefault((start, end, sound, word, -math.log(chance)))

    def text(self) -> str:
        """For `fstcompile`: the start state's arcs first."""
        lines = ["{} {} {} {} {:.4f}".format(*arc) for arc in sorted(self.arcs, key=lambda arc: arc[0])]
        return "\n".join([*lines, f"{self.BETWEEN} 0"]) + "\n"


def words_txt(ids: Mapping[str, int]) -> str:
    """Vosk's list of words; the last three are Kaldi's own."""
    ordered = sorted(ids.items(), key=lambda item: item[1])
    last = ordered[-1][1]
    own = (("#0", last + 1), ("<s>", last + 2), ("</s>", last + 3))
    return "".join(f"{word} {number}\n" for word, number in (("<eps>", EPSILON), *ordered, *own))


def cut(text: str, known: frozenset[str], longest: int = 8) -> list[str]:
    """A text in known words, the longest first; what is unknown is left out."""
    words: list[str] = []
    place = 0
    while place < len(text):
        for length in range(min(longest, len(text) - place), 0, -1):
            if text[place : place + length] in known:
                words.append(text[place : place + length])
                break
        place += max(1, len(words[-1]) if words and text.startswith(words[-1], place) else 1)
    return words


BEGIN, END = "<s>", "</s>"

DISCOUNT = 0.5
"""Taken from each count for what was not seen (absolute discounting)."""

UNSEEN = 0.1
"""Share of all words that is spread over the whole vocabulary."""


class WordGraph:
    """Word after word without a grammar: a bigram that backs off to single words."""

    def __init__(self, sentences: Iterable[Sequence[str]], ids: Mapping[str, int]) -> None:
        self._ids = ids
        self._pairs: dict[str, Counter[str]] = defaultdict(Counter)
        """What was said once says nothing about a language, and would take most of the room: `_kept` lacks it."""
        self._single: Counter[str] = Counter()
        for words in sentences:
            for word, following in zip((BEGIN, *words), (*words, END), strict=True):
                self._pairs[word][following] += 1
                self._single[following] += 1
        self._said = self._single.total()
        self._followed = {word: counts.total() for word, counts in self._pairs.items()}
        kept = {
            word: {following: n for following, n in counts.items() if n > 1} for word, counts in self._pairs.items()
        }
        self._kept = {word: counts for word, counts in kept.items() if counts or word == BEGIN}
        self._states = {word: number for number, word in enumerate([BEGIN, "", *sorted(self._kept.keys() - {BEGIN})])}

    def probability(self, word: str) -> float:
        """Of a word, whatever came before."""
        return (1 - UNSEEN) * self._single[word] / self._said + UNSEEN / (len(self._ids) + 1)

    def text(self) -> str:
        """For `fstcompile`."""
        after_words = sorted(
            self._after_words(), key=lambda line: int(line.split()[0])
        )  # the first line's state starts
        return "\n".join((*after_words, *self._after_anything())) + "\n"

    def _after_words(self) -> Iterator[str]:
        for word, counts in self._kept.items():
            total = self._followed[word]
            left_over = (total - sum(count - DISCOUNT for count in counts.values())) / total
            for following, count in sorted(counts.items()):
                probability = (count - DISCOUNT) / total + left_over * self.probability(following)
                yield self._line(word, following, probability)
            yield f"{self._states[word]} {self._states['']} {EPSILON} {EPSILON} {-math.log(left_over):.4f}"

    def _after_anything(self) -> Iterator[str]:
        for word in (*self._ids, END):
            yield self._line("", word, self.probability(word))

    def _line(self, word: str, following: str, probability: float) -> str:
        start, cost = self._states[word], -math.log(probability)
        if following == END:
            return f"{start} {cost:.4f}"
        number = self._ids[following]
        return f"{start} {self._states.get(following, self._states[''])} {number} {number} {cost:.4f}"
