"""Everybody a decision may have looked at, from what the journal had folded to just before it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from acd.agent import Agent
from acd.explain import AgentThen, CallerThen, Moment
from acd.pricing import Prices
from acd.queue import Queue, Roster
from acd.weights import VIP
from hotline.store.facts import Phase, RecoveredAgent, RecoveredCall, RecoveredCallback
from hotline.store.recovery import Recovered
from telephony.commands import Choice
from telephony.ids import AgentNumber, CallbackId, CallId


@dataclass(frozen=True, slots=True)
class Instant:
    """When something was decided."""

    then: Recovered
    """What was so just before."""
    at: float
    """On the engine's clock."""
    wall: float
    """Seconds since 1970."""
    callback: CallbackId | None = None
    """The call-back whose turn it was; None: a caller on the line."""

    def engine_time(self, wall: float) -> float:
        """The same instant on the engine's clock of then."""
        return self.at - (self.wall - wall)


def callback_of(call: CallId) -> CallbackId:
    """The call-back that a call to a customer would be for: its id, and which try it is."""
    return CallbackId(call.rpartition(".")[0])


def call_to(callback: RecoveredCallback) -> CallId:
    """The call to the customer, at this try."""
    return CallId(f"{callback.asked.callback}.{callback.tries}")


def moment_of(instant: Instant, call: CallId, choice: Choice, *, roster: Roster, prices: Prices) -> Moment | None:
    """What was so when this call was decided on; None if it stood in no line, as far as the journal knows."""
    callers = {one.call: one for one in _callers(instant, call, roster)}
    if call not in callers:
        return None
    agents: dict[AgentNumber, AgentThen] = {
        number: _agent(agent, instant.then.agents.get(number)) for number, agent in roster.agents.items()
    }
    return Moment(callers[call].place_at + choice.wait_s, agents, callers, prices, roster.routing.weights)


def _agent(agent: Agent, known: RecoveredAgent | None) -> AgentThen:
    if known is None:
        return AgentThen(agent)
    return AgentThen(agent, known.state, known.reason, known.availability, known.reachable)


def _callers(instant: Instant, call: CallId, roster: Roster) -> Iterator[CallerThen]:
    """Whoever stands in a line: on it, or at a kept place."""
    for known in instant.then.calls.values():
        queue = roster.queues.get(known.queue) if known.queue is not None else None
        if queue is not None and known.entered_wall is not None and known.adopted and known.topic is not None:
            yield _caller(known, queue, instant)
    for callback in instant.then.callbacks.values():
        queue = roster.queues.get(callback.asked.queue)
        if queue is not None and _stands(callback, instant):
            yield _kept(callback, roster, instant, call)


def _caller(known: RecoveredCall, queue: Queue, instant: Instant) -> CallerThen:
    assert known.topic is not None
    assert known.entered_wall is not None
    note, vip = known.note, VIP if known.vip else ""
    if note is not None:
        place_at = note.place_at
    elif known.place_at is not None:
        place_at = known.place_at
    else:  # from a journal that did not keep the instant itself
        place_at = instant.engine_time(known.entered_wall if known.place_wall is None else known.place_wall)
    return CallerThen(
        known.call,
        queue,
        known.topic if note is None else note.topic,
        queue.min_level if known.level is None else known.level,
        place_at,
        known.queued_seq,
        vip if note is None else note.caller_class or vip,
        0 if note is None else note.wish,
        () if note is None else note.wanted,
        transferred=known.transferred if note is None else note.transferred,
        offerable=known.offerable,
        rings=known.phase is Phase.RINGING,
    )


def _stands(callback: RecoveredCallback, instant: Instant) -> bool:
    """Whether an agent may be kept free for him: not between two tries, while his queue is shut, or if one is."""
    if callback.calling:
        return all(agent.call != call_to(callback) for agent in instant.then.agents.values())
    return callback.next_at is None or callback.next_at <= instant.at


def _kept(callback: RecoveredCallback, roster: Roster, instant: Instant, call: CallId) -> CallerThen:
    """A customer who is to be called back, as the policy saw him; the call to him is the one that was decided on."""
    asked = callback.asked
    queue = roster.queues[asked.queue]
    chosen = instant.callback == asked.callback
    return CallerThen(
        call if chosen else CallId(asked.callback),
        queue,
        asked.topic,
        queue.min_level if callback.level is None else callback.level,
        instant.engine_time(callback.place_wall),
        caller_class=roster.routing.caller_class(asked.topic, vip=asked.vip),
        wish=asked.wish,
        wanted=tuple(agent for agent in asked.wanted if agent in roster.agents),
        transferred=asked.transferred,
    )
