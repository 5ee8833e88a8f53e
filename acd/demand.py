"""What will be asked for, by kind of call: calls per second and how long each keeps an agent, from the first on.

Before there is data everybody at work is taken to be as busy as planners want them, every kind alike. That guess is
a Gamma prior worth `PRIOR_S` of looking, which fades like everything seen: what is left of it follows who is at work,
the rest is what came, and in the end nothing but what came counts, so the estimate has no bias to stay with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from typing import Any, NamedTuple

from acd.pricing import ASSUMED_HANDLE_S
from acd.queue import CallKind

PRIOR_S = 600.0
"""The guess weighs as much as looking for so long: with 0.1 calls/s on a topic, as much as 60 calls."""

USUAL_S = 2 * 3600.0
"""Time constant of the usual: a quarter of a shift. Of 0.01 calls/s it sees 144, a standard error of 8 %."""

RECENT_S = 900.0
"""Time constant of what is going on now: as long as prices hold."""

USUAL_CALLS = 50.0
"""Against what is going on now the usual weighs as much as so many calls: a burst on a large hotline is believed within
minutes, and chance on a small one is not taken for a burst. (In the simulator half and half was worse.)"""

USUAL_MOST_S = 1800.0
"""But no more than looking for so long: a topic hardly asked for at night may be asked for a hundred times as often
when the day begins."""

ASSUMED_OCCUPANCY = 0.85
"""How busy everybody is taken to be before there is data: a usual target in planning."""

PRIOR_HANDLED = 20.0
"""Calls handled that the assumed handle time counts for."""

MEMORY_HANDLED = 400.0
"""From here on old handle times count half, and so does what is left of the assumed one: they follow the season."""


LEAST_HANDLE_S = 1.0
"""No call takes less: keeps the guess finite, whatever is reported."""


class Expected(NamedTuple):
    """Of one kind of call, for the next minutes."""

    calls_per_s: float
    handle_s: float
    """Ring, talk and wrap-up, of an agent whose level's factor is 1."""


@dataclass(slots=True)
class _Seen:
    """One kind. Calls and seconds of looking fade alike, so their ratio is a mean of the latest."""

    at: float
    """Everything is as of then."""
    prior_s: float = PRIOR_S
    usual_calls: float = 0.0
    usual_s: float = 0.0
    recent_calls: float = 0.0
    recent_s: float = 0.0
    handled: float = PRIOR_HANDLED
    handled_s: float = PRIOR_HANDLED * ASSUMED_HANDLE_S

    def look_until(self, now: float, *, open_: bool) -> None:
        """Time has passed; nothing is learned, and nothing fades, while nobody is at work to be called."""
        passed_s, self.at = max(0.0, now - self.at), max(now, self.at)
        if not open_ or not passed_s:
            return
        usual, recent = exp(-passed_s / USUAL_S), exp(-passed_s / RECENT_S)
        self.prior_s *= usual
        self.usual_calls *= usual
        self.usual_s = self.usual_s * usual + USUAL_S * (1.0 - usual)
        self.recent_calls *= recent
        self.recent_s = self.recent_s * recent + RECENT_S * (1.0 - recent)

    def calls_per_s(self, assumed_per_s: float) -> float:
        """The usual from the guess and all that came; then what is going on, with the usual as its prior."""
        usual_per_s = (assumed_per_s * self.prior_s + self.usual_calls) / (self.prior_s + self.usual_s)
        weight_s = min(USUAL_MOST_S, USUAL_CALLS / usual_per_s) if usual_per_s > 0.0 else USUAL_MOST_S
        return (usual_per_s * weight_s + self.recent_calls) / (weight_s + self.recent_s)


class DemandSeen:
    """Told of calls and of handle times, asked by whoever renews the prices, in the hotline and in the simulator.

    Call `begin` at the start and before every round of `expect`, since the guess depends on who is at work.
    """

    def __init__(self) -> None:
        self._kinds: dict[CallKind, _Seen] = {}
        self._begun: tuple[CallKind, ...] = ()
        self._agents = 0

    def begin(self, kinds: Iterable[CallKind], agents: int, now: float) -> None:
        """These are the kinds from now on, and so many agents are at work; what is known of others stays."""
        self._look_until(now)
        self._begun, self._agents = tuple(dict.fromkeys(kinds)), agents
        for kind in self._begun:
            self._kinds.setdefault(kind, _Seen(now))

    def called(self, kind: CallKind, now: float, *, calls: float = 1.0) -> None:
        """Somebody asks for this; −1 call takes back one that was about something else.

        Kinds that were not begun are not counted, nor are calls while nobody is at work.
        """
        if (seen := self._kinds.get(kind)) is not None and self._agents:
            seen.look_until(now, open_=True)
            seen.usual_calls = max(0.0, seen.usual_calls + calls)
            seen.recent_calls = max(0.0, seen.recent_calls + calls)

    def handled(self, kind: CallKind, handle_s: float) -> None:
        """A call kept an agent for so long, from the ring to the end of wrap-up.

        As an agent with factor 1 would have taken: divide by `Outlook.handle_s(level, 1.0)` of who took it.
        """
        if (seen := self._kinds.get(kind)) is None:
            return
        seen.handled, seen.handled_s = seen.handled + 1.0, seen.handled_s + handle_s
        if seen.handled > MEMORY_HANDLED:
            seen.handled, seen.handled_s = seen.handled / 2.0, seen.handled_s / 2.0

    def expect(self, kind: CallKind, now: float) -> Expected:
        """What this kind will bring; KeyError if it was not begun."""
        seen = self._kinds[kind]
        seen.look_until(now, open_=self._agents > 0)
        handle_s = max(LEAST_HANDLE_S, seen.handled_s / seen.handled)
        assumed_per_s = ASSUMED_OCCUPANCY * self._agents / handle_s / max(1, len(self._begun))
        return Expected(seen.calls_per_s(assumed_per_s), handle_s)

    def _look_until(self, now: float) -> None:
        for seen in self._kinds.values():
            seen.look_until(now, open_=self._agents > 0)

    # ---- across a restart ---------------------------------------------------------------------------

    def learned(self, now: float) -> dict[str, Any]:
        """All that was learned, as JSON can hold it; instants are not in it."""
        self._look_until(now)
        return {kind: [getattr(seen, name) for name in LEARNED] for kind, seen in self._kinds.items()}

    def recall(self, learned: Mapping[str, Any], now: float) -> None:
        """Go on from what `learned` gave; ValueError, and nothing has changed, if it is anything else.

        The time between counts as nobody having looked.
        """
        recalled = {}
        for kind, figures in learned.items():
            if not isinstance(figures, list) or len(figures) != len(LEARNED):
                raise ValueError(f"{kind}: {len(LEARNED)} figures are needed")
            if not all(isinstance(figure, int | float) and 0.0 <= figure < float("inf") for figure in figures):
                raise ValueError(f"{kind}: figures must not be negative")
            seen = _Seen(now, *map(float, figures))
            if seen.prior_s + seen.usual_s <= 0.0 or seen.handled <= 0.0 or seen.handled_s <= 0.0:
                raise ValueError(f"{kind}: nothing was looked at")
            recalled[kind] = seen
        self._kinds |= recalled


LEARNED = ("prior_s", "usual_calls", "usual_s", "recent_calls", "recent_s", "handled", "handled_s")
"""What is kept of a kind, in the order of `_Seen`'s fields."""
