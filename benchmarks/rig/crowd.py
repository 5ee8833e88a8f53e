"""Callers in every place a failure can meet them, and what each of them heard."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotline.prompts.alaw import RATE, Samples
from hotline.secrets import load_secrets
from hotline.trial.far_side import FarSide
from hotline.trial.listening import find
from hotline.trial.phone import Phone
from hotline.trial.silence import Silence, silences
from hotline.trial.voices import voice_of
from telephony.errors import WorldError
from telephony.ids import AgentNumber

ROSTER = """teams: {{all: 演练}}
not_ready_reasons: {{1: 小休}}
queues:
  loan: {{name: 贷款}}
  repayment: {{name: 还款, wrap_up_s: 2}}
  account: {{name: 账户, wrap_up_s: 2, ring_s: 15}}
  complaint: {{name: 投诉}}
  general: {{name: 综合}}
agents:
{agents}"""

AGENT = "  {number}: {{name: 坐席{number}, team: all, skills: {{{skills}}}}}\n"

TO_TALK, TO_RING, TO_QUEUE = "220", "310", "410"

AGAIN_S = 12.0
"""A caller who has got nowhere by then presses his keys once more, as people do."""

BACK_S = 1.0
"""Between two calls of one who calls again and again."""

ANSWERED_S = 15.0

TORN_SCORE = 0.4
"""Correlation at which a voice still is itself, with gaps of this busy program's own in it; other voices reach 0.3."""

KEY_EVERY_S = 7.0
"""How often a caller in the menu presses 9: to hear it again."""


