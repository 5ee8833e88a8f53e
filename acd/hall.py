"""The hall: callers, agents, rings and talks, and the moves between them, each keeping all of them in step.

The distributor decides which move a fact calls for; here is what the move consists of. Moves write their orders to
`orders`, in the order they are to be carried out.
"""

from collections.abc import Mapping

from acd.agent_state import RING_GRACE_S, AgentMachine
from acd.assigner import Assigner, Assignment
from acd.doors import ASK_AGAIN_S, Doors, Way
from acd.expected_wait import ExpectedWait
from acd.floor import Floor
from acd.limits import CoolDowns
from acd.offers import Ring, Rings
from acd.queue import Queue, Shut
from acd.talks import Talk, Talks
from acd.waiting_calls import Segment, WaitingCalls
from telephony.calendar import Calendar
from telephony.commands import (
    AgentState,
    CancelRing,
    Choice,
    CloseSegment,
    CloseTalk,
    DistributionCommand,
    MoveCall,
    RefuseCall,
    RingAgent,
    ShowAgent,
    TellPlace,
    WidenCall,
)
from telephony.events import Outcome, PhonesSeen, RingOutcome, TalkEndedBy
from telephony.ids import AgentNumber, CallId, QueueId

AWAY = frozenset({AgentState.SIGNED_OFF, AgentState.NOT_READY})


