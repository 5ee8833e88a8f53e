"""Which prompt was heard: normalised correlation of what a telephone received with the sounds it may receive. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from hotline.prompts.alaw import RATE, Samples

HEAD_S = 0.8
"""A prompt is known by its beginning, so that it is found although a key cut it short."""

LEAST_SCORE = 0.6
"""Correlation that counts as heard. Measured: the right prompt 1.00 over a call, 0.8 with noise 3 dB below it; others
up to 0.53 where the same voice says the same syllable."""

TAIL_S = 0.25
"""How much may lack at the end of a prompt that counts as heard whole: its closing silence and the last packets."""

_BLOCK = 16_384
"""Length of one transform: one to two heads fit."""

_FLOOR = 10 ** (-55 / 20)
"""Quieter than this is silence, whatever it resembles: A-law's own noise is at -66 dB."""

_FRAME_S = 0.1
_FRAME_SCORE = 0.5
_GRAIN_S = 0.15

_SLIP_S = 1.0
"""Longest gap in the line after which a prompt is still recognised as going on."""


@dataclass(frozen=True, slots=True)
class Match:
    """A place where a sound begins."""

    at_s: float
    score: float
    """Correlation of the beginning, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One sound that was heard."""

    name: str
    at_s: float
    until_s: float
    """Up to where it was itself: its end, or where it was cut."""
    score: float
    complete: bool
    """Heard to its end."""


def find(heard: Samples, sound: Samples, *, least_score: float = LEAST_SCORE) -> list[Match]:
    """Every place where this sound begins, in order."""
    onsets = Repertoire({"": sound}).onsets(heard, least_score=least_score)
    return [Match(onset.at / RATE, onset.score) for onset in onsets]


def recognisable(sounds: Mapping[str, Samples]) -> dict[str, Samples]:
    """Those that are long enough to be known by: a single digit, as numbers are read out, sounds in many a prompt."""
    return {text: sound for text, sound in sounds.items() if sound.size >= round(HEAD_S * RATE)}


def identify(heard: Samples, sounds: Mapping[str, Samples], music: Samples | None = None) -> list[Heard]:
    """What was heard when; music, which may begin anywhere in itself, under the name `music`."""
    repertoire = Repertoire(sounds)
    timeline = repertoire.settle(heard, repertoire.onsets(heard))
    if music is not None:
        timeline += music_between(heard, timeline, music)
    return sorted(timeline, key=lambda one: one.at_s)


@dataclass(frozen=True, slots=True)
class Onset:
    """A possible beginning of a sound."""

    at: int
    """In samples."""
    index: int
    """Which sound of the repertoire."""
    score: float


class Repertoire:
    """Sounds that may be heard, prepared for being looked for."""

    def __init__(self, sounds: Mapping[str, Samples], *, block: int = _BLOCK, head_s: float = HEAD_S) -> None:
        self._block = block
        """Length of one transform; longer than the longest head."""
        self.names = tuple(sounds)
        self.sounds = tuple(np.asarray(sound, dtype=np.float32) for sound in sounds.values())
        heads = [sound[: round(head_s * RATE)] for sound in self.sounds]
        self._sizes = np.array([head.size for head in heads], dtype=np.int64)
        self._norms = np.array([np.linalg.norm(head) for head in heads], dtype=np.float32) + np.float32(1e-9)
        self.longest_head = int(self._sizes.max(initial=0))
        self._spectra = np.stack([np.conj(np.fft.rfft(head, block)) for head in heads]) if heads else None

    def onsets(self, heard: Samples, *, least_score: float = LEAST_SCORE) -> list[Onset]:
        """Every possible beginning, in order; where sounds begin alike, each of them."""
        if self._spectra is None or heard.size < int(self._sizes.min()):
            return []
        step = self._block - self.longest_head
        found: list[Onset] = []
        for start in range(0, heard.size, step):
            block = heard[start : start + self._block]
            if np.abs(block).max() > _FLOOR:
                found += self._in_block(block, start, min(step, block.size), least_score)
        return sorted(_highest(found), key=lambda onset: onset.at)

    def _in_block(self, block: Samples, start: int, places: int, least_score: float) -> Iterator[Onset]:
        assert self._spectra is not None
        products = np.fft.irfft(np.fft.rfft(block, self._block) * self._spectra, self._block, axis=1)[:, :places]
        energy = np.concatenate([[0.0], np.cumsum(np.square(block, dtype=np.float64))])
        for size in np.unique(self._sizes):
            inside = min(places, block.size - int(size) + 1)
            if inside <= 0:
                continue
            loud = np.sqrt(np.maximum(energy[size : size + inside] - energy[:inside], 0.0))
            loud = np.where(loud > _FLOOR * np.sqrt(size), loud, np.inf)
            for index in np.flatnonzero(self._sizes == size):
                scores = products[index, :inside] / (loud * self._norms[index])
                for at in np.flatnonzero(scores >= least_score):
                    yield Onset(start + int(at), int(index), min(float(scores[at]), 1.0))

    def settle(self, heard: Samples, onsets: list[Onset]) -> list[Heard]:
        """Of onsets that compete for the same stretch, the one that explains most of it."""
        followed = [(self.follow(heard, onset), onset) for onset in onsets]
        followed.sort(
            key=lambda one: (round(one[0].until_s - one[0].at_s, 1), one[0].complete, one[0].score), reverse=True
        )
        settled: list[Heard] = []
        for candidate, _ in followed:
            if all(_apart(candidate, one) for one in settled):
                settled.append(candidate)
        return _without_overlaps(sorted(settled, key=lambda one: one.at_s))

    def follow(self, heard: Samples, onset: Onset) -> Heard:
        """How far a sound goes on from its beginning, over gaps in the line."""
        sound, at, name = self.sounds[onset.index], onset.at, self.names[onset.index]
        place, size = min(int(self._sizes[onset.index]), sound.size), round(_FRAME_S * RATE)
        until = at + place
        shift = at
        while place < sound.size:
            piece = sound[place : place + size]
            received = heard[shift + place : shift + place + piece.size]
            if not _alike(received, piece):
                resumed = _resume(heard, sound, place, shift)
                if resumed is None:
                    break
                shift = resumed
            place += piece.size
            until = shift + place
        complete = place >= sound.size - round(TAIL_S * RATE) and heard.size >= until - round(TAIL_S * RATE)
        return Heard(name, at / RATE, min(until, heard.size) / RATE, onset.score, complete)


