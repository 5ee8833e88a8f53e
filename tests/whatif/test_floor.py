from acd.queue import Queue
from acd.routing import Routing
from telephony.ids import QueueId
from tests.whatif.whatif_play import CARD, LOAN, TINY, behaving
from whatif.floor import RING_S, agents_of, queues_of, roster_of


def test_teams_are_mixed_and_numbered() -> None:
    agents = agents_of(TINY)
    assert [agent.number for agent in agents] == [str(1001 + number) for number in range(7)]
    assert sum(agent.skills == {LOAN: 4} for agent in agents) == 4
    assert [agent.skills for agent in agents[:4]] != [{LOAN: 4}] * 4


def test_every_topic_has_its_queue() -> None:
    assert {topic: queue.id for topic, queue in queues_of(TINY).items()} == {LOAN: "loan", CARD: "card"}
    assert {queue.wrap_up_s for queue in queues_of(behaving(TINY, wrap_up_s=7.0)).values()} == {7.0}
    assert Queue(QueueId("loan"), "loan").ring_s == RING_S


def test_the_roster_has_all_of_them() -> None:
    roster, routing = roster_of(TINY), Routing(reprice_every_s=300.0)
    assert list(roster.agents.values()) == agents_of(TINY)
    assert set(roster.queues) == {"loan", "card"}
    assert roster.routing == Routing()
    assert roster_of(TINY, routing).routing is routing
