"""The walk through the menu, as scripts."""

from dataclasses import replace

import pytest

from ivr.menu import ROOT, Entry, Menu, Timing
from ivr.speaker import longest_s
from ivr.walker import Walker
from ivr.walker_state import WalkerState
from telephony.events import CallArrived, CallResumed, TimeReached
from telephony.ids import NodeId
from telephony.machine import MachineError
from tests.builders import (
    ARRIVED,
    CALL,
    EARLY,
    ENTRY,
    GONE,
    HANG_UP,
    KEY_DOWN,
    MENU,
    PHRASES,
    STOP,
    WELCOME,
    at,
    ended,
    insist,
    key,
    menu,
    node,
    play,
    queue_up,
    say,
)
from tests.play import Ended, Playbook, Wait

RISK = insist("贷款有风险")
NO_INPUT_S = MENU.timing.no_input_s
INTERDIGIT_S = MENU.timing.interdigit_s


def walk(tree: Menu = MENU, *, entry: Entry | None = None, open_now: bool = True) -> Playbook:
    return Playbook(Walker(tree, CALL, entry=entry or tree.fallback_entry, open_now=open_now))


def greeted(tree: Menu = MENU) -> Playbook:
    """A caller at the main menu, listening, after prompts 1 to 3."""
    return (
        walk(tree)
        >> ARRIVED
        << at("main")
        << play(1, "您好")
        >> Ended()
        << play(2, WELCOME)
        >> Ended()
        << play(3, "main?")
        >> Ended()
    )


# ---- the plain way ---------------------------------------------------------------------------------


def test_greeting_then_welcome_then_options_then_silence() -> None:
    script = greeted()
    assert script
    assert script.machine.deadline == NO_INPUT_S
    assert isinstance(script.machine, Walker)
    assert script.machine.next_prompt == 4


def test_two_keys_lead_to_a_leaf_its_answer_and_its_queue() -> None:
    assert (
        greeted()
        >> key("2")
        << at("repayment")
        << play(4, "repayment?")
        >> key("2")
        << at("repayment.early")
        << play(5, EARLY)
        >> Ended()
        << queue_up("repayment", "repayment.early")
    )


def test_a_leaf_without_text_leads_on_at_once() -> None:
    assert greeted() >> key("3") << at("complaint") << queue_up("complaint", "complaint")


def test_a_leaf_may_name_its_topic() -> None:
    script = Playbook(Walker(MENU, CALL, entry=replace(ENTRY, node=NodeId("loan.amount")), open_now=True))
    assert (
        script
        >> ARRIVED
        << at("loan.amount")
        << play(1, "您好")
        >> Ended()
        << play(2, "额度在App查询")
        >> Ended()
        << queue_up("loan", "limits")
    )


def test_a_number_of_its_own_enters_further_down_and_need_not_greet() -> None:
    entry = Entry("95002", NodeId("repayment"), "还款专线")
    assert walk(entry=entry) >> ARRIVED << at("repayment") << play(1, "repayment?")


def test_a_menu_without_a_word_listens() -> None:
    mute = menu(replace(node("main", choices={"1": "a"}), options=None), node("a"))
    mute = replace(mute, fallback_entry=Entry("", ROOT, ""))
    assert walk(mute) >> ARRIVED << at("main") >> Wait(NO_INPUT_S) << play(1, "没有收到按键")


# ---- barge-in and type-ahead -----------------------------------------------------------------------


def test_a_key_going_down_silences_at_once_and_coming_up_acts_at_once() -> None:
    assert (
        walk()
        >> ARRIVED
        << at("main")
        << play(1, "您好")
        >> KEY_DOWN
        << STOP
        >> key("2")
        << at("repayment")
        << play(2, "repayment?")
        >> ended(1, completed=False)  # the end of what was silenced is old news
        >> Ended()
        >> Wait(NO_INPUT_S - 0.1)
    )


def test_a_key_without_its_beginning_replaces_the_prompt() -> None:
    assert walk() >> ARRIVED << at("main") << play(1, "您好") >> key("2") << at("repayment") << play(2, "repayment?")


def test_a_key_that_went_down_and_never_came_up_is_a_silence() -> None:
    assert (
        walk()
        >> ARRIVED
        << at("main")
        << play(1, "您好")
        >> KEY_DOWN
        << STOP
        >> Wait(NO_INPUT_S)
        << play(2, "没有收到按键")
    )


def test_a_key_going_down_just_in_time_is_not_overtaken_by_the_time_out() -> None:
    assert (
        greeted()
        >> Wait(NO_INPUT_S - 0.1)
        >> KEY_DOWN
        >> Wait(0.3)
        >> key("2")
        << at("repayment")
        << play(4, "repayment?")
    )


