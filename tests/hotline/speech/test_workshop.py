"""Every tap's happenings in their order, and bounds on what may go wrong."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest

from asr.listening import MOST_FRAMES
from hotline.speech import workshop as module
from hotline.speech.hearing import Chunk, Happening, Hearing
from hotline.speech.protocol import Heard, ListenTo
from hotline.speech.workshop import Bench, Workshop
from telephony.events import TimeReached
from tests.hotline.speech.speech_play import MANNER, silence, speech, understanding

ORDER = ListenTo("t", 1, "main", asks=False, fresh=False)


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.005)


class Told:
    def __init__(self) -> None:
        self.outcomes: list[list[Heard] | None] = []
        self.wanted: list[int] = []
        self.workshop = Workshop(2)

    def bench(self, *texts: str) -> Bench:
        return Bench(Hearing(understanding(texts), MANNER), self.outcomes.append, self.wanted.append)

    def say(self, bench: Bench, sound: bytes) -> None:
        for start in range(0, len(sound), 640):
            self.workshop.take(bench, Chunk(sound[start : start + 640], asyncio.get_running_loop().time()))


async def test_what_comes_is_dealt_with_in_its_order() -> None:
    told = Told()
    bench = told.bench("提前还款")
    told.workshop.take(bench, ORDER)
    told.say(bench, silence(0.2) + speech(1.0) + silence(1.0))
    await until(lambda: told.outcomes)
    assert told.outcomes[0] is not None
    assert told.outcomes[0][0].listening == 1
    await until(lambda: told.workshop.longest_s == 0.0)
    assert told.workshop.lag_s >= 0.0
    told.workshop.close()


async def test_a_model_that_fails_or_a_bug_costs_one_tap() -> None:
    told = Told()
    benches = [told.bench("(fails)"), told.bench("(crashes)"), told.bench("提前还款")]
    for bench in benches:
        told.workshop.take(bench, ORDER)
        told.say(bench, silence(0.2) + speech(1.0) + silence(1.0))
    await until(lambda: len(told.outcomes) == 3)
    assert told.outcomes.count(None) == 2
    told.workshop.take(benches[0], ORDER)  # of no more use
    assert [bench.is_over for bench in benches] == [True, True, False]
    told.workshop.close()


async def test_a_tap_that_cannot_keep_up_is_given_up() -> None:
    told = Told()
    bench, blocked = told.bench(), threading.Event()
    bench.hearing.handle = lambda *_: [][: int(blocked.wait(30))]  # type: ignore[method-assign]
    told.workshop.take(bench, ORDER)
    await until(lambda: told.workshop.longest_s > 0)
    told.say(bench, silence(module.LONGEST_BACKLOG_S + 0.1))
    assert told.outcomes == [None]
    blocked.set()
    told.workshop.close()


async def test_a_tap_that_is_gone_is_told_nothing() -> None:
    told = Told()
    bench = told.bench("提前还款")
    told.workshop.take(bench, ORDER)
    told.workshop.drop(bench)
    told.say(bench, speech(1.0))
    assert (told.outcomes, told.workshop.longest_s) == ([], 0.0)
    told.workshop.close()


async def test_silence_needs_no_thread_and_a_voice_does() -> None:
    told = Told()
    told.workshop.close()
    told.workshop = Workshop(0)
    bench = told.bench("提前还款")
    bench.hearing.handle(ORDER, 0.0)
    told.say(bench, silence(1.0))
    assert (bench.busy_since, told.wanted[-1]) == (None, MOST_FRAMES)
    told.say(bench, speech(0.1))
    assert bench.busy_since is not None
    assert bench.waiting
    told.workshop.close()


async def test_a_bug_in_silence_costs_one_tap_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    bench = told.bench()

    def handle(_happening: Happening, _now: float) -> list[Heard]:
        raise ZeroDivisionError

    monkeypatch.setattr(bench.hearing, "handle", handle)
    told.say(bench, silence(0.5))
    assert (told.outcomes, bench.is_over) == ([None], True)
    told.workshop.close()


async def test_threads_say_when_they_want_to_be_woken() -> None:
    told = Told()
    bench = told.bench("提前还款")
    told.workshop.take(bench, ORDER)
    told.say(bench, silence(0.2) + speech(0.5) + silence(0.04))
    await until(lambda: bench.busy_since is None and len(told.wanted) > 1)
    assert told.wanted[-1] == 2  # the pause is one after 0.08 s
    told.workshop.close()


def note(order: list[str], name: str, _happening: Happening, _now: float) -> list[Heard]:
    order.append(name)
    return []


async def test_who_began_to_speak_first_is_heard_first_and_who_is_silent_before_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told, blocked, order = Told(), threading.Event(), list[str]()
    told.workshop.close()
    told.workshop = Workshop(1)
    first = told.bench()
    first.hearing.handle = lambda *_: [][: int(blocked.wait(30))]  # type: ignore[method-assign]
    told.workshop.take(first, ORDER)
    for name, since in (("late", 9.0), ("early", 3.0), ("silent", 0.0), ("as early", 3.0)):
        bench = told.bench()
        bench.hearing.speaking_since = since
        monkeypatch.setattr(bench.hearing, "handle", partial(note, order, name))
        told.workshop.take(bench, ORDER)
    blocked.set()
    await until(lambda: len(order) == 4)
    assert order == ["silent", "early", "as early", "late"]
    told.workshop.close()


async def test_a_tap_at_work_has_not_fallen_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    told, blocked, dealt_with = Told(), threading.Event(), list[object]()

    def handle(happening: Happening, _now: float) -> list[Heard]:
        dealt_with.append(happening)
        blocked.wait(30)
        return []

    bench = told.bench()
    monkeypatch.setattr(bench.hearing, "handle", handle)
    told.workshop.take(bench, ORDER)
    told.workshop.take(bench, TimeReached())
    blocked.set()
    await until(lambda: bench.busy_since is None)
    assert dealt_with == [ORDER]
    told.workshop.take(bench, TimeReached())
    await until(lambda: len(dealt_with) == 2)
    told.workshop.close()
