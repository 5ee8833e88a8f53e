import pytest

from tests.whatif.whatif_play import CARD, LOAN, TINY
from whatif.callers import Callers
from whatif.compare import play
from whatif.days_before import learn
from whatif.players import ALL_NAMES, FIRST_DAY, NAMES, OURS, POOLED, player, pooled


@pytest.mark.parametrize("name", ALL_NAMES)
def test_everybody_plays_a_day(name: str) -> None:
    assert play(name, TINY, Callers(TINY, 1)).offered > 50


def test_the_bound_is_for_those_who_know_everything() -> None:
    assert [team.skills for team in pooled(TINY).teams] == [{LOAN: 5, CARD: 5}]
    assert player(POOLED, TINY)[1].agents == TINY.agents
    assert player(OURS, TINY)[1] is TINY


def test_the_hotline_alone_learns_and_not_before_its_first_day() -> None:
    callers, learned = Callers(TINY, 1), learn(TINY, 1)
    days = {name: play(name, TINY, callers, learned) for name in (OURS, FIRST_DAY, "longest idle")}
    assert days[FIRST_DAY] == play(FIRST_DAY, TINY, callers) == play(OURS, TINY, callers)
    assert days["longest idle"] == play("longest idle", TINY, callers)
    assert days[OURS] != days[FIRST_DAY]


def test_nobody_beats_the_bound() -> None:
    days = {name: [play(name, TINY, Callers(TINY, seed)).abandon_ratio for seed in range(3)] for name in NAMES}
    assert min(days, key=lambda name: sum(days[name])) == POOLED
