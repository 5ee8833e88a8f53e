"""The shape of the agents file agrees with the roster it becomes."""

from dataclasses import fields

import pytest
from pydantic import ValidationError

from acd.agent import Agent
from acd.queue import Queue
from acd.roster_shape import AGENT, QUEUE, AgentShape, QueueShape


def test_every_setting_of_a_queue_can_be_written_and_has_its_default() -> None:
    called = {"way_out": "exit"}
    assert set(QueueShape.model_fields) == {called.get(field.name, field.name) for field in fields(Queue)} - {"id"}
    defaults = {name: getattr(QUEUE, name) for name in QueueShape.model_fields if name != "exit"}
    own_form: dict[str, object] = {
        "name": "x",
        "widen": [],
        "language": None,
        "skills": {},
        "exit": {"key": QUEUE.way_out.key, "to": QUEUE.way_out.to},
    }
    assert QueueShape(name="x").model_dump() == defaults | own_form


def test_every_setting_of_an_agent_can_be_written_but_personal_ones() -> None:
    of_others = {"vip_callers"}
    """Callers' numbers, which are kept apart from the agent."""
    assert set(AgentShape.model_fields) - of_others == {field.name for field in fields(Agent)} - {"number"}
    shape = AgentShape(name="x", team="t", skills={"a": "1"})
    assert shape.max_missed_rings is None, "that of the roster"
    assert tuple(shape.languages) == AGENT.languages


@pytest.mark.parametrize("contact", ["sip:9001@10.0.0.4:5080", "sip:a.b@pbx.local", "sip:1@h;transport=udp"])
def test_contacts(contact: str) -> None:
    assert AgentShape(contact=contact).contact == contact


@pytest.mark.parametrize(
    "contact",
    ["9001", "9001@h", "sip:9001", "sips:1@h", "sip:1@h:port", "sip:1@h,sip:2@h", "sip:1@h\nx", "sip:1@h&PJSIP/2"],
)
def test_contacts_that_are_none(contact: str) -> None:
    with pytest.raises(ValidationError):
        AgentShape(contact=contact)
