"""The agent's machine: one table, a deadline in every state that must end, and a sweeper that says why."""

from dataclasses import dataclass
from enum import StrEnum

from acd.agent import Agent
from acd.queue import Queue
from telephony.commands import AgentState
from telephony.events import AgentWish, RingOutcome
from telephony.ids import CallId

RING_GRACE_S = 20.0
"""Seconds past the ring's own time-out until a ring nobody reported the end of counts as lost: room for the
announcement between picking up and talking, and more than the 15 s after which the channel's own session gives up."""

CANCEL_GRACE_S = 5.0
"""Seconds a ring taken back may take to end; measured: 1.5 ms. The rest is room for a link that is reconnecting."""

ENGAGED = frozenset({AgentState.RINGING, AgentState.TALKING, AgentState.ON_HOLD})
"""States that a wish to be away waits for the end of."""

MAX_HOLD_S = 900.0
"""Seconds on hold after which it is flagged, and flagged again: nobody listens to music for a quarter of an hour."""

MAX_TALK_S = 4 * 3600.0
"""Seconds after which a talk is flagged, and flagged again: never cut, since it may be real. Half a shift."""

EXTENSION_S = 60.0
"""Seconds one extension adds to the wrap-up."""

MAX_WRAP_UP_S = 900.0
"""Seconds a wrap-up may last with all its extensions; whoever needs longer goes not ready and says why."""

DEFAULT_WRAP_UP_S = 15.0
"""Seconds of wrap-up where the queue is not known, as after a restart: `Queue.wrap_up_s` has the same default."""

MISSED_RINGS = "missed_rings"
"""The reason of an agent set not ready by the hotline; not in the roster's list, which holds what agents may say."""

LATER = "later"
"""Explains a wish that is granted for the end of the ring or talk."""

COUNTED_AS_MISSED = frozenset({RingOutcome.NO_ANSWER, RingOutcome.REJECTED})
"""What says that nobody is there to answer. A busy or unreachable phone cools down but is no fault of the agent
(app_queue's defaults for autopause say the same)."""


class AgentEvent(StrEnum):
    """What can happen to an agent: the wishes, then the facts."""

    SIGN_IN = "sign_in"
    SIGN_OFF = "sign_off"
    READY = "ready"
    NOT_READY = "not_ready"
    EXTEND_WRAP_UP = "extend_wrap_up"
    RESERVE = "reserve"
    """Chosen for a call: the phone is about to ring."""
    FREE = "free"
    """The ring ended at no cost to the agent."""
    MISS = "miss"
    """The ring ended without an answer."""
    PAUSE = "pause"
    """As MISS, and once too often."""
    CONNECT = "connect"
    """Agent and caller hear each other: a fact whatever we believed before."""
    WRAP_UP = "wrap_up"
    """The talk ended."""
    HOLD = "hold"
    """The agent let the caller hear music."""
    UNHOLD = "unhold"
    FINISH = "finish"
    """The talk ended and there is no wrap-up."""
    TIME_UP = "time_up"
    """The state's deadline has come."""


