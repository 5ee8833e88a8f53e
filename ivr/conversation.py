"""One call from arrival to hang-up: the menu, the queue, the talk, the farewell, each with its own machine.

The engine talks to this machine only. It meets the distributor in the engine: `EnterQueue`, `OfferCall` and
`LeaveQueue` become the distributor's `CallQueued`, `CallOfferable` and `CallLeftQueue`; the distributor's `RingAgent`
(before it is carried out), `TellPlace`, `MoveCall` and `RefuseCall` are handed to `Conversation.handle` as if facts.

A call resumed into a queue says no `EnterQueue`: whoever resumes it tells the distributor, with the old place.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import ClassVar

from ivr.attention import Attention
from ivr.farewell import Farewell, FarewellState
from ivr.menu import Entry, Menu
from ivr.phase import AFTER_WAIT, AFTER_WALK, Phase
from ivr.speaker import latest_only
from ivr.waiting import Waiting
from ivr.waiting_state import WaitingState
from ivr.walker import Walker
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic
from telephony.machine import Machine, Step, Table, ignore, step, steps
from telephony.prompt import Prompt
from telephony.speech import SpeechFailed, SpeechHeard, SpeechOffered, SpeechStarted, SpeechStopped
from telephony.way_out import WayOut

Commands = list[c.CallCommand]


__all__ = ["Conversation", "Phase"]

STRAY = (e.CallTransferred, c.RingAgent, e.AgentRinging, e.RingEnded, c.TellPlace, c.RefuseCall, c.MoveCall)
"""What the distributor may still say about a caller who has left its queue."""

KEYS = (e.DigitBegan, e.DigitPressed)

NEWS = (SpeechFailed, SpeechOffered)
"""Whether anybody can listen: known in every phase, for the next time in the menu."""

UNHEARD = (SpeechStarted, SpeechStopped, SpeechHeard)
"""What is said outside the menu, where nobody acts on it."""


class Conversation(Machine[Phase, c.CallCommand]):
    """One caller."""

    called_back: c.EnterQueue | None = None
    """Of a customer we have called: where he goes instead of the menu."""
    callback_queues: AbstractSet[QueueId] = frozenset()
    """Queues whose callers may ask to be called back."""
    own_number: str = ""
    """The caller's number, empty if withheld. Personal data."""
    after_talk: Mapping[QueueId, str] = MappingProxyType({})
    """What follows when the agent of a queue hangs up: `menu`, `survey`, or goodbye where it says nothing."""

    ways_out: Mapping[QueueId, WayOut] = MappingProxyType({})
    """How callers leave each queue by key; others have the default."""

    def __init__(  # noqa: PLR0913 - what a call begins with
        self, menu: Menu, call: CallId, *, entry: Entry, open_now: bool, recorded: bool, speech: bool = False
    ) -> None:
        self.state = Phase.MENU
        self.node: NodeId = entry.node
        """Where in the menu the caller is, or was last."""
        self.queue: QueueId | None = None
        """Where the caller waits, or waited last."""
        self.topic: Topic | None = None
        self.agent: AgentNumber | None = None
        """Who is being rung, or talks."""
        self.entered_at = 0.0
        """When the caller entered the queue: the place in it."""
        self.since_at: float | None = None
        """When the phase began."""
        self.music: Mapping[QueueId, str] = {}
        """Music class of each queue; others have the default."""
        self._menu = menu
        self._call = call
        self._entry = entry
        self._open = open_now
        self._recorded = recorded
        self._attention = Attention(call, offered=speech)
        self._walker = Walker(menu, call, entry=entry, open_now=open_now, attention=self._attention)
        self._waiting: Waiting | None = None
        self._first_prompt = 1
        """Number of the next prompt while nobody has the word."""
        self._part: Walker | Waiting | Farewell | None = self._walker
        """Who has the word; None during a talk and after the end."""
        self._queued = False
        """Whether the distributor counts the caller as waiting, as far as we told it."""
        self._fell = False
        """Whether a machine of ours has failed in this call."""

    @property
    def phase(self) -> Phase:
        """What the caller is doing."""
        return self.state

    @property
    def deadline(self) -> float | None:
        """When `TimeReached` is due; None during a talk, before the call arrives and after it ended."""
        return self._part.deadline if self._part else None

    def handle(self, event: object, now: float) -> Commands:
        """Take one fact about the call, or one order of the distributor that the caller hears."""
        commands = super().handle(event, now)
        if isinstance(event, c.RefuseCall | e.AgentAnswered):
            self._queued = False
        return self._tidy(commands, now)

    def resume_talk(self, agent: AgentNumber, now: float) -> None:
        """The caller was found talking to this agent: stay out of it."""
        self.agent = agent
        self._give_word_to(None)
        self._turn(Phase.TALK, now)

    def fallback(self, now: float) -> Commands:
        """A machine of ours failed: apologise and pass the caller to people; the second time, and at night, part.

        A talk is not ours to disturb, and a farewell is brought to its end.
        """
        if self.state in {Phase.TALK, Phase.ENDED}:
            return []
        if self.state is Phase.FAREWELL:
            return self._tidy(self._new_farewell().hang_up(now), now)
        commands: Commands = [c.LeaveQueue(self._call, e.Outcome.WITHDRAWN)] if self._queued else []
        phrases = self._menu.phrases
        commands = [*self._attention.turn_away(), *commands]
        if self._fell or not self._open:
            commands += self._say_farewell((phrases.goodbye,), now)
        else:
            node = self._menu.nearest(self.node)
            enter = c.EnterQueue(self._call, self._menu.default_queue, self.topic or node.topic or Topic(node.id))
            commands += [enter, *self._queue_up(enter, now, (phrases.error,))]
        self._fell = True
        return self._tidy(commands, now)

    # ---- who has the word -------------------------------------------------------------------------

    def _turn(self, phase: Phase, now: float) -> None:
        if phase is not self.state or self.since_at is None:
            self.state, self.since_at = phase, now

    def _give_word_to(self, part: Walker | Waiting | Farewell | None) -> None:
        self._first_prompt = self._next_prompt
        self._part = part

    @property
    def _next_prompt(self) -> int:
        """Numbers go on from part to part: none is given twice in a call."""
        return self._part.next_prompt if self._part else self._first_prompt

    def _tidy(self, commands: Commands, now: float) -> Commands:
        """Keep account of what we ordered; one breath says one thing."""
        for command in commands:
            if isinstance(command, c.EnterQueue | c.LeaveQueue):
                self._queued = isinstance(command, c.EnterQueue)
            elif isinstance(command, c.HangUp) and not isinstance(self._part, Farewell):
                self._new_farewell().expect_end(now)
        return latest_only(commands)

    # ---- in the menu ------------------------------------------------------------------------------

    def _walk(self, event: object, now: float) -> Commands:
        commands = self._walker.handle(event, now)
        self.node = self._walker.node
        enter = next((command for command in commands if isinstance(command, c.EnterQueue)), None)
        if enter is not None:
            opening = () if self._walker.told_of_agent else (self._menu.phrases.to_agent,)
            return [*commands, *self._queue_up(enter, now, opening)]
        self._turn(AFTER_WALK.get(self._walker.state, Phase.MENU), now)
        return commands

    def _arrive(self, event: e.CallArrived, now: float) -> Commands:
        """Into the menu or, for a customer we have called, straight into the queue where he has his place."""
        if (enter := self.called_back) is None:
            return self._walk(event, now)
        return [enter, *self._queue_up(enter, now, (self._menu.phrases.callback_greeting,))]

    def _resume(self, event: e.CallResumed, now: float) -> Commands:
        if event.queue is None:
            return self._walk(event, now)
        self.node = self._menu.nearest(event.node).id
        self.topic, self.entered_at, self._queued = event.topic, event.entered_at, True
        return self._new_waiting(event.queue, now).handle(event, now)

    def _back_to_menu(self, now: float) -> Commands:
        """Back to the choices the caller came from; a leaf has none and would lead straight into the queue again."""
        node = self._menu.nearest(self.node)
        target = node.parent if node.is_leaf and node.parent is not None else node.id
        self.queue = self.topic = None
        self._walker = Walker(
            self._menu,
            self._call,
            entry=self._entry,
            open_now=self._open,
            first_prompt=self._next_prompt,
            attention=self._attention,
        )
        self._give_word_to(self._walker)
        return self._walk(e.CallResumed(self._call, target), now)

    # ---- in the queue -----------------------------------------------------------------------------

    def _new_waiting(self, queue: QueueId, now: float, *, recorded: bool | None = None) -> Waiting:
        self.queue = queue
        self._waiting = Waiting(
            self._menu,
            self._call,
            recorded=self._recorded if recorded is None else recorded,
            music=self.music.get(queue, "default"),
            first_prompt=self._next_prompt,
        )
        self._waiting.callback, self._waiting.way_out = self._callback(queue), self._way_out(queue)
        self._give_word_to(self._waiting)
        self._turn(Phase.QUEUE, now)
        return self._waiting

    def _callback(self, queue: QueueId) -> str | None:
        """The number to offer a call-back at; whoever has been called back already is not asked again."""
        return self.own_number if queue in self.callback_queues and self.called_back is None else None

    def _way_out(self, queue: QueueId) -> WayOut:
        return self.ways_out.get(queue, WayOut())

    def _queue_up(self, enter: c.EnterQueue, now: float, opening: tuple[Prompt, ...]) -> Commands:
        self.topic, self.entered_at, self.agent = enter.topic, now, None
        waiting = self._new_waiting(enter.queue, now)
        waiting.opening = opening
        return waiting.handle(enter, now)

    def _wait(self, event: object, now: float) -> Commands:
        waiting = self._waiting
        assert waiting is not None
        commands = waiting.handle(event, now)
        self.agent = waiting.agent
        if waiting.state is WaitingState.LEFT:
            return [*commands, *self._back_to_menu(now)]
        self._turn(AFTER_WAIT.get(waiting.state, Phase.QUEUE), now)
        if waiting.state is WaitingState.ANSWERED:
            self._give_word_to(None)
        return commands

    def _moved(self, event: c.MoveCall, _now: float) -> Commands:
        """Another queue has taken the caller; all he may notice is other music. He still waits, as far as we told."""
        assert self._waiting is not None
        self.queue, self.topic = event.queue, event.topic
        self._waiting.callback, self._waiting.way_out = self._callback(event.queue), self._way_out(event.queue)
        return self._waiting.change_music(self.music.get(event.queue, "default"))

    # ---- talk and farewell ------------------------------------------------------------------------

    def _talk_anyway(self, event: e.AgentAnswered, now: float) -> Commands:
        """An agent was quicker than the caller's change of mind: they hear each other, and that is what counts."""
        self.resume_talk(event.agent, now)
        return self._attention.turn_away()

    def _news(self, event: SpeechFailed | SpeechOffered, _now: float) -> Commands:
        self._attention.offer(event)
        return []

    def _talk_over(self, event: e.TalkEnded | e.CallResumed, now: float) -> Commands:
        """The caller is still there, or at least might be."""
        if isinstance(event, e.TalkEnded) and event.by is e.TalkEndedBy.CALLER:
            self._new_farewell().expect_end(now)
            self._turn(Phase.FAREWELL, now)
            return []
        after = self.after_talk.get(self.queue, "") if self.queue else ""
        if after == "menu" and self.state is Phase.TALK:
            return self._back_to_menu(now)
        phrases = self._menu.phrases
        return self._say_farewell((phrases.survey if after == "survey" else phrases.after_talk,), now)

    def _transferred(self, event: e.CallTransferred, now: float) -> Commands:
        """The agent passes the caller on: to a colleague who has him already, into a queue, or to the menu.

        That may be told only after the end of their talk, when the last words are being said.
        """
        if event.kind is e.TransferKind.WARM:
            self.agent = event.to_agent
            return []
        if event.queue is None:
            self.node = self._entry.node
            return self._back_to_menu(now)
        self.topic, self.entered_at, self.agent, self._queued = event.topic, now, None, True
        waiting = self._new_waiting(event.queue, now, recorded=False)  # the notice has been heard
        waiting.opening = (self._menu.phrases.to_agent,)
        return waiting.handle(c.EnterQueue(self._call, event.queue, event.topic or Topic(event.queue)), now)

    def _say_farewell(self, last_words: tuple[Prompt, ...], now: float) -> Commands:
        farewell = self._new_farewell()
        self._turn(Phase.FAREWELL, now)
        return farewell.say(last_words, now)

    def _new_farewell(self) -> Farewell:
        farewell = Farewell(self._call, first_prompt=self._next_prompt)
        self._give_word_to(farewell)
        return farewell

    def _last_words(self, event: object, now: float) -> Commands:
        part = self._part
        assert part is not None
        commands = part.handle(event, now)
        if part.state is FarewellState.ENDED:
            self._give_word_to(None)
            self._turn(Phase.ENDED, now)
        return commands

    def _end(self, _event: e.CallEnded, now: float) -> Commands:
        self._give_word_to(None)
        self._turn(Phase.ENDED, now)
        return []

    # ---- the machine ------------------------------------------------------------------------------

    _WAITS: ClassVar[Mapping[type, Step[Phase]]] = {
        e.AgentAnswered: step(_wait, Phase.TALK),
        e.TalkEnded: step(_talk_over, Phase.FAREWELL),
        e.CallEnded: step(_end, Phase.ENDED),
        **steps(_news, NEWS, Phase.QUEUE, Phase.RINGING),
    }

    table: ClassVar[Table[Phase]] = {
        Phase.MENU: {
            **steps(_walk, (e.DigitBegan, SpeechStarted, SpeechStopped, *NEWS), Phase.MENU),
            **steps(
                _walk,
                (e.DigitPressed, e.PromptEnded, e.TimeReached, SpeechHeard),
                *(Phase.MENU, Phase.QUEUE, Phase.FAREWELL),
            ),
            e.CallArrived: step(_arrive, Phase.MENU, Phase.QUEUE, Phase.FAREWELL),
            e.CallResumed: step(_resume, Phase.MENU, Phase.QUEUE, Phase.FAREWELL),
            e.AgentAnswered: step(_talk_anyway, Phase.TALK),
            e.CallEnded: step(_end, Phase.ENDED),
            **ignore(Phase.MENU, *STRAY, e.TalkEnded),
        },
        Phase.QUEUE: {
            **_WAITS,
            **ignore(Phase.QUEUE, e.CallTransferred),
            **steps(_wait, (e.DigitBegan, e.PromptEnded, e.CallResumed, e.RingEnded, c.TellPlace), Phase.QUEUE),
            **steps(_wait, (c.RingAgent, e.AgentRinging), Phase.QUEUE, Phase.RINGING),
            e.DigitPressed: step(_wait, Phase.QUEUE, Phase.MENU, Phase.FAREWELL),
            e.TimeReached: step(_wait, Phase.QUEUE, Phase.FAREWELL),
            c.RefuseCall: step(_wait, Phase.FAREWELL, Phase.QUEUE),
            c.MoveCall: step(_moved, Phase.QUEUE),
            **ignore(Phase.QUEUE, *UNHEARD),
        },
        Phase.RINGING: {
            **_WAITS,
            **ignore(Phase.RINGING, e.CallTransferred),
            **steps(_wait, (*KEYS, e.PromptEnded, c.TellPlace, c.RefuseCall), Phase.RINGING),
            **steps(_wait, (c.RingAgent, e.AgentRinging), Phase.RINGING),
            **steps(
                _wait,
                (e.RingEnded, e.TimeReached),
                *(Phase.RINGING, Phase.QUEUE, Phase.MENU, Phase.FAREWELL),
            ),
            e.CallResumed: step(_wait, Phase.RINGING, Phase.QUEUE),
            c.MoveCall: step(_moved, Phase.RINGING),
            **ignore(Phase.RINGING, *UNHEARD),
        },
        Phase.TALK: {
            e.TalkEnded: step(_talk_over, Phase.FAREWELL, Phase.MENU, Phase.QUEUE),
            e.CallResumed: step(_talk_over, Phase.FAREWELL, Phase.MENU, Phase.QUEUE),
            e.CallTransferred: step(_transferred, Phase.TALK, Phase.QUEUE, Phase.MENU, Phase.FAREWELL),
            e.CallEnded: step(_end, Phase.ENDED),
            **ignore(Phase.TALK, *KEYS, e.PromptEnded, e.TimeReached, e.AgentAnswered, *STRAY[1:], *UNHEARD, *NEWS),
        },
        Phase.FAREWELL: {
            e.CallTransferred: step(_transferred, Phase.FAREWELL, Phase.QUEUE, Phase.MENU),
            e.PromptEnded: step(_last_words, Phase.FAREWELL),
            e.TimeReached: step(_last_words, Phase.FAREWELL, Phase.ENDED),
            e.CallEnded: step(_end, Phase.ENDED),
            **ignore(Phase.FAREWELL, *KEYS, e.CallResumed, e.AgentAnswered, e.TalkEnded, *STRAY[1:], *UNHEARD, *NEWS),
        },
        Phase.ENDED: ignore(
            Phase.ENDED,
            *(*KEYS, e.PromptEnded, e.TimeReached, e.CallResumed, e.CallEnded, e.AgentAnswered, e.TalkEnded, *STRAY),
            *(*UNHEARD, *NEWS),
        ),
    }
