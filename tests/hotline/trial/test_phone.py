import asyncio

import numpy as np
import pytest

from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.prompts.alaw import decode_linear
from hotline.trial.audio_socket import FRAME_BYTES, AudioConnection
from hotline.trial.phone import POLL_S, NotHeardError, Phone
from hotline.trial.voices import voice_of
from telephony.errors import LinkError, WorldError
from tests.hotline.trial.trial_play import Stage, answer, hear, still, talking_to


class Mouth(AudioConnection):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)
        self.said = b""

    def say(self, pcm: bytes) -> None:
        assert len(pcm) == FRAME_BYTES
        self.said += pcm


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def phone(stage: Stage) -> Phone:
    return stage.new_phone("13800138000")


def sent(stage: Stage) -> list[tuple[str, dict[str, str]]]:
    return [(action.name, dict(action.fields)) for action in stage.actions]


async def test_keys_are_pressed_one_after_the_other(stage: Stage, phone: Phone) -> None:
    began = asyncio.get_running_loop().time()
    await phone.press("1,*", tone_ms=50, gap_s=0.0)
    assert [fields["Digit"] for _, fields in sent(stage)] == ["1", "*"]
    assert asyncio.get_running_loop().time() - began > 0.45  # the comma


async def test_what_was_heard_is_found_and_dated(phone: Phone) -> None:
    answer(phone)
    hear(phone, np.concatenate([still(1), voice_of("8001"), still(1)]))
    match = await phone.hears(voice_of("8001"), within_s=1)
    assert match.at_s == pytest.approx(1.0, abs=0.01)
    with pytest.raises(NotHeardError, match=r"13800138000 did not hear agent 8002 within 0\.2 s"):
        await phone.hears(voice_of("8002"), within_s=0.2, what="agent 8002")
    later = await phone.hears(voice_of("8001"), within_s=1, from_s=0.5)
    assert later.at_s == pytest.approx(1.0, abs=0.01)
    assert [one.name for one in phone.timeline({"agent": voice_of("8001")})] == ["agent"]


async def test_a_sound_is_found_wherever_the_last_look_ended(phone: Phone) -> None:
    answer(phone)
    sound = np.concatenate([still(0.73), voice_of("8001"), still(0.5)])
    waiting = asyncio.ensure_future(phone.hears(voice_of("8001"), within_s=30, what="agent 8001"))
    for start in range(0, sound.size, 1_000):
        hear(phone, sound[start : start + 1_000])
        await asyncio.sleep(POLL_S / 5)
    assert (await waiting).at_s == pytest.approx(0.73, abs=0.01)


async def test_a_call_that_ends_ends_the_waiting(phone: Phone) -> None:
    answer(phone)
    phone.hung_up(16)
    with pytest.raises(NotHeardError, match="before the call ended"):
        await phone.hears(voice_of("8001"), within_s=60)
    assert await phone.is_ended(within_s=1) == 16


async def test_calls_nobody_answers_and_calls_refused(phone: Phone) -> None:
    with pytest.raises(NotHeardError, match=r"not answered in 0\.05 s"):
        await phone.is_answered(within_s=0.05)
    with pytest.raises(NotHeardError, match=r"did not end within 0\.05 s"):
        await phone.is_ended(within_s=0.05)
    with pytest.raises(WorldError, match="has not been answered"):
        _ = phone.answered_at
    assert phone.heard().size == 0
    assert phone.heard_s == 0
    phone.hung_up(17)
    with pytest.raises(NotHeardError, match=r"refused \(cause 17\)"):
        await phone.is_answered(within_s=5)


async def test_a_telephone_is_never_silent_on_the_wire(phone: Phone) -> None:
    mouth = Mouth()
    phone.tick()  # nobody to speak to yet
    phone.connected(mouth)
    phone.tick()
    assert not any(mouth.said)
    mouth.said = b""
    phone.speak(voice_of("me"))
    for _ in range(200):
        phone.tick()
    spoken = decode_linear(mouth.said)
    assert spoken[: voice_of("me").size] == pytest.approx(voice_of("me"), abs=0.001)
    assert spoken[voice_of("me").size :][:1000] == pytest.approx(voice_of("me")[:1000], abs=0.001)


async def test_a_speech_that_does_not_repeat_is_followed_by_silence(phone: Phone) -> None:
    mouth = Mouth()
    phone.connected(mouth)
    phone.speak(voice_of("me")[:400], repeats=False)
    for _ in range(5):
        phone.tick()
    assert any(mouth.said[: 2 * FRAME_BYTES])
    assert not any(mouth.said[3 * FRAME_BYTES :])
    phone.disconnected()
    before = len(mouth.said)
    phone.tick()
    assert len(mouth.said) == before


async def test_hanging_up_twice_is_once(stage: Stage, phone: Phone) -> None:
    await phone.hang_up()
    await phone.hang_up()
    assert [name for name, _ in sent(stage)] == ["Hangup"]


async def test_hanging_up_a_call_that_is_just_gone(phone: Phone) -> None:
    class Gone:
        async def request(self, _: Action) -> None:
            raise LinkError("Hangup: No such channel", retryable=False)

    await Phone(Gone(), "x", "1").hang_up()  # type: ignore[arg-type]
    assert not phone.ended.is_set()


async def test_answering_refusing_and_transferring(stage: Stage, phone: Phone) -> None:
    await phone.answer()
    await phone.refuse(486)
    await phone.transfer("8002")
    assert sent(stage) == [
        ("Setvar", {"Channel": phone.channel, "Variable": "EAR", "Value": str(phone.identity)}),
        ("Redirect", {"Channel": phone.channel, "Context": "answer", "Exten": "s", "Priority": "1"}),
        ("PJSIPHangup", {"Channel": phone.channel, "Cause": "486"}),
        ("Setvar", {"Channel": phone.channel, "Variable": "TARGET", "Value": "8002"}),
        ("Redirect", {"Channel": phone.channel, "Context": "transfer", "Exten": "s", "Priority": "1"}),
    ]


async def test_two_calls_are_put_together_by_what_identifies_the_second_one() -> None:
    class Dialogs:
        def __init__(self) -> None:
            self.asked: list[dict[str, str]] = []

        async def request(self, action: Action) -> AmiMessage:
            self.asked.append(dict(action.fields))
            return AmiMessage(
                "", "Success", {"value": dict(action.fields).get("Variable", "").strip(")").split(",")[-1]}
            )

    line = Dialogs()
    await Phone(line, "first", "8003").transfer_to(Phone(line, "second", "8003"), "8002")
    assert [one["Channel"] for one in line.asked] == ["second"] * 3 + ["first"] * 3
    replaces = next(one["Value"] for one in line.asked if one.get("Variable") == "REPLACES")
    assert replaces == "?Replaces=call-id%3Bto-tag%3Dremote_tag%3Bfrom-tag%3Dlocal_tag"
    assert line.asked[-1]["Context"] == "transfer"


async def test_a_call_nobody_has_replied_to_can_not_be_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute:
        async def request(self, _: Action) -> AmiMessage:
            return AmiMessage("", "Success", {"value": ""})

    monkeypatch.setattr("hotline.trial.phone.POLL_S", 0.0)
    with pytest.raises(NotHeardError, match="nobody has replied"):
        await Phone(Mute(), "first", "8003").transfer_to(Phone(Mute(), "second", "8003"), "8002")


async def test_sound_before_the_answer_is_not_kept(phone: Phone) -> None:
    talking_to(phone, "8001")
    assert phone.heard().size == 0
