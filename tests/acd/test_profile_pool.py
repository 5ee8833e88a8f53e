"""However many agents there are and however differently they do, the groups are few, and everybody's is near to him."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from acd.agent import Agent
from acd.profile_pool import PLAIN, Form, ProfilePool
from acd.profiles import MOST_GROUPS, profile_of
from acd.standing import Standing
from telephony.ids import AgentNumber, Topic
from tests.acd.floor_play import agent

LOAN, CARD = Topic("loan"), Topic("card")
ROWS = [{"loan": 1}, {"loan": 2, "card": 5}, {"card": 3}, {"loan": 4}]
FORMS = st.dictionaries(st.sampled_from([LOAN, CARD]), st.sampled_from([-2, -1, 1, 2])).map(
    lambda steps: frozenset(steps.items())
)
MOST = 8


def form(**steps: int) -> Form:
    return frozenset((Topic(topic), number) for topic, number in steps.items())


class Pool(RuleBasedStateMachine):
    """Agents come, change and go."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = ProfilePool(MOST)
        self.seated: dict[AgentNumber, Agent] = {}
        self.standings: dict[AgentNumber, Standing] = {}

    @rule(number=st.integers(0, 9), row=st.sampled_from(ROWS))
    def sits_down(self, number: int, row: dict[str, int]) -> None:
        one = agent(str(number), **row)
        self.pool.seat(one)
        self.seated[one.number] = one
        self.standings.clear()  # as a reload: whoever is asked about again counts by the rows there are now
        for each in self.seated.values():
            self.pool.release(each.number)

    @rule(number=st.integers(0, 9))
    def leaves(self, number: int) -> None:
        self.pool.unseat(AgentNumber(str(number)))
        self.seated.pop(AgentNumber(str(number)), None)
        self.standings.pop(AgentNumber(str(number)), None)

    @rule(number=st.integers(0, 9))
    def signs_off(self, number: int) -> None:
        self.pool.release(AgentNumber(str(number)))
        self.standings.pop(AgentNumber(str(number)), None)

    @rule(number=st.integers(0, 9), band=st.integers(0, 2), shown=FORMS)
    def is_ready(self, number: int, band: int, shown: Form) -> None:
        if (one := self.seated.get(AgentNumber(str(number)))) is None:
            return
        bands, before = self.pool.bands, dict(self.standings)
        before.pop(one.number, None)
        standing = self.standings[one.number] = self.pool.take(one, band, shown)
        assert standing.band <= band
        assert standing.band == band or bands < 3
        forms = {each.form for key, each in before.items() if self.seated[key].skills == one.skills}
        if standing.form != shown:
            far = _apart(shown, standing.form)
            assert far == min(_apart(shown, other) for other in {PLAIN, *forms}), "the nearest there is"
            assert bands * (_rows(self.seated.values()) + len(_kinds(before, self.seated)) + 1) > MOST, (
                "there was no room"
            )

    @invariant()
    def groups_are_few(self) -> None:
        keys = {
            (profile_of(self.seated[number], standing.form), standing.band)
            for number, standing in self.standings.items()
        }
        assert len(keys) <= MOST
        rows = _rows(self.seated.values())
        assert self.pool.bands * (rows + len(_kinds(self.standings, self.seated))) <= MOST


def _apart(one: Form, other: Form) -> int:
    here, there = dict(one), dict(other)
    return sum(abs(here.get(topic, 0) - there.get(topic, 0)) for topic in (LOAN, CARD))


def _rows(seated: object) -> int:
    return len({frozenset(one.skills.items()) for one in seated})  # type: ignore[attr-defined]


def _kinds(standings: dict[AgentNumber, Standing], seated: dict[AgentNumber, Agent]) -> set[object]:
    return {(frozenset(seated[key].skills.items()), one.form) for key, one in standings.items() if one.form}


Pool.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestPool = Pool.TestCase


def test_while_there_is_room_everybody_counts_as_he_is() -> None:
    pool = ProfilePool()
    pool.seat(agent("1"))
    assert pool.take(agent("1"), 2, form(loan=-1)) == Standing(2, form(loan=-1))
    assert pool.bands == 3


@given(rows=st.integers(1, 700), most=st.integers(1, 600))
@settings(max_examples=30, deadline=None)
def test_bands_give_way_to_rows_which_are_filters(rows: int, most: int) -> None:
    pool = ProfilePool(most)
    for number in range(rows):
        pool.seat(agent(str(number), loan=1 + number % 5, **{f"topic{number // 5}": 1}))
    assert pool.bands * rows <= max(most, rows)
    assert {pool.take(agent("0"), band, PLAIN).band for band in range(3)} <= {0, 1, 2}


def test_two_bands_are_heavy_and_not() -> None:
    pool = ProfilePool(2)
    one = agent("1")
    pool.seat(one)
    assert [pool.take(one, band, PLAIN).band for band in range(3)] == [0, 0, 2]
    pool.seat(agent("2", card=1))
    assert [pool.take(one, band, PLAIN).band for band in range(3)] == [0, 0, 0]


def test_ten_thousand_agents_of_sixty_rows_are_five_hundred_groups_at_most() -> None:
    """Before, 3,000 of them made 2,967 groups."""
    pool = ProfilePool()
    everybody = [
        agent(str(number), **{f"t{row % 12}": 1 + row % 5, f"t{row // 5}": 3})
        for number, row in zip(range(10_000), (number % 60 for number in range(10_000)), strict=True)
    ]
    for one in everybody:
        pool.seat(one)
    steps = list(product((-2, -1, 0, 1, 2), repeat=2))
    groups, exact = set(), 0
    for number, one in enumerate(everybody):
        shown = frozenset(
            (topic, step) for topic, step in zip(one.skills, steps[number // 60 % len(steps)], strict=False) if step
        )
        standing = pool.take(one, number // 7 % 3, shown)
        exact += standing.form == shown
        groups.add((profile_of(one, standing.form), standing.band))
    assert 400 < len(groups) <= MOST_GROUPS
    assert pool.bands == 3
    assert exact > 1000
