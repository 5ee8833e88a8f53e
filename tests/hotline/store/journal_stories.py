"""Facts for the tests of the store: any fact at all, and whole days of calls that could have happened."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from hypothesis import strategies as st

from hotline.store.codec import FACTS
from hotline.store.facts import Booted, Fact, Record, UnknownFact
from telephony.commands import (
    AgentState,
    CloseSegment,
    CloseTalk,
    EnterNode,
    HangUp,
    OfferCall,
    PlayPrompt,
    RefuseCall,
    RingAgent,
    ShowAgent,
)
from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallArrived,
    CallEnded,
    CallLeftQueue,
    CallOfferable,
    CallQueued,
    CallResumed,
    Outcome,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
)
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic
from telephony.prompt import Prompt, Say

WALL = 1_750_000_000.0

FEW: dict[Any, st.SearchStrategy[Any]] = {
    CallId: st.sampled_from(["c1", "c2", "c3"]),
    AgentNumber: st.sampled_from(["8001", "8002"]),
    QueueId: st.sampled_from(["loan", "complaint"]),
}
"""Few of each, so that arbitrary facts meet each other."""

TEXT = st.text(st.characters(codec=None), max_size=8)
"""Any characters, halves of a surrogate pair and NUL included."""

FINITE = st.floats(-1e6, 1e9)


def facts_of(kind: type) -> st.SearchStrategy[Any]:
    """Any fact of this type."""
    with_text = {"dialled": TEXT, "caller": TEXT, "caller_name": TEXT}
    hints = get_type_hints(kind)
    known = {each.name: FEW[hints[each.name]] for each in fields(kind) if hints[each.name] in FEW}
    known |= {name: with_text[name] for name in hints if name in with_text}
    known |= {name: FINITE for name, hint in hints.items() if hint is float}
    return st.builds(kind, **known)


ANY_FACT: st.SearchStrategy[Fact] = st.one_of([facts_of(kind) for kind in FACTS.values()])


def numbered(facts: Sequence[Fact | UnknownFact]) -> list[Record]:
    """Records of these facts, a second apart; each `Booted` is the first record of another boot."""
    records, boots = [], 1
    for n, fact in enumerate(facts):
        boots += isinstance(fact, Booted)
        records.append(Record(1 + n, f"b{boots}", WALL + n, 100.0 + n, fact))
    return records


@dataclass(frozen=True)
class Said:
    """A fact and when."""

    fact: Fact
    at: float
    wall: float


def one_call(call: CallId, rng: random.Random, at: float) -> Iterator[tuple[float, Fact]]:
    """One caller's visit, as the engine would journal it: instants and facts."""
    yield at, CallArrived(call, "4001", f"138{rng.randrange(10**8):08d}", rng.choice(["", "张三丰", "half \udce5"]))
    for node in rng.choice([["main"], ["main", "repayment"], ["main", "repayment", "repayment.early"]]):
        at += rng.uniform(1, 6)
        yield at, EnterNode(call, NodeId(node))
        yield at, PlayPrompt(call, 1, Prompt((Say("提前还款请按2。"),)))
    if rng.random() < 0.3:
        yield at + 1, CallEnded(call, 16)
        return
    entered = at = at + 1
    queue, agent = QueueId("repayment"), AgentNumber(f"80{rng.randrange(20):02d}")
    yield at, CallQueued(call, queue, Topic("repayment.early"), "138", entered, vip=rng.random() < 0.1)
    yield at + 2, OfferCall(call) if rng.random() < 0.5 else CallOfferable(call)
    yield from rng.choice([_answered, _answered, _abandoned, _refused, _left])(call, queue, agent, at + 2)


def _ring(call: CallId, queue: QueueId, agent: AgentNumber, at: float) -> Iterator[tuple[float, Fact]]:
    yield at, RingAgent(call, agent, queue, 20.0, "waits 2 + skill 3")
    yield at, ShowAgent(agent, AgentState.RINGING, call=call)
    yield at + 0.5, AgentRinging(call, agent)


def _answered(call: CallId, queue: QueueId, agent: AgentNumber, at: float) -> Iterator[tuple[float, Fact]]:
    yield from _ring(call, queue, AgentNumber("8099"), at)
    yield at + 20, RingEnded(call, AgentNumber("8099"), RingOutcome.NO_ANSWER)
    yield at + 20, ShowAgent(AgentNumber("8099"), AgentState.NOT_READY, "missed")
    yield from _ring(call, queue, agent, at + 20)
    yield at + 24, AgentAnswered(call, agent)
    yield at + 24, CloseSegment(call, queue, Outcome.ANSWERED, 26.0, agent)
    yield at + 24, ShowAgent(agent, AgentState.TALKING, call=call)
    yield at + 90, TalkEnded(call, agent, TalkEndedBy.AGENT)
    yield at + 90, CloseTalk(call, agent, 66.0, TalkEndedBy.AGENT)
    yield at + 90, ShowAgent(agent, AgentState.WRAP_UP)
    yield at + 91, HangUp(call)
    yield at + 92, CallEnded(call, 16)
    yield at + 105, ShowAgent(agent, AgentState.READY)


def _abandoned(call: CallId, queue: QueueId, agent: AgentNumber, at: float) -> Iterator[tuple[float, Fact]]:
    yield from _ring(call, queue, agent, at)
    yield at + 7, CallEnded(call, 16)
    yield at + 7, CloseSegment(call, queue, Outcome.ABANDONED_RINGING, 9.0)
    yield at + 7, RingEnded(call, agent, RingOutcome.CANCELLED)
    yield at + 7, ShowAgent(agent, AgentState.READY)


def _refused(call: CallId, queue: QueueId, _agent: AgentNumber, at: float) -> Iterator[tuple[float, Fact]]:
    yield at, RefuseCall(call, Outcome.REJECTED_FULL)
    yield at, CloseSegment(call, queue, Outcome.REJECTED_FULL, 2.0)
    yield at + 5, HangUp(call)
    yield at + 6, CallEnded(call, 16)


def _left(call: CallId, queue: QueueId, _agent: AgentNumber, at: float) -> Iterator[tuple[float, Fact]]:
    yield at + 9, CallLeftQueue(call, Outcome.LEFT_BY_KEY)
    yield at + 9, CloseSegment(call, queue, Outcome.LEFT_BY_KEY, 11.0)
    yield at + 9, EnterNode(call, NodeId("main"))
    yield at + 30, CallEnded(call, 16)


def busy_day(calls: int, seed: int = 1, *, restarts: int = 2) -> list[Said]:
    """Calls one a second, their facts mixed in order of time; the controller restarts now and then."""
    rng = random.Random(seed)
    happened = [(at, n, fact) for n in range(calls) for at, fact in one_call(CallId(f"1750000000.{n}"), rng, 10.0 + n)]
    happened.sort(key=lambda each: (each[0], each[1]))
    for n in range(restarts):
        _restart(happened, len(happened) * (n + 1) // (restarts + 1))
    return [Said(fact, at, WALL + at) for at, _, fact in happened]


def _restart(happened: list[tuple[float, int, Fact]], place: int) -> None:
    """The controller comes back here and finds the calls in progress."""
    before = [fact for _, _, fact in happened[:place]]
    over = {fact.call for fact in before if isinstance(fact, CallEnded)}
    alive = [fact.call for fact in before if isinstance(fact, CallArrived) and fact.call not in over]
    at = happened[place][0] if happened else 0.0
    found = [CallResumed(call, NodeId("main")) for call in alive]
    happened[place:place] = [(at, -1, Booted()), *((at, -1, fact) for fact in found)]
