from dataclasses import replace

import pytest

from acd.assigner import LongestIdle
from acd.doors import Doors
from acd.hall import Hall
from acd.history import History
from acd.limits import CoolDowns
from acd.offers import Ring
from acd.priced_assigner import PricedAssigner
from acd.queue import Emptiness, Widening
from acd.waiting_calls import Segment, WaitingCalls
from telephony.calendar import Calendar
from telephony.commands import (
    AgentState,
    Availability,
    CancelRing,
    NoteCaller,
    RefuseCall,
    RingAgent,
    ShowAgent,
    WidenCall,
)
from telephony.events import AgentReachable, AgentWish, CallQueued, PhonesSeen, PhoneUse, RingOutcome, TalkHeld
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import Stage, agent, kinds, queue, roster


def test_a_ring_is_taken_back_once() -> None:
    hall = Hall(LongestIdle(), CoolDowns(), {}, Calendar())
    ring = Ring(CallId("c"), AgentNumber("nobody"), queue())
    hall.take_back(ring, 1.0)
    hall.take_back(ring, 2.0)
    assert hall.take_orders() == [CancelRing(ring.call, ring.agent)]
    assert hall.take_orders() == []


def test_who_is_going_may_come_back() -> None:
    hall = Hall(LongestIdle(), CoolDowns(), {}, Calendar())
    hall.expect_gone(AgentNumber("8001"))
    assert hall.is_going(AgentNumber("8001"))
    hall.expect_back(AgentNumber("8001"))
    assert not hall.is_going(AgentNumber("8001"))


def test_a_hold_is_shown_and_of_a_talk_nobody_knows_it_is_no_news() -> None:
    stage = Stage(agent("8001"), queues=[queue()])
    stage.sign_in("8001")
    held = TalkHeld(CallId("c"), AgentNumber("8001"), on_hold=True)
    assert stage.tell(held) == []
    assert stage.tell(TalkHeld(CallId("c"), AgentNumber("7000"), on_hold=True)) == []
    stage.waits("c")
    assert stage.tell(held) == [], "a phone that rings holds nobody"
    stage.answered("c", "8001")
    assert stage.tell(held) == [ShowAgent(AgentNumber("8001"), AgentState.ON_HOLD, "", CallId("c"))]
    back = TalkHeld(CallId("c"), AgentNumber("8001"), on_hold=False)
    assert stage.tell(back) == [ShowAgent(AgentNumber("8001"), AgentState.TALKING, "", CallId("c"))]


STEPS = (Widening(30.0, 3), Widening(60.0, 1))


def test_with_time_a_caller_is_offered_to_more_agents() -> None:
    loans = replace(queue(min_level=5), widen=STEPS)
    stage = Stage(agent("1", loan=5), agent("2", loan=1), queues=[loans])
    stage.sign_in("1", "2")
    stage.wish("1", AgentWish.NOT_READY, "1")
    stage.waits("c")
    assert stage.distributor.deadline == 30.0
    assert stage.after(59.0) == [WidenCall(CallId("c"), 3)]
    widened, rings, _ = stage.after(1.0)
    assert widened == WidenCall(CallId("c"), 1)
    assert isinstance(rings, RingAgent)
    assert rings.agent == "2"
    stage.ring_ended("c", "2", RingOutcome.REJECTED)
    assert stage.after(9.0) == [], "nothing is left to widen"


def test_somebody_still_hearing_the_notice_is_widened_and_not_yet_offered() -> None:
    loans = replace(queue(min_level=5), widen=STEPS)
    stage = Stage(agent("1", loan=5), agent("2", loan=3), queues=[loans])
    stage.sign_in("1", "2")
    stage.wish("1", AgentWish.NOT_READY, "1")
    stage.queued("c")
    assert stage.after(30.0) == [WidenCall(CallId("c"), 3)]
    assert "RingAgent" in kinds(stage.offerable("c"))


def test_where_nobody_signed_in_could_match_it_widens_at_once() -> None:
    loans = replace(queue(min_level=5), widen=STEPS)
    stage = Stage(agent("1", loan=5), agent("2", loan=1), queues=[loans])
    stage.sign_in("2")
    assert stage.queued("c")[0] == WidenCall(CallId("c"), 1, nobody_else=True)
    stage.sign_in("1")
    stage.wish("2", AgentWish.NOT_READY, "1")
    assert "RingAgent" in kinds(stage.offerable("c"))


