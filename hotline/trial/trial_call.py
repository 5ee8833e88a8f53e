"""One trial call from dialling to hanging up, and what was asked of it proven: prompts by ear, steps by the engine."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np

from hotline.prompts.alaw import RATE, Samples
from hotline.trial.agent_phone import AgentPhone
from hotline.trial.ear import LIVE_BLOCK, Ear
from hotline.trial.engine_watch import EngineWatch
from hotline.trial.far_side import FarSide
from hotline.trial.listening import Repertoire, find, music_between, recognisable
from hotline.trial.phone import NotHeardError, Phone
from hotline.trial.plan import Plan
from hotline.trial.sayings import Saying
from hotline.trial.voices import voice_of
from telephony.errors import WorldError

ANSWER_WITHIN_S = 10.0
"""From dialling to the hotline's answer; on one machine it takes some 10 ms."""

PROMPT_WITHIN_S = 10.0
"""Longest wait for the next prompt to begin."""

STEP_WITHIN_S = 5.0
"""Longest wait for the engine to have done what a key asks for."""

HEARD_WITHIN_S = 8.0
"""Longest wait for the other side's voice, whose row of tones takes 1.9 s."""

MEANING_WITHIN_S = 10.0
"""Longest wait for what was said to be understood, from its end; it takes a third of a second."""

LISTEN_EVERY_S = 0.3

TELL_AFTER_S = 1.5
"""Prompts are recognised about a second after they begin; told later, everything is told in order."""


SILENT = np.zeros(0, dtype=np.float32)
"""What a caller says to the menu who has nothing to say: any sound would stop its prompts."""


class Kind(StrEnum):
    """What a line of the timeline is about."""

    ANSWERED = "answered"
    HEARD = "heard"
    MUSIC = "music"
    KEY = "key"
    SAID = "said"
    UNDERSTOOD = "understood"
    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    NODE = "node"
    QUEUED = "queued"
    RINGING = "ringing"
    TALKING = "talking"
    BOTH_WAYS = "both_ways"
    HUNG_UP = "hung_up"


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the timeline."""

    t: float
    """Seconds since the hotline answered."""
    kind: Kind
    text: str
    """The prompt's words, the key, the node, the queue, the agent."""
    score: float | None = None
    """Correlation, for what was heard."""


