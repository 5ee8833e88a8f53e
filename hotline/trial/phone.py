"""One simulated telephone in a call: it hears, speaks, presses keys and hangs up."""

import asyncio
from collections.abc import Mapping
from typing import Protocol
from uuid import UUID, uuid4

from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.prompts.alaw import RATE, Samples, encode_linear
from hotline.trial.audio_socket import FRAME_BYTES, AudioConnection
from hotline.trial.listening import Heard, Match, Repertoire, identify
from hotline.trial.recorder import Recorder
from hotline.trial.torn import LaterPieces
from telephony.errors import LinkError, WorldError

TONE_MS = 100
"""Length of a key's tone: people press 80 to 200 ms, RFC 4733 receivers need 40."""

KEY_GAP_S = 0.25
"""From one key to the next, as a quick person types."""

PAUSE_S = 0.5
"""A comma among the keys."""

POLL_S = 0.1
"""How often what was heard is looked through."""

DIALOG_POLLS = 50
"""So often, at most, until a call that was just dialled has its first reply."""

_SILENCE = bytes(FRAME_BYTES)


class Line(Protocol):
    """The far side's Asterisk, as a telephone sees it."""

    async def request(self, action: Action) -> AmiMessage:
        """Send an action and wait for its answer; raises LinkError."""
        ...


