"""What callers did before: whom they talked to, what they asked about, whether they hung up in the line just now.

Folded from facts, live and from the journal alike, and kept under a key that is no number: see `caller_key`.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import assert_never

from acd.form import Form
from acd.routing import HistoryRules
from telephony.commands import CloseSegment, NoteCaller
from telephony.events import AgentAnswered, CallEnded, CallQueued
from telephony.ids import AgentNumber, CallId, QueueId, Topic

MAX_CALLERS = 100_000
"""Callers remembered, the latest: a month of a hotline with 3,000 different ones a day, some 60 MB."""

MAX_ASKED = 8
"""Calls remembered of one caller; who calls more often is known well enough."""

HISTORY_FACTS = (CallQueued, NoteCaller, AgentAnswered, CloseSegment, CallEnded)
"""All that is needed of a journal."""

MOST_WISH = 2


def caller_key(number: str, salt: bytes) -> str:
    """A caller's key: without the salt, nobody can tell the number by trying them all. `""` if it was withheld."""
    return blake2b(number.encode(), key=salt, digest_size=8).hexdigest() if number else ""


def family(topic: Topic) -> str:
    """The most general part of a topic: repayment.early and repayment.bill are both about repayment."""
    return str(topic).partition(".")[0]


@dataclass(frozen=True, slots=True)
class Known:
    """What history says of a caller who asks for an agent."""

    last_agent: AgentNumber | None = None
    """Whom he talked to last, within the expiry."""
    likely_topic: Topic | None = None
    """What he is likely to want if he names nothing."""
    wish: int = 0
    """For skill in the topic: 0 none, 1 asked before, 2 several times in a day."""
    place_at: float | None = None
    """The place he had when he hung up a moment ago."""


@dataclass(frozen=True, slots=True)
class _Asked:
    at: float
    call: CallId
    topic: Topic


@dataclass(slots=True)
class _Caller:
    asked: list[_Asked] = field(default_factory=list)
    agent: AgentNumber | None = None
    talked_at: float = 0.0
    talked_about: Topic | None = None
    left: tuple[QueueId, float, float] | None = None
    """Queue, place and when he hung up in it."""


@dataclass(slots=True)
class _Live:
    """A call in progress."""

    caller: _Caller
    queue: QueueId
    topic: Topic
    place_at: float
    waits: bool = True


class History:
    """Everybody remembered."""

    def __init__(self, rules: HistoryRules | None = None, salt: bytes = b"", *, max_callers: int = MAX_CALLERS) -> None:
        self.rules = rules or HistoryRules()
        self.form = Form()
        """What outcomes show of the agents' skill."""
        self._salt = salt
        self._max_callers = max_callers
        self._callers: OrderedDict[str, _Caller] = OrderedDict()
        self._live: dict[CallId, _Live] = {}

    def __len__(self) -> int:
        return len(self._callers)

    # ---- what it is asked -------------------------------------------------------------------------

    def about(self, event: CallQueued, now: float) -> Known:
        """What is known of this caller, as he enters a queue: ask before the same event is applied."""
        caller = self._callers.get(caller_key(event.caller, self._salt))
        if caller is None:
            return Known()
        rules = self.rules
        before = [asked for asked in caller.asked if asked.call != event.call]
        recent = caller.agent is not None and now - caller.talked_at <= rules.same_agent_s
        likely = next((asked.topic for asked in reversed(before) if now - asked.at <= rules.likely_s), None)
        topic = event.asked or event.topic if event.named else likely
        place = self._place(caller, event, now)
        return Known(caller.agent if recent else None, likely, self._wish(before, topic, now), place)

    def _wish(self, before: list[_Asked], topic: Topic | None, now: float) -> int:
        """Named topics alone count; the present call is one of the several."""
        rules = self.rules
        if topic is None:
            return 0
        about = [now - asked.at for asked in before if family(asked.topic) == family(topic)]
        if sum(ago <= rules.several_s for ago in about) >= rules.several_calls - 1:
            return MOST_WISH
        return int(any(ago <= rules.asked_s for ago in about))

    def _place(self, caller: _Caller, event: CallQueued, now: float) -> float | None:
        """Back in the same queue, or with no wish of his own, within minutes; or never away, as after a restart."""
        live = self._live.get(event.call)
        if live is not None and live.waits and live.queue == event.queue:
            return live.place_at
        if caller.left is None:
            return None
        queue, place_at, left_at = caller.left
        back = now - left_at <= self.rules.redial_s and (queue == event.queue or not event.named)
        return place_at if back else None

    # ---- what it learns from ------------------------------------------------------------------------

    def apply(self, fact: object, at: float) -> None:
        """Take one fact; others than `HISTORY_FACTS` change nothing."""
        match fact:
            case CallQueued():
                self._queued(fact, at)
            case NoteCaller(call) | AgentAnswered(call) | CloseSegment(call) | CallEnded(call) if call in self._live:
                self._about_live(self._live[call], fact, at)
            case _:
                pass

    def _about_live(self, live: _Live, fact: NoteCaller | AgentAnswered | CloseSegment | CallEnded, at: float) -> None:
        match fact:
            case NoteCaller():
                live.topic, live.place_at = fact.topic if fact.likely else live.topic, fact.place_at
            case AgentAnswered(_, agent):
                live.waits = False
                self._answered(live, agent, at)
            case CloseSegment(_, queue):
                live.waits = live.waits and queue != live.queue
            case CallEnded(call):
                if live.waits:  # he hung up in the line; that this closes his segment is told after it
                    live.caller.left = (live.queue, live.place_at, at)
                del self._live[call]
            case _:
                assert_never(fact)

    def _queued(self, event: CallQueued, at: float) -> None:
        key = caller_key(event.caller, self._salt)
        if not key:
            return
        caller = self._callers.setdefault(key, _Caller())
        self._callers.move_to_end(key)
        if len(self._callers) > self._max_callers:
            self._callers.popitem(last=False)
        caller.left = None
        topic = event.asked or event.topic
        self._live[event.call] = _Live(caller, event.queue, topic, event.entered_at)
        again = caller.asked and caller.asked[-1].call == event.call
        if event.named:
            if again:
                del caller.asked[-1]  # he changed his mind, or the call was resumed
            elif caller.agent is not None and caller.talked_about is not None:
                self._judge(caller, topic, at)
            caller.asked = [*caller.asked, _Asked(at, event.call, topic)][-MAX_ASKED:]

    def _judge(self, caller: _Caller, topic: Topic, at: float) -> None:
        """Who calls about the same again soon was not helped."""
        assert caller.agent is not None
        assert caller.talked_about is not None
        if family(caller.talked_about) == family(topic) and at - caller.talked_at <= self.rules.several_s:
            self.form.came_again(caller.agent, family(topic))
            caller.talked_about = None

    def _answered(self, live: _Live, agent: AgentNumber, at: float) -> None:
        live.caller.agent, live.caller.talked_at, live.caller.talked_about = agent, at, live.topic
        self.form.talked(agent, family(live.topic))
