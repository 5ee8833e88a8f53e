"""The steps of a caller who asks to be called back; the scripts themselves are in test_waiting.py."""

import pytest

from ivr.waiting_callback import AsksBack
from tests.builders import CALL, MENU


def test_what_follows_a_call_back_that_is_not_wanted_is_the_waiting_rooms_to_say() -> None:
    with pytest.raises(NotImplementedError):
        AsksBack(MENU, CALL, first_prompt=1)._rather_not(0.0)
