"""Sound made fit for the telephone: rate, band, level, silence at both ends. Pure."""

from math import gcd

import numpy as np

from hotline.prompts.alaw import RATE, Samples

SPEECH_RMS_DB = -20.0
"""Level of speech, dB below full scale; common for announcements (ITU-T P.56 speech is -26 to -20 dBov)."""

PEAK_DB = -1.5
"""Loudest sample after levelling: A-law and later mixing keep a margin."""

_BAND_HZ = (180.0, 280.0, 3400.0, 3800.0)
"""Where the telephone band (300 to 3400 Hz) begins to pass, passes, ends to pass and is shut."""

_FRAME_S = 0.010
"""Grain for finding silence."""

_SILENCE_DB = -45.0
"""Below the loudest frame: counts as silence at the ends."""


def resample(samples: Samples, rate: int, *, band: tuple[float, float, float, float] = _BAND_HZ) -> Samples:
    """To 8 kHz and the telephone band, in one pass over the spectrum."""
    if not samples.size:
        return np.zeros(0, dtype=np.float32)
    common = gcd(rate, RATE)
    up, down = RATE // common, rate // common
    wanted = round(samples.size * RATE / rate)
    # A second of silence around keeps the cyclic transform's end from ringing into its beginning.
    size = _next_size(samples.size + rate // 2, down)
    spectrum = np.fft.rfft(samples, size)
    target = size // down * up
    bins = target // 2 + 1
    kept = np.zeros(bins, dtype=np.complex128)
    shared = min(bins, spectrum.size)
    kept[:shared] = spectrum[:shared]
    frequency = np.arange(bins) * (RATE / target)
    kept *= np.interp(frequency, band, (0.0, 1.0, 1.0, 0.0))
    out = np.fft.irfft(kept, target) * (target / size)
    return out[:wanted].astype(np.float32)


def _next_size(least: int, multiple: int) -> int:
    """A transform length that is a product of small primes and a multiple of the rate's divisor."""
    blocks = -(-least // multiple)
    return multiple * (1 << (blocks - 1).bit_length() if blocks < 64 else -(-blocks // 64) * 64)


def rms_db(samples: Samples) -> float:
    """Level over the whole, dB below full scale."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12)) if samples.size else -120.0


def active_rms_db(samples: Samples) -> float:
    """Level of the parts that are not silence."""
    power = _frame_power(samples)
    if not power.size or power.max() <= 0:
        return rms_db(samples)
    active = power[power > power.max() * 10 ** (-25 / 10)]
    return float(10 * np.log10(active.mean() + 1e-12))


def level(samples: Samples, target_db: float = SPEECH_RMS_DB) -> Samples:
    """Bring speech to its level; peaks above the limit are bent softly instead of lowering everything."""
    if not samples.size or not np.any(samples):
        return samples
    scaled = samples * 10 ** ((target_db - active_rms_db(samples)) / 20)
    return _limit(scaled.astype(np.float32), 10 ** (PEAK_DB / 20))


def _limit(samples: Samples, ceiling: float) -> Samples:
    """Straight up to half the ceiling's headroom, then a smooth bend that never reaches it."""
    knee = ceiling * 0.7
    magnitude = np.abs(samples)
    bent = knee + (ceiling - knee) * np.tanh((magnitude - knee) / (ceiling - knee))
    return np.asarray(np.where(magnitude > knee, np.sign(samples) * bent, samples), dtype=np.float32)


def trim(samples: Samples, *, before_s: float = 0.02, after_s: float = 0.06) -> Samples:
    """Cut the silence at both ends, leave exactly so much of it, and fade in and out against clicks."""
    power = _frame_power(samples)
    if not power.size or power.max() <= 0:
        return samples
    loud = np.flatnonzero(power > power.max() * 10 ** (_SILENCE_DB / 10))
    size = int(RATE * _FRAME_S)
    start, end = int(loud[0]) * size, min((int(loud[-1]) + 2) * size, samples.size)
    kept = samples[start:end].copy()
    ramp = np.linspace(0.0, 1.0, min(40, kept.size // 2), dtype=np.float32)
    if ramp.size:
        kept[: ramp.size] *= ramp
        kept[-ramp.size :] *= ramp[::-1]
    return np.concatenate([_silence(before_s), kept, _silence(after_s)])


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def _frame_power(samples: Samples) -> Samples:
    size = int(RATE * _FRAME_S)
    whole = samples[: samples.size // size * size].reshape(-1, size)
    return np.asarray(np.mean(np.square(whole), axis=1), dtype=np.float32)
