"""How many agents are missing: the fewest more with whom the hotline's targets hold on the same days."""

from collections.abc import Callable, Sequence

from whatif.callers import Callers
from whatif.compare import play, verdict
from whatif.day import Figures
from whatif.learned import Learned
from whatif.players import OURS
from whatif.scenario import Scenario

MOST_MISSING = 1.0
"""Of the agents there are: if twice as many do not reach the targets, the number is not looked for."""

ROUGH_DAYS = 3
"""Days on which the number is guessed, before all days are asked about that guess and its neighbours."""


class Staffing:
    """Plays the same days with more and more agents, spread over the teams as the present ones."""

    def __init__(self, scenario: Scenario, seeds: Sequence[int], learned: Learned | None = None) -> None:
        self._scenario = scenario
        self._callers = [Callers(scenario, seed) for seed in seeds]
        self._learned = None if learned is None else learned.of_others()
        self.told: Callable[[int], None] = lambda _more: None
        """Told how many more are tried next."""
        self._days: dict[int, list[Figures]] = {}
        """More agents → the days played with them, in order."""

    def missing(self, days: Sequence[Figures]) -> int | None:
        """How many, `days` being all days as they were with the present agents; None if twice as many are too few.

        0 exactly if the verdict on those days is that all targets hold. More agents never make it worse, chance aside.
        """
        self._days[0] = list(days)
        everything = len(self._callers)
        if self._enough(0, everything):
            return 0
        most = most_missing(self._scenario)
        guess = self._fewest(0, most, ROUGH_DAYS) or most
        if self._enough(guess, everything):
            return self._fewest(self._too_few_below(guess), guess, everything)
        step = 1
        while guess < most:
            too_few, guess = guess, min(most, guess + step)
            if self._enough(guess, everything):
                return self._fewest(too_few, guess, everything)
            step *= 2
        return None

    def _too_few_below(self, enough: int) -> int:
        step, few = 1, enough - 1
        while self._enough(few, len(self._callers)):
            step *= 2
            few = max(0, few - step)
        return few

    def _fewest(self, too_few: int, enough: int, days: int) -> int | None:
        """Between a number that is too small and one that may do, by bisection."""
        if not self._enough(enough, days):
            return None
        while enough - too_few > 1:
            middle = (too_few + enough) // 2
            if self._enough(middle, days):
                enough = middle
            else:
                too_few = middle
        return enough

    def _enough(self, more: int, days: int) -> bool:
        self.told(more)
        played = self._days.setdefault(more, [])
        for callers in self._callers[len(played) : days]:
            played.append(play(OURS, self._scenario.with_more(more), callers, self._learned))
        return all(check.holds for check in verdict(played[:days], self._scenario.targets))


def most_missing(scenario: Scenario) -> int:
    """Where the search ends."""
    return max(1, int(scenario.agents * MOST_MISSING))
