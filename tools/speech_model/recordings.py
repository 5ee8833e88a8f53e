"""One's own recordings as training material: wave files and what is said in them. Needs `.[train]`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from hotline.prompts.alaw import RATE, Samples
from hotline.prompts.pronunciation import syllables
from hotline.prompts.shaping import resample
from hotline.prompts.wav import parse_wav
from tools.speech_model import corpus
from tools.speech_model.augmentation import change_speed, disturb, line_band
from tools.speech_model.features import mfcc
from tools.speech_model.manifest import MANIFEST, parse_manifest
from tools.speech_model.network import Network, log_probabilities
from tools.speech_model.phones import class_of, phones_of
from tools.speech_model.viterbi import best_path


def read_recordings(folder: Path, times: int, seed: int) -> Iterator[corpus.Utterance]:
    """Each recording so many times, every time at another speed and with other noise; nothing is labelled yet."""
    rng = np.random.default_rng(seed)
    for recording in parse_manifest((folder / MANIFEST).read_text("utf-8-sig")):
        sound, rate = parse_wav((folder / recording.file).read_bytes())
        phones = np.array([class_of(phone) for said in syllables(recording.text) for phone in phones_of(said)], np.int8)
        for _ in range(times):
            features = mfcc(_vary(sound, rate, rng)).astype(np.float16)
            yield corpus.Utterance(features, np.zeros(0, np.int8), phones)


def _vary(sound: Samples, rate: int, rng: np.random.Generator) -> Samples:
    heard = change_speed(resample(sound, rate, band=line_band(rng)), rng.uniform(0.88, 1.15))
    silence = (int(rng.uniform(0.1, 0.5) * RATE), int(rng.uniform(0.15, 0.6) * RATE))
    return disturb(np.pad(heard, silence), [], rng)


def align(network: Network, utterances: Iterable[corpus.Utterance]) -> list[corpus.Utterance]:
    """Find what is where by a network that understands a little already; what does not fit is left out."""
    found: list[corpus.Utterance] = []
    for utterance in utterances:
        path = best_path(log_probabilities(network, utterance.features), utterance.phones)
        if path is not None:
            found.append(replace(utterance, labels=path))
    return found
