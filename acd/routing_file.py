"""The `routing` section of `agents.yaml`: its shape, and how it becomes a `Routing`."""

from dataclasses import fields
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from acd.routing import DAY_S, HistoryRules, Routing
from acd.weights import Weights
from telephony.ids import Topic
from telephony.located import Findings
from telephony.located_shape import Key, Shape

WEIGHTS, HISTORY, ROUTING = Weights(), HistoryRules(), Routing()
"""Where defaults come from."""

MOST_S = 3600.0
"""Largest weight: an hour's head start is a priority in all but name."""

Weight = Annotated[float, Field(ge=0, le=MOST_S, allow_inf_nan=False)]
Bonus = Annotated[float, Field(ge=-MOST_S, le=MOST_S, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0, le=366, allow_inf_nan=False)]


def _whole_class(given: Any) -> Any:
    """`vip: 75` is short for `vip: {bonus_s: 75}`."""
    return {"bonus_s": given} if isinstance(given, str) else given


class ClassShape(Shape):
    """A class of callers."""

    bonus_s: Bonus = 0.0
    topics: list[str] = Field(default_factory=list)
    overtakes_anybody: bool = False


class RoutingShape(Shape):
    """Weights are seconds of waiting."""

    classes: dict[Key, Annotated[ClassShape, BeforeValidator(_whole_class)]] = Field(default_factory=dict)
    same_agent_s: Weight = WEIGHTS.same_agent_s
    transferred_s: Weight = WEIGHTS.transferred_s
    asked_before_s: Weight = WEIGHTS.asked_before_s
    load_s: Weight = WEIGHTS.load_s
    idle_per_s: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = WEIGHTS.idle_per_s
    idle_cap_s: Weight = WEIGHTS.idle_cap_s
    skill_on_arrival: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)] = WEIGHTS.skill_on_arrival
    skill_on_free: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)] = WEIGHTS.skill_on_free
    worst_fit_s: Annotated[float, Field(ge=-MOST_S, le=0, allow_inf_nan=False)] = WEIGHTS.worst_fit_s
    overtake_bound_s: Annotated[float, Field(ge=1, le=MOST_S, allow_inf_nan=False)] = WEIGHTS.overtake_bound_s
    hold_most_s: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = WEIGHTS.hold_most_s
    explore_every: Annotated[int, Field(ge=0, le=1000)] = WEIGHTS.explore_every
    explore_most_s: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = WEIGHTS.explore_most_s
    same_agent_days: Days = HISTORY.same_agent_s / DAY_S
    asked_days: Days = HISTORY.asked_s / DAY_S
    several_calls: Annotated[int, Field(ge=2, le=20)] = HISTORY.several_calls
    several_hours: Annotated[float, Field(ge=0, le=720, allow_inf_nan=False)] = HISTORY.several_s / 3600.0
    likely_topic_days: Days = HISTORY.likely_s / DAY_S
    redial_minutes: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = HISTORY.redial_s / 60.0
    reprice_every_s: Annotated[float, Field(ge=60, le=3600, allow_inf_nan=False)] = ROUTING.reprice_every_s


OF_WEIGHTS = frozenset(RoutingShape.model_fields) & {field.name for field in fields(Weights)}
"""Keys that are weights of the same name."""


def build_routing(findings: Findings, shape: RoutingShape) -> Routing:
    """Build the rules; a topic in two classes is named."""
    bonuses = dict(WEIGHTS.class_bonus_s) | {name: one.bonus_s for name, one in shape.classes.items()}
    unbound = frozenset(name for name, one in shape.classes.items() if one.overtakes_anybody)
    topics: dict[Topic, str] = {}
    for name, one in shape.classes.items():
        for place, topic in enumerate(one.topics):
            if (other := topics.setdefault(Topic(topic), name)) != name:
                findings.at_value(
                    ("routing", "classes", name, "topics", place), f'"{topic}" is a topic of class "{other}" already'
                )
    weights = shape.model_dump(include=set(OF_WEIGHTS))
    return Routing(
        Weights(**weights, class_bonus_s=bonuses, unbound_classes=unbound),
        topics,
        HistoryRules(
            same_agent_s=shape.same_agent_days * DAY_S,
            asked_s=shape.asked_days * DAY_S,
            several_s=shape.several_hours * 3600.0,
            several_calls=shape.several_calls,
            likely_s=shape.likely_topic_days * DAY_S,
            redial_s=shape.redial_minutes * 60.0,
        ),
        shape.reprice_every_s,
    )
