import pytest

from asr.recognizer import Evidence, Grammar, Transcript
from asr.rejection import Limits
from ivr.intents import IntentIndex
from ivr.menu import ROOT
from ivr.menu_file import parse_menus
from tools.speech_model.evaluation import Judged, Spot, choose_limits, judge, table, wilson
from tools.speech_model.trials import Trial

MENU = """language: zh-CN
default_queue: general
numbers: {other: 热线}
hours: always
menu:
  say: 您好。
  choices:
    1: {id: early, name: 提前还款, say: 好的。, queue: general}
    2: {id: bill, name: 查询账单, say: 好的。, queue: general}
"""


class Parrot:
    """Hears what it is told to, this much better than any syllables."""

    name, rate = "parrot", 8000

    def __init__(self, text: str, ratio: float) -> None:
        self.text, self.ratio = text, ratio

    def knows(self, word: str) -> bool:
        return bool(word)

    def begin(self, grammar: Grammar) -> "Parrot":
        return self

    def feed(self, pcm: bytes) -> str:
        return self.text

    def finish(self) -> Transcript:
        return Transcript(self.text, (self.text,), Evidence(self.ratio * len(self.text), None))

    def fill(self, pcm: bytes) -> float:
        return 0.0 * len(pcm)


def heard(text: str, target: str, ratio: float = 5.0, kind: str = "phrase") -> Judged:
    menu, problems = parse_menus(MENU, "menus.yaml")
    assert menu, problems
    trial = Trial(kind, text, target)
    return judge(trial, b"", Spot(Parrot(text, ratio), Grammar(("提前 还款",)), IntentIndex.build(menu), ROOT))


def test_words_and_sound_together_decide() -> None:
    limits = Limits(act=2.5, ask=1.0)
    assert heard("提前还款", "early").decide(limits) == "right"
    assert heard("提前还款", "bill").decide(limits) == "wrong"
    assert heard("提前还款", "early", ratio=1.0).decide(limits) == "asked"
    assert heard("提前还款", "", ratio=1.0).decide(limits) == "asked wrong"
    assert heard("提前还款", "early", ratio=-6.0).decide(limits) == "rejected"
    assert heard("今天天气", "early").decide(limits) == "rejected"
    assert heard("", "early").decide(limits) == "rejected"


def test_a_question_of_the_words_stays_a_question() -> None:
    found = heard("提前还钱", "early")
    assert not found.reading.is_clear
    assert found.reading.target == "early"
    assert found.decide(Limits(act=0.0, ask=0.0)) == "asked"


def test_limits_are_as_low_as_what_is_foreign_allows() -> None:
    wishes = [heard("提前还款", "early", ratio=4.0) for _ in range(50)]
    foreign = [heard("提前还款", "", ratio=1.0, kind="foreign") for _ in range(50)]
    limits = choose_limits([*wishes, *foreign])
    assert {one.decide(limits) for one in wishes} == {"right"}
    assert {one.decide(limits) for one in foreign} == {"rejected"}
    assert limits.act == pytest.approx(3.45)


def test_limits_that_cannot_be_kept_are_the_strictest() -> None:
    foreign = [heard("提前还款", "", ratio=20.0, kind="foreign")]
    assert choose_limits(foreign).act > 3


def test_the_table_tells_how_many_and_how_sure() -> None:
    lines = table([heard("提前还款", "early"), heard("提前还款", "", kind="foreign")], Limits(2.0, 1.0)).splitlines()
    assert lines[0].startswith("phrase   n=1  acted right 1.000 (0.207–1.000)")
    assert lines[1].startswith("foreign  n=1  acted wrong 1.000")


def test_an_interval_by_wilson() -> None:
    assert wilson(0, 0) == "-"
    assert wilson(95, 100) == "0.950 (0.888–0.978)"
