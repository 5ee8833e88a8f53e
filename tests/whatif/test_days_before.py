from dataclasses import replace

from tests.whatif.whatif_play import LOAN, TINY
from whatif.days_before import DAYS_BEFORE, FIRST_BEFORE, learn
from whatif.floor import queues_of, roster_of
from whatif.renewal import Renewal

SHORT = replace(TINY, hours=0.5)


def test_a_week_is_learned_from_and_none_of_its_days_is_reported() -> None:
    told: list[int] = []
    learned = learn(SHORT, told=told.append)
    assert learned is not None
    assert told == list(range(FIRST_BEFORE, FIRST_BEFORE + DAYS_BEFORE))
    assert FIRST_BEFORE > 1000, "reported are the days from 1 on"


def test_more_days_know_more() -> None:
    one, three = learn(SHORT, 1), learn(SHORT, 3)
    assert one is not None
    assert three is not None
    assert three.demand[LOAN] != one.demand[LOAN]
    assert learn(SHORT, 0) is None


def test_what_is_learned_is_near_the_truth() -> None:
    learned = learn(TINY, 3)
    assert learned is not None
    renewal = Renewal(roster_of(TINY), queues_of(TINY))
    renewal.demand.recall(learned.demand, 0.0)
    renewal.demand.begin(TINY.topics, TINY.agents, 0.0)
    expected = renewal.demand.expect(LOAN, 0.0)
    assert 0.5 < expected.calls_per_s / (75 / 3600 * 0.75) < 2.0
    assert 150.0 < expected.handle_s < 260.0
