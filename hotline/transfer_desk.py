"""Callers whom their agents pass on: by REFER, by in-talk code, or from the control socket; blindly or after asking.

Who is passed on blindly comes back to us by himself; a consultation made with our help is the handover desk's. One that
the agent's telephone makes by itself (REFER with Replaces) we are told of when Asterisk has put the two talks together.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from acd.transfer import Target, parse_target
from hotline.asterisk import actions
from hotline.asterisk.ami_message import AmiMessage
from hotline.asterisk.orders import AgentFact, AgiStarted, CodePressed, Redirect, Referred, SessionFact
from hotline.asterisk.translate import Arrival, Attended, endpoint_of
from hotline.line import Line
from ivr.conversation import Phase
from telephony import events as e
from telephony.errors import LinkError
from telephony.ids import AgentNumber, CallId, QueueId

if TYPE_CHECKING:
    from hotline.engine import Engine


ORDER_AGAIN_S = 2.0
"""Seconds until a caller who is not back yet is ordered out of his talk again: Asterisk forgets the order now and then
while it puts two calls of a telephone together (seen in a third of such calls on a machine without other work)."""

MOST_ORDERS = 4


@dataclass(slots=True)
class _Sent:
    """A caller on his way from his agent, blindly."""

    target: Target | None
    agent: AgentNumber
    leg: str = ""
    """The agent's channel, where we ordered the caller out of the talk; empty: his telephone did."""
    orders: int = 0