def _apart(one: Heard, other: Heard) -> bool:
    """A cut is known to one frame and a half."""
    return one.at_s >= other.until_s - _GRAIN_S or one.until_s <= other.at_s + _GRAIN_S


def _without_overlaps(timeline: list[Heard]) -> list[Heard]:
    """What follows says where a cut sound ended."""
    pairs = zip_longest(timeline, timeline[1:])
    return [replace(one, until_s=min(one.until_s, later.at_s)) if later else one for one, later in pairs]


def _alike(received: Samples, piece: Samples) -> bool:
    """Whether a frame continues the sound; a pause continues with anything quiet."""
    if received.size < piece.size:
        return False
    loud, wanted = float(np.linalg.norm(received)), float(np.linalg.norm(piece))
    size = float(np.sqrt(piece.size))
    if wanted < _FLOOR * 3 * size:
        return loud < 0.02 * size
    return bool(loud > 0 and float(received @ piece) >= _FRAME_SCORE * loud * wanted)


def _resume(heard: Samples, sound: Samples, place: int, shift: int) -> int | None:
    """Where the rest goes on after a gap: the new shift, if the next piece is found shortly afterwards."""
    piece = sound[place : place + round(0.4 * RATE)]
    if piece.size < round(0.1 * RATE) or np.linalg.norm(piece) < _FLOOR * 3 * np.sqrt(piece.size):
        return None
    start = max(shift + place - round(0.1 * RATE), 0)
    received = heard[start : start + piece.size + round(_SLIP_S * RATE)]
    if received.size < piece.size:
        return None
    products = np.correlate(received, piece, "valid")
    energy = np.concatenate([[0.0], np.cumsum(np.square(received, dtype=np.float64))])
    loud = np.sqrt(np.maximum(energy[piece.size :] - energy[: -piece.size], 1e-9))
    scores = products / (loud * np.linalg.norm(piece))
    best = int(np.argmax(scores))
    return start + best - place if scores[best] >= 0.8 else None


def _highest(onsets: list[Onset]) -> Iterator[Onset]:
    """The peak of each run of neighbouring places."""
    last: Onset | None = None
    for onset in sorted(onsets, key=lambda one: (one.index, one.at)):
        if last is not None and onset.index == last.index and onset.at - last.at < 0.1 * RATE:
            last = max(last, onset, key=lambda one: one.score)
            continue
        if last is not None:
            yield last
        last = onset
    if last is not None:
        yield last


def music_between(heard: Samples, timeline: list[Heard], music: Samples) -> list[Heard]:
    """Stretches of music where no prompt was heard."""
    window = round(1.0 * RATE)
    looped = np.concatenate([music, music[:window]])
    size = 1 << (looped.size + window - 1).bit_length()
    spectrum = np.fft.rfft(looped, size)
    energy = np.concatenate([[0.0], np.cumsum(np.square(looped, dtype=np.float64))])
    loud = np.sqrt(np.maximum(energy[window:] - energy[:-window], 1e-9))
    stretches: list[Heard] = []
    for start in range(0, heard.size - window + 1, window // 2):
        piece = heard[start : start + window]
        at_s, until_s = start / RATE, (start + window) / RATE
        if np.linalg.norm(piece) < _FLOOR * np.sqrt(window) or _overlaps(timeline, at_s, until_s):
            continue
        score = _best_score(spectrum, piece, loud, size)
        if score >= LEAST_SCORE:
            _extend(stretches, Heard("music", at_s, until_s, score, complete=False))
    return stretches


def _best_score(spectrum: NDArray[np.complex128], piece: Samples, loud: NDArray[np.float64], size: int) -> float:
    products = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)[: loud.size]
    return float(np.max(products / loud) / np.linalg.norm(piece))


def _overlaps(timeline: list[Heard], at_s: float, until_s: float) -> bool:
    return any(one.at_s < until_s and at_s < one.until_s for one in timeline)


def _extend(stretches: list[Heard], more: Heard) -> None:
    if stretches and more.at_s <= stretches[-1].until_s:
        last = stretches.pop()
        more = Heard("music", last.at_s, more.until_s, max(last.score, more.score), complete=False)
    stretches.append(more)
