"""The agent's machine: a deadline in every state that must end, and a sweeper that says why."""

from dataclasses import dataclass, field

from acd.agent import Agent
from acd.agent_table import AWAY, ENGAGED, TABLE, AgentEvent, ImpossibleStep
from acd.limits import Limits
from acd.queue import Queue
from telephony.commands import AgentState, Carried
from telephony.events import AgentWish, RingOutcome
from telephony.ids import CallId

RING_GRACE_S = 20.0
"""Seconds past the ring's own time-out until a ring nobody reported the end of counts as lost: room for the
announcement between picking up and talking, and more than the 15 s after which the channel's own session gives up."""

CANCEL_GRACE_S = 5.0
"""Seconds a ring taken back may take to end; measured: 1.5 ms. The rest is room for a link that is reconnecting."""

EXTENSION_S = 60.0
"""Seconds one extension adds to the wrap-up."""

DEFAULT_WRAP_UP_S = 15.0
"""Seconds of wrap-up where the queue is not known any more: `Queue.wrap_up_s` has the same default."""

MISSED_RINGS = "missed_rings"
"""The reason of an agent set not ready by the hotline; not in the roster's list, which holds what agents may say."""

PHONE_GONE = "phone_gone"
"""The reason of an agent signed off by the hotline who was ready, but whose phone was not there."""

PHONE_IDLE = "phone_idle"
"""The reason of an agent released by the hotline whose ring or talk was over long ago, though nobody had told."""

NO_SIGN = "no_sign"
"""The reason of an agent signed off by the hotline who was ready, but gave no sign for longer than any shift."""

NOT_READY_TOO_LONG = "not_ready_too_long"
"""The reason of an agent signed off by the hotline who was not ready for hours."""

LATER = "later"
"""Explains a wish that is granted for the end of the ring or talk."""

COUNTED_AS_MISSED = frozenset({RingOutcome.NO_ANSWER, RingOutcome.REJECTED})
"""What says that nobody is there to answer. A busy or unreachable phone cools down but is no fault of the agent
(app_queue's defaults for autopause say the same)."""