@dataclass(frozen=True, slots=True)
class Places:
    """How many callers are where."""

    menu: int
    queue: int
    ring: int
    talk: int

    @classmethod
    def of(cls, calls: int) -> "Places":
        """Thirty per cent in the menu, twenty rung for, twelve talking, the rest in the queue."""
        menu, ring, talk = round(calls * 0.3), max(1, round(calls * 0.2)), max(1, round(calls * 0.12))
        return cls(menu, calls - menu - ring - talk, ring, talk)

    @property
    def talkers(self) -> list[str]:
        """Agents who talk the whole time."""
        return [str(8101 + place) for place in range(self.talk)]

    @property
    def ringers(self) -> list[str]:
        """Agents who are rung for 5 s, talk for 6 s, and so on."""
        return [str(8201 + place) for place in range(max(1, self.ring * 4 // 10))]

    idle = "8301"
    """The one whom the queue waits for: not ready."""

    def roster(self) -> str:
        """Its agents.yaml."""
        teams = [
            ("repayment: 5", self.talkers),
            ("account: 5", self.ringers),
            ("complaint: 5, general: 1, loan: 1", [self.idle]),
        ]
        agents = "".join(AGENT.format(number=number, skills=skills) for skills, numbers in teams for number in numbers)
        return ROSTER.format(agents=agents)


@dataclass
class Ear:
    """One telephone and how it came to be here."""

    place: str
    phone: Phone
    name: str
    """Whose voice it should hear in a talk; empty where nobody's."""

    def between(self, since: float, until: float) -> Samples:
        """What it heard between two instants of the loop's clock."""
        if not self.phone.answered.is_set():
            return self.phone.heard()
        begun = self.phone.answered_at
        heard = self.phone.heard(max(0.0, since - begun))
        return heard[: max(0, round((until - max(since, begun)) * RATE))]


@dataclass
class Crowd:
    """Everybody on the line."""

    far: FarSide
    status: Callable[[], Any]
    places: Places
    ears: list[Ear] = field(default_factory=list)
    unanswered: int = 0
    """Calls the hotline did not take; expected only while it has no Asterisk."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(13800000000))

    # ---- coming ----------------------------------------------------------------------------------

    async def agents_come(self, ask: Callable[..., Any], secrets_file: Path) -> None:
        """Register every phone and sign in."""
        numbers = [*self.places.talkers, *self.places.ringers, self.places.idle]
        secrets = load_secrets(secrets_file, [AgentNumber(number) for number in numbers]).sip
        for number in numbers:
            phone = await self.far.agent(number, secrets[AgentNumber(number)])
            if number in self.places.ringers:
                phone.answers_after_s, phone.hangs_up_after_s = 5.0, 6.0
            ask("agent", number=number, wish="sign_in")
        ask("agent", number=self.places.idle, wish="not_ready", reason="1")

    async def callers_come(self, tasks: asyncio.TaskGroup) -> None:
        """Dial everybody and wait until those who stay are in their places."""
        for _ in range(self.places.talk):
            await self.call("talk", TO_TALK)
        for _ in range(self.places.queue):
            await self.call("queue", TO_QUEUE)
        for _ in range(self.places.ring):
            tasks.create_task(self._calls_again())
            await asyncio.sleep(0.3)
        for _ in range(self.places.menu):
            ear = await self.call("menu", "")
            tasks.create_task(self._listens_again(ear))
        async with asyncio.timeout(60):
            while not (self._in_place() and self._paired()):  # noqa: ASYNC110 - Asterisk and the status tell no events
                await asyncio.sleep(0.5)

    async def call(self, place: str, keys: str) -> Ear:
        """One more caller."""
        phone = await self.far.dial("95001", caller=str(next(self.numbers)))
        ear = Ear(place, phone, "")
        await phone.is_answered(within_s=ANSWERED_S)
        self.ears.append(ear)
        if keys:
            await phone.press(keys)
        return ear

    def _in_place(self) -> bool:
        phases = [call["phase"] for call in self.status()["calls"]]
        return (
            phases.count("talking") >= self.places.talk
            and phases.count("queued") >= self.places.queue
            and all(self._agent_talks(number) for number in self.places.talkers)
        )

    def _agent_talks(self, number: str) -> bool:
        agent = self.far.agents[number]
        return bool(agent.rings) and agent.rings[-1].answered.is_set()

    def _paired(self) -> bool:
        """Whether both voices of every talk have been heard: who talks to whom is known by them."""
        callers = [ear for ear in self.ears if ear.place == "talk"]
        paired = {ear.name for ear in callers}
        for number in self.places.talkers:
            ring = self.far.agents[number].rings[-1]
            heard = ring.heard(max(0.0, ring.heard_s - 6))
            partner = next((ear for ear in callers if not ear.name and find(heard, voice_of(ear.phone.name))), None)
            if number not in paired and partner is not None:
                partner.name = number
                self.ears.append(Ear("agent", ring, partner.phone.name))
        return all(ear.name for ear in callers)

    # ---- staying ---------------------------------------------------------------------------------

    async def _listens_again(self, ear: Ear) -> None:
        while not await self._is_over(KEY_EVERY_S, ear.phone):
            await ear.phone.press("9")

    async def _calls_again(self) -> None:
        """Asks for an agent, talks, is told goodbye, calls again."""
        while not self.over.is_set():
            try:
                ear = await self.call("ring", TO_RING)
            except WorldError:
                self.unanswered += 1
                await asyncio.sleep(BACK_S)
                continue
            while not await self._is_over(AGAIN_S, ear.phone):
                with contextlib.suppress(WorldError):
                    await self._press_again(ear)
            await asyncio.sleep(BACK_S)

    async def _press_again(self, ear: Ear) -> None:
        """Somebody whose keys fell into a failure is still in the menu."""
        status = await asyncio.to_thread(self.status)
        mine = [call for call in status["calls"] if call["caller"].endswith(ear.phone.name[-4:])]
        if mine and mine[0]["phase"] == "menu":
            await ear.phone.press("#,310")

    async def _is_over(self, seconds: float, phone: Phone) -> bool:
        """Whether the call or the drill ends within so many seconds."""
        waits = [asyncio.ensure_future(event.wait()) for event in (phone.ended, self.over)]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return phone.ended.is_set() or self.over.is_set()

    async def go(self) -> None:
        """Everybody hangs up."""
        self.over.set()
        await self.far.hang_up_all()

    # ---- what they heard -------------------------------------------------------------------------

    def longest_silences(self, since: float, until: float, places: tuple[str, ...] = ()) -> list[tuple[Silence, Ear]]:
        """Of everybody, or of those in these places, the longest stretch without any sound, the worst first."""
        found = []
        for ear in self.ears:
            if places and ear.place not in places:
                continue
            quiet = silences(ear.between(since, until), least_s=0.1)
            found.append((max(quiet, key=lambda one: one.length_s, default=Silence(0.0, 0.0)), ear))
        return sorted(found, key=lambda one: -one[0].length_s)

    def talk_gaps(self, since: float, until: float) -> list[tuple[float, Ear]]:
        """Of each side of each long talk the longest time without the other's voice, the worst first."""
        gaps = [(_gap(ear.between(since, until), voice_of(ear.name)), ear) for ear in self.ears if ear.name]
        return sorted(gaps, key=lambda one: -one[0])

    def heard_by(self, place: str, sound: Samples, since: float, until: float) -> tuple[int, int]:
        """How many of those who stay in this place heard a sound in that time, and of how many."""
        ears = [ear for ear in self.ears if ear.place == place]
        return sum(bool(find(ear.between(since, until), sound)) for ear in ears), len(ears)

    def gone(self) -> list[str]:
        """Whoever should still be on the line and is not."""
        return [ear.place for ear in self.ears if ear.place != "ring" and ear.phone.ended.is_set()]


def _gap(heard: Samples, voice: Samples) -> float:
    """Longest time between two beginnings of a voice that repeats itself."""
    places = [0.0, *(match.at_s for match in find(heard, voice, least_score=TORN_SCORE)), heard.size / RATE]
    return max(later - earlier for earlier, later in itertools.pairwise(places))
