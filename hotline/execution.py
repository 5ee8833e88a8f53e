"""Carries out what the machines order: for one caller, or for callers and agents together."""

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

import structlog

from hotline.asterisk import actions
from hotline.asterisk.activity import End, Ring
from hotline.asterisk.orders import StopRecording
from hotline.line import Line
from hotline.records import recording_file
from telephony import commands as c
from telephony import events as e
from telephony.prompt import Say

if TYPE_CHECKING:
    from hotline.engine import Engine

log = structlog.get_logger()

JOURNALLED_ORDERS = (
    *(c.EnterNode, c.NoteCaller, c.WidenCall, c.RingAgent),
    *(c.RefuseCall, c.ShowAgent, c.CloseSegment, c.CloseTalk),
    *(c.ShowCallback, c.RingColleague, c.RefuseConsult),
)
"""Orders worth remembering: where the caller is, who was chosen and why, how it ended."""

LEAVING_THE_MENU = (c.EnterQueue, c.HangUp)
"""Orders after which nobody acts on what the caller says."""


class Execution:
    """Between the machines and everything they order something of."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def for_caller(self, line: Line, order: c.CallCommand) -> None:  # noqa: C901, PLR0912, PLR0915 - a case per order
        """Carry out what a call's own machine orders."""
        engine, session = self._engine, line.session
        now = engine.now
        if isinstance(order, LEAVING_THE_MENU):
            engine.speech.close(line.call)
        match order:
            case c.PlayPrompt(_, prompt, what, resumes):
                engine.ports.tell(order)
                engine.channels.play(session, prompt, what, resumes)
            case c.Listen():
                engine.speech.listen(order, session.channel, line.config.menu.version)
            case c.StopListening(call):
                engine.speech.pause(call)
            case c.StopPrompt():
                engine.channels.carry_out(session, session.stop(now))
            case c.PlayMusic(_, music):
                engine.channels.carry_out(session, session.music(music, now))
            case c.EnterNode():
                session.quiet()
                engine.note(order, now)
            case c.EnterQueue(call, queue, topic):
                line.notice_heard = False
                line.place_at, line.kept_place_at = line.kept_place_at, None
                kept = line.place_at is not None
                if not kept:  # who is called back named what he named then
                    line.asked = topic if engine.names(line, topic) else None
                line.transferred = line.transferred and kept
                queued = engine.queued(line, queue, topic, now, passed_on=kept)
                engine.post(replace(queued, place_at=line.place_at, resumed=kept))
            case c.OfferCall(call):
                line.notice_heard = True
                engine.post(e.CallOfferable(call))
            case c.LeaveQueue(call, outcome):
                session.quiet()
                engine.post(e.CallLeftQueue(call, outcome))
            case c.AskCallback(_, number):
                engine.callbacks.ask(line, number)
            case c.HangUp():
                engine.ports.board.apply(order, now)  # not a fact to remember: what follows from it is
                engine.channels.carry_out(session, session.want(End(), now))
            case _:
                assert_never(order)

    def for_distribution(self, order: c.DistributionCommand) -> None:  # noqa: C901, PLR0912 - a case per order
        """Carry out what the distributor orders."""
        engine = self._engine
        if isinstance(order, JOURNALLED_ORDERS):
            self._note(order)
        match order:
            case c.RingAgent():
                self._ring(order)
            case c.CancelRing(call, _):
                if line := engine.lines.get(call):
                    engine.channels.carry_out(line.session, line.session.cancel_ring())
            case c.TellPlace(call) | c.RefuseCall(call):
                if line := engine.lines.get(call):
                    engine.converse(line, order)
            case c.MoveCall():
                self._move(order)
            case c.RingColleague() | c.RefuseConsult():
                engine.handovers.carry_out(order)
            case c.CallCustomer():
                engine.callbacks.dial(order)
            case c.AnswerWish():
                engine.features.answer(order)
            case c.NoteCaller() | c.CloseSegment():
                self._keep_place(order)
            case c.ShowAgent() | c.ShowCallback() | c.WidenCall() | c.CloseTalk():
                pass
            case _:
                assert_never(order)

    def _keep_place(self, order: c.NoteCaller | c.CloseSegment) -> None:
        """What the caller is owed if he has to wait again: his place, and when he is answered how long he waited."""
        line = self._engine.lines.get(order.call)
        if line is None:
            return
        if isinstance(order, c.NoteCaller):
            line.place_at, line.note = order.place_at, order
        elif order.outcome is e.Outcome.ANSWERED:
            line.waited_s = order.wait_s if line.place_at is None else max(0.0, self._engine.now - line.place_at)

    def _note(self, order: c.DistributionCommand) -> None:
        """Write it down; who is in a state for too long is for the log as well."""
        self._engine.note(order, self._engine.now)
        if isinstance(order, c.ShowAgent) and order.late:
            log.warning("agent_late", agent=order.agent, state=order.state.value, reason=order.reason)

    def _move(self, order: c.MoveCall) -> None:
        """Another queue takes the caller: a new stay at the old place, and nothing is to be heard first again."""
        engine = self._engine
        line = engine.lines.get(order.call)
        if line is None:
            return
        engine.converse(line, order)
        line.place_at = order.place_at
        engine.post(
            replace(engine.queued(line, order.queue, order.topic, engine.now), place_at=order.place_at),
            *([e.CallOfferable(order.call)] if line.notice_heard else []),
        )

    def _ring(self, order: c.RingAgent) -> None:
        engine = self._engine
        line = engine.lines.get(order.call)
        if line is None:
            engine.post(e.RingEnded(order.call, order.agent, e.RingOutcome.CANCELLED))
            return
        engine.converse(line, order)  # nothing may be said any more that the ring would wait for
        announcement = ""
        if engine.settings.announce_agent:
            segment = Say(line.config.menu.phrases.agent_number.format(n=order.agent))
            announcement = str(engine.ports.prompts.path_of(segment) or "")
        wanted = Ring(order.agent, order.timeout_s, announcement)
        engine.channels.carry_out(line.session, line.session.want(wanted, engine.now))

    # ---- talks ------------------------------------------------------------------------------------

    def stop_recording(self, line: Line) -> None:
        """Agent and caller are parted, or another agent has him: that talk's file is complete."""
        if self._engine.settings.record_calls:
            self._engine.channels.order(StopRecording(line.session.channel))

    def keep_figures(self, event: e.CallEvent | e.DistributionEvent, now: float) -> None:
        """Remember who talks to whom, and record the talk."""
        engine = self._engine
        line = engine.lines.get(event.call) if isinstance(event, e.AgentAnswered | e.TalkEnded) else None
        if line is None:
            return
        if isinstance(event, e.AgentAnswered):
            engine.speech.close(event.call)
            line.agent = line.talked_to = event.agent
            line.answered_at, line.talks = now, line.talks + 1
            if engine.settings.record_calls:
                file = recording_file(engine.settings, line.call, engine.ports.clock.wall_now(), line.talks)
                engine.ports.link.send(actions.start_recording(line.session.channel, str(file)))
        else:
            line.agent = None
