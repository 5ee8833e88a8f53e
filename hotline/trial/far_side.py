"""The far side of the hotline: a second, real Asterisk whose callers and agents' phones are driven from here.

`async with FarSide(install, home, hotline="127.0.0.1:5160") as far:` boots it in under a second; leaving the block
hangs up every call, takes every registration back and stops it.
"""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.link import Link, LinkAddress, LinkState
from hotline.asterisk.provision import AsteriskInstall
from hotline.prompts.alaw import Samples
from hotline.trial.agent_phone import AgentPhone
from hotline.trial.audio_socket import AudioConnection
from hotline.trial.far_files import AMI_USER, FarPlan, far_files
from hotline.trial.phone import NotHeardError, Phone
from hotline.trial.voices import voice_of
from telephony.errors import LinkError, ProvisionError

CALLERS_ADDRESS = "127.0.0.2"
"""The hotline's settings take this for its trunk unless told otherwise."""

PHONES_ADDRESS = "127.0.0.5"
"""Beside the trunk's (.2, .3) and the load generator's phones (.4)."""

RTP_PORTS = (26_000, 29_999)
"""Above the hotline's own, below Linux's ephemeral range."""

FRAME_S = 0.020
_MOST_FRAMES_AT_ONCE = 5
_EVENTS = frozenset({"UserEvent", "Hangup", "OriginateResponse", "Registry"})


