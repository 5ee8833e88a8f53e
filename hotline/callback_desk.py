"""Customers who are called back: asks for them, calls them over the trunk, and greets them when they answer."""

from typing import TYPE_CHECKING

from hotline.asterisk import actions
from hotline.asterisk.orders import AgiStarted, DialCustomer, HangUpChannel
from hotline.asterisk.translate import Arrival
from hotline.line import Line
from hotline.masking import mask_number
from telephony import commands as c
from telephony import events as e
from telephony.ids import CallbackId, CallId, Topic

if TYPE_CHECKING:
    from hotline.engine import Engine

ANSWER_GRACE_S = 5.0
"""Past the ring's own time-out, until a call nobody reported the end of counts as not answered."""


class CallbackDesk:
    """Between the distributor, which decides whom to call and when, and the trunk."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._asked = 0
        self._calling: dict[CallId, c.CallCustomer] = {}

    @property
    def offered(self) -> bool:
        """Whether customers can be called at all."""
        return bool(self._engine.settings.trunk_contact)

    def ask(self, line: Line, number: str) -> None:
        """A caller wants to be called back; the id's last part tells its age, as Asterisk's own do."""
        engine, talk = self._engine, line.conversation
        self._asked += 1
        callback = CallbackId(f"callback-{engine.boot}{self._asked}-{engine.ports.clock.wall_s():.0f}")
        queue = talk.queue or line.config.menu.default_queue
        place_at = talk.entered_at if line.place_at is None else line.place_at
        own, note = engine.config.own_agents.get(line.caller), line.note
        topic = (note and note.topic) or talk.topic or Topic(queue)
        engine.post(
            e.CallbackAsked(
                callback,
                number,
                queue,
                topic,
                place_at,
                line.entry.number or line.extension,
                line.vip,
                wish=note.wish if note else 0,
                wanted=note.wanted if note else (own,) if own else (),
                transferred=line.transferred,
                named=line.asked is not None,
                asked=line.asked if line.asked != topic else None,
                likely=note is not None and note.likely,
                asked_in=line.call,
            )
        )

    def dial(self, order: c.CallCustomer) -> None:
        """Call the customer."""
        engine = self._engine
        self._calling[order.call] = order
        dial = DialCustomer(order.number, order.call, order.dialled, order.timeout_s)
        engine.ports.link.send(actions.to_transfer_action(dial))
        engine.agenda.put(("callback", order.call), engine.now + order.timeout_s + ANSWER_GRACE_S)

    def arrived(self, arrival: Arrival) -> bool:
        """Somebody came who may be a customer we called; True if so, and he is greeted."""
        order = self._calling.pop(arrival.call, None)
        if order is None:
            return False
        engine = self._engine
        engine.agenda.put(("callback", order.call), None)
        line = engine.arrivals.new_line(arrival.call, arrival.channel, order.dialled, order.number)
        line.extension, line.vip, line.kept_place_at = arrival.extension, order.vip, order.place_at
        line.transferred, line.asked = order.transferred, order.named
        line.conversation.called_back = c.EnterQueue(order.call, order.queue, order.topic)
        line.session.handle(AgiStarted(arrival.channel), engine.now)
        engine.post(e.CallArrived(arrival.call, order.dialled, order.number))
        return True

    def gone(self, call: CallId) -> None:
        """A channel is gone that belongs to no caller: perhaps a customer who did not answer."""
        order = self._calling.pop(call, None)
        if order is not None:
            self._engine.agenda.put(("callback", call), None)
            self._engine.post(e.CallbackFailed(order.callback))

    def time_reached(self, call: CallId) -> None:
        """No answer, and no word of it."""
        if call in self._calling:
            self._engine.ports.link.send(actions.to_action(HangUpChannel(call)))
            self.gone(call)

    def listed(self) -> list[dict[str, object]]:
        """Everybody who is still to be called, numbers masked."""
        engine = self._engine
        return [
            {
                "id": one.id,
                "number": mask_number(one.asked.number),
                "queue": one.asked.queue,
                "state": one.state.value,
                "tries": one.tries,
                "waited_s": max(0.0, engine.now - one.asked.place_at),
                "expires_in_s": max(0.0, one.expires_at - engine.now),
            }
            for one in engine.distributor.callbacks()
        ]

    def cancel(self, callback: str) -> bool:
        """Take one off the list; False if it is not there, or is being made."""

        def listed() -> set[str]:
            return {one.id for one in self._engine.distributor.callbacks()}

        known = callback in listed()
        self._engine.post(e.CallbackCancelled(CallbackId(callback)))
        return known and callback not in listed()
