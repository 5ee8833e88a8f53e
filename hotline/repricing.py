"""Keeps the prices fresh: every few minutes, from who is at work and what has been asked for, in another process."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from subprocess import PIPE
from typing import Any

import structlog

from acd.call_kinds import CallKinds
from acd.demand import DemandSeen
from acd.demand_facts import DemandFacts
from acd.price_renewal import LOOK_S, SETTLE_S, are_others
from acd.price_table import from_plain, profile_to_plain
from acd.priced_assigner import PricedAssigner
from acd.pricing import Prices
from acd.profiles import Profile
from acd.queue import CallKind
from hotline.config import Config
from hotline.engine import Engine
from hotline.store.archive import Archive
from telephony.events import TimeReached
from telephony.ids import AgentNumber, QueueId, Topic

log = structlog.get_logger()

AGAIN_S = 60.0
"""Until the next try while nobody is at work, or after a failure."""

MAX_SOLVE_S = 120.0
"""A solver that takes longer is given up; 320 profiles and 12 topics take under a second."""


class Repricing:
    """Owns the assigner's prices."""

    def __init__(self, config: Config, archive: Archive, boot: str) -> None:
        self.config = config
        self.demand = DemandSeen()
        self.facts = DemandFacts(self.demand, self._handle_factor, self._kind)
        self.prices = Prices()
        self.assigner = self.new_assigner(config)
        self._archive = archive
        self._boot = boot
        self._solved = 0
        self._priced: Counter[Profile] = Counter()
        """Who was at work when the present prices were solved."""

    def new_assigner(self, config: Config) -> PricedAssigner:
        """An assigner by this configuration's weights and the present prices, which knows nobody yet."""
        self.config, self._kinds = config, kinds_of(config)
        self.assigner = PricedAssigner(self.prices, config.roster.routing.weights)
        return self.assigner

    async def run(self, engine: Engine, sleep: Callable[[float], Any] = asyncio.sleep) -> None:
        """Renew the prices until cancelled."""
        await self._recall(engine)
        await sleep(SETTLE_S)
        while True:
            try:
                renewed = await self.renew(engine)
            except Exception:
                log.exception("prices_crashed")  # our bug, but no reason to take the calls down with it
                renewed = False
            await self.keep(engine)
            slept_s, every_s = 0.0, self.config.roster.routing.reprice_every_s if renewed else AGAIN_S
            while slept_s < every_s and not (slept_s and self._others_at_work(engine)):
                await sleep(min(LOOK_S, every_s - slept_s))
                slept_s += LOOK_S

    def _others_at_work(self, engine: Engine) -> bool:
        return are_others(engine.distributor.profiles_at_work(), self._priced)

    async def _recall(self, engine: Engine) -> None:
        """Go on from what was learned before the restart; without it, from who is at work."""
        try:
            if (learned := await asyncio.to_thread(self._archive.demand)) is not None:
                self.demand.recall(learned, engine.now)
        except (OSError, ValueError) as error:
            log.error("demand_not_recalled", problem=str(error))  # noqa: TRY400 - as on the first day

    async def keep(self, engine: Engine) -> None:
        """Keep what was learned for the next start."""
        try:
            await asyncio.to_thread(self._archive.keep_demand, self.demand.learned(engine.now))
        except OSError as error:
            log.error("demand_not_kept", problem=error.strerror)  # noqa: TRY400 - the world's failure

    def _handle_factor(self, number: AgentNumber, topic: Topic) -> float:
        agent = self.config.roster.agents.get(number)
        level = 0 if agent is None else agent.level(topic)
        return self.prices.outlook.handle_s(level, 1.0) if level else 1.0

    def _kind(self, queue: QueueId, topic: Topic, asked: CallKind | None) -> CallKind:
        return self._kinds.learned_as(queue, topic, asked)

    async def renew(self, engine: Engine) -> bool:
        """Solve once; False if there was nothing to solve or no answer. Nothing has changed then."""
        asked, self._priced = self.question(engine), engine.distributor.profiles_at_work()
        if not asked["groups"] or not asked["kinds"]:
            return False
        try:
            answer = await asyncio.wait_for(_solve(asked), MAX_SOLVE_S)
            prices = from_plain(json.loads(answer))
            await asyncio.to_thread(self._archive.keep_prices, prices)
        except (OSError, ValueError, KeyError, TypeError, IndexError, TimeoutError) as error:
            log.error("prices_not_renewed", problem=str(error) or type(error).__name__)  # noqa: TRY400 - the old ones hold
            return False
        self.prices = prices
        self.assigner.reprice(prices)
        engine.distribute(TimeReached())  # who is held back is looked at again
        engine.post()
        engine.wake()
        log.info("prices_renewed", version=prices.version, pairs=len(prices.pairs))
        return True

    def question(self, engine: Engine) -> dict[str, Any]:
        """What the solver is asked."""
        now, groups = engine.now, engine.distributor.profiles_at_work()
        expected = self._kinds.expect(self.demand, sum(groups.values()), now)
        self._solved += 1
        return {
            "version": f"{self._boot}-{self._solved}",
            "groups": [[profile_to_plain(profile), agents] for profile, agents in groups.items()],
            "kinds": {kind: {**one._asdict(), **asdict(demanded)} for kind, (one, demanded) in expected.items()},
        }


def kinds_of(config: Config) -> CallKinds:
    """Every kind of call the menu leads to, and what overflow and history make of it."""
    menu = config.menu
    asked = ((menu.queue_of(node), node.topic or Topic(node.id)) for node in menu.nodes.values())
    return CallKinds(asked, config.roster.queues, somebody=menu.root_topic)


def _solver() -> subprocess.Popen[bytes]:
    """Start it, which takes a millisecond; a transport of asyncio's would outlive a loop that is stopped meanwhile."""
    return subprocess.Popen((sys.executable, "-m", "hotline.pricing_main"), stdin=PIPE, stdout=PIPE, stderr=PIPE)


async def _solve(asked: dict[str, Any]) -> bytes:
    """Ask the solver's process; ValueError if it fails. A thread waits for it, and whoever cancels us ends it."""
    with _solver() as process:
        try:
            answer, complaints = await asyncio.to_thread(process.communicate, json.dumps(asked).encode())
        finally:
            process.kill()
    if process.returncode != 0:
        lines = complaints.decode(errors="replace").strip().splitlines()
        raise ValueError(f"the solver ended with {process.returncode}: {lines[-1] if lines else 'no word'}")
    return answer
