"""The key by which a waiting caller leaves the queue, and where it leads: a rule of the queue, a step of the caller."""

from dataclasses import dataclass
from enum import StrEnum

CALLBACK_KEY = "1"
"""Asks to be called back, in queues that have it; the phrases name this key."""


class LeadsTo(StrEnum):
    """Where the key leads."""

    MENU = "menu"
    """Back to the choices the caller came from."""
    CALLBACK = "callback"
    """To the question at which number to call back; to the menu where nobody can be called back."""
    GOODBYE = "goodbye"
    """A word of thanks, and the call ends."""
    NOWHERE = "nowhere"
    """There is no such key."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """One queue's."""

    key: str = "*"
    """The same key that means back in the menu."""
    to: LeadsTo = LeadsTo.MENU
