from typing import Any

from acd.decision import Decision
from acd.lineup import Lineup
from acd.pair_terms import PairTerms
from acd.pricing import Prices
from acd.records import Records
from acd.standing import USUAL
from acd.weights import Weights
from telephony.ids import AgentNumber, CallId
from tests.acd.floor_play import agent, queue
from tests.acd.routing_play import a_call


def test_both_records_have_every_field_in_its_place() -> None:
    terms = PairTerms(Prices(), Weights())
    people = Lineup(terms)
    records = Records(terms, people)
    for number, priority_s in ((1, 30.0), (2, 0.0)):
        call = a_call(number, 990.0 - number, number, in_queue=queue(priority_s=priority_s), vip=True, transferred=True)
        people.add_call(people.place(call))
    idle = people.known(agent("1"), 970.0, USUAL)
    people.add_agent(idle)
    first, second = people.calls[CallId("c1")], people.calls[CallId("c2")]
    common: dict[str, Any] = {
        "call": CallId("c1"),
        "agent": AgentNumber("1"),
        "lane": 0,
        "group": 0,
        "wait_s": 11.0,
        "idle_s": 30.0,
    }
    common |= {"caller_class": "vip", "prices": terms.prices, "weights": terms.weights}
    assert records.by_agent((50.0, first, True), (20.0, second, False), idle, 1000.0, aged=True) == Decision(
        at=1000.0, by_agent=True, score=50.0, rival=CallId("c2"), rival_score=20.0, own_agent=True, aged=True,
        among=0b11, priority_s=30.0, transferred=True, **common,
    )  # fmt: skip
    assert records.by_call((5.0, False, 0, AgentNumber("1"), idle), None, (first[3], 0), 1000.0) == Decision(
        at=1000.0, by_agent=False, score=5.0, rival=None, rival_score=0.0, own_agent=False, aged=False,
        among=0b1, priority_s=0.0, **common,
    )  # fmt: skip
