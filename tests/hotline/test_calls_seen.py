"""Where each caller is, since when and with whom; and what is counted when he leaves."""

from dataclasses import dataclass, field

from hotline.calls_seen import CallsSeen
from hotline.snapshot import CallPhase, CallView, Counters
from telephony.commands import AgentState, CloseSegment, EnterNode, HangUp, RingAgent, ShowAgent
from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallArrived,
    CallEnded,
    CallQueued,
    CallResumed,
    CallTransferred,
    Outcome,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
    TransferKind,
)
from telephony.ids import CallId, NodeId, Topic
from tests.hotline.board_play import CALLER, EARLY, LI, REPAYMENT, ZHANG, sample_config

CALL = CallId("1763772471.17")
ARRIVED = CallArrived(CALL, "95001", CALLER, "张三丰")
QUEUED = CallQueued(CALL, REPAYMENT, Topic("repayment.early"), CALLER, 110.0)
RING = RingAgent(CALL, ZHANG, REPAYMENT, 20.0, "longest idle")


@dataclass
class Play:
    """Facts with their instants, and the call as it is then."""

    calls: CallsSeen = field(default_factory=CallsSeen)
    at: float = 0.0

    def happens(self, at: float, *facts: object) -> "Play":
        self.at = at
        for fact in facts:
            self.calls.apply(fact, at)
        return self

    def view(self, at: float | None = None) -> CallView:
        (view,) = self.calls.views(sample_config().menu, self.at if at is None else at)
        return view

    def is_(self, phase: CallPhase, since_s: float, **more: object) -> None:
        view = self.view()
        assert (view.phase, view.since_s) == (phase, since_s)
        assert {name: getattr(view, name) for name in more} == more


def arrived() -> Play:
    return Play().happens(100.0, ARRIVED)


def test_a_call_from_arrival_to_the_end() -> None:
    play = arrived()
    play.is_(CallPhase.MENU, 0.0, caller="139****5678", dialled="95001", channel="客服热线", node="", queue=None)
    play.happens(105.0, EnterNode(CALL, EARLY)).is_(CallPhase.MENU, 5.0, node="提前还款")
    play.happens(112.0, QUEUED).is_(CallPhase.QUEUED, 2.0, queue=REPAYMENT, agent=None)
    play.happens(120.0, RING).is_(CallPhase.RINGING, 0.0, agent=ZHANG, queue=REPAYMENT)
    play.happens(121.0, AgentRinging(CALL, ZHANG)).is_(CallPhase.RINGING, 1.0, agent=ZHANG)
    play.happens(125.0, AgentAnswered(CALL, ZHANG))
    play.happens(126.0, ShowAgent(ZHANG, AgentState.TALKING, call=CALL))
    play.happens(127.0, CloseSegment(CALL, REPAYMENT, Outcome.ANSWERED, 15.0, ZHANG))
    play.is_(CallPhase.TALKING, 2.0, agent=ZHANG, queue=REPAYMENT, age_s=27.0)
    play.happens(150.0, TalkEnded(CALL, ZHANG, TalkEndedBy.AGENT)).is_(CallPhase.CLOSING, 0.0, agent=None, queue=None)
    play.happens(155.0, CallEnded(CALL, 16))
    assert play.calls.views(sample_config().menu, 155.0) == ()
    assert play.calls.counters == Counters(arrivals=1, ivr_abandoned=0, talks=1, ended=1)


def test_a_ring_without_an_answer_leads_back_to_the_place_in_the_queue() -> None:
    play = arrived().happens(110.0, QUEUED).happens(120.0, RING)
    play.happens(140.0, RingEnded(CALL, ZHANG, RingOutcome.NO_ANSWER)).is_(CallPhase.QUEUED, 30.0, agent=None)
    play.happens(141.0, RingAgent(CALL, LI, REPAYMENT, 20.0, "next")).is_(CallPhase.RINGING, 0.0, agent=LI)


def test_a_ring_that_ends_late_changes_nothing() -> None:
    play = arrived().happens(110.0, QUEUED).happens(120.0, RING).happens(122.0, AgentAnswered(CALL, ZHANG))
    play.happens(123.0, RingEnded(CALL, LI, RingOutcome.CANCELLED)).is_(CallPhase.TALKING, 1.0, agent=ZHANG)


def test_leaving_the_queue_by_key_leads_back_to_the_menu() -> None:
    play = arrived().happens(110.0, QUEUED)
    play.happens(130.0, CloseSegment(CALL, REPAYMENT, Outcome.LEFT_BY_KEY, 20.0)).is_(CallPhase.MENU, 0.0, queue=None)


