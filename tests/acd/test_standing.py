from acd.standing import USUAL, Standing


def test_nothing_is_known_of_the_usual_agent() -> None:
    assert Standing() == USUAL
    assert Standing(band=2) != USUAL
