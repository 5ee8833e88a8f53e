import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import espeakng_loader
import numpy as np
import pytest

from hotline.prompts import synthesis
from hotline.prompts.alaw import RATE, Samples
from hotline.prompts.pronunciation import write_script
from hotline.prompts.shaping import active_rms_db
from hotline.prompts.synthesis import Synthesiser, Voice, voice_for
from telephony.errors import ProvisionError


@pytest.fixture(scope="module")
def mandarin() -> Iterator[Synthesiser]:
    with Synthesiser(voice_for("zh-CN")) as synthesiser:
        yield synthesiser


def pitch_hz(sound: Samples, place: float) -> float:
    """Fundamental by autocorrelation over 50 ms; the telephone band has lost it, its overtones have not."""
    middle = round(sound.size * place)
    piece = sound[middle - 200 : middle + 200].astype(np.float64)
    power = np.correlate(piece, piece, "full")[piece.size - 1 :]
    low, high = RATE // 320, RATE // 90
    return RATE / (low + int(np.argmax(power[low:high])))


@pytest.mark.parametrize(
    "text", ["欢迎致电客户服务热线", "您前面还有3位客户，请稍候。", "工号8001为您服务", "很抱歉", "1"]
)
def test_every_prompt_has_the_same_level_no_clipping_and_little_silence(mandarin: Synthesiser, text: str) -> None:
    sound = mandarin.speak(text)
    loud = np.flatnonzero(np.abs(sound) > 0.02)
    assert active_rms_db(sound) == pytest.approx(-20, abs=0.7)
    assert np.abs(sound).max() < 0.85
    assert loud[0] < 0.08 * RATE
    assert sound.size - loud[-1] < 0.40 * RATE


def test_the_pace_is_an_announcers(mandarin: Synthesiser) -> None:
    text = "欢迎致电客户服务热线"
    assert 3.2 < len(text) / (mandarin.speak(text).size / RATE) < 5.0


def test_the_four_tones_are_heard_as_such(mandarin: Synthesiser) -> None:
    level, rising, low, falling = (mandarin.speak(text) for text in "妈麻马骂")
    assert pitch_hz(rising, 0.75) > 1.15 * pitch_hz(rising, 0.3)
    assert pitch_hz(falling, 0.65) < 0.85 * pitch_hz(falling, 0.3)
    assert abs(pitch_hz(level, 0.7) / pitch_hz(level, 0.35) - 1) < 0.12
    assert pitch_hz(low, 0.5) < 0.85 * pitch_hz(level, 0.5)


def test_a_sentence_ends_with_a_pause(mandarin: Synthesiser) -> None:
    assert mandarin.speak("请稍候。").size - mandarin.speak("请稍候").size == pytest.approx(
        0.19 * RATE, abs=0.05 * RATE
    )


def test_nothing_to_say_is_next_to_nothing(mandarin: Synthesiser) -> None:
    assert mandarin.speak("").size < 0.2 * RATE


def test_english_speaks_english() -> None:
    with Synthesiser(voice_for("en-GB")) as english:
        sounds = dict(english.speak_all(["Welcome.", "Press 1 for loans, or 2 for repayment."]))
    assert sounds["Press 1 for loans, or 2 for repayment."].size > sounds["Welcome."].size > 0.3 * RATE


def test_a_crashed_worker_is_replaced_and_the_text_is_spoken(mandarin: Synthesiser) -> None:
    mandarin.speak("一")
    worker = mandarin._worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGSEGV)
    worker.wait()
    assert mandarin.speak("您好").size > 0.3 * RATE
    assert mandarin._worker is not worker


def test_workers_are_renewed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthesis, "BATCH", 2)
    with Synthesiser(voice_for("zh-CN")) as synthesiser:
        seen = []
        for _ in range(4):
            synthesiser.speak("好")
            assert synthesiser._worker is not None
            seen.append(synthesiser._worker.pid)
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_a_stuck_worker_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthesis, "PATIENCE_S", 0.05)
    monkeypatch.setattr(
        synthesis,
        "_start_worker",
        lambda: subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ),
    )
    with Synthesiser(voice_for("zh-CN")) as synthesiser, pytest.raises(ProvisionError, match="3 times"):
        synthesiser.speak("好")


def test_an_unknown_voice_is_named_as_the_reason() -> None:
    with (
        Synthesiser(Voice("zh-CN", "nosuchvoice", 150, 50)) as synthesiser,
        pytest.raises(ProvisionError, match="no such voice"),
    ):
        synthesiser.speak("好")


PHONEMES_OF = """
import ctypes, sys
library = ctypes.CDLL(sys.argv[1])
library.espeak_Initialize(2, 0, sys.argv[2].encode(), 0x8000)
library.espeak_SetVoiceByName(b"cmn-latn-pinyin")
library.espeak_TextToPhonemes.restype = ctypes.c_char_p
for line in sys.stdin.read().splitlines():
    place = ctypes.pointer(ctypes.c_void_p(ctypes.cast(ctypes.c_char_p(line.encode()), ctypes.c_void_p).value))
    spoken = []
    while place.contents.value:
        spoken.append(library.espeak_TextToPhonemes(place, 1, 0).decode())
    print("|".join(spoken))
"""


def test_no_syllable_of_common_chinese_falls_into_english() -> None:
    """All 3,755 characters of GB 2312's first level: a syllable espeak does not know would be spelled in English."""
    common = [
        bytes([row, cell]).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF - (row == 0xD7) * 5)
    ]
    scripts = sorted({write_script(character, "zh-CN") for character in common})
    plain = [script for script in scripts if "[[" not in script]
    assert len(common) == 3755
    assert {script for script in scripts if script not in plain} <= {
        f"[[{initial}'iong{tone}]]" for initial in ("S;", "tS;h", "tS;") for tone in (55, 35, 214, 51)
    }
    answer = subprocess.run(
        [sys.executable, "-c", PHONEMES_OF, espeakng_loader.get_library_path(), espeakng_loader.get_data_path()],
        input="\n".join(plain), capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    spoken = dict(zip(plain, answer.stdout.splitlines(), strict=True))
    assert {script: phonemes for script, phonemes in spoken.items() if "(en)" in phonemes} == {}
    assert ctypes.sizeof(ctypes.c_short) == 2
