"""What a caller's words mean while they are still being said, and whether more is to come. Pure.

The recogniser's partial is right half a second before the end of speech (docs/guide/intents.md): where it is clear and
nothing longer could follow, there is no need to wait.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.intent_phrases import Phrase, PhraseBook, Target, speakable
from ivr.intents import Act, IntentIndex, Outcome, Reject
from ivr.units import rough_keys
from telephony.ids import NodeId


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known so far."""

    outcome: Outcome
    repeats: int
    """How many partials before this one led to the same target: how stable it is."""
    may_grow: bool
    """What was said last begins a longer phrase that means something else: 还款 may become 还款方式."""
    is_left_open: bool
    """Nobody ends like this: 嗯, 那个, 我想问一下. Wait longer."""

    @property
    def is_settled(self) -> bool:
        """Whether to act at once would be right, whatever silence follows."""
        return isinstance(self.outcome, Act) and not self.may_grow and not self.is_left_open


Openings = dict[tuple[str, ...], frozenset[Target]]
"""The sounds somebody may stop at → what the phrases that begin so, and go on, lead to."""


@dataclass(frozen=True)
class Beginnings:
    """The beginnings of all phrases of a menu, by sound."""

    anywhere: Openings
    """Of phrases that may be part of more."""
    alone: Openings
    """Of phrases that must be all that is said, as 返回主菜单."""
    written: frozenset[tuple[str, ...]]
    """All of them as they are written."""

    @classmethod
    def build(cls, book: PhraseBook) -> "Beginnings":
        """Collect them once per version of the menu."""
        return cls(
            _openings(phrase for phrase in book.phrases if not phrase.whole),
            _openings(phrase for phrase in book.phrases if phrase.whole),
            frozenset(beginning for phrase in book.phrases for beginning in _beginnings(phrase)),
        )

    def lead_elsewhere(self, said: "_Said", outcome: Outcome, at_least: int) -> bool:
        """Whether the last sounds, as many as this at least, begin a phrase for another target."""
        known = {outcome.target} if isinstance(outcome, Act) else frozenset()
        tails = (said.sounds[-length:] for length in range(at_least, len(said.sounds) + 1))
        nobody: frozenset[Target] = frozenset()
        return bool(self.alone.get(said.wish, nobody) - known) or any(
            self.anywhere.get(tail, nobody) - known for tail in tails
        )


def _openings(phrases: Iterable[Phrase]) -> Openings:
    found: dict[tuple[str, ...], set[Target]] = {}
    for phrase in phrases:
        for beginning in _beginnings(phrase):
            found.setdefault(_sounds(beginning), set()).add(phrase.target)
    return {beginning: frozenset(targets) for beginning, targets in found.items()}


class PartialIntents:
    """Listens to one utterance at one node; a partial that says nothing new costs nothing."""

    def __init__(self, index: IntentIndex, beginnings: Beginnings, node: NodeId) -> None:
        self._index, self._beginnings, self._node = index, beginnings, node
        self._text: str | None = None
        self._outlook: Outlook | None = None

    def hear(self, text: str) -> Outlook:
        """Take the next partial, which replaces the one before."""
        before = self._outlook
        if before is None or text != self._text:
            outlook = self._look(text, before)
        else:
            outlook = Outlook(before.outcome, before.repeats + 1, before.may_grow, before.is_left_open)
        self._text, self._outlook = text, outlook
        return outlook

    def _look(self, text: str, before: Outlook | None) -> Outlook:
        book = self._index.book
        outcome = self._index.match(text, self._node)
        units = speakable(text, book.language)
        meanings = book.lexicon.meanings(units)
        said = _Said.of(units, meanings)
        only_carries = bool(units) and 1.0 not in meanings and isinstance(outcome, Reject)
        return Outlook(
            outcome=outcome,
            repeats=before.repeats + 1 if before is not None and _same(before.outcome, outcome) else 0,
            may_grow=self._beginnings.lead_elsewhere(said, outcome, self._own_length(outcome, said)),
            is_left_open=only_carries or book.lexicon.is_left_open(units),
        )

    def _own_length(self, outcome: Outcome, said: "_Said") -> int:
        """How many of the last sounds are the wish that was found, and might be the beginning of another.

        Carriers of the phrase's own do not count: 我要贷款 may become 贷款条件, as 贷款 may. A question does, if it was
        asked in these words: nobody goes on from 怎么还款, another wish than 还款, to 还款日, nor from 什么时候放款 to
        还款方式, as 放款 only sounds like the beginning of that.
        """
        if not isinstance(outcome, Act):
            return 1
        book = self._index.book
        units = speakable(outcome.phrase, book.language)
        first = book.lexicon.weights(units).index(1.0)
        wish = units[first:]
        if not book.lexicon.asks(units[:first]) or said.sounds[-len(units) :] != _sounds(units):
            return len(wish)
        return len(wish) if self._may_be_meant(wish, outcome.target) else len(units)

    def _may_be_meant(self, wish: tuple[str, ...], target: Target) -> bool:
        """Whether the wish without its question is the beginning of a phrase, and not another wish by itself."""
        if wish not in self._beginnings.written:
            return False
        alone = self._index.match(" ".join(wish), self._node)
        return not (isinstance(alone, Act) and alone.target != target)


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said, by sound."""

    sounds: tuple[str, ...]
    wish: tuple[str, ...]
    """From the first on that means something."""

    @classmethod
    def of(cls, units: tuple[str, ...], meanings: list[float]) -> "_Said":
        sounds = _sounds(units)
        return cls(sounds, sounds[meanings.index(1.0) :] if 1.0 in meanings else ())


def _same(one: Outcome, other: Outcome) -> bool:
    return isinstance(one, Act) and isinstance(other, Act) and one.target == other.target


def _beginnings(phrase: Phrase) -> Iterator[tuple[str, ...]]:
    """Yield what can be said of a phrase before its end, from the first unit on that means something."""
    first = phrase.weights.index(1.0)
    for end in range(first + 1, len(phrase.units)):
        yield phrase.units[:end]


def _sounds(units: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(next(iter(rough_keys(unit)), unit) for unit in units)
