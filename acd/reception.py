"""A caller enters a queue: what history and the roster make of him, before he stands in line."""

from collections.abc import Callable
from dataclasses import dataclass

from acd.assigner import WaitingCall
from acd.history import Known
from acd.queue import Queue, Roster
from acd.weights import VIP
from telephony.commands import NoteCaller
from telephony.events import CallQueued
from telephony.ids import AgentNumber, Topic


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who enters where."""

    event: CallQueued
    queue: Queue
    ticket: int


@dataclass(frozen=True, slots=True)
class Received:
    """A caller as the assigner is to see him."""

    waiting: WaitingCall
    note: NoteCaller
    noteworthy: bool
    """Whether the note says more than the event."""


def receive(entrance: Entrance, roster: Roster, *, known: Known, can_serve: Callable[[Topic], bool]) -> Received:
    """Decide topic, class, wishes and place. A likely topic that nobody at work can serve is not assumed."""
    event = entrance.event
    likely = _likely(event, known, can_serve)
    topic = likely or event.topic
    own_place_at = event.entered_at if event.place_at is None else event.place_at
    place_at = own_place_at if known.place_at is None else min(own_place_at, known.place_at)
    note = NoteCaller(
        event.call,
        topic,
        place_at,
        roster.routing.caller_class(topic, vip=event.vip),
        known.wish if event.named or likely else 0,
        _wanted(event, known, roster),
        likely is not None,
        known.place_at is not None,
        event.transferred,
    )
    waiting = WaitingCall(
        event.call,
        entrance.queue,
        topic,
        place_at,
        entrance.ticket,
        caller=event.caller,
        vip=event.vip,
        wanted=note.wanted,
        caller_class=note.caller_class,
        wish=note.wish,
        transferred=event.transferred,
    )
    plain = NoteCaller(event.call, event.topic, own_place_at, VIP if event.vip else "")
    return Received(waiting, note, note != plain)


def _likely(event: CallQueued, known: Known, can_serve: Callable[[Topic], bool]) -> Topic | None:
    """What history supplies for who just asked for somebody; it goes with him to another queue, where none is made."""
    likely = known.likely_topic
    if event.named or likely is None:
        return None
    if event.passed_on:
        return likely if likely == event.topic else None
    return likely if likely != event.topic and can_serve(likely) else None


def _wanted(event: CallQueued, known: Known, roster: Roster) -> tuple[AgentNumber, ...]:
    """Whom he was transferred to, his own agent, whom he talked to last; those who still work here."""
    agents = dict.fromkeys(agent for agent in (event.wanted, event.own_agent, known.last_agent) if agent is not None)
    return tuple(agent for agent in agents if agent in roster.agents)
