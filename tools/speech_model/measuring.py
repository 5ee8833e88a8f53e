"""The evaluation as a command: synthetic callers or recorded ones, a model, and figures."""

import time
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from asr.engines.vosk_engine import VoskRecognizer
from asr.recognizer import SAMPLE_BYTES, Grammar
from asr.rejection import Limits
from asr.vocabulary import fit
from hotline.prompts.alaw import RATE, encode_linear
from hotline.prompts.shaping import resample
from hotline.prompts.wav import parse_wav
from ivr.intent_phrases import Target
from ivr.intents import Act, IntentIndex
from ivr.menu import ROOT
from ivr.menu_file import parse_menus
from ivr.sayable import sayable
from tools.speech_model.callers import say_all
from tools.speech_model.evaluation import Judged, Spot, choose_limits, judge, table, wilson
from tools.speech_model.manifest import MANIFEST, parse_manifest
from tools.speech_model.trials import Trial, draw_trials
from tools.speech_model.voices import Role

SEED = 7
"""Of the trials and of who says them."""

ROLES: tuple[Role, Role] = ("tune", "report")


@dataclass(frozen=True)
class Examiner:
    """One model at one menu."""

    model: Path
    menus: Path
    work: Path
    """For the calls."""
    report: Callable[[str], None]

    @cached_property
    def recognizer(self) -> VoskRecognizer:
        """The hotline's own engine."""
        return VoskRecognizer(self.model)

    @cached_property
    def index(self) -> IntentIndex:
        """The hotline's own reading of words."""
        menu, problems = parse_menus(self.menus.read_text("utf-8"), self.menus.name)
        if menu is None:
            raise SystemExit("\n".join(map(str, problems)))
        return IntentIndex.build(menu)

    def run(self, count: int) -> Limits:
        """Choose limits on one half, report on the other; answer the limits."""
        tuned, reported = (draw_trials(self.index.book, role, count, SEED) for role in ROLES)
        self._report_texts(reported)
        heard = self.hear(tuned, self._calls(tuned, "tune"))
        limits = choose_limits(heard)
        self.report(f"limits chosen on these: act {limits.act}, ask {limits.ask}\n{table(heard, limits)}")
        heard = self.hear(reported, self._calls(reported, "report"))
        self.report(f"other phrases, carriers, voices, speeds and noise:\n{table(heard, limits)}")
        return limits

    def _report_texts(self, trials: Sequence[Trial]) -> None:
        """No model can do better than the texts themselves."""
        root = self.index.menu.root.id
        wishes = [trial for trial in trials if trial.target]
        read = [self.index.match(trial.text, root) for trial in wishes]
        right = sum(
            isinstance(outcome, Act) and str(outcome.target) == trial.target
            for trial, outcome in zip(wishes, read, strict=True)
        )
        self.report(f"of the report half's texts, read without any error, {wilson(right, len(wishes))} lead right")

    def run_recordings(self, folder: Path, limits: Limits) -> None:
        """Recorded callers: first with the whole tree to choose from, then with the right menu alone."""
        trials: list[Trial] = []
        calls: list[bytes] = []
        for recording in parse_manifest((folder / MANIFEST).read_text("utf-8-sig")):
            match self.index.match(recording.node, ROOT):
                case Act(target):
                    sound, rate = parse_wav((folder / recording.file).read_bytes())
                    trials.append(Trial(recording.file.partition("_")[0], recording.text, str(target)))
                    calls.append(encode_linear(sound if rate == RATE else resample(sound, rate)))
                case _:
                    self.report(f"{recording.file}: the menu has no {recording.node!r}")
        self.report(f"the whole tree:\n{table(self.hear(trials, calls), limits)}")
        self.report(f"the right menu:\n{table(self.hear_in_menu(trials, calls), limits)}")

    def write_calls(self, folder: Path, role: Role, count: int) -> None:
        """One half as wave files and a manifest (file, text, target, kind), as `hotline asr eval` reads it."""
        trials = draw_trials(self.index.book, role, count, SEED)
        lines = ["file\ttext\ttarget\tkind"]
        for number, (trial, pcm) in enumerate(zip(trials, self._calls(trials, role), strict=True)):
            name = f"{trial.kind}_{number:04}.wav"
            with wave.open(str(folder / name), "wb") as file:
                file.setparams((1, SAMPLE_BYTES, RATE, 0, "NONE", ""))
                file.writeframes(pcm)
            lines.append(f"{name}\t{trial.text}\t{trial.target or 'foreign'}\t{trial.kind}")
        (folder / MANIFEST).write_text("\n".join(lines) + "\n", "utf-8")
        self.report(f"{folder}: {len(trials)} calls")

    def _calls(self, trials: Sequence[Trial], role: Role) -> list[bytes]:
        return say_all([trial.text for trial in trials], role, self.work, SEED)

    def hear(self, trials: Sequence[Trial], calls: Sequence[bytes]) -> list[Judged]:
        """Everything said at the main menu, with the whole tree to choose from."""
        started = time.perf_counter()
        root = self.index.menu.root
        spot = Spot(self.recognizer, self._grammar(), self.index, root.id)
        heard = [judge(trial, pcm, spot) for trial, pcm in zip(trials, calls, strict=True)]
        seconds = sum(map(len, calls)) / SAMPLE_BYTES / RATE
        self.report(f"{len(calls)} utterances, {(time.perf_counter() - started) / seconds:.3f} s a second of sound")
        return heard

    def hear_in_menu(self, trials: Sequence[Trial], calls: Sequence[bytes]) -> list[Judged]:
        """Each said at the menu that has the choice, which alone is listened for."""
        menu, heard = self.index.menu, []
        for trial, pcm in zip(trials, calls, strict=True):
            node = next((one for one in menu.nodes.values() if trial.target in one.choices.values()), menu.root)
            grammar = self._grammar(frozenset(node.choices.values()))
            heard.append(judge(trial, pcm, Spot(self.recognizer, grammar, self.index, node.id)))
        return heard

    def _grammar(self, targets: frozenset[Target] | None = None) -> Grammar:
        return fit(sayable(self.index.book, targets), self.recognizer.knows)
