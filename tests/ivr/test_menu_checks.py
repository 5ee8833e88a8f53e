"""Checks that compare the parts of a menu file; those of one value are tested where it is read."""

import pytest

from ivr.menu_checks import Surroundings, asked_of
from ivr.menu_file import parse_menus, read_menus
from telephony.ids import QueueId, Topic

HEAD = "numbers: {95001: x}\ndefault_queue: general\n"
MENU = HEAD + "menu:\n  say: x\n  topic: general\n  choices:\n"


def check(text: str, surroundings: Surroundings | None = None) -> list[str]:
    return [str(problem) for problem in parse_menus(text, "f", surroundings=surroundings)[1]]


def leaf(key: str = "1", **other: str) -> str:
    fields = {"id": "a", "name": "A", "queue": "general", **other}
    return f"    {key}: {{" + ", ".join(f"{name}: {value}" for name, value in fields.items() if value) + "}\n"


def gap(queue: QueueId, topic: Topic) -> str:
    served = {"general": {"general", "a"}, "expert": {"general"}}
    return "" if topic.partition(".")[0] in served.get(queue, {topic}) else f"{queue} has nobody for {topic}"


ROSTER = Surroundings(
    queues={QueueId("general"), QueueId("expert")},
    gap=gap,
    has_recording=lambda file: file == "there.wav",
)


def test_a_small_menu_is_right() -> None:
    assert check(MENU + leaf(), ROSTER) == []


@pytest.mark.parametrize(
    ("key", "mistake"),
    [
        ("0", "0 always means agent; begin with another key"),
        ("95", "9 always means repeat; begin with another key"),
        ('"*"', "* always means back; begin with another key"),
        ('"#1"', "# always means main; begin with another key"),
        ("a", "not digits"),
        ("１", "write 1 in half-width digits"),
        ("1234", "longer than 3 keys"),
        ("1 2", "not digits"),
        ("''", "not digits"),
    ],
)
def test_keys_that_cannot_be_pressed(key: str, mistake: str) -> None:
    assert check(MENU + leaf(key)) == [f'f:7:5: choice "{key.strip(chr(34)).strip(chr(39))}": {mistake}']


def test_a_choice_that_begins_another_makes_everybody_wait() -> None:
    problems = check(MENU + leaf("1") + leaf("12", id="b", name="B") + leaf("21", id="c", name="C"))
    assert [problem[:40] for problem in problems] == ['f:8:5: choice "12": begins with choice "']


@pytest.mark.parametrize(
    ("choice", "problem"),
    [
        ("b", 'f:8:8: choice "2": goes to "b", which is not a menu; known: main, a'),
        ("main", 'f:8:8: choice "2": leads to the very menu it is in'),
        ("''", 'f:8:8: choice "2": goes to "", which is not a menu; known: main, a'),
    ],
)
def test_references_that_lead_nowhere(choice: str, problem: str) -> None:
    assert check(MENU + leaf() + f"    2: {choice}\n") == [problem]


def test_two_choices_called_the_same() -> None:
    two = MENU + leaf(synonyms="[B, b]") + leaf("2", id="b", name="B") + leaf("3", id="c", name="C", synonyms="[a]")
    assert check(two) == [
        'f:8:22: "B" is also a name of choice "1"',
        'f:9:52: "a" is also a name of choice "1"',
    ]


def test_synonyms_are_templates_that_must_mean_something() -> None:
    assert check(MENU + leaf(synonyms='["[请](查|查询)进度", 进度]')) == []
    problem = 'f:7:57: "(查|查询进度": character 1, "(", is never closed; a ) is missing'
    assert check(MENU + leaf(synonyms="[进度, (查|查询进度]").replace("进度, (", "进度 , (")) == [problem]


def test_templates_of_two_choices_must_not_stand_for_the_same() -> None:
    two = MENU + leaf(synonyms="[(查|问)进度]") + leaf("2", id="b", name="B", synonyms="[问进度]")
    assert check(two) == ['f:8:52: "问进度" is also a name of choice "1"']


@pytest.mark.parametrize("id_", ["Loan", "1a", "a b", "贷款", "a.b"])
def test_ids_that_are_none(id_: str) -> None:
    wanted = "an id of a-z, 0-9 and _ that begins with a letter, such as early_repayment"
    assert check(MENU + leaf(id=id_)) == [f'f:7:13: "{id_}" is not {wanted}']


def test_ids_that_are_taken() -> None:
    assert check(MENU + leaf() + leaf("2", name="B")) == ['f:8:13: "a" is already the node in line 7']
    assert check(MENU + leaf(id="main")) == ['f:7:13: "main" is the main menu itself; choose another id']


