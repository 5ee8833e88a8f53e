from acd.agent import Agent
from acd.form import Form
from telephony.ids import AgentNumber, Topic
from whatif.learned import Learned

EXPERT = Agent(AgentNumber("1001"), "", "", {Topic("loan"): 5})


def learned() -> Learned:
    """Of an expert whose callers all come again, beside others whose do not."""
    form = Form()
    for number in range(200):
        form.talked(AgentNumber(str(1001 + number % 4)), "loan")
        if number % 4 == 0:
            form.came_again(EXPERT.number, "loan")
    return Learned({"loan": [1.0]}, form)


def test_every_day_has_its_own_copy() -> None:
    before = learned()
    ours = before.form()
    assert ours.steps(EXPERT) == before.form_seen.steps(EXPERT) != frozenset()
    for _ in range(400):
        ours.talked(EXPERT.number, "loan")
    assert ours.steps(EXPERT) != before.form_seen.steps(EXPERT)


def test_other_agents_meet_the_same_demand() -> None:
    others = learned().of_others()
    assert others.demand == {"loan": [1.0]}
    assert others.form().steps(EXPERT) == frozenset()
