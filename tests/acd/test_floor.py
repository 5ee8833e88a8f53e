from acd.assigner import LongestIdle
from acd.floor import Floor
from acd.limits import CoolDowns, Limits
from acd.priced_assigner import PricedAssigner
from acd.profiles import MOST_GROUPS
from telephony.commands import AgentState, ShowAgent
from telephony.events import AgentWish, RingOutcome
from telephony.ids import Topic
from tests.acd.floor_play import Stage, agent, queue


def test_only_ready_reachable_and_rested_agents_are_free() -> None:
    floor = Floor(LongestIdle(), CoolDowns())
    one = agent("8001")
    floor.seat(one)
    machine = floor.machine(one.number)
    assert machine is not None
    assert not floor.is_free(one.number)
    machine.wish(AgentWish.SIGN_IN, 1.0)
    floor.follow(machine)
    assert floor.is_free(one.number)
    floor.reach(one.number, 1.0, reachable=False)
    assert not floor.is_free(one.number)
    floor.reach(one.number, 1.0, reachable=True)
    floor.cool_down(machine, RingOutcome.BUSY, 1.0)
    floor.follow(machine)
    assert not floor.is_free(one.number)
    assert floor.deadlines() == (1.0 + Limits().ready_s, 31.0, None, None)
    floor.thaw(31.0)
    assert floor.is_free(one.number)


def test_who_is_free_is_free_for_what_he_can_do() -> None:
    floor = Floor(LongestIdle(), CoolDowns())
    floor.seat(agent("8001", loan=3))
    lane = floor.staffing.lane(queue(), Topic("loan"))
    (machine,) = floor
    machine.wish(AgentWish.SIGN_IN, 1.0)
    floor.follow(machine)
    assert floor.staffing.anybody_free(lane)
    floor.seat(agent("8001", repayment=3))
    assert machine.state is AgentState.READY
    assert not floor.staffing.anybody_free(lane)


def test_an_agent_who_left_leaves_nothing_behind() -> None:
    floor = Floor(LongestIdle(), CoolDowns())
    one = agent("8001")
    floor.seat(one)
    (machine,) = floor
    machine.wish(AgentWish.SIGN_IN, 1.0)
    machine.reserve("c", queue(), 1.0)  # type: ignore[arg-type]
    floor.follow(machine)
    floor.cool_down(machine, RingOutcome.NO_ANSWER, 1.0)
    floor.unseat(one.number)
    assert floor.machine(one.number) is None
    assert floor.deadlines() == (None, None, None, None)
    assert floor.overdue(1000.0) == []
    floor.thaw(1000.0)


def test_new_rules_hold_at_once_and_say_who_is_late_no_more() -> None:
    floor = Floor(LongestIdle(), CoolDowns())
    floor.seat(agent("8001"))
    (machine,) = floor
    machine.wish(AgentWish.SIGN_IN, 0.0)
    machine.wish(AgentWish.NOT_READY, 0.0, "1")
    floor.follow(machine)
    assert floor.take_rules(Limits(not_ready_s=60.0), CoolDowns(), 1.0) == []
    assert floor.deadlines()[:2] == (60.0, None)
    assert floor.overdue(60.0) == [machine]
    machine.sweep(60.0)
    floor.follow(machine)
    assert floor.take_rules(Limits(not_ready_s=90.0), CoolDowns(busy_s=5.0), 61.0) == [machine]
    assert floor.deadlines()[:2] == (90.0, None)
    floor.cool_down(machine, RingOutcome.BUSY, 61.0)
    assert floor.deadlines()[:2] == (90.0, 66.0)


def test_an_agent_who_rests_long_enough_is_offered_calls_as_less_busy() -> None:
    stage = Stage(agent("8001"), assigner=PricedAssigner())
    stage.sign_in("8001")
    stage.waits("c1")
    stage.answered("c1", "8001")
    stage.now = 1500.0
    stage.talk_ended("c1", "8001")
    bands: list[tuple[int, float]] = []
    for _ in range(60):
        shown = [order.availability for order in stage.after(10.0) if isinstance(order, ShowAgent)]
        bands += [(available.band, stage.now) for available in shown if available is not None]
    assert bands == [(1, 1520.0), (0, 1800.0)]
    stage.waits("c2")
    assert stage.state("8001") is AgentState.RINGING


def test_who_is_taken_eases_no_more() -> None:
    stage = Stage(agent("8001"))
    stage.sign_in("8001")
    stage.waits("c1")
    stage.answered("c1", "8001")
    stage.now = 1500.0
    stage.talk_ended("c1", "8001")
    stage.after(20.0)
    floor = stage.distributor._hall.floor
    assert floor.deadlines()[2] is not None
    stage.waits("c2")
    assert floor.deadlines()[2] is None


def test_a_whole_floor_of_agents_all_different_makes_few_groups_and_prices() -> None:
    policy = PricedAssigner()
    floor = Floor(policy, CoolDowns())
    shown = {
        str(number): frozenset({(Topic("loan"), number % 5 - 2)} if number % 5 != 2 else ()) for number in range(900)
    }
    floor.form = lambda one: shown[one.number]
    for number in range(900):
        floor.seat(agent(str(number), loan=1 + number % 4, **{f"t{number % 120}": 1 + number % 3}))
    for machine in floor:
        machine.wish(AgentWish.SIGN_IN, 1.0)
        floor.follow(machine)
    profiles = floor.profiles_at_work()
    assert profiles.total() == 900
    assert len(profiles) <= MOST_GROUPS // 3
    assert len(policy.terms.groups) <= MOST_GROUPS
    assert {group.profile for group in policy.terms.groups} == profiles.keys(), "priced as they are scored"
    for machine in floor:
        machine.wish(AgentWish.SIGN_OFF, 2.0)
        floor.follow(machine)
    shown["0"] = frozenset({(Topic("loan"), 1)})
    machine = next(iter(floor))
    machine.wish(AgentWish.SIGN_IN, 3.0)
    floor.follow(machine)
    available = floor.availability(machine)
    assert available is not None
    assert available.form == ((Topic("loan"), 1),), "who is gone needs no room"
