"""Decisions per second of both policies against linear scans of the same rules, and proof that they choose alike.

The priced policy decides with hold timers and makes a record of every decision.

Run alone: `python -m benchmarks.assigner`. Processor time, medians over rounds; the load is printed beside them.
"""

import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from typing import Protocol

from acd.agent import Agent
from acd.assigner import Assigner, LongestIdle, WaitingCall
from acd.price_lp import assumed_forecast, solve_prices
from acd.priced_assigner import PricedAssigner
from acd.pricing import Outlook, Price, Prices
from acd.profiles import profile_of
from acd.queue import Queue
from acd.weights import Weights
from telephony.ids import AgentNumber, CallId, QueueId, Topic

BRANCHES = ["loan", "repayment", "account", "complaint"]
TOPICS = [Topic(f"{branch}.{leaf}") for branch in BRANCHES for leaf in "abcd"]
QUEUE = Queue(QueueId("all"), "all", min_level=2)
PROFILES = 60
"""Different rows of skills, as a few teams have them."""
ROUNDS = 7
COMPARED = 40
"""Decisions both sides make on the same state before the clock starts."""


WAITED_S = 100.0
"""How long the first caller has waited: below the bound beyond which only age would count."""

IDLE_S = 500.0
"""How long the first agent has been idle: below the cap beyond which all would be alike."""

NOW = 1e6


class Side(Protocol):
    """An indexed policy, or the scan it is compared with."""

    def idle(self, agent: Agent, since: float) -> None: ...

    def waits(self, call: WaitingCall) -> None: ...

    def settle(self) -> None: ...

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None: ...

    def agent_frees(self, agent: Agent, newcomer: WaitingCall, now: float) -> CallId | None: ...


class Indexed:
    """One of the project's policies."""

    def __init__(self, policy: Assigner) -> None:
        self._policy = policy
        self._agents: dict[AgentNumber, Agent] = {}

    def idle(self, agent: Agent, since: float) -> None:
        self._agents[agent.number] = agent
        self._policy.add_agent(agent, idle_since=since)

    def waits(self, call: WaitingCall) -> None:
        self._policy.add_call(call)

    def settle(self) -> None:
        assert self._policy.next_assignment(NOW) is None

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None:
        """Choose an agent; he is idle again at once, so that the state stays as it is."""
        self._policy.add_call(call)
        choice = self._policy.next_assignment(now)
        if choice is None:
            self._policy.remove_call(call.call)
            return None
        self._policy.add_agent(self._agents[choice.agent], idle_since=now)
        assert self._policy.next_assignment(now) is None
        return choice.agent

    def agent_frees(self, agent: Agent, newcomer: WaitingCall, now: float) -> CallId | None:
        """Choose a call; another caller takes its place in the hall."""
        self._policy.add_agent(agent, idle_since=now)
        choice = self._policy.next_assignment(now)
        if choice is None:
            self._policy.remove_agent(agent.number)
            return None
        self._policy.add_call(newcomer)
        assert self._policy.next_assignment(now) is None
        return choice.call


class Scan:
    """The same rule by looking at everybody, as a queue without an index does."""

    def __init__(self) -> None:
        self._agents: dict[AgentNumber, tuple[float, Agent]] = {}
        self._calls: dict[CallId, WaitingCall] = {}

    def idle(self, agent: Agent, since: float) -> None:
        self._agents[agent.number] = (since, agent)

    def waits(self, call: WaitingCall) -> None:
        self._calls[call.call] = call

    def settle(self) -> None:
        pass

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None:
        level = call.queue.min_level
        able = ((since, agent.number) for since, agent in self._agents.values() if agent.level(call.topic) >= level)
        best = min(able, default=None)
        if best is None:
            return None
        self._agents[best[1]] = (now, self._agents[best[1]][1])
        return best[1]

    def agent_frees(self, agent: Agent, newcomer: WaitingCall, now: float) -> CallId | None:  # noqa: ARG002  as above
        able = (
            (call.entered_at, call.ticket, call.call)
            for call in self._calls.values()
            if agent.level(call.topic) >= call.queue.min_level
        )
        best = min(able, default=None)
        if best is None:
            return None
        del self._calls[best[2]]
        self._calls[newcomer.call] = newcomer
        return best[2]


class PricedScan:
    """The priced rules by looking at everybody; every agent's terms are at hand, so only the looking is slow."""

    def __init__(self, prices: Prices, everybody: list[Agent]) -> None:
        self._weights = Weights()
        self._price: dict[AgentNumber, dict[Topic, Price]] = {
            one.number: {topic: prices.of(profile_of(one), topic) for topic in TOPICS if one.level(topic) >= 2}
            for one in everybody
        }
        self._idle: dict[AgentNumber, float] = {}
        self._calls: dict[CallId, WaitingCall] = {}

    def idle(self, agent: Agent, since: float) -> None:
        self._idle[agent.number] = since

    def waits(self, call: WaitingCall) -> None:
        self._calls[call.call] = call

    def settle(self) -> None:
        pass

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None:
        best, chosen = float("-inf"), None
        for number, since in self._idle.items():
            price = self._price[number].get(call.topic)
            if price is not None and call.entered_at + price.hold_s <= now:
                score = self._weights.skill_on_arrival * price.skill_s + self._weights.idle_s(now - since)
                if score > best:
                    best, chosen = score, number
        if chosen is not None:
            self._idle[chosen] = now
        return chosen

    def agent_frees(self, agent: Agent, newcomer: WaitingCall, now: float) -> CallId | None:
        best, chosen, terms = float("-inf"), None, self._price[agent.number]
        for call in self._calls.values():
            price = terms.get(call.topic)
            if price is not None and call.entered_at + price.hold_s <= now:
                fit_s = max(self._weights.skill_on_free * price.skill_s, self._weights.worst_fit_s)
                score = now - call.entered_at + fit_s
                if score > best:
                    best, chosen = score, call.call
        if chosen is not None:
            del self._calls[chosen]
            self._calls[newcomer.call] = newcomer
        return chosen