def test_every_digit_typed_ahead_acts_on_the_node_it_reaches() -> None:
    assert (
        walk()
        >> ARRIVED
        << at("main")
        << play(1, "您好")
        >> key("2")
        << at("repayment")
        << play(2, "repayment?")
        >> key("2")
        << at("repayment.early")
        << play(3, EARLY)
        >> key("0")
        << STOP
        << queue_up("repayment", "repayment.early")
    )


def test_what_must_be_heard_is_heard_and_keys_pressed_meanwhile_act_after_it() -> None:
    assert (
        greeted()
        >> key("1")
        << at("loan")
        << play(4, RISK)
        >> KEY_DOWN
        >> key("1")
        >> KEY_DOWN
        >> key("0")
        >> Ended()
        << at("loan.amount")
        << STOP
        << queue_up("loan", "limits")
    )


def test_replayed_keys_stop_before_the_next_prompt_that_must_be_heard() -> None:
    script = greeted(
        menu(
            node("main", choices={"1": "a"}, say=WELCOME),
            node("a", choices={"1": "a.b"}, say=insist("注意甲")),
            node("a.b", choices={"1": "a.b.c"}, say=insist("注意乙")),
            node("a.b.c", say=say("丙")),
        )
    )
    assert (
        script
        >> key("1")
        << at("a")
        << play(4, insist("注意甲"))
        >> key("1")
        >> key("1")
        >> Ended()
        << at("a.b")
        << play(5, insist("注意乙"))
        >> Ended()
        << at("a.b.c")
        << play(6, "丙")
    )


def test_keys_wait_for_all_prompts_in_a_row_that_must_be_heard() -> None:
    tree = menu(node("main", choices={"1": "a"}, say=insist("注意")), node("a", say=say("甲")))
    tree = replace(tree, fallback_entry=replace(tree.fallback_entry, greeting=insist("通知")))
    assert (
        walk(tree)
        >> ARRIVED
        << at("main")
        << play(1, insist("通知"))
        >> key("1")
        >> Ended()
        << play(2, insist("注意"))
        >> Ended()
        << at("a")
        << play(3, "甲")
    )


def test_prompts_replaced_in_the_same_breath_are_never_ordered() -> None:
    assert (
        greeted()
        >> key("1")
        << at("loan")
        << play(4, RISK)
        >> key("#")
        >> key("2")
        >> Ended()
        << at("main")
        << at("repayment")
        << play(6, "repayment?")
    )


def test_an_end_nobody_reports_does_not_strand_the_caller() -> None:
    assert (
        walk()
        >> ARRIVED
        << at("main")
        << play(1, "您好")
        >> Wait(longest_s(say("您好")))
        << play(2, WELCOME)
        >> Wait(longest_s(WELCOME))
        << play(3, "main?")
        >> Wait(longest_s(say("main?")) - 0.1)
        >> Wait(0.1)
        << STOP
        >> Wait(NO_INPUT_S)
        << play(4, "没有收到按键")
    )


def test_a_prompt_that_could_not_be_played_is_passed_over() -> None:
    assert walk() >> ARRIVED << at("main") << play(1, "您好") >> Ended(completed=False) << play(2, WELCOME)


# ---- choices of several keys -----------------------------------------------------------------------


def at_more() -> Playbook:
    return greeted() >> key("4") << at("more") << play(4, "more?")


def test_a_key_that_could_grow_silences_and_waits() -> None:
    assert at_more() >> key("1") << STOP >> Wait(INTERDIGIT_S) << at("more.one") << play(5, "一")


def test_a_choice_that_can_not_grow_acts_at_once() -> None:
    assert at_more() >> KEY_DOWN << STOP >> key("1") >> Wait(1.0) >> key("1") << at("more.eleven") << play(5, "十一")


def test_a_further_key_that_fits_no_longer_choice_belongs_to_the_next_node() -> None:
    assert at_more() >> key("1") << STOP >> key("0") << at("more.one") << STOP << queue_up("general", "more.one")


def test_a_key_going_down_gives_the_longer_choice_its_time() -> None:
    assert (
        at_more()
        >> key("1")
        << STOP
        >> Wait(INTERDIGIT_S - 0.1)
        >> KEY_DOWN
        >> Wait(0.3)
        >> key("1")
        << at("more.eleven")
        << play(5, "十一")
    )


def test_a_further_key_that_never_comes_up_is_waited_for_no_longer_than_any_other() -> None:
    script = at_more() >> key("1") << STOP >> KEY_DOWN >> Wait(INTERDIGIT_S)
    assert script << at("more.one") << play(5, "一")


def test_half_a_choice_is_no_choice() -> None:
    assert at_more() >> key("3") << STOP >> Wait(INTERDIGIT_S) << play(5, "没有这个选项")


def test_zero_reaches_an_agent_even_after_half_a_choice() -> None:
    assert at_more() >> key("3") << STOP >> key("0") << queue_up("general", "more")


