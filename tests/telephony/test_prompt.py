"""What is said in a prompt, as screens and tests show it."""

from telephony.prompt import BargeIn, Prompt, Recording, Say


def test_the_words_of_all_segments_in_their_order() -> None:
    prompt = Prompt((Say("您好。"), Recording("welcome.wav", "欢迎致电。"), Say("请按1。")))
    assert prompt.text == "您好。欢迎致电。请按1。"


def test_a_recording_whose_words_nobody_wrote_down_says_nothing() -> None:
    assert Prompt((Recording("jingle.alaw"),)).text == ""
    assert Prompt(()).text == ""


def test_a_key_stops_a_prompt_unless_told_otherwise() -> None:
    assert Prompt((Say("x"),)).barge_in is BargeIn.KEY
