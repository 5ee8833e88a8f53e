"""Whole calls, as scripts."""

from dataclasses import replace

import pytest

from ivr.conversation import Conversation, Phase
from ivr.farewell import AGAIN_S
from ivr.menu import Entry, Menu, Timing
from ivr.waiting_state import ANSWER_S, CANCEL_S
from telephony.commands import MoveCall, PlayMusic
from telephony.events import (
    CallArrived,
    CallResumed,
    CallTransferred,
    Outcome,
    TalkEnded,
    TalkEndedBy,
    TransferKind,
)
from telephony.ids import NodeId, QueueId, Topic
from telephony.machine import MachineError
from telephony.speech import SpeechOffered
from telephony.way_out import LeadsTo, WayOut
from tests.builders import (
    AGENT,
    AGENT_HUNG_UP,
    ANSWERED,
    ARRIVED,
    CALL,
    DEAF,
    ENTRY,
    GONE,
    HANG_UP,
    KEY_DOWN,
    MENU,
    MUSIC,
    OFFER,
    OTHER_AGENT,
    PHRASES,
    RINGS,
    SILENCE,
    SOUND,
    SPEECH_LOST,
    SPOKEN_MENU,
    STOP,
    TAKEN_BACK,
    UNANSWERED,
    at,
    ended,
    heard,
    insist,
    key,
    leave,
    listen,
    menu,
    node,
    play,
    queue_up,
    refuse,
    ring,
    tell_place,
    understood,
)
from tests.play import Ended, Playbook, Wait


def new(
    tree: Menu = MENU, *, entry: Entry | None = None, open_now: bool = True, recorded: bool = False
) -> Conversation:
    return Conversation(tree, CALL, entry=entry or tree.fallback_entry, open_now=open_now, recorded=recorded)


def call(conversation: Conversation | None = None) -> Playbook:
    return Playbook(conversation or new())


def talk_of(script: Playbook) -> Conversation:
    assert script
    assert isinstance(script.machine, Conversation)
    return script.machine


def in_queue() -> Playbook:
    """Asked for an agent at 还款, on music, after prompts 1 to 3."""
    return (
        call()
        >> ARRIVED
        << at("main")
        << play(1, "您好")
        >> key("2")
        << at("repayment")
        << play(2, "repayment?")
        >> key("0")
        << queue_up("repayment", "repayment")
        << play(3, "正在转接人工")
        << OFFER
        >> Ended()
        << MUSIC
    )


def talking() -> Playbook:
    return in_queue() >> ring() >> RINGS >> ANSWERED


# ---- the whole way ---------------------------------------------------------------------------------


def test_a_call_from_greeting_to_farewell() -> None:
    conversation = new(recorded=True)
    script = call(conversation)
    assert script >> ARRIVED << at("main") << play(1, "您好")
    assert (conversation.phase, conversation.node, conversation.queue) == (Phase.MENU, "main", None)
    assert script >> Wait(2) >> KEY_DOWN << STOP >> key("2") << at("repayment") << play(2, "repayment?")
    assert (
        script
        >> key("2")
        << at("repayment.early")
        << play(3, "提前还款可以在App办理")
        >> Wait(3)
        >> Ended()
        << queue_up("repayment", "repayment.early")
        << play(4, "正在转接人工")
        >> Wait(2)
        >> Ended()
        << play(5, PHRASES.recording_notice)
    )
    assert (conversation.phase, conversation.node) == (Phase.QUEUE, "repayment.early")
    assert (conversation.queue, conversation.topic) == ("repayment", "repayment.early")
    assert (conversation.since_at, conversation.entered_at) == (5.0, 5.0)
    assert script >> Wait(2) >> Ended() << OFFER << MUSIC >> tell_place(1) << play(6, "下一位就是您。")
    assert script >> Wait(2) >> Ended() << MUSIC >> ring() >> RINGS
    assert (conversation.phase, conversation.agent, conversation.since_at) == (Phase.RINGING, AGENT, 11.0)
    assert script >> Wait(6) >> ANSWERED
    assert (conversation.phase, conversation.agent, conversation.since_at) == (Phase.TALK, AGENT, 17.0)
    assert conversation.deadline is None
    assert script >> key("*") >> Wait(600) >> AGENT_HUNG_UP << play(7, "人工服务已结束")
    assert talk_of(script).phase is Phase.FAREWELL
    assert script >> Ended() << HANG_UP >> GONE
    assert talk_of(script).phase is Phase.ENDED
    assert script >> GONE >> key("1") >> RINGS >> Wait(1000)


