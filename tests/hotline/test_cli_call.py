"""What needs no running hotline; the calls themselves are in tests/e2e/test_hotline_call.py."""

from ipaddress import IPv4Network
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hotline import cli_call
from hotline.cli_call import app
from hotline.control.client import NotRunningError
from hotline.prompts.wav import parse_wav
from hotline.settings import Settings
from hotline.trial.trial_call import Result
from hotline.trial.voices import voice_of
from telephony.errors import WorldError


def test_a_hotline_that_does_not_run_is_said_at_once(own_settings: Settings) -> None:
    answer = CliRunner().invoke(app, ["--keys", "2,1"])
    assert isinstance(answer.exception, NotRunningError)
    assert answer.exception.exit_code == 3
    assert not list(own_settings.state_dir.glob("hotline-call-*"))


def test_calls_come_from_an_address_the_hotline_takes_calls_from() -> None:
    def settings(*networks: str) -> Settings:
        return Settings(trunk_addresses=tuple(IPv4Network(network) for network in networks))

    assert cli_call._trunk_address(settings("127.0.0.2/32")) == "127.0.0.2"
    assert cli_call._trunk_address(settings("192.0.2.0/24", "127.0.0.0/8")) == "127.0.0.2"
    assert cli_call._trunk_address(settings("192.0.2.0/24", "127.0.0.7/32")) == "127.0.0.7"
    with pytest.raises(WorldError, match=r"add 127\.0\.0\.2 to trunk_addresses"):
        cli_call._trunk_address(settings("192.0.2.0/24"))


def test_a_hotline_on_every_address_is_dialled_on_loopback() -> None:
    assert cli_call._reachable(Settings(bind_address="0.0.0.0", sip_port=5999)) == "127.0.0.1:5999"  # type: ignore[arg-type]
    assert cli_call._reachable(Settings(sip_port=5999)) == "127.0.0.1:5999"


def test_who_is_at_work_or_has_a_phone_is_not_played() -> None:
    def agent(number: str, state: str, reachable: bool | None) -> dict[str, object]:
        return {"number": number, "state": state, "reachable": reachable}

    snapshot = {"agents": [agent("1", "signed_off", None), agent("2", "ready", None), agent("3", "signed_off", True)]}
    assert cli_call._agents_at_work(snapshot) == {"2", "3"}


def test_kept_audio_is_what_was_heard(tmp_path: Path) -> None:
    cli_call._keep(tmp_path / "kept", Result(caller_heard=voice_of("a"), agent_heard=np.zeros(0, dtype=np.float32)))
    (file,) = (tmp_path / "kept").iterdir()
    samples, rate = parse_wav(file.read_bytes())
    assert (file.name, rate) == ("caller-heard.wav", 8000)
    assert samples == pytest.approx(voice_of("a"), abs=0.001)
