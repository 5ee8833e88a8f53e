import time
from collections.abc import Iterator

import numpy as np
import pytest

from hotline.prompts.alaw import RATE, Samples, decode, encode
from hotline.prompts.music import hold_music
from hotline.prompts.synthesis import Synthesiser, voice_for
from hotline.trial.listening import LEAST_SCORE, Repertoire, find, identify, recognisable
from hotline.trial.voices import voice_of

TEXTS = [
    "欢迎致电客户服务热线。",
    "贷款申请咨询请按1，还款相关疑问请按2，账户管理问题请按3，业务投诉建议请按4。",
    "您前面还有1位客户在等待，请稍候。",
    "您前面还有2位客户在等待，请稍候。",
    "您前面还有12位客户在等待，请稍候。",
    "工号8001为您服务。",
    "工号8002为您服务。",
    "正在为您转接人工服务，请稍候。",
    "已置闲。",
    "已置忙。",
]


@pytest.fixture(scope="module")
def sounds() -> dict[str, Samples]:
    with Synthesiser(voice_for("zh-CN")) as synthesiser:
        return {text: decode(encode(sound)) for text, sound in synthesiser.speak_all(TEXTS)}


def still(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def noise(size: int, loud: float, seed: int = 1) -> Samples:
    return (loud * np.random.default_rng(seed).standard_normal(size)).astype(np.float32)


def names(heard: Samples, sounds: dict[str, Samples]) -> list[str]:
    return [one.name for one in identify(heard, sounds)]


def test_a_prompt_is_found_where_it_begins(sounds: dict[str, Samples]) -> None:
    heard = np.concatenate([still(1.5), sounds[TEXTS[0]], still(1), sounds[TEXTS[0]]])
    first, second = find(heard, sounds[TEXTS[0]])
    assert first.at_s == pytest.approx(1.5, abs=0.001)
    assert first.score > 0.99
    assert second.at_s == pytest.approx(2.5 + sounds[TEXTS[0]].size / RATE, abs=0.001)


def test_another_prompt_is_not(sounds: dict[str, Samples]) -> None:
    assert find(sounds[TEXTS[1]], sounds[TEXTS[0]]) == []
    scores = [
        match.score
        for text in (TEXTS[0], TEXTS[1], TEXTS[2], TEXTS[5], TEXTS[7])
        for other in (TEXTS[0], TEXTS[1], TEXTS[2], TEXTS[5], TEXTS[7])
        if text != other
        for match in find(sounds[text], sounds[other], least_score=0.05)
    ]
    assert max(scores) < LEAST_SCORE


@pytest.mark.parametrize("gain", [0.05, 0.5, 1.0])
@pytest.mark.parametrize("signal_to_noise_db", [10, 3])
def test_quiet_or_noisy_lines(sounds: dict[str, Samples], gain: float, signal_to_noise_db: float) -> None:
    clean = np.concatenate([still(1), sounds[TEXTS[1]], still(1)])
    level = 0.1 * 10 ** (-signal_to_noise_db / 20)
    heard = decode(encode(gain * (clean + noise(clean.size, level))))
    assert names(heard, sounds) == [TEXTS[1]]


@pytest.mark.parametrize("cut_s", [0.82, 0.94, 0.98, 1.5, 1.9])
def test_a_prompt_cut_by_a_key_ends_where_it_was_cut(sounds: dict[str, Samples], cut_s: float) -> None:
    heard = np.concatenate([still(0.5), sounds[TEXTS[1]][: round(cut_s * RATE)], sounds[TEXTS[7]], still(0.5)])
    cut, whole = identify(heard, sounds)
    assert (cut.name, cut.complete) == (TEXTS[1], False)
    assert cut.until_s == pytest.approx(0.5 + cut_s, abs=0.11)
    assert (whole.name, whole.complete) == (TEXTS[7], True)
    assert whole.at_s == pytest.approx(0.5 + cut_s, abs=0.01)


def test_prompts_that_begin_alike_are_told_apart(sounds: dict[str, Samples]) -> None:
    alike = [TEXTS[2], TEXTS[4], TEXTS[3], TEXTS[6], TEXTS[5], TEXTS[9], TEXTS[8]]
    heard = np.concatenate([part for text in alike for part in (still(0.4), sounds[text])])
    assert names(heard, sounds) == alike


def test_a_gap_in_the_line_does_not_end_a_prompt(sounds: dict[str, Samples]) -> None:
    prompt = sounds[TEXTS[1]]
    heard = np.concatenate([prompt[:16000], still(0.3), prompt[16000:]])
    (one,) = identify(heard, sounds)
    assert one.complete
    assert one.until_s == pytest.approx(heard.size / RATE, abs=0.35)


def test_music_is_known_wherever_it_begins_and_prompts_interrupt_it(sounds: dict[str, Samples]) -> None:
    music = hold_music()
    heard = np.concatenate([music[100_003:140_003], sounds[TEXTS[3]], music[140_003:180_003]])
    assert [one.name for one in identify(heard, sounds, music)] == ["music", TEXTS[3], "music"]


def test_silence_noise_and_strangers_are_nothing(sounds: dict[str, Samples]) -> None:
    assert names(still(3), sounds) == []
    assert names(noise(3 * RATE, 0.1), sounds) == []
    assert names(noise(3 * RATE, 0.0005), sounds) == []
    assert names(voice_of("8001"), sounds) == []
    assert identify(still(0.1), sounds) == []
    assert identify(still(3), {}) == []
    assert identify(noise(3 * RATE, 0.1), {}, hold_music()) == []


def test_voices_tell_who_is_heard() -> None:
    people = {name: voice_of(name) for name in ("8001", "8002", "13800138000", "13800138001")}
    heard = np.concatenate([still(0.3), np.tile(people["8001"], 3)])[: 5 * RATE]
    assert {one.name for one in identify(heard, people)} == {"8001"}


def test_a_minute_against_150_prompts_takes_seconds(sounds: dict[str, Samples]) -> None:
    many: dict[str, Samples] = {
        f"{text}{number}": np.roll(sound, number * 777) for text, sound in sounds.items() for number in range(15)
    }
    minute = np.tile(sounds[TEXTS[1]], 10)[: 60 * RATE]
    began = time.process_time()
    Repertoire(many).onsets(minute)
    assert time.process_time() - began < 20


@pytest.fixture(scope="module", autouse=True)
def _no_warnings_from_numpy() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


def test_a_syllable_is_too_short_to_be_known_by() -> None:
    sounds = {"三": voice_of("a")[: round(0.5 * RATE)], "a": voice_of("a")}
    assert list(recognisable(sounds)) == ["a"]
