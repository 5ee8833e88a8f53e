"""Says a row of prompts one after the other: numbers them, knows a stale end, gives up on one that never ends."""

from collections.abc import Iterable, Sequence

from telephony.commands import CallCommand, PlayPrompt, StopPrompt
from telephony.events import PromptEnded, TimeReached
from telephony.ids import CallId
from telephony.prompt import BargeIn, Prompt

SLOWEST_CHARACTER_S = 0.5
"""Announcers read four Mandarin characters in a second and English letters faster; this is half their pace."""

SLACK_S = 10.0
"""For the channel to begin and the end to be reported, on a machine under load."""

UNKNOWN_TEXT_S = 180.0
"""A recording whose words nobody wrote down may be this long."""


def longest_s(prompt: Prompt) -> float:
    """Seconds after which a prompt must have ended: generous, for nobody shall be cut off, but nobody be stranded."""
    return SLACK_S + sum(
        len(segment.text) * SLOWEST_CHARACTER_S if segment.text else UNKNOWN_TEXT_S for segment in prompt.segments
    )


class Speaker:
    """What is being said on one call, and what is still to be said."""

    def __init__(self, call: CallId, first_prompt: int = 1) -> None:
        self.call = call
        self.next_prompt = first_prompt
        """Number of the next prompt: never given twice in a call."""
        self.current: Prompt | None = None
        """What is playing, as far as we know."""
        self.deadline: float | None = None
        """When to stop believing that `current` still plays."""
        self._rest: list[Prompt] = []
        self._paused: tuple[int, Prompt] | None = None
        """The prompt that was stopped only for a while, and its number."""

    @property
    def insists(self) -> bool:
        """What plays now must be heard to its end."""
        return self.current is not None and self.current.barge_in is BargeIn.OFF

    @property
    def will_insist(self) -> bool:
        """What comes next must be heard to its end."""
        return bool(self._rest) and self._rest[0].barge_in is BargeIn.OFF

    @property
    def yields_to(self) -> BargeIn:
        """What stops the prompt that plays now."""
        return self.current.barge_in if self.current is not None else BargeIn.KEY

    @property
    def is_paused(self) -> bool:
        """What was stopped may go on."""
        return self._paused is not None

    def is_over(self, event: PromptEnded | TimeReached, now: float) -> bool:
        """Whether this ends the prompt playing now: its own end or its deadline; the end of another is old news."""
        if isinstance(event, PromptEnded):
            return self.current is not None and event.prompt == self.next_prompt - 1
        return self.deadline is not None and now >= self.deadline

    def say(self, prompts: Iterable[Prompt | None], now: float) -> list[CallCommand]:
        """Say these instead of whatever is being said; None is skipped."""
        silenced = self.hush()
        self._rest = [prompt for prompt in prompts if prompt is not None]
        return self.go_on(now) or silenced

    def go_on(self, now: float) -> list[CallCommand]:
        """The current prompt is over: say the next one, if any."""
        self.current = self.deadline = self._paused = None
        return self._play(self._rest.pop(0), now) if self._rest else []

    def pause(self) -> list[CallCommand]:
        """Be silent for a while: what plays now, and what was to follow, may go on."""
        assert self.current is not None
        self._paused = (self.next_prompt - 1, self.current)
        self.current = self.deadline = None
        return [StopPrompt(self.call)]

    def resume(self, now: float) -> list[CallCommand]:
        """Go on after a pause."""
        if self._paused is None:
            return self.go_on(now)
        (number, prompt), self._paused = self._paused, None
        return self._play(prompt, now, resumes=number)

    def note_end(self, event: PromptEnded) -> None:
        """A paused prompt that had come to its end before it could be stopped does not go on."""
        if event.completed and self._paused is not None and event.prompt == self._paused[0]:
            self._paused = None

    def _play(self, prompt: Prompt, now: float, *, resumes: int = 0) -> list[CallCommand]:
        self.current = prompt
        self.deadline = now + longest_s(prompt)
        self.next_prompt += 1
        return [PlayPrompt(self.call, self.next_prompt - 1, prompt, resumes)]

    def after(self, event: PromptEnded | TimeReached, now: float) -> list[CallCommand]:
        """Say the next one; where nothing follows a prompt whose end was never reported, make sure of it."""
        return self.go_on(now) or ([StopPrompt(self.call)] if isinstance(event, TimeReached) else [])

    def hush(self) -> list[CallCommand]:
        """Be silent now."""
        playing = self.current is not None
        self.forget()
        return [StopPrompt(self.call)] if playing else []

    def forget(self) -> None:
        """Nothing is playing any more, and nothing is to follow."""
        self.current = self.deadline = self._paused = None
        self._rest = []


def latest_only(commands: Sequence[CallCommand]) -> list[CallCommand]:
    """Leave out prompts that another one in the same breath replaces: the caller would hear a click of each."""
    kept: list[CallCommand] = []
    spoken = False
    for command in reversed(commands):
        if isinstance(command, PlayPrompt | StopPrompt):
            if spoken:
                continue
            spoken = True
        kept.append(command)
    return kept[::-1]
