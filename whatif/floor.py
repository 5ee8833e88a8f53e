"""The roster of a scenario: its agents by number, and one queue per topic."""

from acd.agent import Agent
from acd.queue import Queue, Roster
from acd.routing import Routing
from telephony.ids import AgentNumber, QueueId, Topic
from whatif.scenario import Scenario

RING_S = 20.0
"""How long a phone rings that nobody picks up; the default of `Queue`."""


def agents_of(scenario: Scenario) -> list[Agent]:
    """Everybody, the teams mixed so that no policy profits from the order of the file."""
    teams = [(team, place) for team in scenario.teams for place in range(team.count)]
    teams.sort(key=lambda entry: (entry[1] + 0.5) / entry[0].count)
    return [Agent(AgentNumber(str(1001 + number)), "", "", dict(team.skills)) for number, (team, _) in enumerate(teams)]


def queues_of(scenario: Scenario) -> dict[Topic, Queue]:
    """One queue per topic, as most hotlines have them; besides the times of the scenario all is as by default."""
    wrap_up_s = scenario.behaviour.wrap_up_s
    return {
        topic: Queue(QueueId(str(topic)), str(topic), ring_s=RING_S, wrap_up_s=wrap_up_s) for topic in scenario.topics
    }


def roster_of(scenario: Scenario, routing: Routing | None = None) -> Roster:
    """The same as the hotline's own roster."""
    agents = {one.number: one for one in agents_of(scenario)}
    queues = {queue.id: queue for queue in queues_of(scenario).values()}
    return Roster(agents, queues, {}, routing=routing or Routing())
