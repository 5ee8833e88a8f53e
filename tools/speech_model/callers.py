"""Synthetic callers for the evaluation: sentences as 16-bit telephone sound, by voices the training has not."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.prompts.alaw import RATE, decode, encode, encode_linear
from hotline.prompts.shaping import level, resample
from tools.speech_model.augmentation import add_noise, held_out_noise
from tools.speech_model.espeak import Espeak, data_folder
from tools.speech_model.synthesis import script_of
from tools.speech_model.voices import Role, draw_voice, named_variants

NOISY = 0.5
"""Share of calls with audible noise, of a kind the training has not."""

NOISE_DB = (12.0, 30.0)

QUIET_DB = (35.0, 50.0)
"""Speech above the hiss of the other calls."""

BEFORE_S, AFTER_S = 0.35, 0.6

PIECE = 60
"""Sentences to one process: espeak-ng crashes now and then."""

TRIES = 4


def call(sound: NDArray[np.float32], role: Role, rng: np.random.Generator) -> bytes:
    """A voice as it arrives: band, level, noise, A-law; 16-bit samples."""
    padded = np.pad(level(sound, rng.uniform(-28, -18)), (int(BEFORE_S * RATE), int(AFTER_S * RATE)))
    if rng.random() < NOISY:
        heard = add_noise(padded, held_out_noise(padded.size, role, rng), rng.uniform(*NOISE_DB))
    else:
        heard = add_noise(padded, rng.standard_normal(padded.size).astype(np.float32), rng.uniform(*QUIET_DB))
    return encode_linear(decode(encode(heard)))


def say_all(texts: Sequence[str], role: Role, work: Path, seed: int) -> list[bytes]:
    """Every sentence by somebody else."""
    work.mkdir(parents=True, exist_ok=True)
    data = data_folder(work, ())
    found: list[bytes] = []
    for number, start in enumerate(range(0, len(texts), PIECE)):
        path = work / f"calls-{role}-{seed}-{number}.npz"
        command = [sys.executable, "-m", "tools.speech_model.callers", str(data), str(path), role]
        found += _say_piece(texts[start : start + PIECE], command, path, seed + number)
    return found


def _say_piece(texts: Sequence[str], command: list[str], path: Path, seed: int) -> list[bytes]:
    given = "\n".join(texts).encode()
    for attempt in range(TRIES):  # with another seed each time: the same would crash at the same place
        done = subprocess.run([*command, str(seed + 1000 * attempt)], input=given, check=False)
        if done.returncode == 0:
            with np.load(path) as file:
                return [file[name].tobytes() for name in file.files]
    raise RuntimeError(f"{path.name}: failed {TRIES} times")


def main(data: str, path: str, role: Role, seed: str) -> None:
    """One piece: sentences on standard input, one a line."""
    rng = np.random.default_rng(int(seed))
    espeak = Espeak(Path(data), int(seed))
    variants = named_variants((), role)
    calls = []
    for text in sys.stdin.read().splitlines():
        spoken = espeak.speak(script_of(text)[0], draw_voice(variants, role, rng))
        calls.append(np.frombuffer(call(resample(spoken.sound, spoken.rate), role, rng), "<i2"))
    np.savez(path, *calls)


if __name__ == "__main__":
    main(*sys.argv[1:])  # type: ignore[arg-type]  # the role is one of three
