from dataclasses import replace

from acd.price_lp import Demand, Forecast, assumed_forecast, solve_prices
from acd.pricing import HOLD_MOST_S, Outlook, Prices
from acd.profiles import Profile, profile_of
from acd.queue import call_kind
from telephony.ids import Topic
from tests.acd.floor_play import agent

LOAN, CARD, RARE = Topic("loan"), Topic("card"), Topic("rare")
OUTLOOK = Outlook()


def profile(**skills: int) -> Profile:
    return profile_of(agent("x", **skills))


def test_who_alone_can_do_the_rare_thing_is_kept_for_it() -> None:
    allround, loans = profile(loan=4, rare=4), profile(loan=4)
    demand = Forecast({LOAN: Demand(5 / 300), RARE: Demand(9 / 300)}, "v1")
    prices = solve_prices({allround: 10, loans: 15}, demand, OUTLOOK)
    assert prices.version == "v1"
    assert prices.of(loans, LOAN).skill_s == 0.0
    assert prices.of(allround, RARE).skill_s == 0.0
    assert prices.of(allround, LOAN).skill_s < -10.0, "equal in skill, but needed elsewhere"


def test_with_nothing_scarce_the_better_skilled_is_the_better_price() -> None:
    expert, novice = profile(loan=5), profile(loan=1)
    prices = solve_prices({expert: 50, novice: 50}, Forecast({LOAN: Demand(1 / 300)}), OUTLOOK)
    assert prices.of(expert, LOAN).skill_s == 0.0
    assert prices.of(novice, LOAN).skill_s < -50.0
    assert prices.version == "solved"


def test_a_hold_only_where_somebody_better_is_expected_soon() -> None:
    expert, novice = profile(loan=5), profile(loan=1)
    busy = solve_prices({expert: 50, novice: 50}, Forecast({LOAN: Demand(40 / 300)}), OUTLOOK)
    assert busy.of(novice, LOAN).hold_s == HOLD_MOST_S
    assert busy.of(expert, LOAN).hold_s == 0.0
    quiet = solve_prices({expert: 2, novice: 50}, Forecast({LOAN: Demand(40 / 300)}), OUTLOOK)
    assert quiet.of(novice, LOAN).hold_s == 0.0


def test_level_demanded_and_pairs_unable_have_no_price() -> None:
    expert, novice = profile(loan=5), profile(loan=1)
    prices = solve_prices({expert: 5, novice: 5}, Forecast({LOAN: Demand(0.01, min_level=3)}), OUTLOOK)
    assert set(prices.pairs) == {(expert, LOAN)}


def test_nobody_or_nothing_is_priced_by_level() -> None:
    assert solve_prices({}, Forecast({LOAN: Demand(1.0)}), OUTLOOK) == Prices()
    assert solve_prices({profile(loan=5): 0}, Forecast({LOAN: Demand(1.0)}), OUTLOOK) == Prices()


def test_a_plan_the_solver_gives_up_is_priced_by_level() -> None:
    impossible = Forecast({LOAN: Demand(-1.0)})
    assert solve_prices({profile(loan=5): 1}, impossible, OUTLOOK) == Prices()


def test_the_cold_start_takes_everybody_to_be_usually_busy() -> None:
    groups = {profile(loan=5): 10, profile(loan=2, card=4): 10}
    forecast = assumed_forecast(groups, [LOAN, CARD])
    assert sum(demand.calls_per_s for demand in forecast.kinds.values()) * 300 == 0.85 * 20
    prices = solve_prices(groups, forecast, OUTLOOK)
    assert prices.version == "assumed"
    assert len(prices.pairs) == 3
    assert assumed_forecast({}, []).kinds == {}


def speaking(*languages: str, **skills: int) -> Profile:
    return profile_of(replace(agent("x", **skills), languages=languages))


def test_who_alone_speaks_the_language_is_kept_for_its_callers() -> None:
    both, chinese = speaking("zh", "en", loan=4), speaking("zh", loan=4)
    in_english = call_kind(LOAN, "en")
    demand = Forecast({LOAN: Demand(5 / 300), in_english: Demand(9 / 300, language="en", topic=LOAN)})
    prices = solve_prices({both: 10, chinese: 15}, demand, OUTLOOK)
    assert set(prices.pairs) == {(both, LOAN), (chinese, LOAN), (both, in_english)}
    assert prices.of(chinese, LOAN).skill_s == 0.0
    assert prices.of(both, LOAN, in_english).skill_s == 0.0
    assert prices.of(both, LOAN).skill_s < -10.0, "equal in skill, but needed by those who speak English"


def test_a_further_skill_takes_agents_out_at_its_level() -> None:
    skilled, little = profile(loan=3, rare=3), profile(loan=5, rare=1)
    kind = call_kind(LOAN, further=((RARE, 3),))
    demand = Forecast({kind: Demand(1 / 300, further=((RARE, 3),), topic=LOAN)})
    prices = solve_prices({skilled: 5, little: 5}, demand, OUTLOOK)
    assert set(prices.pairs) == {(skilled, kind)}
    assert prices.of(skilled, LOAN, kind).skill_s == 0.0, "the best of those who may have such calls"


def test_a_kind_that_brings_nothing_has_prices_all_the_same() -> None:
    allround, loans = profile(loan=4, rare=4), profile(loan=4)
    demand = Forecast({RARE: Demand(9 / 300), LOAN: Demand(0.0)})
    prices = solve_prices({allround: 10, loans: 15}, demand, OUTLOOK)
    assert prices.of(loans, LOAN).skill_s == 0.0
    assert prices.of(allround, LOAN).skill_s <= 0.0
    assert (allround, LOAN) in prices.pairs