Sides = tuple[Callable[[list[Agent]], Side], Callable[[list[Agent]], Side]]


def prices_for(everybody: list[Agent]) -> Prices:
    groups = Counter(profile_of(one) for one in everybody)
    return solve_prices(groups, assumed_forecast(groups, TOPICS), Outlook())


LONGEST_IDLE: Sides = (lambda _: Indexed(LongestIdle()), lambda _: Scan())
PRICED: Sides = (
    lambda everybody: Indexed(PricedAssigner(prices_for(everybody))),
    lambda everybody: PricedScan(prices_for(everybody), everybody),
)


def agents(count: int, chance: random.Random, profiles: int = PROFILES) -> list[Agent]:
    rows = [{Topic(branch): chance.randint(1, 5) for branch in chance.sample(BRANCHES, 2)} for _ in range(profiles)]
    return [Agent(AgentNumber(str(number)), "", "", chance.choice(rows)) for number in range(count)]


def calls(count: int, chance: random.Random, first: int = 0, *, at: float | None = None) -> list[WaitingCall]:
    """Callers waiting since one after the other, or all since the same instant."""
    return [
        WaitingCall(
            CallId(f"c{n}"), QUEUE, chance.choice(TOPICS), NOW - WAITED_S * (1 - n / count) if at is None else at, n
        )
        for n in range(first, first + count)
    ]


def median_us(step: Callable[[], object], times: int) -> float:
    """Microseconds per decision: the median of several rounds of so many."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(times):
            step()
        rounds.append((time.process_time() - began) / times * 1e6)
    return statistics.median(rounds)


def slowest_us(step: Callable[[], object], times: int) -> float:
    """The 99th percentile of single decisions, in microseconds of elapsed time: what else runs here counts too."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        step()
        took.append(time.perf_counter() - began)
    return sorted(took)[int(0.99 * times)] * 1e6


Timing = tuple[float, float, float]
"""Microseconds: indexed, its 99th percentile, scan."""


def call_arrives(sides: Sides, count: int) -> Timing:
    """An arriving call, a tenth of the agents idle."""
    chance = random.Random(count)
    everybody = agents(count, chance)
    indexed, scan = (side(everybody) for side in sides)
    for number, agent in enumerate(everybody[: count // 10]):
        since = NOW - IDLE_S * (1 - number / count)
        indexed.idle(agent, since)
        scan.idle(agent, since)
    indexed.settle()
    arriving = cycle(calls(1000, chance, at=NOW))
    now = NOW
    for _ in range(COMPARED):
        call, now = next(arriving), now + 1e-3
        assert indexed.call_arrives(call, now) == scan.call_arrives(call, now)
    fast = median_us(lambda: indexed.call_arrives(next(arriving), now), 3000)
    p99 = slowest_us(lambda: indexed.call_arrives(next(arriving), now), 10_000)
    slow = median_us(lambda: scan.call_arrives(next(arriving), now), max(5, 100_000 // count))
    return fast, p99, slow


def agent_frees(sides: Sides, count: int, waiting: int) -> Timing:
    """An agent who becomes free, all others busy."""
    chance = random.Random(count + waiting)
    everybody = agents(count, chance)
    indexed, scan = (side(everybody) for side in sides)
    for call in calls(waiting, chance):
        indexed.waits(call)
        scan.waits(call)
    indexed.settle()
    freed = cycle(everybody)
    newcomers = iter(calls(80_000, chance, first=waiting, at=NOW))
    for _ in range(COMPARED if waiting <= 10_000 else 5):
        agent, newcomer = next(freed), next(newcomers)
        assert indexed.agent_frees(agent, newcomer, NOW) == scan.agent_frees(agent, newcomer, NOW)
    fast = median_us(lambda: indexed.agent_frees(next(freed), next(newcomers), NOW), 3000)
    p99 = slowest_us(lambda: indexed.agent_frees(next(freed), next(newcomers), NOW), 10_000)
    slow = median_us(lambda: scan.agent_frees(next(freed), next(newcomers), NOW), max(1, 100_000 // waiting))
    return fast, p99, slow


def line(what: str, timing: Timing) -> str:
    fast, p99, slow = timing
    return f"{what:<50}{fast:>9.1f} µs{1e6 / fast:>12,.0f}/s{p99:>9.1f} µs{slow:>14,.1f} µs{slow / fast:>9.0f}×"


def main() -> None:
    print(f"load before: {' '.join(f'{load:.2f}' for load in os.getloadavg())} on {os.cpu_count()} cores")
    for name, sides in (("longest idle", LONGEST_IDLE), ("priced, with holds and records", PRICED)):
        print(f"{name:<50}{'indexed':>12}{'':>14}{'p99':>12}{'linear scan':>17}{'ratio':>10}")
        for count in (1_000, 10_000):
            print(line(f"  call arrives, {count:,} agents, 10 % idle", call_arrives(sides, count)))
        for count, waiting in ((1_000, 1_000), (10_000, 1_000), (10_000, 100_000)):
            print(line(f"  agent frees, {count:,} agents, {waiting:,} waiting", agent_frees(sides, count, waiting)))
    print(f"load after:  {' '.join(f'{load:.2f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
