from telephony.ids import AgentNumber
from whatif.day import Day, Stay

ONE, TWO = AgentNumber("1"), AgentNumber("2")


def test_the_figures_are_those_of_the_book() -> None:
    day = Day(worked_s={ONE: 0.0, TWO: 0.0}, lasts_s=100.0)
    day.stays += [
        Stay(vip=False, wait_s=20.0, answered=True, resolved=True),
        Stay(vip=True, wait_s=50.0, answered=True),
        Stay(vip=True, wait_s=10.0, answered=True, resolved=True),
        Stay(vip=False, wait_s=170.0),
    ]
    day.work(ONE, 10.0, 60.0)
    day.work(TWO, 70.0, 400.0)
    day.work(TWO, 110.0, 120.0)
    figures = day.figures()
    assert (figures.offered, figures.connect_ratio, figures.abandon_ratio) == (4, 0.75, 0.25)
    assert (figures.service_level, figures.service_level_60, figures.answered_in_180, figures.vip_service_level) == (
        0.5,
        0.75,
        0.75,
        0.5,
    )
    assert (round(figures.asa_s, 2), figures.p95_wait_s) == (26.67, 170.0)
    assert (figures.occupancy_ratio, round(figures.occupancy_spread, 9)) == (0.4, 0.1)
    assert (round(figures.fcr_ratio, 3), figures.gsr60) == (0.667, 0.5)


def test_a_day_without_calls_divides_by_nothing() -> None:
    figures = Day(lasts_s=10.0).figures()
    assert (figures.offered, figures.asa_s, figures.p95_wait_s, figures.occupancy_ratio) == (0, 0.0, 0.0, 0.0)