class TransferDesk:
    """All callers being passed on."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._sent: dict[CallId, _Sent] = {}

    # ---- asked for --------------------------------------------------------------------------------

    def ask(self, call: CallId, to: str, *, consult: bool) -> str:
        """Pass this caller on, asked for from the control socket; empty if it is done, else why not."""
        engine = self._engine
        line = engine.lines.get(call)
        if line is None:
            return "unknown_call"
        if line.conversation.phase is not Phase.TALK or line.agent is None or not line.session.leg:
            return "no_talk"
        target = self.target(to)
        if target is None:
            return "unknown_target"
        if engine.handovers.holds(call) or call in self._sent:
            return "under_way"
        if why := self.obstacle(line, target, consult=consult):
            return why
        if consult:
            engine.handovers.part(line, line.session.leg, consult=True, target=target)
        else:
            self._send_on(line, line.agent, target)
        return ""

    def about(self, call: CallId, fact: SessionFact | AgentFact) -> bool:
        """Take a fact about a talk; False if it is none of ours, and the caller's session wants it."""
        if isinstance(fact, CodePressed):
            self._code(call, fact)
            return True
        if isinstance(fact, Referred):
            self._referred(call, fact.extension)
            return True
        return self._engine.handovers.about(call, fact)

    def came_back(self, line: Line, arrival: Arrival) -> bool:
        """A caller in a talk came back to us: passed on by his agent's telephone (REFER) or by order, or held."""
        if self._engine.handovers.holds(line.call):
            line.session.music("default", self._engine.now)
            self._start(line, arrival)
            return True
        talks = line.conversation.phase is Phase.TALK and (line.session.leg or line.call in self._sent)
        agent = line.agent if talks else self._told_late(line)
        sent = self._sent.pop(line.call, None)
        if sent is None and agent is not None and arrival.extension != line.extension:
            sent = _Sent(self.target(arrival.extension), agent)
        if sent is None:
            return False  # the talk has simply ended
        line.session.let_talk_go()
        self._start(line, arrival)
        self.pass_on(line, sent.agent, sent.target)
        return True

    def target(self, text: str) -> Target | None:
        """Whom or what a number stands for; None if nobody."""
        config = self._engine.config
        return parse_target(text, config.roster, config.menu.entries.keys())

    def obstacle(self, line: Line, target: Target, *, consult: bool) -> str:
        """Why this can not be done, empty if it can; a queue needs somebody, at whatever hour and however full."""
        if consult:
            return "nobody_to_ask" if target.is_menu else ""
        return "" if target.queue is None or self._takes(line, target.queue) else "nobody_there"

    def _takes(self, line: Line, queue: QueueId) -> bool:
        topic = line.config.menu.topic_for(queue, line.asked or line.conversation.topic)
        return self._engine.distributor.takes_transfer(queue, topic, self._engine.now)

    def _code(self, call: CallId, pressed: CodePressed) -> None:
        """An in-talk code; by the telephone of the one who talks."""
        line = self._engine.lines.get(call)
        talks = line is not None and line.conversation.phase is Phase.TALK and line.session.leg == pressed.channel
        if line is not None and talks and line.agent is not None and not self._engine.handovers.holds(call):
            self._engine.handovers.part(line, pressed.channel, consult=pressed.consult, target=None)

    def _referred(self, call: CallId, extension: str) -> None:
        """The agent's telephone has sent the caller on; he comes back to us next."""
        engine = self._engine
        line = engine.lines.get(call)
        if line is None or engine.handovers.holds(call):
            return
        agent = line.agent if line.conversation.phase is Phase.TALK else self._told_late(line)
        if agent is not None:
            self._sent[call] = _Sent(self.target(extension), agent)
            line.session.let_talk_go()

    def _told_late(self, line: Line) -> AgentNumber | None:
        """Who may have sent the caller on, though the end of their talk was told first, as on a busy machine."""
        farewell = line.conversation.phase is Phase.FAREWELL and not line.session.ending
        return line.talked_to if farewell else None

    def _start(self, line: Line, arrival: Arrival) -> None:
        self._engine.channels.carry_out(
            line.session, line.session.handle(AgiStarted(arrival.channel), self._engine.now)
        )

    # ---- blind ------------------------------------------------------------------------------------

    def _send_on(self, line: Line, agent: AgentNumber, target: Target | None) -> None:
        """Take the caller out of the talk; Asterisk then ends the agent's side."""
        sent = self._sent[line.call] = _Sent(target, agent, line.session.leg or "")
        line.session.let_talk_go()
        self._order_out(line, sent)

    def time_reached(self, call: CallId) -> None:
        """A caller we ordered out of his talk is not back yet."""
        sent = self._sent.get(call)
        if sent is not None and sent.orders < MOST_ORDERS:
            self._order_out(self._engine.lines[call], sent)

    def ended(self, call: CallId) -> None:
        """The caller has hung up, on his way or not."""
        if self._sent.pop(call, None) is not None:
            self._engine.agenda.put(("sent", call), None)

    def _order_out(self, line: Line, sent: _Sent) -> None:
        sent.orders += 1

        def refused(reply: AmiMessage | LinkError) -> None:
            if not isinstance(reply, LinkError) and reply.response != "Error":
                return
            if self._sent.pop(line.call, None) is not None and line.call in self._engine.lines:
                line.session.joined(sent.leg, sent.agent)  # the talk goes on

        order = Redirect(line.session.channel, line.extension)
        self._engine.ports.link.send(actions.to_transfer_action(order), refused)
        self._engine.agenda.put(("sent", line.call), self._engine.now + ORDER_AGAIN_S)

    def pass_on(self, line: Line, agent: AgentNumber, target: Target | None) -> None:
        """The caller is with us, the agent is not: where he is sent, or back where he came from if nobody is there."""
        engine, call, menu = self._engine, line.call, line.config.menu
        engine.execution.stop_recording(line)
        line.agent = None
        origin = line.conversation.queue or menu.default_queue
        if target is not None and target.is_menu:
            engine.post(e.CallTransferred(call, agent, e.TransferKind.BLIND, from_queue=origin))
            return
        sent_to = origin if target is None or target.queue is None else target.queue
        queue = next((one for one in (sent_to, origin, menu.default_queue) if self._takes(line, one)), origin)
        topic = menu.topic_for(queue, line.asked or line.conversation.topic)
        if engine.names(line, topic):  # else he goes on with what he named before
            line.asked = topic
        wanted = None if target is None else target.agent
        place_at = engine.keep_waiting(line)
        engine.post(
            e.CallTransferred(call, agent, e.TransferKind.BLIND, queue, topic, wanted, origin),
            replace(engine.queued(line, queue, topic, engine.now), place_at=place_at, wanted=wanted),
        )

    # ---- after asking, by the telephone itself ----------------------------------------------------

    def attended(self, told: Attended) -> None:
        """An agent's telephone has put its two calls together: a caller's, and one to a colleague.

        Where the colleague has not answered yet nobody would know whose phone rings: the caller is taken out of it
        and sent to that colleague blindly.
        """
        engine = self._engine
        line = next((one for one in engine.lines.values() if one.session.leg in told.transferers), None)
        if line is None or line.agent is None or line.conversation.phase is not Phase.TALK:
            return
        agent, other = line.agent, told.other_than(line.session.leg or "")
        if engine.handovers.holds(line.call) or line.call in self._sent:
            return
        channel = next((one for one in told.parties if one and one != line.session.channel), "")
        colleague = AgentNumber(endpoint_of(channel))
        if not told.joined or colleague not in engine.config.roster.agents:
            self._send_on(line, agent, self.target(other))
            return
        engine.execution.stop_recording(line)
        line.session.taken_over(channel, colleague)
        origin, topic = line.conversation.queue, line.conversation.topic
        warm = e.TransferKind.WARM
        engine.post(
            e.CallTransferred(line.call, agent, warm, origin, topic, to_agent=colleague, from_queue=origin),
            e.AgentAnswered(line.call, colleague),
        )
