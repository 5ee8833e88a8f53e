from statistics import mean, pstdev

import pytest

from whatif.chance import Chance, mixed


def test_the_same_name_draws_the_same_luck() -> None:
    first, again, other = Chance(1, 2), Chance(1, 2), Chance(2, 1)
    drawn = [first.ratio() for _ in range(5)]
    assert drawn == [again.ratio() for _ in range(5)]
    assert drawn != [other.ratio() for _ in range(5)]
    assert mixed(1, 2) != mixed(2, 1)


def test_draws_are_spread_as_they_should() -> None:
    chance = Chance(7)
    ratios = [chance.ratio() for _ in range(20_000)]
    assert 0 < min(ratios) < max(ratios) < 1
    assert mean(ratios) == pytest.approx(0.5, abs=0.01)
    assert mean(chance.exponential(180.0) for _ in range(20_000)) == pytest.approx(180.0, rel=0.03)
    talks = [chance.lognormal(300.0, 0.5) for _ in range(20_000)]
    assert mean(talks) == pytest.approx(300.0, rel=0.03)
    assert pstdev(talks) == pytest.approx(150.0, rel=0.06)


def test_picking_by_weight() -> None:
    chance = Chance(3)
    picked = [chance.pick([1.0, 0.0, 3.0]) for _ in range(4000)]
    assert picked.count(1) == 0
    assert picked.count(2) / 4000 == pytest.approx(0.75, abs=0.03)
    assert chance.pick([0.0, 0.0]) == 1
