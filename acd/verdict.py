"""Whether a choice reckoned again is the one that was made, what decided it, and who would have been chosen else."""

from dataclasses import dataclass, field
from enum import StrEnum

from telephony.commands import Choice

CLOSE_S = 0.05
"""Scores that differ by less are the same: a journal keeps instants of orders, which follow decisions by moments."""

WAITS_LESS = "waits_less"
"""The filter of age: somebody waits longer, and so long that nobody may overtake him."""


class Decided(StrEnum):
    """What made the choice."""

    SCORE = "score"
    AGE = "age"
    """The caller had waited longest, and so long that he must not be overtaken."""
    CLASS = "class"
    """Somebody else had waited that long, but the caller's class may overtake anybody."""
    LEARNING = "learning"
    """The agent is to learn the topic."""
    NAMED = "named"
    """Nobody chose: the caller was passed on to this agent."""


class Doubt(StrEnum):
    """Why what was reckoned again is not known to be what was decided."""

    NONE = ""
    NO_RECORD = "no_record"
    """The policy keeps none."""
    NO_ROSTER = "no_roster"
    """The agents file of then is not kept any more."""
    NO_PRICES = "no_prices"
    NO_CALLER = "no_caller"
    """What the caller's place was is not in the journal."""
    REMOVED = "removed"
    """The one who was chosen would have been taken out."""
    SCORE = "score"
    """The score comes out otherwise than recorded."""
    BETTER = "better"
    """Another comes out better than the one who was chosen."""
    AGE = "age"
    """Whether anybody had waited so long that he must not be overtaken comes out otherwise."""
    RIVAL = "rival"
    """The runner-up of the record comes out otherwise."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was looked at."""

    who: str
    """An agent's number, or a call."""
    removed_by: str = ""
    """The filter that took him out: a stable key; empty for those who were compared by score."""
    detail: str = ""
    """What the filter saw, as a level or the name of a reason."""
    score_s: float | None = None
    terms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Who would have been chosen else."""

    who: str
    """An agent's number; a call, where the agent chose."""
    margin_s: float
    """How far behind he was, in seconds of waiting; negative where somebody learns instead of him."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one choice."""

    decided: Decided
    doubt: Doubt = Doubt.NONE
    runner_up: RunnerUp | None = None
    """None: there was nobody else, or there is a doubt."""


def judge(candidates: tuple[Candidate, ...], chosen: str, choice: Choice, eldest: str | None = None) -> Verdict:
    """`candidates`: agents, or callers where the agent chose; best first, then those taken out.

    `eldest`: who of the callers compared waited longest.
    """
    decided = _decided(chosen, choice, eldest)
    compared = {one.who: one.score_s for one in candidates if one.score_s is not None}
    doubt = _doubt(compared, chosen, choice, decided)
    second = next((who for who in compared if who != chosen), None)
    if doubt or second is None:
        return Verdict(decided, doubt)
    margin_s = compared[chosen] - compared[second]
    if decided is not Decided.LEARNING:
        margin_s = max(0.0, margin_s)  # what is close is the same
    return Verdict(decided, runner_up=RunnerUp(second, margin_s))


def _decided(chosen: str, choice: Choice, eldest: str | None) -> Decided:
    if choice.explored:
        return Decided.LEARNING
    if not choice.aged:
        return Decided.SCORE
    return Decided.AGE if eldest == chosen else Decided.CLASS


def _doubt(compared: dict[str, float], chosen: str, choice: Choice, decided: Decided) -> Doubt:
    """The chosen one must be the best of those compared, by the score and the lead that were recorded."""
    mine = compared.get(chosen)
    if mine is None:
        return Doubt.REMOVED
    if abs(mine - choice.score_s) >= CLOSE_S:
        return Doubt.SCORE
    if decided is not Decided.LEARNING and max(compared.values()) - mine >= CLOSE_S:
        return Doubt.BETTER
    if choice.rival is not None and choice.margin_s is not None:
        theirs = compared.get(choice.rival)
        if theirs is None or abs(mine - theirs - choice.margin_s) >= CLOSE_S:
            return Doubt.RIVAL
    return Doubt.NONE
