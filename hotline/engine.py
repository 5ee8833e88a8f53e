"""The engine: facts in, machines asked, orders out. One task, and a step never awaits.

There are no locks: every fact is handled to its end before the next one begins. An `await` inside a step would
break exactly that, so nothing here is a coroutine.
"""

from collections import deque
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import assert_never

import structlog

from acd.assigner import Assigner
from acd.distributor import Distributor
from hotline.agenda import Agenda
from hotline.asterisk import translate
from hotline.asterisk.activity import End, Ring
from hotline.asterisk.orders import (
    AgentFact,
    AgiStarted,
    ChannelGone,
    HangUpChannel,
    SessionFact,
)
from hotline.asterisk.session import Session
from hotline.asterisk.translate import Arrival, ForCall, PhoneSeen
from hotline.callback_desk import CallbackDesk
from hotline.channels import Channels
from hotline.config import Config
from hotline.feature_desk import FeatureDesk
from hotline.line import Line
from hotline.ports import NoSpeech, Ports, SpeechPort
from hotline.records import recording_file
from hotline.settings import Settings
from hotline.transfer_desk import TransferDesk
from ivr.conversation import Conversation, Phase
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from telephony.numbers import normalise_number
from telephony.prompt import Say
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
)

JOURNALLED_ORDERS = (
    *(c.EnterNode, c.NoteCaller, c.WidenCall, c.RingAgent),
    *(c.RefuseCall, c.ShowAgent, c.CloseSegment, c.CloseTalk),
    c.ShowCallback,
)
"""Orders worth remembering: where the caller is, who was chosen and why, how it ended."""

NOT_JOURNALLED = (
    *(e.DigitBegan, e.PromptEnded, e.AgentReachable, e.TimeReached),
    *(SpeechStarted, SpeechStopped, SpeechOffered),
)
"""Facts without a use after the moment: they would be nine tenths of the journal."""

LEAVING_THE_MENU = (c.EnterQueue, c.HangUp)
"""Orders after which nobody acts on what the caller says."""


