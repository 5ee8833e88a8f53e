from acd.offers import Ring, Rings
from telephony.ids import AgentNumber, CallId
from tests.acd.floor_play import queue


def test_rings_are_found_by_either_side() -> None:
    rings = Rings()
    ring = Ring(CallId("c"), AgentNumber("1"), queue())
    rings.begin(ring)
    assert rings.of_call(ring.call) is ring
    assert rings.of_agent(ring.agent) is ring
    assert rings.between(ring.call, ring.agent) is ring
    assert rings.between(ring.call, AgentNumber("2")) is None
    assert rings.between(CallId("d"), ring.agent) is None
    rings.end(ring)
    assert rings.of_call(ring.call) is None
    assert rings.of_agent(ring.agent) is None
