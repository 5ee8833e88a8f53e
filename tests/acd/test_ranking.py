from hypothesis import given
from hypothesis import strategies as st

from acd.ranking import ranked

PLACES = st.dictionaries(st.integers(0, 9), st.sampled_from([-3.0, 0.0, 0.0, 2.5]))


@given(PLACES, st.lists(st.tuples(st.integers(0, 9), st.sampled_from([-3.0, 0.0, 7.0])), max_size=20))
def test_it_is_always_in_order(places: dict[int, float], steps: list[tuple[int, float]]) -> None:
    """Numbers come and go; whoever is there already leaves."""
    ranking = ranked((cost, number) for number, cost in places.items())
    for number, cost in steps:
        if number in places:
            ranking.remove(places.pop(number), number)
        else:
            places[number] = cost
            ranking.add(cost, number)
        assert list(ranking) == sorted((cost, number) for number, cost in places.items())
        assert len(ranking) == len(places)