class Engine:
    """All calls and the distributor, driven by facts."""

    def __init__(
        self, config: Config, distributor: Distributor, *, ports: Ports, settings: Settings, boot: str
    ) -> None:
        self.config = config
        self.distributor = distributor
        self.lines: dict[CallId, Line] = {}
        self.agenda: Agenda[tuple[str, str]] = Agenda()
        self.epoch = 0
        """Counts the link's connections: a line of an older one must be resynchronised."""
        self.connected = False
        """Whether the link is up; told by whoever watches it."""
        self.ports = ports
        self.settings = settings
        self.boot = boot
        self.channels = Channels(self)
        self.features = FeatureDesk(self)
        self.speech: SpeechPort = NoSpeech()
        self.transfers = TransferDesk(self)
        self.callbacks = CallbackDesk(self)
        self.on_unknown_arrival: Callable[[Arrival], bool] = lambda _arrival: False
        """Asked first about a caller we do not know: `Adoption` may."""
        self.on_unknown_end: Callable[[CallId, ChannelGone], None] = lambda _call, _gone: None
        """Told that a caller we do not drive has gone: `Adoption` may have waited for him."""
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
        match reported:
            case Arrival():
                self._arrived(reported)
            case ForCall(call, fact):
                self._about_call(call, fact)
            case PhoneSeen(agent, reachable):
                if agent in self.config.roster.agents:
                    self.post(e.AgentReachable(agent, reachable))
            case _:
                assert_never(reported)
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

    def time_reached(self) -> None:
        """Wake every machine whose deadline has come."""
        for kind, name in self.agenda.due(self.now):
            if kind == "distributor":
                self.distribute(e.TimeReached())
                self.post()
                continue
            call = CallId(name)
            line = self.lines.get(call)
            if kind == "transfer":
                self.transfers.time_reached(call)
            elif kind == "callback":
                self.callbacks.time_reached(call)
            elif kind == "session":
                session = line.session if line else self.features.session(call) or self.transfers.session(call)
                if session:
                    self.channels.carry_out(session, session.time_reached(self.now))
            elif line:
                self.converse(line, e.TimeReached())
            self.post()

    def _arrived(self, arrival: Arrival) -> None:
        if arrival.context == translate.FEATURE_CONTEXT:
            self.features.arrived(arrival)
            return
        if arrival.context == translate.CONSULT_CONTEXT:
            self.transfers.arrived(arrival)
            return
        line = self.lines.get(arrival.call)
        if line is None and self.callbacks.arrived(arrival):
            return
        if line is None:
            if not self.on_unknown_arrival(arrival):
                self.open_line(arrival)
            return
        line.epoch = self.epoch
        if not self.transfers.came_back(line, arrival):
            self.channels.carry_out(line.session, line.session.handle(AgiStarted(arrival.channel), self.now))
            self.resume_conversation(line)
        line.extension = arrival.extension

    def open_line(self, arrival: Arrival) -> Line:
        """Greet a new caller."""
        line = self.new_line(arrival.call, arrival.channel, arrival.extension, arrival.caller)
        line.extension = arrival.extension
        line.session.handle(AgiStarted(arrival.channel), self.now)
        self.post(e.CallArrived(arrival.call, arrival.extension, arrival.caller, arrival.caller_name))
        return line

    def new_line(self, call: CallId, channel: str, dialled: str, caller: str) -> Line:
        """Set up what we keep of a call."""
        config, now = self.config, self.now
        entry = config.menu.entry(dialled)
        number = normalise_number(caller)
        conversation = Conversation(
            config.menu,
            call,
            entry=entry,
            open_now=config.menu.hours.is_open(self.ports.clock.wall_now()),
            recorded=self.settings.record_calls,
            speech=self.speech.offered,
        )
        conversation.music = {queue.id: queue.music for queue in config.roster.queues.values()}
        conversation.after_talk = {queue.id: queue.after_talk.value for queue in config.roster.queues.values()}
        if self.callbacks.offered:
            queues = config.roster.queues.values()
            conversation.callback_queues = {queue.id for queue in queues if queue.callback is not None}
            conversation.own_number = number
        line = Line(
            call,
            Session(call, channel, self.boot),
            conversation,
            config,
            entry,
            number,
            arrived_at=now,
            epoch=self.epoch,
            vip=number in config.menu.vip_callers,
        )
        self.lines[call] = line
        return line

    def resume_conversation(self, line: Line) -> None:
        """Tell the conversation that the caller is back from where we could not reach him."""
        talk = line.conversation
        if talk.phase is Phase.MENU:
            self.post(e.CallResumed(line.call, talk.node))
        elif talk.phase in {Phase.QUEUE, Phase.RINGING}:
            heard = line.notice_heard
            self.post(e.CallResumed(line.call, talk.node, talk.queue, talk.topic, talk.entered_at, notice_heard=heard))

    def _about_call(self, call: CallId, fact: SessionFact | AgentFact | translate.CallerFact) -> None:
        line = self.lines.get(call)
        if not isinstance(fact, translate.CallerFact) and self.transfers.about(call, fact):
            self.post()
            return
        assert not isinstance(fact, AgentFact), "the transfer desk takes all of them"
        if line is None:
            if isinstance(fact, ChannelGone):
                self.callbacks.gone(call)
                self.on_unknown_end(call, fact)
                self.speech.channel_ended(call)
            self.features.about(call, fact)
        elif isinstance(fact, translate.CallerFact):
            if isinstance(fact, SpeechStarted):
                self.speech.sound_began(call)
            self.post(fact)
        else:
            self.channels.carry_out(line.session, line.session.handle(fact, self.now))

    # ---- one step ---------------------------------------------------------------------------------

    def _step(self, event: ENGINE_EVENTS) -> None:
        now = self.now
        if isinstance(event, NOT_JOURNALLED) and not self._is_news(event):
            self.ports.board.apply(event, now)
        else:
            self.note(event, now)
        self._keep_figures(event, now)
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
                self._carry_out_for_caller(line, order)
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
                self._carry_out_for_caller(line, order)
        except Exception:
            log.exception("rescue_failed", call=line.call)
            self.ports.link.send(translate.to_action(HangUpChannel(line.session.channel)))

    def distribute(self, event: e.DistributionEvent) -> None:
        """Ask the distributor; a bug there costs the call its place, never the hotline."""
        try:
            for order in self.distributor.handle(event, self.now):
                self._carry_out_distribution(order)
        except Exception:
            log.exception("distribution_failed", event_type=type(event).__name__)
            line = self.lines.get(getattr(event, "call", CallId("")))
            if line is not None:
                self._rescue(line)

    def queued(self, line: Line, queue: QueueId, topic: Topic, entered_at: float) -> e.CallQueued:
        """A caller enters a queue; whoever asks for somebody at the top of the tree has named no topic."""
        menu = line.config.menu
        named = topic != (menu.root.topic or Topic(menu.root.id))
        own = self.config.own_agents.get(line.caller)
        return e.CallQueued(line.call, queue, topic, line.caller, entered_at, line.vip, named, own)

    # ---- orders out -------------------------------------------------------------------------------

    def _carry_out_for_caller(self, line: Line, order: c.CallCommand) -> None:  # noqa: C901, PLR0912, PLR0915 - a case per order
        session, now = line.session, self.now
        if isinstance(order, LEAVING_THE_MENU):
            self.speech.close(line.call)
        match order:
            case c.PlayPrompt(_, prompt, what, resumes):
                self.ports.tell(order)
                self.channels.play(session, prompt, what, resumes)
            case c.Listen():
                self.speech.listen(order, session.channel, line.config.menu.version)
            case c.StopListening(call):
                self.speech.pause(call)
            case c.StopPrompt():
                self.channels.carry_out(session, session.stop(now))
            case c.PlayMusic(_, music):
                self.channels.carry_out(session, session.music(music, now))
            case c.EnterNode():
                session.quiet()
                self.note(order, now)
            case c.EnterQueue(call, queue, topic):
                line.notice_heard = False
                line.place_at, line.kept_place_at = line.kept_place_at, None
                kept = line.place_at is not None
                self.post(replace(self.queued(line, queue, topic, now), place_at=line.place_at, resumed=kept))
            case c.OfferCall(call):
                line.notice_heard = True
                self.post(e.CallOfferable(call))
            case c.LeaveQueue(call, outcome):
                session.quiet()
                self.post(e.CallLeftQueue(call, outcome))
            case c.AskCallback(_, number):
                self.callbacks.ask(line, number)
            case c.HangUp():
                self.ports.board.apply(order, now)  # not a fact to remember: what follows from it is
                self.channels.carry_out(session, session.want(End(), now))
            case _:
                assert_never(order)

    def _attend(self, line: Line, order: c.Listen | c.StopListening) -> None:
        if isinstance(order, c.Listen):
            self.speech.listen(order, line.session.channel, line.config.menu.version)
        else:
            self.speech.pause(order.call)

    def _carry_out_distribution(self, order: c.DistributionCommand) -> None:  # noqa: C901 - one case per order
        now = self.now
        if isinstance(order, JOURNALLED_ORDERS):
            self.note(order, now)
        match order:
            case c.RingAgent():
                self._ring(order)
            case c.CancelRing(call, _):
                if line := self.lines.get(call):
                    self.channels.carry_out(line.session, line.session.cancel_ring())
            case c.TellPlace(call) | c.RefuseCall(call):
                if line := self.lines.get(call):
                    self.converse(line, order)
            case c.MoveCall():
                self._move(order)
            case c.RingColleague() | c.RefuseConsult():
                self.transfers.carry_out(order)
            case c.CallCustomer():
                self.callbacks.dial(order)
            case c.AnswerWish():
                self.features.answer(order)
            case c.ShowAgent() | c.ShowCallback() | c.NoteCaller() | c.WidenCall() | c.CloseSegment() | c.CloseTalk():
                pass
            case _:
                assert_never(order)

    def _move(self, order: c.MoveCall) -> None:
        """Another queue takes the caller: a new stay at the old place, and nothing is to be heard first again."""
        line = self.lines.get(order.call)
        if line is None:
            return
        self.converse(line, order)
        line.place_at = order.place_at
        self.post(
            replace(self.queued(line, order.queue, order.topic, self.now), place_at=order.place_at),
            *([e.CallOfferable(order.call)] if line.notice_heard else []),
        )

    def _ring(self, order: c.RingAgent) -> None:
        line = self.lines.get(order.call)
        if line is None:
            self.post(e.RingEnded(order.call, order.agent, e.RingOutcome.CANCELLED))
            return
        self.converse(line, order)  # nothing may be said any more that the ring would wait for
        announcement = ""
        if self.settings.announce_agent:
            segment = Say(line.config.menu.phrases.agent_number.format(n=order.agent))
            announcement = str(self.ports.prompts.path_of(segment) or "")
        wanted = Ring(order.agent, order.timeout_s, announcement)
        self.channels.carry_out(line.session, line.session.want(wanted, self.now))

    # ---- figures and ends -------------------------------------------------------------------------

    def _keep_figures(self, event: ENGINE_EVENTS, now: float) -> None:
        """Remember who talks to whom, and record the talk."""
        line = self.lines.get(event.call) if isinstance(event, e.AgentAnswered | e.TalkEnded | e.AgentRinging) else None
        if line is None:
            return
        if isinstance(event, e.AgentAnswered):
            self.speech.close(event.call)
            line.agent, line.answered_at, line.talks = event.agent, now, line.talks + 1
            if self.settings.record_calls:
                file = recording_file(self.settings, line.call, self.ports.clock.wall_now(), line.talks)
                self.ports.link.send(translate.start_recording(line.session.channel, str(file)))
        elif isinstance(event, e.TalkEnded):
            line.agent = None

    def _close_line(self, event: e.CallEnded) -> None:
        line = self.lines.pop(event.call, None)
        if line is None:
            return
        self.agenda.put(("conversation", line.call), None)
        self.agenda.put(("session", line.call), None)
        self.speech.call_ended(line.call)
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
            self._carry_out_distribution(order)