# ---- keys that work everywhere ---------------------------------------------------------------------


def test_zero_takes_the_queue_and_topic_of_the_node() -> None:
    assert greeted() >> key("0") << queue_up("general", "main")
    assert (
        greeted()
        >> key("1")
        << at("loan")
        << play(4, RISK)
        >> Ended()
        << play(5, "loan?")
        >> key("0")
        << STOP
        << queue_up("loan", "loan")
    )


def test_nine_repeats_text_and_options() -> None:
    assert greeted() >> key("9") << play(4, WELCOME) >> Ended() << play(5, "main?")


def test_nine_at_a_leaf_repeats_its_answer() -> None:
    script = greeted() >> key("2") << at("repayment") << play(4, "repayment?") >> key("2")
    script = script << at("repayment.early") << play(5, EARLY) >> key("9") << play(6, EARLY)
    assert script >> Ended() << queue_up("repayment", "repayment.early")


def test_star_leads_back_and_says_only_what_there_is_to_choose() -> None:
    script = greeted() >> key("2") << at("repayment") << play(4, "repayment?") >> key("2")
    script = script << at("repayment.early") << play(5, EARLY) >> key("*") << at("repayment") << play(6, "repayment?")
    assert script >> key("*") << at("main") << play(7, "main?")


def test_star_at_the_top_says_so() -> None:
    assert greeted() >> key("*") << play(4, "已经在主菜单") >> Ended() << play(5, "main?")


def test_pound_leads_to_the_main_menu_from_anywhere() -> None:
    script = greeted() >> key("4") << at("more") << play(4, "more?") >> key("1") << STOP >> key("1")
    assert script << at("more.eleven") << play(5, "十一") >> key("#") << at("main") << play(6, "main?")


def test_a_main_menu_never_heard_before_is_heard_in_full() -> None:
    entry = Entry("95002", NodeId("repayment"), "还款专线")
    assert (
        walk(entry=entry)
        >> ARRIVED
        << at("repayment")
        << play(1, "repayment?")
        >> key("#")
        << at("main")
        << play(2, WELCOME)
        >> Ended()
        << play(3, "main?")
    )


# ---- failures --------------------------------------------------------------------------------------


def test_silence_tapers_and_then_an_agent_helps() -> None:
    assert (
        greeted()
        >> Wait(NO_INPUT_S)
        << play(4, "没有收到按键")
        >> Ended()
        << play(5, "main?")
        >> Ended()
        >> Wait(NO_INPUT_S)
        << play(6, "请按数字键")
        >> Ended()
        << play(7, "main?")
        >> Ended()
        >> Wait(NO_INPUT_S)
        << play(8, "没能帮到您，为您转人工")
        >> ended(7)
        >> KEY_DOWN
        >> Ended()
        << queue_up("general", "main")
    )


def test_silence_and_wrong_keys_share_one_budget() -> None:
    assert (
        greeted()
        >> key("7")
        << play(4, "没有这个选项")
        >> Ended()
        << play(5, "main?")
        >> Ended()
        >> Wait(NO_INPUT_S)
        << play(6, "请按数字键")
        >> key("7")
        << play(7, "没能帮到您，为您转人工")
        >> key("7")
        << STOP
        << queue_up("general", "main")
    )


def test_a_success_restores_the_budget() -> None:
    script = greeted() >> key("7") << play(4, "没有这个选项") >> key("8") << play(5, "请听完再按") >> key("2")
    script = script << at("repayment") << play(6, "repayment?") >> key("7") << play(7, "没有这个选项")
    assert script


def test_star_at_the_top_restores_nothing() -> None:
    script = greeted() >> key("7") << play(4, "没有这个选项") >> key("7") << play(5, "请听完再按") >> key("*")
    assert script << play(6, "已经在主菜单") >> key("7") << play(7, "没能帮到您，为您转人工")


def test_more_failures_than_phrases_take_the_last_and_none_is_no_phrase() -> None:
    patient = replace(MENU, timing=Timing(max_failures=4))
    script = greeted(patient) >> key("7") << play(4, "没有这个选项") >> key("7") << play(5, "请听完再按") >> key("7")
    assert script << play(6, "请听完再按")
    terse = replace(MENU, phrases=replace(PHRASES, no_match=()))
    assert greeted(terse) >> key("7") << play(4, "main?")


def test_a_wrong_key_at_a_leaf_repeats_its_answer() -> None:
    script = greeted() >> key("2") << at("repayment") << play(4, "repayment?") >> key("2")
    script = script << at("repayment.early") << play(5, EARLY) >> key("7") << play(6, "没有这个选项") >> Ended()
    assert script << play(7, EARLY) >> Ended() << queue_up("repayment", "repayment.early")


