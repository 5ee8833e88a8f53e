from acd.talks import Talk, Talks
from telephony.ids import AgentNumber, CallId


def talk(call: str, number: str) -> Talk:
    return Talk(CallId(call), AgentNumber(number), None, 1.0)


def test_talks_are_found_by_either_side() -> None:
    talks = Talks()
    one = talk("c", "1")
    talks.begin(one)
    assert talks.of_call(one.call) is one
    assert talks.of_agent(one.agent) is one
    assert talks.by_call() == {"c": "1"}
    talks.end(one)
    assert talks.by_call() == {}
    assert talks.of_agent(one.agent) is None


def test_nobody_is_in_two_talks() -> None:
    talks = Talks()
    talks.begin(talk("c", "1"))
    talks.begin(talk("d", "2"))
    talks.begin(talk("c", "2"))
    assert talks.by_call() == {"c": "2"}
    assert talks.of_agent(AgentNumber("1")) is None
    assert talks.of_call(CallId("d")) is None
