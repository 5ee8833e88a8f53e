"""Logs: a constant message plus fields, the call's id by contextvar, nothing of a caller's person.

Rendering and writing happen in a thread of their own behind a bounded queue: a slow disk never stops the engine's loop.
"""

import atexit
import contextlib
import logging
import queue
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from hotline.masking import mask_number, remove_numbers
from telephony.ids import CallId

ROTATE_AT_BYTES = 20_000_000
"""Size of one log file: some 100,000 lines, an editor still opens it."""

KEPT_FILES = 5
"""Older files kept: 100 MB at most, days of a busy hotline."""

WAITING_RECORDS = 10_000
"""Records that may wait for the writer (some 10 MB); the ones too many are counted and dropped."""

PERSONAL_PREFIX = "pii."
"""Fields with personal data carry this prefix, as in `**{"pii.caller": number}`."""

PHONE_DIGITS_FROM = 10**10
"""Whole numbers of eleven digits and more are mobile numbers; no counter or size of ours gets there."""

MACHINE_FIELDS = frozenset({"boot", "version", "config_version"})
"""Fields whose hexadecimal values are made by us and stay as they are."""

_HEXADECIMAL = re.compile(r"(?=[0-9]*[a-f])[0-9a-f]{8,64}")


class LogFormat(StrEnum):
    """How a line looks on the console."""

    CONSOLE = "console"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What to log, and where."""

    format: LogFormat = LogFormat.CONSOLE
    level: str = "INFO"
    file: Path | None = None
    """JSON lines, rotated; None: no file."""
    console: bool = True
    """Write to standard error."""
    personal: bool = False
    """Show `pii.*` fields, masked; otherwise they are left out."""


def open_logs(settings: LogSettings) -> None:
    """Send everything logged, by us and by libraries, where the settings say. A second call replaces the first."""
    close_logs()
    handlers: list[logging.Handler] = []
    if settings.console:
        handlers.append(_handler(logging.StreamHandler(sys.stderr), settings.format, personal=settings.personal))
    if settings.file is not None:
        settings.file.parent.mkdir(parents=True, exist_ok=True)
        rotating = RotatingFileHandler(
            settings.file, maxBytes=ROTATE_AT_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
        )
        handlers.append(_handler(rotating, LogFormat.JSON, personal=settings.personal))
    _OPEN.start(handlers, settings.level)
    structlog.configure(
        processors=_IN_CALLER,
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # tests and a reload open the logs again
    )


def close_logs() -> None:
    """Write out what still waits and close the files."""
    _OPEN.stop()


@contextlib.contextmanager
def about_call(call: CallId) -> Iterator[None]:
    """Everything logged inside carries this call's id."""
    with structlog.contextvars.bound_contextvars(call=call):
        yield


def hide_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out every `pii.*` field."""
    return {key: value for key, value in event.items() if not key.startswith(PERSONAL_PREFIX)}


def mask_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Show every `pii.*` field masked."""
    return {key: mask_number(str(value)) if key.startswith(PERSONAL_PREFIX) else value for key, value in event.items()}


def remove_phone_numbers(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Last line of defence: whatever looks like a telephone number goes, in whichever field someone put it."""
    return {
        key: value if _made_by_us(key, value) else _without_numbers(value)
        for key, value in event.items()
        if not key.startswith("_")  # the formatter's own
    } | {key: value for key, value in event.items() if key.startswith("_")}


def _made_by_us(key: str, value: object) -> bool:
    return key in MACHINE_FIELDS and isinstance(value, str) and _HEXADECIMAL.fullmatch(value) is not None


def _without_numbers(value: object) -> object:
    match value:
        case str():
            return remove_numbers(value)
        case bool() | float() | None:
            return value
        case int():
            return value if abs(value) < PHONE_DIGITS_FROM else remove_numbers(str(value))
        case Mapping():
            return {_without_numbers(key): _without_numbers(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_without_numbers(item) for item in value]
        case _:  # objects of ours show themselves by repr, which may hold a caller's number
            return remove_numbers(repr(value))


def _handler(handler: logging.Handler, log_format: LogFormat, *, personal: bool) -> logging.Handler:
    renderer: Processor
    if log_format is LogFormat.JSON:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=repr)
    else:
        colors = isinstance(handler, logging.StreamHandler) and handler.stream.isatty()
        renderer = structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_FOREIGN,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_personal if personal else hide_personal,
                remove_phone_numbers,
                renderer,
            ],
        )
    )
    return handler


_IN_CALLER: list[Processor] = [
    structlog.stdlib.filter_by_level,
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]
"""What must run in the caller's context; everything else runs in the writer's thread."""

_FOREIGN: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
"""What a library's own record needs to look like one of ours."""


class _DroppingQueueHandler(QueueHandler):
    """Hands records to the writer's thread as they are; counts what finds no room."""

    def __init__(self, waiting: "queue.Queue[Any]") -> None:
        super().__init__(waiting)
        self.dropped = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record  # the base class would render here, in the engine's loop

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self.dropped += 1


class _Writer(QueueListener):
    """The writer's thread."""

    def enqueue_sentinel(self) -> None:
        self.queue.put(self._sentinel)  # type: ignore[attr-defined]  # the base class fails where the queue is full


class _OpenLogs:
    """The writer's thread and what feeds it."""

    def __init__(self) -> None:
        self._feed: _DroppingQueueHandler | None = None
        self._writer: _Writer | None = None
        self._handlers: list[logging.Handler] = []

    def start(self, handlers: list[logging.Handler], level: str) -> None:
        self._handlers = handlers
        waiting: queue.Queue[Any] = queue.Queue(WAITING_RECORDS)
        self._feed = _DroppingQueueHandler(waiting)
        self._writer = _Writer(waiting, *handlers)
        self._writer.start()
        root = logging.getLogger()
        root.addHandler(self._feed)
        root.setLevel(level)

    def stop(self) -> None:
        if self._writer is None or self._feed is None:
            return
        logging.getLogger().removeHandler(self._feed)
        self._writer.stop()
        if self._feed.dropped:
            self._tell_dropped(self._feed.dropped)
        for handler in self._handlers:
            handler.close()
        self._writer = self._feed = None

    def _tell_dropped(self, count: int) -> None:
        record = logging.makeLogRecord(
            {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING", "msg": "log records dropped"}
            | {"count": count}
        )
        for handler in self._handlers:
            handler.handle(record)


_OPEN = _OpenLogs()
atexit.register(close_logs)
