"""Agents' phones that dialled a feature code: ask the distributor, say what became of it, hang up."""

from typing import TYPE_CHECKING

from acd.feature_codes import parse_feature_code
from hotline.asterisk.activity import End
from hotline.asterisk.orders import AgiStarted, SessionEvent, SessionFact
from hotline.asterisk.session import Session
from hotline.asterisk.translate import Arrival, CallerFact, endpoint_of
from hotline.line import FeatureCall
from telephony.commands import AnswerWish
from telephony.events import AgentAsked, CallEnded, PromptEnded
from telephony.ids import AgentNumber, CallId

if TYPE_CHECKING:
    from hotline.engine import Engine

ANSWER_PROMPT = 1
"""A feature call plays exactly one prompt."""


class FeatureDesk:
    """Short calls from agents' own phones."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._calls: dict[CallId, FeatureCall] = {}
        self._asking: list[FeatureCall] = []
        self.answers: list[AnswerWish] = []
        """Replies not meant for a phone, taken by whoever asked (the control socket)."""

    def session(self, call: CallId) -> Session | None:
        """The session of a feature call."""
        known = self._calls.get(call)
        return known.session if known else None

    def arrived(self, arrival: Arrival) -> None:
        """Take an agent's phone that dialled a code."""
        engine = self._engine
        agent = AgentNumber(endpoint_of(arrival.channel))
        call = FeatureCall(agent, Session(arrival.call, arrival.channel, engine.boot))
        self._calls[arrival.call] = call
        call.session.handle(AgiStarted(arrival.channel), engine.now)
        asked = parse_feature_code(arrival.extension, agent, engine.config.roster.not_ready_reasons)
        if asked is None or agent not in engine.config.roster.agents:
            self._say(call, "unknown_code")
            return
        self._asking.append(call)
        engine.post(asked)
        self._asking.remove(call)

    def ask(self, asked: AgentAsked) -> AnswerWish | None:
        """Ask for an agent from the control socket; the answer at once."""
        self.answers.clear()
        self._engine.post(asked)
        return next((answer for answer in self.answers if answer.agent == asked.agent), None)

    def answer(self, answer: AnswerWish) -> None:
        """Tell the one who asked."""
        waiting = next((call for call in self._asking if call.agent == answer.agent), None)
        if waiting is None:
            self.answers.append(answer)
        else:
            self._say(waiting, answer.wish.value if answer.granted else "refused")

    def about(self, call: CallId, fact: SessionFact | CallerFact) -> None:
        """Take a fact about a feature call; others are not ours, and its keys mean nothing."""
        known = self._calls.get(call)
        if known is not None and not isinstance(fact, CallerFact):
            engine = self._engine
            engine.channels.carry_out(known.session, known.session.handle(fact, engine.now))

    def or_post(self, session: Session, event: SessionEvent) -> None:
        """Keep the events of feature calls, pass on the callers'."""
        if session.call not in self._calls:
            self._engine.post(event)
        elif isinstance(event, CallEnded):
            del self._calls[session.call]
            self._engine.agenda.put(("session", session.call), None)
        elif isinstance(event, PromptEnded):
            self._engine.channels.carry_out(session, session.want(End(), self._engine.now))

    def _say(self, call: FeatureCall, phrase: str) -> None:
        call.prompt = ANSWER_PROMPT
        self._engine.channels.play(call.session, ANSWER_PROMPT, self._engine.config.menu.phrases.feature[phrase])
