import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from acd.call_kinds import kind_in
from acd.demand import ASSUMED_OCCUPANCY
from acd.price_renewal import LOOK_S, SETTLE_S
from acd.pricing import Outlook, Prices
from acd.profiles import profile_of
from hotline.repricing import AGAIN_S, Repricing, kinds_of
from hotline.store.archive import Archive
from telephony.commands import AgentState, NoteCaller, ShowAgent
from telephony.events import CallQueued
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.hotline.engine_play import Play


def stage(tmp_path: Path, edits: Mapping[str, str] | None = None) -> tuple[Play, Repricing]:
    play = Play(tmp_path, edits)
    prices = Repricing(play.config, Archive(tmp_path / "decided-by"), "boot")
    play.engine.carry_out_all(play.engine.distributor.reload(play.config.roster, play.engine.now, prices.assigner))
    return play, prices


def test_every_topic_is_asked_for_as_its_queue_demands(tmp_path: Path) -> None:
    kinds = kinds_of(Play(tmp_path).config)
    assert kinds.asked["complaint.complain"].min_level == 3
    assert kinds.asked["repayment.early"].min_level == 1
    assert "general" in kinds.asked
    assert not kinds.unasked


ENGLISH = {
    "name: 还款专席": "name: 还款专席\n    language: en\n    skills: {general: 2}",
    "8003:": "8003:\n    languages: [zh, en]",
}


async def test_what_a_queue_demands_besides_is_learned_and_priced_apart(tmp_path: Path) -> None:
    play, prices = stage(tmp_path, ENGLISH)
    play.sign_in("8002", "8003")
    kind = kind_in(play.config.roster.queues[QueueId("repayment")], Topic("repayment.early"))
    asked = prices.question(play.engine)["kinds"]
    assert (asked[kind]["topic"], asked[kind]["language"], asked[kind]["further"]) == (
        "repayment.early", "en", (("general", 2),),
    )  # fmt: skip
    assert asked["repayment.early"]["calls_per_s"] == 0.0, "only likely, of who asks for somebody"
    queued = CallQueued(CallId("c"), QueueId("repayment"), Topic("repayment.early"), "", 0.0)
    prices.facts.apply(queued, play.engine.now)
    again = prices.question(play.engine)["kinds"]
    assert again[kind]["calls_per_s"] > asked[kind]["calls_per_s"]
    assert await prices.renew(play.engine)
    able = {profile for profile, priced in prices.prices.pairs if priced == kind}
    assert able == {profile_of(play.config.roster.agents[AgentNumber("8003")])}


GENERAL_IN_ENGLISH = {
    "name: 综合服务专席": "name: 综合服务专席\n    language: en",
    "8003:": "8003:\n    languages: [zh, en]",
}


async def test_a_likely_topic_where_somebody_is_asked_for_in_english_has_a_price_and_is_counted_there(
    tmp_path: Path,
) -> None:
    play, prices = stage(tmp_path, GENERAL_IN_ENGLISH)
    play.sign_in("8002", "8003")
    root, call = play.config.menu.root_topic, CallId("c")
    asked_as, likely = f"{root}|en|", "repayment.early|en|"
    before = prices.question(play.engine)["kinds"]
    assert before[likely]["calls_per_s"] == 0.0
    prices.facts.apply(CallQueued(call, QueueId("general"), root, "", 0.0, named=False), play.engine.now)
    prices.facts.apply(NoteCaller(call, Topic("repayment.early"), 0.0, likely=True), play.engine.now)
    after = prices.question(play.engine)["kinds"]
    assert after[asked_as]["calls_per_s"] > before[asked_as]["calls_per_s"]
    assert after[likely]["calls_per_s"] == 0.0
    assert await prices.renew(play.engine)
    able = {profile for profile, kind in prices.prices.pairs if kind == likely}
    assert able == {profile_of(play.config.roster.agents[AgentNumber("8003")])}


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


