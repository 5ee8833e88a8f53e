"""What the world does to a voice before it reaches the exchange: rooms, microphones, noise, levels, A-law. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter

from hotline.prompts.alaw import RATE, decode, encode
from tools.speech_model.voices import Role

Samples = NDArray[np.float32]

LEVEL_DB = (-32.0, -4.0)
"""Peak level, dB below full scale."""

NOISE_DB = (5.0, 40.0)
"""Speech above noise, over the whole utterance."""


def change_speed(sound: Samples, factor: float) -> Samples:
    """As a tape that runs faster: shorter, and every formant higher by the factor."""
    places = np.arange(int(sound.size / factor)) * factor
    return np.asarray(np.interp(places, np.arange(sound.size), sound), dtype=np.float32)


def line_band(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Where a telephone line begins to pass, passes, ends to pass and is shut, in Hz (`shaping.resample`)."""
    low, high = rng.uniform(40, 280), rng.uniform(3200, 3750)
    return low, low + rng.uniform(30, 120), high, min(high + rng.uniform(100, 400), 3990.0)


def disturb(sound: Samples, babble: Sequence[Samples], rng: np.random.Generator) -> Samples:
    """One utterance with silence at both ends, as it might arrive."""
    if rng.random() < 0.25:
        sound = _reverberate(sound, rng)
    for _ in range(rng.integers(0, 3)):
        sound = _equalise(sound, rng)
    peak = float(np.abs(sound).max()) + 1e-6
    sound = sound / np.float32(peak)
    if rng.random() < 0.85:
        noise = _some_noise(sound.size, babble, rng)
        sound = add_noise(sound, noise, rng.uniform(*NOISE_DB))
    sound = sound / np.float32(np.abs(sound).max() + 1e-6) * np.float32(10 ** (rng.uniform(*LEVEL_DB) / 20))
    if rng.random() < 0.06:
        sound = np.clip(sound * np.float32(rng.uniform(1.5, 4)), -0.99, 0.99)
    if rng.random() < 0.05:
        sound = _lose_packets(sound, rng)
    return decode(encode(sound)) if rng.random() < 0.8 else sound


def add_noise(sound: Samples, noise: Samples, above_db: float) -> Samples:
    """Mix noise in so that speech is this much louder."""
    speech_rms = np.sqrt(np.mean(np.square(sound))) + 1e-9
    noise_rms = np.sqrt(np.mean(np.square(noise))) + 1e-9
    mixed: Samples = (sound + noise * (speech_rms / noise_rms * 10 ** (-above_db / 20))).astype(np.float32)
    return mixed


def _some_noise(size: int, babble: Sequence[Samples], rng: np.random.Generator) -> Samples:
    kind = rng.random()
    if kind < 0.35:
        return coloured_noise(size, rng.uniform(0.5, 0.97), rng)
    if kind < 0.5 and len(babble) >= 4:
        return babble_noise(size, babble, rng)
    white = rng.standard_normal(size).astype(np.float32)
    if kind < 0.6:
        tone = np.sin(2 * np.pi * float(rng.choice([50, 100, 425, 450])) * np.arange(size) / RATE)
        return (white * 0.3 + tone).astype(np.float32)
    return white


def coloured_noise(size: int, pole: float, rng: np.random.Generator) -> Samples:
    """Noise that falls towards high frequencies, as traffic and wind do."""
    found: Samples = lfilter([1.0], [1.0, -pole], rng.standard_normal(size)).astype(np.float32)
    return found


def babble_noise(size: int, voices: Sequence[Samples], rng: np.random.Generator) -> Samples:
    """Four others who talk in the same room."""
    chosen = rng.choice(len(voices), 4, replace=False)
    together = np.sum([np.resize(voices[int(number)], size) for number in chosen], axis=0)
    return np.asarray(together, dtype=np.float32)


def held_out_noise(size: int, role: Role, rng: np.random.Generator) -> Samples:
    """Noise of kinds the training has not: an engine with its harmonics (tuning), gusts and clicks (reporting)."""
    time = np.arange(size) / RATE
    if role == "tune":
        base = rng.uniform(60, 110)
        return sum((np.sin(2 * np.pi * base * n * time) / n for n in range(1, 20)), np.zeros(size)).astype(np.float32)
    gusts = 1.2 + np.sin(2 * np.pi * rng.uniform(0.5, 4) * time + rng.uniform(0, 6))
    noise = coloured_noise(size, 0.8, rng) * gusts
    for click in rng.integers(0, max(1, size - 80), max(1, size // 3000)):
        noise[click : click + 80] += 8 * np.exp(-np.arange(80) / 15) * rng.choice([-1, 1])
    return np.asarray(noise, dtype=np.float32)


def _reverberate(sound: Samples, rng: np.random.Generator) -> Samples:
    size = int(rng.uniform(0.08, 0.4) * RATE)
    room = rng.standard_normal(size) * np.exp(-6.9 * np.arange(size) / size)
    room[0] = rng.uniform(2, 8)
    heard: Samples = fftconvolve(sound, room / np.sqrt(np.sum(room**2)))[: sound.size].astype(np.float32)
    return heard


def _equalise(sound: Samples, rng: np.random.Generator) -> Samples:
    """A bump or dip of up to 9 dB anywhere (the audio EQ cookbook's peaking filter)."""
    angle = 2 * np.pi * 10 ** rng.uniform(np.log10(150), np.log10(3600)) / RATE
    gain = 10 ** (rng.uniform(-9, 9) / 40)
    alpha = np.sin(angle) / 2 / rng.uniform(0.5, 2)
    above = np.array([1 + alpha * gain, -2 * np.cos(angle), 1 - alpha * gain])
    below = np.array([1 + alpha / gain, -2 * np.cos(angle), 1 - alpha / gain])
    heard: Samples = lfilter(above / below[0], below / below[0], sound).astype(np.float32)
    return heard


def _lose_packets(sound: Samples, rng: np.random.Generator) -> Samples:
    """Some 20 ms frames never arrive."""
    packet = RATE // 50
    lost = np.repeat(rng.random(sound.size // packet + 1) < rng.uniform(0.01, 0.05), packet)[: sound.size]
    return np.where(lost, np.float32(0), sound)
