"""Making the record of a decision, field by field, since it is made on the hot path."""

from acd.assigner import WaitingCall
from acd.decision import Decision
from acd.lineup import Caller, Idle, Lineup
from acd.pair_terms import PairTerms
from telephony.ids import AgentNumber

Scored = tuple[float, Caller, bool]
"""A caller with his score, and whether the agent is his own."""

Offer = tuple[float, bool, int, AgentNumber, Idle]
"""Score, whether he is the caller's own, minus his group, the agent, all of him: the best is the greatest."""

record = tuple.__new__
"""Makes a record from its fields in their order: a named tuple's own constructor is Python and takes twice as long."""


class Records:
    """Makes the records of one office."""

    __slots__ = ("_lineup", "_terms")

    def __init__(self, terms: PairTerms, lineup: Lineup) -> None:
        self._terms = terms
        self._lineup = lineup

    def by_agent(self, first: Scored, second: Scored | None, idle: Idle, now: float, *, aged: bool = False) -> Decision:
        """An agent chose among callers."""
        score, (entered_at, _, call, _, lane), own = first
        rival, rival_score = (None, 0.0) if second is None else (second[1][2], second[0])
        since, _, number, _, group = idle
        terms = self._terms
        key = terms.lanes[lane]
        return record(
            Decision,
            (
                now,
                call,
                number,
                True,
                lane,
                group,
                score,
                rival,
                rival_score,
                now - entered_at,
                now - since,
                key.caller_class,
                own,
                aged,
                self._lineup.waiting,
                terms.prices,
                terms.weights,
                key.priority_s,
                False,
                key.transferred,
            ),
        )

    def by_call(self, first: Offer, second: Offer | None, known: tuple[WaitingCall, int], now: float) -> Decision:
        """A call, known with its lane, chose among agents."""
        call, lane = known
        score, own, _, number, (since, _, _, _, group) = first
        rival, rival_score = (None, 0.0) if second is None else (second[3], second[0])
        terms = self._terms
        return record(
            Decision,
            (
                now,
                call.call,
                number,
                False,
                lane,
                group,
                score,
                rival,
                rival_score,
                now - call.entered_at,
                now - since,
                terms.lanes[lane].caller_class,
                own,
                False,
                self._lineup.idle,
                terms.prices,
                terms.weights,
                0.0,
                False,
                False,
            ),
        )
