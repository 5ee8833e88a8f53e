"""What a caller hears in a queue: that an agent is coming, the recording notice, music, his place, a way out.

`Waiting.table` at the end of the class is the machine. It takes facts about the call and, as if they were facts, the
orders that concern what the caller hears: `EnterQueue`, which begins it, and the distributor's `RingAgent`, `TellPlace`
and `RefuseCall`.
"""

from collections.abc import Mapping
from typing import ClassVar

from ivr.menu import Menu
from ivr.waiting_callback import AsksBack
from ivr.waiting_state import (
    CANCEL_S,
    COMFORT_S,
    LONGEST_RING_S,
    LONGEST_WAIT_S,
    PLACE_GAP_S,
    RING_SLACK_S,
    SETTLE_S,
    WaitingState,
)
from ivr.wording import place, refusal
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallId
from telephony.machine import Step, Table, ignore, step
from telephony.prompt import Prompt
from telephony.way_out import CALLBACK_KEY, LeadsTo, WayOut

Commands = list[c.CallCommand]

S = WaitingState

LATE = (
    *(e.CallResumed, e.DigitBegan, e.DigitPressed, e.PromptEnded, e.TimeReached),
    *(c.RingAgent, e.AgentRinging, e.RingEnded, e.AgentAnswered, c.TellPlace, c.RefuseCall),
)
"""What may still arrive when the wait is over."""


