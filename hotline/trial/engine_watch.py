"""What the engine says of one call while it is made: its control socket, followed."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from hotline.control.client import AsyncControlClient
from hotline.control.protocol import Streamed
from telephony.errors import WorldError

LOOK_S = 0.05
"""Between two questions whether the call has arrived."""


class EngineWatch:
    """Open with `async with`; remembers every fact from then on."""

    def __init__(self, socket: Path, on_fact: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
        self._socket = socket
        self.on_fact = on_fact
        self._facts: list[dict[str, Any]] = []
        self._changed = asyncio.Event()
        self._exits = AsyncExitStack()
        self._lost: BaseException | None = None
        self.call: str | None = None
        """The call's id, once known; facts of others are passed over."""

    async def __aenter__(self) -> Self:
        follower = await self._exits.enter_async_context(await AsyncControlClient.connect(self._socket))
        following = asyncio.get_running_loop().create_task(self._follow(follower))
        self._exits.push_async_callback(_end, following)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

    async def ask(self, op: str, **args: object) -> Any:
        """Ask the engine, over a connection of its own: one that is idle for long would be closed."""
        async with await AsyncControlClient.connect(self._socket) as client:
            return await client.ask(op, **args)

    async def find(self, caller: str, *, within_s: float) -> str:
        """The id of this caller's call; facts that came before are handed on now."""
        limit = asyncio.get_running_loop().time() + within_s
        while True:
            answer = await self.ask("find_call", caller=caller)
            if answer["call"] is not None:
                break
            if asyncio.get_running_loop().time() > limit:
                raise WorldError("the call reached the hotline's Asterisk but not its engine", retryable=False)
            await asyncio.sleep(LOOK_S)
        self.call = str(answer["call"])
        for fact in self.facts():
            self.on_fact(fact)
        return self.call

    def facts(self, *kinds: str) -> list[dict[str, Any]]:
        """The call's facts so far, of these kinds or all, in order."""
        return [one for one in self._facts if one.get("call") == self.call and (not kinds or one["kind"] in kinds)]

    async def fact(self, *kinds: str, within_s: float) -> dict[str, Any] | None:
        """The first fact of one of these kinds, waiting for it if need be; None if it does not come."""
        try:
            async with asyncio.timeout(within_s):
                while not (found := self.facts(*kinds)):
                    if self._lost is not None:
                        raise WorldError("the hotline's engine went away during the call", retryable=True)
                    self._changed.clear()
                    await self._changed.wait()
                return found[0]
        except TimeoutError:
            return None

    async def _follow(self, follower: AsyncControlClient) -> None:
        try:
            async for frame in follower.follow():
                if isinstance(frame, Streamed):
                    self._facts.append(frame.event)
                    if self.call is not None and frame.event.get("call") == self.call:
                        self.on_fact(frame.event)
                self._changed.set()
        except WorldError as error:
            self._lost = error
            self._changed.set()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