def test_each_queue_may_have_its_own_music() -> None:
    conversation = new()
    conversation.music = {QueueId("complaint"): "calm"}
    script = call(conversation) >> ARRIVED << at("main") << play(1, "您好") >> key("3") << at("complaint")
    script = script << queue_up("complaint", "complaint") << play(2, "正在转接人工") << OFFER
    assert script >> Ended() << PlayMusic(CALL, "calm")


def test_after_too_many_failures_nobody_says_twice_that_an_agent_is_coming() -> None:
    conversation = new(replace(MENU, timing=Timing(max_failures=1)))
    script = call(conversation) >> ARRIVED << at("main") << play(1, "您好") >> key("7")
    assert script << play(2, "没能帮到您，为您转人工") >> Ended() << queue_up("general", "main") << OFFER << MUSIC


def test_after_hours_the_call_ends_politely() -> None:
    script = call(new(open_now=False)) >> ARRIVED << play(1, "现在是休息时间") >> key("0") >> Ended() << HANG_UP
    assert talk_of(script).phase is Phase.FAREWELL
    assert script >> Wait(AGAIN_S) << HANG_UP >> GONE >> Wait(1000)


def test_an_order_to_hang_up_that_was_lost_is_repeated_until_it_is_given_up() -> None:
    script = call(new(open_now=False)) >> ARRIVED << play(1, "现在是休息时间") >> Ended() << HANG_UP
    for _ in range(12):
        script = script >> Wait(AGAIN_S) << HANG_UP
    assert talk_of(script >> Wait(AGAIN_S) >> Wait(1000)).phase is Phase.ENDED


# ---- between menu and queue ------------------------------------------------------------------------


def test_the_exit_key_leads_back_to_the_menu_the_caller_came_from() -> None:
    script = in_queue() >> key("*") << leave() << at("repayment") << play(4, "repayment?")
    conversation = talk_of(script)
    assert (conversation.phase, conversation.node, conversation.queue) == (Phase.MENU, "repayment", None)
    assert (
        script
        >> key("#")
        << at("main")
        << play(5, "main?")
        >> key("0")
        << queue_up("general", "main")
        << play(6, "正在转接人工")
        << OFFER
    )


def test_the_exit_key_leads_from_a_leaf_to_the_menu_above_it() -> None:
    script = call() >> ARRIVED << at("main") << play(1, "您好") >> key("3") << at("complaint")
    script = script << queue_up("complaint", "complaint") << play(2, "正在转接人工") << OFFER
    assert script >> key("*") << leave() << at("main") << play(3, "main?")


def test_a_tree_that_is_a_single_leaf_leads_back_into_its_queue() -> None:
    script = call(new(menu(node("main")))) >> ARRIVED << at("main") << play(1, "您好") >> Ended()
    script = script << queue_up("general", "main") << play(2, "正在转接人工") << OFFER >> key("*") << leave()
    assert script << at("main") << queue_up("general", "main") << play(3, "正在转接人工") << OFFER


def test_the_exit_key_during_a_ring_takes_the_ring_back_before_the_menu_speaks() -> None:
    script = in_queue() >> ring() >> RINGS >> key("*") << leave()
    assert talk_of(script).phase is Phase.RINGING
    assert script >> TAKEN_BACK << at("repayment") << play(4, "repayment?")
    assert talk_of(script >> UNANSWERED >> tell_place(3) >> RINGS >> ring() >> refuse(Outcome.TIMED_OUT)).phase is (
        Phase.MENU
    )


def test_a_ring_nobody_takes_back_does_not_keep_the_caller_from_the_menu() -> None:
    script = in_queue() >> RINGS >> key("*") << leave() >> Wait(CANCEL_S)
    assert script << at("repayment") << play(4, "repayment?")


def test_an_agent_quicker_than_the_exit_key_gets_the_caller() -> None:
    assert talk_of(in_queue() >> RINGS >> key("*") << leave() >> ANSWERED).phase is Phase.TALK
    script = in_queue() >> key("*") << leave() << at("repayment") << play(4, "repayment?") >> ANSWERED >> Wait(1000)
    assert talk_of(script).phase is Phase.TALK