def test_a_start_before_anybody_signs_in_expects_everybody_to_be_busy_afterwards(tmp_path: Path) -> None:
    play, prices = stage(tmp_path)
    before = prices.question(play.engine)
    assert not before["groups"]
    assert {one["calls_per_s"] for one in before["kinds"].values()} == {0.0}
    play.clock.at += 60.0
    play.sign_in("8001", "8003")
    asked = prices.question(play.engine)
    busy = sum(one["calls_per_s"] * one["handle_s"] for one in asked["kinds"].values())
    assert busy == pytest.approx(ASSUMED_OCCUPANCY * 2)
    play.sign_in("8002")
    asked = prices.question(play.engine)
    busy = sum(one["calls_per_s"] * one["handle_s"] for one in asked["kinds"].values())
    assert busy == pytest.approx(ASSUMED_OCCUPANCY * 3)


def test_handle_times_are_those_of_a_usual_agent(tmp_path: Path) -> None:
    play, prices = stage(tmp_path)
    play.sign_in("8001")
    before = prices.question(play.engine)["kinds"]["loan.quota"]
    level = play.config.roster.agents[AgentNumber("8001")].level(Topic("loan.quota"))
    prices.facts.apply(CallQueued(CallId("c"), QueueId("loan"), Topic("loan.quota"), "", 0.0), play.engine.now)
    for agent in ("8001", "0000"):
        prices.facts.apply(ShowAgent(AgentNumber(agent), AgentState.TALKING, call=CallId("c")), 2000.0)
        prices.facts.apply(ShowAgent(AgentNumber(agent), AgentState.READY), 2300.0)
    learned = prices.demand.expect(Topic("loan.quota"), play.engine.now).handle_s
    factor = Outlook().handle_s(level, 1.0)
    assert level
    assert learned == pytest.approx((20 * before["handle_s"] + 300.0 / factor + 300.0) / 22)


async def test_what_was_learned_survives_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def once(prices: Repricing, play: Play) -> dict[str, Any]:
        async def stop(_seconds: float) -> None:
            await asyncio.sleep(0)
            monkeypatch.setattr(prices, "renew", stopped)

        async def stopped(_engine: object) -> bool:
            await asyncio.sleep(0)
            raise asyncio.CancelledError

        play.sign_in("8001")
        with pytest.raises(asyncio.CancelledError):
            await prices.run(play.engine, stop)
        return dict(prices.question(play.engine)["kinds"])

    play, prices = stage(tmp_path)
    first = await once(prices, play)
    for index in range(50):
        prices.facts.apply(CallQueued(CallId(str(index)), QueueId("q"), Topic("loan.quota"), "", 0.0), play.engine.now)
    learned = prices.question(play.engine)["kinds"]
    assert learned != first
    await prices.keep(play.engine)

    (tmp_path / "again").mkdir()
    later = Play(tmp_path / "again")
    restarted = Repricing(later.config, Archive(tmp_path / "decided-by"), "boot")
    assert await once(restarted, later) == learned

    (tmp_path / "decided-by" / "demand.json").write_text("[]")
    again = Repricing(later.config, Archive(tmp_path / "decided-by"), "boot")
    assert await once(again, later) == first, "as on the first day"


async def test_a_disk_that_does_not_take_it_costs_only_what_was_learned(tmp_path: Path) -> None:
    play = Play(tmp_path)
    (tmp_path / "file").write_text("")
    prices = Repricing(play.config, Archive(tmp_path / "file"), "boot")
    await prices.keep(play.engine)


async def test_new_prices_are_not_waited_for_when_others_are_at_work(tmp_path: Path) -> None:
    play, prices = stage(tmp_path)
    play.sign_in("8001")
    solved: list[str] = []
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0)
        if prices.prices.version not in solved:
            solved.append(prices.prices.version)
        slept.append(seconds)
        if len(slept) == 3:
            play.sign_in("8002", "8003")
        if len(slept) == 5:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await prices.run(play.engine, sleep)
    assert slept == [SETTLE_S, *[LOOK_S] * 4]
    assert solved == ["by level", "boot-1", "boot-2"]


async def test_a_solver_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play, prices = stage(tmp_path)
    play.sign_in("8001")
    asked = prices.question(play.engine)
    monkeypatch.setattr(prices, "question", lambda _engine: {**asked, "kinds": {"loan": "nonsense"}})
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
        if not answers and len(slept) == 13:
            raise asyncio.CancelledError
        await asyncio.sleep(0)

    monkeypatch.setattr(prices, "renew", renew)
    with pytest.raises(asyncio.CancelledError):
        await prices.run(play.engine, sleep)
    assert slept == [SETTLE_S, *[AGAIN_S] * 2, *[LOOK_S] * 10]
