"""What a simulated caller says: texts by a voice that is not the prompts', and recordings."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hotline.prompts.alaw import Samples, decode
from hotline.prompts.shaping import resample
from hotline.prompts.synthesis import Synthesiser, Voice
from hotline.prompts.wav import UnreadableSound, parse_wav
from telephony.errors import WorldError

CALLER_VOICES = {
    "zh": Voice("zh-CN", "cmn-latn-pinyin+m3", 170, 65),
    "en": Voice("en", "en+m3", 160, 60),
}
"""By the first part of the language's tag: another speaker than the prompts', at another pace."""

YES = {"zh": "是的", "en": "yes"}
"""What a caller answers who was asked whether he wants what he wants."""

LONGEST_FILE = 20_000_000
"""Bytes of a recording; nobody speaks to a menu for twenty minutes."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One utterance."""

    text: str
    """The words, or the recording's name."""
    sound: Samples


def speak(texts: Iterable[str], language: str) -> list[Saying]:
    """Have texts spoken; raises `ProvisionError` if that is not possible."""
    voice = CALLER_VOICES.get(language.partition("-")[0], CALLER_VOICES["en"])
    with Synthesiser(voice) as synthesiser:
        return [Saying(text, sound) for text, sound in synthesiser.speak_all(texts)]


def yes(language: str) -> Saying:
    """The answer to a question of the menu's."""
    return speak([YES.get(language.partition("-")[0], YES["en"])], language)[0]


def read_recording(file: Path) -> Saying:
    """Take a recording: WAV of any rate, or A-law; raises `WorldError`."""
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise WorldError(f"{file}: longer than anybody speaks to a menu", retryable=False)
        content = file.read_bytes()
        sound = decode(content) if file.suffix.lower() == ".alaw" else resample(*parse_wav(content))
    except UnreadableSound as error:
        raise WorldError(f"{file}: {error}", retryable=False) from None
    except OSError as error:
        raise WorldError(f"{file}: cannot be read: {error.strerror}", retryable=False) from None
    return Saying(file.name, sound)
