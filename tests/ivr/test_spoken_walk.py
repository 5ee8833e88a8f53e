"""Words in the menu, as scripts: over a prompt and after it, understood, asked about, not understood, and nothing."""

from dataclasses import replace

from ivr.attention import FALSE_ALARMS, Attention
from ivr.menu import Menu
from ivr.spoken_walk import LONGEST_UTTERANCE_S, PATIENCE_AFTER_NOISE_S, VERDICT_S
from ivr.walker import Walker
from telephony.ids import NodeId
from telephony.prompt import BargeIn
from telephony.speech import SpeechOffered
from telephony.wish import Everywhere, Unheard
from tests.builders import (
    ARRIVED,
    CALL,
    DEAF,
    GONE,
    HANG_UP,
    KEY_DOWN,
    SILENCE,
    SOUND,
    SPEECH_LOST,
    SPOKEN_MENU,
    STOP,
    answered,
    at,
    ended,
    go_on,
    heard,
    insist,
    key,
    listen,
    menu,
    node,
    not_understood,
    play,
    queue_up,
    say,
    understood,
    unsure,
)
from tests.play import Ended, Playbook, Wait

OPTIONS = heard("main?")
EARLY = say("提前还款可以在App办理", BargeIn.HOTWORD)
QUESTION = heard("您是要办理repayment.early吗？")
HINT = heard("是请按1，不是请按2")


def walk(tree: Menu = SPOKEN_MENU, *, offered: bool = True) -> Playbook:
    attention = Attention(CALL, offered=offered)
    return Playbook(Walker(tree, CALL, entry=tree.fallback_entry, open_now=True, attention=attention))


def welcomed() -> Playbook:
    """A caller at the main menu whose welcome (2) plays and who is listened to (1)."""
    script = walk() >> ARRIVED << at("main") << play(1, "您好") >> Ended() << play(2, heard("欢迎致电"))
    return script << listen(1, "main")


def invited() -> Playbook:
    """The same, up to the options (4)."""
    return welcomed() >> Ended() << play(3, heard("请直接说")) >> Ended() << play(4, OPTIONS)


def listened_to() -> Playbook:
    """The same, after all is said."""
    return invited() >> Ended()


def asked() -> Playbook:
    """A caller who was asked whether he means 提前还款; the question (5) plays."""
    return listened_to() >> SOUND >> unsure(1, "repayment.early") << play(5, QUESTION) << listen(2, "main", asks=True)


# ---- over a prompt, and after it ---------------------------------------------------------------------


def test_words_over_the_welcome_lead_straight_to_a_leaf() -> None:
    script = welcomed() >> SOUND << STOP >> ended(2, completed=False) >> SILENCE
    (
        script
        >> understood(1, "repayment.early")
        << at("repayment.early")
        << play(3, EARLY)
        << listen(2, "repayment.early")
    )
    assert script >> Ended() << queue_up("repayment", "repayment.early") << DEAF


def test_words_after_the_options_lead_there_as_well() -> None:
    script = listened_to() >> SOUND >> SILENCE >> understood(1, "repayment.early")
    assert script << at("repayment.early") << play(5, EARLY) << listen(2, "repayment.early")


def test_words_may_be_understood_before_the_sound_was_noticed() -> None:
    script = welcomed() >> understood(1, "loan") << at("loan") << play(3, insist("贷款有风险"))
    assert script >> SOUND >> SILENCE >> Ended() << play(4, heard("loan?")) << listen(2, "loan")


def test_nobody_is_invited_to_speak_twice() -> None:
    assert (
        invited()
        >> understood(1, "loan")
        << at("loan")
        << play(5, insist("贷款有风险"))
        >> Ended()
        << play(6, heard("loan?"))
        << listen(2, "loan")
    )


def test_what_an_earlier_listening_heard_is_old_news() -> None:
    script = invited() >> key("2") << at("repayment") << play(5, "还款") << DEAF >> understood(1, "loan")
    assert (
        script >> Ended() << play(6, heard("repayment?")) << listen(2, "repayment", fresh=True) >> understood(1, "loan")
    )


