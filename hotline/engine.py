"""The engine: facts in, machines asked, orders out. One task, and a step never awaits.

There are no locks: every fact is handled to its end before the next one begins. An `await` inside a step would
break exactly that, so nothing here is a coroutine.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet

import structlog

from acd.assigner import Assigner
from acd.distributor import Distributor
from hotline.agenda import Agenda
from hotline.arrivals import Arrivals
from hotline.asterisk import actions, translate
from hotline.asterisk.activity import End
from hotline.asterisk.orders import HangUpChannel
from hotline.callback_desk import CallbackDesk
from hotline.channels import Channels
from hotline.config import Config
from hotline.execution import Execution
from hotline.feature_desk import FeatureDesk
from hotline.handover_desk import HandoverDesk
from hotline.line import Line
from hotline.ports import NoSpeech, Ports, SpeechPort
from hotline.settings import Settings
from hotline.transfer_desk import TransferDesk
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from telephony.speech import SpeechOffered, SpeechStarted, SpeechStopped

log = structlog.get_logger()

ENGINE_EVENTS = e.CallEvent | e.DistributionEvent

DISTRIBUTION = (
    e.CallQueued
    | e.CallOfferable
    | e.CallLeftQueue
    | e.CallEnded
    | e.AgentRinging
    | e.RingEnded
    | e.AgentAnswered
    | e.TalkHeld
    | e.TalkEnded
    | e.CallTransferred
    | e.ConsultAsked
    | e.ConsultAnswered
    | e.ConsultEnded
    | e.CallbackAsked
    | e.CallbackFailed
    | e.CallbackCancelled
    | e.AgentAsked
    | e.AgentReachable
    | e.PhonesSeen
    | e.AgentStranded
)

NOT_JOURNALLED = (
    *(e.DigitBegan, e.PromptEnded, e.AgentReachable, e.PhonesSeen, e.TimeReached),
    *(SpeechStarted, SpeechStopped, SpeechOffered),
)
"""Facts without a use after the moment: they would be nine tenths of the journal. What a phone's use means for its
agent is written down with him."""

HINT_LISTS = 3
"""What is said of a phone's use is believed for as many times as long as lists of the phones are apart."""


