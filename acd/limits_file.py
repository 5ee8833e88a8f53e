"""The `limits` and `cool_downs` sections of `agents.yaml`: their shapes, and how they become rules."""

from collections.abc import Collection, Iterator
from typing import Annotated

from pydantic import Field

from acd.agent import Agent
from acd.agent_state import MISSED_RINGS
from acd.limits import CoolDowns, Limits
from telephony.ids import AgentNumber
from telephony.located import Findings, Path
from telephony.located_shape import Key, Shape
from telephony.suggest import did_you_mean, quoted

LIMITS, COOL_DOWNS, AGENT = Limits(), CoolDowns(), Agent(AgentNumber(""), "", "", {})
"""Where defaults come from."""

Bound = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
"""0: no limit. A day at most: nobody works longer."""

Flag = Annotated[float, Field(ge=60, le=86_400, allow_inf_nan=False)]

Rest = Annotated[float, Field(ge=1, le=3600, allow_inf_nan=False)]
"""Never 0: the same phone would ring again at once, and again."""


MissedRings = Annotated[int, Field(ge=0, le=100)]
"""0: never set not ready for that."""


class LimitsShape(Shape):
    """How long states may last, in seconds."""

    ready_s: Flag = LIMITS.ready_s
    not_ready_s: Bound = LIMITS.not_ready_s
    not_ready_by_reason: dict[Key, Bound] = Field(default_factory=dict)
    sign_off_s: Bound = LIMITS.sign_off_s
    phone_gone_s: Bound = LIMITS.phone_gone_s
    phone_idle_s: Bound = LIMITS.phone_idle_s
    talk_s: Flag = LIMITS.talk_s
    hold_s: Flag = LIMITS.hold_s
    wrap_up_s: Flag = LIMITS.wrap_up_s


class CoolDownsShape(Shape):
    """How long an agent is left in peace after a ring that failed, in seconds."""

    no_answer_s: Rest = COOL_DOWNS.no_answer_s
    busy_s: Rest = COOL_DOWNS.busy_s
    rejected_s: Rest = COOL_DOWNS.rejected_s
    unreachable_s: Rest = COOL_DOWNS.unreachable_s
    max_missed_rings: MissedRings = AGENT.max_missed_rings
    """Of every agent who has none of his own."""


def build_limits(findings: Findings, shape: LimitsShape, reasons: Collection[str]) -> Limits:
    """Build the limits; one for a reason nobody can give, or one that comes too late to be seen, is named."""
    known = [*reasons, MISSED_RINGS]
    for reason in shape.not_ready_by_reason:
        if reason not in known:
            message = f"{quoted(reason)} is not a reason{did_you_mean(reason, known)}"
            findings.at_key(("limits", "not_ready_by_reason", reason), message)
    _check_order(findings, shape)
    return Limits(**shape.model_dump())


def build_cool_downs(shape: CoolDownsShape) -> CoolDowns:
    """Build the cool-downs; how many rings may be missed is the agents' own."""
    return CoolDowns(**shape.model_dump(exclude={"max_missed_rings"}))


def _check_order(findings: Findings, shape: LimitsShape) -> None:
    """Who would be signed off first is never shown as late."""
    sign_off: Path = ("limits", "sign_off_s")
    for path, late_s in _bounds(shape):
        if 0 < shape.sign_off_s <= late_s:
            written = findings.document.find(path) is not None
            message = f"must be less than sign_off_s, {shape.sign_off_s:g}, or nobody is ever shown as late"
            other = f"must be more than not_ready_s, {late_s:g}, or nobody is ever shown as late"
            findings.at_value(path if written else sign_off, message if written else other)


def _bounds(shape: LimitsShape) -> Iterator[tuple[Path, float]]:
    yield ("limits", "not_ready_s"), shape.not_ready_s
    for reason, late_s in shape.not_ready_by_reason.items():
        yield ("limits", "not_ready_by_reason", reason), late_s
