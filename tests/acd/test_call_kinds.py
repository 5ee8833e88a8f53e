from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.agent import Agent
from acd.call_kinds import CallKinds, Demanded, kind_in
from acd.demand import DemandSeen
from acd.demand_facts import DemandFacts
from acd.price_lp import Demand, Forecast, solve_prices
from acd.pricing import Outlook
from acd.profiles import profile_of
from acd.queue import Overflow, Queue
from telephony.commands import AgentState, MoveCall, NoteCaller, ShowAgent
from telephony.events import CallEnded, CallQueued
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.acd.floor_play import queue

LOAN, CARD, CARE, HELP = Topic("loan"), Topic("card"), Topic("care"), Topic("help")
PLAIN = queue("plain", min_level=3)
ENGLISH = queue("english", language="en", skills=((CARE, 2),))
BETTER = queue("better", min_level=4, language="en", skills=((CARE, 1),))
IN_ENGLISH = kind_in(ENGLISH, LOAN)


def kinds(*asked: tuple[str, Topic], more: Iterable[Queue] = (), somebody: Topic | None = None) -> CallKinds:
    queues = {one.id: one for one in (PLAIN, ENGLISH, BETTER, *more)}
    return CallKinds([(QueueId(name), topic) for name, topic in asked], queues, somebody=somebody)


def test_a_topic_is_of_as_many_kinds_as_its_queues_demand_different_things() -> None:
    found = kinds(("plain", LOAN), ("plain", CARD), ("english", LOAN), ("nowhere", CARE))
    assert found.asked == {
        LOAN: Demanded(LOAN, 3),
        CARD: Demanded(CARD, 3),
        IN_ENGLISH: Demanded(LOAN, 1, "en", ((CARE, 2),)),
    }
    assert not found.unasked


def test_queues_that_differ_by_levels_alone_have_one_kind_at_the_least_of_them() -> None:
    found = kinds(("better", LOAN), ("english", LOAN))
    assert found.asked == {IN_ENGLISH: Demanded(LOAN, 1, "en", ((CARE, 1),))}


def test_who_is_sent_on_is_expected_where_he_asked_and_priced_where_he_comes() -> None:
    first = queue("first", overflow=Overflow(QueueId("english"), topic=None))
    last = queue("last", overflow=Overflow(QueueId("gone"), topic=None))
    found = kinds(("first", LOAN), ("first", CARD), ("last", CARD), ("english", CARD), more=(first, last))
    assert set(found.asked) == {LOAN, CARD, kind_in(ENGLISH, CARD)}
    assert found.unasked == {IN_ENGLISH: Demanded(LOAN, 1, "en", ((CARE, 2),))}
    demand = DemandSeen()
    found.expect(demand, 3, 0.0)
    demand.handled(LOAN, 900.0)
    expected = found.expect(demand, 3, 0.0)
    assert expected[IN_ENGLISH][0].calls_per_s == 0.0
    assert expected[IN_ENGLISH][0].handle_s == expected[LOAN][0].handle_s > expected[CARD][0].handle_s
    assert expected[IN_ENGLISH][1] == found.unasked[IN_ENGLISH]
    busy = sum(one.calls_per_s * one.handle_s for one, _ in expected.values())
    assert busy == pytest.approx(0.85 * 3), "all the work there is, once"


# ---- what history makes of who asks for somebody -------------------------------------------------------

HELP_IN_ENGLISH = kind_in(ENGLISH, HELP)


def test_every_topic_may_be_likely_where_somebody_is_asked_for() -> None:
    asked = (("plain", LOAN), ("plain", CARD), ("english", CARD), ("english", HELP))
    found = kinds(*asked, somebody=HELP)
    assert set(found.asked) == {LOAN, CARD, kind_in(ENGLISH, CARD), HELP_IN_ENGLISH}
    assert found.unasked == {IN_ENGLISH: Demanded(LOAN, 1, "en", ((CARE, 2),))}
    assert not kinds(*asked).unasked, "where everybody names what it is about"
    assert not kinds(*asked, somebody=CARE).unasked


def test_who_is_likely_to_want_it_is_sent_on_with_it() -> None:
    first = queue("first", language="fr", overflow=Overflow(QueueId("english")))
    found = kinds(("first", HELP), ("plain", LOAN), more=[first], somebody=HELP)
    assert set(found.unasked) == {kind_in(first, LOAN), IN_ENGLISH, HELP_IN_ENGLISH}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([LOAN, CARD, HELP])), max_size=6),
    st.lists(st.sampled_from("abcx"), min_size=3, max_size=3),
    st.lists(st.sampled_from([None, LOAN, CARE]), min_size=3, max_size=3),
)
def test_where_queues_demand_nothing_besides_history_makes_no_kind(
    asked: list[tuple[str, Topic]], ways: list[str], topics: list[Topic | None]
) -> None:
    plain = [
        queue(name, min_level=level, overflow=Overflow(QueueId(to), topic=topic))
        for level, (name, to, topic) in enumerate(zip("abc", ways, topics, strict=True), 1)
    ]
    found, before = kinds(*asked, more=plain, somebody=HELP), kinds(*asked, more=plain)
    assert (found.asked, found.unasked) == (before.asked, before.unasked)