def test_what_was_typed_ahead_of_a_wrong_key_is_forgotten() -> None:
    script = greeted() >> key("1") << at("loan") << play(4, RISK) >> key("7") >> key("1") >> Ended()
    assert script << play(5, "没有这个选项") >> Ended() << play(6, "loan?")


def test_a_key_that_never_comes_up_at_a_leaf_leads_on_to_its_queue() -> None:
    script = greeted() >> key("2") << at("repayment") << play(4, "repayment?") >> key("2")
    script = script << at("repayment.early") << play(5, EARLY) >> KEY_DOWN << STOP >> Wait(NO_INPUT_S)
    assert script << queue_up("repayment", "repayment.early")


# ---- ends ------------------------------------------------------------------------------------------


def test_after_hours_the_caller_is_told_and_let_go_whatever_he_presses() -> None:
    assert (
        walk(open_now=False)
        >> ARRIVED
        << play(1, "现在是休息时间")
        >> KEY_DOWN
        >> key("0")
        >> key("2")
        >> Ended()
        << HANG_UP
        >> key("0")
        >> ended(1)
        >> Wait(100)
    )


def test_last_words_end_even_if_nobody_reports_it() -> None:
    assert walk(open_now=False) >> ARRIVED << play(1, "现在是休息时间") >> Wait(longest_s(PHRASES.closed)) << HANG_UP


def test_the_stay_in_the_menu_is_bounded_even_for_a_caller_who_keeps_pressing() -> None:
    script = greeted(replace(MENU, timing=Timing(max_menu_s=10)))
    for number in range(4, 8):
        script = script >> Wait(2.4) >> key("9") << play(number, WELCOME)
    assert script >> Wait(0.4) << play(8, "再见") >> Ended() << HANG_UP


@pytest.mark.parametrize("state", [WalkerState.INSISTING, WalkerState.COLLECTING, WalkerState.LISTENING])
def test_the_stay_in_the_menu_is_bounded_in_every_state(state: WalkerState) -> None:
    script = greeted(replace(MENU, timing=Timing(max_menu_s=1.0)))
    if state is WalkerState.INSISTING:
        script = script >> key("1") << at("loan") << play(4, RISK)
    if state is WalkerState.COLLECTING:
        script = script >> key("4") << at("more") << play(4, "more?") >> key("1") << STOP
    assert script
    assert isinstance(script.machine, Walker)
    assert script.machine.state is state
    number = 4 if state is WalkerState.LISTENING else 5
    assert script >> Wait(1.0) << play(number, "再见")


def test_someone_who_came_back_after_closing_time_is_told_instead_of_queued() -> None:
    resumed = walk(open_now=False) >> CallResumed(CALL, NodeId("repayment")) << at("repayment") << play(1, "repayment?")
    assert resumed >> key("0") << play(2, "现在是休息时间") >> Ended() << HANG_UP
    silent = walk(replace(MENU, timing=Timing(max_failures=1)), open_now=False) >> CallResumed(CALL, NodeId("more"))
    assert silent << at("more") << play(1, "more?") >> Ended() >> Wait(NO_INPUT_S) << play(2, "再见")


def test_a_caller_found_after_a_restart_hears_the_options_of_his_node() -> None:
    script = walk() >> CallResumed(CALL, NodeId("repayment")) << at("repayment") << play(1, "repayment?")
    assert script >> key("#") << at("main") << play(2, "main?")


def test_a_node_that_is_gone_leads_to_its_nearest_ancestor() -> None:
    assert walk() >> CallResumed(CALL, NodeId("loan.gone.deep")) << at("loan") << play(1, "loan?")
    assert walk() >> CallResumed(CALL, NodeId("gone")) << at("main") << play(1, "main?")


def test_a_caller_who_was_away_begins_again_at_his_node() -> None:
    script = greeted() >> key("7") << play(4, "没有这个选项") >> CallResumed(CALL, NodeId("main")) << at("main")
    assert script << play(5, "main?") >> key("7") << play(6, "没有这个选项")


def test_a_hang_up_ends_the_walk_whenever_it_comes() -> None:
    for script in (walk(), greeted(), at_more() >> key("1") << STOP):
        assert script >> GONE >> key("0") >> Wait(1000)
        assert script.machine.deadline is None


def test_too_early_a_wake_up_does_nothing() -> None:
    assert greeted() >> TimeReached() >> TimeReached() >> Wait(NO_INPUT_S) << play(4, "没有收到按键")
    assert walk(open_now=False) >> ARRIVED << play(1, "现在是休息时间") >> TimeReached()


def test_arriving_twice_is_our_bug_and_says_where() -> None:
    walker = Walker(MENU, CALL, entry=ENTRY, open_now=True)
    walker.handle(ARRIVED, 0.0)
    with pytest.raises(MachineError, match="Walker in state speaking does not know what to do with CallArrived"):
        walker.handle(CallArrived(CALL, "95001", "13800138000"), 1.0)
