"""The callers' channels: carries a session's orders to Asterisk and its events to the machines."""

from functools import partial
from typing import TYPE_CHECKING

from hotline.asterisk import actions
from hotline.asterisk.activity import Output, Play
from hotline.asterisk.ami_message import AmiMessage
from hotline.asterisk.ami_protocol import OutcomeUnknownError
from hotline.asterisk.orders import CommandRefused, HangUpChannel, Order, RunAgi, SessionEvent, TransferOrder
from hotline.asterisk.session import Session
from telephony.errors import LinkError
from telephony.prompt import Prompt

if TYPE_CHECKING:
    from hotline.engine import Engine


class Channels:
    """Between sessions and the link."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def play(self, session: Session, prompt: int, what: Prompt, resumes: int = 0) -> None:
        """Play a prompt, or go on with one that was stopped; what no catalogue foresaw is rendered first."""
        files = [self._engine.ports.prompts.path_of(segment) for segment in what.segments]
        if None in files:
            self._engine.ports.defer(self._render_and_play(session, prompt, what), "render prompt")
            return
        wanted = Play(prompt, tuple(str(file) for file in files), resumes)
        self.carry_out(session, session.want(wanted, self._engine.now))

    async def _render_and_play(self, session: Session, prompt: int, what: Prompt) -> None:
        for segment in what.segments:
            if self._engine.ports.prompts.path_of(segment) is None:
                await self._engine.ports.prompts.ensure(segment)
        files = (self._engine.ports.prompts.path_of(segment) for segment in what.segments)
        known = tuple(str(file) for file in files if file is not None)
        self.carry_out(session, session.want(Play(prompt, known), self._engine.now))
        self._engine.wake()

    def carry_out(self, session: Session, outputs: Output) -> None:
        """Send a session's orders to Asterisk and its events to the machines."""
        for output in outputs:
            if isinstance(output, Order):
                self.send(session, output)
            else:
                self._happened(session, output)
        self._engine.agenda.put(("session", session.call), session.deadline)

    def _happened(self, session: Session, event: SessionEvent) -> None:
        if not self._engine.handovers.takes_event(session, event):
            self._engine.features.or_post(session, event)

    def send(self, session: Session, order: Order) -> None:
        """Send one order; only a command's failure means something to its session. A caller's channel is woken up."""
        on_reply = partial(self._replied, session, order) if isinstance(order, RunAgi) else None
        self._engine.ports.link.send(actions.to_action(order), on_reply)
        if isinstance(order, RunAgi) and (line := self._engine.lines.get(session.call)):
            left_s = line.arrived_at + self._engine.settings.max_call_s - self._engine.now
            self._engine.ports.link.send(actions.wake_channel(order.channel, left_s))

    def order(self, order: TransferOrder) -> None:
        """Send an order of a transfer, whose end shows in what happens next."""
        self._engine.ports.link.send(actions.to_transfer_action(order))

    def hang_up(self, channel: str) -> None:
        """End a channel that is no caller's."""
        self._engine.ports.link.send(actions.to_action(HangUpChannel(channel)))

    def _replied(self, session: Session, order: RunAgi, reply: AmiMessage | LinkError) -> None:
        """A plain refusal ends a command; one of unknown outcome is asked about, now or after the reconnect."""
        if isinstance(reply, OutcomeUnknownError):
            if not self._engine.connected:
                return
            outputs = session.probe(order.command_id, self._engine.now)
        elif isinstance(reply, LinkError) and reply.retryable:
            return
        elif isinstance(reply, LinkError) or reply.response == "Error":
            outputs = session.handle(CommandRefused(order.command_id), self._engine.now)
        else:
            return
        self.carry_out(session, outputs)
        self._engine.wake()
