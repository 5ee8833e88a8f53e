"""What the link is told never shows its secret, and its patience adds up."""

from hotline.asterisk.link_terms import LinkAddress, LinkTiming


def test_the_secret_is_not_shown() -> None:
    shown = repr(LinkAddress("127.0.0.1", 5038, "hotline", "correct horse"))
    assert "horse" not in shown
    assert "hotline" in shown


def test_a_dead_link_is_known_within_five_seconds() -> None:
    timing = LinkTiming()
    assert timing.ping_every_s + timing.ping_answer_s <= 5