TABLE: dict[AgentState, dict[AgentEvent, AgentState]] = {
    AgentState.SIGNED_OFF: {
        AgentEvent.SIGN_IN: AgentState.READY,
        AgentEvent.SIGN_OFF: AgentState.SIGNED_OFF,
        AgentEvent.CONNECT: AgentState.TALKING,
    },
    AgentState.READY: {
        AgentEvent.SIGN_IN: AgentState.READY,
        AgentEvent.SIGN_OFF: AgentState.SIGNED_OFF,
        AgentEvent.READY: AgentState.READY,
        AgentEvent.NOT_READY: AgentState.NOT_READY,
        AgentEvent.RESERVE: AgentState.RINGING,
        AgentEvent.CONNECT: AgentState.TALKING,
    },
    AgentState.RINGING: {
        AgentEvent.SIGN_IN: AgentState.RINGING,
        AgentEvent.SIGN_OFF: AgentState.RINGING,
        AgentEvent.READY: AgentState.RINGING,
        AgentEvent.NOT_READY: AgentState.RINGING,
        AgentEvent.FREE: AgentState.READY,
        AgentEvent.MISS: AgentState.READY,
        AgentEvent.PAUSE: AgentState.NOT_READY,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.TIME_UP: AgentState.READY,
    },
    AgentState.TALKING: {
        AgentEvent.SIGN_IN: AgentState.TALKING,
        AgentEvent.SIGN_OFF: AgentState.TALKING,
        AgentEvent.READY: AgentState.TALKING,
        AgentEvent.NOT_READY: AgentState.TALKING,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.HOLD: AgentState.ON_HOLD,
        AgentEvent.UNHOLD: AgentState.TALKING,
        AgentEvent.WRAP_UP: AgentState.WRAP_UP,
        AgentEvent.FINISH: AgentState.READY,
        AgentEvent.TIME_UP: AgentState.TALKING,
    },
    AgentState.ON_HOLD: {
        AgentEvent.SIGN_IN: AgentState.ON_HOLD,
        AgentEvent.SIGN_OFF: AgentState.ON_HOLD,
        AgentEvent.READY: AgentState.ON_HOLD,
        AgentEvent.NOT_READY: AgentState.ON_HOLD,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.HOLD: AgentState.ON_HOLD,
        AgentEvent.UNHOLD: AgentState.TALKING,
        AgentEvent.WRAP_UP: AgentState.WRAP_UP,
        AgentEvent.FINISH: AgentState.READY,
        AgentEvent.TIME_UP: AgentState.ON_HOLD,
    },
    AgentState.WRAP_UP: {
        AgentEvent.SIGN_IN: AgentState.WRAP_UP,
        AgentEvent.SIGN_OFF: AgentState.SIGNED_OFF,
        AgentEvent.READY: AgentState.READY,
        AgentEvent.NOT_READY: AgentState.NOT_READY,
        AgentEvent.EXTEND_WRAP_UP: AgentState.WRAP_UP,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.TIME_UP: AgentState.READY,
    },
    AgentState.NOT_READY: {
        AgentEvent.SIGN_IN: AgentState.NOT_READY,
        AgentEvent.SIGN_OFF: AgentState.SIGNED_OFF,
        AgentEvent.READY: AgentState.READY,
        AgentEvent.NOT_READY: AgentState.NOT_READY,
        AgentEvent.CONNECT: AgentState.TALKING,
    },
}
"""The machine. A wish that has no entry is refused, a fact that has none is our bug. A wish that leads from RINGING or
TALKING to the same state takes effect when that state ends."""

AWAY = frozenset({AgentEvent.SIGN_OFF, AgentEvent.NOT_READY})
"""Wishes that wait for the end of a ring or talk."""


FLAGGED = {AgentState.TALKING: ("talking", MAX_TALK_S), AgentState.ON_HOLD: ("on hold", MAX_HOLD_S)}
"""States that are never cut, only named when they last too long."""


