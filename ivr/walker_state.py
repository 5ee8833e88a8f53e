"""Where one caller's walk through the menu stands, and which places are reached from which."""

from enum import StrEnum


class WalkerState(StrEnum):
    """Where the conversation with the menu stands."""

    NEW = "new"
    SPEAKING = "speaking"
    """A prompt plays that any key stops."""
    INSISTING = "insisting"
    """A prompt plays that must be heard; keys are kept for after it."""
    LISTENING = "listening"
    COLLECTING = "collecting"
    """Keys were pressed that could become a longer choice."""
    ATTENDING = "attending"
    """The caller speaks, or it sounds so: what was playing is silent until it is known what was said."""
    GIVING_UP = "giving_up"
    """Too many failures: says that an agent will help; any key is enough of it."""
    PARTING = "parting"
    """Says the last words."""
    HANDED_OVER = "handed_over"
    ENDED = "ended"


HEARING = frozenset({WalkerState.SPEAKING, WalkerState.LISTENING, WalkerState.COLLECTING})
"""States in which a key acts at once."""

AT_A_NODE = (
    WalkerState.SPEAKING,
    WalkerState.INSISTING,
    WalkerState.LISTENING,
    WalkerState.HANDED_OVER,
    WalkerState.PARTING,
)
"""Where arriving at a node may lead: it may have nothing to say, be a leaf without text, or it is closing time."""

AFTER_WORDS = (*AT_A_NODE, WalkerState.ATTENDING, WalkerState.GIVING_UP)
"""Where words may lead: anywhere a node may, nowhere, or through the failure budget."""

AFTER_KEYS = (*AT_A_NODE, WalkerState.COLLECTING, WalkerState.GIVING_UP)
"""Where keys may lead: anywhere a node may, or to a wait for a further key, or through the failure budget."""
