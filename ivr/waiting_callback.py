"""How a waiting caller asks to be called back: the steps of `Waiting` in its states ASKING and OFFERED."""

from collections.abc import Mapping
from typing import ClassVar

from ivr.callback_dialogue import CallbackDialogue, Cancelled, Confirmed
from ivr.menu import Menu
from ivr.speaker import Speaker
from ivr.waiting_state import ANSWER_S, WaitingState
from ivr.wording import refusal
from telephony import commands as c
from telephony import events as e
from telephony.ids import CallId
from telephony.machine import Machine, Step, step
from telephony.prompt import Prompt
from telephony.way_out import CALLBACK_KEY

Commands = list[c.CallCommand]

S = WaitingState


class AsksBack(Machine[WaitingState, c.CallCommand]):
    """A caller who may be called back, if the queue has it."""

    def __init__(self, menu: Menu, call: CallId, *, first_prompt: int) -> None:
        self.state = S.NEW
        self.callback: str | None = None
        """The caller's own number, empty if withheld, where he may ask to be called back; None where not."""
        self._menu = menu
        self._call = call
        self._speaker = Speaker(call, first_prompt)
        self._dialogue: CallbackDialogue | None = None
        self._refusal: Prompt | None = None
        """The last words, where the caller is let go as soon as the ring or the talk about a call-back has ended."""
        self._until = 0.0
        """When the state has lasted too long: RINGING, LEAVING, ASKING and OFFERED."""

    def _rather_not(self, now: float) -> Commands:
        """No call-back after all."""
        raise NotImplementedError

    def _refuse(self, last_words: Prompt, now: float) -> Commands:
        self.state = S.REFUSED
        return self._speaker.say((last_words,), now)

    def _offer_or_refuse(self, last_words: Prompt, now: float) -> Commands:
        if self.callback is None:
            return self._refuse(last_words, now)
        self.state, self._until = S.OFFERED, now + ANSWER_S
        return self._speaker.say((self._menu.phrases.callback_nobody,), now)

    def _ask(self, now: float) -> Commands:
        """Ask at which number to call."""
        self.state, self._dialogue = S.ASKING, CallbackDialogue(self._menu, self.callback or "")
        return self._question(self._dialogue.question(), now)

    def _question(self, what: Prompt, now: float) -> Commands:
        self._until = now + ANSWER_S
        return self._speaker.say((what,), now)

    def _ask_again(self, _event: e.CallResumed, now: float) -> Commands:
        """The connection was lost: what was being said may not have been heard."""
        assert self._dialogue is not None, "made on entering the state"
        return self._question(self._dialogue.question(), now)

    def _accept(self, event: e.DigitPressed, now: float) -> Commands:
        """A key after the offer; any other than the one it names is not an answer."""
        return self._ask(now) if event.digit == CALLBACK_KEY else []

    def _reply(self, event: e.DigitPressed, now: float) -> Commands:
        assert self._dialogue is not None, "made on entering the state"
        self._until = now + ANSWER_S
        match self._dialogue.press(event.digit):
            case Prompt() as what:
                return self._question(what, now)
            case Confirmed(number):
                leave = [] if self._refusal else [c.LeaveQueue(self._call, e.Outcome.CALLBACK_REQUESTED)]
                thanks = self._refuse(self._menu.phrases.callback_registered, now)
                return [*leave, c.AskCallback(self._call, number), *thanks]
            case Cancelled():
                return self._rather_not(now)
            case _:
                return self._speaker.hush()

    def _refused_meanwhile(self, event: c.RefuseCall, _now: float) -> Commands:
        """Nobody is left; all the more reason to be called back."""
        self._refusal = refusal(self._menu.phrases, event.outcome)
        return []

    def _quiet(self, event: e.PromptEnded | e.TimeReached, now: float) -> Commands:
        """A question has been asked, or nothing came for too long."""
        if self._speaker.current is not None:
            if not self._speaker.is_over(event, now):
                return []
            self._until = now + ANSWER_S
            return self._speaker.after(event, now)
        if isinstance(event, e.PromptEnded) or now < self._until:
            return []
        return self._rather_not(now)

    asking: ClassVar[Mapping[type, Step[S]]] = {
        e.DigitPressed: step(_reply, S.ASKING, S.MUSIC, S.REFUSED),
        e.CallResumed: step(_ask_again, S.ASKING),
        e.PromptEnded: step(_quiet, S.ASKING, S.MUSIC, S.REFUSED),
        e.TimeReached: step(_quiet, S.ASKING, S.MUSIC, S.REFUSED),
        c.RefuseCall: step(_refused_meanwhile, S.ASKING),
    }
    """Of the machine's table: while he says where to call."""
    offered: ClassVar[Mapping[type, Step[S]]] = {
        e.DigitPressed: step(_accept, S.OFFERED, S.ASKING),
        e.PromptEnded: step(_quiet, S.OFFERED, S.REFUSED),
        e.TimeReached: step(_quiet, S.OFFERED, S.REFUSED),
    }
    """Of the machine's table: after a refusal."""
