"""How an agent stands beyond the roster: how busy he has been, and what outcomes have shown of his skill."""

from dataclasses import dataclass

from telephony.ids import Topic


@dataclass(frozen=True, slots=True)
class Standing:
    """One agent's."""

    band: int = 0
    """Of load: 0 light, 1 usual, 2 heavy."""
    form: frozenset[tuple[Topic, int]] = frozenset()
    """Half levels above the roster's, by topic, as outcomes have shown."""


USUAL = Standing()
