"""Queues that nobody can ever serve, by level, by language, and by the ways that lead there beside the menu."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.coverage import Asked, Coverage, check_coverage
from acd.roster_file import read_roster
from telephony.ids import QueueId, Topic

ROSTER = """\
teams: {day: 白班}
queues:
  loan: {name: 贷款, min_level: 3}
  abroad: {name: 海外, language: en, min_level: 2}
agents:
  8001: {name: 王芳, team: day, skills: {loan: 4}}
  8002: {name: 李强, team: day, skills: {general: 1, card: 3, account: 1}, languages: [en]}
"""
LOAN, ABROAD = QueueId("loan"), QueueId("abroad")
QUOTA, CARD = Topic("loan.quota"), Topic("card")
NO_TRAVEL = 'no agent has a skill for "travel" (queue "loan"); give one the skill "travel", or name a "topic"'


def gap(queue: str, topic: str, text: str = ROSTER) -> str:
    draft, _ = read_roster(text, "f")
    assert draft is not None
    return Coverage(draft.roster).gap(QueueId(queue), Topic(topic))


def problems(text: str, *asked: Asked) -> list[str]:
    draft, found = read_roster(text, "f")
    assert draft is not None
    assert found == []
    return [str(problem) for problem in check_coverage(draft.document, draft.roster, asked)]


@pytest.mark.parametrize(
    ("queue", "topic", "missing"),
    [
        ("loan", "loan.quota", ""),
        ("abroad", "card", ""),
        ("gone", "loan", ""),
        ("loan", "card.lost", ""),
        ("loan", "travel", NO_TRAVEL),
        ("loan", "general", 'queue "loan" demands level 3, but nobody has more than level 1 for "general"'),
        ("abroad", "loan", 'queue "abroad": nobody who speaks "en" has a skill for "loan"'),
        ("abroad", "account",
         'queue "abroad" demands level 2, but nobody who speaks "en" has more than level 1 for "account"'),
    ],
)  # fmt: skip
def test_what_is_missing(queue: str, topic: str, missing: str) -> None:
    assert gap(queue, topic) == missing


def test_a_language_that_nobody_speaks_and_a_roster_without_agents_are_named_elsewhere() -> None:
    assert gap("abroad", "loan", ROSTER.replace("language: en", "language: fr")) == ""
    assert gap("loan", "loan", ROSTER[: ROSTER.index("agents")]) == ""


def test_widening_counts() -> None:
    text = ROSTER.replace("min_level: 3", "min_level: 5, widen: [{after_s: 60, min_level: 4}]")
    assert gap("loan", "loan", text) == ""


def test_a_queue_that_the_menu_does_not_lead_to() -> None:
    text = ROSTER.replace("queues:\n", 'queues:\n  night: {name: 夜间, min_level: 5, extension: "7001"}\n')
    dead = "nobody can ever serve it: queue"
    assert problems(text, (LOAN, QUOTA)) == [
        f'f:3:32: {dead} "night" demands level 5, but nobody has more than level 4 for "loan.quota"',
        f'f:5:47: {dead} "abroad": nobody who speaks "en" has a skill for "loan.quota"',
    ]
    assert problems(text.replace("5, ext", "4, ext"), (LOAN, QUOTA), (ABROAD, CARD)) == []
    bare = ROSTER.replace("queues:\n", "queues:\n  night: {name: 夜间}\n").replace("loan: 4", "lost: 4")
    assert problems(bare.replace("general: 1, card: 3, account: 1", "card: 3"), (ABROAD, CARD)) == [], "by any topic"


def test_callers_sent_on_to_nobody() -> None:
    text = ROSTER.replace("min_level: 3}", "min_level: 3, overflow: {to: abroad}}")
    dead = 'callers sent on from here wait for nobody: queue "abroad": nobody who speaks "en" has a'
    assert problems(text, (LOAN, QUOTA), (LOAN, Topic("loan.other")), (ABROAD, CARD)) == [
        f'f:3:49: {dead} skill for "loan.quota"'
    ]
    own = text.replace("to: abroad", "to: abroad, topic: loan")
    assert problems(own, (LOAN, QUOTA), (ABROAD, CARD)) == [f'f:3:64: {dead} skill for "loan"']
    assert problems(own.replace("topic: loan", "topic: card"), (LOAN, QUOTA), (ABROAD, CARD)) == []


def test_a_way_through_several_queues() -> None:
    text = ROSTER.replace("min_level: 3}", "min_level: 3, overflow: {to: card}}").replace(
        "abroad: {", "card: {name: 卡, overflow: {to: abroad, topic: general}}\n  abroad: {"
    )
    found = problems(text, (LOAN, CARD), (ABROAD, CARD))
    assert [problem[:7] for problem in found] == ["f:4:49:"]
    assert problems(text, (LOAN, CARD), (QueueId("gone"), CARD)), "the queue behind it is named as a whole"


def test_further_skills() -> None:
    text = ROSTER.replace("min_level: 3}", "min_level: 3, skills: {card: 3, general: 1}}")
    assert gap("loan", "card", text) == ""
    assert gap("loan", "loan", text) == (
        'queue "loan": nobody who has level 3 for "card" and has level 1 for "general" has a skill for "loan"'
    )
    assert gap("loan", "general", text) == (
        'queue "loan" demands level 3, but nobody who has level 3 for "card" and has level 1 for "general" has more '
        'than level 1 for "general"'
    )
    assert gap("loan", "card", text.replace("min_level: 3", "min_level: 5, widen: [{after_s: 9, min_level: 2}]")) == ""
    assert gap("loan", "loan", text.replace("card: 3, general: 1}}", "card: 5}}")) == "", "named at the skill"


LEVELS = st.dictionaries(st.sampled_from(["a", "a.x", "b"]), st.integers(1, 5), min_size=1)


@given(
    st.lists(st.tuples(LEVELS, st.sampled_from(["zh", "en"])), min_size=1, max_size=4),
    st.integers(1, 5),
    st.tuples(st.sampled_from(["", "zh", "en"]), st.integers(0, 5)),
    st.sampled_from(["a", "a.x", "a.y", "b", "c"]),
)
def test_there_is_a_gap_exactly_where_nobody_suffices(
    agents: list[tuple[dict[str, int], str]], level: int, demands: tuple[str, int], topic: str
) -> None:
    language, further = demands
    lines = []
    for place, (skills, spoken) in enumerate(agents):
        levels = ", ".join(f"{skill}: {level}" for skill, level in skills.items())
        lines.append(f"  {8000 + place}: {{name: x, team: t, languages: [{spoken}], skills: {{{levels}}}}}\n")
    demand = (f", language: {language}" if language else "") + (f", skills: {{b: {further}}}" if further else "")
    draft, _ = read_roster(
        f"teams: {{t: t}}\nqueues:\n  q: {{name: q, min_level: {level}{demand}}}\nagents:\n" + "".join(lines), "f"
    )
    assert draft is not None
    queue = draft.roster.queues[QueueId("q")]
    people = draft.roster.agents.values()
    speaking = [one for one in people if not language or language in one.languages]
    fit = [one for one in speaking if not further or one.level(Topic("b")) >= further]
    able = any(one.level(Topic(topic)) >= level for one in fit)
    named = (language and not speaking) or (further and all(one.level(Topic("b")) < further for one in people))
    assert bool(Coverage(draft.roster).gap(queue.id, Topic(topic))) == (not able and not named)