class Waiting(AsksBack):
    """One caller in one queue."""

    def __init__(
        self, menu: Menu, call: CallId, *, recorded: bool, music: str = "default", first_prompt: int = 1
    ) -> None:
        super().__init__(menu, call, first_prompt=first_prompt)
        self.agent: AgentNumber | None = None
        """Whose phone rings, or who answered."""
        self.opening: tuple[Prompt, ...] = (menu.phrases.to_agent,)
        """Said first; nothing, where the caller has been told already that an agent is coming."""
        self.way_out = WayOut()
        """How he leaves the queue by key."""
        self._recorded = recorded
        self._music = music
        self._place: c.TellPlace | None = None
        """The newest place, not told yet."""
        self._quiet_until = 0.0
        """No announcement before this."""
        self._comfort_at = 0.0
        self._give_up_at = 0.0
        self._by_himself = False
        """He leaves by key: nothing else is offered to him."""

    @property
    def next_prompt(self) -> int:
        """The number the next prompt will get."""
        return self._speaker.next_prompt

    @property
    def deadline(self) -> float | None:
        """When `TimeReached` is due."""
        if self.state in {S.RINGING, S.LEAVING}:
            return self._until
        if self.state is S.MUSIC:
            word_at = self._quiet_until if self._place else max(self._quiet_until, self._comfort_at)
            return min(word_at, self._give_up_at)
        if self.state in {S.ASKING, S.OFFERED} and self._speaker.current is None:
            return self._until
        return self._speaker.deadline

    def change_music(self, music: str) -> Commands:
        """Another queue, and perhaps other music: at once where it sounds, else when it sounds again."""
        changed, self._music = self._music != music, music
        return [c.PlayMusic(self._call, music)] if changed and self.state is S.MUSIC else []

    # ---- coming in --------------------------------------------------------------------------------

    def _begin(self, _event: c.EnterQueue, now: float) -> Commands:
        """Not recorded: agents may have the call at once, whatever the caller is hearing."""
        self._count_from(now)
        notice = (self._menu.phrases.recording_notice,) if self._recorded else ()
        self.state = S.NOTICE if self._recorded else S.ANNOUNCING
        commands = self._speaker.say((*self.opening, *notice), now)
        if not self._recorded:
            commands.append(c.OfferCall(self._call))
        return commands if self._speaker.current else [*commands, *self._to_music(now)]

    def _resume(self, event: e.CallResumed, now: float) -> Commands:
        """After a restart: nothing twice, but what was not heard to its end must be heard."""
        self._count_from(now)
        if self._recorded and not event.notice_heard:
            return self._notice_again(event, now)
        return [c.OfferCall(self._call), *self._to_music(now)]

    def _count_from(self, now: float) -> None:
        self._comfort_at, self._give_up_at = now + COMFORT_S, now + LONGEST_WAIT_S

    def _notice_again(self, _event: e.CallResumed, now: float) -> Commands:
        self.state = S.NOTICE
        return self._speaker.say((self._menu.phrases.recording_notice,), now)

    def _noticed(self, event: e.PromptEnded | e.TimeReached, now: float) -> Commands:
        """One of the opening phrases is over; after the last of them agents may have the call."""
        if not self._speaker.is_over(event, now):
            return []
        commands = self._speaker.after(event, now)
        return commands if self._speaker.current else [*commands, c.OfferCall(self._call), *self._next_word(now)]

    def _music_again(self, _event: e.CallResumed | e.RingEnded | e.TimeReached, now: float) -> Commands:
        """Whatever played or rang is over, and something else may follow at once."""
        self._quiet_until = max(self._quiet_until, now + SETTLE_S)
        return self._to_music(now)

    # ---- music and words --------------------------------------------------------------------------

    def _to_music(self, now: float) -> Commands:
        self.state, self.agent = S.MUSIC, None
        self._speaker.forget()
        self._quiet_until = max(self._quiet_until, now)
        return [c.PlayMusic(self._call, self._music)]

    def _next_word(self, now: float) -> Commands:
        """A phrase is over: the place, if it came meanwhile, else music."""
        self._comfort_at = now + COMFORT_S
        return self._announce(now) if self._place and now >= self._quiet_until else self._to_music(now)

    def _said(self, event: e.PromptEnded | e.TimeReached, now: float) -> Commands:
        if not self._speaker.is_over(event, now):
            return []
        if isinstance(event, e.PromptEnded) and not event.completed:
            self._quiet_until = max(self._quiet_until, now + SETTLE_S)
        commands = self._speaker.after(event, now)
        return commands if self._speaker.current else [*commands, *self._next_word(now)]

    def _tell_place(self, event: c.TellPlace, now: float) -> Commands:
        """Keep the newest; say it as soon as something may be said."""
        self._place = event
        return self._announce(now) if self.state is S.MUSIC and now >= self._quiet_until else []

    def _announce(self, now: float) -> Commands:
        """Say the newest place or, without one, a word of comfort."""
        self.state = S.ANNOUNCING
        self._quiet_until = now + PLACE_GAP_S
        told, self._place = self._place, None
        phrases = self._menu.phrases
        what = place(phrases, told.position, told.expected_wait_s) if told else phrases.still_waiting
        offer = phrases.callback_offer.segments if self.callback is not None else ()
        return self._speaker.say((Prompt((*what.segments, *offer), what.barge_in),), now)

    def _music_lasted(self, _event: e.TimeReached, now: float) -> Commands:
        if self.deadline is None or now < self.deadline:
            return []
        if now < self._give_up_at:
            return self._announce(now)
        return [c.LeaveQueue(self._call, e.Outcome.TIMED_OUT), *self._refuse(self._menu.phrases.timed_out, now)]

    # ---- rings ------------------------------------------------------------------------------------

    def _ring(self, event: c.RingAgent | e.AgentRinging, now: float) -> Commands:
        """Silence from us: while the ring lasts nothing can be played, and what waits to be played would be stale."""
        longest_s = event.timeout_s + RING_SLACK_S if isinstance(event, c.RingAgent) else LONGEST_RING_S
        if self.state is not S.RINGING or isinstance(event, c.RingAgent):
            self._until = now + longest_s
        self.state, self.agent = S.RINGING, event.agent
        return self._speaker.hush()

    def _ring_over(self, event: e.RingEnded | e.TimeReached, now: float) -> Commands:
        """Music again, and no word into the next ring; the end of an earlier ring is old news."""
        return self._music_again(event, now) if self._is_ring_over(event, now) else []

    def _is_ring_over(self, event: e.RingEnded | e.TimeReached, now: float) -> bool:
        return event.agent == self.agent if isinstance(event, e.RingEnded) else now >= self._until

    def _answer(self, event: e.AgentAnswered, _now: float) -> Commands:
        self.state, self.agent = S.ANSWERED, event.agent
        self._speaker.forget()
        return []

    # ---- going out --------------------------------------------------------------------------------

    def _press(self, event: e.DigitPressed, now: float) -> Commands:
        """The exit key, and the one for a call-back, where there is one and nothing rings."""
        way = self.way_out
        asks = event.digit == CALLBACK_KEY or (event.digit == way.key and way.to is LeadsTo.CALLBACK)
        if asks and self.callback is not None:
            return self._ask(now) if self.state in {S.MUSIC, S.ANNOUNCING} else []
        return self._leave(now) if event.digit == way.key and way.to is not LeadsTo.NOWHERE else []

    def _leave(self, now: float) -> Commands:
        """Back to the menu, or goodbye; a ring has to end first."""
        leave = c.LeaveQueue(self._call, e.Outcome.LEFT_BY_KEY)
        last_words = self._menu.phrases.goodbye if self.way_out.to is LeadsTo.GOODBYE else None
        if self.state is S.RINGING:
            self._refusal, self._by_himself = last_words, True
            self.state, self._until = S.LEAVING, now + CANCEL_S
            return [leave]
        if last_words is not None:
            return [leave, *self._refuse(last_words, now)]
        self.state = S.LEFT
        return [leave, *self._speaker.hush()]

    def _refused(self, event: c.RefuseCall, now: float) -> Commands:
        self._refusal = refusal(self._menu.phrases, event.outcome)
        if self.state is not S.RINGING:
            return self._offer_or_refuse(self._refusal, now)
        self.state, self._until = S.LEAVING, now + CANCEL_S
        return []

    def _ring_taken_back(self, event: e.RingEnded | e.TimeReached, now: float) -> Commands:
        if not self._is_ring_over(event, now):
            return []
        self.state = S.LEFT
        if self._refusal is None:
            return []
        return (self._refuse if self._by_himself else self._offer_or_refuse)(self._refusal, now)

    def _parted(self, event: e.PromptEnded | e.TimeReached, now: float) -> Commands:
        if not self._speaker.is_over(event, now):
            return []
        self.state = S.ENDED
        self._speaker.forget()
        return [c.HangUp(self._call)]

    # ---- call-back --------------------------------------------------------------------------------

    def _rather_not(self, now: float) -> Commands:
        """Music again or, for whom nobody is there, goodbye."""
        return self._refuse(self._refusal, now) if self._refusal else [*self._speaker.hush(), *self._to_music(now)]

    def _ring_instead(self, event: c.RingAgent | e.AgentRinging, now: float) -> Commands:
        """An agent is free after all; whoever was refused before is not meant."""
        return [] if self._refusal else self._ring(event, now)

    def _end(self, _event: e.CallEnded, _now: float) -> Commands:
        self.state = S.ENDED
        self._speaker.forget()
        return []

    # ---- the machine ------------------------------------------------------------------------------

    _LEAVABLE: ClassVar[Mapping[type, Step[S]]] = {
        c.RefuseCall: step(_refused, S.REFUSED, S.OFFERED),
        e.AgentAnswered: step(_answer, S.ANSWERED),
        e.CallEnded: step(_end, S.ENDED),
    }
    _RINGABLE: ClassVar[Mapping[type, Step[S]]] = {
        **_LEAVABLE,
        e.CallResumed: step(_music_again, S.MUSIC),
        c.RingAgent: step(_ring, S.RINGING),
        e.AgentRinging: step(_ring, S.RINGING),
    }

    table: ClassVar[Table[S]] = {
        S.NEW: {
            c.EnterQueue: step(_begin, S.NOTICE, S.ANNOUNCING, S.MUSIC),
            e.CallResumed: step(_resume, S.NOTICE, S.MUSIC),
            e.CallEnded: step(_end, S.ENDED),
        },
        S.NOTICE: {
            **_LEAVABLE,
            e.DigitPressed: step(_press, S.NOTICE, S.LEFT, S.REFUSED),
            e.CallResumed: step(_notice_again, S.NOTICE),
            e.PromptEnded: step(_noticed, S.NOTICE, S.ANNOUNCING, S.MUSIC),
            e.TimeReached: step(_noticed, S.NOTICE, S.ANNOUNCING, S.MUSIC),
            c.TellPlace: step(_tell_place, S.NOTICE),
            **ignore(S.NOTICE, e.DigitBegan, c.RingAgent, e.AgentRinging, e.RingEnded),  # of an earlier stay in a queue
        },
        S.MUSIC: {
            **_RINGABLE,
            e.DigitPressed: step(_press, S.MUSIC, S.LEFT, S.ASKING, S.REFUSED),
            c.TellPlace: step(_tell_place, S.MUSIC, S.ANNOUNCING),
            e.TimeReached: step(_music_lasted, S.MUSIC, S.ANNOUNCING, S.REFUSED),
            e.RingEnded: step(_music_again, S.MUSIC),
            **ignore(S.MUSIC, e.DigitBegan, e.PromptEnded),
        },
        S.ANNOUNCING: {
            **_RINGABLE,
            e.DigitPressed: step(_press, S.ANNOUNCING, S.LEFT, S.ASKING, S.REFUSED),
            c.TellPlace: step(_tell_place, S.ANNOUNCING),
            e.PromptEnded: step(_said, S.ANNOUNCING, S.MUSIC),
            e.TimeReached: step(_said, S.ANNOUNCING, S.MUSIC),
            **ignore(S.ANNOUNCING, e.DigitBegan, e.RingEnded),
        },
        S.RINGING: {
            **_RINGABLE,
            e.DigitPressed: step(_press, S.RINGING, S.LEAVING),
            c.RefuseCall: step(_refused, S.LEAVING),
            c.TellPlace: step(_tell_place, S.RINGING),
            e.RingEnded: step(_ring_over, S.RINGING, S.MUSIC),
            e.TimeReached: step(_ring_over, S.RINGING, S.MUSIC),
            **ignore(S.RINGING, e.DigitBegan, e.PromptEnded),
        },
        S.LEAVING: {
            **ignore(S.LEAVING, *LATE),
            e.RingEnded: step(_ring_taken_back, S.LEAVING, S.LEFT, S.REFUSED, S.OFFERED),
            e.TimeReached: step(_ring_taken_back, S.LEAVING, S.LEFT, S.REFUSED, S.OFFERED),
            e.AgentAnswered: step(_answer, S.ANSWERED),
            e.CallEnded: step(_end, S.ENDED),
        },
        S.ASKING: {
            **AsksBack.asking,
            c.RingAgent: step(_ring_instead, S.ASKING, S.RINGING),
            e.AgentRinging: step(_ring_instead, S.ASKING, S.RINGING),
            c.TellPlace: step(_tell_place, S.ASKING),
            e.AgentAnswered: step(_answer, S.ANSWERED),
            e.CallEnded: step(_end, S.ENDED),
            **ignore(S.ASKING, e.DigitBegan, e.RingEnded),
        },
        S.OFFERED: {**ignore(S.OFFERED, *LATE), **AsksBack.offered, e.CallEnded: step(_end, S.ENDED)},
        S.REFUSED: {
            **ignore(S.REFUSED, *LATE),
            e.PromptEnded: step(_parted, S.REFUSED, S.ENDED),
            e.TimeReached: step(_parted, S.REFUSED, S.ENDED),
            e.CallEnded: step(_end, S.ENDED),
        },
        S.LEFT: {e.CallEnded: step(_end, S.ENDED), **ignore(S.LEFT, *LATE)},
        S.ANSWERED: {e.CallEnded: step(_end, S.ENDED), **ignore(S.ANSWERED, *LATE)},
        S.ENDED: ignore(S.ENDED, *LATE, e.CallEnded),
    }
