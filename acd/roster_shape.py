"""The shape of `agents.yaml`: which keys exist, what kind of value each takes, which must be given."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from acd.agent import Agent
from acd.endpoint import CONTACT_PATTERN, parse_endpoint
from acd.limits_file import CoolDownsShape, LimitsShape, MissedRings
from acd.own_callers import check_list, check_number
from acd.queue import AfterTalk, CallbackRules, Emptiness, Queue, Shut
from acd.routing_file import RoutingShape
from acd.shift_file import ShiftOrHours
from telephony.hours_shape import HoursShape
from telephony.ids import AgentNumber, QueueId
from telephony.located_shape import Key, Shape, required
from telephony.way_out import LeadsTo, WayOut

WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""An id: it becomes part of file names, metrics and journal records."""

QUEUE = Queue(QueueId(""), "")
AGENT = Agent(AgentNumber(""), "", "", {})
"""Where defaults come from."""


def _word(text: str) -> str:
    if not WORD.fullmatch(text):
        raise ValueError("must be an id of a-z, 0-9 and _ that begins with a letter, such as night_team")
    return text


def _contact(text: str) -> str:
    parse_endpoint(text)
    return text


def _level(given: object) -> object:
    if not isinstance(given, str):
        raise ValueError("must be a level from 1 (new) to 5 (expert)")  # noqa: TRY004 - pydantic wants ValueError
    return given


Word = Annotated[str, AfterValidator(_word), Field(json_schema_extra={"pattern": f"^{WORD.pattern}$"})]
Contact = Annotated[str, AfterValidator(_contact), Field(json_schema_extra={"pattern": CONTACT_PATTERN})]
Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Level = Annotated[str, BeforeValidator(_level), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 5})]
"""Read by the builder, so that a wrong level does not also make the agent unable to serve the topic."""


WrapUp = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]


Language = Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]


class WideningShape(Shape):
    """One step of `widen`."""

    after_s: Annotated[float, Field(gt=0, le=7200, allow_inf_nan=False)] = required(1.0)
    min_level: Annotated[int, Field(ge=1, le=5)] = required(1)


class OverflowShape(Shape):
    """Where callers go whom a queue can not take, or not soon."""

    to: str = required("")
    after_s: Annotated[float, Field(ge=1, le=7200, allow_inf_nan=False)] | None = None
    when: frozenset[Shut] = frozenset(Shut)
    topic: str | None = None


class CallbackShape(Shape):
    """How callers of a queue are called back who ask for it."""

    tries: Annotated[int, Field(ge=1, le=10)] = CallbackRules().tries
    gap_s: Annotated[float, Field(ge=5, le=86_400, allow_inf_nan=False)] = CallbackRules().gap_s
    expires_s: Annotated[float, Field(ge=60, le=7 * 86_400, allow_inf_nan=False)] = CallbackRules().expires_s


class ExitShape(Shape):
    """The key by which a waiting caller leaves."""

    key: Annotated[str, StringConstraints(pattern="^[0-9*#]$")] = WayOut().key
    to: LeadsTo = WayOut().to


Reasons = frozenset[Emptiness]


class QueueShape(Shape):
    """A queue (技能组)."""

    name: Name = required("")
    min_level: Annotated[int, Field(ge=1, le=5)] = QUEUE.min_level
    ring_s: Annotated[float, Field(ge=5, le=120, allow_inf_nan=False)] = QUEUE.ring_s
    wrap_up_s: WrapUp = QUEUE.wrap_up_s
    max_wait_s: Annotated[float, Field(ge=10, le=7200, allow_inf_nan=False)] = QUEUE.max_wait_s
    max_waiting: Annotated[int, Field(ge=1, le=100_000)] = QUEUE.max_waiting
    announce_every_s: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] = QUEUE.announce_every_s
    service_level_s: Annotated[float, Field(ge=1, le=600, allow_inf_nan=False)] = QUEUE.service_level_s
    music: Word = QUEUE.music
    priority_s: Annotated[float, Field(ge=-3600, le=3600, allow_inf_nan=False)] = QUEUE.priority_s
    skills: dict[Key, Level] = Field(default_factory=dict)
    """Further skills an agent needs, whatever the topic."""
    widen: list[WideningShape] = Field(default_factory=list)
    language: Language | None = None
    extension: Annotated[str, StringConstraints(pattern="^[1-9][0-9]{1,7}$")] | None = None
    after_talk: AfterTalk = QUEUE.after_talk
    hours: str | None = None
    overflow: OverflowShape | None = None
    callback: CallbackShape | None = None
    exit: ExitShape = Field(default_factory=ExitShape)
    turn_away_if: Reasons = QUEUE.turn_away_if
    let_go_if: Reasons = QUEUE.let_go_if


Caller = Annotated[str, BeforeValidator(check_number), WithJsonSchema({"type": ["string", "integer"]})]


class AgentShape(Shape):
    """An agent (坐席)."""

    name: Name = required("")
    team: str = required("")
    skills: dict[Key, Level] = required({}, min_length=1)
    contact: Contact | None = None
    wrap_up_s: WrapUp | None = None
    max_missed_rings: MissedRings | None = None
    languages: list[Language] = Field(default=list(AGENT.languages), min_length=1)
    not_certified: list[str] = Field(default_factory=list)
    shift: str = AGENT.shift
    vip_callers: Annotated[list[Caller], BeforeValidator(check_list)] = Field(default_factory=list)
    """Personal data."""


class RosterShape(Shape):
    """The whole of `agents.yaml`."""

    timezone: str = "Asia/Shanghai"
    schedules: dict[Key, HoursShape] = Field(default_factory=dict)
    teams: dict[Key, Name] = required({}, min_length=1)
    not_ready_reasons: dict[Key, Name] = Field(default_factory=dict)
    shifts: dict[Key, ShiftOrHours] = Field(default_factory=dict)
    queues: dict[Key, QueueShape] = required({}, min_length=1)
    agents: dict[Key, AgentShape] = required({}, min_length=1)
    routing: RoutingShape = Field(default_factory=RoutingShape)
    limits: LimitsShape = Field(default_factory=LimitsShape)
    cool_downs: CoolDownsShape = Field(default_factory=CoolDownsShape)
