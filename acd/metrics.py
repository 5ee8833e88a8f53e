"""The queues' figures, by the names and formulas of docs: counted from facts and orders, never asked of machines.

Everything is attributed to the interval in which the segment *entered*, so that no ratio can pass 1. Outcomes and
callers still waiting add up to `offered` in every interval.
"""

from collections import Counter
from dataclasses import dataclass, field, fields
from math import floor, inf

from acd.agent_metrics import AgentTimes
from acd.queue import Roster
from telephony.commands import AgentState, CloseSegment, CloseTalk, DistributionCommand, RingAgent, ShowAgent
from telephony.events import CallQueued, CallTransferred, DistributionEvent, Outcome, TransferKind
from telephony.ids import AgentNumber, CallId, QueueId

INTERVAL_S = 900.0
"""A quarter of an hour, the finest interval workforce planning uses."""

SHORT_S = 5.0
"""s of the short-abandon threshold: who hangs up sooner hardly meant to wait."""

DEFAULT_SERVICE_LEVEL_S = 20.0
"""T where the queue is not in the roster (any more): the usual 80/20 rule's."""

LONG_SERVICE_LEVEL_S = 180.0
"""3分钟接通率, always shown beside T."""

ABANDONED = frozenset({Outcome.ABANDONED_QUEUED, Outcome.ABANDONED_RINGING})


@dataclass(slots=True)
class QueueFigures:
    """Counters of one queue over one or more intervals, and the ratios made of them (None where undefined)."""

    offered: int = 0
    """人工请求量: segments that entered."""
    waiting: int = 0
    """Of these still without an outcome."""
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    abandoned_short: int = 0
    """秒挂: abandoned with a wait below s."""
    answered_in_t: int = 0
    """Answered within the queue's T."""
    answered_in_long: int = 0
    """Answered within 180 s."""
    abandoned_in_t: int = 0
    wait_sum_s: float = 0.0
    """Of all offered, those still waiting until now."""
    answered_wait_sum_s: float = 0.0
    rings: int = 0
    """Rings to agents."""
    talks: int = 0
    """Talks that have ended."""
    talk_sum_s: float = 0.0
    wrap_up_sum_s: float = 0.0
    transferred_blind: int = 0
    """Talks the agent passed on without asking (盲转)."""
    transferred_warm: int = 0
    """Talks the agent passed on after asking (咨询转)."""
    longest_wait_s: float = 0.0
    """最长等待: of those waiting now."""

    @property
    def answered(self) -> int:
        """人工接通量."""
        return self.outcomes[Outcome.ANSWERED]

    @property
    def abandoned(self) -> int:
        """放弃量: hung up while queued or ringing."""
        return sum(self.outcomes[outcome] for outcome in ABANDONED)

    @property
    def lost(self) -> int:
        """呼损量."""
        return self.offered - self.answered

    @property
    def connect_ratio(self) -> float | None:
        """人工接通率."""
        return _ratio(self.answered, self.offered)

    @property
    def abandon_ratio(self) -> float | None:
        """放弃率."""
        return _ratio(self.abandoned, self.offered)

    @property
    def service_level(self) -> float | None:
        """T秒接通率, variant `offered`."""
        return _ratio(self.answered_in_t, self.offered)

    @property
    def service_level_ex_short(self) -> float | None:
        """Variant `ex_short`."""
        return _ratio(self.answered_in_t, self.offered - self.abandoned_short)

    @property
    def service_level_answered(self) -> float | None:
        """Variant `answered`, Asterisk's SL."""
        return _ratio(self.answered_in_t, self.answered)

    @property
    def service_level_in(self) -> float | None:
        """Variant `in`, Asterisk's SL2."""
        return _ratio(self.answered_in_t + self.abandoned_in_t, self.answered + self.abandoned)

    @property
    def service_level_late(self) -> float | None:
        """Variant `late`."""
        return _ratio(self.answered_in_t, self.answered + self.abandoned - self.abandoned_in_t)

    @property
    def answered_in_180(self) -> float | None:
        """3分钟接通率."""
        return _ratio(self.answered_in_long, self.offered)

    @property
    def asa_s(self) -> float | None:
        """平均应答速度."""
        return _ratio(self.answered_wait_sum_s, self.answered)

    @property
    def awt_s(self) -> float | None:
        """平均排队时长."""
        return _ratio(self.wait_sum_s, self.offered)

    @property
    def patience_s(self) -> float | None:
        """平均耐心: the censored maximum-likelihood estimate."""
        return _ratio(self.wait_sum_s, self.abandoned)

    @property
    def agent_answer_ratio(self) -> float | None:
        """坐席应答率."""
        return _ratio(min(self.answered, self.rings), self.rings)

    @property
    def transfer_ratio(self) -> float | None:
        """转接率: of those answered, both kinds."""
        return _ratio(self.transferred_blind + self.transferred_warm, self.answered)

    @property
    def talk_s(self) -> float | None:
        """通话时长, the mean over talks that have ended; holding is part of it."""
        return _ratio(self.talk_sum_s, self.talks)

    @property
    def wrap_up_s(self) -> float | None:
        """话后处理时长, the mean over talks that have ended."""
        return _ratio(self.wrap_up_sum_s, self.talks)

    @property
    def aht_s(self) -> float | None:
        """平均处理时长, the mean over talks that have ended."""
        return _ratio(self.talk_sum_s + self.wrap_up_sum_s, self.talks)

    def add(self, other: "QueueFigures") -> None:
        """Put another interval's counters on top."""
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.outcomes.update(other.outcomes)


