"""Every tap's happenings in their order, and bounds on what may go wrong."""

import asyncio
import threading
from collections.abc import Callable

from hotline.speech import workshop as module
from hotline.speech.hearing import Chunk, Hearing
from hotline.speech.protocol import Heard, ListenTo
from hotline.speech.workshop import Bench, Workshop
from tests.hotline.speech.speech_play import MANNER, silence, speech, understanding

ORDER = ListenTo("t", 1, "main", asks=False, fresh=False)


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.005)


class Told:
    def __init__(self) -> None:
        self.outcomes: list[list[Heard] | None] = []
        self.workshop = Workshop(2)

    def bench(self, *texts: str) -> Bench:
        return Bench(Hearing(understanding(texts), MANNER), self.outcomes.append)

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
