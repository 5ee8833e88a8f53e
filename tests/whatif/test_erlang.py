"""Known values: Erlang B and C from the usual tables; A against its limits."""

import pytest

from whatif.erlang import Pool, erlang_a, erlang_a_served, erlang_b, erlang_c, erlang_c_service_level


def test_the_tables() -> None:
    pool = Pool(calls_per_s=8 / 300, handle_s=300.0, agents=10)
    assert pool.load == pytest.approx(8.0)
    assert erlang_b(pool) == pytest.approx(0.12166, abs=1e-5)
    assert erlang_c(pool) == pytest.approx(0.40918, abs=1e-5)
    assert erlang_c_service_level(pool, 20.0) == pytest.approx(1 - 0.40918 * 2.718281828 ** (-2 * 20 / 300), abs=1e-5)


def test_too_few_agents_never_catch_up() -> None:
    pool = Pool(calls_per_s=10 / 300, handle_s=300.0, agents=10)
    assert erlang_c(pool) == 1.0
    assert erlang_c_service_level(pool, 1e9) == 0.0


def test_a_between_b_and_c() -> None:
    hasty = erlang_a(Pool(8 / 300, 300.0, 10, patience_s=0.001))
    assert hasty.abandon_ratio == pytest.approx(0.12166, abs=1e-4)
    patient = erlang_a(Pool(8 / 300, 300.0, 10, patience_s=1e7))
    assert patient.wait_ratio == pytest.approx(0.40918, abs=1e-3)
    assert patient.occupancy_ratio == pytest.approx(0.8, abs=1e-3)
    assert patient.mean_wait_s == pytest.approx(0.40918 * 300 / 2, rel=0.01)
    overrun = erlang_a(Pool(20 / 300, 300.0, 10, patience_s=300.0))
    assert overrun.abandon_ratio == pytest.approx(0.5, abs=0.01)
    assert erlang_a(Pool(0.1 / 300, 300.0, 10)).wait_ratio < 1e-9


def test_who_is_served_in_the_end_is_who_does_not_leave() -> None:
    pool = Pool(10 / 300, 300.0, 10, patience_s=120.0)
    whole = erlang_a(pool)
    served = erlang_a_served(pool, 3600.0)
    assert served.ratio == pytest.approx(1.0 - whole.abandon_ratio, abs=1e-5)
    assert erlang_a_served(pool, 0.0).ratio == pytest.approx(1.0 - whole.wait_ratio)
    assert erlang_a_served(pool, -1.0).ratio == 0.0
    patient = Pool(8 / 300, 300.0, 10, patience_s=1e6)
    assert erlang_a_served(patient, 20.0).ratio == pytest.approx(erlang_c_service_level(patient, 20.0), abs=1e-3)
    assert served.mean_wait_s < whole.mean_wait_s / (1.0 - whole.abandon_ratio)
