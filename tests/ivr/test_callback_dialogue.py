"""Where a caller wants to be called back, key by key."""

from dataclasses import replace

import pytest

from ivr.callback_dialogue import CallbackDialogue, Cancelled, Confirmed
from telephony.prompt import Prompt
from tests.builders import MENU

OWN = "13800138000"


def words(prompt: object) -> str:
    assert isinstance(prompt, Prompt)
    return prompt.text


def test_his_own_number_is_read_out_and_confirmed() -> None:
    dialogue = CallbackDialogue(MENU, OWN)
    assert words(dialogue.question()) == "将拨打幺三八零零幺三八零零零确认按1"
    assert dialogue.press("7") is None
    assert dialogue.press("1") == Confirmed(OWN)


def test_in_english_the_digits_are_digits() -> None:
    assert "13800138000" in words(CallbackDialogue(replace(MENU, language="en"), OWN).question())


def test_another_number_is_entered_read_out_and_confirmed() -> None:
    dialogue = CallbackDialogue(MENU, OWN)
    assert words(dialogue.press("2")) == "请输入电话"
    assert all(dialogue.press(key) is None for key in "01088886666")
    assert words(dialogue.press("#")) == "将拨打零幺零八八八八六六六六确认按1"
    assert dialogue.press("1") == Confirmed("01088886666")


@pytest.mark.parametrize("own", ["", "+4930123456", "95588"])
def test_who_hides_his_number_or_has_none_we_may_dial_enters_one(own: str) -> None:
    assert words(CallbackDialogue(MENU, own).question()) == "请输入电话"


@pytest.mark.parametrize("keys", ["", "123", "0085212345678", "4008001234", "1380013800013800138000"])
def test_numbers_that_are_none_or_abroad_are_not_dialled(keys: str) -> None:
    dialogue = CallbackDialogue(MENU, "")
    for key in keys:
        dialogue.press(key)
    assert words(dialogue.press("#")) == "不能回拨请输入电话"


@pytest.mark.parametrize("own", ["", OWN])
def test_a_star_is_rather_not(own: str) -> None:
    assert CallbackDialogue(MENU, own).press("*") == Cancelled()
