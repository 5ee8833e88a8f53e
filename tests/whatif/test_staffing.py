from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.whatif.whatif_play import TINY
from whatif import staffing
from whatif.callers import Callers
from whatif.compare import play, verdict
from whatif.day import Figures
from whatif.learned import Learned
from whatif.players import OURS
from whatif.scenario import Scenario, Targets
from whatif.staffing import ROUGH_DAYS, Staffing, most_missing

DAY = play("longest idle", TINY, Callers(TINY, 1))
SEEDS = range(1, ROUGH_DAYS + 3)


def connecting(ratio: float) -> Figures:
    return replace(DAY, connect_ratio=ratio, asa_s=1.0, answered_in_180=1.0)


def scripted(monkeypatch: pytest.MonkeyPatch, needed: Sequence[float]) -> Staffing:
    """With so many agents more as `needed` says for a day, that day reaches its target."""

    def played(name: str, scenario: Scenario, callers: Callers, learned: Learned | None) -> Figures:
        assert (name, learned) == (OURS, None)
        more = scenario.agents - TINY.agents
        return connecting(0.9 + 0.01 * (more - needed[callers.seed - 1]))

    monkeypatch.setattr(staffing, "play", played)
    return Staffing(TINY, SEEDS[: len(needed)])


def missing(monkeypatch: pytest.MonkeyPatch, needed: Sequence[float]) -> int | None:
    days = [connecting(0.9 - 0.01 * need) for need in needed]
    found = scripted(monkeypatch, needed).missing(days)
    holds = all(check.holds for check in verdict(days, TINY.targets))
    assert (found == 0) == holds, "the number never contradicts the verdict"
    return found


@pytest.mark.parametrize(
    ("needed", "found"),
    [
        ((-1.0, -1.0, -1.0, -1.0, -1.0), 0),
        ((2.5, 2.5, 2.5, 2.5, 2.5), 3),
        ((6.5, 6.5, 6.5, 0.0, 0.0), 4),
        ((6.5, 6.5, 6.5, -6.0, -6.0), 2),
        ((-1.0, -1.0, -1.0, 2.0, 2.0), 1),
        ((0.5, 0.5, 0.5, 15.0, 15.0), 7),
        ((1.5, 1.5, 1.5, 50.0, 50.0), None),
        ((90.0, 90.0, 90.0, -170.0, -90.0), 2),
        ((90.0,), None),
        ((1.5,), 2),
    ],
)
def test_the_fewest_on_all_days_whatever_the_first_ones_say(
    monkeypatch: pytest.MonkeyPatch, needed: Sequence[float], found: int | None
) -> None:
    mean = sum(needed) / len(needed)
    assert found is None or found - 1 < max(mean, -0.5) <= found
    assert missing(monkeypatch, needed) == found


def test_it_tells_what_it_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    one = scripted(monkeypatch, (2.5,) * 3)
    one.told = told.append
    assert one.missing([connecting(0.8)] * 3) == 3
    assert told[0] == 0
    assert {2, 3} <= set(told)


def test_with_the_machines_themselves() -> None:
    short = replace(TINY, hours=0.5, calls_per_hour=(95.0,), targets=Targets(connect_ratio=0.9, asa_s=60.0))
    days = [play(OURS, short, Callers(short, seed)) for seed in (1, 2)]
    found = Staffing(short, (1, 2)).missing(days)
    assert found is not None
    assert 0 < found <= most_missing(short) == 7
    for more, enough in ((found - 1, False), (found, True)):
        played = days if more == 0 else [play(OURS, short.with_more(more), Callers(short, seed)) for seed in (1, 2)]
        assert all(check.holds for check in verdict(played, short.targets)) is enough
