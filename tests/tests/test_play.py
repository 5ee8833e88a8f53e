"""The playbook itself: a script that is wrong must fail, and say where."""

import gc
import warnings

import pytest

from telephony.commands import CallCommand
from telephony.events import TimeReached
from tests.builders import CALL, HANG_UP, MUSIC, STOP, ended, insist, key, play
from tests.play import Ended, Playbook, Wait


class Parrot:
    """Plays a prompt for a key, repeats its end as a stop, hangs up when its time has come."""

    def __init__(self) -> None:
        self.deadline: float | None = None

    def handle(self, event: object, now: float) -> list[CallCommand]:
        if event == key("1"):
            self.deadline = now + 5
            return [play(1, "一")]
        if event == ended(1):
            return [STOP]
        if isinstance(event, TimeReached):
            self.deadline = None
            return [HANG_UP]
        raise ValueError("only 1")


class Restless(Parrot):
    def handle(self, event: object, now: float) -> list[CallCommand]:
        self.deadline = now
        return []


def test_a_right_script_passes_and_may_go_on() -> None:
    script = Playbook(Parrot()) >> key("1") << play(1, "一") >> Wait(4.9)
    assert script
    assert script >> Ended() << STOP >> Wait(0.1) << HANG_UP
    assert script.now == 5.0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Playbook(Parrot()) >> key("1"),
        lambda: Playbook(Parrot()) >> key("1") << play(2, "一"),
        lambda: Playbook(Parrot()) >> key("1") << play(1, insist("一")),
        lambda: Playbook(Parrot()) >> key("1") << play(1, "一") << MUSIC,
        lambda: Playbook(Parrot()) >> key("1") << play(1, "一") >> Wait(5.0),
        lambda: Playbook(Parrot()) >> key("1") << play(1, "一") >> Wait(4.0) << HANG_UP,
        lambda: Playbook(Parrot()) >> key("7"),
        lambda: Playbook(Restless()) >> key("7") >> Wait(1.0),
    ],
)
def test_a_wrong_script_fails(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AssertionError):
        bool(wrong())


def test_the_difference_is_shown_line_by_line() -> None:
    script = Playbook(Parrot()) >> key("1") << play(1, "一")
    assert script
    with pytest.raises(AssertionError) as caught:
        bool(script >> Ended() << play(2, insist("二")))
    lines = str(caught.value).splitlines()
    assert "  >> DigitPressed digit=1" in lines
    assert "  ---- was right until here ----" in lines
    assert "-     << PlayPrompt prompt=2 “二” (insists)" in lines
    assert "+     << StopPrompt" in lines
    assert "ValueError: only 1" in _failure(Playbook(Parrot()) >> key("9"))


def _failure(script: Playbook) -> str:
    with pytest.raises(AssertionError) as caught:
        bool(script)
    return str(caught.value)


def test_a_script_nobody_asserts_is_an_error() -> None:
    script = Playbook(Parrot()) >> key("1")
    with pytest.raises(RuntimeError, match="never asserted"):
        script.__del__()
    script._failed = True
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del script
        gc.collect()


def test_call_ids_are_left_out_for_they_are_all_the_same() -> None:
    assert CALL not in _failure(Playbook(Parrot()) >> key("1"))
