import asyncio
from pathlib import Path

import pytest

from acd.pricing import Prices
from hotline import repricing
from hotline.repricing import Repricing, topic_levels
from hotline.store.archive import Archive
from telephony.ids import Topic
from tests.hotline.engine_play import Play


def stage(tmp_path: Path) -> tuple[Play, Repricing]:
    play = Play(tmp_path)
    prices = Repricing(play.config, Archive(tmp_path / "decided-by"), "boot")
    play.engine.carry_out_all(play.engine.distributor.reload(play.config.roster, play.engine.now, prices.assigner))
    return play, prices


def test_every_topic_has_the_level_of_its_queue(tmp_path: Path) -> None:
    levels = topic_levels(Play(tmp_path).config)
    assert levels[Topic("complaint.complain")] == 3
    assert levels[Topic("repayment.early")] == 1
    assert Topic("general") in levels


async def test_prices_are_solved_elsewhere_kept_and_used(tmp_path: Path) -> None:
    play, prices = stage(tmp_path)
    assert not await prices.renew(play.engine), "nobody is at work"
    play.sign_in("8001", "8003")
    assert await prices.renew(play.engine)
    assert prices.prices.version == "boot-2"
    assert prices.assigner.terms.prices is prices.prices
    assert Archive(tmp_path / "decided-by").prices("boot-2") == prices.prices
    again = prices.new_assigner(play.config)
    assert again.terms.prices is prices.prices
    assert again.terms.weights == play.config.roster.routing.weights


async def test_a_solver_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play, prices = stage(tmp_path)
    play.sign_in("8001")
    asked = prices.question(play.engine)
    monkeypatch.setattr(prices, "question", lambda _engine: {**asked, "topics": {"loan": "nonsense"}})
    assert not await prices.renew(play.engine)
    assert prices.prices == Prices()


async def test_they_are_renewed_as_often_as_the_roster_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play, prices = stage(tmp_path)
    slept: list[float] = []
    answers: list[bool | Exception] = [False, RuntimeError("a bug"), True]

    async def renew(_engine: object) -> bool:
        await asyncio.sleep(0)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if not answers:
            raise asyncio.CancelledError
        await asyncio.sleep(0)

    monkeypatch.setattr(prices, "renew", renew)
    with pytest.raises(asyncio.CancelledError):
        await prices.run(play.engine, sleep)
    assert slept == [repricing.SETTLE_S, repricing.AGAIN_S, repricing.AGAIN_S, 600.0]
