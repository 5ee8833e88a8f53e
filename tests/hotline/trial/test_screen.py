import io
from pathlib import Path

import pytest

from hotline.config import load_config
from hotline.trial.screen import LABELS, SENTENCES, Screen
from hotline.trial.trial_call import Kind, Note

ROOT = Path(__file__).parents[3]


@pytest.fixture
def config() -> object:
    return load_config(ROOT / "menus.yaml", ROOT / "agents.yaml", None, ROOT / "recordings")


@pytest.mark.parametrize(
    ("note", "line"),
    [
        (Note(0.0, Kind.ANSWERED, "95001"), "   0.00 s  接通  95001"),
        (Note(1.5, Kind.HEARD, "您好", 0.987), "   1.50 s  听到  您好  0.99"),
        (Note(2.0, Kind.NODE, "repayment.early"), "   2.00 s  进入  提前还款"),
        (Note(2.0, Kind.NODE, "gone"), "   2.00 s  进入  gone"),
        (Note(12.25, Kind.QUEUED, "loan"), "  12.25 s  排队  贷款咨询专席"),
        (Note(13.0, Kind.RINGING, "8001"), "  13.00 s  振铃  8001 王芳"),
        (Note(13.0, Kind.TALKING, "9999"), "  13.00 s  通话  9999"),
        (Note(14.0, Kind.BOTH_WAYS, "8001", 1.0), "  14.00 s  双向  主叫听到坐席，坐席听到主叫  1.00"),
        (Note(15.0, Kind.HUNG_UP, "hotline"), "  15.00 s  挂机  热线"),
    ],
)
def test_lines_name_things_as_people_do(config: object, note: Note, line: str) -> None:
    out = io.StringIO()
    Screen("zh-CN", config, out).show(note)  # type: ignore[arg-type]
    assert out.getvalue() == line + "\n"


def test_both_languages_say_everything(config: object) -> None:
    assert set(LABELS["zh-CN"]) == set(LABELS["en"]) == set(Kind)
    assert set(SENTENCES["zh-CN"]) == set(SENTENCES["en"])
    out = io.StringIO()
    Screen("en", config, out).say("ok", caller="1", call="c")  # type: ignore[arg-type]
    assert out.getvalue() == "done: caller 1, call c\n"
