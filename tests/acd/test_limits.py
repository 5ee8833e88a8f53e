import pytest

from acd.limits import CoolDowns, Limits
from telephony.events import RingOutcome


@pytest.mark.parametrize("outcome", list(RingOutcome))
def test_every_outcome_has_its_cool_down(outcome: RingOutcome) -> None:
    assert CoolDowns().after(outcome) > 0


def test_a_reason_may_have_a_limit_of_its_own() -> None:
    limits = Limits(not_ready_s=100.0, not_ready_by_reason={"2": 50.0, "3": 0.0})
    assert [limits.not_ready_after(reason) for reason in ("1", "2", "3")] == [100.0, 50.0, 0.0]


def test_by_default_nobody_is_signed_off_before_he_is_shown_as_late() -> None:
    assert Limits().not_ready_s < Limits().sign_off_s
