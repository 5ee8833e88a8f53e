"""From the last voiced sample to the action, with many callers speaking at once; beside Vosk's own end of speech.

    python -m benchmarks.speech [--callers 1,20,50,200] [--model FOLDER] [--manifest FILE] [--threads 2]

Callers' sound comes in pieces of 40 ms at its own pace, as from a call, into `asr.listening`; threads take what waits,
one at a time for each caller, as a recognition worker does. What is measured begins when the last voiced 20 ms of the
recording are sent (the last that are within 35 dB of its loudest) and ends when it is known what to do. Then the same
recordings go the same way through Vosk with the same grammar, until it says by itself that an utterance has ended.
Words that may become others (投诉, of 投诉进度) are waited for longer on purpose; *complete* is the p95 without them.
*lag* is how long sound waited for a thread; *cpu* the processor time for each second of a caller's sound, silence
included: on a machine busy with other things it tells more than the times, as 20 ms/s let two cores hear a hundred.
"""

import argparse
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import vosk

from asr.audio import FRAME_MS, LINE_RATE, frame_bytes, levels_db
from asr.engines.vosk_engine import VoskRecognizer
from asr.listening import Listening, Manner, Sound, Spoken, Task
from benchmarks.rig.machine import load, usage
from hotline.cli_asr import on_the_line
from hotline.prompts.synthesis import Synthesiser, Voice
from hotline.prompts.wav import parse_wav
from hotline.speech.evaluation import PIECE_BYTES, Examiner, Recording, parse_manifest, percentile
from hotline.speech.limits import read_limits
from hotline.speech.models import EMBEDDED
from hotline.speech.understanding import Understanding
from ivr.menu_file import parse_menus
from telephony.ids import NodeId

ROOT_DIR = Path(__file__).resolve().parents[1]
BELOW_LOUDEST_DB = 35.0
COLUMNS = {"callers": 8, "spoken": 8, "right": 8, "p50 ms": 9, "p95": 8, "complete": 10, "lag p99": 10, "cpu ms/s": 13}
"""The table's, and how wide they are."""
GIVEN_UP_S = 3.0
"""After the last voice: Vosk's longest rule for words that may be complete is 2 s."""