def test_a_prompt_that_only_keys_stop_goes_on_and_nobody_listens() -> None:
    script = welcomed() >> understood(1, "repayment") << at("repayment") << play(3, "还款")
    assert script >> SOUND >> SILENCE >> Ended() << play(4, heard("repayment?")) << listen(2, "repayment")


def test_a_prompt_that_only_a_match_stops_goes_on_over_other_words() -> None:
    script = welcomed() >> understood(1, "repayment.early") << at("repayment.early") << play(3, EARLY)
    script << listen(2, "repayment.early") >> SOUND >> SILENCE >> not_understood(2) << listen(3, "repayment.early")
    assert script >> understood(3, Everywhere.MAIN) << at("main") << play(4, OPTIONS) << listen(4, "main")


def test_what_works_everywhere_works_by_voice() -> None:
    script = welcomed() >> understood(1, Everywhere.BACK) << play(3, "已经在主菜单") >> Ended() << play(4, OPTIONS)
    script << listen(2, "main") >> understood(2, Everywhere.REPEAT) << play(5, heard("欢迎致电")) << listen(3, "main")
    assert script >> understood(3, Everywhere.AGENT) << STOP << queue_up("general", "main")


# ---- it was nothing ----------------------------------------------------------------------------------


def test_after_a_cough_the_prompt_goes_on_where_it_stopped_and_so_does_all_that_follows() -> None:
    script = welcomed() >> SOUND << STOP >> ended(2, completed=False) >> SILENCE
    script >> not_understood(1, Unheard.NOTHING) << go_on(3, heard("欢迎致电"), after=2) << listen(2, "main")
    assert script >> Ended() << play(4, heard("请直接说"))


def test_a_prompt_that_had_ended_before_it_could_be_stopped_does_not_go_on() -> None:
    script = welcomed() >> SOUND << STOP >> ended(1) >> ended(2) >> not_understood(1, Unheard.NOTHING)
    assert script << play(3, heard("请直接说")) << listen(2, "main")


def test_where_nobody_says_what_it_was_it_was_nothing() -> None:
    script = welcomed() >> SOUND << STOP >> Wait(1.0) >> SOUND >> Wait(1.0) >> SILENCE >> Wait(VERDICT_S)
    assert script << go_on(3, heard("欢迎致电"), after=2) << listen(2, "main") >> understood(1, "loan")


def test_sound_without_end_is_no_wish() -> None:
    script = welcomed() >> SOUND << STOP >> Wait(LONGEST_UTTERANCE_S)
    assert script << go_on(3, heard("欢迎致电"), after=2) << listen(2, "main")


def test_a_noise_in_the_silence_after_the_options_neither_counts_nor_waits_for_ever() -> None:
    script = listened_to() >> Wait(4.9) >> SOUND >> Wait(1.0) >> not_understood(1, Unheard.NOTHING) << listen(2, "main")
    assert script >> Wait(PATIENCE_AFTER_NOISE_S) << play(5, heard("没有听到声音"))


def test_nothing_heard_in_silence_changes_nothing() -> None:
    assert (
        listened_to()
        >> not_understood(1, Unheard.NOTHING)
        << listen(2, "main")
        >> Wait(5.0)
        << play(5, heard("没有听到声音"))
    )


def test_on_a_noisy_line_only_words_stop_a_prompt() -> None:
    script = welcomed()
    for alarm in range(1, FALSE_ALARMS + 1):
        script >> SOUND << STOP >> not_understood(alarm, Unheard.NOTHING)
        script << go_on(2 + alarm, heard("欢迎致电"), after=1 + alarm) << listen(1 + alarm, "main")
    script >> SOUND >> SILENCE >> not_understood(4) << listen(5, "main")
    script >> understood(5, "loan") << at("loan") << play(6, insist("贷款有风险"))
    script >> Ended() << play(7, heard("loan?")) << listen(6, "loan")
    assert script >> SOUND << STOP  # words were understood: the line is not that noisy


# ---- not understood ----------------------------------------------------------------------------------


