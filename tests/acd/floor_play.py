"""A tiny stage for distributor tests: a roster in a few words, and a distributor whose orders can be listed."""

from collections.abc import Iterable

from acd.agent import Agent
from acd.assigner import Assigner, LongestIdle
from acd.distributor import Distributor
from acd.history import History
from acd.limits import CoolDowns
from acd.queue import Queue, Roster
from telephony.commands import AgentState, DistributionCommand
from telephony.events import (
    AgentAnswered,
    AgentAsked,
    AgentWish,
    CallEnded,
    CallLeftQueue,
    CallOfferable,
    CallQueued,
    DistributionEvent,
    Outcome,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
    TimeReached,
)
from telephony.ids import AgentNumber, CallId, QueueId, Topic

REASONS = {"1": "小休", "2": "培训"}


def agent(number: str, **skills: int) -> Agent:
    """An agent; skills by keyword, `loan__amount=3` for the topic `loan.amount`."""
    by_topic = {Topic(topic.replace("__", ".")): level for topic, level in (skills or {"loan": 3}).items()}
    return Agent(AgentNumber(number), f"坐席{number}", "day", by_topic)


def queue(name: str = "loans", **settings: object) -> Queue:
    """A queue that announces nothing unless told to."""
    return Queue(QueueId(name), name, **({"announce_every_s": 0} | settings))  # type: ignore[arg-type]


def roster(agents: Iterable[Agent], queues: Iterable[Queue] = ()) -> Roster:
    """A roster of these agents and queues."""
    return Roster(
        {one.number: one for one in agents},
        {one.id: one for one in (list(queues) or [queue()])},
        REASONS,
    )


class Stage:
    """A distributor and the present moment."""

    def __init__(
        self,
        *agents: Agent,
        queues: Iterable[Queue] = (),
        cool_downs: CoolDowns | None = None,
        assigner: Assigner | None = None,
        history: History | None = None,
    ) -> None:
        self.roster = roster(agents, queues)
        self.distributor = Distributor(self.roster, assigner or LongestIdle(), cool_downs=cool_downs, history=history)
        self.now = 0.0

    def tell(self, event: DistributionEvent) -> list[DistributionCommand]:
        return self.distributor.handle(event, self.now)

    def sign_in(self, *numbers: str) -> list[DistributionCommand]:
        return [order for number in numbers for order in self.wish(number, AgentWish.SIGN_IN)]

    def wish(self, number: str, wish: AgentWish, reason: str = "") -> list[DistributionCommand]:
        return self.tell(AgentAsked(AgentNumber(number), wish, reason))

    def queued(
        self, call: str, name: str = "loans", topic: str = "loan.amount", *, entered_at: float | None = None
    ) -> list[DistributionCommand]:
        at = self.now if entered_at is None else entered_at
        return self.tell(CallQueued(CallId(call), QueueId(name), Topic(topic), "13800000000", at))

    def offerable(self, call: str) -> list[DistributionCommand]:
        return self.tell(CallOfferable(CallId(call)))

    def waits(self, call: str, name: str = "loans", topic: str = "loan.amount") -> list[DistributionCommand]:
        """Queued, and has heard what must be heard."""
        return self.queued(call, name, topic) + self.offerable(call)

    def ring_ended(self, call: str, number: str, outcome: RingOutcome) -> list[DistributionCommand]:
        return self.tell(RingEnded(CallId(call), AgentNumber(number), outcome))

    def answered(self, call: str, number: str) -> list[DistributionCommand]:
        return self.tell(AgentAnswered(CallId(call), AgentNumber(number)))

    def talk_ended(self, call: str, number: str, by: TalkEndedBy = TalkEndedBy.CALLER) -> list[DistributionCommand]:
        return self.tell(TalkEnded(CallId(call), AgentNumber(number), by))

    def left(self, call: str, outcome: Outcome = Outcome.LEFT_BY_KEY) -> list[DistributionCommand]:
        return self.tell(CallLeftQueue(CallId(call), outcome))

    def ended(self, call: str) -> list[DistributionCommand]:
        return self.tell(CallEnded(CallId(call), 16))

    def after(self, seconds: float) -> list[DistributionCommand]:
        """Let time pass, waking the distributor at each of its deadlines, as the engine does."""
        orders = []
        until = self.now + seconds
        while (due := self.distributor.deadline) is not None and due <= until:
            self.now = max(self.now, due)
            orders += self.tell(TimeReached())
        self.now = until
        return orders

    def state(self, number: str) -> AgentState | None:
        return self.distributor.agent_state(AgentNumber(number))


def kinds(orders: Iterable[DistributionCommand]) -> list[str]:
    """The names of orders, for scripts that are about their sequence."""
    return [type(order).__name__ for order in orders]