def test_a_refused_or_given_up_stay_leads_to_the_last_words() -> None:
    play = arrived().happens(110.0, QUEUED)
    play.happens(711.0, CloseSegment(CALL, REPAYMENT, Outcome.TIMED_OUT, 601.0)).is_(CallPhase.CLOSING, 0.0, queue=None)


def test_hanging_up_in_the_menu_is_an_ivr_abandonment() -> None:
    assert arrived().happens(110.0, CallEnded(CALL, 16)).calls.counters.ivr_abandoned == 1


def test_being_let_go_by_us_is_none() -> None:
    assert arrived().happens(110.0, HangUp(CALL), CallEnded(CALL, 16)).calls.counters.ivr_abandoned == 0


def test_hanging_up_after_asking_for_an_agent_is_none() -> None:
    assert arrived().happens(110.0, QUEUED).happens(115.0, CallEnded(CALL, 16)).calls.counters.ivr_abandoned == 0


def test_a_call_of_before_a_restart_goes_on_in_the_menu() -> None:
    play = Play().happens(50.0, CallResumed(CALL, EARLY))
    play.is_(CallPhase.MENU, 0.0, node="提前还款", caller="", channel="")
    assert play.calls.counters.arrivals == 0


def test_a_talk_of_before_a_restart_is_shown_as_a_talk_from_the_first_moment() -> None:
    play = Play().happens(50.0, ShowAgent(ZHANG, AgentState.TALKING, call=CALL))  # agents are restored before calls
    play.calls.take_up(CALL, 10.0, dialled="95001", caller=CALLER)
    play.is_(CallPhase.TALKING, 0.0, agent=ZHANG, age_s=40.0, caller="139****5678", channel="客服热线")


def test_a_call_of_before_a_restart_keeps_its_place_in_the_queue() -> None:
    play = Play()
    play.calls.take_up(CALL, 10.0, dialled="95009", caller=CALLER)
    resumed = CallResumed(CALL, EARLY, REPAYMENT, Topic("repayment.early"), 20.0)
    play.happens(50.0, resumed, CallQueued(CALL, REPAYMENT, Topic("repayment.early"), CALLER, 20.0))
    view = play.view(60.0)
    assert (view.phase, view.queue, view.age_s, view.caller) == (CallPhase.QUEUED, REPAYMENT, 50.0, "139****5678")
    assert view.channel == sample_config().menu.entry("95009").channel
    play.happens(61.0, RING).happens(70.0, RingEnded(CALL, ZHANG, RingOutcome.BUSY)).is_(CallPhase.QUEUED, 50.0)


def test_a_talk_that_went_on_while_we_were_away_is_shown() -> None:
    play = Play().happens(50.0, ShowAgent(ZHANG, AgentState.TALKING, call=CALL))
    play.is_(CallPhase.TALKING, 0.0, agent=ZHANG)


def test_facts_about_calls_we_never_saw_change_nothing() -> None:
    strays = (RING, AgentRinging(CALL, ZHANG), EnterNode(CALL, EARLY), HangUp(CALL), CallEnded(CALL, 16))
    play = Play().happens(50.0, *strays, ShowAgent(ZHANG, AgentState.READY), "nonsense")
    assert play.calls.views(sample_config().menu, 50.0) == ()
    assert play.calls.counters == Counters()


def test_a_node_the_menu_no_longer_has_is_shown_by_its_id() -> None:
    assert arrived().happens(101.0, EnterNode(CALL, NodeId("old.node"))).view().node == "old.node"


def test_passed_on_to_the_menu_or_back_in_it_after_the_talk() -> None:
    play = Play().happens(100.0, ARRIVED).happens(110.0, QUEUED).happens(120.0, AgentAnswered(CALL, ZHANG))
    play.happens(130.0, CallTransferred(CALL, ZHANG, TransferKind.BLIND)).is_(CallPhase.MENU, 0.0)
    again = Play().happens(100.0, ARRIVED).happens(110.0, QUEUED).happens(120.0, AgentAnswered(CALL, ZHANG))
    again.happens(130.0, TalkEnded(CALL, ZHANG, TalkEndedBy.AGENT)).is_(CallPhase.CLOSING, 0.0)
    again.happens(131.0, EnterNode(CALL, NodeId("main"))).is_(CallPhase.MENU, 0.0)