def test_words_that_nothing_is_like_taper_to_a_person_with_keys_in_one_budget() -> None:
    script = listened_to() >> SOUND >> SILENCE >> not_understood(1) << play(5, heard("没有听明白")) << listen(2, "main")
    script >> SOUND << STOP >> ended(5, completed=False) >> not_understood(2, Unheard.NO_SUCH_CHOICE)
    script << play(6, "请听完再按") >> key("7") << play(7, "没能帮到您，为您转人工")
    assert script >> Ended() << queue_up("general", "main")


def test_who_only_denies_is_asked_again() -> None:
    assert listened_to() >> not_understood(1, Unheard.DENIED) << play(5, heard("没有听明白")) << listen(2, "main")


# ---- asked first -------------------------------------------------------------------------------------


def test_yes_by_voice_leads_there() -> None:
    script = asked() >> Ended() << play(6, HINT) >> SOUND << STOP >> SILENCE
    assert script >> answered(2, yes=True) << at("repayment.early") << play(7, EARLY) << listen(3, "repayment.early")


def test_no_by_voice_asks_anew_and_counts() -> None:
    script = asked() >> answered(2, yes=False) << play(6, heard("好的，请再说一遍")) << listen(3, "main")
    script >> unsure(3, "loan") << play(7, heard("您是要办理loan吗？")) << listen(4, "main", asks=True)
    script >> answered(4, yes=False) << play(8, heard("好的，请再说一遍")) << listen(5, "main")
    assert script >> not_understood(5) << play(9, "没能帮到您，为您转人工")


def test_another_wish_instead_of_an_answer_is_a_wish() -> None:
    assert asked() >> understood(2, "loan") << at("loan") << play(6, insist("贷款有风险"))


def test_another_unclear_wish_is_asked_about_but_not_for_ever() -> None:
    script = asked() >> unsure(2, "loan") << play(6, heard("您是要办理loan吗？")) << listen(3, "main", asks=True)
    script >> unsure(3, Everywhere.AGENT) << play(7, heard("您是要转人工服务吗？")) << listen(4, "main", asks=True)
    assert script >> unsure(4, "loan") << play(8, "没能帮到您，为您转人工")


def test_silence_after_a_question_repeats_it() -> None:
    script = asked() >> Ended() << play(6, HINT) >> Ended() >> Wait(5.0) << play(7, heard("没有听到声音"))
    assert script >> Ended() << play(8, QUESTION) >> Ended() << play(9, HINT)


def test_a_question_at_a_leaf_waits_for_its_answer() -> None:
    script = welcomed() >> understood(1, "repayment.early") << at("repayment.early") << play(3, EARLY)
    script << listen(2, "repayment.early") >> unsure(2, "loan") << play(4, heard("您是要办理loan吗？"))
    script << listen(3, "repayment.early", asks=True) >> Ended() << play(5, HINT) >> Ended()
    assert script >> answered(3, yes=True) << at("loan") << play(6, insist("贷款有风险"))


def test_a_yes_to_nothing_is_not_understood() -> None:
    assert listened_to() >> answered(1, yes=True) << play(5, heard("没有听明白")) << listen(2, "main")


# ---- keys win ----------------------------------------------------------------------------------------


def test_a_key_pressed_while_speaking_wins() -> None:
    script = welcomed() >> SOUND << STOP >> KEY_DOWN << listen(2, "main", fresh=True) >> key("2")
    script << at("repayment") << play(3, "还款") << DEAF
    assert script >> ended(2, completed=False) >> understood(1, "loan") >> understood(2, "loan")


def test_a_key_pressed_quickly_while_speaking_wins_too() -> None:
    script = welcomed() >> SOUND << STOP >> key("1") << at("loan") << play(3, insist("贷款有风险")) << DEAF
    assert script >> understood(1, "repayment")


def test_while_a_second_key_is_awaited_nobody_listens() -> None:
    tree = menu(node("main", choices={"1": "a", "11": "b"}, say=heard("请选")), node("a"), node("b"))
    script = walk(tree) >> ARRIVED << at("main") << play(1, "您好") >> Ended() << play(2, heard("请选"))
    script << listen(1, "main") >> key("1") << STOP << DEAF >> SOUND >> SILENCE >> understood(1, "b")
    assert script >> Wait(2.0) << at("a") << queue_up("general", "a")


