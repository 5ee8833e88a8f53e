"""The table that is the agent's machine: what may happen in which state, and where it leads."""

from enum import StrEnum

from telephony.commands import AgentState

ENGAGED = frozenset({AgentState.RINGING, AgentState.TALKING, AgentState.ON_HOLD})
"""States that a wish to be away waits for the end of."""


class AgentEvent(StrEnum):
    """What can happen to an agent: the wishes, then the facts."""

    SIGN_IN = "sign_in"
    SIGN_OFF = "sign_off"
    READY = "ready"
    NOT_READY = "not_ready"
    EXTEND_WRAP_UP = "extend_wrap_up"
    RESERVE = "reserve"
    """Chosen for a call: the phone is about to ring."""
    FREE = "free"
    """The ring ended at no cost to the agent."""
    MISS = "miss"
    """The ring ended without an answer."""
    PAUSE = "pause"
    """As MISS, and once too often."""
    CONNECT = "connect"
    """Agent and caller hear each other: a fact whatever we believed before."""
    WRAP_UP = "wrap_up"
    """The talk ended."""
    HOLD = "hold"
    """The agent let the caller hear music."""
    UNHOLD = "unhold"
    FINISH = "finish"
    """The talk ended and there is no wrap-up."""
    TIME_UP = "time_up"
    """The state's deadline has come."""
    RELEASE = "release"
    """It has come, and the hotline signs the agent off."""


TABLE: dict[AgentState, dict[AgentEvent, AgentState]] = {
    AgentState.SIGNED_OFF: {
        AgentEvent.SIGN_IN: AgentState.READY,
        AgentEvent.SIGN_OFF: AgentState.SIGNED_OFF,
        AgentEvent.CONNECT: AgentState.TALKING,
    },
    AgentState.READY: {
        AgentEvent.SIGN_IN: AgentState.READY,
        AgentEvent.SIGN_OFF: AgentState.SIGNED_OFF,
        AgentEvent.READY: AgentState.READY,
        AgentEvent.NOT_READY: AgentState.NOT_READY,
        AgentEvent.RESERVE: AgentState.RINGING,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.RELEASE: AgentState.SIGNED_OFF,
    },
    AgentState.RINGING: {
        AgentEvent.SIGN_IN: AgentState.RINGING,
        AgentEvent.SIGN_OFF: AgentState.RINGING,
        AgentEvent.READY: AgentState.RINGING,
        AgentEvent.NOT_READY: AgentState.RINGING,
        AgentEvent.FREE: AgentState.READY,
        AgentEvent.MISS: AgentState.READY,
        AgentEvent.PAUSE: AgentState.NOT_READY,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.TIME_UP: AgentState.READY,
    },
    AgentState.TALKING: {
        AgentEvent.SIGN_IN: AgentState.TALKING,
        AgentEvent.SIGN_OFF: AgentState.TALKING,
        AgentEvent.READY: AgentState.TALKING,
        AgentEvent.NOT_READY: AgentState.TALKING,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.HOLD: AgentState.ON_HOLD,
        AgentEvent.UNHOLD: AgentState.TALKING,
        AgentEvent.WRAP_UP: AgentState.WRAP_UP,
        AgentEvent.FINISH: AgentState.READY,
        AgentEvent.TIME_UP: AgentState.TALKING,
    },
    AgentState.ON_HOLD: {
        AgentEvent.SIGN_IN: AgentState.ON_HOLD,
        AgentEvent.SIGN_OFF: AgentState.ON_HOLD,
        AgentEvent.READY: AgentState.ON_HOLD,
        AgentEvent.NOT_READY: AgentState.ON_HOLD,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.HOLD: AgentState.ON_HOLD,
        AgentEvent.UNHOLD: AgentState.TALKING,
        AgentEvent.WRAP_UP: AgentState.WRAP_UP,
        AgentEvent.FINISH: AgentState.READY,
        AgentEvent.TIME_UP: AgentState.ON_HOLD,
    },
    AgentState.WRAP_UP: {
        AgentEvent.SIGN_IN: AgentState.WRAP_UP,
        AgentEvent.SIGN_OFF: AgentState.SIGNED_OFF,
        AgentEvent.READY: AgentState.READY,
        AgentEvent.NOT_READY: AgentState.NOT_READY,
        AgentEvent.EXTEND_WRAP_UP: AgentState.WRAP_UP,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.TIME_UP: AgentState.READY,
    },
    AgentState.NOT_READY: {
        AgentEvent.SIGN_IN: AgentState.NOT_READY,
        AgentEvent.SIGN_OFF: AgentState.SIGNED_OFF,
        AgentEvent.READY: AgentState.READY,
        AgentEvent.NOT_READY: AgentState.NOT_READY,
        AgentEvent.CONNECT: AgentState.TALKING,
        AgentEvent.TIME_UP: AgentState.NOT_READY,
        AgentEvent.RELEASE: AgentState.SIGNED_OFF,
    },
}
"""The machine. A wish that has no entry is refused, a fact that has none is our bug. A wish that leads from RINGING or
TALKING to the same state takes effect when that state ends."""

AWAY = frozenset({AgentEvent.SIGN_OFF, AgentEvent.NOT_READY})
"""Wishes that wait for the end of a ring or talk."""


class ImpossibleStep(Exception):  # noqa: N818  the constitution's word: a missing pair is the error
    """A fact reached an agent in a state where it can not happen: our bug."""

    def __init__(self, state: AgentState, event: AgentEvent) -> None:
        super().__init__(f"agent: no way from {state} by {event}")
