"""Floats by number, read and written one by one, and reckoned with all at once, in one piece of memory.

A decision looks at hundreds of groups or lanes. One by one that is a Python step for each; lists of tuples of floats
lie all over the memory besides, and what a decision waits for then is memory.
"""

from array import array

import numpy as np
from numpy.typing import NDArray

NEVER = float("inf")

NOBODY = float("-inf")
"""The score of whoever is not there."""

ROUNDING_S = 1e-6
"""What a sum of a score and an instant may be off: who is as near as that is looked at closely."""

ROOM = 64
"""Numbers; a strip's length is a multiple, so that two strips by the same numbers are of one length."""


class Strip:
    """`values` and `all` are the same floats, the filler where no number has been yet.

    `values` is quick to ask for one, `all` (a vector) to reckon with. Both are new ones after `make_room`.
    """

    __slots__ = ("_filler", "all", "values")

    def __init__(self, filler: float, count: int = 0) -> None:
        """Room for the numbers below `count`."""
        self._filler = filler
        self.values: array[float] = array("d")
        self.all: NDArray[np.float64] = np.empty(0)
        self.make_room(count - 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Strip) and self.values == other.values

    __hash__ = None  # type: ignore[assignment]  # it changes

    def make_room(self, number: int) -> None:
        """This number has a place from now on."""
        missing = (max(number, 0) // ROOM + 1) * ROOM - len(self.values)
        if missing > 0:
            self.values = self.values + array("d", [self._filler]) * missing
            self.all = np.frombuffer(self.values)
