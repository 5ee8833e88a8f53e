from acd.profiles import Profile, profile_of
from telephony.ids import Topic
from tests.acd.floor_play import agent

LOAN, AMOUNT, CARD = Topic("loan"), Topic("loan.amount"), Topic("card")


def test_agents_alike_have_one_profile() -> None:
    assert profile_of(agent("1", loan=3, card=2)) == profile_of(agent("2", card=2, loan=3))
    assert hash(profile_of(agent("1"))) == hash(profile_of(agent("2")))
    assert profile_of(agent("1")) != profile_of(agent("1"), [(LOAN, 1)])


def test_form_moves_the_level_but_not_the_certificate() -> None:
    profile = profile_of(agent("1", loan=3), [(LOAN, -3)])
    assert profile.level(AMOUNT) == 1.5
    assert profile.certified(AMOUNT, 3)
    assert not profile.certified(AMOUNT, 4)
    assert profile_of(agent("1", loan=5), [(LOAN, 2)]).level(LOAN) == 5.0
    assert profile_of(agent("1", loan=1), [(LOAN, -2)]).level(LOAN) == 1.0


def test_without_a_skill_nothing_helps() -> None:
    profile = Profile(frozenset({(LOAN, 5), (AMOUNT, 0)}), frozenset({(CARD, 4)}))
    assert profile.level(CARD) == 0.0
    assert not profile.certified(CARD, 0)
    assert not profile.certified(AMOUNT, 0)
    assert profile.certified(LOAN, 0)
