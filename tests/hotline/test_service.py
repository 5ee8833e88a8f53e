"""One child: its output, its end, and what it leaves."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotline import service as service_module
from hotline.clock import engine_now, sleep_s
from hotline.service import LAST_LINES, Service, ServiceSpec


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def make(code: str, **spec: object) -> Service:
        wanted = ServiceSpec("engine", (sys.executable, "-c", code), **spec)  # type: ignore[arg-type]
        made.append(Service(wanted, run_dir=tmp_path / "run", logs_dir=tmp_path / "logs"))
        return made[-1]

    yield make
    for service in made:
        service.kill()
        ended(service)


def ended(service: Service) -> bool:
    end = engine_now() + 20
    while service.is_alive() and engine_now() < end:
        sleep_s(0.01)
    return not service.is_alive()


def test_a_child_runs_and_its_last_words_are_kept(make: Callable[..., Service], tmp_path: Path) -> None:
    service = make("print('call of 13912345678'); raise SystemExit(3)")
    service.start()
    assert ended(service)
    assert service.exit_code == 3
    assert service.last_lines() == ["call of <number>"]
    assert service.pid is None
    assert not (tmp_path / "run" / "engine.pid").exists()


def test_a_child_whose_command_line_changes_is_still_known_to_the_next_supervisor(
    make: Callable[..., Service],
) -> None:
    code = "import os, sys; os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(60)'])"
    first, second = make(code), make(code)
    first.start()
    at_start = first.identity
    assert at_start is not None
    end = engine_now() + 20
    while first.is_alive() and first.identity == at_start and engine_now() < end:
        sleep_s(0.01)
    assert first.identity != at_start
    assert second.adopt()
    assert second.pid == first.pid


def test_the_last_words_are_those_of_the_last_run(make: Callable[..., Service]) -> None:
    service = make("import os; print(os.environ.get('PATH') and 'words')")
    for _ in range(2):
        service.start()
        assert ended(service)
    assert service.output.read_text() == "words\nwords\n"
    assert service.last_lines() == ["words"]


def test_only_the_end_of_long_output_is_shown(make: Callable[..., Service]) -> None:
    service = make("for n in range(100_000): print('line', n)")
    service.start()
    assert ended(service)
    assert service.last_lines() == [f"line {n}" for n in range(100_000 - LAST_LINES, 100_000)]


def test_a_child_that_never_ran_has_no_words(make: Callable[..., Service]) -> None:
    service = make("")
    assert service.last_lines() == []
    assert not service.adopt()
    assert not service.is_alive()
    service.ask_to_stop()
    service.kill()


def test_it_gets_the_environment_and_the_folder_asked_for(make: Callable[..., Service], tmp_path: Path) -> None:
    service = make("import os; print(os.environ['HERE'], os.getcwd())", environment={"HERE": "x"}, folder=tmp_path)
    service.start()
    assert ended(service)
    assert service.last_lines() == [f"x {tmp_path}"]


def test_a_program_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    service = Service(ServiceSpec("x", ("/nowhere/x",)), run_dir=tmp_path / "run", logs_dir=tmp_path / "logs")
    with pytest.raises(FileNotFoundError):
        service.start()


def test_output_that_grows_is_set_aside_under_the_childs_hands(
    make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "LARGEST_OUTPUT_BYTES", 1000)
    code = "import sys\nprint('x' * 2000, flush=True)\nsys.stdin\nimport time, signal\n"
    service = make(code + "signal.sigwait([signal.SIGTERM])\nprint('after', flush=True)")
    service.start()
    end = engine_now() + 20
    aside = service.output.with_suffix(".out.1")
    while not aside.exists() and engine_now() < end:
        assert service.is_alive()
    assert aside.stat().st_size == 2001, aside.read_bytes()[-300:]
    service.ask_to_stop()
    assert ended(service)


def test_the_name_the_limits_and_readiness_are_the_specs(make: Callable[..., Service]) -> None:
    service = make("", is_ready=lambda: False, ready_within_s=3.0, hung_after_s=4.0, grace_s=5.0)
    assert (service.name, service.ready_within_s, service.hung_after_s, service.grace_s) == ("engine", 3.0, 4.0, 5.0)
    assert not service.is_ready()


def test_an_adopted_child_is_asked_and_killed_like_an_own_one(make: Callable[..., Service], tmp_path: Path) -> None:
    own = make("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()")
    own.start()
    while own.last_lines() != ["up"]:
        assert own.is_alive()
    other = Service(own.spec, run_dir=tmp_path / "run", logs_dir=tmp_path / "logs")
    assert other.adopt()
    assert other.pid == own.pid
    other.ask_to_stop()
    assert other.is_alive()
    other.kill()
    assert ended(own)
    assert own.exit_code == -signal.SIGKILL
    assert ended(other)
    assert other.exit_code is None
