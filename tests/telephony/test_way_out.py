from telephony.way_out import CALLBACK_KEY, LeadsTo, WayOut


def test_by_default_the_star_leads_back_and_is_no_other_key() -> None:
    assert WayOut() == WayOut("*", LeadsTo.MENU)
    assert WayOut().key != CALLBACK_KEY