class Engine:
    """All calls and the distributor, driven by facts."""

    def __init__(
        self, config: Config, distributor: Distributor, *, ports: Ports, settings: Settings, boot: str
    ) -> None:
        self.config = config
        self.distributor = distributor
        self.lines: dict[CallId, Line] = {}
        self.agenda: Agenda[tuple[str, str]] = Agenda()
        self.phones_told: dict[AgentNumber, e.PhoneUse] = {}
        """What phones were told to be in use for since the last list of them was asked for."""
        self.epoch = 0
        """Counts the link's connections: a line of an older one must be resynchronised."""
        self.connected = False
        """Whether the link is up; told by whoever watches it."""
        self.ports = ports
        self.settings = settings
        self.boot = boot
        self.arrivals = Arrivals(self)
        self.execution = Execution(self)
        self.channels = Channels(self)
        self.features = FeatureDesk(self)
        self.speech: SpeechPort = NoSpeech()
        self.transfers = TransferDesk(self)
        self.handovers = HandoverDesk(self)
        self.callbacks = CallbackDesk(self)
        self._desks: Mapping[str, HandoverDesk | CallbackDesk | TransferDesk] = {
            "transfer": self.handovers,
            "callback": self.callbacks,
            "sent": self.transfers,
        }
        """Whose deadlines have which name in the agenda."""
        self.wake: Callable[[], None] = lambda: None
        """Called when the earliest deadline may have changed."""
        self._inbox: deque[ENGINE_EVENTS] = deque()
        self._stepping = False
        self._reachable: dict[AgentNumber, bool] = {}
        """Whether each phone was there when last heard of."""

    @property
    def now(self) -> float:
        """The engine's clock; read once per fact, outside the machines."""
        return self.ports.clock.engine_now()

    # ---- facts in ---------------------------------------------------------------------------------

    def report(self, reported: translate.Reported) -> None:
        """Take one thing Asterisk said."""
        self.arrivals.take(reported)
        self.wake()

    def post(self, *events: ENGINE_EVENTS) -> None:
        """Queue facts and, unless a step is going on, handle them all."""
        self._inbox.extend(events)
        if self._stepping:
            return
        self._stepping = True
        try:
            while self._inbox:
                self._step(self._inbox.popleft())
        finally:
            self._stepping = False
        self.agenda.put(("distributor", ""), self.distributor.deadline)

    def phones_registered(self, endpoints: AbstractSet[str]) -> None:
        """Take a fresh list of the phones that are there: a hint for each agent. A fixed contact never registers."""
        for number, agent in self.config.roster.agents.items():
            self.post(e.AgentReachable(number, number in endpoints or agent.contact is not None))

    def phones_seen(self, uses: Mapping[AgentNumber, e.PhoneUse], *, listed: bool = False) -> None:
        """Take what phones are in use for, those of a list or one that has changed."""
        books = self.distributor  # knows who is gone from the roster, too, until his talk has ended
        known = {number: use for number, use in uses.items() if books.agent_state(number) is not None}
        if not listed:
            self.phones_told.update(known)
        if known or listed:
            self.post(e.PhonesSeen(known, HINT_LISTS * self.settings.phones_listed_every_s, listed))

    def time_reached(self) -> None:
        """Wake every machine whose deadline has come."""
        for kind, name in self.agenda.due(self.now):
            if kind == "distributor":
                self.distribute(e.TimeReached())
                self.post()
                continue
            call = CallId(name)
            line = self.lines.get(call)
            if desk := self._desks.get(kind):
                desk.time_reached(call)
            elif kind == "session":
                session = line.session if line else self.features.session(call) or self.handovers.session(call)
                if session:
                    self.channels.carry_out(session, session.time_reached(self.now))
            elif line:
                self.converse(line, e.TimeReached())
            self.post()

    # ---- one step ---------------------------------------------------------------------------------

    def _step(self, event: ENGINE_EVENTS) -> None:
        now = self.now
        if isinstance(event, NOT_JOURNALLED) and not self._is_news(event):
            self.ports.board.apply(event, now)
        else:
            self.note(event, now)
        self.execution.keep_figures(event, now)
        # The distributor first: when one ring has failed, the next is wanted before the music.
        if isinstance(event, DISTRIBUTION):
            self.distribute(event)
        if isinstance(event, e.CallEvent):
            line = self.lines.get(event.call)
            if line:
                self.converse(line, event)
        if isinstance(event, e.CallEnded):
            self._close_line(event)

    def _is_news(self, event: ENGINE_EVENTS) -> bool:
        """A phone that comes or goes is worth remembering, one that is still there is not."""
        if not isinstance(event, e.AgentReachable) or self._reachable.get(event.agent) is event.reachable:
            return False
        self._reachable[event.agent] = event.reachable
        return True

    def note(self, fact: object, now: float) -> None:
        """Write a fact down and show it."""
        self.ports.journal.append(fact, at=now, wall=self.ports.clock.wall_s())
        self.ports.board.apply(fact, now)
        self.ports.tell(fact)

    def converse(self, line: Line, event: object) -> None:
        """Ask the call's own machine and carry out what it says; a bug of ours ends at most this call."""
        try:
            for order in line.conversation.handle(event, self.now):
                self.execution.for_caller(line, order)
        except Exception:
            log.exception("conversation_failed", call=line.call, event_type=type(event).__name__)
            self._rescue(line)
        self.agenda.put(("conversation", line.call), line.conversation.deadline)

    def _rescue(self, line: Line) -> None:
        """Apologise and hand the caller to an agent, once; if even that fails, hang up rather than leave silence."""
        again, line.failed = line.failed, True
        try:
            if again:
                self.channels.carry_out(line.session, line.session.want(End(), self.now))
                return
            for order in line.conversation.fallback(self.now):
                self.execution.for_caller(line, order)
        except Exception:
            log.exception("rescue_failed", call=line.call)
            self.ports.link.send(actions.to_action(HangUpChannel(line.session.channel)))

    def distribute(self, event: e.DistributionEvent) -> None:
        """Ask the distributor; a bug there costs the call its place, never the hotline."""
        try:
            for order in self.distributor.handle(event, self.now):
                self.execution.for_distribution(order)
        except Exception:
            log.exception("distribution_failed", event_type=type(event).__name__)
            line = self.lines.get(getattr(event, "call", CallId("")))
            if line is not None:
                self._rescue(line)

    def queued(
        self, line: Line, queue: QueueId, topic: Topic, entered_at: float, *, passed_on: bool = True
    ) -> e.CallQueued:
        """A caller enters a queue; what he named in this call goes with him, whatever skill this queue asks for."""
        own, named = self.config.own_agents.get(line.caller), line.asked is not None
        asked, line.note = line.asked if line.asked != topic else None, None
        return e.CallQueued(
            *(line.call, queue, topic, line.caller, entered_at, line.vip, named, own),
            asked=asked,
            passed_on=passed_on,
            transferred=line.transferred,
        )

    def names(self, line: Line, topic: Topic) -> bool:
        """Whether this topic says anything: whoever asks for somebody at the top of the tree has named none."""
        return topic != line.config.menu.root_topic

    def keep_waiting(self, line: Line) -> float:
        """A caller has no agent any more and did not ask for that: his place, by what he has waited in all."""
        line.transferred, line.place_at = True, self.now - line.waited_s
        return line.place_at

    # ---- figures and ends -------------------------------------------------------------------------

    def _close_line(self, event: e.CallEnded) -> None:
        line = self.lines.pop(event.call, None)
        if line is None:
            return
        self.agenda.put(("conversation", line.call), None)
        self.agenda.put(("session", line.call), None)
        self.speech.call_ended(line.call)
        self.transfers.ended(line.call)
        talk = line.conversation
        log.info(
            "call_finished",
            call=line.call,
            channel=line.entry.channel,
            node=talk.node,
            queue=talk.queue,
            duration_s=round(self.now - line.arrived_at, 1),
            talks=line.talks,
            cause=event.cause,
            failed=line.failed,
        )
        self.wake()

    def reload(self, config: Config, assigner: Assigner | None = None) -> None:
        """Take a new, checked version and, with it, an assigner by its weights; calls in progress keep theirs."""
        self.config = config
        self.carry_out_all(self.distributor.reload(config.roster, self.now, assigner))
        self.post()

    def carry_out_all(self, orders: Iterable[c.DistributionCommand]) -> None:
        """Carry out what the distributor ordered outside a step."""
        for order in orders:
            self.execution.for_distribution(order)
