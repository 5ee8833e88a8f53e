"""The steps that keys take through the menu: silence at once, choices typed ahead, yes and no. Pure."""

from collections.abc import Collection

from ivr.digits import Undecided, Unknown
from ivr.speaker import latest_only
from ivr.spoken_walk import SpokenWalk
from ivr.walk import Commands
from ivr.walker_state import HEARING, WalkerState
from telephony.events import DigitBegan, DigitPressed, PromptEnded

YES, NO = "1", "2"
"""The answers to a question of ours, by key."""


class KeyedWalk(SpokenWalk):
    """A walk by keys; they win over whatever is being said or heard."""

    def _key_down(self, _event: DigitBegan, now: float) -> Commands:
        """Silence at once; what the key means is known when it comes up, and no time-out may overtake it."""
        timing, collecting = self._menu.timing, self.state is WalkerState.COLLECTING
        self._patience_until = now + (timing.interdigit_s if collecting else timing.no_input_s)
        self.state = WalkerState.COLLECTING if collecting else WalkerState.LISTENING
        self._attention.forget(fresh=True)
        return self._speaker.hush()

    def _press(self, event: DigitPressed, now: float) -> Commands:
        self._digits.press(event.digit)
        return [] if self.state is WalkerState.INSISTING else self._act(now)

    def _prompt_ended(self, event: PromptEnded, now: float) -> Commands:
        return self._go_on(now) if self._speaker.is_over(event, now) else []

    def _go_on(self, now: float) -> Commands:
        """A prompt is over: keys kept during it act now, unless the next must be heard too."""
        if self._digits and not self._speaker.will_insist:
            self._speaker.forget()
            return self._act(now)
        return [*self._speaker.go_on(now), *self._settle(now)]

    def _act(self, now: float, *, waited: bool = False) -> Commands:
        """Let the keys act, each choice on the node it reaches, until a prompt insists or a further key is needed."""
        commands: Commands = []
        self.state = WalkerState.LISTENING
        self._attention.forget(fresh=True)
        while self._digits and self.state in HEARING:
            reading = self._digits.read(self._choices, waited=waited)
            if isinstance(reading, Undecided):
                self.state = WalkerState.COLLECTING
                self._patience_until = now + self._menu.timing.interdigit_s
                commands += self._speaker.hush()
                break
            if isinstance(reading, Unknown):
                commands += self._fail(self._menu.phrases.no_match, now)
            elif self._asked is not None and reading.key in {YES, NO}:
                commands += self._answer(now, yes=reading.key == YES)
            else:
                commands += self._choose(reading.key, now)
            waited = False
        return latest_only(commands)

    @property
    def _choices(self) -> Collection[str]:
        return self._here.choices if self._asked is None else (YES, NO)
