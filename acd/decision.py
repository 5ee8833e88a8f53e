"""The record of one decision: made on the hot path, so compact, yet everything about it can be derived again."""

from typing import NamedTuple

from acd.pricing import Prices
from acd.skill_groups import bits
from acd.weights import Weights
from telephony.commands import Choice
from telephony.ids import AgentNumber, CallId, Topic

QUEUE_PRIORITY = "queue priority"
"""The term of the caller's queue."""

TRANSFERRED = "transferred"
"""The term of a caller whom an agent passed on."""


class Decision(NamedTuple):
    """One choice as of its instant. Masks number groups and lanes as the policy's `PairTerms` did then."""

    at: float
    call: CallId
    agent: AgentNumber
    by_agent: bool
    """The agent became free and chose among callers; else the call chose among idle agents."""
    lane: int
    group: int
    score: float
    """In seconds of waiting."""
    rival: CallId | AgentNumber | None
    """The runner-up: the best head of another lane, or of another group; None without one."""
    rival_score: float
    wait_s: float
    idle_s: float
    """How long the agent had been idle."""
    caller_class: str
    own_agent: bool
    """The caller wanted this agent."""
    aged: bool
    """The caller had waited so long that only unbound classes may still overtake anybody who did."""
    among: int
    """Mask of what was looked at: groups with somebody idle, or lanes with somebody waiting."""
    prices: Prices
    weights: Weights
    priority_s: float = 0.0
    """Of the caller's queue before others; 0 where the call chose, since to him all agents are of one queue."""

    explored: bool = False
    """The agent is to learn the topic; the runner-up is who would have had the call."""
    transferred: bool = False
    """An agent passed the caller on; False where the call chose, since no agent is to be before another for that."""

    @property
    def margin_s(self) -> float | None:
        """How far ahead of the runner-up; negative where age decided, or that somebody learns."""
        return None if self.rival is None else self.score - self.rival_score

    @property
    def version(self) -> str:
        """Of weights and prices."""
        return f"{self.weights.version}/{self.prices.version}"

    def terms(self) -> dict[str, float]:
        """What the score is the sum of, in seconds; a term of nothing is left out, but for the first and skill."""
        own_s = self.weights.same_agent_s if self.own_agent else 0.0
        if self.by_agent:
            terms = {"waited": self.wait_s, "own agent": own_s, self.caller_class: self._class_s}
            terms[QUEUE_PRIORITY] = self.priority_s
            terms[TRANSFERRED] = self.weights.transferred_s * self.transferred
        else:
            terms = {"idle": self.weights.idle_s(self.idle_s), "own agent": own_s}
        skill_s = self.score - sum(terms.values())
        first = next(iter(terms))
        return {name: term for name, term in terms.items() if term or name == first} | {"skill": skill_s}

    def reason(self) -> str:
        """The terms in one compact, stable line, as `waited 41.0 + vip 75.0 - skill 12.0 = 104.0, ahead by 8.0 s`."""
        line = ""
        for name, term in self.terms().items():
            line += f" {'-' if term < 0 else '+'} {name} {abs(term):.1f}"
        line = f"{line[3:] if line[1] == '+' else line[1:]} = {self.score:.1f} s"
        if self.aged:
            line += ", waited longest"
        if self.explored:
            line += ", to learn"
        if self.rival is not None:
            line += f", ahead by {self.score - self.rival_score:.1f} s"
        return line

    def choice(self, topic: Topic, min_level: int) -> Choice:
        """The same for the journal, without the masks, which mean something only here."""
        return Choice(
            by_agent=self.by_agent,
            topic=topic,
            min_level=min_level,
            score_s=self.score,
            terms=self.terms(),
            rival=self.rival,
            margin_s=self.margin_s,
            wait_s=self.wait_s,
            idle_s=self.idle_s,
            version=self.version,
            aged=self.aged,
            explored=self.explored,
        )

    @property
    def _class_s(self) -> float:
        return self.weights.class_s(self.caller_class)

    def looked_at(self) -> list[int]:
        """The numbers of the groups, or lanes, looked at."""
        return list(bits(self.among))
