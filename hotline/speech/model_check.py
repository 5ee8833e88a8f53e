"""Whether a folder is a speech model that works, tried in a process of its own: damage may abort whoever loads it.

`python -m hotline.speech.model_check FOLDER` is that process; it answers with one line of JSON.
"""

import json
import os
import random
import signal
import struct
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asr.engines.vosk_engine import VoskRecognizer
from asr.vocabulary import fit
from hotline.clock import engine_now
from telephony.errors import RecognizerError

PATIENCE_S = 120.0
"""Until a model counts as stuck: the largest Chinese one (1.3 GB) takes some 10 s from a cold disk."""

PROBES = ("一", "二", "三", "四", "one", "two", "three", "four")
"""Words of which any model of our two languages knows some."""

SECONDS = 1
"""Of sound it must take: damage to a graph or a wrong dimension shows only then (SPEECH.md)."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a working model is like."""

    name: str
    rate: int
    """Samples per second it takes."""
    takes_grammar: bool
    """Whether it can be told what to listen for."""
    has_filler: bool
    """Whether it can tell words that belong to the menu from others by their sound."""
    load_s: float
    memory_mb: float
    """The whole process with it, at its peak."""


def check_model(folder: Path, *, patience_s: float = PATIENCE_S) -> ModelFacts:
    """Try it; raise `RecognizerError` with one line that says what is wrong."""
    if not folder.is_dir():
        raise RecognizerError(f"{folder}: there is no such folder with a speech model", retryable=False)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "hotline.speech.model_check", str(folder)],
            capture_output=True,
            timeout=patience_s,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"{folder}: the speech model did not load within {patience_s:.0f} s"
        raise RecognizerError(message, retryable=True) from None
    return _facts(folder, child.returncode, child.stdout)


def _facts(folder: Path, code: int, output: bytes) -> ModelFacts:
    if code < 0:
        name = signal.Signals(-code).name
        raise RecognizerError(f"{folder}: the speech model is damaged; loading it ends in {name}", retryable=False)
    answer: dict[str, Any] = {}
    for line in reversed(output.decode(errors="replace").splitlines()):
        if line.startswith("{"):
            answer = json.loads(line)
            break
    if "problem" in answer:
        raise RecognizerError(str(answer["problem"]), retryable=bool(answer["retryable"]))
    if code or not answer:
        raise RecognizerError(f"{folder}: the speech model is damaged; it cannot be loaded", retryable=False)
    return ModelFacts(**answer)


def try_model(folder: Path) -> ModelFacts:
    """In the process of its own: load it, and let it hear a second of noise, with and without a grammar."""
    began_at = engine_now()
    recognizer = VoskRecognizer(folder)
    load_s = engine_now() - began_at
    grammar = fit(PROBES, recognizer.knows)
    if grammar.is_empty:
        raise RecognizerError(f"{folder}: the speech model knows neither Chinese nor English words", retryable=False)
    utterance = recognizer.begin(grammar)
    utterance.feed(_noise(recognizer.rate))
    utterance.finish()
    return ModelFacts(
        name=recognizer.name,
        rate=recognizer.rate,
        takes_grammar=recognizer.takes_grammar,
        has_filler=recognizer.has_filler,
        load_s=round(load_s, 3),
        memory_mb=_peak_memory_mb(),
    )


def _noise(rate: int) -> bytes:
    chance = random.Random(1)  # noqa: S311 - noise
    return struct.pack(f"<{rate * SECONDS}h", *(chance.randint(-3000, 3000) for _ in range(rate * SECONDS)))


def _peak_memory_mb() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), "0")
    return round(int(peak) / 1024, 1)


def main(folder: str) -> None:
    """Answer on stdout; what Kaldi itself says goes to stderr."""
    try:
        answer: dict[str, Any] = asdict(try_model(Path(folder)))
    except RecognizerError as error:
        answer = {"problem": str(error), "retryable": error.retryable}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    os._exit(0)  # a damaged model may still crash while it is being freed


if __name__ == "__main__":
    main(sys.argv[1])
