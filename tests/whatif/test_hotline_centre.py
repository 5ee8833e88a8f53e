from dataclasses import replace

from acd.agent import Agent
from acd.assigner import WaitingCall
from acd.limits import Limits
from acd.priced_assigner import PricedAssigner
from acd.standing import USUAL, Standing
from telephony.ids import AgentNumber, CallId
from tests.whatif.whatif_play import ALONE, CARD, LOAN, TINY
from whatif.callers import Callers, Visit, visit
from whatif.centre import Refusal, Ring
from whatif.hotline_centre import HotlineCentre
from whatif.scenario import Scenario, Team
from whatif.simulate import Simulation

FIRST, SECOND, AGENT = CallId("1.0"), CallId("2.0"), AgentNumber("1001")


def centre(scenario: Scenario = ALONE) -> HotlineCentre:
    hotline = HotlineCentre(scenario, "hotline")
    assert hotline.open(0.0) == []
    return hotline


def loan(caller: int = 1, *, vip: bool = False) -> Visit:
    return replace(visit(ALONE, 1, caller), vip=vip)


def watch(hotline: HotlineCentre) -> tuple[list[WaitingCall], list[tuple[AgentNumber, Standing]]]:
    """Whom the assigner is told of from now on."""
    calls: list[WaitingCall] = []
    agents: list[tuple[AgentNumber, Standing]] = []
    assigner: PricedAssigner = hotline.assigner
    add_call, add_agent = assigner.add_call, assigner.add_agent

    def call_added(call: WaitingCall) -> None:
        calls.append(call)
        add_call(call)

    def agent_added(agent: Agent, *, idle_since: float, standing: Standing = USUAL) -> None:
        agents.append((agent.number, standing))
        add_agent(agent, idle_since=idle_since, standing=standing)

    assigner.add_call, assigner.add_agent = call_added, agent_added  # type: ignore[method-assign]
    return calls, agents


def test_a_call_an_agent_and_his_wrap_up() -> None:
    hotline = centre()
    assert hotline.enter(FIRST, loan(1), 1.0) == [Ring(FIRST, AGENT)]
    assert hotline.answer(FIRST, AGENT, 4.0) == []
    assert hotline.enter(SECOND, loan(2), 104.0) == []
    assert hotline.end_talk(FIRST, AGENT, 105.0) == []
    assert hotline.deadline == 5.0, "prices are due"
    assert hotline.wake(124.9) == []
    assert hotline.deadline == 125.0
    assert hotline.wake(125.0) == [Ring(SECOND, AGENT)]


def test_a_missed_ring_cools_the_agent_down_and_keeps_the_place() -> None:
    hotline = centre()
    hotline.enter(FIRST, loan(1), 1.0)
    hotline.enter(SECOND, loan(2), 2.0)
    assert hotline.miss(FIRST, AGENT, 21.0) == []
    assert hotline.wake(35.9) == []
    assert hotline.wake(36.0) == [Ring(FIRST, AGENT)]


def test_who_hangs_up_in_the_line_has_his_place_again_within_minutes() -> None:
    hotline = centre()
    calls, _ = watch(hotline)
    hotline.enter(FIRST, loan(1), 1.0)
    hotline.enter(SECOND, loan(2), 2.0)
    hotline.hang_up(SECOND, 10.0)
    hotline.enter(CallId("2.1"), loan(2), 100.0)
    assert calls[-1].entered_at == 2.0


def test_who_talked_before_wants_that_agent_and_who_asked_twice_skill() -> None:
    hotline = centre()
    calls, _ = watch(hotline)
    for number, at in enumerate((1.0, 101.0, 201.0)):
        call = CallId(f"1.{number}")
        hotline.enter(call, loan(1, vip=True), at)
        hotline.answer(call, AGENT, at + 3.0)
        hotline.end_talk(call, AGENT, at + 50.0)
        hotline.wake(at + 90.0)
    assert [call.wanted for call in calls] == [(), (AGENT,), (AGENT,)]
    assert [call.wish for call in calls] == [0, 1, 2]
    assert calls[0].caller_class == "vip"


def test_who_is_busy_stands_in_a_band_of_load() -> None:
    hotline = centre()
    _, agents = watch(hotline)
    hotline.enter(FIRST, loan(1), 1.0)
    hotline.answer(FIRST, AGENT, 4.0)
    hotline.end_talk(FIRST, AGENT, 3000.0)
    hotline.wake(3020.0)
    assert [standing.band for _, standing in agents] == [2]


def test_whoever_waited_too_long_is_refused_and_gone() -> None:
    hotline = centre()
    hotline.enter(FIRST, loan(1), 1.0)
    hotline.answer(FIRST, AGENT, 4.0)
    hotline.enter(SECOND, loan(2), 5.0)
    assert hotline.wake(605.0) == [Refusal(SECOND)]
    assert hotline.enter(SECOND, loan(2), 606.0) == [], "as a call of its own"


def test_prices_follow_what_arrives_and_are_looked_at_until_the_day_ends() -> None:
    both = replace(TINY, teams=(Team(2, {LOAN: 4, CARD: 3}), Team(2, {LOAN: 3})))
    hotline = centre(both)
    assert hotline.assigner.terms.prices.version == "by level"
    assert hotline.deadline == 5.0
    hotline.wake(5.0)
    assert hotline.assigner.terms.prices.version == "1"
    before = dict(hotline.assigner.terms.prices.pairs)
    for number in range(60):
        hotline.enter(CallId(f"{number}.0"), replace(loan(number), topic=CARD), 6.0 + number)
    hotline.wake(605.0)
    after = hotline.assigner.terms.prices
    assert after.version == "2"
    assert after.pairs != before
    late = centre(both)
    Simulation(both, late, Callers(both, 1)).run()
    priced = late.assigner.terms.prices.version
    while (due := late.deadline) is not None:  # the last wrap-up, and at last who gives no sign is signed off
        assert due < both.lasts_s + 3600.0 + Limits().ready_s
        late.wake(due)
    assert late.assigner.terms.prices.version == priced, "nobody calls any more"


def test_what_was_learned_is_what_the_next_day_begins_with() -> None:
    hotline = HotlineCentre(TINY, "before")
    Simulation(TINY, hotline, Callers(TINY, 1001)).run()
    learned = hotline.learned(TINY.lasts_s)
    following = HotlineCentre(TINY, "day", learned=learned)
    assert following.learned(0.0).demand == learned.demand
    assert following.learned(0.0).form_seen is not learned.form_seen, "a day adds to its own copy"
    cold = HotlineCentre(TINY, "first day").learned(0.0)
    assert cold.demand != learned.demand
