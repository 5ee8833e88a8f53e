"""Small scenarios for the tests, quick to play."""

from dataclasses import replace

from acd.agent import Agent
from acd.assigner import WaitingCall
from telephony.ids import AgentNumber, CallId, Topic
from tests.acd.floor_play import queue
from whatif.scenario import Behaviour, Scenario, Team

LOAN, CARD = Topic("loan"), Topic("card")

TINY = Scenario(
    name="tiny",
    hours=1.0,
    calls_per_hour=(60.0, 90.0),
    topics={LOAN: 3.0, CARD: 1.0},
    teams=(Team(4, {LOAN: 4}), Team(2, {LOAN: 2, CARD: 3}), Team(1, {CARD: 5})),
    handle_s={LOAN: 180.0, CARD: 240.0},
)


ALONE = replace(TINY, teams=(Team(1, {LOAN: 4}),), topics={LOAN: 1.0})
"""One agent, wrap-up 20 s."""


def behaving(scenario: Scenario, **changes: float) -> Scenario:
    """The scenario with other behaviour."""
    return replace(scenario, behaviour=replace(scenario.behaviour, **changes))  # type: ignore[arg-type]  # one is a bool


ERLANG = replace(
    TINY,
    hours=20.0,
    calls_per_hour=(100.0,),
    topics={LOAN: 1.0},
    teams=(Team(8, {LOAN: 3}),),
    handle_s={LOAN: 300.0 / 1.05},
    behaviour=Behaviour(ring_s=0.0, wrap_up_s=0.0, repeat_ratio=0.0, redial_ratio=0.0, exponential_handling=True),
)
"""What Erlang A describes: one kind of agent, exponential handling of 300 s, nobody calls again."""


def one_agent(number: str, **skills: int) -> Agent:
    return Agent(AgentNumber(number), "", "", {Topic(topic): level for topic, level in skills.items()})


def one_call(call: str, at: float, topic: str = "loan", *, vip: bool = False) -> WaitingCall:
    return WaitingCall(CallId(call), queue(topic), Topic(topic), at, int(call[1:]), vip=vip)
