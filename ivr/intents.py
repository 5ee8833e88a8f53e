"""What a caller's words mean at a node of the menu: do it, ask first, or say that it was not understood. Pure.

Build an `IntentIndex` once per version of the menu; `match` then takes well under a millisecond at a thousand phrases.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.heard import Heard, hear
from ivr.intent_phrases import PhraseBook, phrase_book
from ivr.intent_scores import Finding, Weighing, Worth, find_all
from ivr.menu import Menu, Node
from ivr.pinyin import SAME_SOUND
from ivr.universals import Pick, Universal
from telephony.ids import NodeId


class Reason(StrEnum):
    """Why nothing is done with what was heard."""

    SILENCE = "silence"
    """Nothing, or nothing but hesitation."""
    DENIED = "denied"
    """The caller said what is not wanted, and no more."""
    NO_SUCH_CHOICE = "no_such_choice"
    """第七个, where there are four."""
    UNKNOWN = "unknown"
    """Nothing in the menu is like it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Clear enough to do it."""

    target: NodeId | Universal
    phrase: str
    """The menu's phrase it was taken for."""
    score: float
    """0 to 1, and a little above for a choice of the caller's own menu."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Likely enough to ask: 您是要办理提前还款吗."""

    target: NodeId | Universal
    phrase: str
    score: float
    rival: NodeId | Universal | None = None
    """What it could be as well, if that is why the caller is asked."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Not understood."""

    reason: Reason


Outcome = Act | Confirm | Reject


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure. Chosen on one half of `tests/fixtures/intents`, reported on the other (docs/decisions/0006)."""

    act: float = 0.78
    act_on_short: float = 0.84
    """To act on a phrase of one or two units that mean something."""
    confirm: float = 0.64
    margin: float = 0.1
    """Least lead over any other target to act."""
    sure: float = 0.8
    """Likeness from which a phrase is no rival any more if it only explains a part of what this one does."""
    says_more: float = 0.7
    """Likeness from which a phrase that explains the same words and more is a rival, however far behind."""
    weighing: Weighing = field(default_factory=Weighing)

    @property
    def worth(self) -> Worth:
        """What can matter: a winner is within the margin of the best, a rival within the margin of the winner."""
        return Worth(self.confirm, 2 * self.margin, self.says_more)


SPOKEN = Thresholds()
"""For what a recogniser heard."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target with the best reason for it."""

    target: NodeId | Universal | None
    """None for a choice this menu does not have."""
    finding: Finding


@dataclass(frozen=True)
class IntentIndex:
    """Everything that can be said to one version of a menu, ready to be compared with what was heard."""

    menu: Menu
    book: PhraseBook

    @classmethod
    def build(cls, menu: Menu) -> "IntentIndex":
        """Expand every name and synonym; a wrong template raises, but a checked menu has none."""
        return cls(menu, phrase_book(menu))

    def match(self, text: str, node: NodeId, *, thresholds: Thresholds = SPOKEN) -> Outcome:
        """Decide what the caller, who is at this node, wants. Any text is allowed."""
        heard = hear(text, self.book)
        if not heard.units:
            return Reject(Reason.DENIED if heard.denied else Reason.SILENCE)
        outcome = self._decide(self._rank(heard, node, thresholds, thresholds.worth), heard, thresholds)
        return Reject(Reason.DENIED) if heard.denied and isinstance(outcome, Reject) else outcome

    def rank(self, text: str, node: NodeId, *, thresholds: Thresholds = SPOKEN) -> list["Candidate"]:
        """Return what `match` chose among, best first: for whoever wants to see why."""
        return self._rank(hear(text, self.book), node, thresholds)

    def _rank(self, heard: Heard, node: NodeId, limits: Thresholds, worth: Worth | None = None) -> list["Candidate"]:
        here = self.menu.nearest(node)
        return _best_by_target(find_all(heard, self.book, here, limits.weighing, worth=worth), here)

    def _decide(self, best: list["Candidate"], heard: Heard, limits: Thresholds) -> Outcome:
        if not best or best[0].finding.score < limits.confirm or _is_mere_sound(best[0].finding, heard):
            return Reject(Reason.UNKNOWN)
        winner = self._winner(best, limits)
        if winner.target is None:
            return Reject(Reason.NO_SUCH_CHOICE)
        finding = winner.finding
        rival = next((other.target for other in best if self._is_rival(other, winner, limits)), None)
        needed = limits.act_on_short if len(finding.phrase.meaningful) <= 2 else limits.act
        if rival is None and finding.score >= needed and not (heard.meaning < 2 and finding.place.cost > 0):
            return Act(winner.target, finding.phrase.text, finding.score)
        return Confirm(winner.target, finding.phrase.text, finding.score, rival)

    def _winner(self, best: list["Candidate"], limits: Thresholds) -> "Candidate":
        """Choose the best score, or what is nearly as good and says more."""
        winner = best[0]
        for other in best[1:]:
            is_close = best[0].finding.score - other.finding.score < limits.margin
            if is_close and self._excuses(other, winner, limits):
                winner = other
        return winner

    def _is_rival(self, other: "Candidate", winner: "Candidate", limits: Thresholds) -> bool:
        if other is winner or self._excuses(winner, other, limits):
            return False
        ours, its = winner.finding, other.finding
        says_more = its.contains(ours) and its.meaning > ours.meaning and its.likeness >= limits.says_more
        return says_more or ours.score - its.score < limits.margin

    def _excuses(self, winner: "Candidate", other: "Candidate", limits: Thresholds) -> bool:
        """Whether the other needs no question: it explains a part of the same words, or is a whole menu's topic."""
        if winner.finding.likeness < limits.sure:
            return False
        if winner.finding.contains(other.finding):
            return True
        return self._is_leaf(winner) and not self._is_leaf(other) and not other.finding.contains(winner.finding)

    def _is_leaf(self, candidate: "Candidate") -> bool:
        """Whether it is as special as can be; the universal wishes are."""
        target = candidate.target
        return target is None or isinstance(target, Universal) or self.menu.nodes[target].is_leaf


def _best_by_target(findings: Iterable[Finding], here: Node) -> list["Candidate"]:
    """Keep the best finding for each target, best first."""
    best: dict[NodeId | Universal | None, Finding] = {}
    for finding in findings:
        aim = finding.phrase.target
        target = aim.resolve(here) if isinstance(aim, Pick) else aim
        if target not in best or _rank(finding) > _rank(best[target]):
            best[target] = finding
    ranked = sorted(best.items(), key=lambda item: _rank(item[1]), reverse=True)
    return [Candidate(target, finding) for target, finding in ranked]


def _rank(finding: Finding) -> tuple[float, int]:
    """The better score, and of equals the one that explains more."""
    return round(finding.score, 6), finding.place.end - finding.place.start


def _is_mere_sound(finding: Finding, heard: Heard) -> bool:
    """Whether a single syllable is not exactly the phrase's: cough and noise sound like many."""
    return heard.meaning < 2 and finding.place.cost > SAME_SOUND