@pytest.mark.parametrize(
    ("outcome", "text"), [(Outcome.REJECTED_NO_AGENTS, "没有坐席"), (Outcome.REJECTED_CLOSED, "现在是休息时间")]
)
def test_a_refused_caller_hears_why(outcome: Outcome, text: str) -> None:
    script = in_queue() >> refuse(outcome) << play(4, text)
    assert talk_of(script).phase is Phase.FAREWELL
    assert script >> key("*") >> tell_place(1) >> Ended() << HANG_UP


# ---- talks -----------------------------------------------------------------------------------------


def test_a_caller_who_hung_up_on_the_agent_hears_nothing_more() -> None:
    script = talking() >> TalkEnded(CALL, AGENT, TalkEndedBy.CALLER) >> Wait(1) >> GONE >> Wait(100)
    assert talk_of(script).phase is Phase.ENDED
    assert talking() >> TalkEnded(CALL, AGENT, TalkEndedBy.CALLER) >> Wait(AGAIN_S) << HANG_UP


def test_a_talk_nobody_saw_begin_ends_like_any_other() -> None:
    assert in_queue() >> RINGS >> AGENT_HUNG_UP << play(4, "人工服务已结束") >> Ended() << HANG_UP


def test_a_caller_who_comes_back_from_a_talk_by_himself_is_not_left_in_silence() -> None:
    assert talking() >> CallResumed(CALL, NodeId("main")) << play(4, "人工服务已结束")


def test_a_talk_found_going_on_is_left_alone_until_it_ends() -> None:
    conversation = new()
    conversation.resume_talk(AGENT, 7.0)
    assert (conversation.phase, conversation.agent, conversation.since_at) == (Phase.TALK, AGENT, 7.0)
    assert call(conversation) >> key("*") >> RINGS >> Wait(1000) >> AGENT_HUNG_UP << play(1, "人工服务已结束")


# ---- after a restart -------------------------------------------------------------------------------


def test_a_caller_in_the_menu_goes_on_there_after_a_restart() -> None:
    script = call() >> CallResumed(CALL, NodeId("repayment")) << at("repayment") << play(1, "repayment?")
    assert talk_of(script).since_at == 0.0
    assert script >> CallResumed(CALL, NodeId("repayment")) << at("repayment") << play(2, "repayment?")


def test_a_caller_in_the_queue_keeps_the_place_and_hears_no_notice_twice() -> None:
    back = CallResumed(CALL, NodeId("loan.gone"), QueueId("loan"), Topic("limits"), entered_at=-90.0)
    conversation = new(recorded=True)
    script = Playbook(conversation, now=10.0) >> back << OFFER << MUSIC
    assert script
    assert (conversation.phase, conversation.node, conversation.queue) == (Phase.QUEUE, "loan", "loan")
    assert (conversation.topic, conversation.entered_at, conversation.since_at) == ("limits", -90.0, 10.0)
    assert script >> back << MUSIC >> key("*") << leave() << at("loan") << play(1, "loan?")


# ---- when a machine of ours fails ------------------------------------------------------------------


def test_the_first_time_we_apologise_and_pass_the_caller_to_people() -> None:
    conversation = new()
    assert (
        call(conversation)
        >> ARRIVED
        << at("main")
        << play(1, "您好")
        >> key("2")
        << at("repayment")
        << play(2, "repayment?")
    )
    assert conversation.fallback(9.0) == [queue_up("general", "repayment"), play(3, PHRASES.error), OFFER]
    assert (conversation.phase, conversation.entered_at) == (Phase.QUEUE, 9.0)


def test_the_second_time_we_part() -> None:
    conversation = new()
    assert call(conversation) >> ARRIVED << at("main") << play(1, "您好")
    conversation.fallback(1.0)
    assert conversation.fallback(2.0) == [leave(Outcome.WITHDRAWN), play(3, PHRASES.goodbye)]
    assert conversation.fallback(3.0) == [HANG_UP]
    assert Playbook(conversation, now=3.0) >> Wait(AGAIN_S) << HANG_UP >> GONE


def test_a_failure_before_the_first_word_and_after_hours() -> None:
    assert new().fallback(0.0) == [queue_up("general", "main"), play(1, PHRASES.error), OFFER]
    assert new(open_now=False).fallback(0.0) == [play(1, PHRASES.goodbye)]


