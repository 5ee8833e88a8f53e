"""What the hotline knows when a day begins: learned on the days before, which nobody reports."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from acd.form import Form


@dataclass(frozen=True, slots=True)
class Learned:
    """As it outlives a night: demand as `DemandSeen.learned` gives it, and outcomes by agent."""

    demand: Mapping[str, Any]
    form_seen: Form
    """By agents' numbers: of no use where the same numbers are other people."""

    def form(self) -> Form:
        """Outcomes so far; the day adds to its own copy."""
        return deepcopy(self.form_seen)

    def of_others(self) -> "Learned":
        """The same demand, met by other agents."""
        return Learned(self.demand, Form())
