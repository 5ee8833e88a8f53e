"""Synthetic utterances in files, each file by a process of its own, since espeak-ng crashes now and then."""

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.prompts.alaw import RATE
from hotline.prompts.pronunciation import respell, syllables
from hotline.prompts.shaping import resample
from tools.speech_model import corpus
from tools.speech_model.augmentation import change_speed, disturb, line_band
from tools.speech_model.espeak import Espeak, Spoken, data_folder
from tools.speech_model.features import mfcc
from tools.speech_model.phones import phones_of
from tools.speech_model.texts import sentence
from tools.speech_model.voices import draw_voice, invent_variant, named_variants

INVENTED = 200
"""Variants of our own beside espeak's."""

INVENTED_SHARE = 0.7

PIECE = 500
"""Utterances to one file and process."""

TRIES = 3

LONGEST_S = 9.0

NOTHING_SAID = 0.03
"""Share of examples in which nobody speaks."""


def script_of(text: str) -> tuple[str, list[str]]:
    """What espeak is given for Hanzi and commas, and the syllables it will say."""
    said: list[str] = []
    words: list[str] = []
    for part in text.split("，"):
        found = syllables(part) if part else []
        said += found
        words.append(" ".join(respell(syllable) for syllable in found))
    return ", ".join(word for word in words if word), said


def timed_phones(spoken: Spoken, said: list[str]) -> list[corpus.TimedPhone] | None:
    """The phones with their times; None if espeak has said something else."""
    if len(spoken.syllables) != len(said):
        return None
    found: list[corpus.TimedPhone] = []
    for (begin, vowel, end), syllable in zip(spoken.syllables, said, strict=True):
        phones = phones_of(syllable)
        if len(phones) == 1:
            found.append((phones[0], begin, end))
        else:
            found += [(phones[0], begin, vowel), (phones[1], vowel, end)]
    return found


def prepare_voices(work: Path, seed: int) -> Path:
    """espeak-ng's data with voices of our own invention."""
    rng = np.random.default_rng(seed)
    return data_folder(work, ((name, invent_variant(name, rng)) for name in _invented()))


def _invented() -> list[str]:
    return [f"own{number}" for number in range(INVENTED)]


class Speakers:
    """Everybody who speaks in the training, in this process."""

    def __init__(self, data: Path, seed: int) -> None:
        self._espeak = Espeak(data, seed)
        installed = [path.name for path in (data / "voices" / "!v").iterdir() if path.is_symlink()]
        self._named, self._own = named_variants(installed, "train"), tuple(_invented())
        self._rng = np.random.default_rng(seed)
        self._babble: deque[NDArray[np.float32]] = deque(maxlen=40)

    def utterances(self, count: int) -> Iterator[corpus.Utterance]:
        """So many examples, each by another speaker."""
        made = 0
        while made < count:
            example = self._silence() if self._rng.random() < NOTHING_SAID else self._utterance()
            if example:
                made += 1
                yield example

    def _silence(self) -> corpus.Utterance:
        sound = (self._rng.standard_normal(int(self._rng.uniform(0.6, 3) * RATE)) * 1e-3).astype(np.float32)
        return corpus.make_utterance(mfcc(disturb(sound, [], self._rng)), [])

    def _utterance(self) -> corpus.Utterance | None:
        rng = self._rng
        script, said = script_of(sentence(rng))
        variants = self._own if rng.random() < INVENTED_SHARE else self._named
        spoken = self._espeak.speak(script, draw_voice(variants, "train", rng))
        phones = timed_phones(spoken, said)
        if phones is None:
            return None
        speed = rng.uniform(0.88, 1.15)
        sound = change_speed(resample(spoken.sound, spoken.rate, band=line_band(rng)), speed)
        if sound.size < RATE // 5 or sound.size > LONGEST_S * RATE:
            return None
        before, after = (int(rng.uniform(low, high) * RATE) for low, high in ((0.08, 0.7), (0.15, 0.8)))
        heard = disturb(np.pad(sound, (before, after)), self._babble, rng)
        self._babble.append(sound)
        return corpus.make_utterance(
            mfcc(heard),
            [(phone, begin / speed + before / RATE, end / speed + before / RATE) for phone, begin, end in phones],
        )


def synthesise(work: Path, utterances: int, seed: int, *, workers: int, report: Callable[[str], None]) -> list[Path]:
    """Files of utterances below `work`; those that are there already are taken as they are."""
    data = prepare_voices(work, seed)
    files = [work / f"synthetic-{seed}-{number}.npz" for number in range(-(-utterances // PIECE))]
    waiting = deque((path, seed * 10_000 + number, 1) for number, path in enumerate(files) if not path.exists())
    running: list[tuple[subprocess.Popen[bytes], Path, int, int]] = []
    while waiting or running:
        while waiting and len(running) < workers:
            path, piece_seed, attempt = waiting.popleft()
            command = [sys.executable, "-m", "tools.speech_model.synthesis", str(data), str(path), str(piece_seed)]
            running.append((subprocess.Popen(command), path, piece_seed, attempt))
        process, path, piece_seed, attempt = running.pop(0)
        if process.wait() == 0:
            report(f"{path.name}: {PIECE} utterances")
        elif attempt < TRIES:
            waiting.append((path, piece_seed + 1_000_000, attempt + 1))  # the same would crash at the same place
        else:
            raise RuntimeError(f"{path.name}: failed {TRIES} times")
    return files


def main(data: str, path: str, seed: str) -> None:
    """One file, then the process ends."""
    corpus.save(Path(path), list(Speakers(Path(data), int(seed)).utterances(PIECE)))


if __name__ == "__main__":
    main(*sys.argv[1:])
