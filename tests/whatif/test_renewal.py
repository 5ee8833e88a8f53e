from dataclasses import replace

import pytest

from acd.distributor import Distributor
from acd.priced_assigner import PricedAssigner
from telephony.events import AgentAsked, AgentWish, CallQueued
from telephony.ids import AgentNumber, CallId
from tests.whatif.whatif_play import LOAN, TINY
from whatif.floor import queues_of, roster_of
from whatif.renewal import Renewal

ROSTER = roster_of(TINY)


@pytest.fixture
def at_work() -> Distributor:
    distributor = Distributor(ROSTER, PricedAssigner())
    for number in ROSTER.agents:
        distributor.handle(AgentAsked(number, AgentWish.SIGN_IN), 0.0)
    return distributor


def test_prices_are_renewed_as_often_as_the_routing_says(at_work: Distributor) -> None:
    one, assigner = Renewal(ROSTER, queues_of(TINY)), PricedAssigner()
    versions = []
    while one.deadline < 1300.0:
        now = one.deadline
        one.renew(at_work, assigner, now)
        versions.append((now, assigner.terms.prices.version))
    renewed = [now for (now, version), (_, before) in zip(versions[1:], versions, strict=False) if version != before]
    assert versions[0] == (5.0, "1")
    assert renewed == [605.0, 1205.0]
    assert one.demand.expect(LOAN, 1205.0).calls_per_s > 0.0


def test_where_others_are_at_work_new_prices_are_not_waited_for(at_work: Distributor) -> None:
    one, assigner = Renewal(ROSTER, queues_of(TINY)), PricedAssigner()
    one.renew(at_work, assigner, 5.0)
    for number in list(ROSTER.agents)[:2]:
        at_work.handle(AgentAsked(AgentNumber(number), AgentWish.SIGN_OFF), 30.0)
    one.renew(at_work, assigner, one.deadline)
    assert assigner.terms.prices.version == "2"
    assert one.deadline == 125.0


def test_handle_times_are_those_of_an_agent_whose_factor_is_1() -> None:
    one = Renewal(ROSTER, queues_of(TINY))
    expert = next(agent for agent in ROSTER.agents.values() if agent.level(LOAN) == 4)
    assert one._factor(expert.number, LOAN) == pytest.approx(0.95)


def test_what_a_queue_demands_besides_is_learned_and_priced_apart(at_work: Distributor) -> None:
    queues = {topic: replace(queue, language="en" if topic == LOAN else "") for topic, queue in queues_of(TINY).items()}
    roster = replace(ROSTER, queues={queue.id: queue for queue in queues.values()})
    one, assigner = Renewal(roster, queues), PricedAssigner()
    one.renew(at_work, assigner, 5.0)
    assert {kind for _, kind in assigner.terms.prices.pairs} == {"card"}, "nobody speaks English"
    before = one.demand.expect("loan|en|", 5.0).calls_per_s
    one.facts.apply(CallQueued(CallId("c"), queues[LOAN].id, LOAN, "", 5.0), 5.0)
    assert one.demand.expect("loan|en|", 5.0).calls_per_s > before
