from collections import Counter

import pytest

from acd.agent import Agent
from acd.price_renewal import are_others
from acd.profiles import Profile, profile_of
from telephony.ids import AgentNumber, Topic


def profile(level: int) -> Profile:
    return profile_of(Agent(AgentNumber("1"), "", "", skills={Topic("loan"): level}))


ONE, TWO = profile(1), profile(2)


@pytest.mark.parametrize(
    ("at_work", "priced", "others"),
    [
        (Counter({ONE: 10}), Counter({ONE: 10}), False),
        (Counter({ONE: 12}), Counter({ONE: 10}), False),
        (Counter({ONE: 13}), Counter({ONE: 10}), True),
        (Counter({ONE: 7}), Counter({ONE: 10}), True),
        (Counter({ONE: 9, TWO: 1}), Counter({ONE: 10}), False),
        (Counter({ONE: 8, TWO: 2}), Counter({ONE: 10}), True),
        (Counter({ONE: 1}), Counter(), True),
        (Counter(), Counter(), False),
    ],
)
def test_prices_are_about_others_when_more_than_a_fifth_came_or_left(
    at_work: Counter[Profile], priced: Counter[Profile], others: bool
) -> None:
    assert are_others(at_work, priced) is others
