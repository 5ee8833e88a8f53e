from hotline.store.drafts import Changes, Drafts, Row, storable
from hotline.store.facts import Record
from hotline.store.tables import TALKS, VISITS
from telephony.events import Outcome, TimeReached

RECORD = Record(7, "b", 0.0, 0.0, TimeReached())


def test_a_row_is_written_once_however_often_it_changes() -> None:
    drafts = Drafts()
    row = drafts.open(VISITS, RECORD, call="c", node="main", entered_wall=1.0)
    drafts.change(row, node="main.x")
    complete = {"seq": 7, "call": "c", "node": "main.x", "entered_wall": 1.0}
    assert drafts.take_changes() == Changes(inserts={VISITS: [complete]})
    assert drafts.take_changes() == Changes()
    drafts.change(row, node="main.y")
    assert drafts.take_changes() == Changes(updates={VISITS: [{**complete, "node": "main.y"}]})


def test_what_is_not_known_yet_is_empty() -> None:
    row = Drafts().open(TALKS, RECORD, call="c", agent="8001", began_wall=1.0)
    assert row.values["talk_s"] is None
    assert row.values["seq"] == 7


def test_a_row_from_the_database_is_changed_not_inserted() -> None:
    drafts = Drafts()
    drafts.change(Row(VISITS, {"seq": 3, "node": "a"}, is_new=False), node="b")
    assert drafts.take_changes().updates == {VISITS: [{"seq": 3, "node": "b"}]}


def test_text_that_no_database_takes_is_made_storable() -> None:
    assert storable("half \udce5 and\0nothing") == "half ? andnothing"
    assert storable(Outcome.ANSWERED) == "answered"
    assert type(storable(Outcome.ANSWERED)) is str
    assert storable(None) is None
    assert storable(1.5) == 1.5
