"""The agenda gives back every key once, in order of its latest deadline."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.agenda import Agenda


def test_a_later_deadline_replaces_the_earlier() -> None:
    agenda: Agenda[str] = Agenda()
    agenda.put("a", 1.0)
    agenda.put("a", 5.0)
    agenda.put("a", 5.0)
    agenda.put("b", 3.0)
    agenda.put("gone", 2.0)
    agenda.put("gone", None)
    agenda.put("never", None)
    assert len(agenda) == 2
    assert agenda.next_at == 3.0
    assert agenda.due(4.0) == ["b"]
    assert agenda.due(10.0) == ["a"]
    assert agenda.next_at is None


@given(st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 50))), max_size=400))
def test_like_a_plain_dictionary(changes: list[tuple[int, int | None]]) -> None:
    agenda: Agenda[int] = Agenda()
    plain: dict[int, float] = {}
    for key, deadline in changes:
        agenda.put(key, None if deadline is None else float(deadline))
        if deadline is None:
            plain.pop(key, None)
        else:
            plain[key] = float(deadline)
        assert agenda.next_at == min(plain.values(), default=None)
    due = agenda.due(25.0)
    assert sorted(due) == sorted(key for key, at in plain.items() if at <= 25.0)
    assert [plain[key] for key in due] == sorted(plain[key] for key in due)
    assert len(agenda) == sum(at > 25.0 for at in plain.values())
