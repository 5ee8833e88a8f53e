from acd.wants import Wants
from telephony.ids import AgentNumber
from tests.acd.routing_play import a_call

OWN, OTHER = AgentNumber("own"), AgentNumber("other")


def test_the_first_of_every_lane_is_known_by_agent() -> None:
    wants = Wants()
    calls = [a_call(number, 10.0 - number, number, wanted=(OWN, OTHER, OWN)) for number in range(3)]
    for call, lane in zip(calls, (4, 4, 7), strict=True):
        wants.add(call, lane)
    assert OWN in wants
    assert wants.heads(OWN) == [(4, (9.0, 1, "c1")), (7, (8.0, 2, "c2"))]
    wants.remove(calls[1], 4)
    wants.remove(calls[2], 7)
    assert wants.heads(OTHER) == [(4, (10.0, 0, "c0"))]
    wants.remove(calls[0], 4)
    assert OWN not in wants


def test_every_wish_is_looked_at_once() -> None:
    wants = Wants()
    calls = [a_call(number, 1.0, number, wanted=(OWN,)) for number in range(2)]
    for call in calls:
        wants.add(call, 0)
    wants.remove(calls[1], 0)
    assert [wants.take_fresh(), wants.take_fresh()] == ["c0", None]
    wants.remove(calls[0], 0)
