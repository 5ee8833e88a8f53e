"""The shape of hours."""

from telephony.hours_shape import HolidayShape, HoursShape


def test_a_holiday_without_hours_is_closed() -> None:
    assert HolidayShape(name="春节").hours == "closed"


def test_a_name_alone_and_a_holiday_with_hours_are_both_read() -> None:
    shape = HoursShape.model_validate(
        {"week": {"daily": "24h"}, "holidays": {"2027-01-01": "元旦", "2027-01-02": {"name": "休", "hours": ["24h"]}}}
    )
    assert shape.holidays == {"2027-01-01": "元旦", "2027-01-02": HolidayShape(name="休", hours=["24h"])}