def test_a_failure_in_the_queue_leaves_it_before_it_enters_the_next() -> None:
    script = in_queue() >> RINGS
    conversation = talk_of(script)
    commands = conversation.fallback(5.0)
    assert commands[:2] == [leave(Outcome.WITHDRAWN), queue_up("general", "repayment")]
    assert talk_of(script >> TAKEN_BACK).phase is Phase.QUEUE


def test_whoever_was_refused_already_leaves_no_queue_a_second_time() -> None:
    conversation = talk_of(in_queue() >> RINGS >> refuse(Outcome.TIMED_OUT))
    assert conversation.fallback(5.0)[0] == queue_up("general", "repayment")


def test_a_failure_disturbs_no_talk_and_nobody_who_has_gone() -> None:
    assert talk_of(talking()).fallback(100.0) == []
    assert talk_of(call() >> GONE).fallback(100.0) == []


def test_arriving_twice_is_our_bug() -> None:
    conversation = new()
    conversation.handle(ARRIVED, 0.0)
    with pytest.raises(MachineError, match="CallArrived"):
        conversation.handle(CallArrived(CALL, "95001", "13800138000"), 1.0)


def test_the_first_hello_may_insist() -> None:
    tree = replace(MENU, fallback_entry=replace(MENU.fallback_entry, greeting=insist("通话须知")))
    script = call(new(tree)) >> ARRIVED << at("main") << play(1, insist("通话须知")) >> KEY_DOWN >> key("0")
    assert script >> ended(1) << queue_up("general", "main") << play(2, "正在转接人工") << OFFER


# ---- speech ----------------------------------------------------------------------------------------


def spoken_to() -> Playbook:
    conversation = Conversation(SPOKEN_MENU, CALL, entry=ENTRY, open_now=True, recorded=False, speech=True)
    return Playbook(conversation) >> ARRIVED << at("main") << play(1, "您好")


def test_words_lead_through_a_leaf_into_its_queue_where_nobody_listens() -> None:
    script = spoken_to() >> Ended() << play(2, heard("欢迎致电")) << listen(1, "main")
    script >> SOUND << STOP >> SILENCE >> understood(1, "repayment.ways") << at("repayment.ways")
    script << queue_up("repayment", "repayment.ways") << play(3, "正在转接人工") << OFFER
    assert script >> SOUND >> SILENCE >> understood(1, "loan")


def test_back_from_the_queue_words_count_again_under_new_numbers() -> None:
    script = spoken_to() >> Ended() << play(2, heard("欢迎致电")) << listen(1, "main")
    script >> understood(1, "repayment.ways") << at("repayment.ways") << queue_up("repayment", "repayment.ways")
    (
        script
        << play(3, "正在转接人工")
        << OFFER
        >> SpeechOffered(CALL, offered=False)
        >> SpeechOffered(CALL, offered=True)
    )
    script >> Ended() << MUSIC
    assert script >> key("*") << leave() << at("repayment") << play(4, heard("请直接说")) << listen(2, "repayment")


def test_news_of_the_recogniser_in_the_queue_counts_later() -> None:
    script = (
        spoken_to() >> key("0") << queue_up("general", "main") << play(2, "正在转接人工") << OFFER >> Ended() << MUSIC
    )
    assert script >> SPEECH_LOST >> key("*") << leave() << at("main") << play(3, heard("main?"))


def test_a_bug_of_ours_ends_the_listening_too() -> None:
    script = spoken_to() >> Ended() << play(2, heard("欢迎致电")) << listen(1, "main")
    assert script
    conversation = script.machine
    assert isinstance(conversation, Conversation)
    assert DEAF in conversation.fallback(1.0)


def test_an_agent_who_answers_in_the_menu_after_all_is_not_listened_in_on() -> None:
    script = spoken_to() >> Ended() << play(2, heard("欢迎致电")) << listen(1, "main")
    assert script >> ANSWERED << DEAF >> SOUND >> SPEECH_LOST


def test_another_queue_takes_the_caller_who_hears_only_its_music() -> None:
    script = in_queue()
    talk = talk_of(script)
    talk.music = {QueueId("general"): "slow"}
    assert script >> MoveCall(CALL, QueueId("general"), Topic("main"), 0.0) << PlayMusic(CALL, "slow")
    assert (talk.queue, talk.topic) == ("general", "main")
    script >> MoveCall(CALL, QueueId("general"), Topic("main"), 0.0)
    assert script
    script >> ring()
    assert script >> MoveCall(CALL, QueueId("loan"), Topic("main"), 0.0)
    assert talk.phase is Phase.RINGING
    assert script >> UNANSWERED << MUSIC