_SUMMED = tuple(f.name for f in fields(QueueFigures) if f.name not in {"outcomes", "longest_wait_s"})


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class _Handling:
    call: CallId
    figures: QueueFigures


class Metrics:
    """Feed it every fact the distributor takes and every order it gives, in that order."""

    def __init__(self, roster: Roster, *, interval_s: float = INTERVAL_S, origin: float = 0.0) -> None:
        self.roster = roster
        """Swap it after a reload: new thresholds hold from then on."""
        self.agents = AgentTimes()
        self._interval_s = interval_s
        self._origin = origin
        """An instant at which an interval begins, as a full hour."""
        self._intervals: dict[QueueId, dict[int, QueueFigures]] = {}
        self._open: dict[tuple[CallId, QueueId], float] = {}
        """Segments without an outcome, and when they entered."""
        self._handling: dict[AgentNumber, _Handling] = {}
        self._wrapping_since: dict[AgentNumber, float] = {}

    def apply(self, fact: DistributionEvent | DistributionCommand, now: float) -> None:
        """Count one fact or order."""
        match fact:
            case CallQueued(call, queue, entered_at=entered_at):
                if (call, queue) not in self._open:
                    self._enter(call, queue, entered_at)
            case RingAgent(call, agent, queue):
                self._rang(call, agent, queue)
            case CloseSegment():
                self._close(fact, now)
            case CloseTalk(call, agent, talk_s):
                self._talked(call, agent, talk_s)
            case CallTransferred(call, agent, kind):
                self._transferred(call, agent, kind)
            case ShowAgent(agent, state):
                self._follow_wrap_up(agent, state, now)
                self.agents.enter(agent, state, now)
            case _:
                pass  # the others change no figure

    def figures(self, queue: QueueId, now: float, *, since: float = -inf) -> QueueFigures:
        """One queue's figures over the intervals that begin at `since` or later."""
        total = QueueFigures()
        for number, figures in self._intervals.get(queue, {}).items():
            if self._origin + number * self._interval_s >= since:
                total.add(figures)
        for (_, open_queue), entered_at in self._open.items():
            if open_queue == queue:
                waited_s = max(0.0, now - entered_at)
                total.longest_wait_s = max(total.longest_wait_s, waited_s)
                if self._begins(entered_at) >= since:
                    total.wait_sum_s += waited_s
        return total

    def forget(self, before: float) -> None:
        """Drop intervals that began earlier; one that somebody still waits in is kept."""
        kept = {(queue, self._number(entered_at)) for (_, queue), entered_at in self._open.items()}
        for queue, intervals in self._intervals.items():
            old = [n for n in intervals if self._origin + n * self._interval_s < before and (queue, n) not in kept]
            for number in old:
                del intervals[number]

    def _number(self, entered_at: float) -> int:
        return floor((entered_at - self._origin) / self._interval_s)

    def _begins(self, entered_at: float) -> float:
        return self._origin + self._number(entered_at) * self._interval_s

    def _interval(self, queue: QueueId, entered_at: float) -> QueueFigures:
        return self._intervals.setdefault(queue, {}).setdefault(self._number(entered_at), QueueFigures())

    def _enter(self, call: CallId, queue: QueueId, entered_at: float) -> None:
        self._open[call, queue] = entered_at
        figures = self._interval(queue, entered_at)
        figures.offered += 1
        figures.waiting += 1

    def _close(self, fact: CloseSegment, now: float) -> None:
        key = (fact.call, fact.queue)
        if key not in self._open:
            self._enter(fact.call, fact.queue, now - fact.wait_s)  # it entered before a restart
        figures = self._interval(fact.queue, self._open.pop(key))
        figures.waiting -= 1
        figures.outcomes[fact.outcome] += 1
        figures.wait_sum_s += fact.wait_s
        known = self.roster.queues.get(fact.queue)
        in_t = fact.wait_s <= (DEFAULT_SERVICE_LEVEL_S if known is None else known.service_level_s)
        if fact.outcome is Outcome.ANSWERED:
            figures.answered_in_t += in_t
            figures.answered_in_long += fact.wait_s <= LONG_SERVICE_LEVEL_S
            figures.answered_wait_sum_s += fact.wait_s
            if fact.agent is not None:
                self.agents.answered(fact.agent)
                self._handling[fact.agent] = _Handling(fact.call, figures)
        elif fact.outcome in ABANDONED:
            figures.abandoned_short += fact.wait_s < SHORT_S
            figures.abandoned_in_t += in_t

    def _rang(self, call: CallId, agent: AgentNumber, queue: QueueId) -> None:
        self.agents.rang(agent)
        entered_at = self._open.get((call, queue))
        if entered_at is not None:
            self._interval(queue, entered_at).rings += 1

    def _talked(self, call: CallId, agent: AgentNumber, talk_s: float) -> None:
        handling = self._handling.get(agent)
        if handling is not None and handling.call == call:
            handling.figures.talks += 1
            handling.figures.talk_sum_s += talk_s

    def _transferred(self, call: CallId, agent: AgentNumber, kind: TransferKind) -> None:
        handling = self._handling.get(agent)
        if handling is not None and handling.call == call:
            handling.figures.transferred_blind += kind is TransferKind.BLIND
            handling.figures.transferred_warm += kind is TransferKind.WARM

    def _follow_wrap_up(self, agent: AgentNumber, state: AgentState, now: float) -> None:
        began_at = self._wrapping_since.pop(agent, None)
        if began_at is not None and agent in self._handling:
            self._handling[agent].figures.wrap_up_sum_s += max(0.0, now - began_at)
        if state is AgentState.WRAP_UP:
            self._wrapping_since[agent] = now
