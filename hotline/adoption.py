"""After a lost link or a restart: take up again what Asterisk still holds, end what is gone, replay nothing."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from acd.continuity import Remembered
from acd.stranded import Doubted
from hotline.asterisk.activity import End
from hotline.asterisk.orders import AgiStarted, ChannelGone, Resynchronise
from hotline.asterisk.reconcile import caller_alone, left_of, reconcile
from hotline.asterisk.translate import CONSULT_CONTEXT, Arrival, Channel
from hotline.store.facts import Phase, RecoveredAgent, RecoveredCall, RecoveredCallback
from hotline.store.recovery import Recovered, on_clock
from telephony import events as e
from telephony.commands import AgentState
from telephony.ids import AgentNumber, CallId

if TYPE_CHECKING:
    from hotline.engine import Engine
    from hotline.line import Line

log = structlog.get_logger()

UNKNOWN_CAUSE = 0
"""Q.850 has no 0: the call ended while we were not looking."""


class Adoption:
    """Compares Asterisk's channels with our calls after every connection of the link."""

    def __init__(self, engine: "Engine", recovered: Recovered) -> None:
        self._engine = engine
        self._pending: dict[CallId, RecoveredCall] = dict(recovered.calls)
        engine.arrivals.on_unknown_arrival = self._arrived
        engine.arrivals.on_unknown_end = self._gone

    def restore_agents(self, agents: Iterable[RecoveredAgent]) -> None:
        """Agents keep the state and the reason they had; before any call is taken."""
        engine = self._engine
        for agent in agents:
            if agent.agent not in engine.config.roster.agents:
                continue
            since = self._engine_time(agent.since_wall)
            call = agent.call if agent.state in {AgentState.TALKING, AgentState.ON_HOLD} else None
            carried = None if agent.carried is None else on_clock(agent.carried, self._engine_time_ahead)
            remembered = Remembered(agent.state, agent.reason, since, call, carried)
            engine.carry_out_all(engine.distributor.restore_agent(agent.agent, remembered))

    def restore_callbacks(self, callbacks: Iterable[RecoveredCallback]) -> None:
        """Customers who were promised a call get it, at the place they had; after the agents."""
        engine = self._engine
        for one in callbacks:
            asked = replace(one.asked, place_at=self._engine_time(one.place_wall))
            asked_at = self._engine_time(one.asked_wall)
            engine.carry_out_all(
                engine.distributor.restore_callback(asked, engine.now, asked_at=asked_at, tries=one.tries)
            )
        engine.agenda.put(("distributor", ""), engine.distributor.deadline)

    def compare(self, channels: Iterable[Channel]) -> None:
        """Bring our calls and Asterisk's channels to agree."""
        engine, channels = self._engine, list(channels)
        stale = {call for call, line in engine.lines.items() if line.epoch < engine.epoch}
        found = reconcile(stale | set(self._pending), channels, set(engine.config.roster.agents))
        for call in found.gone:
            self._end(call)
        for channel in channels:
            if channel.context == CONSULT_CONTEXT:
                engine.handovers.found(channel.name)
        for call, state in found.resume.items():
            line = engine.lines.get(call)
            if line is None:
                self._adopt(found.channels[call], state)
            elif line.epoch < engine.epoch:
                line.epoch = engine.epoch
                engine.channels.carry_out(line.session, line.session.handle(state, engine.now))
        log.info(
            "calls_compared", resumed=len(found.resume), ended=len(found.gone), in_emergency_branch=len(found.away)
        )
        engine.post()
        engine.wake()

    def settle(self, doubted: Iterable[Doubted], channels: Iterable[Channel]) -> None:
        """Agents whom we hold in rings and talks though their phones are idle: who has no channel left is released."""
        channels = list(channels)
        for one in doubted:
            left = left_of(channels, one.call, one.agent)
            if not left:
                self._release(one)
            elif (alone := caller_alone(left)) is not None:
                self._ask_again(one, alone)
        self._engine.wake()

    def _release(self, one: Doubted) -> None:
        """The end of it was never told: the agent first, so that the reason is his; then the call."""
        engine = self._engine
        log.warning("agent_stranded", agent=one.agent, call=one.call, idle_s=round(one.idle_s, 1))
        engine.post(e.AgentStranded(one.agent, one.call, one.idle_s))
        if one.call in engine.lines:
            self._end(one.call)
        elif one.call is not None:
            engine.post(e.CallEnded(one.call, UNKNOWN_CAUSE))

    def _ask_again(self, one: Doubted, alone: Channel) -> None:
        """The caller is there and hears nobody: a command that does nothing tells whether his talk goes on."""
        engine = self._engine
        line = engine.lines.get(alone.call)
        if line is None or engine.handovers.holds(alone.call):
            return
        log.warning("talk_doubted", agent=one.agent, call=alone.call, idle_s=round(one.idle_s, 1))
        state = Resynchronise(alone.name, None, None, bridged=False)
        engine.channels.carry_out(line.session, line.session.handle(state, engine.now))

    def _end(self, call: CallId) -> None:
        """Ours once, gone from Asterisk."""
        engine = self._engine
        line = engine.lines.get(call)
        if line is not None:
            engine.channels.carry_out(line.session, line.session.handle(ChannelGone(UNKNOWN_CAUSE), engine.now))
            return
        self._gone(call, ChannelGone(UNKNOWN_CAUSE))

    def _gone(self, call: CallId, gone: ChannelGone) -> None:
        """A caller of before the restart hung up before he came back, as in the emergency branch."""
        known = self._pending.pop(call, None)
        if known is not None:
            self._end_talk(known)
            self._engine.post(e.CallEnded(call, gone.cause))

    def _end_talk(self, known: RecoveredCall) -> None:
        """The caller is in no talk any more, so his agent is not either."""
        if known.phase is Phase.TALKING and known.agent is not None:
            self._engine.post(e.TalkEnded(known.call, known.agent, e.TalkEndedBy.UNKNOWN))

    def _arrived(self, arrival: Arrival) -> bool:
        """A caller the journal knows came back by himself, as from the emergency branch."""
        known = self._pending.pop(arrival.call, None)
        if known is None:
            return False
        line = self._line(known, arrival.channel, arrival.extension, arrival.caller)
        line.session.handle(AgiStarted(arrival.channel), self._engine.now)
        self._end_talk(known)
        self._go_on(line, known)
        return True

    def _adopt(self, channel: Channel, state: Resynchronise) -> None:
        """A caller in Asterisk whom this controller has never seen."""
        engine = self._engine
        known = self._pending.pop(channel.call, None)
        if known is None and not state.bridged:
            self._greet(channel, state)
            return
        if known is None:
            known = RecoveredCall(channel.call, channel.extension, channel.caller, channel.caller_name, 0.0)
        line = self._line(known, channel.name, channel.extension, channel.caller)
        outputs = line.session.handle(state, engine.now)
        if state.bridged and state.agent is not None:
            self._stay_out(line, known, state.agent)
            return
        engine.channels.carry_out(line.session, outputs)
        self._end_talk(known)
        self._go_on(line, known)

    def _greet(self, channel: Channel, state: Resynchronise) -> None:
        """Arrived while nobody looked: a new caller like any other."""
        engine = self._engine
        line = engine.arrivals.new_line(channel.call, channel.name, channel.extension, channel.caller)
        line.extension = channel.extension
        engine.channels.carry_out(line.session, line.session.handle(state, engine.now))
        engine.post(e.CallArrived(line.call, channel.extension, channel.caller, channel.caller_name))

    def _stay_out(self, line: "Line", known: RecoveredCall, agent: AgentNumber) -> None:
        """A talk goes on; if it was answered while nobody looked, that is news, and it is recorded from here."""
        engine = self._engine
        line.agent, line.talks = agent, 1
        queue = known.queue or engine.config.menu.default_queue
        entered_at = self._engine_time(known.entered_wall) if known.entered_wall else None
        engine.carry_out_all(
            engine.distributor.restore_talk(line.call, agent, queue, since=engine.now, entered_at=entered_at)
        )
        line.conversation.queue, line.conversation.topic = queue, known.topic
        line.conversation.resume_talk(agent, engine.now)
        if known.phase is not Phase.TALKING:
            line.talks = 0
            engine.post(e.AgentAnswered(line.call, agent))

    def _line(self, known: RecoveredCall, channel: str, extension: str, caller: str) -> "Line":
        engine, dialled = self._engine, known.dialled or extension
        line = engine.arrivals.new_line(known.call, channel, dialled, known.caller or caller)
        line.vip, line.extension = line.vip or known.vip, extension
        asked = known.asked or known.topic
        line.asked = asked if known.named and asked and engine.names(line, asked) else None
        line.waited_s = known.waited_s
        line.place_at = None if known.place_wall is None else self._engine_time(known.place_wall)
        line.arrived_at = self._engine_time(known.arrived_wall) if known.arrived_wall else engine.now
        engine.ports.board.call_recovered(line.call, dialled=dialled, caller=line.caller, arrived_at=line.arrived_at)
        return line

    def _go_on(self, line: "Line", known: RecoveredCall) -> None:
        """The call continues where the journal left it."""
        engine = self._engine
        node = known.node or line.entry.node
        queue = known.queue if known.queue in line.config.roster.queues else None
        waited = known.phase in {Phase.QUEUED, Phase.RINGING}
        if known.phase is Phase.TALKING and known.held and queue and known.topic:
            engine.keep_waiting(line)  # his agent can not come back to him
            engine.post(
                e.CallResumed(line.call, node, queue, known.topic, engine.now),
                replace(engine.queued(line, queue, known.topic, engine.now), place_at=line.place_at, resumed=True),
            )
        elif known.phase in {Phase.CLOSING, Phase.TALKING}:
            engine.channels.carry_out(line.session, line.session.want(End(), engine.now))
        elif waited and queue and known.topic and known.entered_wall is not None:
            entered_at = self._engine_time(known.entered_wall)
            line.transferred = known.transferred
            engine.post(
                e.CallResumed(line.call, node, queue, known.topic, entered_at, notice_heard=known.offerable),
                replace(
                    engine.queued(line, queue, known.topic, entered_at, passed_on=known.passed_on),
                    place_at=line.place_at,
                    resumed=True,
                ),
            )
        else:
            engine.post(e.CallResumed(line.call, node))

    def _engine_time(self, wall: float) -> float:
        """An instant of an earlier boot on this boot's clock."""
        clock = self._engine.ports.clock
        return clock.engine_now() - max(0.0, clock.wall_s() - wall)

    def _engine_time_ahead(self, wall: float) -> float:
        """The same of an instant that may be still to come."""
        clock = self._engine.ports.clock
        return clock.engine_now() + (wall - clock.wall_s())
