from acd.skill_groups import SkillGroups, bits
from telephony.ids import Topic
from tests.acd.floor_play import agent


def test_bits() -> None:
    assert list(bits(0)) == []
    assert list(bits(0b1010_0001)) == [0, 5, 7]


def test_groups_and_lanes_know_each_other_whoever_comes_first() -> None:
    skills = SkillGroups()
    early = skills.group(agent("1", loan=3))
    amount, expert = skills.lane(Topic("loan.amount"), 1), skills.lane(Topic("loan.amount"), 4)
    late = skills.group(agent("2", loan=2, loan__amount=5))
    other = skills.group(agent("3", repayment=5))
    assert set(bits(skills.able[amount])) == {early, late}
    assert set(bits(skills.able[expert])) == {late}
    assert set(bits(skills.serves[late])) == {amount, expert}
    assert skills.serves[other] == 0
    assert skills.serves[early] == 1 << amount


def test_equal_skills_are_one_group_and_equal_demands_one_lane() -> None:
    skills = SkillGroups()
    assert skills.group(agent("1", a=1, b=2)) == skills.group(agent("2", b=2, a=1))
    assert skills.lane(Topic("a"), 1) == skills.lane(Topic("a"), 1)
    assert skills.lane(Topic("a"), 1) != skills.lane(Topic("b"), 1)


def test_no_skill_never_suffices_even_where_nothing_is_demanded() -> None:
    skills = SkillGroups()
    skills.group(agent("1", loan=1))
    assert skills.able[skills.lane(Topic("repayment"), 0)] == 0


def test_an_agent_who_learned_changes_group() -> None:
    skills = SkillGroups()
    before, after = agent("1", loan=1), agent("1", loan=2)
    first = skills.group(before)
    assert skills.group(before) == first
    assert skills.group(after) != first
    skills.forget(after.number)
    skills.forget(after.number)
    assert skills.group(before) == first
