"""The hotline's days before the reported ones, played with the same machines: where it knows from what it knows."""

from collections.abc import Callable

from acd.routing import Routing
from whatif.callers import Callers
from whatif.hotline_centre import HotlineCentre
from whatif.learned import Learned
from whatif.scenario import Scenario
from whatif.simulate import Simulation

FIRST_BEFORE = 1001
"""Days from here on are never reported."""

DAYS_BEFORE = 5
"""A working week."""


def learn(
    scenario: Scenario,
    days: int = DAYS_BEFORE,
    *,
    routing: Routing | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Learned | None:
    """What the hotline has learned in so many days, beginning with nothing; None: nothing."""
    learned: Learned | None = None
    for seed in range(FIRST_BEFORE, FIRST_BEFORE + days):
        told(seed)
        centre = HotlineCentre(scenario, "before", learned=learned, routing=routing)
        Simulation(scenario, centre, Callers(scenario, seed)).run()
        learned = centre.learned(scenario.lasts_s)
    return learned
