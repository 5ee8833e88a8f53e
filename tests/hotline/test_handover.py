"""Where a caller being passed on stands."""

from hotline.asterisk.session import Session
from hotline.handover import Handover, Stage
from hotline.line import Line
from telephony.ids import AgentNumber, CallId


def test_the_agents_side_is_named_by_the_call_and_the_agent() -> None:
    line = Line(
        CallId("1.1"), Session(CallId("1.1"), "PJSIP/trunk-1", "b"), None, None, None, "", arrived_at=0.0, epoch=1,  # type: ignore[arg-type]
    )  # fmt: skip
    known = Handover(line, AgentNumber("8001"), "PJSIP/8001-1", consult=True, target=None)
    assert known.agent_call == "1.1~8001"
    assert known.stage is Stage.PARTING
