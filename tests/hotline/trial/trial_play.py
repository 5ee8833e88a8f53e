"""A hotline acted out for the trial side: phones that hear what the script says, and an engine that tells its facts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.control.server import ControlServer
from hotline.prompts.alaw import RATE, Samples, encode_linear
from hotline.trial.agent_phone import AgentPhone
from hotline.trial.audio_socket import AudioConnection
from hotline.trial.phone import Phone
from hotline.trial.voices import voice_of


def still(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Fact:
    """What the engine publishes; `kind` is what followers decide by."""

    call: str
    kind: str
    node: str = ""
    queue: str = ""
    agent: str = ""
    outcome: str = ""
    meaning: object = None


@dataclass
class Stage:
    """Stands in for the far side: `react(phone, action)` acts the hotline's part."""

    react: Callable[[Phone, Action], None] = lambda _phone, _action: None
    agents: dict[str, AgentPhone] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    codes: dict[str, Samples] = field(default_factory=dict)
    """What an agent hears after dialling a code."""
    phones: list[Phone] = field(default_factory=list)

    async def request(self, action: Action) -> AmiMessage:
        self.actions.append(action)
        phone = next(phone for phone in self.phones if ("Channel", phone.channel) in action.fields)
        if action.name == "Hangup":
            phone.hung_up(16)
        else:
            self.react(phone, action)
        return AmiMessage("", "Success", {})

    def new_phone(self, name: str) -> Phone:
        phone = Phone(self, f"far-{len(self.phones)}", name)
        self.phones.append(phone)
        return phone

    async def dial(self, number: str, *, caller: str, **_: object) -> Phone:
        phone = self.new_phone(caller)
        answer(phone)
        self.react(phone, Action("Dialled", (("Number", number),)))
        return phone

    async def agent(self, number: str, _password: str) -> AgentPhone:
        async def dial(_agent: str, code: str) -> Phone:
            phone = self.new_phone(number)
            answer(phone)
            hear(phone, self.codes.get(code, still(0.1)))
            return phone

        self.agents[number] = AgentPhone(number, dial)
        return self.agents[number]


def answer(phone: Phone) -> None:
    phone.connected(AudioConnection(lambda _: None))


def hear(phone: Phone, sound: Samples) -> None:
    """All at once: the recorder takes it for a backlog."""
    phone.received(encode_linear(sound))


def talking_to(phone: Phone, name: str, seconds: float = 4.0) -> None:
    hear(phone, np.tile(voice_of(name), 4)[: round(seconds * RATE)])


class Engine:
    """The control socket of an engine that says what the script lets it say."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.states = {"8001": "signed_off"}
        self.call: str | None = "call-1"
        self.wishes: list[tuple[str, str]] = []
        ops: dict[str, Callable[[dict[str, Any]], object | Awaitable[object]]] = {
            "find_call": lambda _: {"call": self.call},
            "status": lambda _: {
                "agents": [{"number": n, "state": s, "reachable": None} for n, s in self.states.items()]
            },
            "agent": self._agent,
        }
        self.server = ControlServer(socket, ops)

    def _agent(self, args: dict[str, Any]) -> object:
        self.wishes.append((args["number"], args["wish"]))
        self.states[args["number"]] = "signed_off"
        return {"granted": True, "explanation": ""}

    def tell(self, kind: str, **fields: Any) -> None:
        self.server.publish(Fact("call-1", kind, **fields))


@asynccontextmanager
async def engine_at(folder: Path) -> AsyncIterator[Engine]:
    engine = Engine(folder / "control.sock")
    async with engine.server:
        yield engine


async def soon(condition: Callable[[], object], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - any condition, not only an event's
            await asyncio.sleep(0.01)
