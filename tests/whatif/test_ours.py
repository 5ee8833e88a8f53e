from collections import Counter

from tests.whatif.whatif_play import CARD, LOAN, TINY
from whatif.callers import Callers
from whatif.ours import Pricer, ours
from whatif.simulate import Simulation


def test_prices_follow_what_arrives() -> None:
    pricer = Pricer(TINY)
    before = pricer.assigner.terms.prices
    pricer.reprice(300.0, Counter({LOAN: 1, CARD: 60}))
    after = pricer.assigner.terms.prices
    assert (before.version, after.version) == ("at 0 s", "at 300 s")
    both = next(profile for profile, topic in after.pairs if topic == CARD and profile.level(LOAN) > 0)
    assert after.of(both, LOAN).skill_s <= before.of(both, LOAN).skill_s


def test_it_plays_a_day() -> None:
    figures = Simulation(TINY, ours(TINY), Callers(TINY, 1)).run().figures()
    assert figures.connect_ratio > 0.5