# ---- what is learned of them ---------------------------------------------------------------------------


def test_a_kind_nobody_asks_for_is_learned_as_what_was_asked_for() -> None:
    first = queue("first", overflow=Overflow(QueueId("english")))
    found = kinds(("first", LOAN), ("first", HELP), ("plain", CARD), more=[first], somebody=HELP)
    english = QueueId("english")
    assert found.learned_as(QueueId("first"), LOAN, CARD) == LOAN
    assert found.learned_as(english, LOAN, CARD) == CARD
    assert found.learned_as(english, LOAN) == LOAN
    assert found.learned_as(english, CARD) == HELP
    assert found.learned_as(english, CARE) == kind_in(ENGLISH, CARE), "nobody expected it"
    assert found.learned_as(QueueId("gone"), CARE) == CARE


class Hour:
    """A call every ten seconds; each is handled in 50 s if anybody takes it."""

    def __init__(self, found: CallKinds) -> None:
        self.found = found
        self.demand = DemandSeen()
        self.facts = DemandFacts(self.demand, lambda _agent, _topic: 1.0, found.learned_as)

    def pass_with(self, *facts: object, handled: bool = False) -> "Hour":
        agent = AgentNumber("1")
        self.demand.begin(self.found.asked, 20, 0.0)
        for now in range(0, 3600, 10):
            for fact in facts:
                self.facts.apply(fact, now)
            for state, at in ((AgentState.TALKING, now), (AgentState.READY, now + 50.0)) if handled else ():
                self.facts.apply(ShowAgent(agent, state, call=CALL, since=at), at)
            self.facts.apply(CallEnded(CALL, 16), now)
        return self

    @property
    def expected(self) -> dict[str, tuple[float, float]]:
        return {
            kind: (one.calls_per_s, one.handle_s)
            for kind, (one, _) in self.found.expect(self.demand, 20, 3600.0).items()
        }


CALL = CallId("c")


def test_who_is_likely_to_want_something_else_is_expected_where_he_asked() -> None:
    found = kinds(("plain", LOAN), ("plain", CARD), ("english", HELP), somebody=HELP)
    asked = CallQueued(CALL, ENGLISH.id, HELP, "", 0.0, named=False)
    likely = NoteCaller(CALL, LOAN, 0.0, likely=True)
    assert Hour(found).pass_with(asked, likely).expected == Hour(found).pass_with(asked).expected
    assert Hour(found).pass_with(asked, likely).expected[HELP_IN_ENGLISH][0] == pytest.approx(0.1, rel=0.1)


def test_what_callers_keep_agents_for_is_learned_where_they_asked_wherever_they_were_served() -> None:
    first = queue("first", language="fr", overflow=Overflow(QueueId("english")))
    found = kinds(("first", LOAN), more=[first])
    sent = (
        CallQueued(CALL, first.id, LOAN, "", 0.0),
        MoveCall(CALL, ENGLISH.id, LOAN, 0.0),
        CallQueued(CALL, ENGLISH.id, LOAN, "", 0.0),
    )
    expected = Hour(found).pass_with(*sent, handled=True).expected
    asked = kind_in(first, LOAN)
    assert set(expected) == {asked, IN_ENGLISH}
    assert 50.0 < expected[asked][1] == expected[IN_ENGLISH][1] < 65.0, "from the 300 s assumed"


def test_who_alone_can_take_him_is_not_held_back_for_a_likely_topic() -> None:
    english = queue("english", language="en")
    skills = {LOAN: 4, HELP: 4}
    chinese, both = (
        profile_of(Agent(AgentNumber("1"), "", "", skills, languages=spoken)) for spoken in (("zh",), ("zh", "en"))
    )
    found = kinds(("plain", LOAN), ("english", HELP), more=[english], somebody=HELP)
    in_english = kind_in(english, LOAN)
    calls_per_s = {LOAN: 15 * 0.6 / 300, kind_in(english, HELP): 10 * 0.9 / 300, in_english: 0.0}
    forecast = Forecast(
        {
            kind: Demand(calls_per_s[kind], 300.0, what.min_level, what.language, what.further, what.topic)
            for kind, what in (found.asked | found.unasked).items()
        }
    )
    prices = solve_prices({chinese: 15, both: 10}, forecast, Outlook())
    assert prices.of(both, LOAN).hold_s > 0.0, "he is kept for who needs English"
    assert prices.of(both, LOAN, in_english) == prices.of(both, HELP, kind_in(english, HELP))
    assert prices.of(both, LOAN, in_english).hold_s == prices.of(both, LOAN, in_english).skill_s == 0.0