# ---- hang-up, and nobody to listen -------------------------------------------------------------------


def test_a_hang_up_in_the_middle_of_a_word_leaves_nothing_to_do() -> None:
    assert welcomed() >> SOUND << STOP >> GONE >> understood(1, "loan") >> SILENCE >> SPEECH_LOST


def test_a_caller_whose_recogniser_died_is_told_once_and_goes_on_by_keys() -> None:
    script = (
        welcomed()
        >> SOUND
        << STOP
        >> SPEECH_LOST
        << play(3, heard("不能使用语音，请按键"))
        >> Ended()
        << play(4, OPTIONS)
    )
    script >> SOUND >> understood(1, "loan") >> SpeechOffered(CALL, offered=True)
    script >> key("1") << at("loan") << play(5, insist("贷款有风险")) >> SPEECH_LOST >> Ended()
    assert script << play(6, heard("loan?")) >> Ended() >> Wait(5.0) << play(7, "没有收到按键")


def test_what_must_be_heard_is_heard_before_the_loss_is_told() -> None:
    script = welcomed() >> key("1") << at("loan") << play(3, insist("贷款有风险")) << DEAF >> SPEECH_LOST >> Ended()
    assert script << play(4, heard("loan?")) >> key("9") << play(5, heard("不能使用语音，请按键"))


def test_at_a_leaf_there_is_nothing_to_press_and_so_nothing_to_tell() -> None:
    script = welcomed() >> understood(1, "loan.amount") << at("loan.amount") << play(3, heard("额度在App查询"))
    script << listen(2, "loan.amount") >> SOUND << STOP >> SPEECH_LOST << go_on(4, heard("额度在App查询"), after=3)
    assert script >> SPEECH_LOST >> Ended() << queue_up("loan", "loan.amount")


def test_under_load_a_new_node_is_keys_only_and_later_ones_are_spoken_again() -> None:
    script = invited() >> SpeechOffered(CALL, offered=False) >> understood(1, "repayment.early")
    script << at("repayment.early") << play(5, EARLY) >> SOUND >> key("*") << at("repayment") << play(6, "还款")
    script >> SpeechOffered(CALL, offered=True) >> Ended()
    assert script << play(7, heard("repayment?")) << listen(2, "repayment", fresh=True)


def test_without_an_offer_the_walk_is_the_one_by_keys() -> None:
    script = walk(offered=False) >> ARRIVED << at("main") << play(1, "您好") >> Ended() << play(2, heard("欢迎致电"))
    (
        script
        >> SOUND
        >> SILENCE
        >> Ended()
        << play(3, OPTIONS)
        >> Ended()
        >> SOUND
        >> Wait(5.0)
        << play(4, "没有收到按键")
    )
    assert script


def test_a_recogniser_that_comes_up_listens_from_then_on() -> None:
    script = walk(offered=False) >> SpeechOffered(CALL, offered=True) >> ARRIVED << at("main") << play(1, "您好")
    assert script >> Ended() << play(2, heard("欢迎致电")) << listen(1, "main")


def test_the_longest_stay_ends_a_caller_who_never_stops_talking() -> None:
    tree = replace(SPOKEN_MENU, timing=replace(SPOKEN_MENU.timing, max_menu_s=30.0))
    script = walk(tree) >> ARRIVED << at("main") << play(1, "您好") >> Ended() << play(2, heard("欢迎致电"))
    script << listen(1, "main") >> Wait(29.0) << play(3, heard("请直接说")) << play(4, OPTIONS)
    assert script >> SOUND << STOP >> Wait(1.0) << play(5, "再见") << DEAF >> Ended() << HANG_UP


def test_a_node_that_is_gone_leads_to_what_is_left_of_it() -> None:
    assert NodeId("repayment.gone") not in SPOKEN_MENU.nodes
    script = welcomed() >> understood(1, "repayment.gone") << at("repayment") << play(3, "还款")
    assert script
