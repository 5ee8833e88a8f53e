"""How a ring that was not answered is called: by the agent leg's cause, not by what Asterisk says of it."""

import pytest

from hotline.asterisk.activity import Leg, ring_outcome
from telephony.events import RingOutcome
from telephony.ids import AgentNumber

AGENT = AgentNumber("8001")


@pytest.mark.parametrize(
    ("leg", "outcome"),
    [
        (Leg(AGENT, "PJSIP/8001-1", 0, "NOANSWER"), RingOutcome.NO_ANSWER),
        (Leg(AGENT, "PJSIP/8001-1", 17, "BUSY"), RingOutcome.BUSY),
        (Leg(AGENT, "PJSIP/8001-1", 17, "NOANSWER"), RingOutcome.BUSY),
        (Leg(AGENT, "PJSIP/8001-1", 21, "CHANUNAVAIL"), RingOutcome.REJECTED),
        (Leg(AGENT, "PJSIP/8001-1", 34, "CONGESTION"), RingOutcome.UNREACHABLE),
        (Leg(AGENT), RingOutcome.UNREACHABLE),
        (Leg(AGENT, "PJSIP/8001-1", 17, "BUSY", cancelled=True), RingOutcome.CANCELLED),
    ],
)
def test_the_outcome_of_a_ring(leg: Leg, outcome: RingOutcome) -> None:
    assert ring_outcome(leg) is outcome