def test_who_waited_for_an_expert_that_goes_home_is_widened_and_else_told() -> None:
    loans = replace(queue(min_level=5), widen=STEPS[:1])
    stage = Stage(agent("1", loan=5), agent("2", loan=3), agent("3", loan=1), queues=[loans])
    stage.sign_in("1", "2", "3")
    stage.wish("1", AgentWish.NOT_READY, "1")
    stage.waits("c")
    assert WidenCall(CallId("c"), 3, nobody_else=True) in stage.wish("1", AgentWish.SIGN_OFF)
    orders = stage.ring_ended("c", "2", RingOutcome.NO_ANSWER) + stage.wish("2", AgentWish.SIGN_OFF)
    assert "RefuseCall" in kinds(orders)


@pytest.mark.parametrize("left", ["pauses", "signs off", "phone is gone"])
def test_while_somebody_is_left_no_caller_is_looked_at_one_by_one(left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    many = replace(queue(), max_waiting=1000)
    stage = Stage(agent("1"), agent("2"), agent("3"), queues=[many, replace(many, id=QueueId("others"))])
    stage.sign_in("1", "2", "3")
    stage.wish("1", AgentWish.NOT_READY, "1")
    for number in range(300):
        stage.queued(f"c{number}", ("loans", "others")[number % 2])
    asked: list[Segment] = []
    is_hopeless = Doors.is_hopeless

    def noted(doors: Doors, segment: Segment) -> bool:
        asked.append(segment)
        return is_hopeless(doors, segment)

    monkeypatch.setattr(Doors, "is_hopeless", noted)
    monkeypatch.delattr(WaitingCalls, "like")
    if left == "pauses":
        stage.wish("2", AgentWish.NOT_READY, "1")
    elif left == "signs off":
        stage.wish("2", AgentWish.SIGN_OFF)
    else:
        stage.tell(AgentReachable(AgentNumber("2"), reachable=False))
    assert len(asked) == 2, "one of each queue"


def test_of_two_queues_for_the_same_agents_only_that_lets_go_whose_rules_say_so() -> None:
    patient = queue()
    strict = replace(patient, id=QueueId("strict"), let_go_if=frozenset({Emptiness.PAUSED}))
    stage = Stage(agent("1"), queues=[patient, strict])
    stage.sign_in("1")
    for number, name in enumerate(("loans", "strict", "loans", "strict")):
        stage.queued(f"c{number}", name)
    orders = stage.wish("1", AgentWish.NOT_READY, "1")
    assert [order.call for order in orders if isinstance(order, RefuseCall)] == ["c1", "c3"]
    orders = stage.wish("1", AgentWish.SIGN_OFF)
    assert [order.call for order in orders if isinstance(order, RefuseCall)] == ["c0", "c2"]


def test_a_new_roster_counts_the_steps_anew() -> None:
    stage = Stage(agent("1", loan=5), agent("2", loan=1), queues=[replace(queue(min_level=5), widen=STEPS)])
    stage.sign_in("1", "2")
    stage.wish("1", AgentWish.NOT_READY, "1")
    stage.waits("c")
    stage.after(40.0)
    slower = replace(queue(min_level=5), widen=(Widening(50.0, 2),))
    stage.distributor.reload(roster([agent("1", loan=5), agent("2", loan=1)], [slower]), stage.now)
    assert stage.after(10.0) == [WidenCall(CallId("c"), 2)]


def test_another_policy_takes_over_everybody_who_may_be_paired() -> None:
    stage = Stage(agent("1", loan=5), agent("2", card=5), agent("3", card=5), queues=[queue()])
    stage.sign_in("1", "2")
    stage.wish("1", AgentWish.NOT_READY, "1")
    stage.waits("c")
    stage.queued("d")
    policy = PricedAssigner()
    assert kinds(stage.distributor.reload(stage.roster, stage.now, policy)) == []
    assert stage.distributor._hall.assigner is policy
    ring = next(order for order in stage.wish("1", AgentWish.READY) if isinstance(order, RingAgent))
    assert (ring.call, ring.choice is None) == ("c", False)
    stage.ring_ended("c", "1", RingOutcome.REJECTED)
    stage.waits("e", topic="card")


def test_a_ready_agent_is_shown_with_what_he_stands_for() -> None:
    stage = Stage(agent("1", loan=5), queues=[queue()])
    shown = [order for order in stage.sign_in("1") if isinstance(order, ShowAgent)]
    assert [one.availability for one in shown] == [Availability(0.0)]
    stage.waits("c")
    stage.now = 5.0
    shown = [o for o in stage.ring_ended("c", "1", RingOutcome.BUSY) if isinstance(o, ShowAgent)]
    assert shown[-1].availability == Availability(5.0, rests_until=35.0, rests_after=RingOutcome.BUSY)


def test_history_is_asked_and_told() -> None:
    history = History()
    stage = Stage(agent("1", loan=5), agent("2", loan=5), queues=[queue()], history=history)
    stage.sign_in("1", "2")
    stage.waits("a")
    stage.answered("a", "1")
    stage.talk_ended("a", "1")
    stage.ended("a")
    noted = stage.waits("b")[0]
    assert noted == NoteCaller(CallId("b"), Topic("loan.amount"), 0.0, "", 1, (AgentNumber("1"),))
    stage.left("b")
    stage.ended("b")
    stage.distributor.remember(History())
    assert not any(isinstance(order, NoteCaller) for order in stage.waits("c"))
    assert sum(stage.distributor.profiles_at_work().values()) == 2


def used(use: PhoneUse, number: str = "1", *, listed: bool = False) -> PhonesSeen:
    return PhonesSeen({AgentNumber(number): use}, 90.0, listed)


def test_whose_phone_is_in_use_outside_the_hotline_is_not_offered_calls_until_it_is_idle() -> None:
    stage = Stage(agent("1"), queues=[queue()])
    stage.sign_in("1")
    (shown,) = stage.tell(used(PhoneUse.IN_USE))
    assert isinstance(shown, ShowAgent)
    assert (shown.state, shown.availability) == (AgentState.READY, Availability(0.0, phone=PhoneUse.IN_USE))
    stage.now = 10.0
    assert "RingAgent" not in kinds(stage.waits("c"))
    assert stage.tell(used(PhoneUse.IN_USE, listed=True)) == [], "no news"
    orders = stage.tell(used(PhoneUse.IDLE))
    assert kinds(orders) == ["ShowAgent", "RingAgent", "ShowAgent"]
    assert isinstance(orders[0], ShowAgent)
    assert orders[0].availability == Availability(0.0), "at the place in line he had"


def test_a_phone_of_which_nothing_is_heard_may_be_rung_again() -> None:
    stage = Stage(agent("1"), queues=[queue()])
    stage.sign_in("1")
    stage.tell(used(PhoneUse.IN_USE))
    stage.waits("c")
    assert stage.distributor.deadline == 90.0
    assert "RingAgent" not in kinds(stage.after(89.0))
    assert "RingAgent" in kinds(stage.after(1.0))


def test_a_list_in_which_a_phone_is_not_lets_it_be_rung_again() -> None:
    stage = Stage(agent("1"), queues=[queue()])
    stage.sign_in("1")
    stage.tell(used(PhoneUse.IN_USE))
    stage.waits("c")
    assert "RingAgent" in kinds(stage.tell(PhonesSeen({}, 90.0, listed=True)))


def test_what_is_said_of_a_phone_while_he_is_not_ready_counts_when_he_is() -> None:
    stage = Stage(agent("1"), queues=[queue()])
    assert stage.tell(used(PhoneUse.IN_USE)) == []
    assert stage.tell(used(PhoneUse.IN_USE, "7000")) == [], "nobody's we know"
    stage.sign_in("1")
    assert "RingAgent" not in kinds(stage.waits("c"))
    assert stage.state("1") is AgentState.READY
    assert "RefuseCall" not in kinds(stage.after(89.0)), "somebody is there who will be free"
    stage.tell(used(PhoneUse.IDLE))
    assert stage.state("1") is AgentState.RINGING


def test_our_own_ring_and_talk_are_no_other_use_of_the_phone() -> None:
    stage = Stage(agent("1"), queues=[queue(wrap_up_s=0.0)])
    stage.sign_in("1")
    stage.waits("c")
    assert stage.tell(used(PhoneUse.RINGING)) == []
    stage.answered("c", "1")
    assert stage.tell(used(PhoneUse.IN_USE)) == []
    stage.now = 30.0
    stage.waits("d")
    assert "RingAgent" in kinds(stage.talk_ended("c", "1")), "the end of its use is told later"


def test_who_is_passed_on_by_name_rings_a_phone_that_rings_already_but_not_one_in_a_talk() -> None:
    for use, rung in ((PhoneUse.RINGING, "2"), (PhoneUse.IN_USE, "1")):
        stage = Stage(agent("1"), agent("2"), queues=[queue()])
        stage.sign_in("1", "2")
        stage.tell(used(use, "2"))
        passed_on = CallQueued(CallId("c"), QueueId("loans"), Topic("loan.amount"), "", 0.0, wanted=AgentNumber("2"))
        stage.tell(passed_on)
        (ring,) = [order for order in stage.offerable("c") if isinstance(order, RingAgent)]
        assert ring.agent == rung
