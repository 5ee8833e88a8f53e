"""The floor: all agents live, who of them may be offered a call now, and when one of their deadlines comes."""

from collections import Counter
from collections.abc import Callable, Iterator

from acd.agent import Agent
from acd.agent_state import AgentMachine
from acd.agent_table import ENGAGED
from acd.assigner import Assigner
from acd.limits import CoolDowns, Limits
from acd.line import Line
from acd.load import Load
from acd.phones import Phones
from acd.profile_pool import ProfilePool
from acd.profiles import Profile, profile_of
from acd.staffing import AT_WORK, Staffing
from acd.standing import Standing
from telephony.commands import AgentState, Availability, Carried
from telephony.events import AgentWish, PhoneUse, RingOutcome
from telephony.ids import AgentNumber, Topic


class Floor:
    """Keeps the assigner's idle agents, the head counts and the deadlines in step with the agents' machines.

    Whoever changes a machine calls `follow` afterwards.
    """

    def __init__(self, assigner: Assigner, cool_downs: CoolDowns) -> None:
        self.staffing = Staffing()
        self._limits = Limits()
        self._assigner = assigner
        self._cool_downs = cool_downs
        self._machines: dict[AgentNumber, AgentMachine] = {}
        self._free: set[AgentNumber] = set()
        """In the assigner's hands."""
        self._deadlines: Line[AgentNumber] = Line()
        self._cooling: Line[AgentNumber] = Line()
        self._cooling_after: dict[AgentNumber, RingOutcome] = {}
        self._unreachable: set[AgentNumber] = set()
        self.phones = Phones()
        self._load = Load()
        self._pool = ProfilePool()
        self._easing: Line[AgentNumber] = Line()
        """Free agents who count as busier than they will soon be: when they no longer are."""
        self._standing: dict[AgentNumber, tuple[float, Standing]] = {}
        """As of the beginning of the agent's state, or of his last easing, so that whoever asks later is told what the
        assigner was."""
        self.form: Callable[[Agent], frozenset[tuple[Topic, int]]] = lambda _agent: frozenset()
        """What outcomes have shown of an agent's skill."""

    def __iter__(self) -> Iterator[AgentMachine]:
        return iter(list(self._machines.values()))

    def machine(self, number: AgentNumber) -> AgentMachine | None:
        """The agent's machine, None if the roster has no such agent."""
        return self._machines.get(number)

    def deadlines(self) -> tuple[float | None, ...]:
        """When `time_up` has something to do."""
        return self._deadlines.first_at, self._cooling.first_at, self._easing.first_at, self.phones.deadline

    def is_free(self, number: AgentNumber, *, by_name: bool = False) -> bool:
        """Whether the agent may be offered a call now.

        A caller who is passed on to him by name may find his phone ringing already: for the one who passes him on.
        """
        if number in self._free or not by_name or number not in self._machines:
            return number in self._free
        return self._is_available(self._machines[number]) and self.phones.use_of(number) is PhoneUse.RINGING

    def _is_available(self, machine: AgentMachine) -> bool:
        """Whether nothing but his phone's use keeps calls from him."""
        number = machine.agent.number
        return machine.state is AgentState.READY and number not in self._cooling and number not in self._unreachable

    # ---- the roster -----------------------------------------------------------------------------

    def take_rules(self, limits: Limits, cool_downs: CoolDowns, now: float) -> list[AgentMachine]:
        """Work by these from now on, also in states that are going on; the machines that are late no more."""
        self._limits, self._cool_downs, in_time = limits, cool_downs, []
        for machine in self._machines.values():
            late = machine.late
            machine.use(limits, now)
            self.follow(machine)
            in_time += [machine] if late and not machine.late else []
        return in_time

    def seat(self, agent: Agent) -> None:
        """A new agent, or an old one as a new roster describes him."""
        machine = self._machines.get(agent.number)
        if machine is None:
            machine = self._machines[agent.number] = AgentMachine(agent, limits=self._limits)
        else:
            self._hold_back(agent.number)
            machine.agent = agent
        self._pool.seat(agent)
        self._standing.pop(agent.number, None)
        self.follow(machine)

    def unseat(self, number: AgentNumber) -> None:
        """An agent who is signed off and in no roster any more."""
        self._hold_back(number)
        self._deadlines.discard(number)
        self._stop_cooling(number)
        self.staffing.forget(number)
        self._standing.pop(number, None)
        self._pool.unseat(number)
        self.phones.leave(number)
        del self._machines[number]

    # ---- what changes who is free ---------------------------------------------------------------

    def follow(self, machine: AgentMachine) -> None:
        """A machine has changed: bring everything that depends on it into step."""
        number = machine.agent.number
        self._load.enter(number, machine.state, machine.since)
        if machine.state is AgentState.SIGNED_OFF:
            self._pool.release(number)
            self._standing.pop(number, None)
        if machine.deadline is None:
            self._deadlines.discard(number)
        else:
            self._deadlines.add(number, machine.deadline)
        self.phones.follow(number, machine.since, engaged=machine.state in ENGAGED)
        free = self._is_available(machine) and self.phones.use_of(number) is None
        if not free:
            self._hold_back(number)
        elif number not in self._free:
            self._free.add(number)
            self._hand_over(machine)
        reachable, idle_since = number not in self._unreachable, machine.idle_since
        self.staffing.count(machine.agent, machine.state, free=free, reachable=reachable, idle_since=idle_since)

    def availability(self, machine: AgentMachine) -> Availability | None:
        """How a ready agent stands for calls; None in other states."""
        if machine.state is not AgentState.READY:
            return None
        number, standing = machine.agent.number, self._standing_of(machine)
        rests_until = self._cooling.at(number)
        return Availability(
            machine.idle_since,
            standing.band,
            tuple(sorted(standing.form)),
            rests_until,
            self._cooling_after.get(number),
            self.phones.use_of(number),
        )

    def carried(self, machine: AgentMachine) -> Carried:
        """What of this agent must survive a restart besides his state."""
        number, (pending, reason) = machine.agent.number, machine.pending or (None, "")
        return Carried(
            queue=(machine.queue.id or None) if machine.queue is not None else None,
            ends_at=machine.deadline if machine.state is AgentState.WRAP_UP else None,
            pending=None if pending is None else AgentWish(pending),
            pending_reason=reason,
            missed=machine.missed,
            busy_ratio=round(self._load.ratio(number, machine.since), 4),
            idle_since=machine.idle_since if machine.state is AgentState.READY else None,
            seen_at=machine.seen_at if machine.seen_at > machine.since else None,
            rests_until=self._cooling.at(number),
            rests_after=self._cooling_after.get(number),
        )

    def carry_on(self, machine: AgentMachine, carried: Carried) -> None:
        """After a restart, his state being what it was: how busy he had been, and how long he rests."""
        number = machine.agent.number
        self._load.resume(number, machine.state, machine.since, carried.busy_ratio)
        if carried.rests_until is not None and carried.rests_after is not None:
            longest_s = self._cool_downs.after(carried.rests_after)  # whatever the wall clock was set to meanwhile
            self._cooling.add(number, min(carried.rests_until, machine.since + longest_s))
            self._cooling_after[number] = carried.rests_after

    def is_reachable(self, number: AgentNumber) -> bool:
        """Whether the agent's phone is there, as far as Asterisk knows."""
        return number not in self._unreachable

    def use(self, assigner: Assigner) -> None:
        """Another policy from now on; it is given everybody who is free."""
        self._assigner = assigner
        for number, machine in self._machines.items():
            if number in self._free:
                self._hand_over(machine)

    def profiles_at_work(self) -> Counter[Profile]:
        """How many agents are at work, by what they can do."""
        working = (machine for machine in self._machines.values() if machine.state in AT_WORK)
        return Counter(profile_of(machine.agent, self._standing_of(machine).form) for machine in working)

    def _hand_over(self, machine: AgentMachine) -> None:
        number, standing = machine.agent.number, self._standing_of(machine)
        self._assigner.add_agent(machine.agent, idle_since=machine.idle_since, standing=standing)
        if (eases_at := self._load.eases_at(number, standing.band)) is not None:
            self._easing.add(number, eases_at)

    def _standing_of(self, machine: AgentMachine) -> Standing:
        number = machine.agent.number
        known = self._standing.get(number)
        if known is None or known[0] != machine.since:
            return self._stands(machine, machine.since)
        return known[1]

    def _stands(self, machine: AgentMachine, now: float) -> Standing:
        """His standing as of now, until his state changes or he eases."""
        agent = machine.agent
        standing = self._pool.take(agent, self._load.band(agent.number, now), self.form(agent))
        self._standing[agent.number] = machine.since, standing
        return standing

    def taken(self, number: AgentNumber) -> AgentMachine:
        """The assigner has chosen this agent and taken him out."""
        self._free.discard(number)
        self._easing.discard(number)
        return self._machines[number]

    def take(self, number: AgentNumber) -> AgentMachine:
        """This agent is needed for something the assigner does not decide."""
        self._hold_back(number)
        return self._machines[number]

    def cool_down(self, machine: AgentMachine, outcome: RingOutcome, now: float) -> None:
        """No calls for a while after a ring that failed; call it before `follow`."""
        number = machine.agent.number
        self._cooling.add(number, now + self._cool_downs.after(outcome))
        self._cooling_after[number] = outcome

    def back_at_work(self, machine: AgentMachine) -> None:
        """The agent says that he is there: no reason to wait any longer."""
        self._stop_cooling(machine.agent.number)

    def reach(self, number: AgentNumber, now: float, *, reachable: bool) -> None:
        """Whether the agent's phone is registered, as far as Asterisk knows."""
        if reachable:
            self._unreachable.discard(number)
            if self._cooling_after.get(number) is RingOutcome.UNREACHABLE:
                self._stop_cooling(number)
        else:
            self._unreachable.add(number)
        if (machine := self._machines.get(number)) is not None:
            machine.phone_seen(now, there=reachable)
            self.follow(machine)

    # ---- time -----------------------------------------------------------------------------------

    def thaw(self, now: float) -> None:
        """Agents whose cool-down is over may be offered calls again."""
        for number in self._cooling.take_due(now):
            del self._cooling_after[number]
            self.follow(self._machines[number])

    def overdue(self, now: float) -> list[AgentMachine]:
        """Machines whose deadline has come: sweep each and `follow` it."""
        return [self._machines[number] for number in self._deadlines.take_due(now)]

    def ease(self, now: float) -> list[AgentMachine]:
        """Free agents whose load has become less since they became free: they are offered calls as such, show them."""
        eased = [self._machines[number] for number in self._easing.take_due(now)]
        for machine in eased:
            number = machine.agent.number
            self._assigner.remove_agent(number)
            self._stands(machine, now)
            self._hand_over(machine)
        return eased

    def _hold_back(self, number: AgentNumber) -> None:
        if number in self._free:
            self._free.discard(number)
            self._easing.discard(number)
            self._assigner.remove_agent(number)

    def _stop_cooling(self, number: AgentNumber) -> None:
        self._cooling.discard(number)
        self._cooling_after.pop(number, None)
