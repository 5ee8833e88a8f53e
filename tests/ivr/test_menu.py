"""The menu's own small questions."""

from dataclasses import replace

from ivr.menu import ROOT, Entry, Menu, Node, Timing
from ivr.phrases import MANDARIN
from telephony.hours import Hours
from telephony.ids import NodeId, QueueId, Topic

LOAN = NodeId("loan")
MENU = Menu(
    nodes={
        ROOT: Node(ROOT, "主菜单", None, choices={"1": LOAN}),
        LOAN: Node(LOAN, "贷款", ROOT),
    },
    entries={"95001": Entry("95001", LOAN, "热线")},
    phrases=MANDARIN,
    timing=Timing(),
    hours=Hours.always(),
    default_queue=QueueId("general"),
    fallback_entry=Entry("", ROOT, "其他"),
)


def test_the_root_is_the_main_menu_and_what_has_no_choices_is_a_leaf() -> None:
    assert MENU.root.name == "主菜单"
    assert [node.id for node in MENU.leaves] == [LOAN]
    assert not MENU.root.is_leaf


def test_the_topic_of_who_asks_for_somebody() -> None:
    assert MENU.root_topic == Topic(ROOT)
    service = replace(MENU.root, topic=Topic("service"))
    assert replace(MENU, nodes={ROOT: service}).root_topic == "service"


def test_a_number_enters_where_it_is_listed_and_any_other_where_the_rest_does() -> None:
    assert MENU.entry("95001").node == LOAN
    assert MENU.entry("110") is MENU.fallback_entry


def test_the_nearest_node_to_one_that_is_gone() -> None:
    assert MENU.nearest(LOAN).id == LOAN
    assert MENU.nearest(NodeId("loan.quota.old")).id == LOAN
    assert MENU.nearest(NodeId("account.close")).id == ROOT


def test_a_call_that_comes_to_a_queue_keeps_its_topic_if_that_leads_there() -> None:
    general, elsewhere = QueueId("general"), QueueId("elsewhere")
    assert MENU.topic_for(MENU.queue_of(MENU.nodes[LOAN]), Topic(LOAN)) == Topic(LOAN)
    assert MENU.topic_for(general, Topic("nothing")) == Topic(ROOT)
    assert MENU.topic_for(general, None) == Topic(ROOT)
    assert MENU.topic_for(elsewhere, Topic(LOAN)) == Topic(LOAN)
    assert MENU.topic_for(elsewhere, None) == "elsewhere"
