"""Which level of skill an agent brings to a topic."""

import pytest

from acd.agent import Agent
from telephony.ids import AgentNumber, Topic


@pytest.mark.parametrize(
    ("topic", "level"),
    [
        ("repayment", 2),
        ("repayment.early", 5),
        ("repayment.early.partial", 5),
        ("repayment.plan", 2),
        ("repaymentplan", 0),
        ("loan", 0),
        ("loan.limit", 3),
        ("", 0),
    ],
)
def test_the_most_special_skill_that_covers_a_topic_counts(topic: str, level: int) -> None:
    skills = {Topic("repayment"): 2, Topic("repayment.early"): 5, Topic("loan.limit"): 3}
    assert Agent(AgentNumber("8001"), "王", "a", skills).level(Topic(topic)) == level


def test_a_special_skill_of_level_zero_takes_the_topic_away() -> None:
    agent = Agent(AgentNumber("8001"), "王", "a", {Topic("loan"): 4, Topic("loan.refusal"): 0})
    assert (agent.level(Topic("loan.refusal")), agent.level(Topic("loan.limit"))) == (0, 4)
