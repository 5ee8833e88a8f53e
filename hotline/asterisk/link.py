"""The link to Asterisk: connects, logs in, notices within seconds when it is dead, and connects again.

What it promises: a reply or a failure for every action, exactly once and never inside `send`; events in order of
arrival, and only while connected; nothing sent twice. After every connect the engine compares its calls with
Asterisk's, so events missed in between are not mourned.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial
from random import SystemRandom
from statistics import median
from typing import Any

import structlog

from hotline.asterisk.ami_message import Action, AmiMessage
from hotline.asterisk.ami_protocol import (
    ActionRefusedError,
    Listener,
    NotSentError,
    OnReply,
    OutcomeUnknownError,
    Reply,
    SafeProtocol,
    guarded,
)
from hotline.asterisk.ami_stream import AmiStream
from hotline.asterisk.link_ping import keep_pinging
from hotline.asterisk.link_terms import LinkAddress, LinkState, LinkTiming
from telephony.errors import LinkError

__all__ = [
    "ActionRefusedError",
    "Link",
    "LinkAddress",
    "LinkState",
    "LinkTiming",
    "NotSentError",
    "OutcomeUnknownError",
]

log = structlog.get_logger(__name__)

ROUND_TRIPS = 15
"""Samples the median is taken of: at 2 s per ping half a minute when idle, less than a second when busy."""

FULLY_BOOTED = "FullyBooted"

_CHANCE = SystemRandom().random


class Link:
    """One manager user's connection, kept up for ever. Everything runs on one loop; nothing here is thread-safe."""

    def __init__(  # noqa: PLR0913 - five of them have defaults
        self,
        address: LinkAddress,
        *,
        on_event: Callable[[AmiMessage], None],
        on_state: Callable[[LinkState], None],
        timing: LinkTiming | None = None,
        wanted: AbstractSet[str] | None = None,
        chance: Callable[[], float] = _CHANCE,
    ) -> None:
        self.address = address
        self.reconnects = 0
        """How often the link came back."""
        self.connected_at: float | None = None
        """Instant on the loop's clock, which is the engine's; None while not connected."""
        self.last_error: LinkError | None = None
        """Why the last connection or attempt ended; `retryable` is False if only an admin can mend it."""
        self._on_event = on_event
        self._on_state = on_state
        self._timing = timing or LinkTiming()
        self._wanted = wanted
        """Events by name to be told of; all others are dropped unparsed. None: all."""
        self._chance = chance
        """Draws from 0…1."""
        self._state = LinkState.DISCONNECTED
        self._protocol: SafeProtocol | None = None
        self._logged_in = False
        self._booted: asyncio.Future[None] | None = None
        self._connections = 0
        self._round_trips: deque[float] = deque(maxlen=ROUND_TRIPS)
        self._runner: asyncio.Task[Any] | None = None
        self._ended: asyncio.Future[None] | None = None
        """Done when `run` has ended; exists while it runs."""
        self._closing = False

    # ---- how things stand -------------------------------------------------------------------------

    @property
    def state(self) -> LinkState:
        """How things stand."""
        return self._state

    @property
    def round_trip_s(self) -> float:
        """Median of the last replies' delays, or how long the oldest action has waited, if longer; 0 before any."""
        measured = median(self._round_trips) if self._round_trips else 0.0
        return max(measured, self._protocol.oldest_unanswered_s if self._protocol else 0.0)

    # ---- sending ----------------------------------------------------------------------------------

    def send(
        self,
        action: Action,
        on_reply: Callable[[AmiMessage | LinkError], None] | None = None,
        *,
        timeout_s: float = 5.0,
    ) -> None:
        """Send without waiting. `on_reply` hears exactly once, later: the reply, or a LinkError.

        NotSentError: it never left, and the next connection is on its way. OutcomeUnknownError: look before doing it
        again. ActionRefusedError: Asterisk said no.
        """
        heard = partial(_note_failure, action.name) if on_reply is None else on_reply
        self._send(action, heard, timeout_s=timeout_s)

    async def request(self, action: Action, *, timeout_s: float = 5.0) -> AmiMessage:
        """Send and wait for the reply. Raises LinkError, see `send`."""
        reply = await self._await_reply(action, timeout_s=timeout_s, as_list=False)
        assert isinstance(reply, AmiMessage)
        return reply

    async def request_list(self, action: Action, *, timeout_s: float = 5.0) -> list[AmiMessage]:
        """Send and collect the list that answers, such as CoreShowChannels'. Raises LinkError, see `send`."""
        reply = await self._await_reply(action, timeout_s=timeout_s, as_list=True)
        assert isinstance(reply, list)
        return reply

    def _send(self, action: Action, on_reply: OnReply, *, timeout_s: float, as_list: bool = False) -> None:
        failure = NotSentError(f"{action.name}: not connected to Asterisk")
        if self._state is LinkState.CONNECTED and self._protocol is not None:
            try:
                self._protocol.send(action, on_reply, timeout_s=timeout_s, as_list=as_list)
            except NotSentError as error:
                failure = error
            else:
                return
        asyncio.get_running_loop().call_soon(guarded, on_reply, failure)

    async def _await_reply(self, action: Action, *, timeout_s: float, as_list: bool) -> Reply:
        answered: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def settle(reply: Reply) -> None:
            if not answered.done():  # whoever waited may have been cancelled
                answered.set_result(reply)

        self._send(action, settle, timeout_s=timeout_s, as_list=as_list)
        reply = await answered
        if isinstance(reply, LinkError):
            raise reply
        return reply

    # ---- the connection's life --------------------------------------------------------------------

    async def run(self) -> None:
        """Keep the link up until cancelled or closed."""
        if self._runner is not None:
            raise RuntimeError("the link runs already")
        self._runner = runner = asyncio.current_task()
        self._ended = ended = asyncio.get_running_loop().create_future()
        try:
            await self._keep_up()
        except asyncio.CancelledError:
            if not self._closing or (runner is not None and runner.uncancel()):
                raise
        finally:
            self._become(LinkState.DISCONNECTED)
            self._runner, self._closing = None, False
            ended.set_result(None)

    async def close(self) -> None:
        """End the connection and `run`; whatever is under way fails."""
        if self._runner is not None and self._ended is not None:
            if not self._closing:
                self._closing = True
                self._runner.cancel()
            await asyncio.shield(self._ended)

    async def _keep_up(self) -> None:
        failures = 0
        while True:
            self._become(LinkState.CONNECTING)
            steady_from = asyncio.get_running_loop().time() + self._timing.steady_s
            error = await self._connect_once()
            self._lost(error)
            steady = self._logged_in and asyncio.get_running_loop().time() >= steady_from
            failures = 1 if steady else failures + 1
            delay = self._delay_s(error, failures)
            self._report(error, failures, delay)
            await asyncio.sleep(delay)

    async def _connect_once(self) -> LinkError:
        """One connection from dialling to its end; returns why it ended."""
        self._logged_in = False
        try:
            protocol = self._protocol = await self._dial()
        except LinkError as error:
            return error
        try:
            await self._log_in(protocol)
            return await keep_pinging(protocol, self._timing)
        except LinkError as error:
            protocol.drop(error)
            return error
        finally:
            protocol.close()
            self._protocol = None

    async def _dial(self) -> SafeProtocol:
        address, loop = self.address, asyncio.get_running_loop()
        wanted = None if self._wanted is None else {*self._wanted, FULLY_BOOTED}
        listener = Listener(self._take, self._lost, self._round_trips.append)
        try:
            async with asyncio.timeout(self._timing.connect_s):
                _, protocol = await loop.create_connection(
                    lambda: SafeProtocol(AmiStream(wanted), listener), address.host, address.port
                )
        except OSError as error:
            raise LinkError(f"{address.host}:{address.port}: {str(error) or 'no answer'}", retryable=True) from None
        return protocol

    async def _log_in(self, protocol: SafeProtocol) -> None:
        """Greeting, login, FullyBooted. The secret goes only to one who greets as Asterisk's manager."""
        timing = self._timing
        await _within(protocol, protocol.greeted, timing.login_s, "no greeting from Asterisk's manager")
        who = (("Username", self.address.username), ("Secret", self.address.secret), ("Events", "on"))
        booted = self._booted = protocol.loop.create_future()
        protocol.send(Action("Login", who), partial(self._login_answered, protocol), timeout_s=timing.login_s)
        complaint = f"logged in as {self.address.username}, but no {FULLY_BOOTED} (has it the right read=system?)"
        await _within(protocol, booted, timing.boot_s, complaint)

    def _login_answered(self, protocol: SafeProtocol, reply: Reply) -> None:
        if isinstance(reply, ActionRefusedError):
            complaint = f"Asterisk refuses manager user {self.address.username}: {reply}"
            protocol.drop(LinkError(complaint, retryable=False))
        elif isinstance(reply, LinkError):
            protocol.drop(reply)
        else:
            self._logged_in = True

    # ---- what the connection tells ----------------------------------------------------------------

    def _take(self, event: AmiMessage) -> None:
        """One event. Before FullyBooted there is nobody to tell: the engine will ask how things stand."""
        if event.name == FULLY_BOOTED and self._logged_in and self._booted and not self._booted.done():
            self._booted.set_result(None)
            self._become(LinkState.CONNECTED)
        if self._state is LinkState.CONNECTED and (self._wanted is None or event.name in self._wanted):
            self._on_event(event)

    def _lost(self, reason: LinkError) -> None:
        """Told at once, before anything under way fails: whoever is told of a failure sees us disconnected."""
        self.last_error = reason
        self._become(LinkState.DISCONNECTED)

    def _become(self, state: LinkState) -> None:
        if state is self._state:
            return
        self._state, self.connected_at = state, None
        if state is LinkState.CONNECTED and self._protocol is not None:
            self.connected_at = self._protocol.loop.time()
            self.reconnects = self._connections
            self._connections += 1
            log.info("ami_connected", version=self._protocol.version, reconnects=self.reconnects)
        guarded(self._on_state, state)

    def _delay_s(self, error: LinkError, failures: int) -> float:
        timing = self._timing
        doubled = min(timing.retry_limit_s, timing.retry_first_s * 2 ** min(failures - 1, 30))
        return (doubled if error.retryable else timing.retry_refused_s) * (0.5 + 0.5 * self._chance())

    def _report(self, error: LinkError, failures: int, delay_s: float) -> None:
        tell = log.warning if error.retryable else log.error
        tell("ami_not_connected", reason=str(error), failures=failures, retry_in_s=round(delay_s, 2))


async def _within(protocol: SafeProtocol, awaited: asyncio.Future[None], limit_s: float, complaint: str) -> None:
    """Wait for a step of the login; raises LinkError if the connection is lost or the time is over."""
    steps: set[asyncio.Future[Any]] = {awaited, protocol.lost}
    await asyncio.wait(steps, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
    if protocol.lost.done():
        raise protocol.lost.result()
    if not awaited.done():
        raise LinkError(f"{complaint} within {limit_s:g} s", retryable=True)


def _note_failure(action: str, reply: AmiMessage | LinkError) -> None:
    """Nobody waits for this reply; a failure is still worth a line."""
    if isinstance(reply, LinkError):
        log.warning("ami_action_failed", action=action, reason=type(reply).__name__)
