"""Keys as answers to a question that was asked because of words; plain keys are in test_walker.py."""

from ivr.attention import Attention
from ivr.walker import Walker
from tests.builders import (
    ARRIVED,
    CALL,
    DEAF,
    KEY_DOWN,
    SPOKEN_MENU,
    STOP,
    at,
    heard,
    insist,
    key,
    listen,
    play,
    queue_up,
    unsure,
)
from tests.play import Ended, Playbook

QUESTION = heard("您是要办理loan吗？")
HINT = heard("是请按1，不是请按2")


def asked() -> Playbook:
    attention = Attention(CALL, offered=True)
    script = Playbook(Walker(SPOKEN_MENU, CALL, entry=SPOKEN_MENU.fallback_entry, open_now=True, attention=attention))
    script >> ARRIVED << at("main") << play(1, "您好") >> Ended() << play(2, heard("欢迎致电")) << listen(1, "main")
    return script >> unsure(1, "loan") << play(3, QUESTION) << listen(2, "main", asks=True)


def test_one_is_yes() -> None:
    script = asked() >> KEY_DOWN << STOP << listen(3, "main", asks=True, fresh=True)
    assert script >> key("1") << at("loan") << play(4, insist("贷款有风险")) << DEAF


def test_two_is_no_though_it_is_a_choice_of_the_menu() -> None:
    script = asked() >> key("2") << play(4, heard("好的，请再说一遍")) << listen(3, "main", fresh=True)
    assert script >> Ended() << play(5, heard("main?")) >> key("2") << at("repayment") << play(6, "还款") << DEAF


def test_another_key_is_no_answer_and_the_question_is_repeated() -> None:
    script = asked() >> key("7") << play(4, "没有这个选项") << DEAF >> Ended() << play(5, QUESTION)
    assert script << listen(3, "main", asks=True, fresh=True) >> Ended() << play(6, HINT)


def test_nine_asks_again_star_takes_the_question_back_hash_and_zero_leave_it() -> None:
    again = asked() >> key("9") << play(4, QUESTION) << listen(3, "main", asks=True, fresh=True)
    assert again >> Ended() << play(5, HINT)
    assert asked() >> key("*") << play(4, heard("main?")) << listen(3, "main", fresh=True)
    assert asked() >> key("#") << at("main") << play(4, heard("main?")) << listen(3, "main", fresh=True)
    assert asked() >> key("0") << STOP << queue_up("general", "main") << DEAF
