"""The evaluation as a command: synthetic callers or recorded ones, a model, and figures."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from asr.engines.vosk_engine import VoskRecognizer
from asr.recognizer import SAMPLE_BYTES, Grammar
from asr.rejection import Limits
from asr.vocabulary import fit
from hotline.prompts.alaw import RATE, encode_linear
from hotline.prompts.shaping import resample
from hotline.prompts.wav import parse_wav
from ivr.intents import Act, IntentIndex
from ivr.menu import ROOT, Menu
from ivr.menu_file import parse_menus
from ivr.sayable import sayable
from telephony.ids import NodeId
from tools.speech_model.callers import say_all
from tools.speech_model.evaluation import Judged, choose_limits, judge, table
from tools.speech_model.recordings import MANIFEST, parse_manifest
from tools.speech_model.trials import Trial, draw_trials
from tools.speech_model.voices import Role

Report = Callable[[str], None]


class Examiner:
    """One model at one menu."""

    def __init__(self, model: Path, menus: Path) -> None:
        self.recognizer = VoskRecognizer(model)
        menu, problems = parse_menus(menus.read_text("utf-8"), menus.name)
        if menu is None:
            raise SystemExit("\n".join(map(str, problems)))
        self.menu: Menu = menu
        self.index = IntentIndex.build(menu)
        self.whole = fit(sayable(self.index.book, menu.root), self.recognizer.knows)

    def hear(self, trials: Sequence[Trial], calls: Sequence[bytes], report: Report) -> list[Judged]:
        """Everything said at the main menu, with the whole tree to choose from."""
        started = time.perf_counter()
        heard = [self._judge(trial, pcm, self.whole, ROOT) for trial, pcm in zip(trials, calls, strict=True)]
        seconds = sum(map(len, calls)) / SAMPLE_BYTES / RATE
        report(f"{len(calls)} utterances, {(time.perf_counter() - started) / seconds:.3f} s a second of sound")
        return heard

    def hear_in_menu(self, trials: Sequence[Trial], calls: Sequence[bytes]) -> list[Judged]:
        """Each said at the menu that has the choice, which alone is listened for."""
        heard = []
        for trial, pcm in zip(trials, calls, strict=True):
            menu = next((one for one in self.menu.nodes.values() if trial.target in one.choices.values()), self.menu.root)
            wanted = frozenset(menu.choices.values())
            grammar = fit(sayable(self.index.book, menu, wanted), self.recognizer.knows)
            heard.append(self._judge(trial, pcm, grammar, menu.id))
        return heard

    def _judge(self, trial: Trial, pcm: bytes, grammar: Grammar, node: NodeId) -> Judged:
        return judge(trial, pcm, self.recognizer, grammar, self.index, node)


def measure(model: Path, menus: Path, work: Path, *, count: int, report: Report) -> Limits:
    """Choose limits on one half, report on the other; answer the limits."""
    examiner = Examiner(model, menus)
    tuned = _synthetic(examiner, "tune", work, count, report)
    limits = choose_limits(tuned)
    report(f"limits chosen on these: act {limits.act}, ask {limits.ask}\n{table(tuned, limits)}")
    heard = _synthetic(examiner, "report", work, count, report)
    report(f"other phrases, carriers, voices, speeds and noise:\n{table(heard, limits)}")
    return limits


def _synthetic(examiner: Examiner, role: Role, work: Path, count: int, report: Report) -> list[Judged]:
    trials = draw_trials(examiner.index.book, role, count, seed=7)
    return examiner.hear(trials, say_all([trial.text for trial in trials], role, work, seed=7), report)


def measure_recordings(model: Path, menus: Path, folder: Path, limits: Limits, report: Report) -> None:
    """Recorded callers: first with the whole tree to choose from, then with the right menu alone."""
    examiner = Examiner(model, menus)
    trials: list[Trial] = []
    calls: list[bytes] = []
    for recording in parse_manifest((folder / MANIFEST).read_text("utf-8-sig")):
        match examiner.index.match(recording.node, ROOT):
            case Act(target):
                sound, rate = parse_wav((folder / recording.file).read_bytes())
                kind = recording.file.partition("_")[0]
                trials.append(Trial(kind, recording.text, str(target)))
                calls.append(encode_linear(sound if rate == RATE else resample(sound, rate)))
            case _:
                report(f"{recording.file}: the menu has no {recording.node!r}")
    report(f"the whole tree:\n{table(examiner.hear(trials, calls, report), limits)}")
    report(f"the right menu:\n{table(examiner.hear_in_menu(trials, calls), limits)}")
