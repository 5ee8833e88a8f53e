from acd.form import MEMORY_TALKS, Form
from telephony.ids import AgentNumber, Topic
from tests.acd.floor_play import agent

ONE, TWO = agent("1", loan=3), agent("2", loan=3)


def talks(form: Form, number: AgentNumber, count: int, again: int) -> None:
    for index in range(count):
        form.talked(number, "loan")
        if index < again:
            form.came_again(number, "loan")


def test_without_outcomes_the_roster_counts() -> None:
    form = Form()
    assert form.steps(ONE) == frozenset()
    form.talked(ONE.number, "loan")
    assert form.steps(ONE) == frozenset(), "one talk is nothing"


def test_whoever_helps_more_than_others_of_his_level_is_reckoned_higher() -> None:
    form = Form()
    talks(form, ONE.number, 100, 5)
    talks(form, TWO.number, 100, 60)
    assert form.steps(ONE) == {(Topic("loan"), 2)}
    assert form.steps(TWO) == {(Topic("loan"), -2)}, "half levels, and never more than two"


def test_what_is_so_for_everybody_is_nobodys_merit() -> None:
    form = Form()
    talks(form, ONE.number, 200, 100)
    talks(form, TWO.number, 200, 100)
    assert form.steps(ONE) == form.steps(TWO) == frozenset()


def test_who_has_no_skill_for_it_any_more_has_no_form() -> None:
    form = Form()
    talks(form, ONE.number, 100, 0)
    talks(form, TWO.number, 100, 90)
    assert form.steps(agent("1", card=3)) == frozenset()


def test_what_is_long_ago_fades() -> None:
    form = Form()
    talks(form, ONE.number, int(MEMORY_TALKS), int(MEMORY_TALKS))
    talks(form, ONE.number, int(MEMORY_TALKS), 0)
    (outcomes,) = form._by_agent[ONE.number].values()
    assert outcomes.talks <= MEMORY_TALKS
    assert outcomes.resolved > 0.6 * outcomes.talks, "what was bad counts less and less"
    form.came_again(AgentNumber("3"), "card")
    assert form.steps(agent("3", card=3)) == frozenset()
