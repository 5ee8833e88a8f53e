from tests.whatif.whatif_play import CARD, LOAN, TINY
from whatif.floor import agents_of, queues_of


def test_teams_are_mixed_and_numbered() -> None:
    agents = agents_of(TINY)
    assert [agent.number for agent in agents] == [str(1001 + number) for number in range(7)]
    assert sum(agent.skills == {LOAN: 4} for agent in agents) == 4
    assert [agent.skills for agent in agents[:4]] != [{LOAN: 4}] * 4


def test_every_topic_has_its_queue() -> None:
    assert {topic: queue.id for topic, queue in queues_of(TINY).items()} == {LOAN: "loan", CARD: "card"}
