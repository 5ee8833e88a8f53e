"""Who speaks: which of espeak-ng's voices train, which choose the limits, which are only reported on. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

Role = Literal["train", "tune", "report"]

REPORTED = ("f3", "m5", "Alicia", "Michael", "linda", "max", "steph", "victor", "grandma", "Gene", "boris", "zac")
"""Voices nothing was trained or chosen on. f3 speaks the hotline's own prompts."""

TUNED = ("f2", "m7", "Annie", "Mike", "edward", "belinda", "pablo", "quincy", "Andrea", "john")
"""Voices on which the limits of rejection were chosen."""

_RELATIVES = ("Gene2", "steph2", "steph3", "mike2", "edward2", "RicishayMax", "RicishayMax2", "RicishayMax3")
"""Variations of the held-out voices: in no set."""

_UNLIKE_PEOPLE = ("Demonic", "fast", "Mr serious", "croak", "whisper", "whisperf", "klatt4", "klatt5", "klatt6")

_CRASH = ("rob", "robert")
"""Their formants of width 0 end espeak-ng when a Klatt voice has spoken before."""

LANGUAGE = "cmn-latn-pinyin"
"""Espeak's Mandarin that reads numbered pinyin; its own reading of Hanzi is broken in common builds (SPEECH.md)."""

_BAND = 4.0
"""Of a scale in bands this wide, every fifth belongs to the reported speakers, every fifth to the tuning ones."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker at one moment."""

    name: str
    """Espeak's voice and variant."""
    words_per_minute: int
    """130 to 330; 185 is about 4 syllables a second."""
    pitch: int
    """0 to 100, espeak's scale within the variant's own range."""
    pitch_range: int
    """0 to 100: monotonous to lively."""


def named_variants(installed: Iterable[str], role: Role) -> tuple[str, ...]:
    """The variants of espeak-ng that speak in this role."""
    if role == "report":
        return REPORTED
    if role == "tune":
        return TUNED
    kept_out = {*REPORTED, *TUNED, *_RELATIVES, *_UNLIKE_PEOPLE, *_CRASH}
    return tuple(sorted(name for name in installed if name not in kept_out and "obo" not in name))


def draw_voice(variants: tuple[str, ...], role: Role, rng: np.random.Generator) -> Voice:
    """A variant at a speed and pitch that belong to this role alone."""
    return Voice(
        f"{LANGUAGE}+{variants[int(rng.integers(len(variants)))]}",
        _from_bands(130, 310 if role == "train" else 280, role, rng),
        _from_bands(15, 90, role, rng),
        int(rng.integers(25, 91)),
    )


def _from_bands(low: int, high: int, role: Role, rng: np.random.Generator) -> int:
    while True:
        value = int(rng.integers(low, high + 1))
        if band_role(value) == role:
            return value


def band_role(value: int) -> Role:
    """Whose a speed or pitch is."""
    place = int(value / _BAND) % 5
    return "report" if place == 2 else "tune" if place == 4 else "train"


def invent_variant(name: str, rng: np.random.Generator) -> str:
    """A variant file of our own: another throat, another pitch, another roughness (espeak-ng's docs/voices.md)."""
    size = rng.uniform(0.86, 1.28)
    base = rng.uniform(65, 135) if size < rng.uniform(0.98, 1.12) else rng.uniform(130, 240)
    lines = [
        "language variant",
        f"name {name}",
        f"pitch {base:.0f} {base * rng.uniform(1.35, 1.95):.0f}",
        f"flutter {rng.integers(0, 6)}",
        f"roughness {rng.integers(0, 4)}",
        f"voicing {rng.integers(70, 121)}",
        f"consonants {rng.integers(60, 131)} {rng.integers(60, 131)}",
    ]
    for formant in range(7):
        frequency = 100 * size * rng.uniform(0.94, 1.06) if formant else 100
        lines.append(f"formant {formant} {frequency:.0f} {rng.integers(75, 131)} {rng.integers(80, 161)}")
    if rng.random() < 0.35:
        lines.append("breath " + " ".join(str(rng.integers(0, 5)) for _ in range(8)))
    if rng.random() < 0.5:
        lines.append(f"tone 600 {rng.integers(140, 200)} 1400 {rng.integers(100, 160)} 2800 {rng.integers(80, 150)}")
    if rng.random() < 0.1:
        lines.append(f"klatt {rng.integers(1, 4)}")
    return "\n".join(lines) + "\n"
