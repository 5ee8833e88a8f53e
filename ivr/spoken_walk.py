"""The steps that words take through the menu: over a prompt, after it, with a question in between. Pure.

Whether somebody listens follows from the state alone (`_attend`), so no step can forget to say so.
"""

from typing import assert_never

from ivr.menu import UNIVERSAL_KEYS
from ivr.speaker import latest_only
from ivr.walk import Commands, Walk
from ivr.walker_state import WalkerState
from ivr.wording import question
from telephony.events import PromptEnded
from telephony.prompt import BargeIn
from telephony.speech import SpeechFailed, SpeechHeard, SpeechOffered, SpeechStarted, SpeechStopped
from telephony.wish import Answered, Meaning, NotUnderstood, Understood, Unheard, Unsure, Wish

LONGEST_UTTERANCE_S = 15.0
"""Sound that goes on longer than this is no wish: a television, music on hold at the caller's side."""

VERDICT_S = 2.0
"""From the end of the sound to its meaning, which takes 0.35 s at p95 (docs/guide/speech.md); then it was nothing."""

PATIENCE_AFTER_NOISE_S = 1.0
"""What is left, at least, of the patience with a silent caller after a noise that was nothing."""

_KEYS = {meaning: key for key, meaning in UNIVERSAL_KEYS.items()}
"""The wishes that work everywhere, as the keys they are as good as."""


class SpokenWalk(Walk):
    """A walk by voice."""

    def _attend(self) -> Commands:
        """Have somebody listen exactly while what the caller says may act."""
        if self.state is WalkerState.ENDED:
            return []
        yields = self._speaker.yields_to in {BargeIn.SPEECH, BargeIn.HOTWORD}
        speaks = self.state is WalkerState.SPEAKING
        if (speaks and yields) or self.state in {WalkerState.LISTENING, WalkerState.ATTENDING}:
            return self._attention.turn_to(self.node, asks=self._asked is not None)
        return self._attention.turn_away()

    # ---- sound begins and ends ----------------------------------------------------------------------

    def _speech_started(self, _event: SpeechStarted, now: float) -> Commands:
        """Be silent, for a while: it may be nothing."""
        speaks = self.state is WalkerState.SPEAKING
        if not self._attention.is_on or (speaks and not self._stops_at_sound):
            return []
        self.state = WalkerState.ATTENDING
        self._verdict_until = now + LONGEST_UTTERANCE_S
        return self._speaker.pause() if speaks else []

    @property
    def _stops_at_sound(self) -> bool:
        return self._speaker.yields_to is BargeIn.SPEECH and not self._attention.is_wary

    def _speech_goes_on(self, _event: SpeechStarted, now: float) -> Commands:
        self._verdict_until = now + LONGEST_UTTERANCE_S
        return []

    def _speech_stopped(self, _event: SpeechStopped, now: float) -> Commands:
        self._verdict_until = now + VERDICT_S
        return []

    def _paused_prompt_ended(self, event: PromptEnded, _now: float) -> Commands:
        self._speaker.note_end(event)
        return []

    # ---- what it meant ------------------------------------------------------------------------------

    def _speech_heard(self, event: SpeechHeard, now: float) -> Commands:
        if not self._attention.takes(event):
            return []
        if isinstance(event.meaning, NotUnderstood) and self._is_nothing(event.meaning):
            return self._false_alarm(now)
        self._attention.alarms = 0
        return latest_only(self._take(event.meaning, now))

    def _is_nothing(self, meaning: NotUnderstood) -> bool:
        """Nobody said anything, or nothing that a prompt which only words may stop gives way to."""
        deaf = self._speaker.current is not None and not self._stops_at_sound
        return meaning.why is Unheard.NOTHING or deaf

    def _false_alarm(self, now: float) -> Commands:
        """It was nothing: what was silenced goes on where it stopped."""
        if self.state is not WalkerState.ATTENDING:
            return []
        self._attention.forget()
        self._attention.alarms += 1
        was_silent = not self._speaker.is_paused
        patience_until = max(self._patience_until, now + PATIENCE_AFTER_NOISE_S)
        commands = [*self._speaker.resume(now), *self._settle(now)]
        if was_silent:
            self._patience_until = patience_until
        return commands

    def _take(self, meaning: Meaning, now: float) -> Commands:
        match meaning:
            case Understood(wish):
                return self._grant(wish, now)
            case Unsure(wish):
                return self._ask(wish, now)
            case Answered(yes):
                return self._answer(now, yes=yes)
            case NotUnderstood(Unheard.NO_SUCH_CHOICE):
                return self._fail(self._menu.phrases.no_match, now)
            case NotUnderstood():
                return self._fail(self._menu.phrases.not_understood, now)
            case _:
                assert_never(meaning)

    def _grant(self, wish: Wish, now: float) -> Commands:
        """Do it, from wherever the caller is."""
        self._failures = 0
        if wish.everywhere is not None:
            return self._choose(_KEYS[wish.everywhere], now)
        return self._enter(self._menu.nearest(wish.node or self.node).id, now)

    def _ask(self, wish: Wish, now: float) -> Commands:
        """Ask before a jump that may be wrong; a question after a question counts as a failure."""
        if self._asked is not None:
            self._failures += 1
            if self._failures >= self._menu.timing.max_failures:
                return self._give_up(now)
        self._asked = wish
        return self._speak((question(self._menu, wish), self._menu.phrases.yes_or_no), now)

    def _answer(self, now: float, *, yes: bool) -> Commands:
        """Take the answer to our question; a late one, to nothing, is not understood."""
        wish, self._asked = self._asked, None
        if wish is None:
            return self._fail(self._menu.phrases.not_understood, now)
        return self._grant(wish, now) if yes else self._fail(self._menu.phrases.not_that, now)

    # ---- whether anybody can listen -----------------------------------------------------------------

    def _speech_offered(self, event: SpeechOffered, _now: float) -> Commands:
        self._attention.offer(event)
        return []

    def _speech_failed(self, event: SpeechFailed, now: float) -> Commands:
        """Tell the caller once that only keys are left, at once where a prompt may be interrupted."""
        if self._attention.is_lost:
            return []
        self._attention.offer(event)
        self._owes_word = not self._here.is_leaf
        interruptible = self.state in {WalkerState.SPEAKING, WalkerState.LISTENING}
        if self.state is WalkerState.ATTENDING and not self._owes_word:
            return [*self._speaker.resume(now), *self._settle(now)]
        if self._owes_word and (interruptible or self.state is WalkerState.ATTENDING):
            return self._speak(self._said_again(), now)
        return []
