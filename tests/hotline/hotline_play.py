"""A whole hotline in this process, against a scripted Asterisk: real TCP, journal and control socket, no telephony."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field

from hotline.bootstrap import Hotline, load_settings_config
from hotline.control.client import ControlClient
from hotline.prompts import alaw
from hotline.prompts.catalogue import all_segments
from hotline.prompts.preparation import prompt_library
from hotline.settings import Settings, load_settings
from tests.hotline.asterisk.ami_peer import PATIENCE_S, AmiPeer, Said, Visit, success

SILENCE = b"\xd5" * 160
"""Twenty milliseconds of A-law."""

OBEYED = ("AGI", "Setvar", "AbsoluteTimeout", "Hangup", "MixMonitor", "ControlPlayback")


@dataclass
class ScriptedAsterisk:
    """Says what a test wants it to; obeys without doing anything."""

    channels: list[dict[str, str]] = field(default_factory=list)
    """What CoreShowChannels lists."""
    contacts: list[str] = field(default_factory=list)
    """Endpoints with a registered phone."""
    phones: dict[str, str] = field(default_factory=dict)
    """Device states by device."""
    refuses: set[str] = field(default_factory=set)
    """Actions answered by an error."""

    async def behave(self, visit: Visit) -> None:
        await visit.log_in()
        await visit.serve(
            {
                **{name: lambda said: self._answered(said, success(said)) for name in OBEYED},
                "CoreShowChannels": lambda said: self._answered(said, self._listed(said, self.channels)),
                "DeviceStateList": lambda said: self._answered(
                    said,
                    self._listed(
                        said,
                        [{"Event": "DeviceStateChange", "Device": of, "State": at} for of, at in self.phones.items()],
                    ),
                ),
                "PJSIPShowContacts": lambda said: self._answered(
                    said, self._listed(said, [{"Event": "ContactList", "Endpoint": name} for name in self.contacts])
                ),
            }
        )

    def _answered(self, said: Said, answer: bytes) -> bytes:
        if said["action"] in self.refuses:
            return f"Response: Error\r\nActionID: {said['actionid']}\r\nMessage: no\r\n\r\n".encode()
        return answer

    def _listed(self, said: Said, rows: Iterable[dict[str, str]]) -> bytes:
        number = {"ActionID": said["actionid"]}
        events = [*({"Event": "CoreShowChannel", **row} for row in rows), {"Event": f"{said['action']}Complete"}]
        last = {"EventList": "Complete", "ListItems": str(len(events) - 1)}
        return success(said, "EventList: start\r\n") + b"".join(
            message({**event, **number, **(last if event is events[-1] else {})}) for event in events
        )


def message(fields: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n"


def channel_event(name: str, call: str = "1763772471.1", **fields: str) -> bytes:
    """Something about a caller's own channel."""
    return message(
        {"Event": name, "Channel": f"PJSIP/trunk-{call}", "Uniqueid": call, "Linkedid": call, "Context": "hotline"}
        | {"Exten": "95001", "CallerIDNum": "13912345678", "CallerIDName": "张三"}
        | fields
    )


@dataclass
class Running:
    """A hotline at work and the Asterisk it is connected to."""

    hotline: Hotline
    peer: AmiPeer
    asterisk: ScriptedAsterisk
    visit: Visit
    """The connection at the start."""

    async def ask(self, op: str, **args: object) -> dict[str, object]:
        """Over the control socket, as any window does."""

        def asked() -> dict[str, object]:
            with ControlClient(self.hotline.settings.control_socket, timeout_s=PATIENCE_S) as client:
                answer: dict[str, object] = client.ask(op, **args)
                return answer

        return await asyncio.to_thread(asked)

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not happened():  # noqa: ASYNC110 - any condition, not only an event's
                await asyncio.sleep(0.005)


def quiet_prompts(settings: Settings) -> None:
    """Every prompt is there already, and short."""
    config = load_settings_config(settings)
    library = prompt_library(settings, config.menu)
    for segment in all_segments(config.menu, config.roster):
        alaw.write(library.file_of(segment), SILENCE)


@contextlib.asynccontextmanager
async def hotline_running(asterisk: ScriptedAsterisk | None = None, **settings: object) -> AsyncIterator[Running]:
    """Connected, until the block ends; then stopped as by SIGTERM. Needs the fixture `own_settings`."""
    asterisk = asterisk or ScriptedAsterisk()
    async with AmiPeer(asterisk.behave) as peer:
        own = load_settings(ami_port=peer.port, **settings)
        quiet_prompts(own)
        hotline = Hotline(own)
        work = asyncio.ensure_future(hotline.run())
        try:
            running = Running(hotline, peer, asterisk, await peer.next_visit())
            await running.until(lambda: work.done() or hotline.engine.connected)
            yield running
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
