"""What an agent may dial to pass a caller on."""

import pytest

from acd.transfer import Target, parse_target
from telephony.ids import AgentNumber, QueueId
from tests.acd.floor_play import agent, queue, roster

ROSTER = roster([agent("8001")], [queue("loans", extension="7001"), queue("general")])


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("8001", Target(agent=AgentNumber("8001"))),
        ("7001", Target(queue=QueueId("loans"))),
        ("loans", Target(queue=QueueId("loans"))),
        ("general", Target(queue=QueueId("general"))),
        ("95001", Target()),
        ("8002", None),
        ("", None),
    ],
)
def test_numbers_and_names(text: str, target: Target | None) -> None:
    assert parse_target(text, ROSTER, {"95001"}) == target
    assert target is None or target.is_menu == (text == "95001")