def test_a_leaf_without_a_queue() -> None:
    problem = 'f:7:5: "A" leads to no queue; give it or a menu above it a "queue"'
    assert check(MENU + leaf(queue="")) == [problem]
    assert check(MENU.replace("  say", "  queue: general\n  say") + leaf(queue="")) == []
    assert check(MENU + leaf(queue="", name="")) == [
        'f:7:5: "a" leads to no queue; give it or a menu above it a "queue"',
        'f:7:5: "name" is missing here',
    ]
    assert len(check(MENU + leaf(queue="Wrong Queue"))) == 1


def test_a_main_menu_without_welcome_or_choices() -> None:
    assert check(HEAD + "menu: {name: x}\n") == [
        'f:3:1: "choices" (keys to press) is missing here',
        'f:3:1: "say" (the welcome) is missing here',
    ]
    assert check(HEAD + "menu: {say: x, choices: {}}\n") == ['f:3:25: "choices" is empty']


@pytest.mark.parametrize("number", ["12", "95-001", "phone", "1" * 21, "+", "other "])
def test_numbers_that_are_none(number: str) -> None:
    problems = check((MENU + leaf()).replace("95001", f"'{number}'"))
    assert problems == [f'f:1:11: "{number}" is not a telephone number: write digits only, or "other"']


def test_a_number_that_enters_nowhere() -> None:
    text = (MENU + leaf()).replace("95001: x", "95001: {channel: x, enters: mian}")
    assert check(text) == ['f:1:39: number 95001: enters "mian", which is not a menu; did you mean "main"?']


def test_queues_that_are_not_in_the_roster() -> None:
    text = (MENU + leaf(queue="exprt")).replace("default_queue: general", "default_queue: genral")
    assert check(text, ROSTER) == [
        'f:2:16: "genral" is not a queue of the agents file; did you mean "general"?',
        'f:7:32: "exprt" is not a queue of the agents file; did you mean "expert"?',
    ]
    assert check(text) == []


def test_topics_that_nobody_can_serve() -> None:
    assert check(MENU + leaf(id="b"), ROSTER) == ["f:7:13: general has nobody for b"]
    assert check(MENU + leaf(topic="b"), ROSTER) == ["f:7:48: general has nobody for b"]
    assert check(MENU + leaf(queue="expert"), ROSTER) == ["f:7:13: expert has nobody for a"]
    assert check(MENU + leaf(id="b"), Surroundings(queues=ROSTER.queues)) == []


def test_what_stands_under_a_repeated_choice_is_checked_too() -> None:
    assert check(MENU + leaf() + leaf(id="b", name="B", queue="exprt"), ROSTER) == [
        'f:8:5: "1" is already given in line 7',
        'f:8:32: "exprt" is not a queue of the agents file; did you mean "expert"?',
    ]
    assert check(MENU + leaf() + leaf(id="b", name="B", say="[{recording: gone.wav}]"), ROSTER) == [
        'f:8:5: "1" is already given in line 7',
        "f:8:13: general has nobody for b",
        'f:8:59: "gone.wav" is not in the recordings folder',
    ]


def test_what_is_said_of_a_menu_is_not_repeated_for_all_below_it() -> None:
    below = "{1: {id: c, name: C}, 2: {id: d, name: D, topic: a}, 3: {id: e, name: E, queue: expert}}"
    problems = check(MENU + leaf(id="b", choices=below), ROSTER)
    assert problems == ["f:7:13: general has nobody for b", "f:7:111: expert has nobody for b.e"]


def test_a_topic_or_id_that_is_wrong_is_named_once() -> None:
    assert len(check(MENU + leaf(topic="Wrong Topic"), ROSTER)) == 1
    assert len(check(MENU + leaf(id=""), ROSTER)) == 1


def test_recordings() -> None:
    text = MENU + leaf(say="[{recording: there.wav}, {recording: gone.wav}]")
    assert check(text, ROSTER) == ['f:7:83: "gone.wav" is not in the recordings folder']
    assert check(text) == []


def test_the_topic_of_the_main_menu_counts_too() -> None:
    text = (MENU + leaf()).replace("  topic: general\n", "")
    assert check(text, ROSTER) == ["f:3:1: general has nobody for main"]


def test_what_the_menu_asks_of_queues() -> None:
    draft = read_menus(MENU + leaf() + leaf("2", id="", name="B") + leaf("3", id="c", name="C", queue="expert"), "f")[1]
    assert draft is not None
    assert list(asked_of(draft)) == [("general", "general"), ("general", "a"), ("expert", "c")], "the unclear left out"
