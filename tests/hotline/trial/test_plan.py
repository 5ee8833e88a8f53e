from dataclasses import replace
from pathlib import Path

import pytest

from acd.queue import Roster
from acd.roster_file import parse_roster
from hotline.trial.plan import NoPlanError, add_words, choose_agent, make_plan, split_keys
from ivr.menu import Menu
from ivr.menu_file import parse_menus
from telephony.ids import AgentNumber, QueueId, Topic

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def menu() -> Menu:
    menu, _ = parse_menus((ROOT / "menus.yaml").read_text("utf-8"), "menus.yaml")
    assert menu is not None
    return menu


@pytest.fixture(scope="module")
def roster() -> Roster:
    roster, _ = parse_roster((ROOT / "agents.yaml").read_text("utf-8"), "agents.yaml")
    assert roster is not None
    return roster


def test_keys_are_choices_one_after_the_other() -> None:
    assert split_keys("2,1") == split_keys("21") == split_keys("2, 1") == ("2", "1")
    assert split_keys("12,1") == ("12", "1")
    assert split_keys("*#0") == ("*", "#", "0")


@pytest.mark.parametrize("keys", ["2,,1", "2x", ",", "2,a"])
def test_keys_no_telephone_has(keys: str) -> None:
    with pytest.raises(NoPlanError, match="cannot be pressed"):
        split_keys(keys)


@pytest.mark.parametrize(
    ("dialled", "keys", "node", "queue", "topic"),
    [
        ("95001", "", "main", None, None),
        ("95001", "2", "repayment", None, None),
        ("95001", "22", "repayment.early", "repayment", "repayment.early"),
        ("95001", "2*", "main", None, None),
        ("95001", "29#1", "loan", None, None),
        ("95001", "0", "main", "general", "general"),
        ("95001", "20", "repayment", "repayment", "repayment"),
        ("95009", "1", "complaint.complain", "complaint", "complaint.complain"),
        ("95009", "*", "main", None, None),
        ("000", "*2", "repayment", None, None),
    ],
)
def test_where_keys_lead(  # noqa: PLR0917 - one row of the table above
    menu: Menu, dialled: str, keys: str, node: str, queue: str | None, topic: str | None
) -> None:
    plan = make_plan(menu, dialled, split_keys(keys))
    assert (plan.node, plan.queue, plan.topic) == (node, queue, topic)


def test_a_key_that_is_not_offered_names_those_that_are(menu: Menu) -> None:
    with pytest.raises(NoPlanError, match="还款相关疑问 offers no 7; it offers 1 还款方式, 2 提前还款"):
        make_plan(menu, "95001", ("2", "7"))
    with pytest.raises(NoPlanError, match=r"提前还款 offers no 1$"):
        make_plan(menu, "95001", ("2", "2", "1"))
    with pytest.raises(NoPlanError, match="nothing more"):
        make_plan(menu, "95001", ("0", "1"))


def test_the_best_agent_who_is_not_at_work_answers(menu: Menu, roster: Roster) -> None:
    early = make_plan(menu, "95001", ("2", "2"))
    assert choose_agent(early, roster, set()).number == "8003"
    assert choose_agent(early, roster, {AgentNumber("8003")}).number == "8008"
    assert choose_agent(early, roster, set(), "8004").number == "8004"


def test_the_queues_least_level_counts(menu: Menu, roster: Roster) -> None:
    complaint = make_plan(menu, "95009", ("1",))
    able = {"8006", "8009", "8010"}
    assert choose_agent(complaint, roster, set()).number in able
    with pytest.raises(NoPlanError, match="signed in or have their phone registered"):
        choose_agent(complaint, roster, {AgentNumber(number) for number in able})


def test_what_the_queue_demands_besides_counts_too(menu: Menu, roster: Roster) -> None:
    early = make_plan(menu, "95001", ("2", "2"))
    one = replace(roster.queues[QueueId("repayment")], skills=((Topic("loan"), 1),))
    demanding = replace(roster, queues=roster.queues | {one.id: one})
    assert choose_agent(early, demanding, set()).number == "8008"
    with pytest.raises(NoPlanError, match="no sufficient skill"):
        choose_agent(early, demanding, set(), "8003")


def test_why_an_agent_can_not_answer(menu: Menu, roster: Roster) -> None:
    early = make_plan(menu, "95001", ("2", "2"))
    fixed = replace(roster.agents[AgentNumber("8003")], contact="sip:8003@127.0.0.4:5080")
    rooted = replace(roster, agents={**roster.agents, AgentNumber("8003"): fixed})
    for wanted, why in (("9999", "not in the roster"), ("8001", "no sufficient skill"), ("8003", "fixed place")):
        with pytest.raises(NoPlanError, match=why):
            choose_agent(early, rooted, set(), wanted)
    with pytest.raises(NoPlanError, match="choose another"):
        choose_agent(early, roster, {AgentNumber("8004")}, "8004")
    with pytest.raises(NoPlanError, match="is a menu"):
        choose_agent(make_plan(menu, "95001", ("2",)), roster, set())
    with pytest.raises(NoPlanError, match="nobody has the skill"):
        choose_agent(early, replace(roster, agents={}), set())
    assert choose_agent(early, rooted, set()).number == "8008"


@pytest.mark.parametrize(
    ("keys", "words", "node", "queue"),
    [
        ("", ("我想提前还款",), "repayment.early", "repayment"),
        ("1", ("我想提前还款",), "repayment.early", "repayment"),
        ("", ("还款",), "repayment", None),
        ("", ("转人工",), "main", "general"),
        ("2", ("返回",), "main", None),
        ("2", ("主菜单",), "main", None),
        ("2", ("再说一遍",), "repayment", None),
        ("", ("注销", "是的"), "account.close", "account"),
        ("", ("注销", "不是"), "main", None),
        ("", ("注销", "还款"), "repayment", None),
        ("", ("今天天气怎么样",), "main", None),
        ("", (), "main", None),
    ],
)
def test_words_lead_where_they_would_if_all_were_heard_right(
    menu: Menu, keys: str, *, words: tuple[str, ...], node: str, queue: str | None
) -> None:
    plan = add_words(menu, make_plan(menu, "95001", tuple(keys)), words)
    assert (plan.node, plan.queue, plan.words, plan.keys) == (node, queue, words, tuple(keys))


def test_after_a_person_was_asked_for_nothing_is_said_to_the_menu(menu: Menu) -> None:
    with pytest.raises(NoPlanError, match="nothing more can be said"):
        add_words(menu, make_plan(menu, "95001", ()), ("转人工", "还款"))


def test_an_agent_for_a_recording_needs_to_know_where_it_leads(menu: Menu, roster: Roster) -> None:
    plan = replace(make_plan(menu, "95001", ()), is_certain=False)
    with pytest.raises(NoPlanError, match="nobody knows beforehand"):
        choose_agent(plan, roster, set())


def test_a_call_without_words_goes_where_its_keys_led(menu: Menu) -> None:
    plan = make_plan(menu, "95001", ("2", "0"))
    assert add_words(menu, plan, ()) == plan
    with pytest.raises(NoPlanError, match="after 0"):
        add_words(menu, plan, ("还款",))
