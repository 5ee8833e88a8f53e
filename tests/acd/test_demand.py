"""The estimate of demand: sound from the first moment on, quick, and without a bias that stays."""

import json
import random
from math import exp
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.demand import ASSUMED_OCCUPANCY, LEAST_HANDLE_S, MEMORY_HANDLED, PRIOR_S, USUAL_CALLS, USUAL_S, DemandSeen
from acd.pricing import ASSUMED_HANDLE_S
from telephony.ids import Topic

LOAN, CARD = Topic("loan"), Topic("card")
MINUTE_S, HOUR_S = 60.0, 3600.0
EVERY_S = 600.0
"""How often the hotline renews its prices, and says who is at work."""


def begun(agents: int = 10, *topics: Topic) -> DemandSeen:
    demand = DemandSeen()
    demand.begin(topics or (LOAN, CARD), agents, 0.0)
    return demand


def watched(demand: DemandSeen, arrivals: list[float], until: float, agents: int = 10) -> float:
    """Calls per second expected of loans at this instant, after these arrivals, asked as the hotline asks."""
    asked_at = 0.0
    for at in sorted(arrivals):
        while asked_at + EVERY_S < at:
            asked_at += EVERY_S
            demand.begin((LOAN, CARD), agents, asked_at)
            demand.expect(LOAN, asked_at)
        demand.called(LOAN, at)
    demand.begin((LOAN, CARD), agents, until)
    return demand.expect(LOAN, until).calls_per_s


def evenly(per_s: float, until: float, since: float = 0.0) -> list[float]:
    return [since + (index + 0.5) / per_s for index in range(int((until - since) * per_s))]


def by_chance(per_s: float, until: float, chance: random.Random) -> list[float]:
    arrivals, at = [], chance.expovariate(per_s)
    while at < until:
        arrivals.append(at)
        at += chance.expovariate(per_s)
    return arrivals


@given(st.integers(0, 5000), st.integers(1, 40))
def test_before_there_is_data_everybody_is_as_busy_as_planned(agents: int, topics: int) -> None:
    asked = [Topic(str(number)) for number in range(topics)]
    demand = begun(agents, *asked)
    expected = [demand.expect(topic, 0.0) for topic in asked]
    assert sum(one.calls_per_s * one.handle_s for one in expected) == pytest.approx(ASSUMED_OCCUPANCY * agents)
    assert {one.handle_s for one in expected} == {ASSUMED_HANDLE_S}
    assert len({one.calls_per_s for one in expected}) == 1


def test_a_start_with_nobody_at_work_is_no_sign_of_no_demand() -> None:
    demand = begun(agents=0)
    assert demand.expect(LOAN, 5.0).calls_per_s == 0.0
    demand.begin((LOAN, CARD), 0, 8 * HOUR_S)
    demand.begin((LOAN, CARD), 200, 9 * HOUR_S)
    expected = demand.expect(LOAN, 9 * HOUR_S)
    assert expected.calls_per_s == pytest.approx(0.283, abs=0.001)
    assert expected.calls_per_s * expected.handle_s * 2 == pytest.approx(ASSUMED_OCCUPANCY * 200)


@pytest.mark.parametrize("agents", [1, 10, 210, 700])
@pytest.mark.parametrize(("minutes", "share"), [(15, 0.25), (30, 0.11), (60, 0.05), (120, 0.02), (480, 0.002)])
def test_of_what_was_assumed_wrongly_little_is_left_soon(agents: int, minutes: int, share: float) -> None:
    """0.1 calls a second come; assumed were 0.0014, 0.014, 0.3 and 1.0."""
    assumed_per_s, until = ASSUMED_OCCUPANCY * agents / ASSUMED_HANDLE_S / 2, minutes * MINUTE_S
    found = watched(begun(agents), evenly(0.1, until), until, agents)
    assert abs(found - 0.1) <= share * abs(assumed_per_s - 0.1)


@pytest.mark.parametrize(("per_s", "until"), [(0.02, 4 * HOUR_S), (0.1, 2 * HOUR_S), (1.0, HOUR_S)])
def test_chance_alone_gives_it_no_bias(per_s: float, until: float) -> None:
    """Over 60 days of random calls the mean is the truth, within three standard errors, from a guess that was right."""
    agents = round(per_s * 2 * ASSUMED_HANDLE_S / ASSUMED_OCCUPANCY)
    chance = random.Random(7)
    found = [watched(begun(agents), by_chance(per_s, until, chance), until, agents) for _ in range(60)]
    spread = fmean((one - per_s) ** 2 for one in found) ** 0.5
    assert abs(fmean(found) - per_s) < 3 * spread / 60**0.5 + 0.01 * per_s
    assert spread < 0.35 * per_s


@given(st.integers(1, 500), st.integers(1, 500), st.integers(0, 12), st.integers(0, 40))
def test_who_comes_or_leaves_moves_only_what_is_left_of_the_guess(
    before: int, after: int, quarters: int, calls: int
) -> None:
    now = quarters * 900.0

    def expected(agents: int) -> float:
        demand = begun(before)
        for index in range(calls):
            demand.called(LOAN, now * index / max(1, calls))
        demand.begin((LOAN, CARD), before, now)
        demand.begin((LOAN, CARD), agents, now)
        return demand.expect(LOAN, now).calls_per_s

    assumed_per_s = ASSUMED_OCCUPANCY * (after - before) / ASSUMED_HANDLE_S / 2
    moved = expected(after) - expected(before)
    assert moved * assumed_per_s >= 0.0, "more agents never mean fewer calls"
    recent = 1.0 + calls / USUAL_CALLS  # what goes on now is a factor on the usual
    assert abs(moved) <= abs(assumed_per_s) * _prior_share(now) * recent + 1e-9, "by no more than what is left of it"


