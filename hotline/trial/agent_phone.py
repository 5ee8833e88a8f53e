"""A simulated agent's telephone: registers, dials feature codes, and reacts to being rung as it is told."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum

from hotline.prompts.alaw import Samples
from hotline.trial.phone import NotHeardError, Phone
from hotline.trial.voices import voice_of


class Manner(StrEnum):
    """What a phone does when it rings."""

    ANSWERS = "answers"
    IGNORES = "ignores"
    BUSY = "busy"
    DECLINES = "declines"


class AgentPhone:
    """One agent's telephone. Its manner may be changed at any time and applies from the next ring on."""

    def __init__(self, number: str, dial: Callable[[str, str], Awaitable[Phone]]) -> None:
        self.number = number
        self.manner = Manner.ANSWERS
        self.answers_after_s = 0.2
        self.hangs_up_after_s: float | None = None
        """Seconds after answering; None: leaves that to the caller."""
        self.speech: Samples = voice_of(number)
        """Said over and over in every talk."""
        self.registered = asyncio.Event()
        self.unregistered = asyncio.Event()
        self.rings: list[Phone] = []
        """Every time it rang, in order."""
        self._answered: asyncio.Queue[Phone] = asyncio.Queue()
        self._dial = dial

    async def dial(self, number: str, *, within_s: float = 5.0) -> Phone:
        """Call a colleague or a feature code and wait for the answer."""
        phone = await self._dial(self.number, number)
        await phone.is_answered(within_s=within_s)
        return phone

    async def talk(self, *, within_s: float) -> Phone:
        """The next call it answers, or has answered and is still in; NotHeardError if none comes."""
        try:
            async with asyncio.timeout(within_s):
                while (talk := await self._answered.get()).ended.is_set():
                    pass
                return talk
        except TimeoutError:
            raise NotHeardError(f"agent {self.number} answered no call within {within_s:g} s") from None

    async def react(self, ring: Phone) -> None:
        """Do what its manner says; told by the far side for each ring."""
        self.rings.append(ring)
        match self.manner:
            case Manner.ANSWERS:
                await self._pick_up(ring)
            case Manner.BUSY:
                await ring.refuse(486)
            case Manner.DECLINES:
                await ring.refuse(603)
            case Manner.IGNORES:
                return

    async def _pick_up(self, ring: Phone) -> None:
        try:
            async with asyncio.timeout(self.answers_after_s):
                await ring.ended.wait()
        except TimeoutError:
            pass
        else:
            return  # the caller gave up, or another took the call
        ring.speak(self.speech)
        await ring.answer()
        await ring.is_answered(within_s=5.0)
        self._answered.put_nowait(ring)
        if self.hangs_up_after_s is not None:
            await asyncio.sleep(self.hangs_up_after_s)
            await ring.hang_up()