@dataclass(slots=True)
class Result:
    """What came of it."""

    call: str | None = None
    """The call's id in journal and status."""
    notes: list[Note] = field(default_factory=list)
    caller_hears_agent: float | None = None
    agent_hears_caller: float | None = None
    caller_heard: Samples | None = None
    agent_heard: Samples | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What the call is to do."""

    number: str
    caller: str
    plan: Plan
    wait_s: float
    """With an agent the longest wait for the answer, else the stay on the line after the last key."""
    talk_s: float = 3.0
    sounds: Mapping[str, Samples] = field(default_factory=dict)
    """Everything the hotline may say, by its text."""
    music: Samples | None = None
    sayings: tuple[Saying, ...] = ()
    """What the caller says after the keys."""
    yes: Saying | None = None
    """What he answers when asked whether he wants what he wants."""


class TrialCall:
    """Makes one call; `result` fills while it goes on and is worth reading also where it failed."""

    def __init__(self, far: FarSide, watch: EngineWatch, errand: Errand, on_note: Callable[[Note], None]) -> None:
        self.result = Result()
        self._far = far
        self._watch = watch
        self._errand = errand
        self._on_note = on_note
        self._told: list[Note] = []
        self._ear = Ear(Repertoire(recognisable(errand.sounds), block=LIVE_BLOCK))

    async def run(self, agent: AgentPhone | None) -> Result:
        """Do the errand; raises NotHeardError or WorldError with the reason where it can not be done."""
        phone = await self._far.dial(self._errand.number, caller=self._errand.caller, speech=SILENT)
        try:
            await phone.is_answered(within_s=ANSWER_WITHIN_S)
            self._answered_at = phone.answered_at
            self._note(Kind.ANSWERED, self._errand.number, t=0.0)
            async with _Beside(partial(self._listen, phone)):
                self.result.call = await self._watch.find(self._errand.caller, within_s=STEP_WITHIN_S)
                await self._press_keys(phone)
                await self._say_words(phone)
                await self._arrive()
                await (self._talk(phone, agent) if agent else self._stay(phone))
        finally:
            await self._finish(phone)
        return self.result

    def take_fact(self, fact: dict[str, Any]) -> None:
        """Put what the engine says of the call into the timeline."""
        match fact:
            case {"kind": "EnterNode", "node": str(node)}:
                self._note(Kind.NODE, node)
            case {"kind": "SpeechHeard", "meaning": {"is": str(word)} as meaning}:
                self._note(*_understood(word, meaning))
            case {"kind": "CallQueued", "queue": str(queue)}:
                self._note(Kind.QUEUED, queue)
            case {"kind": "AgentRinging", "agent": str(agent)}:
                self._note(Kind.RINGING, agent)
            case {"kind": "AgentAnswered", "agent": str(agent)}:
                self._note(Kind.TALKING, agent)
            case _:
                pass

    # ---- the steps -------------------------------------------------------------------------------

    async def _press_keys(self, phone: Phone) -> None:
        pressed_s = -1.0
        for key in self._errand.plan.keys:
            await self._prompt_begins(phone, pressed_s, f"before key {key}")
            pressed_s = phone.heard_s
            await phone.press(key)
            self._note(Kind.KEY, key, t=pressed_s)
        await self._prompt_begins(phone, pressed_s, "after the last key" if self._errand.plan.keys else "at all")

    async def _say_words(self, phone: Phone) -> None:
        """Speak over whatever is being said, as a person does who knows what he wants."""
        for saying in self._errand.sayings:
            since_s = phone.heard_s
            meaning = await self._say(phone, saying)
            if meaning.get("is") == "Unsure" and self._errand.yes is not None and saying is self._errand.sayings[-1]:
                await self._prompt_begins(phone, since_s, "after the words")
                await self._say(phone, self._errand.yes)

    async def _say(self, phone: Phone, saying: Saying) -> dict[str, Any]:
        """Say one thing; what it was taken for."""
        before = len(self._watch.facts("SpeechHeard"))
        self._note(Kind.SAID, saying.text, t=phone.heard_s)
        phone.speak(saying.sound, repeats=False)
        limit = asyncio.get_running_loop().time() + saying.sound.size / RATE + MEANING_WITHIN_S
        while len(heard := self._watch.facts("SpeechHeard")) <= before:
            if phone.ended.is_set() or asyncio.get_running_loop().time() > limit:
                raise NotHeardError("nobody listened to what was said; `hotline status` shows speech recognition")
            await asyncio.sleep(LISTEN_EVERY_S / 3)
        meaning: dict[str, Any] = heard[before].get("meaning", {})
        return meaning

    async def _prompt_begins(self, phone: Phone, after_s: float, when: str) -> None:
        """Wait as a person does who knows the way: until the next prompt has been heard to begin."""
        limit = asyncio.get_running_loop().time() + PROMPT_WITHIN_S
        while not any(at_s >= after_s for at_s in self._ear.beginnings):
            if phone.ended.is_set():
                raise NotHeardError(f"the hotline hung up; no prompt was heard {when}")
            if asyncio.get_running_loop().time() > limit:
                raise NotHeardError(f"no prompt was heard {when} within {PROMPT_WITHIN_S:g} s")
            await asyncio.sleep(LISTEN_EVERY_S / 3)

    async def _arrive(self) -> None:
        """Be where the keys should lead, as the engine sees it."""
        plan = self._errand.plan
        if not plan.is_certain:
            return
        limit = asyncio.get_running_loop().time() + STEP_WITHIN_S
        while True:
            entered = self._watch.facts("EnterNode")
            if entered and entered[-1]["node"] == plan.node:
                return
            if asyncio.get_running_loop().time() > limit:
                at = entered[-1]["node"] if entered else "nowhere"
                how = "words" if plan.words else "keys"
                raise WorldError(f"the {how} led to {at}, not to {plan.node} ({plan.name})", retryable=False)
            await asyncio.sleep(LISTEN_EVERY_S / 3)

    async def _stay(self, phone: Phone) -> None:
        """Listen on for as long as was asked for, or until the hotline hangs up."""
        try:
            async with asyncio.timeout(self._errand.wait_s):
                await phone.ended.wait()
        except TimeoutError:
            return

    async def _talk(self, phone: Phone, agent: AgentPhone) -> None:
        """Talk, and prove that each hears the other."""
        talk = await self._connected(phone, agent)
        phone.speak(voice_of(self._errand.caller))
        since_s, voices = phone.heard_s, (voice_of(agent.number), voice_of(self._errand.caller))
        try:
            await asyncio.gather(
                phone.hears(voices[0], within_s=HEARD_WITHIN_S, from_s=since_s, what=f"agent {agent.number}"),
                talk.hears(voices[1], within_s=HEARD_WITHIN_S, what="the caller"),
            )
            await asyncio.sleep(max(0.0, self._errand.talk_s - (phone.heard_s - since_s)))
        finally:
            self.result.agent_heard = talk.heard()
        if phone.ended.is_set() or talk.ended.is_set():
            raise WorldError("the talk was cut off", retryable=False)
        self.result.caller_hears_agent = _best(phone.heard(since_s), voices[0])
        self.result.agent_hears_caller = _best(talk.heard(), voices[1])
        score = min(self.result.caller_hears_agent, self.result.agent_hears_caller)
        self._note(Kind.BOTH_WAYS, agent.number, t=phone.heard_s, score=score)

    async def _connected(self, phone: Phone, agent: AgentPhone) -> Phone:
        """The agent's side of the talk, once both the agent's phone and the engine say that it is one."""
        waiting = asyncio.ensure_future(agent.talk(within_s=self._errand.wait_s))
        ended = asyncio.ensure_future(phone.ended.wait())
        try:
            await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            if not waiting.done():
                waiting.cancel()
        if waiting.cancelled() or not waiting.done():
            raise NotHeardError(f"the hotline hung up before agent {agent.number} answered{self._why()}")
        try:
            talk = waiting.result()
        except NotHeardError as error:
            raise NotHeardError(f"{error}{self._why()}") from None
        fact = await self._watch.fact("AgentAnswered", within_s=STEP_WITHIN_S)
        if fact is None or fact.get("agent") != agent.number:
            raise WorldError(f"agent {agent.number} picked up, but the engine knows of no talk", retryable=False)
        return talk

    def _why(self) -> str:
        """What the engine did with the call instead."""
        last = (self._watch.facts("AgentAnswered", "RefuseCall", "CallLeftQueue") or [{}])[-1]
        match last:
            case {"kind": "AgentAnswered", "agent": str(agent)}:
                return f": agent {agent} took the call"
            case {"kind": "RefuseCall" | "CallLeftQueue", "outcome": str(outcome)}:
                return f": {outcome}"
            case _:
                return ""

    async def _finish(self, phone: Phone) -> None:
        answered = phone.answered.is_set()
        by_us = not phone.ended.is_set()
        await phone.hang_up()
        self.result.caller_heard = phone.heard()
        if not answered:
            return
        for heard in await asyncio.to_thread(self._ear.finish, phone.heard(self._ear.heard_s)):
            self._note(Kind.HEARD, heard.name, t=heard.at_s, score=heard.score)
        self._note(Kind.HUNG_UP, "caller" if by_us else "hotline", t=phone.heard_s)
        await self._note_music(self.result.caller_heard)
        self._tell(until_s=float("inf"))

    # ---- listening -------------------------------------------------------------------------------

    async def _listen(self, phone: Phone, over: asyncio.Event) -> None:
        """Recognise prompts as they come, off the loop: the far side's voices need it every 20 ms."""
        while not over.is_set():
            await asyncio.sleep(LISTEN_EVERY_S)
            sound = phone.heard(self._ear.heard_s)
            for heard in await asyncio.to_thread(self._ear.hear, sound):
                self._note(Kind.HEARD, heard.name, t=heard.at_s, score=heard.score)
            self._tell(until_s=phone.heard_s - TELL_AFTER_S)

    async def _note_music(self, heard: Samples) -> None:
        if self._errand.music is None:
            return
        for stretch in await asyncio.to_thread(music_between, heard, self._ear.timeline(), self._errand.music):
            self._note(Kind.MUSIC, f"{stretch.until_s - stretch.at_s:.1f} s", t=stretch.at_s, score=stretch.score)

    def _note(self, kind: Kind, text: str, *, t: float | None = None, score: float | None = None) -> None:
        now = asyncio.get_running_loop().time() - self._answered_at if t is None else t
        self.result.notes.append(Note(round(now, 2), kind, text, None if score is None else round(score, 3)))
        self.result.notes.sort(key=lambda note: note.t)

    def _tell(self, until_s: float) -> None:
        """Tell of what happened up to then, in the order it did."""
        for note in self.result.notes:
            if note.t <= until_s and note not in self._told:
                self._told.append(note)
                self._on_note(note)


def _understood(word: str, meaning: dict[str, Any]) -> tuple[Kind, str]:
    """What became of words, for the timeline."""
    wish = meaning.get("wish") or {}
    text = str(wish.get("node") or wish.get("everywhere") or meaning.get("why") or meaning.get("yes"))
    return {"Unsure": Kind.ASKED, "NotUnderstood": Kind.NOT_UNDERSTOOD}.get(word, Kind.UNDERSTOOD), text


def _best(heard: Samples, sound: Samples) -> float:
    """How clearly a repeated sound was heard at its clearest; the first time it may have begun before the talk."""
    return max((match.score for match in find(heard, sound)), default=0.0)


class _Beside:
    """Something done beside the block until it is over; it is not torn off in the middle of a look."""

    def __init__(self, work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] = asyncio.ensure_future(work(self._over))

    async def __aenter__(self) -> None:
        return

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        (outcome,) = await asyncio.gather(self._task, return_exceptions=True)
        if isinstance(outcome, Exception):
            raise outcome