class FarSide:
    """Callers and agents for one hotline."""

    def __init__(  # noqa: PLR0913 - where everything of the far side is
        self,
        install: AsteriskInstall,
        home: Path,
        *,
        hotline: str = "127.0.0.1:5160",
        callers_address: str = CALLERS_ADDRESS,
        phones_address: str = PHONES_ADDRESS,
        sip_port: int | None = None,
    ) -> None:
        self._install = install
        self._home = home
        self._hotline = hotline
        self._addresses = (callers_address, phones_address)
        self._sip_port = sip_port
        """Where the hotline calls customers; any free port if it does not."""
        self._calls: dict[str, Phone] = {}
        self._ears: dict[UUID, Phone] = {}
        self._passwords: dict[str, str] = {}
        self.agents: dict[str, AgentPhone] = {}
        self._exits = contextlib.AsyncExitStack()

    # ---- life ------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hang_up_all()
        for number in list(self._passwords):
            if number in self.agents:
                await self.unregister(number)
        await self._exits.aclose()

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: AudioConnection(self._ears.get), "127.0.0.1", 0)
        self._exits.push_async_callback(_close, server)
        callers, phones = self._addresses
        self._plan = FarPlan(
            hotline=self._hotline,
            callers_address=callers,
            phones_address=phones,
            sip_port=self._sip_port or free_port(socket.SOCK_DGRAM, callers, phones),
            ami_port=free_port(socket.SOCK_STREAM, "127.0.0.1"),
            ami_secret=secrets.token_hex(16),
            audio_port=server.sockets[0].getsockname()[1],
            rtp_ports=RTP_PORTS,
        )
        self.asterisk = AsteriskInstance(self._install, self._home, far_files(self._plan, {}))
        self._exits.push_async_callback(asyncio.to_thread, self.asterisk.stop)
        await asyncio.to_thread(self.asterisk.start)
        self._group = await self._exits.enter_async_context(_Background())
        await self._connect()
        self._group.start(self._keep_talking())

    async def _connect(self) -> None:
        connected = asyncio.Event()

        def on_state(state: LinkState) -> None:
            if state is LinkState.CONNECTED:
                connected.set()

        address = LinkAddress("127.0.0.1", self._plan.ami_port, AMI_USER, self._plan.ami_secret)
        self._link = Link(address, on_event=self._take, on_state=on_state, wanted=_EVENTS)
        self._group.start(self._link.run())
        try:
            async with asyncio.timeout(10.0):
                await connected.wait()
        except TimeoutError:
            raise ProvisionError("the far side's Asterisk does not let us in", retryable=True) from None

    async def request(self, action: Action) -> AmiMessage:
        """Send an action to the far side's Asterisk; raises LinkError."""
        return await self._link.request(action)

    # ---- callers ---------------------------------------------------------------------------------

    async def dial(self, number: str, *, caller: str, caller_name: str = "", speech: Samples | None = None) -> Phone:
        """Call the hotline from the trunk; `is_answered` waits. Without `speech` it has its number's voice."""
        phone = self._phone(caller)
        phone.speak(voice_of(caller) if speech is None else speech)
        await self._originate(phone, f"PJSIP/{number}@hotline", f'"{caller_name}" <{caller}>')
        return phone

    async def _dial_from(self, agent: str, number: str) -> Phone:
        phone = self._phone(agent)
        await self._originate(phone, f"PJSIP/{number}@phone-{agent}", f"<{agent}>")
        return phone

    def _phone(self, name: str) -> Phone:
        phone = Phone(self, f"far-{secrets.token_hex(8)}", name)
        self._remember(phone)
        return phone

    def _remember(self, phone: Phone) -> None:
        self._calls[phone.channel] = phone
        self._ears[phone.identity] = phone

    async def _originate(self, phone: Phone, channel: str, caller_id: str) -> None:
        fields = (
            ("Channel", channel),
            ("ChannelId", phone.channel),
            ("Application", "AudioSocket"),
            ("Data", f"{phone.identity},127.0.0.1:{self._plan.audio_port}"),
            ("CallerID", caller_id),
            ("Timeout", "60000"),
            ("Async", "true"),
        )
        try:
            await self.request(Action("Originate", fields))
        except LinkError:
            self._forget(phone, cause=0)
            raise

    # ---- agents ----------------------------------------------------------------------------------

    async def agent(self, number: str, password: str, *, within_s: float = 5.0) -> AgentPhone:
        """Register an agent's phone at the hotline; NotHeardError if it is not accepted."""
        phone = self.agents[number] = AgentPhone(number, self._dial_from)
        self._passwords[number] = password
        await asyncio.to_thread(self.asterisk.write_files, far_files(self._plan, self._passwords))
        await self.request(Action("Reload", (("Module", "res_pjsip.so"),)))
        await self.request(Action("Reload", (("Module", "res_pjsip_outbound_registration.so"),)))
        try:
            async with asyncio.timeout(within_s):
                await phone.registered.wait()
        except TimeoutError:
            raise NotHeardError(
                f"the hotline did not accept the phone of agent {number} within {within_s:g} s"
            ) from None
        return phone

    def customer(self, number: str) -> AgentPhone:
        """A customer's phone, which the hotline may call."""
        phone = self.agents[number] = AgentPhone(number, self._dial_from)
        return phone

    async def unregister(self, number: str) -> None:
        """Take a phone off the hotline, as when it is switched off."""
        phone = self.agents[number]
        with contextlib.suppress(LinkError):
            await self.request(Action("PJSIPUnregister", (("Registration", number),)))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2.0):
                await phone.unregistered.wait()
        del self.agents[number]

    # ---- what the far side's Asterisk tells ------------------------------------------------------

    def _take(self, event: AmiMessage) -> None:
        match event.name:
            case "UserEvent" if event.optional("UserEvent") == "PhoneRings":
                self._rang(event)
            case "Hangup":
                if phone := self._calls.get(event.required("Uniqueid")):
                    self._forget(phone, cause=int(event.optional("Cause", "0")))
            case "OriginateResponse" if event.optional("Response") == "Failure":
                if phone := self._calls.get(event.optional("Uniqueid")):
                    self._forget(phone, cause=0)
            case "Registry":
                self._registered(event)
            case _:
                pass

    def _rang(self, event: AmiMessage) -> None:
        number = event.required("Number")
        ring = Phone(self, event.required("Uniqueid"), number)
        self._remember(ring)
        if agent := self.agents.get(number):
            self._group.start(_calmly(agent.react(ring)))

    def _registered(self, event: AmiMessage) -> None:
        number = event.optional("Username").removeprefix("sip:").partition("@")[0]
        if (agent := self.agents.get(number)) is None:
            return
        if event.optional("Status") == "Registered":
            agent.registered.set()
        elif event.optional("Status") == "Unregistered":
            agent.unregistered.set()

    def _forget(self, phone: Phone, *, cause: int) -> None:
        self._calls.pop(phone.channel, None)
        self._ears.pop(phone.identity, None)
        phone.hung_up(cause)

    async def hang_up_all(self) -> None:
        """End every call there is."""
        await asyncio.gather(*(phone.hang_up() for phone in list(self._calls.values())), return_exceptions=True)

    async def _keep_talking(self) -> None:
        """Twenty milliseconds of sound to each telephone, at an even pace; after a delay of ours a few at once."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + FRAME_S, loop.time() - _MOST_FRAMES_AT_ONCE * FRAME_S)
            await asyncio.sleep(max(0.0, due - loop.time()))
            for phone in list(self._calls.values()):
                phone.tick()


class _Background:
    """Tasks that end with the block they belong to."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Run beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _calmly(work: Coroutine[Any, Any, object]) -> None:
    """A phone whose call vanished under its hands has nothing to complain about."""
    with contextlib.suppress(LinkError, NotHeardError):
        await work


async def _close(server: asyncio.Server) -> None:
    server.close()
    await server.wait_closed()


def free_port(kind: socket.SocketKind, *addresses: str) -> int:
    """A port nobody has at any of these addresses."""
    for _ in range(50):
        with contextlib.ExitStack() as stack:
            try:
                first = stack.enter_context(socket.socket(socket.AF_INET, kind))
                first.bind((addresses[0], 0))
                port = int(first.getsockname()[1])
                for address in addresses[1:]:
                    stack.enter_context(socket.socket(socket.AF_INET, kind)).bind((address, port))
            except OSError:
                continue
            return port
    raise ProvisionError("no free port for the far side", retryable=True)