WISHES = {
    "loan.quota": ("额度评估", "我想查额度"),
    "loan.conditions": ("申请条件", "请问需要准备什么材料"),
    "loan.progress": ("审批进度", "我想问一下什么时候能放款"),
    "repayment.methods": ("还款方式", "请问怎么还款"),
    "repayment.early": ("提前还款", "我想问一下提前还款怎么办理"),
    "repayment.overdue": ("逾期处理", "我的贷款逾期了"),
    "account.phone": ("修改手机号", "我要换手机号码"),
    "account.password": ("密码重置", "我忘记密码了"),
    "complaint.complain": ("我要投诉", "投诉你们"),
    "@agent": ("转人工", "我要转人工服务"),
}
VOICES = (
    Voice("zh-CN", "cmn-latn-pinyin+f2", 175, 60),
    Voice("zh-CN", "cmn-latn-pinyin+m3", 190, 70),
)


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording, ready to be sent."""

    recording: Recording
    pcm: bytes
    last_voice_s: float
    """Where its last voiced frame ends."""
    may_grow: bool
    """Its words may become others."""


@dataclass
class Result:
    """What became of one clip."""

    clip: Clip
    after_voice_s: float
    right: bool


class Ear(Protocol):
    """Takes the sound of one utterance."""

    def hear(self, pcm: bytes) -> str | None:
        """What is to be done, once it is known; empty for nothing."""
        ...


class OurEar:
    """`asr.listening`."""

    def __init__(self, examiner: Examiner, recording: Recording) -> None:
        self._examiner, self._recording = examiner, recording
        understanding = examiner.understanding
        matcher = understanding.matcher(recording.node, asks=recording.asks)
        self._listening = Listening(
            Task(understanding.recognizer, examiner.grammar(recording), matcher), examiner.manner
        )

    def hear(self, pcm: bytes) -> str | None:
        for report in self._listening.handle(Sound(pcm), time.monotonic()):  # noqa: TID251 - a benchmark's own clock
            if isinstance(report, Spoken):
                return self._examiner.judge(self._recording, report, 0.0).actual
        return None


class VosksEar:
    """Vosk alone: its endpointer, the same grammar, the same matcher."""

    def __init__(self, examiner: Examiner, recording: Recording, model: vosk.Model) -> None:
        grammar = VoskRecognizer._check(examiner.understanding.recognizer, examiner.grammar(recording))  # type: ignore[arg-type]  # noqa: SLF001
        self._kaldi = vosk.KaldiRecognizer(model, LINE_RATE, grammar)
        self._read = examiner.understanding.matcher(recording.node, asks=recording.asks)

    def hear(self, pcm: bytes) -> str | None:
        if not self._kaldi.AcceptWaveform(pcm):
            return None
        text = str(self._kaldi.Result()).partition('"text" : "')[2].partition('"')[0].replace(" ", "")
        return self._read(text).target if text else None


@dataclass
class Caller:
    """Speaks its clips one after the other."""

    clips: Sequence[Clip]
    begins_s: float
    make_ear: Callable[[Recording], Ear]
    results: list[Result] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting: deque[tuple[float, bytes, int]] = deque()
        self.lock = threading.Lock()
        self.is_busy = False
        self._script = list(self._pieces())
        self._next = 0
        self._ear: tuple[int, Ear | None] = (-1, None)

    def _pieces(self) -> list[tuple[float, bytes, int]]:
        """When each piece has been spoken whole, and of which clip it is."""
        found, at = [], self.begins_s
        for number, clip in enumerate(self.clips):
            for start in range(0, len(clip.pcm), PIECE_BYTES):
                piece = clip.pcm[start : start + PIECE_BYTES]
                at += len(piece) / (2 * LINE_RATE)  # the last one of a clip is shorter
                found.append((at, piece, number))
        return found

    def is_done(self) -> bool:
        return self._next == len(self._script) and not self.waiting and not self.is_busy

    def due(self, now: float) -> bool:
        """Send what has been spoken; return whether somebody must work on it."""
        with self.lock:
            while self._next < len(self._script) and self._script[self._next][0] <= now:
                self.waiting.append(self._script[self._next])
                self._next += 1
            starts = bool(self.waiting) and not self.is_busy
            self.is_busy = self.is_busy or starts
            return starts

    def work(self, began_at: float) -> None:
        """In a thread: hear what waits."""
        while True:
            with self.lock:
                if not self.waiting:
                    self.is_busy = False
                    return
                at, pcm, number = self.waiting.popleft()
            self.lags.append(time.monotonic() - began_at - at)  # noqa: TID251 - a benchmark's own clock
            self._hear(at, pcm, number, began_at)

    def _hear(self, at: float, pcm: bytes, number: int, began_at: float) -> None:
        clip = self.clips[number]
        if self._ear[0] != number:
            self._ear = (number, self.make_ear(clip.recording))
        ear = self._ear[1]
        if ear is None:
            return
        action = ear.hear(pcm)
        clip_began_s = self.begins_s + sum(len(before.pcm) / (2 * LINE_RATE) for before in self.clips[:number])
        last_voice_at = clip_began_s + clip.last_voice_s
        if action is not None:
            now = time.monotonic() - began_at  # noqa: TID251 - a benchmark's own clock
            self.results.append(Result(clip, now - last_voice_at, action == clip.recording.expected))
            self._ear = (number, None)
        elif at - last_voice_at > GIVEN_UP_S:
            self._ear = (number, None)


def run(callers: list[Caller], threads: int) -> float:
    """Let all of them speak; return the processor time that it took."""
    began_at, began_cpu = time.monotonic(), time.process_time()  # noqa: TID251 - a benchmark's own clock
    with ThreadPoolExecutor(threads) as pool:
        while not all(caller.is_done() for caller in callers):
            now = time.monotonic() - began_at  # noqa: TID251 - a benchmark's own clock
            for caller in callers:
                if caller.due(now):
                    pool.submit(caller.work, began_at)
            time.sleep(0.002)
    return time.process_time() - began_cpu


def clip(recording: Recording, pcm: bytes, understanding: Understanding) -> Clip:
    """Find its last voice, and whether its words may become others."""
    levels = levels_db(pcm, LINE_RATE)
    last = max(place for place, level in enumerate(levels) if level > max(levels) - BELOW_LOUDEST_DB)
    reading = understanding.matcher(recording.node, asks=recording.asks)(recording.text)
    return Clip(recording, pcm, (last + 1) * FRAME_MS / 1000, reading.may_grow)


def synthetic(understanding: Understanding) -> list[Clip]:
    """Speak the wishes with voices of espeak-ng."""
    found = []
    for voice in VOICES:
        with Synthesiser(voice) as synthesiser:
            for target, texts in WISHES.items():
                for text in texts:
                    recording = Recording(f"{voice.name}.wav", text, target, NodeId("main"))
                    pcm = bytes(frame_bytes(LINE_RATE) * 15) + on_the_line(synthesiser.speak(text), LINE_RATE)
                    found.append(clip(recording, pcm, understanding))
    return found


def recorded(manifest: Path, understanding: Understanding) -> list[Clip]:
    """Read one's own recordings."""
    recordings, problems = parse_manifest(manifest.read_text("utf-8"), str(manifest), understanding.menu)
    assert not problems, problems[0]
    return [
        clip(recording, on_the_line(*parse_wav((manifest.parent / recording.file).read_bytes())), understanding)
        for recording in recordings
    ]


