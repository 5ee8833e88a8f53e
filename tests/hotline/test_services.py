"""The processes of a hotline: their order, their command lines, and how the engine is asked whether it works."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from hotline.pidfile import Identity, PidFile
from hotline.services import AsteriskService, EngineProbe, projector_command, services_of
from hotline.settings import Settings, load_settings
from hotline.speech import models
from hotline.speech.place import place_file, write_place
from telephony.errors import WorldError
from tests.hotline.board_play import START, playing


def instance(settings: Settings, command: tuple[str, ...] = ("/nowhere/asterisk",)) -> AsteriskInstance:
    folder = settings.state_dir
    install = AsteriskInstall(command, folder, folder, folder, version="22.10.1", source="private")
    return AsteriskInstance(install, settings.asterisk_home, {}, run_dir=settings.asterisk_run_dir)


def test_asterisk_starts_first_and_the_engine_stops_first(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "EMBEDDED", own_settings.state_dir / "no model")
    services = services_of(own_settings, instance(own_settings))
    assert [service.name for service in services] == ["asterisk", "projector", "engine"]
    assert [service.hung_after_s is None for service in services] == [True, True, False]


def test_recognisers_run_where_there_is_a_model_and_the_hotline_is_ready_without_them(own_settings: Settings) -> None:
    heard = own_settings.model_copy(update={"asr_model": own_settings.state_dir, "asr_workers": 2})
    services = services_of(heard, instance(heard))
    assert [service.name for service in services] == ["asterisk", "recogniser-1", "recogniser-2", "projector", "engine"]
    assert [service.is_needed for service in services] == [True, False, False, True, True]
    assert not services[1].is_ready()
    place_file(heard.run_dir, "recogniser-1").parent.mkdir(parents=True, exist_ok=True)
    write_place(place_file(heard.run_dir, "recogniser-1"), "127.0.0.1", 4000)
    assert services[1].is_ready()


def test_an_address_with_a_password_is_not_on_the_command_line(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_settings.database in projector_command(own_settings)
    assert projector_command(own_settings)[-4:-2] == ("--keep-days", "180")
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "postgresql://hotline:canary@db/hotline")
    assert "canary" not in " ".join(projector_command(load_settings()))


def test_the_engine_works_once_it_has_its_link_and_later_while_it_answers(own_settings: Settings) -> None:
    probe = EngineProbe(own_settings)
    assert not probe()
    with playing(own_settings.control_socket) as played:
        played.board.link_changed(connected=False, reconnects=1, now=START + 99)
        assert not probe()
        played.board.link_changed(connected=True, reconnects=2, now=START + 99)
        assert probe()
        played.board.link_changed(connected=False, reconnects=2, now=START + 99)
        assert probe()
    assert not probe()


@pytest.fixture
def running(own_settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A process where an earlier supervisor's Asterisk would be."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    identity = Identity.of(process.pid)
    assert identity is not None
    PidFile(own_settings.asterisk_home / "asterisk.pid").write(identity)
    yield process
    process.kill()
    process.wait()


def test_an_asterisk_is_adopted_asked_and_gone(own_settings: Settings, running: subprocess.Popen[bytes]) -> None:
    asterisk = AsteriskService(instance(own_settings))
    assert asterisk.pid is None
    asterisk.ask_to_stop()  # nobody to ask
    assert asterisk.adopt()
    assert asterisk.is_alive()
    assert asterisk.is_ready()
    assert asterisk.pid == running.pid
    asterisk.ask_to_stop()
    while asterisk.is_alive():
        pass  # SIGTERM ends it at once; pytest's time-out bounds it
    assert asterisk.pid is None


def test_an_asterisk_is_killed(own_settings: Settings, running: subprocess.Popen[bytes]) -> None:
    asterisk = AsteriskService(instance(own_settings))
    assert asterisk.adopt()
    asterisk.kill()
    assert not asterisk.is_alive()


def test_an_asterisk_that_can_not_start_says_why(own_settings: Settings, tmp_path: Path) -> None:
    program = tmp_path / "asterisk"
    program.write_text("#!/bin/sh\necho no such module\nexit 1\n")
    program.chmod(0o755)
    asterisk = AsteriskService(instance(own_settings, (str(program),)))
    with pytest.raises(WorldError, match="no such module"):
        asterisk.start()
    assert asterisk.last_lines() == []