class ImpossibleStep(Exception):  # noqa: N818  the constitution's word: a missing pair is the error
    """A fact reached an agent in a state where it can not happen: our bug."""

    def __init__(self, state: AgentState, event: AgentEvent) -> None:
        super().__init__(f"agent: no way from {state} by {event}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a wish."""

    granted: bool
    explanation: str = ""
    """Where refused the state that forbids it, or `wrap_up_limit`; where granted `later` if it waits for the end
    of the ring or talk."""


@dataclass(slots=True)
class AgentMachine:
    """One agent, live."""

    agent: Agent
    state: AgentState = AgentState.SIGNED_OFF
    since: float = 0.0
    """When the state began."""
    reason: str = ""
    """Why, for screens: a key of the list of reasons, `missed_rings`, or what the sweeper found."""
    deadline: float | None = None
    """When the state must have ended; None where it may last."""
    idle_since: float = 0.0
    """When the agent was last let go: by the end of a missed ring or of the work after a talk, by signing in or by
    coming back. A ring taken back leaves it alone."""
    call: CallId | None = None
    """The call that rings or talks."""
    queue: Queue | None = None
    """The queue that call came from, kept for the wrap-up."""
    missed: int = 0
    """Rings missed in a row."""
    pending: tuple[AgentEvent, str] | None = None
    """A wish to be away that waits for the end of the ring or talk, and its reason."""

    @property
    def wrap_up_s(self) -> float:
        """The agent's own wrap-up time, else the queue's."""
        if self.agent.wrap_up_s is not None:
            return self.agent.wrap_up_s
        return DEFAULT_WRAP_UP_S if self.queue is None else self.queue.wrap_up_s

    def wish(self, wish: AgentWish, now: float, reason: str = "") -> Reply:
        """The agent asks for another state."""
        event = AgentEvent(wish.value)
        target = TABLE[self.state].get(event)
        if target is None:
            return Reply(granted=False, explanation=self.state.value)
        if event is AgentEvent.EXTEND_WRAP_UP:
            return self._extend(now)
        if self.state in ENGAGED:
            self.pending = (event, reason) if event in AWAY else None
            return Reply(granted=True, explanation=LATER if self.pending else "")
        if target is not self.state or event is AgentEvent.NOT_READY:
            self.missed = 0
            self._enter(target, now, reason=reason if event in AWAY else "")
        return Reply(granted=True)

    def reserve(self, call: CallId, queue: Queue, now: float) -> None:
        """Chosen for this call; the phone is about to ring."""
        self.call, self.queue = call, queue
        self._step(AgentEvent.RESERVE, now, deadline=now + queue.ring_s + RING_GRACE_S)

    def take_back(self, now: float) -> None:
        """The ring is being taken back: its end is due soon."""
        self.deadline = now + CANCEL_GRACE_S

    def free(self, now: float) -> None:
        """The ring ended at no cost to the agent."""
        idle_since, self.call = self.idle_since, None
        self._step(AgentEvent.FREE, now)
        self.idle_since = idle_since

    def miss(self, outcome: RingOutcome, now: float) -> None:
        """The ring ended without an answer."""
        self.call = None
        self.missed += outcome in COUNTED_AS_MISSED
        if self.missed >= self.agent.max_missed_rings:
            self.missed = 0
            self._step(AgentEvent.PAUSE, now, reason=MISSED_RINGS)
        else:
            self._step(AgentEvent.MISS, now)

    def connect(self, call: CallId, queue: Queue | None, now: float) -> None:
        """Agent and caller hear each other."""
        self.call, self.queue, self.missed = call, queue, 0
        self._step(AgentEvent.CONNECT, now, deadline=now + MAX_TALK_S)

    def hold(self, now: float, *, on_hold: bool) -> None:
        """The agent let the caller hear music, or took him back."""
        if on_hold:
            self._step(AgentEvent.HOLD, now, deadline=now + MAX_HOLD_S)
        else:
            self._step(AgentEvent.UNHOLD, now, deadline=now + MAX_TALK_S)

    def end_talk(self, now: float) -> None:
        """The talk ended; a wish to be away comes before the wrap-up, as in other systems."""
        self.call = None
        if self.wrap_up_s > 0 and self.pending is None:
            self._step(AgentEvent.WRAP_UP, now, deadline=now + self.wrap_up_s)
        else:
            self._step(AgentEvent.FINISH, now)

    def sweep(self, now: float) -> None:
        """The deadline has come: let go of what did not end, and name the reason."""
        lasted_s, number = now - self.since, self.agent.number
        if self.state in FLAGGED:
            what, again_s = FLAGGED[self.state]
            self.reason = f"{number} flagged: {what} for {lasted_s:.0f} s"
            self.deadline = now + again_s
            return
        rang = self.state is AgentState.RINGING
        reason = f"{number} released: ringing for {lasted_s:.0f} s and no end reported" if rang else "wrap_up_over"
        self.call = None
        self._step(AgentEvent.TIME_UP, now, reason=reason)

    def resume(self, state: AgentState, reason: str, since: float, call: CallId | None = None) -> None:
        """Go on where the journal left off. A ring does not survive a restart, nor does a talk without its call."""
        self.call, self.pending, self.missed, self.queue = None, None, 0, None
        if state is AgentState.ON_HOLD:
            state = AgentState.TALKING  # whether he still is, his phone tells when it changes
        if state is AgentState.RINGING or (state is AgentState.TALKING and call is None):
            state = AgentState.READY
        deadline = {AgentState.TALKING: since + MAX_TALK_S, AgentState.WRAP_UP: since + self.wrap_up_s}.get(state)
        self.call = call if state is AgentState.TALKING else None
        self._enter(state, since, reason=reason, deadline=deadline)
        self.idle_since = since

    def _extend(self, now: float) -> Reply:
        ends_at = max(self.deadline or now, now)
        extended_at = min(ends_at + EXTENSION_S, self.since + MAX_WRAP_UP_S)
        if extended_at <= ends_at:
            return Reply(granted=False, explanation="wrap_up_limit")
        self.deadline = extended_at
        return Reply(granted=True)

    def _step(self, event: AgentEvent, now: float, *, reason: str = "", deadline: float | None = None) -> None:
        target = TABLE[self.state].get(event)
        if target is None:
            raise ImpossibleStep(self.state, event)
        self._enter(target, now, reason=reason, deadline=deadline)
        if self.pending is not None and target not in ENGAGED:
            (away, away_reason), self.pending = self.pending, None
            self._enter(TABLE[AgentState.READY][away], now, reason=away_reason or reason)

    def _enter(self, state: AgentState, now: float, *, reason: str = "", deadline: float | None = None) -> None:
        self.state, self.since, self.reason, self.deadline = state, now, reason, deadline
        if state is AgentState.READY:
            self.idle_since = now