def test_every_queue_has_a_way_out_of_its_own() -> None:
    script = in_queue()
    ways = {QueueId("general"): WayOut("9", LeadsTo.GOODBYE)}
    talk_of(script).ways_out = ways
    assert script >> MoveCall(CALL, QueueId("general"), Topic("main"), 0.0) >> key("*")
    assert script >> key("9") << leave() << play(4, "再见") >> Ended() << HANG_UP
    assert talk_of(script).phase is Phase.FAREWELL


def in_talk(**about: object) -> Playbook:
    script = in_queue() >> ring() >> RINGS >> ANSWERED
    talk = talk_of(script)
    talk.after_talk = {QueueId("repayment"): str(about.get("after", ""))}
    return script


def passed_on(queue: str | None, kind: TransferKind = TransferKind.BLIND) -> CallTransferred:
    return CallTransferred(CALL, AGENT, kind, QueueId(queue) if queue else None, Topic("loan"), OTHER_AGENT)


def test_a_caller_passed_on_waits_again_and_hears_no_notice_twice() -> None:
    script = in_talk() >> passed_on("loan") << play(4, PHRASES.to_agent) << OFFER >> Ended() << MUSIC
    talk = talk_of(script)
    assert (talk.phase, talk.queue, talk.topic) == (Phase.QUEUE, "loan", "loan")
    assert script >> ring(OTHER_AGENT) >> ANSWERED
    assert talk.phase is Phase.TALK


def test_a_caller_of_whom_it_is_told_too_late_that_he_was_passed_on_hears_half_a_farewell() -> None:
    script = in_talk() >> AGENT_HUNG_UP << play(4, "人工服务已结束")
    assert script >> passed_on("repayment", TransferKind.WARM)
    script >> passed_on("loan") << play(5, PHRASES.to_agent) << OFFER
    assert script >> Ended() << MUSIC
    assert talk_of(script).phase is Phase.QUEUE


def test_a_caller_passed_on_to_the_menu_hears_it_from_the_beginning() -> None:
    script = in_talk() >> passed_on(None) << at("main") << play(4, "main?")
    assert talk_of(script).phase is Phase.MENU


def test_a_colleague_who_takes_over_changes_nothing_for_the_caller() -> None:
    script = in_talk() >> passed_on("repayment", TransferKind.WARM)
    talk = talk_of(script)
    assert (talk.phase, talk.agent) == (Phase.TALK, OTHER_AGENT)


def test_after_the_talk_the_menu_again_if_the_queue_says_so() -> None:
    script = in_talk(after="menu") >> AGENT_HUNG_UP << at("repayment") << play(4, "repayment?")
    assert talk_of(script).phase is Phase.MENU


def test_after_the_talk_the_survey_if_the_queue_says_so() -> None:
    assert in_talk(after="survey") >> AGENT_HUNG_UP << play(4, PHRASES.survey) >> Ended() << HANG_UP


def test_a_customer_we_have_called_is_greeted_and_waits_at_once() -> None:
    conversation = new(recorded=True)
    conversation.called_back = queue_up("loan", "loan")
    conversation.callback_queues = {QueueId("loan")}
    script = call(conversation) >> ARRIVED << queue_up("loan", "loan") << play(1, PHRASES.callback_greeting)
    script >> Ended() << play(2, PHRASES.recording_notice) >> Ended() << OFFER << MUSIC
    assert script >> key("1")  # he is not asked again
    assert conversation.phase is Phase.QUEUE


def test_a_call_back_is_offered_where_the_queue_has_it() -> None:
    conversation = new()
    conversation.callback_queues, conversation.own_number = {QueueId("repayment")}, "13800138000"
    script = call(conversation) >> ARRIVED << at("main") << play(1, "您好") >> key("2") << at("repayment")
    script << play(2, "repayment?") >> key("0") << queue_up("repayment", "repayment")
    script << play(3, "正在转接人工") << OFFER >> refuse(Outcome.REJECTED_NO_AGENTS) << play(4, PHRASES.callback_nobody)
    assert script
    assert script >> Ended() >> Wait(ANSWER_S) << play(5, PHRASES.no_agents)
    assert conversation.phase is Phase.FAREWELL
