"""What every window paints: the hotline at one instant. Frozen, plain values, of a caller only a masked number."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")


class CallPhase(StrEnum):
    """Where a caller is."""

    MENU = "menu"
    QUEUED = "queued"
    RINGING = "ringing"
    TALKING = "talking"
    CLOSING = "closing"
    """The talk, or the stay in the queue, is over; the last words are spoken."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """The connection to Asterisk."""

    connected: bool
    since_s: float
    """Connected, or not, for so long."""
    round_trip_ms: float | None
    """Of the last ping; None before the first."""
    reconnects: int


@dataclass(frozen=True, slots=True)
class SpeechView:
    """Speech recognition."""

    wanted: int = 0
    """Workers there should be; 0: speech is off."""
    up: int = 0
    """Workers that hear."""
    offered: bool = False
    """A new caller would be heard; false with workers up: they have too much to do."""
    model: str = ""
    demo: bool = False
    """The model is for trying out with synthetic voices."""
    taps: int = 0
    """Callers whose sound is sent to a worker."""
    listening: int = 0
    """Of these, those who are listened to at this moment."""
    lag_ms: float = 0.0
    """How long sound waits, at the slowest worker."""
    understood: int = 0
    """Utterances since the start that were acted on, …"""
    unsure: int = 0
    """… asked about, …"""
    answered: int = 0
    """… yes or no, …"""
    not_understood: int = 0
    """… or nothing to act on."""
    lost: int = 0
    """Calls that went on by keys because a worker died or failed."""


@dataclass(frozen=True, slots=True)
class CallView:
    """One caller on the line."""

    id: str
    phase: CallPhase
    since_s: float
    """In this phase for so long."""
    age_s: float
    """On the line for so long."""
    caller: str
    """Masked, as 138****8000; empty if withheld."""
    dialled: str
    channel: str
    """渠道: what the dialled number stands for."""
    node: str
    """Name of the menu node, as 提前还款."""
    queue: str | None
    """The queue's id while waiting, ringing or talking."""
    agent: str | None
    """The agent's number while ringing or talking."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue; figures by the names of the metrics, over the last `figures_window_s` of the snapshot."""

    id: str
    name: str
    waiting: int
    longest_wait_s: float
    agents: Mapping[str, int]
    """How many of the agents able to serve it are in which state, every state named."""
    offered: int
    answered: int
    abandoned: int
    lost: int
    """Offered less answered, those still waiting included."""
    service_level_s: float
    """T."""
    service_level: float | None
    """Answered within T of all offered; None where nobody was offered."""
    answered_in_180: float | None
    connect_ratio: float | None
    abandon_ratio: float | None
    asa_s: float | None
    talk_s: float | None
    transferred_blind: int
    """盲转: talks passed on without asking."""
    transferred_warm: int
    """咨询转: talks passed on after asking."""
    callbacks: int
    """Customers who are still to be called back, now."""


@dataclass(frozen=True, slots=True)
class AgentView:
    """One agent."""

    number: str
    name: str
    team: str
    """The team's name."""
    state: str
    reason: str
    """Name of the reason where not ready; else a key that says why the hotline changed the state, or empty."""
    since_s: float | None
    """In this state for so long; None if never heard of since the start."""
    call: str | None
    reachable: bool | None
    """Whether the phone is registered; None: not heard of."""
    late: bool
    """The state has outlasted what the roster allows."""
    duty: str = ""
    """What his shift says: `absent`, `outside`; empty: nothing."""
    phone: str = ""
    """Ready, but not offered calls: his phone is in use outside the hotline (`ringing`, `in_use`, `on_hold`)."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Totals since the start."""

    arrivals: int = 0
    """进线量."""
    ivr_abandoned: int = 0
    """IVR放弃量: hung up before asking for an agent."""
    talks: int = 0
    """Talks begun."""
    ended: int = 0
    """Calls that are over."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything at one instant."""

    boot: str
    """The engine's start this belongs to."""
    uptime_s: float
    config_version: str
    loop_lag_p99_ms: float | None
    admission_cap: int | None
    """Callers admitted at once."""
    figures_window_s: float
    """How far back the queues' figures reach."""
    link: LinkView
    calls: tuple[CallView, ...]
    """Oldest first."""
    queues: tuple[QueueView, ...]
    """In the order of the roster."""
    agents: tuple[AgentView, ...]
    """In the order of the roster."""
    counters: Counters
    speech: SpeechView = SpeechView()


def parse_snapshot(plain: Mapping[str, Any]) -> Snapshot:
    """The snapshot that came as JSON; a newer hotline's further fields are ignored, a missing one is a `KeyError`."""
    return _made(
        Snapshot,
        {
            **plain,
            "link": _made(LinkView, plain["link"]),
            "calls": tuple(_made(CallView, {**call, "phase": CallPhase(call["phase"])}) for call in plain["calls"]),
            "queues": tuple(_made(QueueView, queue) for queue in plain["queues"]),
            "agents": tuple(_made(AgentView, agent) for agent in plain["agents"]),
            "counters": _made(Counters, plain["counters"]),
            "speech": _made(SpeechView, plain["speech"]),
        },
    )


def _made(kind: type[T], plain: Mapping[str, Any]) -> T:
    return kind(**{item.name: plain[item.name] for item in dataclasses.fields(kind)})  # type: ignore[arg-type]
