"""From the text of a menu file to a menu."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.menu import Entry, Menu
from ivr.menu_file import parse_menus
from telephony.errors import Problem
from telephony.hours import Hours
from telephony.ids import NodeId, QueueId, Topic
from telephony.prompt import BargeIn, Prompt, Say

SMALL = """\
numbers:
  95001: 热线
  95009: {channel: 专线, enters: loan.quota, greeting: 专线您好。}
default_queue: general
menu:
  say: 您好。
  choices:
    1:
      id: loan
      name: 贷款
      queue: loan
      choices:
        1: {id: quota, name: 额度, say: 请看App。, synonyms: [提额]}
        2: {id: rates, name: 利率, topic: money, options: 请稍候。}
    2: loan.quota
"""


def spoken(text: str) -> Prompt:
    """What is said in the menu: the caller's voice stops it unless the file says otherwise."""
    return Prompt((Say(text),), BargeIn.SPEECH)


def parse(text: str) -> Menu:
    menu, problems = parse_menus(text, "menus.yaml")
    assert problems == []
    assert menu is not None
    return menu


def test_the_tree() -> None:
    menu = parse(SMALL)
    assert list(menu.nodes) == ["main", "loan", "loan.quota", "loan.rates"]
    assert menu.root.choices == {"1": "loan", "2": "loan.quota"}
    quota = menu.nodes[NodeId("loan.quota")]
    assert quota.is_leaf
    assert (quota.name, quota.parent, quota.queue, quota.topic) == ("额度", "loan", "loan", "loan.quota")
    assert quota.say == spoken("请看App。")
    assert quota.options is None
    assert quota.synonyms == ("提额",)
    rates = menu.nodes[NodeId("loan.rates")]
    assert rates.topic == Topic("money")
    assert rates.options == spoken("请稍候。")


def test_options_are_generated_from_the_names() -> None:
    menu = parse(SMALL)
    assert menu.root.options == spoken("贷款请按1，额度请按2，人工服务请按0，重听请按9。")
    assert menu.nodes[NodeId("loan")].options == spoken("额度请按1，利率请按2，返回上一级请按星号，人工服务请按0。")


def test_options_in_english() -> None:
    menu = parse(SMALL.replace("numbers:", "language: en\nnumbers:", 1))
    assert menu.nodes[NodeId("loan")].options == spoken(
        "For 额度, press 1, For 利率, press 2, to go back, press star, for a person, press 0."
    )
    assert menu.fallback_entry.channel == "other numbers"


def test_numbers() -> None:
    menu = parse(SMALL)
    assert menu.entry("95001") == Entry("95001", NodeId("main"), "热线")
    assert menu.entry("95009") == Entry("95009", NodeId("loan.quota"), "专线", spoken("专线您好。"))
    assert menu.entry("110") == Entry("", NodeId("main"), "其他号码")
    other = parse(SMALL.replace("numbers:", "numbers:\n  other: {channel: 杂项, enters: loan}", 1))
    assert other.entry("110") == Entry("", NodeId("loan"), "杂项")
    assert set(other.entries) == {"95001", "95009"}


def test_defaults() -> None:
    menu = parse(SMALL)
    assert isinstance(menu.hours, Hours)
    assert menu.hours.timezone == "Asia/Shanghai"
    assert menu.default_queue == QueueId("general")
    assert menu.language == "zh-CN"
    assert menu.timing.no_input_s == 5.0
    assert parse(SMALL + "timing: {no_input_s: 7.5}\n").timing.no_input_s == 7.5


def test_with_any_problem_there_is_no_menu() -> None:
    menu, problems = parse_menus(SMALL.replace("default_queue", "default_que"), "menus.yaml")
    assert menu is None
    assert [str(problem) for problem in problems] == [
        'menus.yaml:1:1: "default_queue" is missing here',
        'menus.yaml:4:1: unknown key "default_que"; did you mean "default_queue"?',
    ]


def test_a_file_that_cannot_be_read_at_all() -> None:
    assert parse_menus("a: [", "f")[0] is None
    assert len(parse_menus("a: [", "f")[1]) == 1


def test_an_empty_file_misses_everything_at_its_beginning() -> None:
    assert parse_menus("", "f")[1] == [
        Problem("f", 1, 1, f'"{name}" is missing here') for name in ("default_queue", "menu", "numbers")
    ]


YAML = st.recursive(
    st.one_of(st.text("ab01 9:-{}", max_size=6), st.sampled_from(["main", "loan", "off", "24h", "2027-01-01"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "name", "say", "options", "queue", "topic", "choices", "synonyms", "text", "1", "2"])
            | st.sampled_from(["recording", "barge_in", "channel", "enters", "week", "holidays", "hours", "mon"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
SECTIONS = st.sampled_from(["numbers", "menu", "hours", "phrases", "timing", "language", "default_queue", "timezone"])


def write(value: object) -> str:
    """YAML's flow style, with every text in quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{key}': {write(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(write(inner) for inner in value) + "]"
    return f"'{value}'"


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(SECTIONS, YAML))
def test_any_structure_is_a_menu_or_has_problems(structure: dict[str, object]) -> None:
    menu, problems = parse_menus(write(structure), "f")
    assert (menu is None) == bool(problems)
