from acd.assigner import LongestIdle
from acd.hall import Hall
from acd.offers import CoolDowns, Ring
from telephony.calendar import Calendar
from telephony.commands import CancelRing
from telephony.ids import AgentNumber, CallId
from tests.acd.floor_play import queue


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
