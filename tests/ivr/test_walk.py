"""What a walk begins with; its way by keys is in test_walker.py, by voice in test_spoken_walk.py."""

from ivr.attention import Attention
from ivr.walker import Walker
from ivr.walker_state import WalkerState
from telephony.events import CallResumed
from telephony.ids import NodeId
from tests.builders import CALL, ENTRY, HANG_UP, MENU, SPOKEN_MENU, at, heard, listen, play, queue_up
from tests.play import Ended, Playbook, Wait


def test_a_walk_begins_nowhere_and_waits_for_nothing() -> None:
    walker = Walker(MENU, CALL, entry=ENTRY, open_now=True, first_prompt=9)
    assert (walker.state, walker.node, walker.deadline, walker.next_prompt) == (WalkerState.NEW, "main", None, 9)


def test_who_comes_back_is_invited_to_speak_but_not_welcomed() -> None:
    attention = Attention(CALL, offered=True)
    script = Playbook(Walker(SPOKEN_MENU, CALL, entry=ENTRY, open_now=True, attention=attention))
    script >> CallResumed(CALL, NodeId("repayment")) << at("repayment") << play(1, heard("请直接说"))
    assert script << listen(1, "repayment") >> Ended() << play(2, heard("repayment?"))


def test_a_leaf_that_says_nothing_leads_on_without_anybody_listening() -> None:
    attention = Attention(CALL, offered=True)
    script = Playbook(Walker(SPOKEN_MENU, CALL, entry=ENTRY, open_now=True, attention=attention))
    script >> CallResumed(CALL, NodeId("repayment.ways")) << at("repayment.ways")
    assert script << queue_up("repayment", "repayment.ways")


def test_when_closed_nobody_listens() -> None:
    attention = Attention(CALL, offered=True)
    walker = Walker(SPOKEN_MENU, CALL, entry=ENTRY, open_now=False, attention=attention)
    script = Playbook(walker) >> CallResumed(CALL, NodeId("repayment.ways")) << at("repayment.ways")
    assert script << play(1, "现在是休息时间") >> Ended() << HANG_UP >> Wait(60.0)
