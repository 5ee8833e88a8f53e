"""What a caller is doing, and how it follows from where the machine that has the word stands."""

from collections.abc import Mapping
from enum import StrEnum

from ivr.waiting_state import WaitingState
from ivr.walker_state import WalkerState


class Phase(StrEnum):
    """What the caller is doing."""

    MENU = "menu"
    QUEUE = "queue"
    RINGING = "ringing"
    TALK = "talk"
    FAREWELL = "farewell"
    ENDED = "ended"


AFTER_WALK: Mapping[WalkerState, Phase] = {WalkerState.PARTING: Phase.FAREWELL, WalkerState.ENDED: Phase.FAREWELL}
"""Everywhere else the walker keeps the caller in the menu, or hands over to the queue."""

AFTER_WAIT: Mapping[WaitingState, Phase] = {
    WaitingState.RINGING: Phase.RINGING,
    WaitingState.LEAVING: Phase.RINGING,
    WaitingState.ANSWERED: Phase.TALK,
    WaitingState.REFUSED: Phase.FAREWELL,
    WaitingState.ENDED: Phase.FAREWELL,
}
"""Everywhere else the caller waits."""
