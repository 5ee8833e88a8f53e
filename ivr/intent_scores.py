"""How well each phrase of a menu explains what was heard."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter

from ivr.alignment import Aligner, Alignment, Pattern
from ivr.heard import Heard
from ivr.intent_phrases import Phrase, PhraseBook, Target
from ivr.menu import ROOT, Node
from ivr.units import costs_of, rough_keys

NEAREST = 4
"""Times as many phrases are looked at again, for the very words, before the candidates are chosen."""

LIKELIEST = 3
"""Candidates that are always compared: the best is nearly always among them."""

ROUNDING = 1e-9
"""What sums of the same costs in another order may differ by."""


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
class Worth:
    """What a finding needs to matter to a decision: see `ivr.intents`."""

    score: float
    """From which the best is asked about."""
    lead: float
    """How far behind the best one nobody is a rival any more by his score."""
    likeness: float
    """From which it may be one all the same, since it explains more."""

    def is_hopeless(self, most: float, best: float) -> bool:
        """Whether a phrase that reaches this at most, as likeness and as score, matters beside the best so far."""
        return most + ROUNDING < min(self.likeness, max(self.score, best) - self.lead)


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


def find_all(
    heard: Heard, book: PhraseBook, node: Node, weighing: Weighing, *, worth: Worth | None = None
) -> list[Finding]:
    """Compare what was heard with the phrases that sound like it; the caller is at this node.

    With `worth`, phrases that can change no decision are left out where a bound shows it before they are compared.
    """
    comparison = _Comparison.of(heard, node, weighing)
    phrases = _candidates(heard, book, weighing)
    if worth is None:
        found = [comparison.with_phrase(phrase) for phrase in phrases]
    else:
        found = _worthwhile(comparison, phrases, worth)
    return [finding for finding in found if finding is not None]


def _worthwhile(comparison: "_Comparison", phrases: list[Phrase], worth: Worth) -> list[Finding | None]:
    """Compare the likeliest, and the others only if they could still matter."""
    found = [comparison.with_phrase(phrase) for phrase in phrases[:LIKELIEST]]
    best = max((finding.score for finding in found if finding is not None), default=0.0)
    left: dict[int, float] = {}
    for place, phrase in enumerate(phrases[LIKELIEST:], LIKELIEST):
        most = comparison.at_most(phrase)
        finding = None
        if worth.is_hopeless(most, best):
            left[place] = most
        elif (finding := comparison.with_phrase(phrase)) is not None:
            best = max(best, finding.score)
        found.append(finding)
    weak = min((one.score for one in found if one is not None and one.likeness >= worth.likeness), default=float("inf"))
    for place, most in left.items():
        if most + ROUNDING >= weak:  # it may be the better reason for the same target, and hide the weak one
            found[place] = comparison.with_phrase(phrases[place])
    return found


def _candidates(heard: Heard, book: PhraseBook, weighing: Weighing) -> list[Phrase]:
    """Choose the phrases that share the most sounds with what was heard, several for each target but not many.

    Neither the share nor the count will do: a long phrase with one wrong sound must not lose its place to twenty short
    ones inside it, nor a short one to long ones around it. So sounds that are missing count against those that are not.
    Of phrases that are as near by sound, those come first whose very words were said.
    """
    phrases, said = book.phrases, frozenset(heard.units)
    taken: Counter[Target] = Counter()
    chosen: list[Phrase] = []
    for _, group in groupby(_nearest(heard, book, weighing), itemgetter(0)):
        alike = [(_surplus(phrases[number], said), -number) for _, number in group]
        alike.sort(reverse=True)
        for _, negative in alike:
            phrase = phrases[-negative]
            if taken[phrase.target] < weighing.per_target:
                taken[phrase.target] += 1
                chosen.append(phrase)
                if len(chosen) == weighing.candidates:
                    return chosen
    return chosen


def _nearest(heard: Heard, book: PhraseBook, weighing: Weighing) -> list[tuple[int, int]]:
    """Sounds shared less sounds missing, and the phrase's position; the most of them first, then the earlier."""
    sounds = {rough_keys(unit) for unit in heard.units}
    shared = Counter(chain.from_iterable(_phrases_with(keys, book) for keys in sounds))
    contents, enough, size = book.contents, book.enough(weighing.least_shared), len(book.contents)
    ranks = [  # one number for both, which sorts quicker than a pair
        (2 * count - content if count < (content := contents[number]) else content) * size - number
        for number, count in shared.items()
        if count >= enough[number]
    ]
    ranks.sort(reverse=True)
    del ranks[NEAREST * weighing.candidates :]
    return [(surplus, surplus * size - rank) for rank in ranks for surplus in (-(-rank // size),)]


def _phrases_with(keys: tuple[str, ...], book: PhraseBook) -> Collection[int]:
    """Return the phrases with a sound, each once even if the sound can be read in several ways."""
    found = [book.by_sound[key] for key in keys if key in book.by_sound]
    return found[0] if len(found) == 1 else frozenset().union(*found)


def _surplus(phrase: Phrase, said: frozenset[str]) -> int:
    """Count the phrase's units that were said to the letter, less those that were not."""
    return 2 * len(said.intersection(phrase.units)) - len(phrase.units)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One utterance at one node, ready to be compared with phrase after phrase."""

    heard: Heard
    node: Node
    weighing: Weighing
    aligner: Aligner
    piece: tuple[str, ...]
    """What was said that means something, as if it were a phrase."""

    @classmethod
    def of(cls, heard: Heard, node: Node, weighing: Weighing) -> "_Comparison":
        piece = tuple(unit for unit, meaning in zip(heard.units, heard.meanings, strict=True) if meaning)
        return cls(heard, node, weighing, Aligner(heard.units, heard.gaps, costs_of), piece)

    def with_phrase(self, phrase: Phrase) -> Finding | None:
        """Compare it; None if it must be all that was said and is not."""
        heard, weighing = self.heard, self.weighing
        place = self.aligner.place(phrase.pattern)
        likeness = 1.0 - place.cost / phrase.total
        meaning = heard.between(place.start, place.end)
        rest = heard.meaning - meaning
        if phrase.whole and rest > weighing.rest_of_whole * heard.meaning:
            return None
        score = likeness * (1.0 - weighing.rest * rest / (rest + weighing.patience * phrase.total))
        if not phrase.whole and self._is_part_of(phrase):
            is_here = phrase.target in self.node.choices.values()
            score = max(score, weighing.part_here if is_here else weighing.part_elsewhere)
        if _is_below(phrase.target, self.node):
            score += weighing.below
        return Finding(phrase, place, likeness, meaning, score)

    def at_most(self, phrase: Phrase) -> float:
        """Return what likeness and score can not exceed: found much quicker than they are."""
        if not phrase.whole and 2 <= len(self.piece) < len(phrase.meaningful):
            return 1.0 + self.weighing.below  # a part of it may be all that was said
        below = self.weighing.below if _is_below(phrase.target, self.node) else 0.0
        return 1.0 + below - self.aligner.least_cost(phrase.pattern) / phrase.total

    def _is_part_of(self, phrase: Phrase) -> bool:
        """Whether all that was heard is a piece of the phrase."""
        piece = self.piece
        if not 2 <= len(piece) < len(phrase.meaningful):
            return False
        most = self.weighing.part_cost * len(piece)
        aligner = Aligner(phrase.units, [1.0] * len(phrase.units), costs_of)
        pattern = Pattern.of(piece, [1.0] * len(piece))
        return aligner.least_cost(pattern) <= most + ROUNDING and aligner.place(pattern).cost <= most


def _is_below(target: Target, node: Node) -> bool:
    """Whether a target is one of the node's choices or further down; of everything below the root this says nothing."""
    if not isinstance(target, str) or node.id == ROOT:
        return False
    return target.startswith(f"{node.id}.") or target in node.choices.values()