def _prior_share(now: float) -> float:
    left = exp(-now / USUAL_S)
    return PRIOR_S * left / (PRIOR_S * left + USUAL_S * (1.0 - left))


def test_a_burst_is_believed_within_minutes_where_many_call() -> None:
    day = evenly(0.5, 4 * HOUR_S)
    for minutes, least in ((5, 0.6), (10, 0.7), (20, 0.83)):
        until = 4 * HOUR_S + minutes * MINUTE_S
        burst = evenly(1.0, until, since=4 * HOUR_S)
        assert watched(begun(350), [*day, *burst], until, 350) > least


def test_the_day_after_a_quiet_night_is_believed_within_half_an_hour() -> None:
    night = evenly(0.003, 6 * HOUR_S)
    day = evenly(0.3, 6.5 * HOUR_S, since=6 * HOUR_S)
    assert watched(begun(2), [*night, *day], 6.5 * HOUR_S, 2) > 0.1


def test_nothing_is_learned_and_nothing_fades_while_nobody_is_at_work() -> None:
    demand = begun(10)
    evening = watched(demand, evenly(0.1, 8 * HOUR_S), 8 * HOUR_S)
    demand.begin((LOAN, CARD), 0, 8 * HOUR_S)
    demand.called(LOAN, 12 * HOUR_S)
    demand.begin((LOAN, CARD), 10, 20 * HOUR_S)
    assert demand.expect(LOAN, 20 * HOUR_S).calls_per_s == pytest.approx(evening)


def test_a_call_that_was_about_something_else_is_taken_back() -> None:
    demand, before = begun(), begun().expect(LOAN, 0.0)
    demand.called(LOAN, 0.0)
    assert demand.expect(LOAN, 0.0) != before
    demand.called(LOAN, 0.0, calls=-1.0)
    assert demand.expect(LOAN, 0.0) == before
    demand.called(LOAN, 0.0, calls=-1.0)
    assert demand.expect(LOAN, 0.0) == before, "never fewer than none"


def test_handle_times_take_over_from_the_assumed_one() -> None:
    demand = begun()
    demand.handled(LOAN, 720.0)
    assert demand.expect(LOAN, 0.0).handle_s == pytest.approx(ASSUMED_HANDLE_S + 20.0)
    assert demand.expect(CARD, 0.0).handle_s == ASSUMED_HANDLE_S
    for _ in range(int(3 * MEMORY_HANDLED)):
        demand.handled(LOAN, 100.0)
    assert demand.expect(LOAN, 0.0).handle_s == pytest.approx(100.0, rel=0.05)
    for _ in range(int(20 * MEMORY_HANDLED)):
        demand.handled(LOAN, 0.0)
    assert demand.expect(LOAN, 0.0).handle_s == LEAST_HANDLE_S


def test_topics_come_and_stay_known() -> None:
    demand = begun()
    other = Topic("other")
    demand.called(other, 0.0)
    demand.handled(other, 1.0)
    with pytest.raises(KeyError):
        demand.expect(other, 0.0)
    demand.begin((LOAN, other), 20, HOUR_S)
    assert demand.expect(other, HOUR_S).calls_per_s == pytest.approx(ASSUMED_OCCUPANCY * 20 / ASSUMED_HANDLE_S / 2)
    assert demand.expect(CARD, HOUR_S).calls_per_s < begun(20).expect(CARD, 0.0).calls_per_s


@given(
    st.lists(st.tuples(st.floats(0.0, 1e5), st.sampled_from([LOAN, CARD]), st.floats(0.0, 2000.0)), max_size=40),
    st.integers(0, 300),
)
def test_it_survives_a_restart(happened: list[tuple[float, Topic, float]], agents: int) -> None:
    demand = begun(agents)
    for at, topic, handle_s in sorted(happened):
        demand.called(topic, at)
        demand.handled(topic, handle_s)
    now = max((at for at, _, _ in happened), default=0.0)
    kept = json.loads(json.dumps(demand.learned(now)))
    again = begun(agents)
    again.recall(kept, 5.0)
    for topic in (LOAN, CARD):
        assert again.expect(topic, 5.0) == pytest.approx(demand.expect(topic, now))


@pytest.mark.parametrize(
    "kept",
    [
        {"loan": 3},
        {"loan": [1.0]},
        {"loan": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, "x"]},
        {"loan": [1.0, 2.0, 3.0, -4.0, 5.0, 6.0, 7.0]},
        {"loan": [1.0, 2.0, 3.0, float("inf"), 5.0, 6.0, 7.0]},
        {"loan": [0.0, 2.0, 0.0, 4.0, 5.0, 6.0, 7.0]},
        {"loan": [1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 7.0]},
        {"card": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], "loan": []},
    ],
)
def test_what_is_damaged_is_not_recalled(kept: dict[str, object]) -> None:
    demand = begun()
    with pytest.raises(ValueError, match="loan: "):
        demand.recall(kept, 0.0)
    assert demand.learned(0.0) == begun().learned(0.0)