class NotHeardError(WorldError):
    """A sound that was waited for did not come."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


class Phone:
    """One call of one simulated telephone, from dialling or ringing to its end."""

    def __init__(self, line: Line, channel: str, name: str) -> None:
        self.channel = channel
        """Unique id of its channel at the far side."""
        self.name = name
        """The caller's number or the agent's."""
        self.identity: UUID = uuid4()
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self.cause: int | None = None
        """Q.850 cause once ended."""
        self._line = line
        self._mouth: AudioConnection | None = None
        self._recorder: Recorder | None = None
        self._speech = b""
        self._place = 0
        self._repeats = True

    # ---- hearing ---------------------------------------------------------------------------------

    @property
    def answered_at(self) -> float:
        """Instant on the loop's clock; what was heard counts from here."""
        if self._recorder is None:
            raise WorldError(f"{self.name}: the call has not been answered", retryable=False)
        return self._recorder.started_at

    @property
    def heard_s(self) -> float:
        """Seconds heard so far."""
        return self._recorder.seconds if self._recorder else 0.0

    def heard(self, from_s: float = 0.0) -> Samples:
        """Everything heard since the answer; pauses of the line are silence."""
        return (self._recorder or Recorder(0.0)).samples(from_s)

    def timeline(self, sounds: Mapping[str, Samples], music: Samples | None = None) -> list[Heard]:
        """What was heard when, of these sounds."""
        return identify(self.heard(), sounds, music)

    async def hears(self, sound: Samples, *, within_s: float, from_s: float = 0.0, what: str = "the sound") -> Match:
        """Wait until this sound begins at or after `from_s`; NotHeardError if it does not, or the call ends first."""
        loop = asyncio.get_running_loop()
        limit = loop.time() + within_s
        wanted, later, looked_s = Repertoire({"": sound}), LaterPieces({"": sound}), from_s
        while True:
            over = self.ended.is_set() or loop.time() >= limit
            heard = self.heard(looked_s)
            if onsets := wanted.onsets(heard):
                return Match(looked_s + onsets[0].at / RATE, onsets[0].score)
            if torn := later.onsets(self.heard(from_s)):
                return Match(from_s + torn[0].at / RATE, torn[0].score)
            looked_s += max(0, heard.size - wanted.longest_head) / RATE  # what began before is not looked at again
            if over:
                ending = "before the call ended" if self.ended.is_set() else f"within {within_s:g} s"
                raise NotHeardError(f"{self.name} did not hear {what} {ending}")
            await asyncio.sleep(POLL_S)

    async def is_answered(self, *, within_s: float) -> None:
        """Wait for the answer; NotHeardError if the call is refused or nobody answers."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self.answered, self.ended)]
        try:
            await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if not self.answered.is_set():
            why = f"was refused (cause {self.cause})" if self.ended.is_set() else f"was not answered in {within_s:g} s"
            raise NotHeardError(f"the call of {self.name} {why}")

    async def is_ended(self, *, within_s: float) -> int:
        """Wait for the other side to hang up; the cause."""
        try:
            async with asyncio.timeout(within_s):
                await self.ended.wait()
        except TimeoutError:
            raise NotHeardError(f"the call of {self.name} did not end within {within_s:g} s") from None
        return self.cause or 0

    # ---- acting ----------------------------------------------------------------------------------

    def speak(self, speech: Samples, *, repeats: bool = True) -> None:
        """Say this from now on; silence afterwards unless it repeats."""
        self._speech, self._place, self._repeats = encode_linear(speech), 0, repeats

    async def press(self, keys: str, *, tone_ms: int = TONE_MS, gap_s: float = KEY_GAP_S) -> None:
        """Press keys one after the other by RFC 4733; a comma is a pause."""
        for place, key in enumerate(keys):
            if key == ",":
                await asyncio.sleep(PAUSE_S)
                continue
            await self._ask(Action("PlayDTMF", (("Channel", self.channel), ("Digit", key), ("Duration", str(tone_ms)))))
            if keys[place + 1 : place + 2] not in {"", ","}:
                await asyncio.sleep(tone_ms / 1000 + gap_s)

    async def hang_up(self) -> None:
        """Hang up; nothing happens where the call is over."""
        if self.ended.is_set():
            return
        try:
            await self._ask(Action("Hangup", (("Channel", self.channel), ("Cause", "16"))))
        except LinkError:
            return  # it ended by itself at this moment
        await self.is_ended(within_s=5.0)

    async def answer(self) -> None:
        """Pick up a ringing call."""
        await self._continue_at("answer", EAR=str(self.identity))

    async def transfer(self, target: str) -> None:
        """Hand the other party on (REFER), without asking the target."""
        await self._continue_at("transfer", TARGET=target)

    async def transfer_to(self, other: "Phone", target: str) -> None:
        """Put the other party together with that of another call of ours, to `target` (REFER with Replaces)."""
        names = ("call-id", "remote_tag", "local_tag")
        call_id, to_tag, from_tag = [await self._of_dialog(other, name) for name in names]
        replaces = f"?Replaces={call_id}%3Bto-tag%3D{to_tag}%3Bfrom-tag%3D{from_tag}"
        await self._continue_at("transfer", TARGET=target, REPLACES=replaces)

    async def _of_dialog(self, other: "Phone", name: str) -> str:
        """What identifies a call, as SIP has it; the other side's part comes with its first reply."""
        asked = Action("Getvar", (("Channel", other.channel), ("Variable", f"CHANNEL(pjsip,{name})")))
        for _ in range(DIALOG_POLLS):
            if value := (await self._line.request(asked)).optional("Value"):
                return value
            await asyncio.sleep(POLL_S)
        raise NotHeardError(f"{other.name}: nobody has replied to its call")

    async def refuse(self, sip_code: int) -> None:
        """Turn a ringing call away: 486 busy, 603 declined."""
        await self._ask(Action("PJSIPHangup", (("Channel", self.channel), ("Cause", str(sip_code)))))

    async def _continue_at(self, context: str, **variables: str) -> None:
        for name, value in variables.items():
            await self._ask(Action("Setvar", (("Channel", self.channel), ("Variable", name), ("Value", value))))
        place = (("Context", context), ("Exten", "s"), ("Priority", "1"))
        await self._ask(Action("Redirect", (("Channel", self.channel), *place)))

    async def _ask(self, action: Action) -> None:
        await self._line.request(action)

    # ---- told by the far side --------------------------------------------------------------------

    def connected(self, mouth: AudioConnection) -> None:
        """The call is answered and sound flows."""
        self._mouth = mouth
        self._recorder = Recorder(asyncio.get_running_loop().time())
        self.answered.set()

    def received(self, pcm: bytes) -> None:
        """Sound that arrived together."""
        if self._recorder is not None:
            self._recorder.add(pcm, asyncio.get_running_loop().time())

    def disconnected(self) -> None:
        """The sound is over; the hang-up itself is told by its event."""
        self._mouth = None

    def hung_up(self, cause: int) -> None:
        """The call is over."""
        self.cause = cause
        self._mouth = None
        self.ended.set()

    def tick(self) -> None:
        """Send the next 20 ms: a telephone is never silent on the wire."""
        if self._mouth is None:
            return
        frame = self._speech[self._place : self._place + FRAME_BYTES]
        self._place += FRAME_BYTES
        if self._place >= len(self._speech):
            self._place = 0
            if not self._repeats:
                self._speech = b""
        self._mouth.say(frame.ljust(FRAME_BYTES, b"\0") if frame else _SILENCE)
