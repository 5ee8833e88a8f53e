"""How soon what died may start again."""

from hotline.restarts import CRASH_LOOP_FROM, DELAYS_S, HEALTHY_AFTER_S, Restarts


def test_delays_grow_to_the_last_and_stay_there() -> None:
    restarts = Restarts()
    delays = []
    for _ in range(len(DELAYS_S) + 3):
        restarts.started(100.0)
        delays.append(restarts.died(101.0) - 101.0)
    assert delays == [*DELAYS_S, *[DELAYS_S[-1]] * 3]


def test_the_fourth_death_in_a_row_is_a_crash_loop_and_a_healthy_life_ends_it() -> None:
    restarts = Restarts()
    seen = []
    for _ in range(CRASH_LOOP_FROM):
        restarts.started(0.0)
        restarts.died(1.0)
        seen.append(restarts.is_crash_loop)
    assert seen == [False, False, False, True]
    restarts.started(0.0)
    assert restarts.died(HEALTHY_AFTER_S) == HEALTHY_AFTER_S
    assert not restarts.is_crash_loop
