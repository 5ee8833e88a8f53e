"""A bare policy as a centre: how today's systems are played, which have neither our memory nor our machines."""

from acd.assigner import Assigner, WaitingCall
from acd.limits import CoolDowns
from acd.line import Line
from telephony.ids import AgentNumber, CallId
from whatif.callers import Visit
from whatif.centre import Notices, Ring
from whatif.floor import agents_of, queues_of
from whatif.scenario import Scenario


class PolicyCentre:
    """Agents are free, rung, talking or wrapping up; callers wait at the place they came to. Nothing else is known."""

    def __init__(self, scenario: Scenario, name: str, assigner: Assigner) -> None:
        self.name = name
        self.deadline: float | None = None
        self._assigner = assigner
        self._wrap_up_s = scenario.behaviour.wrap_up_s
        self._queues = queues_of(scenario)
        self._agents = {one.number: one for one in agents_of(scenario)}
        self._resting: Line[AgentNumber] = Line()
        """Until when agents wrap up, or cool down after a ring they missed."""
        self._waiting: dict[CallId, WaitingCall] = {}
        self._rung: dict[CallId, AgentNumber] = {}
        self._entered = 0

    def open(self, now: float) -> Notices:
        """Everybody is free."""
        for one in self._agents.values():
            self._assigner.add_agent(one, idle_since=now)
        return self._decide(now)

    def enter(self, call: CallId, visit: Visit, now: float) -> Notices:
        """A caller is at the end of the line."""
        self._entered += 1
        queue = self._queues[visit.topic]
        self._waiting[call] = WaitingCall(call, queue, visit.topic, now, self._entered, vip=visit.vip)
        self._assigner.add_call(self._waiting[call])
        return self._decide(now)

    def hang_up(self, call: CallId, now: float) -> Notices:
        """A caller leaves the line; an agent who was rung for him is free at once."""
        del self._waiting[call]
        self._assigner.remove_call(call)
        if (agent := self._rung.pop(call, None)) is not None:
            self._assigner.add_agent(self._agents[agent], idle_since=now)
        return self._decide(now)

    def answer(self, call: CallId, agent: AgentNumber, now: float) -> Notices:  # noqa: ARG002 - nobody else is concerned
        """They talk."""
        del self._waiting[call], self._rung[call]
        return ()

    def miss(self, call: CallId, agent: AgentNumber, now: float) -> Notices:
        """The caller is at his place again; the agent rests as long as ours would."""
        del self._rung[call]
        self._assigner.add_call(self._waiting[call])
        self._resting.add(agent, now + CoolDowns().no_answer_s)
        return self._decide(now)

    def end_talk(self, call: CallId, agent: AgentNumber, now: float) -> Notices:  # noqa: ARG002 - the agent alone is left
        """The agent wraps up."""
        self._resting.add(agent, now + self._wrap_up_s)
        return self._decide(now)

    def wake(self, now: float) -> Notices:
        """Somebody is free again, or the policy wanted to be asked."""
        return self._decide(now)

    def _decide(self, now: float) -> Notices:
        for agent in self._resting.take_due(now):
            self._assigner.add_agent(self._agents[agent], idle_since=now)
        rings = []
        while (made := self._assigner.next_assignment(now)) is not None:
            self._rung[made.call] = made.agent
            rings.append(Ring(made.call, made.agent))
        dues = [due for due in (self._assigner.deadline, self._resting.first_at) if due is not None]
        self.deadline = min(dues, default=None)
        return rings