class Hall:
    """Everything that is going on between callers and agents."""

    def __init__(
        self, assigner: Assigner, cool_downs: CoolDowns, queues: Mapping[QueueId, Queue], calendar: Calendar
    ) -> None:
        self.assigner = assigner
        self.floor = Floor(assigner, cool_downs)
        self.waiting = WaitingCalls()
        self.doors = Doors(queues, self.floor.staffing, self.waiting, calendar)
        self.rings = Rings()
        self.talks = Talks()
        self.expected_wait = ExpectedWait()
        self.version = ""
        """Of the roster, for what is decided without a policy."""
        self.orders: list[DistributionCommand] = []
        self.somebody_left = False
        """An agent signed off, paused or changed: some caller may have nobody left who could serve him."""
        self.unreserved: list[CallId] = []
        """Customers being called whose agent is no longer kept free for them."""
        self._gone: set[AgentNumber] = set()
        """Agents the roster no longer has, who finish their talk."""

    def take_orders(self) -> list[DistributionCommand]:
        """The orders since last time."""
        orders, self.orders = self.orders, []
        return orders

    # ---- callers --------------------------------------------------------------------------------

    def close(self, segment: Segment, outcome: Outcome, now: float, agent: AgentNumber | None = None) -> None:
        """The segment has its outcome."""
        self.assigner.remove_call(segment.call)
        self.waiting.remove(segment)
        wait_s = max(0.0, now - segment.entered_at)
        self.orders.append(CloseSegment(segment.call, segment.queue.id, outcome, wait_s, agent))

    def refuse(self, segment: Segment, outcome: Outcome, now: float) -> None:
        """The caller can not be served (any more): he is told, and the segment ends."""
        self.orders.append(RefuseCall(segment.call, outcome))
        self.close(segment, outcome, now)

    def move(self, segment: Segment, way: Way, now: float) -> None:
        """Another queue takes the caller, at the place he has."""
        self.close(segment, Outcome.OVERFLOWED, now)
        self.orders.append(MoveCall(segment.call, way.queue.id, way.topic, segment.waiting.entered_at))

    def let_go(self, segment: Segment, now: float) -> None:
        """Nobody is left here for this caller: another queue takes him, or he is told so."""
        way = self.doors.way_on(segment.queue, segment.waiting.topic, Shut.NOBODY, now)
        if way is None:
            self.refuse(segment, Outcome.REJECTED_NO_AGENTS, now)
        else:
            self.move(segment, way, now)

    def move_on(self, segment: Segment, now: float) -> None:
        """The caller has waited long enough for another queue to help, if one can."""
        way = self.doors.way_on(segment.queue, segment.waiting.topic, None, now)
        if way is None:
            self.waiting.ask_again(segment, now + ASK_AGAIN_S)
        else:
            self.move(segment, way, now)

    def let_hopeless_go(self, now: float) -> None:
        """Let go whoever has nobody left; a caller for whom a phone rings waits for the ring's end.

        One of each kind of callers is asked about first: on most days nobody is hopeless, and 20,000 may wait.
        """
        for sample in self.waiting.samples():
            if not self.doors.is_hopeless(sample):
                continue
            for segment in self.waiting.like(sample):
                if self.rings.of_call(segment.call) is None and self._nobody_left(segment):
                    self.let_go(segment, now)

    def _nobody_left(self, segment: Segment) -> bool:
        """Whether nobody is left for this caller, not even if less is demanded, or the agent he was passed on to."""
        if segment.wanted is not None and self.floor.is_free(segment.wanted, by_name=True):
            return False
        if not self.floor.staffing.anybody(segment.lane) and self.widen_at_once(segment):
            return False
        return self.doors.is_hopeless(segment)

    def back_in_line(self, segment: Segment, now: float) -> None:
        """Nothing rings for this caller (any more): he waits at his place, and may be offered if he has heard all."""
        if self._nobody_left(segment):
            self.let_go(segment, now)
            return
        self.waiting.resume_patience(segment)
        self.waiting.tell_when_due(segment, now)
        if segment.offerable:
            self.offer(segment, now)

    def widen(self, segment: Segment, now: float) -> None:
        """The caller has waited long enough to be offered to more agents."""
        waiting = segment.waiting
        level = segment.queue.next_level(waiting.min_level, now - waiting.entered_at)
        self._demand(segment, level, nobody_else=False)

    def widen_at_once(self, segment: Segment) -> bool:
        """Nobody signed in has the level demanded: demand the first that somebody has; False without any."""
        waiting = segment.waiting
        level = self.floor.staffing.level_of_somebody(segment.queue, waiting.topic, waiting.min_level)
        if level is None:
            return False
        self._demand(segment, level, nobody_else=True)
        return True

    def _demand(self, segment: Segment, level: int, *, nobody_else: bool) -> None:
        queue = segment.queue
        lane = self.floor.staffing.lane(queue, segment.waiting.topic, level)
        self.assigner.remove_call(segment.call)
        self.waiting.move(segment, queue, lane, level)
        self.waiting.widen_when_due(segment)
        self.orders.append(WidenCall(segment.call, level, nobody_else))
        if segment.offerable and self.rings.of_call(segment.call) is None:
            self.assigner.add_call(segment.waiting)

    def tell(self, segment: Segment, now: float) -> None:
        """Tell a caller his place; while he still hears the notice it may change, so he is told after it."""
        if not segment.offerable:
            return  # asked again when the call becomes offerable
        segment.told_at = now
        expected_wait_s = self.expected_wait.of(segment, self.waiting, self.floor.staffing)
        self.orders.append(TellPlace(segment.call, self.waiting.position(segment), expected_wait_s))
        self.waiting.tell_when_due(segment, now)

    def offer(self, segment: Segment, now: float) -> None:
        """The call may be offered: to the agent it was transferred to, if he is free, else to all."""
        wanted, segment.wanted = segment.wanted, None
        if wanted is None or not self.floor.is_free(wanted, by_name=True):
            self.assigner.add_call(segment.waiting)
            return
        machine = self.floor.take(wanted)
        self.ring(
            Assignment(segment.call, machine.agent.number, segment.queue.id, "transferred to this agent"),
            now,
            record=self._named(segment, machine, now),
        )

    def _named(self, segment: Segment, machine: AgentMachine, now: float) -> Choice:
        """The record of a ring that an agent's transfer asked for: nobody was compared."""
        waiting = segment.waiting
        wait_s, idle_s = now - waiting.entered_at, now - machine.idle_since
        return Choice(
            *(False, waiting.topic, waiting.min_level, 0.0, {}, None, None, wait_s, idle_s, f"{self.version}/"),
            named=True,
        )

    def use(self, assigner: Assigner) -> None:
        """Another policy from now on: it is told of everybody who may be paired, and knows nobody else."""
        self.assigner = assigner
        self.floor.use(assigner)
        for segment in self.waiting:
            if segment.offerable and self.rings.of_call(segment.call) is None:
                assigner.add_call(segment.waiting)

    # ---- agents ---------------------------------------------------------------------------------

    def follow(self, machine: AgentMachine) -> None:
        """The agent's machine has changed: show it and keep everything else in step."""
        number = machine.agent.number
        self.floor.follow(machine)
        self.show(machine)
        self.somebody_left = self.somebody_left or machine.state in AWAY
        if machine.state is AgentState.SIGNED_OFF and number in self._gone:
            self._gone.discard(number)
            self.floor.unseat(number)

    def show(self, machine: AgentMachine) -> None:
        """Tell everybody how this agent stands."""
        available = self.floor.availability(machine)
        number = machine.agent.number
        self.orders.append(
            ShowAgent(
                *(number, machine.state, machine.reason, machine.call),
                available,
                late=machine.late,
                since=machine.since,
                carried=self.floor.carried(machine),
            )
        )

    def hear(self, seen: PhonesSeen, now: float) -> None:
        """What Asterisk says of the phones; ready agents whom it lets or no longer lets be offered calls are shown."""
        for number in self.floor.phones.hear(seen, now):
            self._phone_changed(number)

    def believe_no_longer(self, now: float) -> None:
        """Phones of which nothing was heard for too long may be rung again."""
        for number in self.floor.phones.expire(now):
            self._phone_changed(number)

    def _phone_changed(self, number: AgentNumber) -> None:
        machine = self.floor.machine(number)
        if machine is not None and machine.state is AgentState.READY:
            self.follow(machine)

    def expect_gone(self, number: AgentNumber) -> None:
        """Forget this agent as soon as he is signed off."""
        self._gone.add(number)

    def expect_back(self, number: AgentNumber) -> None:
        """The roster has this agent again."""
        self._gone.discard(number)

    def is_going(self, number: AgentNumber) -> bool:
        """Whether the roster no longer has this agent."""
        return number in self._gone

    # ---- rings ----------------------------------------------------------------------------------

    def ring(self, choice: Assignment, now: float, *, record: Choice | None = None) -> None:
        """Reserve call and agent for each other and ring; the record, if it is not the policy's."""
        segment, machine = self.waiting.segment(choice.call), self.floor.taken(choice.agent)
        assert segment is not None, "the assigner knows only calls that wait"
        self.waiting.suspend_patience(segment)
        self.rings.begin(Ring(choice.call, choice.agent, segment.queue))
        machine.reserve(choice.call, segment.queue, now)
        self.orders.append(
            RingAgent(
                *(choice.call, choice.agent, choice.queue, segment.queue.ring_s, choice.reason),
                choice=record or choice.choice(segment.waiting),
            )
        )
        self.follow(machine)

    def ring_reserved(self, segment: Segment, ring: Ring, now: float) -> None:
        """The customer who was called back is ready: now the phone of the agent kept free for him rings."""
        ring.reserved, ring.rung_at = False, now
        self.waiting.suspend_patience(segment)
        machine = self.floor.machine(ring.agent)
        assert machine is not None, "an agent is not forgotten while he is reserved"
        machine.deadline = now + segment.queue.ring_s + RING_GRACE_S
        self.floor.follow(machine)
        queue = segment.queue
        self.orders.append(RingAgent(segment.call, ring.agent, queue.id, queue.ring_s, ring.reason, choice=ring.choice))

    def take_back(self, ring: Ring, now: float) -> None:
        """Order the ring's end; until that is reported the agent's phone is taken to ring."""
        if ring.reserved:
            self.unreserved.append(ring.call)
            self._unreserve(ring, now)
            return
        if ring.taken_back:
            return
        ring.taken_back = True
        self.orders.append(CancelRing(ring.call, ring.agent))
        if (machine := self.floor.machine(ring.agent)) is not None:
            machine.take_back(now)
            self.floor.follow(machine)

    def _unreserve(self, ring: Ring, now: float) -> None:
        """The agent is no longer kept free: his phone does not ring yet, so there is no end to wait for."""
        self.rings.end(ring)
        machine = self.floor.machine(ring.agent)
        assert machine is not None, "an agent is not forgotten while he is reserved"
        machine.free(now)
        self.follow(machine)
        if (segment := self.waiting.segment(ring.call)) is not None:
            self.back_in_line(segment, now)

    def ring_ended(self, ring: Ring, outcome: RingOutcome, now: float) -> None:
        """The ring ended without an answer."""
        self.rings.end(ring)
        machine = self.floor.machine(ring.agent)
        assert machine is not None, "an agent is not forgotten while his phone rings"
        if not ring.taken_back:
            self.floor.cool_down(machine, outcome, now)
        # Whatever a ring that we took back ended with, the agent did not miss it.
        if ring.taken_back or outcome is RingOutcome.CANCELLED:
            machine.free(now)
        else:
            machine.miss(outcome, now)
        self.follow(machine)
        if (segment := self.waiting.segment(ring.call)) is not None:
            self.back_in_line(segment, now)

    def sweep(self, machine: AgentMachine, now: float) -> None:
        """The agent's state outlasted its deadline; a ring nobody reported the end of is lost."""
        ring = self.rings.of_agent(machine.agent.number)
        if ring is not None and ring.reserved:
            self._unreserve(ring, now)  # long enough: nobody else is kept free for this customer
            return
        if ring is not None:
            self.take_back(ring, now)
            self.rings.end(ring)
            self.floor.cool_down(machine, RingOutcome.UNREACHABLE, now)
        machine.sweep(now)
        self.follow(machine)
        if ring is not None and (segment := self.waiting.segment(ring.call)) is not None:
            self.back_in_line(segment, now)

    # ---- talks ----------------------------------------------------------------------------------

    def connect(self, call: CallId, agent: AgentNumber, queue: Queue | None, now: float) -> None:
        """Agent and caller hear each other: whatever we believed that contradicts it has ended."""
        self._end_unnoticed(self.talks.of_call(call), now)
        self._end_unnoticed(self.talks.of_agent(agent), now)
        ring = self.rings.between(call, agent)
        if ring is not None:
            self.rings.end(ring)
            queue = ring.queue
        else:
            self._give_up_ring(self.rings.of_call(call), now)
            self._give_up_ring(self.rings.of_agent(agent), now)
        if (segment := self.waiting.segment(call)) is not None:
            queue = segment.queue
            self.close(segment, Outcome.ANSWERED, now, agent)
        self.talks.begin(Talk(call, agent, queue, now))
        if (machine := self.floor.machine(agent)) is not None:
            machine.connect(call, queue, now)
            self.follow(machine)

    def hold(self, call: CallId, agent: AgentNumber, now: float, *, on_hold: bool) -> None:
        """The caller hears music by the agent's wish, or the agent again; of a talk we do not know it is no news."""
        machine = self.floor.machine(agent)
        if machine is None or machine.call != call or machine.state not in {AgentState.TALKING, AgentState.ON_HOLD}:
            return
        machine.hold(now, on_hold=on_hold)
        self.follow(machine)

    def end_talk(self, talk: Talk, by: TalkEndedBy, now: float) -> None:
        """They no longer hear each other."""
        talk_s = self.close_talk(talk, by, now)
        machine = self.floor.machine(talk.agent)
        if machine is None or machine.call != talk.call:
            return  # a phone that is no agent's, or was not when the talk began
        machine.end_talk(now)
        self.follow(machine)
        if talk.queue is not None:
            self.expected_wait.learn(talk.queue.id, talk_s + machine.wrap_up_s)

    def close_talk(self, talk: Talk, by: TalkEndedBy, ended_at: float) -> float:
        """The talk is over; how long it was, in seconds."""
        self.talks.end(talk)
        talk_s = max(0.0, ended_at - talk.answered_at)
        self.orders.append(CloseTalk(talk.call, talk.agent, talk_s, by))
        return talk_s

    def belongs_elsewhere(self, agent: AgentNumber, now: float) -> None:
        """The agent hears somebody who is no caller of his: whatever we believed that contradicts it has ended."""
        self._end_unnoticed(self.talks.of_agent(agent), now)
        self._give_up_ring(self.rings.of_agent(agent), now)

    def _end_unnoticed(self, talk: Talk | None, now: float) -> None:
        if talk is not None:
            self.end_talk(talk, TalkEndedBy.UNKNOWN, now)

    def _give_up_ring(self, ring: Ring | None, now: float) -> None:
        if ring is None:
            return
        reserved = ring.reserved
        self.take_back(ring, now)
        if not reserved:
            self.ring_ended(ring, RingOutcome.CANCELLED, now)
