"""Agents who are parted from their callers for a moment: they enter a number, or talk to a colleague first.

A caller is parted from the agent by one Redirect: he waits with us, hearing music, and the agent comes to us too. The
colleague is called into our hands as well, so that nobody's hanging up ends more than his own part.
"""

from typing import TYPE_CHECKING

from acd.transfer import Target
from hotline.asterisk.orders import (
    AgentFact,
    AgiStarted,
    CallColleague,
    ChannelGone,
    CommandDone,
    Join,
    LegBridged,
    LegEnded,
    LegKey,
    Redirect,
    SessionEvent,
    SessionFact,
)
from hotline.asterisk.session import Session
from hotline.asterisk.translate import Arrival
from hotline.handover import ASKED, CALL_GRACE_S, KEYS_S, MOST_KEYS, PART_S, TOLD, Handover, Stage
from hotline.line import Line
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId
from telephony.prompt import Prompt

if TYPE_CHECKING:
    from hotline.engine import Engine


class HandoverDesk:
    """All callers who wait for that."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._by_call: dict[CallId, Handover] = {}
        self._by_agent_call: dict[CallId, Handover] = {}
        self._by_colleague: dict[CallId, Handover] = {}
        self._asked = 0
        """Counts colleagues called. Asterisk takes the older of two channels' ids for their call's when they meet, and
        reads the age from the figures behind the last dash."""

    # ---- holding the caller -----------------------------------------------------------------------

    def holds(self, call: CallId) -> bool:
        """Whether this caller waits while his agent talks to us or to a colleague."""
        return call in self._by_call

    def part(self, line: Line, leg: str, *, consult: bool, target: Target | None) -> None:
        """Part them: the caller to music, the agent to us."""
        assert line.agent is not None, "asked for in a talk only"
        known = Handover(line, line.agent, leg, consult, target)
        self._by_call[line.call] = self._by_agent_call[known.agent_call] = known
        line.session.let_talk_go()
        self._engine.channels.order(Redirect(line.session.channel, line.extension, leg, known.agent))
        self._until(known, PART_S)

    def arrived(self, arrival: Arrival) -> None:
        """An agent who passes a caller on, or the colleague he asks, is with us."""
        known = self._by_colleague.get(arrival.call) or self._by_call.get(arrival.call)
        if known is None:
            self._engine.channels.hang_up(arrival.channel)
        elif arrival.channel == known.agent_channel:
            self._agent_is_here(known)
        else:
            known.colleague_channel = arrival.channel
            self._colleague_is_here(known)

    def found(self, channel: str) -> None:
        """An agent's channel found with us after a restart: whom he asked, and about what, is not known any more."""
        if not any(channel in {known.agent_channel, known.colleague_channel} for known in self._by_call.values()):
            self._engine.channels.hang_up(channel)

    def _agent_is_here(self, known: Handover) -> None:
        known.session = Session(known.agent_call, known.agent_channel, self._engine.boot)
        known.session.handle(AgiStarted(known.agent_channel), self._engine.now)
        if known.stage is not Stage.PARTING:  # the colleague has hung up on him
            self._drop_colleague(known)
            self._give_back(known)
        elif known.target is not None:
            self._go_on(known, known.target)
        else:
            known.stage = Stage.COLLECTING
            self._say(known, ASKED, self._engine.config.menu.phrases.transfer_number)
            self._until(known, KEYS_S)

    def _say(self, known: Handover, prompt: int, what: Prompt) -> None:
        assert known.session is not None, "only who is here hears us"
        self._engine.channels.play(known.session, prompt, what)

    def _key(self, known: Handover, digit: str) -> None:
        """The number, ended by #; a star gives the caller back."""
        transfers = self._engine.transfers
        if known.stage is not Stage.COLLECTING or known.returns:
            return
        if digit == "*":
            self._give_back(known)
        elif digit != "#":
            known.keys = (known.keys + digit)[:MOST_KEYS]
            if known.session is not None:
                self._engine.channels.carry_out(known.session, known.session.stop(self._engine.now))
        elif (target := transfers.target(known.keys)) is None or transfers.obstacle(
            known.line, target, consult=known.consult
        ):
            self._fail(known)
        else:
            self._go_on(known, target)

    def _go_on(self, known: Handover, target: Target) -> None:
        """The target is known."""
        if not known.consult:
            self._forget(known)
            self._engine.channels.hang_up(known.agent_channel)
            self._engine.transfers.pass_on(known.line, known.agent, target)
            return
        known.stage = Stage.CALLING
        queue = target.queue
        topic = (
            None
            if queue is None
            else known.line.config.menu.topic_for(queue, known.line.asked or known.line.conversation.topic)
        )
        self._engine.post(e.ConsultAsked(known.line.call, known.agent, target.agent, queue, topic))

    # ---- the colleague ----------------------------------------------------------------------------

    def carry_out(self, order: c.RingColleague | c.RefuseConsult) -> None:
        """What the distributor made of the wish to ask somebody."""
        known = self._by_call.get(order.call)
        if known is None:
            return
        if isinstance(order, c.RefuseConsult):
            self._fail(known)
            return
        known.colleague = order.agent
        self._asked += 1
        known.colleague_id = f"ask-{self._engine.boot}-{self._engine.ports.clock.wall_s():.0f}.{self._asked}"
        self._by_colleague[CallId(known.colleague_id)] = known
        self._engine.channels.order(CallColleague(order.agent, known.colleague_id, order.timeout_s, known.agent))
        if known.session is not None:
            self._engine.channels.carry_out(known.session, known.session.music("default", self._engine.now))
        self._until(known, order.timeout_s + CALL_GRACE_S)

    def _colleague_is_here(self, known: Handover) -> None:
        assert known.colleague is not None, "called by us"
        if known.stage is Stage.CALLING:
            known.stage, known.session = Stage.CONSULTING, None
            self._until(known, None)
            self._engine.channels.order(Join(known.agent_channel, known.colleague_channel))
            self._engine.post(e.ConsultAnswered(known.line.call, known.colleague))
        elif known.stage in {Stage.CONSULTING, Stage.COMPLETING}:  # the agent has hung up, whichever is told first
            self._complete(known, known.colleague)
        else:
            self._engine.channels.hang_up(known.colleague_channel)

    def _complete(self, known: Handover, colleague: AgentNumber) -> None:
        """The colleague has the caller from now on."""
        line, engine = known.line, self._engine
        self._forget(known)
        self._engine.execution.stop_recording(line)
        origin = line.conversation.queue
        self._engine.channels.order(Join(line.session.channel, known.colleague_channel))
        line.session.joined(known.colleague_channel, colleague)
        warm = e.TransferKind.WARM
        engine.post(
            e.CallTransferred(
                line.call, known.agent, warm, origin, line.conversation.topic, to_agent=colleague, from_queue=origin
            ),
            e.AgentAnswered(line.call, colleague),
        )

    def _colleague_is_gone(self, known: Handover) -> None:
        """He did not answer, declined, or has hung up."""
        stage = known.stage
        self._drop_colleague(known)
        if stage is Stage.CALLING:
            self._fail(known)
        elif stage is Stage.CONSULTING:
            known.stage = Stage.RETURNING  # the agent comes back to us by himself
            self._until(known, PART_S)
        else:
            self._forget(known)
            self._engine.transfers.pass_on(known.line, known.agent, None)

    def _drop_colleague(self, known: Handover) -> None:
        colleague, known.colleague = known.colleague, None
        self._by_colleague.pop(CallId(known.colleague_id), None)
        if colleague is not None:
            self._engine.post(e.ConsultEnded(known.line.call, colleague))

    # ---- back to the caller -----------------------------------------------------------------------

    def _fail(self, known: Handover) -> None:
        """Tell the agent, then give the caller back."""
        known.returns = True
        self._until(known, KEYS_S)
        self._say(known, TOLD, self._engine.config.menu.phrases.transfer_failed)

    def _give_back(self, known: Handover) -> None:
        """Agent and caller hear each other again: the same talk goes on."""
        self._forget(known)
        self._engine.channels.order(Join(known.line.session.channel, known.agent_channel))
        known.line.session.joined(known.agent_channel, known.agent)

    def _agent_is_gone(self, known: Handover) -> None:
        """He hung up: that completes a consultation, and sends on what was ringing; else he is through."""
        colleague = known.colleague
        if known.stage is Stage.CONSULTING:
            known.stage = Stage.COMPLETING
            self._until(known, PART_S)
            return
        if known.stage is Stage.COMPLETING:
            return
        self._forget(known)
        if colleague is not None:
            self._engine.channels.hang_up(known.colleague_id)
            self._drop_colleague(known)
            self._engine.transfers.pass_on(known.line, known.agent, Target(agent=colleague))
            return
        self._engine.execution.stop_recording(known.line)
        self._engine.post(e.TalkEnded(known.line.call, known.agent, e.TalkEndedBy.AGENT))

    # ---- facts ------------------------------------------------------------------------------------

    def about(self, call: CallId, fact: SessionFact | AgentFact) -> bool:
        """Take a fact about somebody here; False if it is none of ours, and the caller's session wants it."""
        known = self._by_colleague.get(call) or self._by_call.get(call)
        if known is None:
            return isinstance(fact, LegKey)
        if call != known.line.call:  # the colleague's own channel, before it was joined to the agent's
            if isinstance(fact, ChannelGone):
                self._colleague_is_gone(known)
            return True
        return self._about_held(known, fact)

    def _about_held(self, known: Handover, fact: SessionFact | AgentFact) -> bool:
        match fact:
            case LegKey(channel, digit):
                if channel == known.agent_channel:
                    self._key(known, digit)
            case CommandDone(command_id) if known.session is not None and f"-{known.agent_call}-" in command_id:
                self._engine.channels.carry_out(known.session, known.session.handle(fact, self._engine.now))
            case LegEnded(channel) if channel == known.agent_channel:
                self._agent_is_gone(known)
            case LegEnded(channel) if channel == known.colleague_channel:
                self._colleague_is_gone(known)
            case LegBridged() | LegEnded():
                pass
            case ChannelGone():
                self._let_both_go(known)
                return False
            case _:
                return False
        return True

    def _let_both_go(self, known: Handover) -> None:
        """Nothing is left to pass on by these two."""
        self._forget(known)
        self._engine.channels.hang_up(known.agent_channel)
        if known.colleague is not None:
            self._engine.channels.hang_up(known.colleague_channel or known.colleague_id)
            self._drop_colleague(known)

    def session(self, call: CallId) -> Session | None:
        """The session of an agent who is with us."""
        known = self._by_agent_call.get(call)
        return known.session if known else None

    def takes_event(self, session: Session, event: SessionEvent) -> bool:
        """Whether this happened to an agent who is with us."""
        known = self._by_agent_call.get(session.call)
        if known is None:
            return "~" in session.call
        if isinstance(event, e.PromptEnded) and event.prompt == TOLD:
            self._give_back(known)
        return True

    def time_reached(self, call: CallId) -> None:
        """Something did not happen in time."""
        known = self._by_call.get(call)
        if known is None:
            return
        if known.stage is Stage.COLLECTING or known.returns:
            self._give_back(known)
        elif known.stage is Stage.CALLING:
            self._engine.channels.hang_up(known.colleague_id)
            self._colleague_is_gone(known)
        else:
            self._let_both_go(known)
            self._engine.transfers.pass_on(known.line, known.agent, None)

    def _until(self, known: Handover, seconds: float | None) -> None:
        deadline = None if seconds is None else self._engine.now + seconds
        self._engine.agenda.put(("transfer", known.line.call), deadline)

    def _forget(self, known: Handover) -> None:
        self._by_call.pop(known.line.call, None)
        self._by_agent_call.pop(known.agent_call, None)
        self._by_colleague.pop(CallId(known.colleague_id), None)
        self._until(known, None)
        self._engine.agenda.put(("session", known.agent_call), None)
