"""Feature codes: what an agent's phone dials to change the agent's state. Pure.

`*11` 签入 · `*12` 签出 · `*13` 置闲 · `*14` + reason 置忙 · `*15` ends wrap-up · `*16` extends it.
"""

from collections.abc import Mapping

from telephony.events import AgentAsked, AgentWish
from telephony.ids import AgentNumber

CODES: dict[str, AgentWish] = {
    "*11": AgentWish.SIGN_IN,
    "*12": AgentWish.SIGN_OFF,
    "*13": AgentWish.READY,
    "*14": AgentWish.NOT_READY,
    "*15": AgentWish.READY,
    "*16": AgentWish.EXTEND_WRAP_UP,
}
"""Three characters each, so that a reason's digit can follow without a pause."""


def parse_feature_code(code: str, agent: AgentNumber, reasons: Mapping[str, str]) -> AgentAsked | None:
    """What the agent asks for by this code; None if there is no such code or reason."""
    wish = CODES.get(code[:3])
    rest = code[3:]
    if wish is None:
        return None
    if wish is AgentWish.NOT_READY:
        reason = rest or next(iter(reasons), "")
        return AgentAsked(agent, wish, reason) if reason in reasons or not reasons else None
    return None if rest else AgentAsked(agent, wish)