def crowd(clips: list[Clip], count: int, each: int, make_ear: Callable[[Recording], Ear]) -> list[Caller]:
    """So many callers, each with some clips, who begin within two seconds; the same ones every time."""
    chance = random.Random(count)
    return [Caller(chance.choices(clips, k=each), chance.uniform(0.0, 2.0), make_ear) for _ in range(count)]


def row(name: str, callers: list[Caller], cpu_s: float) -> str:
    """One line of the table."""
    results = [result for caller in callers for result in caller.results]
    spoken = sum(len(caller.clips) for caller in callers)
    acted = [result.after_voice_s * 1000 for result in results if result.right]
    complete = [result.after_voice_s * 1000 for result in results if result.right and not result.clip.may_grow]
    sound_s = sum(len(one.pcm) / (2 * LINE_RATE) for caller in callers for one in caller.clips)
    lags = [lag * 1000 for caller in callers for lag in caller.lags]
    figures = (
        f"{len(callers)}",
        f"{spoken}",
        f"{len(acted) / spoken:.3f}",
        *(f"{percentile(values, share):.0f}" for values, share in ((acted, 0.5), (acted, 0.95), (complete, 0.95))),
        f"{percentile(lags, 0.99):.0f}",
        f"{cpu_s / sound_s * 1000:.1f}",
    )
    return line(name, figures)


def line(name: str, cells: Iterable[str]) -> str:
    """Cells below their columns."""
    return name.ljust(10) + "".join(cell.rjust(width) for cell, width in zip(cells, COLUMNS.values(), strict=True))


def memory_per_caller_mb(examiner: Examiner, clips: list[Clip], count: int = 50) -> float:
    """What so many utterances hold while they are being spoken."""
    before = usage_mb()
    ears = [OurEar(examiner, one.recording) for one in clips[:count] * (count // len(clips) + 1)][:count]
    for ear, one in zip(ears, clips * count, strict=False):
        ear.hear(one.pcm[: int(one.last_voice_s * 2 * LINE_RATE)])
    return (usage_mb() - before) / count


def usage_mb() -> float:
    """What this process holds."""
    return usage(os.getpid()).rss_mb


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--callers", default="1,20,50,200")
    parser.add_argument("--model", type=Path, default=EMBEDDED)
    parser.add_argument("--menus", type=Path, default=ROOT_DIR / "menus.yaml")
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    menu, _ = parse_menus(given.menus.read_text("utf-8"), str(given.menus))
    assert menu is not None
    empty_mb = usage_mb()
    recognizer = VoskRecognizer(given.model)
    examiner = Examiner(Understanding.build(menu, recognizer), Manner(limits=read_limits(given.model)))
    understanding = examiner.understanding
    clips = synthetic(understanding) if given.manifest is None else recorded(given.manifest, understanding)
    model_mb = usage_mb() - empty_mb
    print(f"{recognizer.name}, {given.threads} threads, {len(clips)} recordings; load {load()}")
    print(f"model and menu {model_mb:.0f} MB; {memory_per_caller_mb(examiner, clips):.1f} MB for each who is speaking")
    print(line("", COLUMNS))
    peers: dict[str, Callable[[Recording], Ear]] = {
        "ours": lambda recording: OurEar(examiner, recording),
        "Vosk's": lambda recording: VosksEar(examiner, recording, recognizer._model),  # noqa: SLF001
    }
    for count in (int(number) for number in given.callers.split(",")):
        each = max(1, min(10, 100 // count))
        for name, make_ear in peers.items():
            callers = crowd(clips, count, each, make_ear)
            print(row(name, callers, run(callers, given.threads)), flush=True)


if __name__ == "__main__":
    main()
