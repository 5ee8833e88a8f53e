"""The synthesiser's own process: espeak-ng may crash, and then only this ends.

Runs alone with nothing but the standard library. Each line on stdin is a JSON list `[voice, rate, range, script]`;
the answer on stdout is two little-endian 32-bit numbers, sample rate and length in bytes, and 16-bit mono PCM.
A length of 0xFFFFFFFF says that the voice does not exist.
"""

import ctypes
import json
import struct
import sys
from collections.abc import Callable
from typing import Any

_SYNCHRONOUS = 2
_CHARS_UTF8_PHONEMES = 1 | 0x100
_RATE, _RANGE = 1, 4
_DONT_EXIT = 0x8000
NO_VOICE = 0xFFFFFFFF

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """The library through its C interface (speak_lib.h)."""

    def __init__(self, library: str, voices: str) -> None:
        self._library: Any = ctypes.CDLL(library)
        self._pieces: list[bytes] = []
        self._callback: Callable[..., int] = _Callback(self._collect)
        self.rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, voices.encode() if voices else None, _DONT_EXIT)
        if self.rate <= 0:
            raise OSError("espeak-ng finds no voices")
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, wave: Any, count: int, _: Any) -> int:
        if wave and count > 0:
            self._pieces.append(ctypes.string_at(wave, 2 * count))
        return 0

    def speak(self, voice: str, words_per_minute: int, pitch_range: int, script: str) -> bytes | None:
        """16-bit PCM, or None if there is no such voice."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return None
        self._library.espeak_SetParameter(_RATE, words_per_minute, 0)
        self._library.espeak_SetParameter(_RANGE, pitch_range, 0)
        self._pieces.clear()
        text = script.encode() + b"\0"
        self._library.espeak_Synth(text, len(text), 0, 1, 0, _CHARS_UTF8_PHONEMES, None, None)
        self._library.espeak_Synchronize()
        return b"".join(self._pieces)


def main(library: str, voices: str) -> None:
    """Answer until stdin ends."""
    espeak = Espeak(library, voices)
    for line in sys.stdin.buffer:
        sound = espeak.speak(*json.loads(line))
        head = struct.pack("<II", espeak.rate, NO_VOICE if sound is None else len(sound))
        sys.stdout.buffer.write(head + (sound or b""))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
