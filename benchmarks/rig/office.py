"""A large office as it occurs: queues, topics, VIPs, wishes, own agents; agents differ in skill, form and load."""

import random
from collections import Counter

from acd.agent import Agent
from acd.assigner import WaitingCall
from acd.price_lp import assumed_forecast, solve_prices
from acd.pricing import Outlook, Prices
from acd.profile_pool import Form, ProfilePool
from acd.profiles import profile_of
from acd.queue import Queue
from acd.standing import Standing
from telephony.ids import AgentNumber, CallId, QueueId, Topic

BRANCHES = ["loan", "repayment", "account", "complaint"]
TOPICS = [Topic(f"{branch}.{leaf}") for branch in BRANCHES for leaf in "abcd"]
QUEUES = {
    "loan": Queue(QueueId("loan"), "loan", min_level=2),
    "repayment": Queue(QueueId("repayment"), "repayment", min_level=1),
    "account": Queue(QueueId("account"), "account", min_level=2, priority_s=30.0),
    "complaint": Queue(QueueId("complaint"), "complaint", min_level=3, priority_s=-20.0),
}
ROWS = 60
"""Different rows of skills, as a few teams have them: two branches, some with a leaf of its own."""
FORM_STEPS = (-2, -1, 0, 0, 0, 0, 1, 2)
"""Half levels that outcomes have shown, by branch: half of the agents do as the roster says."""
BANDS = (0, 1, 1, 1, 2, 2)
"""Of load: on a day with callers waiting most are busy."""
VIP_RATIO, ASKED_RATIO, SEVERAL_RATIO, OWN_AGENT_RATIO = 0.08, 0.2, 0.03, 0.1
"""Callers who are VIPs (ROUTING), asked about it before, did so several times in a day, or know an agent."""


class Office:
    """The agents, and callers without end: by chance, the same for everybody who asks with the same seed."""

    def __init__(self, agents: int, seed: int) -> None:
        self.chance = random.Random(seed)
        rows = [self._row() for _ in range(ROWS)]
        self.agents = [Agent(AgentNumber(str(number)), "", "", self.chance.choice(rows)) for number in range(agents)]
        self.by_number = {one.number: one for one in self.agents}
        self._pool = ProfilePool()
        for one in self.agents:
            self._pool.seat(one)
        self._forms: dict[AgentNumber, Form] = {one.number: self._form(one) for one in self.agents}
        self.standings = {one.number: self.standing(one) for one in self.agents}

    def _row(self) -> dict[Topic, int]:
        chance = self.chance
        row = {Topic(branch): chance.randint(1, 5) for branch in chance.sample(BRANCHES, 2)}
        return row | ({chance.choice(TOPICS): 5} if chance.random() < 0.3 else {})

    def _form(self, one: Agent) -> Form:
        steps = ((topic, self.chance.choice(FORM_STEPS)) for topic in one.skills)
        return frozenset((topic, step) for topic, step in steps if step)

    def standing(self, one: Agent, band: int | None = None) -> Standing:
        """As he becomes free: his load is another each time."""
        band = self.chance.choice(BANDS) if band is None else band
        return self._pool.take(one, band, self._forms[one.number])

    def call(self, number: int, at: float) -> WaitingCall:
        """The next caller."""
        chance = self.chance
        topic = chance.choice(TOPICS)
        known = chance.random() < OWN_AGENT_RATIO
        return WaitingCall(
            CallId(f"c{number}"),
            QUEUES[topic.partition(".")[0]],
            topic,
            at,
            number,
            vip=chance.random() < VIP_RATIO,
            wish=chance.choices((0, 1, 2), (1.0 - ASKED_RATIO - SEVERAL_RATIO, ASKED_RATIO, SEVERAL_RATIO))[0],
            wanted=(chance.choice(self.agents).number,) if known else (),
        )

    def prices(self) -> Prices:
        """Solved for all of them."""
        groups = Counter(profile_of(one, self.standings[one.number].form) for one in self.agents)
        return solve_prices(groups, assumed_forecast(groups, TOPICS), Outlook())
