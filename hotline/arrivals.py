"""What Asterisk says, brought to whom it concerns: new callers, callers who come back, and facts about either."""

from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never

from hotline.asterisk import translate
from hotline.asterisk.orders import AgentFact, AgiStarted, ChannelGone, SessionFact
from hotline.asterisk.session import Session
from hotline.asterisk.translate import Arrival, Attended, ForCall, PhoneSeen, PhoneUsed
from hotline.line import Line
from ivr.conversation import Conversation, Phase
from telephony import events as e
from telephony.ids import CallId
from telephony.numbers import normalise_number
from telephony.speech import SpeechStarted

if TYPE_CHECKING:
    from hotline.engine import Engine


class Arrivals:
    """Between Asterisk's channels and our calls."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self.on_unknown_arrival: Callable[[Arrival], bool] = lambda _arrival: False
        """Asked first about a caller we do not know: `Adoption` may."""
        self.on_unknown_end: Callable[[CallId, ChannelGone], None] = lambda _call, _gone: None
        """Told that a caller we do not drive has gone: `Adoption` may have waited for him."""

    def take(self, reported: translate.Reported) -> None:
        """Take one thing Asterisk said."""
        match reported:
            case Arrival():
                self.arrived(reported)
            case ForCall(call, fact):
                self.about_call(call, fact)
            case PhoneSeen(agent, reachable):
                if agent in self._engine.config.roster.agents:
                    self._engine.post(e.AgentReachable(agent, reachable))
            case PhoneUsed(agent, use):
                self._engine.phones_seen({agent: use})
            case Attended():
                self._engine.transfers.attended(reported)
            case _:
                assert_never(reported)

    def arrived(self, arrival: Arrival) -> None:
        """Somebody is in our hands: an agent, a customer we called, a caller who comes back, or a new one."""
        engine = self._engine
        if arrival.context == translate.FEATURE_CONTEXT:
            engine.features.arrived(arrival)
            return
        if arrival.context == translate.CONSULT_CONTEXT:
            engine.handovers.arrived(arrival)
            return
        line = engine.lines.get(arrival.call)
        if line is None and engine.callbacks.arrived(arrival):
            return
        if line is None:
            if not self.on_unknown_arrival(arrival):
                self.open_line(arrival)
            return
        line.epoch = engine.epoch
        if not engine.transfers.came_back(line, arrival):
            engine.channels.carry_out(line.session, line.session.handle(AgiStarted(arrival.channel), engine.now))
            self.resume_conversation(line)
        line.extension = arrival.extension

    def open_line(self, arrival: Arrival) -> Line:
        """Greet a new caller."""
        line = self.new_line(arrival.call, arrival.channel, arrival.extension, arrival.caller)
        line.extension = arrival.extension
        line.session.handle(AgiStarted(arrival.channel), self._engine.now)
        self._engine.post(e.CallArrived(arrival.call, arrival.extension, arrival.caller, arrival.caller_name))
        return line

    def new_line(self, call: CallId, channel: str, dialled: str, caller: str) -> Line:
        """Set up what we keep of a call."""
        engine = self._engine
        config, now = engine.config, engine.now
        entry = config.menu.entry(dialled)
        number = normalise_number(caller)
        conversation = Conversation(
            config.menu,
            call,
            entry=entry,
            open_now=config.menu.hours.is_open(engine.ports.clock.wall_now()),
            recorded=engine.settings.record_calls,
            speech=engine.speech.offered,
        )
        conversation.music = {queue.id: queue.music for queue in config.roster.queues.values()}
        conversation.after_talk = {queue.id: queue.after_talk.value for queue in config.roster.queues.values()}
        conversation.ways_out = {queue.id: queue.way_out for queue in config.roster.queues.values()}
        if engine.callbacks.offered:
            queues = config.roster.queues.values()
            conversation.callback_queues = {queue.id for queue in queues if queue.callback is not None}
            conversation.own_number = number
        line = Line(
            call,
            Session(call, channel, engine.boot),
            conversation,
            config,
            entry,
            number,
            arrived_at=now,
            epoch=engine.epoch,
            vip=number in config.menu.vip_callers,
        )
        engine.lines[call] = line
        return line

    def resume_conversation(self, line: Line) -> None:
        """Tell the conversation that the caller is back from where we could not reach him."""
        talk = line.conversation
        if talk.phase is Phase.MENU:
            self._engine.post(e.CallResumed(line.call, talk.node))
        elif talk.phase in {Phase.QUEUE, Phase.RINGING}:
            heard = line.notice_heard
            self._engine.post(
                e.CallResumed(line.call, talk.node, talk.queue, talk.topic, talk.entered_at, notice_heard=heard)
            )

    def about_call(self, call: CallId, fact: SessionFact | AgentFact | translate.CallerFact) -> None:
        """A fact about one call, for whoever of us has it."""
        engine = self._engine
        line = engine.lines.get(call)
        if not isinstance(fact, translate.CallerFact) and engine.transfers.about(call, fact):
            engine.post()
            return
        assert not isinstance(fact, AgentFact), "the transfer desk takes all of them"
        if line is None:
            if isinstance(fact, ChannelGone):
                engine.callbacks.gone(call)
                self.on_unknown_end(call, fact)
                engine.speech.channel_ended(call)
            engine.features.about(call, fact)
        elif isinstance(fact, translate.CallerFact):
            if isinstance(fact, SpeechStarted):
                engine.speech.sound_began(call)
            engine.post(fact)
        else:
            engine.channels.carry_out(line.session, line.session.handle(fact, engine.now))
