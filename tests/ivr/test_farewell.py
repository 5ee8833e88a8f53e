"""The end of a call, as scripts."""

from ivr.farewell import AGAIN_S, MOST_REPEATS, Farewell, FarewellState
from ivr.speaker import longest_s
from telephony.events import TimeReached
from tests.builders import CALL, GONE, HANG_UP, PHRASES, ended, play
from tests.play import Ended, Playbook, Wait


def saying() -> Playbook:
    farewell = Farewell(CALL, first_prompt=5)
    assert farewell.deadline is None
    assert farewell.say((PHRASES.after_talk, PHRASES.goodbye), 0.0) == [play(5, PHRASES.after_talk)]
    return Playbook(farewell)


def test_last_words_are_said_and_then_the_line_is_put_down() -> None:
    script = saying() >> ended(4) >> ended(5) << play(6, PHRASES.goodbye) >> Ended() << HANG_UP >> ended(6) >> GONE
    assert script >> ended(6) >> Wait(1000)
    assert isinstance(script.machine, Farewell)
    assert script.machine.next_prompt == 7


def test_last_words_nobody_reports_the_end_of_end_all_the_same() -> None:
    script = saying() >> Wait(longest_s(PHRASES.after_talk)) << play(6, PHRASES.goodbye)
    assert script >> Wait(longest_s(PHRASES.goodbye)) << HANG_UP


def test_a_hang_up_without_effect_is_repeated_but_not_for_ever() -> None:
    farewell = Farewell(CALL)
    assert farewell.hang_up(0.0) == [HANG_UP]
    script = Playbook(farewell) >> TimeReached()
    for _ in range(MOST_REPEATS):
        script = script >> Wait(AGAIN_S) << HANG_UP
    assert script >> Wait(AGAIN_S) >> Wait(1000)
    assert farewell.state is FarewellState.ENDED


def test_a_caller_who_hung_up_himself_is_given_a_moment_to_be_gone() -> None:
    for gone in (True, False):
        farewell = Farewell(CALL)
        farewell.expect_end(0.0)
        script = Playbook(farewell) >> Wait(AGAIN_S - 0.1)
        assert (script >> GONE >> Wait(1000)) if gone else (script >> Wait(0.1) << HANG_UP)


def test_a_hang_up_during_the_last_words_ends_it() -> None:
    assert saying() >> GONE >> Wait(1000)
