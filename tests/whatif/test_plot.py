from xml.etree import ElementTree as ET

from tests.whatif.whatif_play import TINY
from whatif.callers import Callers
from whatif.compare import play, row
from whatif.plot import OTHERS_INK, OURS_INK, SHOWN, draw

SVG = "{http://www.w3.org/2000/svg}"


def test_every_policy_has_a_bar_with_its_interval_in_every_panel() -> None:
    days = [play("longest idle", TINY, Callers(TINY, seed)) for seed in (1, 2)]
    rows = {"a <b>": row(days), "ours": row(days), "one day": row(days[:1])}
    picture = ET.fromstring(draw("tiny · ±95 %", rows, "ours", "zh-CN"))
    fills = [rect.get("fill") for rect in picture.iter(f"{SVG}rect")]
    assert (fills.count(OURS_INK), fills.count(OTHERS_INK)) == (len(SHOWN), 2 * len(SHOWN))
    texts = [text.text for text in picture.iter(f"{SVG}text")]
    assert "a <b>" in texts
    assert "20秒接通率" in texts
    whiskers = [float(line.get("x2", 0)) - float(line.get("x1", 0)) for line in picture.iter(f"{SVG}line")]
    assert whiskers.count(0.0) >= len(SHOWN)
    assert max(whiskers) > 0.0


def test_a_day_on_which_nothing_happened_can_be_drawn() -> None:
    nothing = row([play("longest idle", TINY, Callers(TINY, 1))])
    none = {"x": {name: type(one)(0.0, 0.0) for name, one in nothing.items()}}
    assert draw("nothing", none, "ours", "en").startswith("<svg")
