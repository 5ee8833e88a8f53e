"""Callers with an agent of their own in the agents file: read, checked, and never repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.own_callers import check_number, without_callers
from acd.roster_file import read_roster
from telephony.ids import AgentNumber

ROSTER = """\
teams: {day: 白班}
queues: {loan: {name: 贷款}}
agents:
  8001: {name: 王芳, team: day, skills: {loan: 3}, vip_callers: [138 0013 8000, "+8613900139000"]}
  8002:
    name: 李强
    team: day
    skills: {loan: 3}
    vip_callers:
      - 010-8888 8888  # since 2020
"""
FIRST = "138 0013 8000"


def problems(right: str, wrong: str) -> list[str]:
    assert right in ROSTER
    return [str(one) for one in read_roster(ROSTER.replace(right, wrong), "f")[1]]


def test_numbers_in_one_spelling_with_their_agents() -> None:
    draft, found = read_roster(ROSTER, "f")
    assert found == []
    assert draft is not None
    first, second = AgentNumber("8001"), AgentNumber("8002")
    assert draft.own_callers == {"13800138000": first, "13900139000": first, "01088888888": second}
    assert "138001" not in repr(draft.own_callers["13800138000"]) + repr(draft.roster)


NONE = 'f:4:64: "item 1 of vip_callers": not a telephone number; give one number for each item, on one line'


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        (FIRST, "1380013800O", NONE),
        (FIRST, "[13800138000]", NONE),
        (f'[{FIRST}, "+8613900139000"]', FIRST, 'f:4:63: "vip_callers": must be a list of telephone numbers'),
        ("010-8888 8888", "+86 13800138000", "f:10:9: this caller is agent 8001's already"),
    ],
)
def test_mistakes_are_named_without_the_number(right: str, wrong: str, problem: str) -> None:
    found = problems(right, wrong)
    assert found == [problem]
    assert not any(digits in found[0] for digits in ("1380013", "0013800"))


def test_what_is_no_number_on_one_line() -> None:
    for wrong in (13800138000, "", "138\n0013", None):
        with pytest.raises(ValueError, match="not a telephone number"):
            check_number(wrong)


def hidden(text: str) -> str:
    draft, _ = read_roster(text, "f")
    assert draft is not None
    return without_callers(text, draft.document)


def test_the_file_without_its_callers_says_the_same_of_everybody_else() -> None:
    text = hidden(ROSTER)
    assert text.splitlines()[3].endswith('vip_callers: [000 0000 0000, "+0000000000000"]}')
    assert text.splitlines()[-1] == "      - 000-0000 0000  # since 2020"
    before, after = read_roster(ROSTER, "f")[0], read_roster(text, "f")[0]
    assert before is not None
    assert after is not None
    assert before.roster == after.roster
    assert hidden(ROSTER[: ROSTER.index(", vip")] + "}\n") == ROSTER[: ROSTER.index(", vip")] + "}\n"


def test_an_item_without_a_number_hides_nothing() -> None:
    text = ROSTER.replace(FIRST, "~")
    assert hidden(text).splitlines()[3].endswith('vip_callers: [~, "+0000000000000"]}')


def test_what_is_written_with_escapes_is_hidden_with_all_that_follows() -> None:
    text = hidden(ROSTER.replace('"+8613900139000"', '"\\u002b8613900139000"'))
    assert "13900139000" not in text
    assert "8888" not in text
    assert text.startswith(ROSTER[: ROSTER.index('"+86')].replace(FIRST, "000 0000 0000"))


@given(st.lists(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), max_size=4), st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_number_is_left(numbers: list[str], end: str) -> None:
    items = "".join(f"      - '{number}'{end}" for number in numbers)
    text = f"agents:{end}  8001:{end}    vip_callers:{end}{items}    name: x{end}"
    kept = hidden(text)
    assert not any(number in kept for number in numbers)
    assert len(kept) == len(text)
