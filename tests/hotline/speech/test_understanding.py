"""From what was heard to what it means at a node."""

import pytest

from asr.endpointing import Ending
from asr.listening import Spoken
from asr.recognizer import NOTHING_READ, Evidence, Reading, Transcript
from asr.rejection import Trust
from telephony.ids import NodeId
from telephony.wish import Answered, Everywhere, Meaning, NotUnderstood, Understood, Unheard, Unsure, Wish
from tests.hotline.speech.speech_play import understanding

MAIN = NodeId("main")
EARLY = Wish(NodeId("repayment.early"))


def spoken(
    text: str,
    trust: Trust = Trust.ACT,
    *,
    why: Ending = Ending.SILENCE,
    voice_s: float = 1.0,
    ratio: float | None = None,
    unknown: int = 0,
) -> Spoken:
    evidence = None if ratio is None else Evidence(ratio * len(text), 0.0)
    transcript = Transcript(text, tuple(text), evidence, unknown)
    return Spoken(why, transcript, NOTHING_READ, trust, None, voice_s, 0.3)


@pytest.mark.parametrize(
    ("heard", "asks", "meaning"),
    [
        (spoken("我想提前还款"), False, Understood(EARLY)),
        (spoken("我想提前还款", Trust.ASK), False, Unsure(EARLY)),
        (spoken("我想提前还款", Trust.REJECT), False, NotUnderstood(Unheard.UNKNOWN)),
        (spoken("还", Trust.REJECT, voice_s=0.1), False, NotUnderstood(Unheard.NOTHING)),
        (spoken("转人工"), False, Understood(Wish(everywhere=Everywhere.AGENT))),
        (spoken("第七个"), False, NotUnderstood(Unheard.NO_SUCH_CHOICE)),
        (spoken("今天天气不错"), False, NotUnderstood(Unheard.UNKNOWN)),
        (spoken("我不要提前还款"), False, NotUnderstood(Unheard.DENIED)),
        (spoken("嗯"), False, NotUnderstood(Unheard.NOTHING)),
        (spoken(""), False, NotUnderstood(Unheard.NOTHING)),
        (spoken("", Trust.REJECT, unknown=4), False, NotUnderstood(Unheard.UNKNOWN)),
        (spoken("提前还款", why=Ending.STOPPED), False, NotUnderstood(Unheard.NOTHING)),
        (spoken("是的"), True, Answered(yes=True)),
        (spoken("不是"), True, Answered(yes=False)),
        (spoken("是", Trust.REJECT, ratio=0.5), True, Answered(yes=True)),
        (spoken("是", Trust.REJECT, ratio=-0.5), True, NotUnderstood(Unheard.UNKNOWN)),
        (spoken("我要提前还款"), True, Understood(EARLY)),
    ],
)
def test_words_say_what_and_sound_says_how_sure(heard: Spoken, asks: bool, meaning: Meaning) -> None:
    assert understanding().meaning(heard, MAIN, asks=asks) == meaning


def test_partials_are_read_at_the_callers_node() -> None:
    read = understanding().matcher(MAIN, asks=False)
    assert read("我想") == Reading("", may_grow=read("我想").may_grow, is_left_open=True)
    early = read("我想提前还款")
    assert (early.target, early.is_clear, early.may_grow) == ("repayment.early", True, False)
    assert read("转人工").target == "*agent"
    assert not read("还款").target.endswith("?")


def test_an_answer_is_clear_at_once() -> None:
    read = understanding().matcher(MAIN, asks=True)
    assert (read("是的"), read("不是").target) == (Reading("yes", 1.0, is_clear=True, phrase="是的"), "no")


def test_a_question_widens_what_may_be_said() -> None:
    made = understanding()
    assert set(made.grammar(asks=False).phrases) < set(made.grammar(asks=True).phrases)
    assert "提 前 还 款" in made.grammar(asks=False).phrases
