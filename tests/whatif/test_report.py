from math import inf

from tests.whatif.whatif_play import TINY
from whatif.bound import Bound
from whatif.callers import Callers
from whatif.compare import Check, Estimate, play, row
from whatif.report import COLUMNS, bound_line, cell, cells, check_line, missing_line, plain


def test_cells_have_their_interval() -> None:
    assert cell(Estimate(0.8333, 0.0041), percent=True) == "83.3 ±0.4"
    assert cell(Estimate(9.71, inf), percent=False) == "9.7"
    assert len(cells(row([play("longest idle", TINY, Callers(TINY, seed)) for seed in (1, 2)]))) == len(COLUMNS)


def test_the_verdict_in_words() -> None:
    assert check_line(Check("connect_ratio", 0.9, 0.931, holds=True), "zh-CN") == "人工接通率 93.1 % ≥ 90.0 %：达标"
    assert check_line(Check("asa_s", 60.0, 71.0, holds=False), "en") == "ASA 71.0 s > 60.0 s: does not hold"
    assert check_line(Check("asa_s", 60.0, 7.0, holds=True), "en") == "ASA 7.0 s ≤ 60.0 s: holds"
    assert check_line(Check("connect_ratio", 0.9, 0.8, holds=False), "zh-CN") == "人工接通率 80.0 % < 90.0 %：未达标"


def test_how_many_are_missing() -> None:
    assert missing_line(3, 100, "zh-CN") == "缺3人"
    assert missing_line(0, 100, "zh-CN") == "人手足够"
    assert missing_line(None, 100, "zh-CN") == "缺100人以上"


def test_the_bound_in_words() -> None:
    bound = Bound(0.991, 0.998, 1.0, 3.14, 0.0023)
    assert bound_line(bound, "zh-CN").endswith("20秒接通率 99.1 %，60秒接通率 99.8 %，平均应答速度 3.1 s，放弃率 0.2 %")
    assert bound_line(bound, "en").endswith("SL20 99.1 %, SL60 99.8 %, ASA 3.1 s, Abandon 0.2 %")


def test_plain_numbers_for_tools() -> None:
    days = {"longest idle": [play("longest idle", TINY, Callers(TINY, 1))]}
    found = plain(days, {name: row(one) for name, one in days.items()})
    about = found["longest idle"]
    assert isinstance(about, dict)
    assert about["days"] == 1
    assert about["service_level"]["mean"] == days["longest idle"][0].service_level
