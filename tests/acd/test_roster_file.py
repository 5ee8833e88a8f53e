"""From the text of an agents file to a roster, and every mistake at its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.agent import Agent
from acd.queue import Queue, Roster, Widening
from acd.roster_file import covering, parse_roster, read_roster
from telephony.ids import AgentNumber, QueueId, Topic

SMALL = """\
teams: {day: 白班}
not_ready_reasons: {1: 小休, 0: 其他}
queues:
  loan: {name: 贷款, min_level: 2, ring_s: 12.5, music: jazz}
  general: {name: 综合}
agents:
  8001: {name: 王芳, team: day, skills: {loan: 3, loan.quota: 5}}
  8002: {name: 李强, team: day, skills: {general: 1}, contact: "sip:8002@10.0.0.4:5080", wrap_up_s: 0,
         languages: [zh, en]}
"""


def problems(text: str, topics: list[Topic] | None = None) -> list[str]:
    return [str(problem) for problem in parse_roster(text, "f", topics=topics)[1]]


def test_a_right_file_becomes_a_roster() -> None:
    roster, found = parse_roster(SMALL, "f")
    assert found == []
    assert roster == Roster(
        agents={
            AgentNumber("8001"): Agent(AgentNumber("8001"), "王芳", "day", {Topic("loan"): 3, Topic("loan.quota"): 5}),
            AgentNumber("8002"): Agent(
                AgentNumber("8002"),
                "李强",
                "day",
                {Topic("general"): 1},
                contact="sip:8002@10.0.0.4:5080",
                wrap_up_s=0.0,
                languages=("zh", "en"),
            ),
        },
        queues={
            QueueId("loan"): Queue(QueueId("loan"), "贷款", min_level=2, ring_s=12.5, music="jazz"),
            QueueId("general"): Queue(QueueId("general"), "综合"),
        },
        not_ready_reasons={"1": "小休", "0": "其他"},
        teams={"day": "白班"},
    )


NUMBER = "is not an agent's number: 3 to 8 digits, not beginning with 0"
LEVEL = 'level for "loan" must be 1 (new) to 5 (expert), not'
ID = "id: a-z, 0-9 and _, beginning with a letter"


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("8002:", "^8001:", '"8001" is already given in line 7'),
        ("8002:", "^0802:", f'"0802" {NUMBER}'),
        ("8002:", "^80:", f'"80" {NUMBER}'),
        ("8002:", "^８００２:", f'"８００２" {NUMBER}'),
        ("0: 其他", "^10: 其他", '"10" is not one digit, which follows the feature code'),
        ("loan: {name", "^Loan: {name", f'"Loan" is not a queue\'s {ID}'),
        ("{day: 白班}", "{day: 白班, ^1: 夜班}", f'"1" is not a team\'s {ID}'),
        ("team: day, skills: {loan", "team: ^dya, skills: {loan", '"dya" is not a team; did you mean "day"?'),
        ("loan: 3", "loan: ^6", f'{LEVEL} "6"'),
        ("loan: 3", "loan: ^high", f'{LEVEL} "high"'),
        ("loan: 3", "loan: ^３", f'{LEVEL} "３"'),
        ("loan: 3", "loan: ^[3]", '"loan": must be a level from 1 (new) to 5 (expert)'),
        ("{general: 1}", "^{}", '"skills" is empty'),
        ("8001: {name: 王芳, ", "^8001: {", '"name" is missing here'),
        ("8001: {name: 王芳, team: day", "^8001: {name: 王芳", '"team" is missing here'),
        ('"sip:8002@', '^"8002@', '"contact": must be a SIP address such as sip:9001@10.0.0.4:5080'),
        ("ring_s: 12.5", "ring_s: ^2", '"ring_s" must be at least 5, not "2"'),
        ("min_level: 2", "min_level: ^9", '"min_level" must be at most 5, not "9"'),
        ("min_level: 2", "^min_levl: 2", 'unknown key "min_levl"; did you mean "min_level"?'),
        ("music: jazz", "music: ^../x", '"music": must be an id of a-z, 0-9 and _ that begins with a letter'),
        ("[zh, en]", "[zh, ^Chinese]", '"item 2 of languages"'),
    ],
)
def test_each_mistake_is_named_at_its_place(right: str, wrong: str, problem: str) -> None:
    marked = SMALL.replace(right, wrong, 1)
    before = marked[: marked.index("^")].split("\n")
    found = problems(marked.replace("^", ""))
    assert len(found) == 1
    assert found[0].startswith(f"f:{len(before)}:{len(before[-1]) + 1}: {problem}")


def test_two_agents_at_one_phone() -> None:
    text = SMALL.replace("loan.quota: 5}", 'loan.quota: 5}, contact: "sip:8002@10.0.0.4:5080"')
    assert problems(text) == ["f:8:62: agent 8001 has the same contact"]


def test_two_spellings_of_one_phone() -> None:
    text = SMALL.replace("loan.quota: 5}", "loan.quota: 5}, contact: sip:8002@GW").replace("10.0.0.4:5080", "gw:5060")
    assert problems(text) == ["f:8:62: agent 8001 has the same contact"]


def test_an_agent_whom_nothing_can_ring() -> None:
    assert problems(SMALL.replace('10.0.0.4:5080"', '10.0.0.4:5080;transport=tls"')) == [
        'f:8:62: "contact": can never ring: the hotline speaks SIP over UDP only; leave the transport out'
    ]


def test_what_is_written_of_an_agent_a_second_time_is_checked_too() -> None:
    again = "  8001: {name: 王芳, team: dya, skills: {loan: 7, lone: 1}}\n  8001: {name: 王芳, skills: {loan: 3}}\n"
    assert problems(SMALL + again, [Topic("loan.quota"), Topic("general")]) == [
        'f:10:3: "8001" is already given in line 7',
        'f:10:26: "dya" is not a team; did you mean "day"?',
        'f:10:46: level for "loan" must be 1 (new) to 5 (expert), not "7"',
        'f:10:49: "lone" is not a topic of the menu file; did you mean "loan"?',
        'f:11:3: "8001" is already given in line 7',
        'f:11:3: "team" is missing here',
    ]


def test_skills_that_no_topic_of_the_menu_asks_for() -> None:
    topics = [Topic("loan.quota.late"), Topic("general")]
    assert problems(SMALL, topics) == []
    assert problems(SMALL, [Topic("loan"), Topic("general")]) == [
        'f:7:49: "loan.quota" is not a topic of the menu file; known: loan, general'
    ]
    assert list(covering(topics)) == ["loan", "loan.quota", "loan.quota.late", "general"]


def test_a_draft_tells_what_is_there_in_spite_of_mistakes() -> None:
    draft, found = read_roster(
        SMALL.replace("general: {name: 综合}", "general: 综合").replace("loan: 3", "loan: 9"), "f"
    )
    assert draft is not None
    assert len(found) == 2
    assert draft.queue_names == ("loan", "general")
    assert draft.roster.agents[AgentNumber("8001")].level(Topic("loan.other")) == 5, "a wrong level is named once"


def test_a_file_that_cannot_be_read_at_all() -> None:
    assert parse_roster("a: [", "f", topics=[])[0] is None
    assert len(problems("a: [")) == 1


def test_an_empty_file_misses_everything() -> None:
    draft, _ = read_roster("", "f")
    assert draft is not None
    assert draft.queue_names == ()
    assert problems("") == [f'f:1:1: "{name}" is missing here' for name in ("agents", "queues", "teams")]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(SMALL)), st.integers(0, 9), st.text("{}[]:,- \n\"'ab012#&*!|>%@`？：", max_size=4))
def test_any_edit_is_a_roster_or_has_problems(begin: int, length: int, new: str) -> None:
    roster, found = parse_roster(SMALL[:begin] + new + SMALL[begin + length :], "f", topics=[Topic("loan")])
    assert (roster is None) == bool(found)


def test_an_agent_who_is_not_certified_has_no_skill_whatever_finer_lines_say() -> None:
    text = SMALL.replace("skills: {loan: 3, loan.quota: 5}", "skills: {loan: 3, loan.quota: 5}, not_certified: [loan]")
    roster, found = parse_roster(text, "f", topics=[Topic("loan.quota"), Topic("general")])
    assert found == []
    assert roster is not None
    barred = roster.agents[AgentNumber("8001")]
    assert barred.skills == {Topic("loan"): 0}
    assert barred.level(Topic("loan.quota")) == 0
    assert barred.not_certified == {"loan"}


VIPS = SMALL.replace("general: {name: 综合}", "general: {name: 综合, skills: {vip_care: 3, general: 1}}").replace(
    "skills: {general: 1}", "skills: {general: 1, vip_care: 4}"
)


def test_a_queue_may_demand_further_skills() -> None:
    roster, found = parse_roster(VIPS, "f", topics=[Topic("loan.quota"), Topic("general")])
    assert found == [], "a skill that a queue demands is known, though no menu asks for it"
    assert roster is not None
    assert roster.queues[QueueId("general")].skills == ((Topic("general"), 1), (Topic("vip_care"), 3))


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("vip_care: 3", "vip_care: 9", 'f:5:42: level for "vip_care" must be 1 (new) to 5 (expert), not "9"'),
        ("vip_care: 3", "vip_care: 5", 'f:5:42: nobody has more than level 4 for "vip_care"'),
        ("vip_care: 3", "care: 3", 'f:5:32: no agent has the skill "care"; did you mean "vip_care"?'),
        ("vip_care: 4", "vip_car: 4", 'f:5:32: no agent has the skill "vip_care"; did you mean "vip_car"?'),
    ],
)
def test_mistakes_in_further_skills(right: str, wrong: str, problem: str) -> None:
    assert problems(VIPS.replace(right, wrong)) == [problem]


def test_a_queue_may_widen_and_demand_a_language() -> None:
    text = SMALL.replace(
        "loan: {name: 贷款, min_level: 2,",
        "loan: {name: 贷款, min_level: 3, language: en, "
        "widen: [{after_s: 20, min_level: 2}, {after_s: 40, min_level: 1}],",
    )
    draft, found = read_roster(text, "f")
    assert found == []
    assert draft is not None
    loan = draft.roster.queues[QueueId("loan")]
    assert loan.widen == (Widening(20.0, 2), Widening(40.0, 1))
    assert loan.language == "en"
    assert loan.lowest_level == 1, "in the end it can be served"


def test_mistakes_of_steps_languages_and_topics_are_all_named() -> None:
    text = SMALL.replace(
        "loan: {name: 贷款, min_level: 2,",
        "loan: {name: 贷款, language: fr, "
        "widen: [{after_s: 20, min_level: 2}, {after_s: 20, min_level: 1}], min_level: 2,",
    ).replace("skills: {general: 1}", "skills: {general: 1}, not_certified: [loen, general]")
    assert problems(text, [Topic("loan.quota"), Topic("general")]) == [
        'f:4:30: no agent speaks "fr"',
        "f:4:42: must demand less than level 2, which was demanded before",
        "f:4:71: must come later than the step before, after 20 s",
        'f:8:69: "loen" is not a topic of the menu file; did you mean "loan"?',
    ]
