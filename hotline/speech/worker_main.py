"""`python -m hotline.speech.worker_main NAME`: one recognition worker, started and restarted by the supervisor."""

import asyncio
import gc
import os
import signal
import sys
from dataclasses import dataclass

import structlog

from asr.engines.vosk_engine import VoskRecognizer
from asr.listening import Manner
from asr.recognizer import Recognizer
from hotline.logs import LogSettings, close_logs, open_logs
from hotline.niceness import step_back
from hotline.secrets import load_secrets
from hotline.settings import Settings, load_settings
from hotline.speech.keeping import Keeper
from hotline.speech.limits import read_limits
from hotline.speech.models import EMBEDDED, model_folder
from hotline.speech.place import place_file, write_place
from hotline.speech.worker import StuckError, Worker, WorkerPlan
from telephony.errors import ConfigError, RecognizerError, WorldError

HOST = "127.0.0.1"
"""Engine and Asterisk are on this machine."""

NICENESS = 3
"""Below Asterisk and the engine: where processors are short an answer comes later, but no talk stutters, no key waits.
Half of their weight to the scheduler. Less holds the engine up no less, and understands fewer of 200 at once."""

EXIT_STUCK = 70
"""EX_SOFTWARE of sysexits.h."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to hear."""

    recognizer: Recognizer
    manner: Manner
    is_demo: bool


def _load(settings: Settings) -> Loaded:
    """The model, and how sure is sure with it; raises `RecognizerError`."""
    folder = model_folder(settings)
    if folder is None:
        raise RecognizerError("there is no speech model", retryable=False)
    return Loaded(VoskRecognizer(folder), Manner(limits=read_limits(folder)), folder == EMBEDDED)


async def _run(name: str, settings: Settings, loaded: Loaded) -> int:
    secret = load_secrets(settings.secrets_file, ()).asr
    plan = WorkerPlan(
        HOST, secret, threads=settings.asr_threads, most_taps=settings.asr_most_taps, is_demo=loaded.is_demo
    )
    running = asyncio.current_task()
    assert running is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    place = place_file(settings.run_dir, name)
    keeper = _keeper(settings)
    try:
        async with Worker(plan, loaded.recognizer, loaded.manner, keeper.take if keeper else None) as worker:
            write_place(place, HOST, worker.port)
            log.info("worker_started", worker=name, model=loaded.recognizer.name, demo=loaded.is_demo, pid=os.getpid())
            await worker.run()
    except StuckError:
        log.error("worker_stuck", worker=name)  # noqa: TRY400 - where it is stuck is in a thread that can not tell
        return EXIT_STUCK
    except asyncio.CancelledError:
        return 0
    finally:
        place.unlink(missing_ok=True)
        if keeper:
            keeper.close()
    return 0


def _keeper(settings: Settings) -> Keeper | None:
    """Who keeps what callers say, if the admin wants that."""
    if settings.keep_utterances is None:
        return None
    keeper = Keeper(settings.state_dir / settings.keep_utterances, days=settings.keep_utterances_days)
    try:
        keeper.start()
    except OSError as error:  # callers are heard all the same
        log.error("utterances_not_kept", problem=error.strerror or str(error))  # noqa: TRY400 - the world's failure
        return None
    log.warning("utterances_are_kept", days=settings.keep_utterances_days)
    return keeper


def _start(name: str, settings: Settings) -> int:
    loaded = _load(settings)
    step_back(NICENESS)
    gc.collect()
    gc.freeze()  # as in the engine: what stays need not be looked through while callers speak
    return asyncio.run(_run(name, settings, loaded))


def main(name: str) -> int:
    """Run until told to stop. Exit code 1: the world failed, as with a damaged model; 2: the configuration."""
    try:
        settings = load_settings()
        settings.make_dirs()
        open_logs(LogSettings(level=settings.log_level.upper(), file=settings.logs_dir / f"{name}.log"))
        code = _start(name, settings)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (WorldError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if code == EXIT_STUCK:
        close_logs()
        os._exit(EXIT_STUCK)  # a thread that never ends would keep us
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
