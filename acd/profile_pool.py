"""Keeps the groups few: how finely form and load are told apart, by how many different rows of skills there are.

A group is agents with one row of skills, one form and one band of load. Rows are the roster's and are filters, so they
are never merged. What is left of `MOST_GROUPS` is for forms; when it is used up, an agent counts with the nearest form
that somebody of his row has already. Everything that reckons (scores, prices, explanations) is told of that one.
"""

from dataclasses import dataclass, field

from acd.agent import Agent
from acd.profiles import BUSY_BANDS, MOST_GROUPS
from acd.standing import Standing
from telephony.ids import AgentNumber, Topic

Form = frozenset[tuple[Topic, int]]

Row = tuple[frozenset[tuple[Topic, int]], frozenset[str]]
"""Skills and languages, as the roster has them."""

PLAIN: Form = frozenset()

TWO_BANDS = (0, 0, 2)
"""Where three bands would be too many: light and usual are alike."""


@dataclass(slots=True)
class _Agents:
    """Of one row."""

    seated: int = 0
    forms: dict[Form, int] = field(default_factory=dict)
    """Forms other than none, with how many agents count with each."""


class ProfilePool:
    """At most `most_groups` different standings of everybody, or as many as there are rows, if those are more."""

    def __init__(self, most_groups: int = MOST_GROUPS) -> None:
        self._most_groups = most_groups
        self._rows: dict[Row, _Agents] = {}
        self._row_of: dict[AgentNumber, Row] = {}
        self._form_of: dict[AgentNumber, Form] = {}
        self._forms = 0
        """Forms other than none in use, over all rows."""

    @property
    def bands(self) -> int:
        """Bands of load that are told apart."""
        return max(1, min(BUSY_BANDS, self._most_groups // max(1, len(self._rows))))

    def seat(self, agent: Agent) -> None:
        """An agent of the roster, or as a new roster describes him."""
        self.unseat(agent.number)
        row = frozenset(agent.skills.items()), frozenset(agent.languages)
        self._row_of[agent.number] = row
        self._rows.setdefault(row, _Agents()).seated += 1

    def unseat(self, number: AgentNumber) -> None:
        """He is in the roster no longer; whoever never was is ignored."""
        self.release(number)
        if (row := self._row_of.pop(number, None)) is None:
            return
        agents = self._rows[row]
        agents.seated -= 1
        if not agents.seated:
            del self._rows[row]

    def take(self, agent: Agent, band: int, form: Form) -> Standing:
        """What a seated agent with this load and form counts as, until he is released or asks again."""
        if self._form_of.get(agent.number, PLAIN) == form:
            return Standing(self._band(band), self._form_of.get(agent.number, PLAIN))
        self.release(agent.number)
        forms = self._rows[self._row_of[agent.number]].forms
        if form and form not in forms and not self._room_for_a_form():
            form = min((PLAIN, *forms), key=lambda other: (_apart(form, other), _apart(other, PLAIN), sorted(other)))
        if form:
            self._forms += form not in forms
            forms[form] = forms.get(form, 0) + 1
            self._form_of[agent.number] = form
        return Standing(self._band(band), form)

    def release(self, number: AgentNumber) -> None:
        """He counts as nothing at present."""
        if (form := self._form_of.pop(number, None)) is None:
            return
        forms = self._rows[self._row_of[number]].forms
        forms[form] -= 1
        if not forms[form]:
            del forms[form]
            self._forms -= 1

    def _room_for_a_form(self) -> bool:
        return (len(self._rows) + self._forms + 1) * self.bands <= self._most_groups

    def _band(self, band: int) -> int:
        bands = self.bands
        return band if bands == BUSY_BANDS else TWO_BANDS[band] if bands > 1 else 0


def _apart(one: Form, other: Form) -> int:
    """Half levels, over all topics."""
    here, there = dict(one), dict(other)
    return sum(abs(here.get(topic, 0) - there.get(topic, 0)) for topic in here.keys() | there.keys())
