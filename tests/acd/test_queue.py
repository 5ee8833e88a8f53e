from acd.queue import Queue, Roster, Widening, call_kind
from acd.routing import Routing
from acd.weights import Weights
from telephony.ids import QueueId, Topic


def test_a_queue_demands_less_with_time() -> None:
    queue = Queue(QueueId("q"), "q", min_level=4, widen=(Widening(30.0, 3), Widening(60.0, 1)))
    assert [queue.level_after(waited_s) for waited_s in (0.0, 29.0, 30.0, 61.0)] == [4, 4, 3, 1]
    assert queue.lowest_level == 1
    assert Queue(QueueId("q"), "q", min_level=2).lowest_level == 2


def test_the_bound_of_overtaking_is_stated_with_the_longest_hold_and_the_queues_priorities() -> None:
    assert Roster({}, {}, {}).overtaking_bound_s == 120.0
    nothing = Weights(
        worst_fit_s=0.0, same_agent_s=0.0, transferred_s=0.0, asked_before_s=0.0, class_bonus_s={}, hold_most_s=4.0
    )
    assert Roster({}, {}, {}, routing=Routing(nothing)).overtaking_bound_s == 4.0
    queues = {
        QueueId(str(place)): Queue(QueueId(str(place)), "", priority_s=priority_s)
        for place, priority_s in enumerate((30.0, -15.0, 0.0))
    }
    assert Roster({}, queues, {}, routing=Routing(nothing)).overtaking_bound_s == 45.0


def test_further_skills_are_demanded_less_as_the_level_is() -> None:
    demanded = ((Topic("card"), 3), (Topic("vip_care"), 2))
    one = Queue(QueueId("q"), "q", min_level=4, skills=demanded, widen=(Widening(30.0, 3), Widening(60.0, 1)))
    assert one.further(4) == demanded
    assert one.further(3) == ((Topic("card"), 2), (Topic("vip_care"), 1))
    assert one.further(1) == ((Topic("card"), 1), (Topic("vip_care"), 1)), "a skill is never demanded at 0"
    assert one.further(5) == demanded
    assert Queue(QueueId("q"), "q", min_level=4).further(1) == ()


def test_kinds_of_calls_differ_by_all_that_is_demanded_but_levels() -> None:
    loan, card = Topic("loan"), Topic("card")
    assert call_kind(loan) == loan
    kinds = [call_kind(loan), call_kind(loan, "en"), call_kind(loan, further=((card, 3),)), call_kind(card, "en")]
    assert len(set(kinds)) == 4
    assert call_kind(loan, further=((card, 1),)) == kinds[2], "one kind, however far it has widened"
