"""Settings of one hotline: where its files are, which addresses it uses, what it records; environment over file."""

import os
import re
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from hotline.folders import SOCKET_PATH_BYTES, make_private_dir, short_run_dir
from hotline.settings_file import FILE_VARIABLE, SettingProblem, hint, locate, read_settings_file, settings_file
from telephony.errors import ConfigError, Problem, ProvisionError

PREFIX = "HOTLINE_"
"""Every other setting's environment variable: prefix and the field's name in capitals."""

_LONGEST_SOCKET = "run/asterisk/asterisk.ctl"
"""The longest of our sockets below `state_dir`."""

_UNSAFE = re.compile(r"[,;:&|<>\[\]${}\"'\\\x00-\x1f\x7f]")
"""Characters that mean something to Asterisk's configuration, its dialplan or the loader's library path."""

Port = Annotated[int, Field(ge=1024, le=65535)]


def default_cache_dir() -> Path:
    """Where downloads shared between clones live: XDG's cache folder, or a private one where there is no home."""
    if xdg := os.environ.get("XDG_CACHE_HOME", ""):
        return Path(xdg) / "hotline"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where the user has no home
    if home.is_dir() and os.access(home, os.W_OK):
        return home / ".cache" / "hotline"
    return Path("var/cache")


class Settings(BaseSettings):
    """Every setting, checked; paths are absolute. The order of authority: arguments, environment, file, defaults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=True)

    menus: Path = Path("menus.yaml")
    """The menu tree."""
    agents: Path = Path("agents.yaml")
    """Agents, skills, queues."""
    vip: Path = Path("vip.txt")
    """VIP callers' numbers, one a line; may be missing, is never committed."""
    recordings_dir: Path = Path("recordings")
    """Prompts recorded by the admin, which override synthesised speech."""
    state_dir: Path = Path("var")
    """Everything this hotline writes: journal, database, secrets, rendered prompts, Asterisk's home, logs."""
    cache_dir: Path = Field(default_factory=default_cache_dir)
    """What can be fetched again, shared between clones: the provisioned Asterisk."""
    asterisk: Literal["auto", "system", "private"] = "auto"
    """Which Asterisk: the system's if it is fit and else a private one, only the system's, or always a private one."""

    bind_address: IPv4Address = IPv4Address("127.0.0.1")
    """Where SIP and RTP listen; the AMI always stays on loopback."""
    sip_port: Port = 5160
    """UDP; not 5060, so that a telephone on the same machine may have it."""
    ami_port: Port = 5138
    """TCP on 127.0.0.1; not 5038, so that another Asterisk may have it."""
    rtp_start: Port = 20000
    """First UDP port for audio: below Linux's ephemeral range, which starts at 32768."""
    rtp_end: Port = 24999
    """Last UDP port for audio; a talk takes four."""
    trunk_addresses: Annotated[tuple[IPv4Network, ...], NoDecode] = (
        IPv4Network("127.0.0.2/32"),
        IPv4Network("127.0.0.3/32"),
    )
    """Where calls from the network come from: addresses or networks; nobody else reaches the menu."""

    trunk_contact: Annotated[str, Field(pattern=r"^(sip:[0-9A-Za-z.-]{1,253}(:[0-9]{1,5})?)?$")] = ""
    """Where calls to customers are sent, as sip:192.0.2.10:5060; without it nobody is called back."""

    record_calls: bool = True
    """Record every talk with an agent, after the notice."""
    call_recordings_dir: Path = Path("call-recordings")
    """Below `state_dir` unless absolute."""
    announce_agent: bool = True
    """Tell the caller the agent's number (工号) on connect."""
    max_calls: Annotated[int, Field(ge=1, le=10_000)] = 400
    """Calls admitted at once; two cores carried 485, with the knee shortly after (`make bench` measures yours)."""
    over_cap: Literal["busy", "prompt"] = "busy"
    """What the call too many gets, unanswered in both cases: the busy tone, or the `busy_line` prompt first."""
    heartbeat_stale_s: Annotated[int, Field(ge=2, le=60)] = 6
    """Seconds without a sign of life from the engine until the dialplan takes over; whole, as the dialplan counts."""
    phones_listed_every_s: Annotated[int, Field(ge=1, le=600)] = 30
    """Between two lists of what agents' phones are in use for; an event that was lost is made good by the next."""
    emergency_max_s: Annotated[int, Field(ge=30, le=3600)] = 600
    """How long the dialplan alone keeps a caller before saying goodbye."""
    max_call_s: Annotated[int, Field(ge=60, le=86_400)] = 14_400
    """Absolute limit of one call, so that nothing stays for ever: four hours."""

    asr_model: Path | None = None
    """The speech model's folder; the embedded one for trying out unless given."""
    asr_workers: Annotated[int, Field(ge=0, le=64)] | None = None
    """Processes that recognise speech; one for two processors unless given, 0: callers use keys only."""
    asr_threads: Annotated[int, Field(ge=1, le=16)] = 2
    """Threads of each that recognise; two carried 50 callers speaking at once."""
    asr_most_taps: Annotated[int, Field(ge=1, le=1000)] = 200
    """Callers each may hear at once; long before it is reached, measured delay turns new ones to keys."""
    asr_max_lag_ms: Annotated[int, Field(ge=50, le=60_000)] = 300
    """Sound that waits longer than this for a worker turns new callers to keys: an answer a second late is none."""
    keep_utterances: Path | None = None
    """Folder for what callers say, sound and words, below `state_dir` unless absolute; nothing is kept unless given."""
    keep_utterances_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days until these are deleted."""

    language: Literal["zh-CN", "en"] = "zh-CN"
    """Of screens and messages; what callers hear is the menu's language."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe message that is logged."""
    journal_keep_days: Annotated[int, Field(ge=1, le=36_500)] = 180
    """Days until journal and tables forget; half a year of callers' numbers, within which a complaint is settled."""
    database_url: str = Field(default="", repr=False)
    """SQLAlchemy address of the tables; a SQLite file in `state_dir` unless given. May hold a password."""

    PATHS: ClassVar[tuple[str, ...]] = (
        *("menus", "agents", "vip", "recordings_dir", "state_dir", "cache_dir", "asr_model"),
    )

    @classmethod
    def settings_customise_sources(  # noqa: PLR0917 - pydantic's signature
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not used: two places to look are enough
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the settings file."""
        return init_settings, env_settings, _FileSource(settings_cls)

    @field_validator("trunk_addresses", mode="before")
    @classmethod
    def _split_addresses(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("menus", "agents", "vip", "recordings_dir", "state_dir", "cache_dir", mode="after")
    @classmethod
    def _make_absolute(cls, value: Path) -> Path:
        return Path(os.path.abspath(value.expanduser()))  # noqa: PTH100 - `..` goes, symbolic links stay

    @field_validator("asr_model", mode="after")
    @classmethod
    def _make_model_absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else Path(os.path.abspath(value.expanduser()))  # noqa: PTH100 - as above

    @field_validator("recordings_dir", "state_dir", "cache_dir", "call_recordings_dir", mode="after")
    @classmethod
    def _refuse_unsafe(cls, value: Path) -> Path:
        if found := _UNSAFE.search(str(value)):
            raise ValueError(f"the path may not contain {found.group()!r}, which Asterisk reads as its own")
        return value

    @model_validator(mode="after")
    def _check_together(self) -> "Settings":
        if self.rtp_end - self.rtp_start < 19 or self.rtp_start % 2:
            raise ValueError("rtp_start must be even and rtp_end at least 19 above it")
        if self.rtp_start <= self.sip_port <= self.rtp_end:
            raise ValueError("sip_port lies between rtp_start and rtp_end")
        return self

    @property
    def recognisers(self) -> int:
        """How many workers recognise speech."""
        return max(1, (os.cpu_count() or 1) // 2) if self.asr_workers is None else self.asr_workers

    @property
    def recogniser_names(self) -> tuple[str, ...]:
        """The workers' names, as of their pid files and logs."""
        return tuple(f"recogniser-{number}" for number in range(1, self.recognisers + 1))

    @property
    def sip_address(self) -> str:
        """`address:port` where the hotline is dialled."""
        return f"{self.bind_address}:{self.sip_port}"

    @property
    def database(self) -> str:
        """SQLAlchemy address of the tables."""
        return self.database_url or f"sqlite:///{self.state_dir / 'hotline.sqlite'}"

    @property
    def journal_dir(self) -> Path:
        """The truth."""
        return self.state_dir / "journal"

    @property
    def archive_dir(self) -> Path:
        """Versions of the agents file and of the prices, by which decisions were made."""
        return self.state_dir / "decided-by"

    @property
    def prompts_dir(self) -> Path:
        """Rendered prompts; those the dialplan plays alone are in `fixed/`."""
        return self.state_dir / "prompts"

    @property
    def call_recordings(self) -> Path:
        """Where talks are recorded to."""
        return self.state_dir / self.call_recordings_dir

    @property
    def logs_dir(self) -> Path:
        """Logs of engine and supervisor."""
        return self.state_dir / "logs"

    @property
    def secrets_file(self) -> Path:
        """Generated secrets, mode 0600."""
        return self.state_dir / "secrets.json"

    @property
    def asterisk_home(self) -> Path:
        """Configuration, logs and spool of this hotline's Asterisk."""
        return self.state_dir / "asterisk"

    @property
    def run_dir(self) -> Path:
        """Sockets and pid files; beside the state unless that path is too long for a socket."""
        if len(os.fsencode(self.state_dir / _LONGEST_SOCKET)) <= SOCKET_PATH_BYTES:
            return self.state_dir / "run"
        return short_run_dir(self.state_dir)

    @property
    def control_socket(self) -> Path:
        """The engine's socket for CLI, console and status."""
        return self.run_dir / "control.sock"

    @property
    def asterisk_run_dir(self) -> Path:
        """Asterisk's own socket and pid file."""
        return self.run_dir / "asterisk"

    def make_dirs(self) -> None:
        """Create what this hotline writes to, private to its user; `ProvisionError` if that is not possible."""
        try:
            for folder in (self.state_dir, self.journal_dir, self.prompts_dir, self.logs_dir, self.call_recordings):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            make_private_dir(self.run_dir)
            make_private_dir(self.asterisk_run_dir)
        except OSError as error:
            where, reason = error.filename or self.state_dir, error.strerror or str(error)
            message = f"{where}: cannot be created: {reason} (HOTLINE_STATE_DIR names another folder)"
            raise ProvisionError(message, retryable=False) from error


def load_settings(**overrides: Any) -> Settings:
    """Read environment and file; raise `ConfigError` with one line per mistake."""
    problems = _unknown_variables()
    try:
        settings = Settings(**overrides)
    except ConfigError as error:
        raise ConfigError([*problems, *error.problems]) from None
    except ValidationError as error:
        problems += [_located(detail) for detail in error.errors(include_url=False)]
        raise ConfigError(problems) from None
    if problems:
        raise ConfigError(problems)
    return settings


class _FileSource(PydanticBaseSettingsSource):
    """The settings file, below the environment."""

    def __call__(self) -> dict[str, Any]:
        return read_settings_file(Settings.PATHS)

    def get_field_value(self, *_: object) -> tuple[Any, str, bool]:
        """Answer nothing: only the call above is used."""
        raise NotImplementedError


def _unknown_variables() -> list[Problem]:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {FILE_VARIABLE}
    return [
        SettingProblem(name, 0, 0, "is not a setting" + hint(name, known))
        for name in os.environ
        if name.upper().startswith(PREFIX) and name.upper() not in known
    ]


def _located(detail: ErrorDetails) -> Problem:
    """One clear line for one pydantic error, at the place the value came from."""
    name = str(detail["loc"][0]) if detail["loc"] else ""
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = "is not a setting" + hint(name, set(Settings.model_fields))
    variable = PREFIX + name.upper()
    if name and any(key.upper() == variable for key in os.environ):
        return SettingProblem(variable, 0, 0, message)
    path = settings_file()
    if path is None or not name:
        return SettingProblem(name or "settings", 0, 0, message)
    return locate(path, name, message)
