"""Plays Asterisk for the engine: takes its actions, answers its commands, keeps its own clock."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from acd.assigner import LongestIdle
from acd.distributor import Distributor
from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.asterisk.orders import ChannelGone, CommandDone, LegBridged, LegCreated, LegEnded
from hotline.asterisk.translate import Arrival, ForCall
from hotline.config import load_config
from hotline.engine import Engine
from hotline.ports import Ports
from hotline.settings import Settings
from telephony.errors import LinkError
from telephony.events import AgentAsked, AgentWish, DigitBegan, DigitPressed
from telephony.ids import AgentNumber, CallId
from telephony.prompt import Segment

HERE = Path(__file__).resolve().parents[2]
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday morning in Shanghai."""


@dataclass
class PlayClock:
    at: float = 1000.0

    def engine_now(self) -> float:
        return self.at

    def wall_s(self) -> float:
        return self.wall_now().timestamp()

    def wall_now(self) -> datetime:
        return START + timedelta(seconds=self.at - 1000.0)


@dataclass
class PlayLink:
    sent: list[Action] = field(default_factory=list)
    replies: list[Callable[[AmiMessage | LinkError], None] | None] = field(default_factory=list)

    def send(
        self,
        action: Action,
        on_reply: Callable[[AmiMessage | LinkError], None] | None = None,
        *,
        timeout_s: float = 5.0,
    ) -> None:
        self.sent.append(action)
        self.replies.append(on_reply)

    @property
    def last_asked(self) -> Callable[[AmiMessage | LinkError], None]:
        """Who waits for the answer to the last AGI command."""
        return next(on_reply for on_reply in reversed(self.replies) if on_reply is not None)


class PlayPrompts:
    """Every segment has a file named by its words."""

    def path_of(self, segment: Segment) -> str | None:
        return f"/p/{segment.text}"

    def ensure(self, segment: Segment) -> Awaitable[object]:
        raise AssertionError(segment)


class PlayJournal:
    def __init__(self) -> None:
        self.facts: list[object] = []

    def append(self, fact: object, *, at: float, wall: float) -> int:
        self.facts.append(fact)
        return len(self.facts)


class PlayBoard:
    def apply(self, fact: object, now: float) -> None:
        pass

    def call_recovered(self, call: CallId, *, dialled: str, caller: str, arrived_at: float) -> None:
        pass


class Play:
    """One engine on the sample's menus and roster; `edits` replaces words of `agents.yaml`."""

    def __init__(self, tmp_path: Path, edits: Mapping[str, str] | None = None, **settings: object) -> None:
        self.clock = PlayClock()
        self.link = PlayLink()
        self.journal = PlayJournal()
        self.told: list[object] = []
        self._finished: set[str] = set()
        self.deferred: list[Awaitable[object]] = []
        self.settings = Settings(state_dir=tmp_path, **settings)  # type: ignore[arg-type]
        agents = HERE / "agents.yaml"
        if edits:
            text = agents.read_text()
            for right, other in edits.items():
                assert right in text
                text = text.replace(right, other, 1)
            agents = tmp_path / "agents.yaml"
            agents.write_text(text)
        self.config = load_config(HERE / "menus.yaml", agents, None, tmp_path)
        self.ports = Ports(
            self.link,
            PlayPrompts(),
            self.journal,
            PlayBoard(),
            self.clock,
            defer=lambda work, _name: self.deferred.append(work),
            tell=self.told.append,
        )
        self.engine = self.new_engine("boot1")

    def new_engine(self, boot: str) -> Engine:
        distributor = Distributor(self.config.roster, LongestIdle())
        return Engine(self.config, distributor, ports=self.ports, settings=self.settings, boot=boot)

    # ---- what Asterisk would say ------------------------------------------------------------------

    def arrive(self, call: str = "1.1", dialled: str = "95001", caller: str = "13800138000") -> None:
        name = f"PJSIP/trunk-{call}"
        self.engine.report(Arrival(CallId(call), name, "hotline", dialled, caller, ""))

    def tell(self, fact: object, call: str = "1.1") -> None:
        self.engine.report(ForCall(CallId(call), fact))  # type: ignore[arg-type]

    def press(self, digits: str, call: str = "1.1") -> None:
        for digit in digits:
            self.tell(DigitBegan(CallId(call)), call)
            self.finish(call)
            self.tell(DigitPressed(CallId(call), digit), call)

    def finish(self, call: str = "1.1") -> str:
        """End the AGI command in flight; returns it, or "" if none is."""
        for action in reversed(self.link.sent):
            fields = dict(action.fields)
            if action.name == "AGI" and f"-{call}-" in fields["CommandID"]:
                if fields["CommandID"] in self._finished:
                    return ""
                self._finished.add(fields["CommandID"])
                self.tell(CommandDone(fields["CommandID"], failed=False), call)
                return fields["Command"]
        return ""

    def until(self, begin: str, call: str = "1.1") -> str:
        """End commands until one that begins like this is in flight."""
        for _ in range(50):
            running = self.running(call)
            if running.startswith(begin):
                return running
            assert self.finish(call) or running, self.commands(call)
        raise AssertionError(f"{begin} never came: {self.commands(call)}")

    def running(self, call: str = "1.1") -> str:
        for action in reversed(self.link.sent):
            fields = dict(action.fields)
            if action.name == "AGI" and f"-{call}-" in fields["CommandID"]:
                return "" if fields["CommandID"] in self._finished else fields["Command"]
        return ""

    def commands(self, call: str = "1.1") -> list[str]:
        return [
            dict(action.fields)["Command"]
            for action in self.link.sent
            if action.name == "AGI" and f"-{call}-" in dict(action.fields)["CommandID"]
        ]

    def actions(self, name: str) -> list[dict[str, str]]:
        return [dict(action.fields) for action in self.link.sent if action.name == name]

    def sign_in(self, *numbers: str) -> None:
        for number in numbers:
            self.engine.post(AgentAsked(AgentNumber(number), AgentWish.SIGN_IN))
            self.engine.post(AgentAsked(AgentNumber(number), AgentWish.READY))

    def answer(self, call: str = "1.1") -> str:
        """The phone being dialled rings and is answered; returns its agent's number."""
        number = self.until("EXEC Dial", call).split("/")[1].split(",")[0]
        leg = f"PJSIP/{number}-9"
        self.tell(LegCreated(leg, AgentNumber(number)), call)
        self.tell(LegBridged(leg), call)
        return number

    def agent_hangs_up(self, number: str, call: str = "1.1") -> None:
        self.tell(LegEnded(f"PJSIP/{number}-9", 16), call)
        self.finish(call)

    def hang_up(self, call: str = "1.1") -> None:
        self.tell(ChannelGone(16), call)

    def wait(self, seconds: float) -> None:
        """Let time pass, waking the engine at each of its deadlines."""
        end = self.clock.at + seconds
        while (due := self.engine.agenda.next_at) is not None and due <= end:
            self.clock.at = max(self.clock.at, due)
            self.engine.time_reached()
        self.clock.at = end
