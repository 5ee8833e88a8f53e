"""From prompts in YAML to prompts, and every mistake at its place."""

import pytest

from ivr.menu import Phrases
from ivr.menu_shape import MenusShape
from ivr.phrases import ENGLISH, MANDARIN
from ivr.prompt_file import build_phrases
from telephony.located import Findings
from telephony.located_shape import read_shape
from telephony.located_yaml import parse_yaml
from telephony.prompt import BargeIn, Prompt, Recording, Say

REST = "numbers: {1234: x}\ndefault_queue: q\nmenu: {say: x}\n"


def read(phrases: str, language: str = "zh-CN") -> tuple[Phrases, list[str]]:
    document, _ = parse_yaml(f"phrases:\n  {phrases}\n{REST}", "f")
    assert document is not None
    shape, problems = read_shape(document, MenusShape)
    findings = Findings(document, problems)
    built = build_phrases(findings, ("phrases",), shape.phrases, language)
    return built, [str(problem) for problem in findings.problems]


def test_what_is_not_written_stays_as_the_language_says_it() -> None:
    assert read("at_top: 到顶了。")[0].goodbye == MANDARIN.goodbye
    assert read("at_top: x", "en")[0].goodbye == ENGLISH.goodbye


def test_a_phrase_is_text_or_a_row_or_a_recording_or_settings() -> None:
    assert read("at_top: 到顶了。")[0].at_top == Prompt((Say("到顶了。"),), BargeIn.SPEECH)
    row = "at_top: [到顶了。, {recording: a/b.wav, text: 请。}, {text: 选。}]"
    assert read(row)[0].at_top == Prompt((Say("到顶了。"), Recording("a/b.wav", "请。"), Say("选。")), BargeIn.SPEECH)
    assert read("at_top: {recording: a.alaw}")[0].at_top == Prompt((Recording("a.alaw"),), BargeIn.SPEECH)
    assert read("at_top: {text: x, barge_in: off}")[0].at_top == Prompt((Say("x"),), BargeIn.OFF)


def test_a_row_of_tapering_phrases_is_one_prompt_each() -> None:
    assert read("no_input: 请按键。")[0].no_input == (Prompt((Say("请按键。"),), BargeIn.SPEECH),)
    assert read("no_input: [一。, {recording: b.wav}]")[0].no_input == (
        Prompt((Say("一。"),), BargeIn.SPEECH),
        Prompt((Recording("b.wav"),), BargeIn.SPEECH),
    )


def test_what_must_be_heard_stays_so_when_reworded() -> None:
    assert read("recording_notice: 将录音。")[0].recording_notice.barge_in is BargeIn.OFF
    assert read("recording_notice: {text: x, barge_in: key}")[0].recording_notice.barge_in is BargeIn.KEY


def test_the_voice_stops_what_is_said_in_the_menu_and_nothing_else() -> None:
    assert read("not_heard: [请讲。]")[0].not_heard[0].barge_in is BargeIn.SPEECH
    assert read("invite: {text: 请讲。, barge_in: hotword}")[0].invite.barge_in is BargeIn.HOTWORD
    assert read("goodbye: 再见。")[0].goodbye.barge_in is BargeIn.KEY


def test_features_are_replaced_one_by_one() -> None:
    feature = read("feature: {ready: 好了。}")[0].feature
    assert feature == {**MANDARIN.feature, "ready": Prompt((Say("好了。"),))}


def test_templates_keep_their_placeholders() -> None:
    phrases, problems = read("position: 还有{n}位。\n  generated_option: 按{key}选{name}\n  generated_back: 返回按星")
    assert problems == []
    assert (phrases.position, phrases.generated_option) == ("还有{n}位。", "按{key}选{name}")


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("position: 请稍候。", 'f:2:13: must contain "{n}"'),
        ("expected_wait: '{low}分'", 'f:2:18: must contain "{high}"'),
        ("position: '{n}{m}'", 'f:2:13: "{m}" is unknown here; this phrase takes {n}'),
        ("position: '{n} {'", "f:2:13: a brace without its partner"),
        ("position: '{n:>99999999}{n}'", "f:2:13: a brace without its partner"),
        ("generated_back: '{n}'", 'f:2:19: "{n}" is unknown here; this phrase takes no placeholder'),
        ("goodbye: '{n}'", "f:2:12: braces are only for templates such as `position`; here they would be spoken"),
        ("goodbye: ''", 'f:2:12: "goodbye" is empty'),
        ("goodbye: []", 'f:2:12: "goodbye" is empty'),
        ("goodbye: {barge_in: key}", 'f:2:3: a prompt needs "text" or "recording"'),
        ("goodbye: [{}]", 'f:2:13: a prompt needs "text" or "recording"'),
        ("goodbye: {text: ''}", 'f:2:19: "text" is empty'),
        (
            "goodbye: {recording: ../a.wav}",
            'f:2:24: "../a.wav" must be a path inside the recordings folder, without ..',
        ),
        ("goodbye: {recording: /a.wav}", 'f:2:24: "/a.wav" must be a path inside the recordings folder, without ..'),
        ("goodbye: {recording: a.mp3}", 'f:2:24: "a.mp3" must end in .wav or .alaw'),
        ("goodbye: {text: x, barge_in: often}", 'f:2:32: "barge_in" must be one of'),
        ("good_bye: x", 'f:2:3: unknown key "good_bye"; did you mean "goodbye"?'),
        ("feature: {redy: x}", 'f:2:13: unknown key "redy"; did you mean "ready"?'),
    ],
)
def test_mistakes(phrase: str, problem: str) -> None:
    problems = read(phrase)[1]
    assert len(problems) == 1
    assert problems[0].startswith(problem)
