"""Keys that Asterisk reports twice."""

import pytest

from hotline.asterisk import key_echoes as module
from hotline.asterisk.ami_message import AmiMessage, HeaderError
from hotline.asterisk.key_echoes import KeyEchoes

CALLER = "PJSIP/trunk-00000001"


def key(name: str, digit: str = "2", *, channel: str = CALLER, direction: str = "Received") -> AmiMessage:
    headers: dict[str, str | tuple[str, ...]] = {"channel": channel, "digit": digit, "direction": direction}
    return AmiMessage(name, "", headers | ({"durationms": "100"} if name == "DTMFEnd" else {}))


def kept(*events: tuple[float, AmiMessage]) -> list[float]:
    """When the ends came that count."""
    echoes = KeyEchoes()
    return [at for at, event in events if not echoes.is_echo(event, at) and event.name == "DTMFEnd"]


def test_the_end_that_asterisk_makes_up_is_no_key() -> None:
    begin, end = key("DTMFBegin"), key("DTMFEnd")
    # as measured: 2 and 2 without a gap, each 100 ms
    assert kept((0.003, begin), (0.102, end), (0.143, begin), (0.247, end), (0.268, end)) == [0.102, 0.247]
    three = [(0.001, begin), (0.108, end), (0.149, begin), (0.252, end), (0.255, end), (0.289, begin), (0.397, end)]
    assert kept(*three, (0.419, end)) == [0.108, 0.252, 0.397]


def test_keys_that_are_none_of_its_making_count() -> None:
    end = key("DTMFEnd")
    assert kept((0.1, end), (0.9, end)) == [0.1, 0.9]
    assert kept((0.1, end), (0.2, end), (0.3, end)) == [0.1, 0.3]
    assert kept((0.1, key("DTMFEnd", "1")), (0.2, end)) == [0.1, 0.2]
    assert kept((0.1, key("DTMFEnd", channel="PJSIP/8001-1")), (0.2, end)) == [0.1, 0.2]
    assert kept((0.1, end), (0.15, key("Hangup")), (0.2, end)) == [0.1, 0.2]
    assert kept((0.1, key("DTMFEnd", direction="Sent")), (0.2, end)) == [0.1, 0.2]


def test_what_is_no_key_is_no_echo() -> None:
    assert not KeyEchoes().is_echo(AmiMessage("DialBegin", "", {}), 1.0)
    with pytest.raises(HeaderError):
        KeyEchoes().is_echo(AmiMessage("DTMFEnd", "", {}), 1.0)


def test_no_more_is_remembered_than_there_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CHANNELS", 2)
    echoes = KeyEchoes()
    for number in range(5):
        assert not echoes.is_echo(key("DTMFEnd", channel=f"PJSIP/trunk-{number}"), 1.0)
    assert echoes.is_echo(key("DTMFEnd", channel="PJSIP/trunk-4"), 1.1)
    assert not echoes.is_echo(key("DTMFEnd", channel="PJSIP/trunk-0"), 1.1)
