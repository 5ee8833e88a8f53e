"""A simulated agent at work: the phone registered, signed in by feature code, and everything taken back at the end."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from hotline.prompts.alaw import Samples
from hotline.trial.agent_phone import AgentPhone
from hotline.trial.engine_watch import EngineWatch
from hotline.trial.far_side import FarSide
from hotline.trial.phone import NotHeardError
from telephony.commands import AgentState
from telephony.errors import WorldError
from telephony.events import AgentWish

SIGN_IN, SIGN_OFF = "*11", "*12"
"""See `acd/feature_codes.py`."""

CONFIRMED_WITHIN_S = 6.0
"""From dialling a code to the beginning of the spoken answer."""


class Shift:
    """`async with Shift(…) as agent:` an agent who is ready for calls."""

    def __init__(self, far: FarSide, watch: EngineWatch, number: str, answers: Mapping[str, Samples]) -> None:
        self._far = far
        self._watch = watch
        self._number = number
        self._answers = answers
        """What the hotline says after a feature code, by `AgentWish` value."""
        self._on_duty = False

    async def begin(self, password: str) -> AgentPhone:
        """Register and sign in; WorldError if the hotline refuses."""
        phone = await self._far.agent(self._number, password)
        self._on_duty = True
        await self._dial(phone, SIGN_IN, AgentWish.SIGN_IN)
        if (state := await self._state()) != AgentState.READY:
            raise WorldError(f"agent {self._number} signed in but is {state}, not ready", retryable=False)
        return phone

    async def end(self) -> None:
        """Sign off, by the control socket if the phone can not; the phone's registration ends with the far side."""
        if not self._on_duty:
            return
        self._on_duty = False
        phone = self._far.agents[self._number]
        with suppress(NotHeardError, WorldError):
            await self._dial(phone, SIGN_OFF, AgentWish.SIGN_OFF)
        if await self._state() != AgentState.SIGNED_OFF:
            await self._watch.ask("agent", number=self._number, wish=AgentWish.SIGN_OFF.value)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(WorldError):
            await asyncio.shield(self.end())

    async def _dial(self, phone: AgentPhone, code: str, wish: AgentWish) -> None:
        """Dial a code and hear the hotline confirm it."""
        call = await phone.dial(code, within_s=CONFIRMED_WITHIN_S)
        try:
            await call.hears(self._answers[wish], within_s=CONFIRMED_WITHIN_S, what=f"{code} confirmed")
        finally:
            await call.hang_up()

    async def _state(self) -> str:
        snapshot = await self._watch.ask("status")
        return next((agent["state"] for agent in snapshot["agents"] if agent["number"] == self._number), "unknown")