FLAGGED = {AgentState.TALKING: "talking", AgentState.ON_HOLD: "on hold"}
"""States that are never cut, only named when they last too long."""


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
    limits: Limits = field(default_factory=Limits)
    late: bool = False
    """The state has outlasted its limit, and goes on."""
    gone_at: float | None = None
    """Since when the phone is not there; None while it is."""
    seen_at: float = 0.0
    """The last sign of the agent that did not change his state: a wish, or his phone coming back."""

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
        self.seen_at = now
        if event is AgentEvent.EXTEND_WRAP_UP:
            return self._extend(now)
        if self.state in ENGAGED:
            self.pending = (event, reason) if event in AWAY else None
            return Reply(granted=True, explanation=LATER if self.pending else "")
        if target is not self.state or event is AgentEvent.NOT_READY:
            self.missed = 0
            self._enter(target, now, reason=reason if event in AWAY else "")
        elif target is AgentState.READY:
            self.deadline = self._bound()
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
        if 0 < self.agent.max_missed_rings <= self.missed:
            self.missed = 0
            self._step(AgentEvent.PAUSE, now, reason=MISSED_RINGS)
        else:
            self._step(AgentEvent.MISS, now)

    def connect(self, call: CallId, queue: Queue | None, now: float) -> None:
        """Agent and caller hear each other."""
        self.call, self.queue, self.missed = call, queue, 0
        self._step(AgentEvent.CONNECT, now, deadline=now + self.limits.talk_s)

    def hold(self, now: float, *, on_hold: bool) -> None:
        """The agent let the caller hear music, or took him back."""
        if on_hold:
            self._step(AgentEvent.HOLD, now, deadline=now + self.limits.hold_s)
        else:
            self._step(AgentEvent.UNHOLD, now, deadline=now + self.limits.talk_s)

    def end_talk(self, now: float, reason: str = "") -> None:
        """The talk ended; a wish to be away comes before the wrap-up, as in other systems."""
        self.call = None
        if self.wrap_up_s > 0 and self.pending is None:
            self._step(AgentEvent.WRAP_UP, now, reason=reason, deadline=now + self.wrap_up_s)
        else:
            self._step(AgentEvent.FINISH, now, reason=reason)

    def strand(self, now: float) -> None:
        """The ring or talk turned out to be over: he goes on as after any other, and the reason is named."""
        if self.state is AgentState.RINGING:
            self.call = None
            self._step(AgentEvent.TIME_UP, now, reason=PHONE_IDLE)
        else:
            self.end_talk(now, PHONE_IDLE)

    def sweep(self, now: float) -> None:
        """The deadline has come: let go of what did not end, and name the reason."""
        lasted_s, number = now - self.since, self.agent.number
        if self.state in FLAGGED:
            self.reason = f"{number} flagged: {FLAGGED[self.state]} for {lasted_s:.0f} s"
            again_s = self.limits.talk_s if self.state is AgentState.TALKING else self.limits.hold_s
            self.late, self.deadline = True, now + again_s
            return
        if self.state is AgentState.READY:
            gone_at = self._gone_bound()
            self._step(
                AgentEvent.RELEASE, now, reason=PHONE_GONE if gone_at is not None and gone_at <= now else NO_SIGN
            )
            return
        if self.state is AgentState.NOT_READY:
            self._sweep_break(now)
            return
        rang = self.state is AgentState.RINGING
        reason = f"{number} released: ringing for {lasted_s:.0f} s and no end reported" if rang else "wrap_up_over"
        self.call = None
        self._step(AgentEvent.TIME_UP, now, reason=reason)

    def _sweep_break(self, now: float) -> None:
        """A break goes on and is shown as late, until it has lasted so long that he must have forgotten to sign off."""
        limits = self.limits
        if limits.sign_off_s and now >= self.since + limits.sign_off_s:
            self._step(AgentEvent.RELEASE, now, reason=NOT_READY_TOO_LONG)
        else:
            self.late = True
            self.deadline = self._bound()

    def use(self, limits: Limits, now: float) -> None:
        """Other limits from now on, also for a break that is going on; a talk has its next deadline by the old ones."""
        self.limits = limits
        if self.state in {AgentState.READY, AgentState.NOT_READY}:
            late_s = limits.not_ready_after(self.reason)
            self.late = self.late and 0 < late_s <= now - self.since
            self.deadline = self._bound()

    def phone_seen(self, now: float, *, there: bool) -> None:
        """Whether the phone is there: ready without one is ready for nothing."""
        if there:
            self.seen_at = self.seen_at if self.gone_at is None else now
            self.gone_at = None
        elif self.gone_at is None:
            self.gone_at = now
        if self.state is AgentState.READY:
            self.deadline = self._bound()

    def _bound(self) -> float | None:
        """When a state without an end of its own must have ended, or be shown as late."""
        limits = self.limits
        if self.state is AgentState.READY:
            silent_at, gone_at = max(self.since, self.seen_at) + limits.ready_s, self._gone_bound()
            return silent_at if gone_at is None else min(silent_at, gone_at)
        if self.state is not AgentState.NOT_READY:
            return None
        late_s = 0.0 if self.late else limits.not_ready_after(self.reason)
        return min((self.since + bound_s for bound_s in (late_s, limits.sign_off_s) if bound_s), default=None)

    def _gone_bound(self) -> float | None:
        """When ready without a phone has lasted too long."""
        if self.gone_at is None or not self.limits.phone_gone_s:
            return None
        return max(self.since, self.gone_at) + self.limits.phone_gone_s

    def resume(
        self,
        state: AgentState,
        reason: str,
        since: float,
        call: CallId | None = None,
        *,
        carried: Carried | None = None,
    ) -> None:
        """Go on where the journal left off. A ring does not survive a restart, nor does a talk without its call.

        Whoever knows it sets the queue before, for the wrap-up is its.
        """
        carried = carried or Carried()
        self.missed = carried.missed
        self.seen_at = since if carried.seen_at is None else carried.seen_at
        self.pending = None if carried.pending is None else (AgentEvent(carried.pending), carried.pending_reason)
        if state is AgentState.ON_HOLD:
            state = AgentState.TALKING  # whether he still is, his phone tells when it changes
        if state is AgentState.RINGING or (state is AgentState.TALKING and call is None):
            state = AgentState.READY
        if self.pending is not None and state not in ENGAGED:
            (away, reason), self.pending = self.pending, None
            state = TABLE[AgentState.READY][away]
        deadline = {AgentState.TALKING: since + self.limits.talk_s, AgentState.WRAP_UP: since + self.wrap_up_s}.get(
            state
        )
        if state is AgentState.WRAP_UP and carried.ends_at is not None:
            longest_s = max(self.limits.wrap_up_s, self.wrap_up_s)  # whatever the wall clock was set to meanwhile
            deadline = min(carried.ends_at, since + longest_s)
        self.call = call if state is AgentState.TALKING else None
        self._enter(state, since, reason=reason, deadline=deadline)
        self.idle_since = since if carried.idle_since is None else min(since, carried.idle_since)

    def _extend(self, now: float) -> Reply:
        ends_at = max(self.deadline or now, now)
        extended_at = min(ends_at + EXTENSION_S, self.since + self.limits.wrap_up_s)
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
        self.state, self.since, self.reason, self.late = state, now, reason, False
        self.deadline = self._bound() if deadline is None else deadline
        if state is AgentState.READY:
            self.idle_since = now
