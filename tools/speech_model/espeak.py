"""espeak-ng through its C interface, with the times of its phonemes. It may crash: use it in processes that may end."""

import ctypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from tools.speech_model.voices import Voice

Samples = NDArray[np.float32]

_SYNCHRONOUS, _PHONEME_EVENTS, _DONT_EXIT = 2, 1, 0x8000
_CHARS_UTF8_PHONEMES = 1 | 0x100
_RATE, _PITCH, _RANGE = 1, 3, 4
_LIST_ENDS, _PHONEME = 0, 7
_SYLLABLE_ENDS = "_|"

_FAMILIES = ("sit", "gmw")
"""Languages that are kept, Chinese and English among them: espeak-ng knows 350 voices at most, variants included."""


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of a script."""

    sound: Samples
    rate: int
    syllables: tuple[tuple[float, float, float], ...]
    """Of each: where it begins, where its vowel begins, where it ends, in seconds. A stop's closure belongs to it."""


class Espeak:
    """The library. One per process."""

    def __init__(self, data: Path, seed: int) -> None:
        """Breath and roughness come of the library's own chance: it is seeded by the clock unless told otherwise."""
        self._library: Any = ctypes.CDLL(str(espeakng_loader.get_library_path()))
        self._pieces: list[bytes] = []
        self._events: list[tuple[int, str]] = []
        self._callback: Callable[..., int] = _Callback(self._collect)
        options = _PHONEME_EVENTS | _DONT_EXIT
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, str(data).encode(), options))
        if self.rate <= 0:
            raise OSError("espeak-ng finds no voices")
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(seed))
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self._pieces.append(ctypes.string_at(wave, 2 * count))
        place = 0
        while events[place].type != _LIST_ENDS:
            if events[place].type == _PHONEME:
                self._events.append((events[place].sample, bytes(events[place].id.string).decode("utf-8", "ignore")))
            place += 1
        return 0

    def speak(self, script: str, voice: Voice) -> Spoken:
        """Say numbered pinyin. KeyError if there is no such voice."""
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise KeyError(voice.name)
        for parameter, value in ((_RATE, voice.words_per_minute), (_PITCH, voice.pitch), (_RANGE, voice.pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._pieces.clear()
        self._events.clear()
        text = script.encode() + b"\0"
        self._library.espeak_Synth(text, len(text), 0, 1, 0, _CHARS_UTF8_PHONEMES, None, None)
        self._library.espeak_Synchronize()
        sound = np.frombuffer(b"".join(self._pieces), "<i2").astype(np.float32) / np.float32(32768)
        timed = [(sample / self.rate, phoneme) for sample, phoneme in self._events]
        return Spoken(sound, self.rate, tuple(syllable_times(timed)))


def syllable_times(events: Iterable[tuple[float, str]]) -> list[tuple[float, float, float]]:
    """Cut a stream of phonemes at the marks between syllables; pauses fall between two of them."""
    found: list[tuple[float, float, float]] = []
    begins: list[float] = []
    closed_at: float | None = None
    for time, phoneme in events:
        if phoneme == _SYLLABLE_ENDS:
            if begins:
                start = begins[0] if closed_at is None else closed_at
                found.append((start, begins[1] if len(begins) > 1 else start + 0.35 * (time - start), time))
                closed_at = time
            begins = []
        elif phoneme.startswith("_"):
            closed_at = None
        elif not phoneme.startswith("("):
            begins.append(time)
    return found


def data_folder(work: Path, variants: Iterable[tuple[str, str]]) -> Path:
    """espeak-ng's data by links, beside it variants of our own."""
    source, folder = Path(espeakng_loader.get_data_path()), work / "espeak-ng-data"
    named = folder / "voices" / "!v"
    named.mkdir(parents=True, exist_ok=True)
    (folder / "lang").mkdir(exist_ok=True)
    linked = [path for path in source.iterdir() if path.name not in ("lang", "voices")]
    linked += [source / "lang" / family for family in _FAMILIES]
    for original in (*linked, *(source / "voices" / "!v").iterdir()):
        link = folder / original.relative_to(source)
        if not link.is_symlink():
            link.symlink_to(original)
    for name, text in variants:
        (named / name).write_text(text, "utf-8")
    return folder
