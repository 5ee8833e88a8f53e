"""What every call is told about speech, without holding the others up."""

import asyncio
from pathlib import Path
from typing import cast

from hotline.engine import Engine
from hotline.recognition import TOLD_AT_ONCE, Recognition
from hotline.settings import Settings
from telephony.ids import CallId
from telephony.speech import SpeechOffered

CALLS = [CallId(f"call-{number}") for number in range(3 * TOLD_AT_ONCE)]


class Calls:
    """An engine, as far as it is told."""

    def __init__(self) -> None:
        self.lines = dict.fromkeys(CALLS)
        self.told: list[tuple[CallId, bool]] = []
        self.turns: list[int] = []
        self.speech: object = None

    def post(self, event: SpeechOffered) -> None:
        self.told.append((event.call, event.offered))

    def wake(self) -> None:
        self.turns.append(len(self.told))


def recognition(calls: Calls, folder: Path) -> Recognition:
    made = Recognition(cast("Engine", calls), Settings(state_dir=folder), "secret")
    made.desk.offered = False
    return made


async def test_calls_are_told_a_few_at_a_time_and_each_once(tmp_path: Path) -> None:
    calls = Calls()
    recognition(calls, tmp_path).offer(offered=False)
    assert len(calls.told) == TOLD_AT_ONCE
    del calls.lines[CALLS[-1]]
    for _ in range(5):
        await asyncio.sleep(0)
    assert calls.told == [(call, False) for call in CALLS[:-1]]
    assert calls.turns == [TOLD_AT_ONCE, 2 * TOLD_AT_ONCE, 3 * TOLD_AT_ONCE - 1]


async def test_what_is_true_by_now_is_told_to_all(tmp_path: Path) -> None:
    calls = Calls()
    speech = recognition(calls, tmp_path)
    speech.offer(offered=False)
    speech.desk.offered = True
    speech.offer(offered=True)
    for _ in range(5):
        await asyncio.sleep(0)
    assert calls.told == [*((call, False) for call in CALLS[:TOLD_AT_ONCE]), *((call, True) for call in CALLS)]
