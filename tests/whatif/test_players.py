import pytest

from tests.whatif.whatif_play import CARD, LOAN, TINY
from whatif.callers import Callers
from whatif.compare import play
from whatif.players import NAMES, OURS, POOLED, player, pooled


@pytest.mark.parametrize("name", NAMES)
def test_everybody_plays_a_day(name: str) -> None:
    assert play(name, TINY, Callers(TINY, 1)).offered > 50


def test_the_bound_is_for_those_who_know_everything() -> None:
    assert [team.skills for team in pooled(TINY).teams] == [{LOAN: 5, CARD: 5}]
    assert player(POOLED, TINY)[1].agents == TINY.agents
    assert player(OURS, TINY)[1] is TINY


def test_nobody_beats_the_bound() -> None:
    days = {name: [play(name, TINY, Callers(TINY, seed)).abandon_ratio for seed in range(3)] for name in NAMES}
    assert min(days, key=lambda name: sum(days[name])) == POOLED
