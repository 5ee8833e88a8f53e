"""Keys pressed and not yet acted upon: what is typed ahead, and the beginnings of longer choices."""

from collections.abc import Collection
from dataclasses import dataclass

from ivr.menu import UNIVERSAL_KEYS

KEPT_DIGITS = 32
"""More than the deepest path a person types ahead (a card number has 19); a stuck key must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """These keys are a choice, and no further key could make them another."""

    key: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """A further key could make a longer choice of them: wait the interdigit time-out."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No choice begins like this; what was typed ahead is forgotten with it."""


Reading = Chosen | Undecided | Unknown


class Digits:
    """A row of keys in the order pressed, read off one choice at a time at the node they reach."""

    def __init__(self) -> None:
        self._keys = ""

    def __bool__(self) -> bool:
        return bool(self._keys)

    def press(self, digit: str) -> None:
        """Add a key; beyond `KEPT_DIGITS` it is dropped."""
        self._keys = (self._keys + digit)[:KEPT_DIGITS]

    def clear(self) -> None:
        """Forget what was typed ahead."""
        self._keys = ""

    def read(self, choices: Collection[str], *, waited: bool = False) -> Reading:
        """Read the next choice and take it off; `waited`: no further key came in time, so decide.

        The longest choice wins, and keys after it are left for the node it leads to: with choices 1 and 11 the keys
        1 2 are choice 1, then key 2. A universal key after keys that lead nowhere acts, so that 0 always reaches an
        agent.
        """
        choices = {*choices, *UNIVERSAL_KEYS}
        if not waited and self._could_grow(choices):
            return Undecided()
        alive = self._alive(choices)
        for length in range(alive, 0, -1):
            if self._keys[:length] in choices:
                return self._take(length)
        breaker = self._keys[alive : alive + 1]
        if breaker in UNIVERSAL_KEYS:
            self._keys = self._keys[alive:]
            return self._take(1)
        self.clear()
        return Unknown()

    def _alive(self, choices: Collection[str]) -> int:
        """How many keys from the first on could be the beginning of a choice."""
        lengths = range(len(self._keys), 0, -1)
        return next((n for n in lengths if any(key.startswith(self._keys[:n]) for key in choices)), 0)

    def _could_grow(self, choices: Collection[str]) -> bool:
        return any(len(key) > len(self._keys) and key.startswith(self._keys) for key in choices)

    def _take(self, length: int) -> Chosen:
        key, self._keys = self._keys[:length], self._keys[length:]
        return Chosen(key)
