"""Keeps the prices fresh: every few minutes, from who is at work and what has been asked for, in another process."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from subprocess import PIPE
from typing import Any

import structlog

from acd.demand import DemandSeen
from acd.price_table import from_plain, profile_to_plain
from acd.priced_assigner import PricedAssigner
from acd.pricing import Prices
from hotline.config import Config
from hotline.engine import Engine
from hotline.store.archive import Archive
from telephony.events import TimeReached
from telephony.ids import Topic

log = structlog.get_logger()

SETTLE_S = 5.0
"""From the start to the first prices: the agents of before a restart are back by then."""

AGAIN_S = 60.0
"""Until the next try while nobody is at work, or after a failure."""

MAX_SOLVE_S = 120.0
"""A solver that takes longer is given up; 320 profiles and 12 topics take under a second."""


class Repricing:
    """Owns the assigner's prices."""

    def __init__(self, config: Config, archive: Archive, boot: str) -> None:
        self.config = config
        self.demand = DemandSeen()
        self.prices = Prices()
        self.assigner = self.new_assigner(config)
        self._archive = archive
        self._boot = boot
        self._solved = 0

    def new_assigner(self, config: Config) -> PricedAssigner:
        """An assigner by this configuration's weights and the present prices, which knows nobody yet."""
        self.config = config
        self.assigner = PricedAssigner(self.prices, config.roster.routing.weights)
        return self.assigner

    async def run(self, engine: Engine, sleep: Callable[[float], Any] = asyncio.sleep) -> None:
        """Renew the prices until cancelled."""
        await sleep(SETTLE_S)
        while True:
            try:
                renewed = await self.renew(engine)
            except Exception:
                log.exception("prices_crashed")  # our bug, but no reason to take the calls down with it
                renewed = False
            await sleep(self.config.roster.routing.reprice_every_s if renewed else AGAIN_S)

    async def renew(self, engine: Engine) -> bool:
        """Solve once; False if there was nothing to solve or no answer. Nothing has changed then."""
        asked = self.question(engine)
        if not asked["groups"] or not asked["topics"]:
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
        levels = topic_levels(self.config)
        self.demand.begin(levels, sum(groups.values()), now)
        self._solved += 1
        return {
            "version": f"{self._boot}-{self._solved}",
            "groups": [[profile_to_plain(profile), agents] for profile, agents in groups.items()],
            "topics": {topic: [*self.demand.expected(topic, now), level] for topic, level in levels.items()},
        }


def topic_levels(config: Config) -> dict[Topic, int]:
    """Every topic callers can ask for, with the level its queue demands; the lowest where several lead to one."""
    levels: dict[Topic, int] = {}
    menu = config.menu
    for node in menu.nodes.values():
        queue = config.roster.queues.get(node.queue or menu.default_queue)
        topic = node.topic or Topic(node.id)
        if queue is not None:
            levels[topic] = min(queue.min_level, levels.get(topic, queue.min_level))
    return levels


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
