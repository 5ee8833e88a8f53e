"""Lists what agents' phones are in use for, again and again, and looks into rings and talks this makes doubtful."""

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from hotline.asterisk.ami_message import Action, AmiMessage, HeaderError
from hotline.asterisk.translate import Channel, to_channel, to_phone_use
from telephony.errors import LinkError
from telephony.events import PhoneUse
from telephony.ids import AgentNumber

if TYPE_CHECKING:
    from hotline.adoption import Adoption
    from hotline.engine import Engine

log = structlog.get_logger()

Read = TypeVar("Read")


class ListPort(Protocol):
    """The AMI link, of which lists are asked (`hotline.asterisk.link`)."""

    async def request_list(self, action: Action, *, timeout_s: float = 5.0) -> list[AmiMessage]:
        """Send and collect the list that answers. Raises LinkError."""
        ...


class PhoneWatch:
    """One regular duty of the hotline: events tell of changes, the list makes good what they missed."""

    def __init__(self, engine: "Engine", adoption: "Adoption", link: ListPort) -> None:
        self._engine = engine
        self._adoption = adoption
        self._link = link

    async def run(self) -> None:
        """Look again and again; the first list of a connection is asked for where the calls are compared."""
        while True:
            await asyncio.sleep(self._engine.settings.phones_listed_every_s)
            if self._engine.connected:
                await self._look_safely()

    async def _look_safely(self) -> None:
        try:
            await self.look()
        except Exception:
            log.exception("phones_crashed")  # our bug, but no reason to take the calls down with it

    async def look(self) -> None:
        """Take one list, and see to the agents in doubt by it."""
        engine, epoch = self._engine, self._engine.epoch
        uses = await self.listed()
        if uses is None or epoch != engine.epoch:
            return
        engine.phones_seen(uses, listed=True)
        engine.wake()
        doubted = engine.distributor.doubted()
        if not doubted:
            return
        channels = await self._ask("CoreShowChannels")
        if channels is not None and epoch == engine.epoch:
            self._adoption.settle(doubted, channels_of(channels))

    async def listed(self) -> dict[AgentNumber, PhoneUse] | None:
        """What phones are in use for, as far as Asterisk knows; None if it does not say."""
        told = self._engine.phones_told
        told.clear()
        lines = await self._ask("DeviceStateList")
        return None if lines is None else uses_of(lines) | told  # what was told meanwhile is newer

    async def _ask(self, action: str) -> list[AmiMessage] | None:
        try:
            return await self._link.request_list(Action(action))
        except LinkError as error:
            log.warning("phones_not_listed", action=action, problem=str(error))
            return None


def uses_of(listed: list[AmiMessage]) -> dict[AgentNumber, PhoneUse]:
    """The phones of a DeviceStateList; one line that is not understood costs no other phone anything."""
    return {
        used.agent: used.use
        for used in _read(listed, "DeviceStateChange", to_phone_use, trouble="phone_not_understood")
        if used is not None
    }


def channels_of(listed: list[AmiMessage]) -> list[Channel]:
    """The channels of a CoreShowChannels list; one that is not understood costs no other caller his hotline."""
    return list(_read(listed, "CoreShowChannel", to_channel, trouble="channel_not_understood"))


def _read(listed: list[AmiMessage], name: str, read: Callable[[AmiMessage], Read], *, trouble: str) -> Iterator[Read]:
    """What the list's lines of this name say, as far as they can be read."""
    for line in listed:
        if line.name == name:
            try:
                yield read(line)
            except HeaderError as error:
                log.warning(trouble, problem=str(error))
