"""The roster of a scenario: its agents by number, and one queue per topic."""

from acd.agent import Agent
from acd.queue import Queue
from telephony.ids import AgentNumber, QueueId, Topic
from whatif.scenario import Scenario


def agents_of(scenario: Scenario) -> list[Agent]:
    """Everybody, the teams mixed so that no policy profits from the order of the file."""
    teams = [(team, place) for team in scenario.teams for place in range(team.count)]
    teams.sort(key=lambda entry: (entry[1] + 0.5) / entry[0].count)
    return [Agent(AgentNumber(str(1001 + number)), "", "", dict(team.skills)) for number, (team, _) in enumerate(teams)]


def queues_of(scenario: Scenario) -> dict[Topic, Queue]:
    """One queue per topic, as most hotlines have them."""
    return {topic: Queue(QueueId(str(topic)), str(topic)) for topic in scenario.topics}
