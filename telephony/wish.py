"""What a caller's words mean, as far as it crosses from whoever heard them to whoever acts on them.

No words are in it: a transcript is personal, and nobody beyond the recogniser needs it.
"""

from dataclasses import dataclass
from enum import StrEnum

from telephony.ids import NodeId


class Everywhere(StrEnum):
    """What works at every node: 人工 · 重听 · 返回 · 主菜单."""

    AGENT = "agent"
    REPEAT = "repeat"
    BACK = "back"
    MAIN = "main"


class Unheard(StrEnum):
    """Why nothing can be done with what was heard."""

    NOTHING = "nothing"
    """A cough, 嗯, noise on the line: nobody said anything."""
    DENIED = "denied"
    """The caller said what is not wanted, and no more."""
    NO_SUCH_CHOICE = "no_such_choice"
    """第七个, where there are four."""
    UNKNOWN = "unknown"
    """Nothing in the menu is like it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing a caller may want; exactly one of the two is given."""

    node: NodeId | None = None
    everywhere: Everywhere | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """Clear enough to do it."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class Unsure:
    """Likely enough to ask: 您是要办理提前还款吗."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class Answered:
    """Yes or no, to a question of ours."""

    yes: bool


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing to act on."""

    why: Unheard


Meaning = Understood | Unsure | Answered | NotUnderstood
