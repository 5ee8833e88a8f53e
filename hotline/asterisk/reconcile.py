"""After a lost link or a restart: what Asterisk's channels say about our calls. Pure."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from hotline.asterisk.orders import Resynchronise
from hotline.asterisk.translate import CALLER_CONTEXTS, Channel
from telephony.ids import AgentNumber, CallId

WAITING_CONTEXT = "hotline"
"""Callers here are in AsyncAGI; those in other contexts of ours come back to it by themselves."""


@dataclass(slots=True)
class Reconciliation:
    """What to do about each call."""

    gone: list[CallId] = field(default_factory=list)
    """Ours, but no longer in Asterisk: they ended while we were not looking."""
    resume: dict[CallId, Resynchronise] = field(default_factory=dict)
    """In Asterisk and ours to drive."""
    channels: dict[CallId, Channel] = field(default_factory=dict)
    """Every caller's channel, by call."""
    away: list[CallId] = field(default_factory=list)
    """In the emergency branch or still arriving: an AsyncAGIStart will bring them."""


def left_of(channels: Iterable[Channel], call: CallId | None, agent: AgentNumber) -> list[Channel]:
    """What is left of a ring or talk: channels of the agent's phone and, unless it is another agent's, of the call."""
    return [one for one in channels if one.endpoint == agent or (call is not None and call in {one.call, one.uniqueid})]


def caller_alone(left: list[Channel]) -> Channel | None:
    """The caller's channel, if nothing else is left and he hears nobody."""
    only = left[0] if len(left) == 1 else None
    return only if only and only.is_caller and only.context == WAITING_CONTEXT and not only.bridge else None


def reconcile(
    known: AbstractSet[CallId], channels: Iterable[Channel], agents: AbstractSet[AgentNumber]
) -> Reconciliation:
    """Compare our calls with CoreShowChannels."""
    found = Reconciliation()
    legs: dict[CallId, Channel] = {}
    for channel in channels:
        if channel.is_caller:
            found.channels[channel.call] = channel
        elif AgentNumber(channel.endpoint) in agents:
            legs[channel.call] = channel
    for call, channel in found.channels.items():
        leg = legs.get(call)
        bridged = bool(leg and channel.bridge and leg.bridge == channel.bridge)
        if channel.context == WAITING_CONTEXT or bridged:
            agent = AgentNumber(leg.endpoint) if leg else None
            found.resume[call] = Resynchronise(channel.name, leg.name if leg else None, agent, bridged)
        elif channel.context in CALLER_CONTEXTS:
            found.away.append(call)
    found.gone = [call for call in known if call not in found.channels]
    return found
