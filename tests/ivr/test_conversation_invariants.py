"""What holds in every call, whatever callers, agents and Asterisk do and in whatever order."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ivr.conversation import Conversation, Phase
from ivr.farewell import AGAIN_S, MOST_REPEATS
from ivr.menu import Entry, Timing
from ivr.waiting_state import LONGEST_RING_S, LONGEST_WAIT_S
from telephony.commands import (
    AskCallback,
    CallCommand,
    EnterNode,
    EnterQueue,
    HangUp,
    LeaveQueue,
    Listen,
    MoveCall,
    OfferCall,
    PlayMusic,
    PlayPrompt,
    RefuseCall,
    StopListening,
    StopPrompt,
)
from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallArrived,
    CallEnded,
    CallResumed,
    CallTransferred,
    DigitBegan,
    DigitPressed,
    Outcome,
    PromptEnded,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
    TimeReached,
    TransferKind,
)
from telephony.ids import AgentNumber, NodeId, QueueId, Topic
from telephony.prompt import BargeIn
from telephony.speech import SpeechFailed, SpeechHeard, SpeechOffered, SpeechStarted, SpeechStopped
from telephony.way_out import LeadsTo, WayOut
from telephony.wish import Answered, Everywhere, Meaning, NotUnderstood, Understood, Unheard, Unsure, Wish
from tests.builders import AGENT, CALL, MENU, OTHER_AGENT, PHRASES, SPOKEN_MENU, insist, menu, node, ring, tell_place

WAYS_OUT = {leads.value: WayOut("*", leads) for leads in LeadsTo}

STRANGE = menu(
    node("main", choices={"1": "a", "12": "b", "A": "c"}, say=insist("须知")),
    node("a"),
    replace(node("b", choices={"55": "b.d"}), options=None),
    node("b.d", say=insist("须知二")),
    replace(node("c", choices={"1": "c.e"}), options=insist("选项")),
    node("c.e"),
    timing=Timing(no_input_s=0.5, interdigit_s=0.5, max_failures=2, max_menu_s=30.0),
    phrases=replace(PHRASES, no_match=(), no_input=()),
)
"""Everything an author may do: no text, no options, text that insists everywhere, half choices, no phrases."""

HOTWORD = replace(
    SPOKEN_MENU,
    nodes={
        one.id: replace(one, say=one.say and replace(one.say, barge_in=BargeIn.HOTWORD))
        for one in SPOKEN_MENU.nodes.values()
    },
)

TREES = {"plain": MENU, "strange": STRANGE, "spoken": SPOKEN_MENU, "hotword": HOTWORD}

LONGEST_CALL_S = MENU.timing.max_menu_s + LONGEST_WAIT_S + LONGEST_RING_S + MOST_REPEATS * AGAIN_S + 600
"""No silent caller stays longer than this; the last summand is for the prompts between."""

targets = [NodeId("main"), NodeId("loan"), NodeId("loan.amount"), NodeId("repayment.early"), NodeId("nowhere.at.all")]
wishes = st.builds(Wish, node=st.sampled_from(targets)) | st.builds(Wish, everywhere=st.sampled_from(Everywhere))
meanings = (
    st.builds(Understood, wishes)
    | st.builds(Unsure, wishes)
    | st.builds(Answered, st.booleans())
    | st.builds(NotUnderstood, st.sampled_from(Unheard))
)
agents = st.sampled_from([AGENT, OTHER_AGENT])
places = st.none() | st.tuples(st.floats(), st.floats())


class AnyCall(RuleBasedStateMachine):
    """One call in a world that keeps to no order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.prompt = 0
        self.hung_up = False
        self.gone = False
        self.queued = False
        self.notice_due = False
        self.listening = 0
        self.listens = False
        self.stopped: set[int] = set()
        self.conversation: Conversation

    @initialize(
        tree=st.sampled_from(sorted(TREES)),
        start=st.sampled_from(["main", "main", "repayment.early", "complaint", "b", "b.d"]),
        open_now=st.sampled_from([True, True, True, False]),
        recorded=st.booleans(),
        speech=st.booleans(),
        callback=st.booleans(),
        way=st.sampled_from(sorted(WAYS_OUT)),
        how=st.sampled_from(["arrives", "arrives", "resumes in the menu", "resumes in the queue", "notice was cut"]),
    )
    def begin(
        self,
        *,
        tree: str,
        start: str,
        open_now: bool,
        recorded: bool,
        speech: bool,
        callback: bool,
        way: str,
        how: str,
    ) -> None:
        menu, node = TREES[tree], NodeId(start)
        entry = Entry("95001", menu.nearest(node).id, "", greeting=menu.fallback_entry.greeting)
        self.recorded = recorded
        self.conversation = Conversation(menu, CALL, entry=entry, open_now=open_now, recorded=recorded, speech=speech)
        self.conversation.callback_queues = {QueueId("loan"), QueueId("general")} if callback else set()
        self.conversation.own_number = "13800138000"
        self.conversation.ways_out = {QueueId(queue): WAYS_OUT[way] for queue in ("loan", "general", "repayment")}
        if how == "arrives":
            self.tell(CallArrived(CALL, "95001", ""))
        elif how == "resumes in the menu":
            self.tell(CallResumed(CALL, node))
        else:
            self.queued = True
            heard = how == "resumes in the queue"
            self.notice_due = self.recorded and not heard
            self.tell(CallResumed(CALL, node, QueueId("loan"), Topic("loan"), -5.0, notice_heard=heard))

    # ---- what happens ------------------------------------------------------------------------------

    @rule(digit=st.sampled_from("0123456789*#A15**00"), hurried=st.booleans())
    def press(self, digit: str, hurried: bool) -> None:
        if not hurried:
            self.tell(DigitBegan(CALL))
        self.tell(DigitPressed(CALL, digit))

    @rule()
    def key_down(self) -> None:
        self.tell(DigitBegan(CALL))

    @rule()
    def sound_begins(self) -> None:
        self.tell(SpeechStarted(CALL))

    @rule()
    def sound_ends(self) -> None:
        self.tell(SpeechStopped(CALL))

    @rule(meaning=meanings)
    def words_are_heard(self, meaning: Meaning) -> None:
        self.listens = False
        self.tell(SpeechHeard(CALL, self.listening, meaning))

    @rule(meaning=meanings, listening=st.integers(0, 20))
    def old_words_are_heard(self, meaning: Meaning, listening: int) -> None:
        if listening != self.listening:
            self.tell(SpeechHeard(CALL, listening, meaning))

    @rule(luck=st.integers(0, 9))
    def recogniser_dies(self, luck: int) -> None:
        if luck == 0:
            self.listens = False
            self.tell(SpeechFailed(CALL))

    @rule(offered=st.booleans())
    def recognition_is_offered(self, offered: bool) -> None:
        self.tell(SpeechOffered(CALL, offered))

    @rule(completed=st.booleans())
    def prompt_ends(self, completed: bool) -> None:
        self.tell(PromptEnded(CALL, self.prompt, completed))

    @rule(prompt=st.integers(0, 50))
    def old_news(self, prompt: int) -> None:
        self.tell(PromptEnded(CALL, prompt, completed=True))

    @rule(s=st.sampled_from([0.0, 0.1, 1.0, 5.0, 60.0, 1000.0]))
    def time_passes(self, s: float) -> None:
        self.pass_time(self.now + s)

    @rule()
    def woken_for_nothing(self) -> None:
        self.tell(TimeReached())

    @rule(agent=agents)
    def is_rung(self, agent: AgentNumber) -> None:
        self.tell(AgentRinging(CALL, agent))

    @rule(agent=agents)
    def ring_ordered(self, agent: AgentNumber) -> None:
        self.tell(ring(agent))

    @rule(agent=agents, outcome=st.sampled_from(RingOutcome))
    def some_ring_ends(self, agent: AgentNumber, outcome: RingOutcome) -> None:
        self.tell(RingEnded(CALL, agent, outcome))

    @precondition(lambda self: self.conversation.phase is Phase.RINGING)
    @rule(way_out=st.sampled_from(["", "*", "refused"]))
    def this_ring_ends(self, way_out: str) -> None:
        if way_out == "*":
            self.tell(DigitPressed(CALL, "*"))
        elif way_out:
            self.refused(Outcome.TIMED_OUT)
        self.tell(RingEnded(CALL, self.conversation.agent or AGENT, RingOutcome.NO_ANSWER))

    @rule(luck=st.integers(0, 5))
    def agent_answers(self, luck: int) -> None:
        if luck == 0 or self.conversation.phase is Phase.RINGING:
            self.tell(AgentAnswered(CALL, AGENT))

    @rule(by=st.sampled_from(TalkEndedBy), luck=st.integers(0, 5))
    def talk_ends(self, by: TalkEndedBy, luck: int) -> None:
        if luck == 0 or self.conversation.phase is Phase.TALK:
            self.tell(TalkEnded(CALL, AGENT, by))

    @rule(position=st.integers(-1, 200), expected_wait_s=places)
    def place_told(self, position: int, expected_wait_s: tuple[float, float] | None) -> None:
        self.tell(tell_place(position, expected_wait_s))

    @rule(outcome=st.sampled_from(Outcome))
    def refused(self, outcome: Outcome) -> None:
        self.tell(RefuseCall(CALL, outcome))

    @rule(queue=st.sampled_from(["loan", "general"]))
    def moved_on(self, queue: str) -> None:
        self.tell(MoveCall(CALL, QueueId(queue), Topic("loan"), 0.0))

    @rule(queue=st.sampled_from([None, "loan"]), kind=st.sampled_from(TransferKind), luck=st.integers(0, 3))
    def passed_on(self, queue: str | None, kind: TransferKind, luck: int) -> None:
        if luck and self.conversation.phase is not Phase.TALK:
            return
        waits = self.conversation.phase is Phase.TALK and kind is TransferKind.BLIND and queue is not None
        self.queued = self.queued or waits
        self.notice_due = self.notice_due and not waits
        self.tell(CallTransferred(CALL, AGENT, kind, QueueId(queue) if queue else None, Topic("loan")))

    @rule()
    def comes_back(self) -> None:
        waits = self.conversation.phase in {Phase.QUEUE, Phase.RINGING}
        self.tell(CallResumed(CALL, self.conversation.node, self.conversation.queue if waits else None))

    @rule(luck=st.integers(0, 9))
    def our_own_bug(self, luck: int) -> None:
        if luck == 0:
            self.check(self.conversation.fallback(self.now))

    @rule(luck=st.integers(0, 9))
    def hangs_up(self, luck: int) -> None:
        if luck == 0:
            self.gone, self.listens = True, False
            self.tell(CallEnded(CALL, 16))

    # ---- what must hold ----------------------------------------------------------------------------

    def tell(self, event: object) -> None:
        if isinstance(event, RefuseCall | AgentAnswered):
            self.queued = False
        self.check(self.conversation.handle(event, self.now))

    def pass_time(self, until: float) -> None:
        wake_ups = 0
        while (deadline := self.conversation.deadline) is not None and deadline <= until:
            wake_ups += 1
            assert wake_ups < 5000, "woken without end"
            self.now = max(self.now, deadline)
            before = self.moment()
            self.tell(TimeReached())
            assert self.moment() != before, "a deadline that changes nothing"
        self.now = until

    def moment(self) -> tuple[object, ...]:
        """Where the call stands; two things may be due at one instant, one after the other."""
        part = self.conversation._part
        return self.conversation.phase, self.conversation.deadline, part.state if part is not None else None

    def check(self, commands: list[CallCommand]) -> None:
        assert not (commands and self.gone), "an order for a caller who is gone"
        assert not self.hung_up or all(isinstance(command, HangUp) for command in commands), "a word after the end"
        for command in commands:
            self.check_one(command)
        assert sum(isinstance(command, PlayPrompt) for command in commands) <= 1, "two prompts in one breath"

    def check_one(self, command: CallCommand) -> None:
        match command:
            case PlayPrompt(_, prompt, what, resumes):
                assert prompt > self.prompt, "a prompt's number was given twice"
                assert resumes == 0 or resumes in self.stopped, "a prompt goes on that was not stopped"
                assert self.conversation.phase not in {Phase.RINGING, Phase.TALK, Phase.ENDED}
                self.prompt = prompt
                if what == PHRASES.recording_notice:
                    self.notice_due = False
            case EnterQueue():
                assert not self.queued, "a caller waits in one queue only"
                self.queued = True
                self.notice_due = self.recorded
            case LeaveQueue():
                assert self.queued, "a caller leaves no queue he is not in"
                self.queued = False
            case OfferCall():
                assert self.queued, "only who waits is offered"
                assert not self.notice_due, "no agent before the notice"
            case PlayMusic():
                assert self.conversation.phase is Phase.QUEUE
            case HangUp():
                assert self.conversation.phase is Phase.FAREWELL
                self.hung_up = True
            case AskCallback():
                assert not self.queued, "whoever is called back waits no longer"
            case Listen(_, listening, node):
                assert listening > self.listening, "a listening's number was given twice"
                assert self.conversation.phase is Phase.MENU
                assert node == self.conversation.node
                self.listening, self.listens = listening, True
            case StopListening():
                assert self.listens, "nobody listened"
                self.listens = False
            case StopPrompt():
                self.stopped.add(self.prompt)
            case EnterNode():
                pass

    @invariant()
    def there_is_always_a_next_moment(self) -> None:
        conversation = self.conversation
        assert conversation.phase is Phase.MENU or not self.listens, "somebody listens outside the menu"
        timeless = conversation.phase in {Phase.TALK, Phase.ENDED}
        assert timeless or conversation.deadline is not None

    def teardown(self) -> None:
        """From here on the caller is silent and nobody reports anything: it ends all the same."""
        if self.conversation.phase is Phase.TALK:
            self.tell(TalkEnded(CALL, AGENT, TalkEndedBy.AGENT))
        self.pass_time(self.now + LONGEST_CALL_S)
        assert self.gone or self.hung_up
        assert self.conversation.phase is Phase.ENDED


AnyCall.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAnyCall = AnyCall.TestCase
TestAnyCall.pytestmark = [pytest.mark.timeout(600)]  # type: ignore[attr-defined]  # a busy machine is slow, no more
