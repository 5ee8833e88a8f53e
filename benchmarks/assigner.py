"""Decisions per second of both policies against linear scans of the same rules, and proof that they choose alike.

The priced policy decides with hold timers and makes a record of every decision.

A decision is what the engine does when a call arrives, or an agent becomes free: the fact is told, the policy is asked
until it has nothing more to decide, and the pair is taken out. Between the rounds, untimed, agents become idle again
and new callers come, so that the state stays as it is.

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
STEPS, ROUNDS, SINGLE, SCAN_ROUNDS = 50, 400, 20_000, 41
"""Decisions a round, and rounds, of the indexed policy; decisions timed one by one; rounds of the scan."""
COMPARED = 200
"""Decisions both sides make on the same state before the clock starts."""

WAITED_S = 100.0
"""How long the first caller has waited: below the bound beyond which only age would count."""

IDLE_S = 500.0
"""How long the first agent has been idle: below the cap beyond which all would be alike."""

NOW = 1e6


class Side(Protocol):
    """An indexed policy, or the scan it is compared with."""

    def idle(self, agent: Agent, since: float) -> None: ...

    def busy(self, agent: Agent) -> None: ...

    def waits(self, call: WaitingCall) -> None: ...

    def settle(self, now: float) -> None: ...

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None: ...

    def agent_frees(self, agent: Agent, now: float) -> CallId | None: ...


class Indexed:
    """One of the project's policies."""

    def __init__(self, policy: Assigner) -> None:
        self._policy = policy

    def idle(self, agent: Agent, since: float) -> None:
        self._policy.add_agent(agent, idle_since=since)

    def busy(self, agent: Agent) -> None:
        self._policy.remove_agent(agent.number)

    def waits(self, call: WaitingCall) -> None:
        self._policy.add_call(call)

    def settle(self, now: float) -> None:
        assert self._policy.next_assignment(now) is None

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None:
        policy = self._policy
        policy.add_call(call)
        found = policy.next_assignment(now)
        if found is None:  # held back from everybody idle: he hangs up at once
            policy.remove_call(call.call)
            return None
        assert policy.next_assignment(now) is None
        return found.agent

    def agent_frees(self, agent: Agent, now: float) -> CallId | None:
        policy = self._policy
        policy.add_agent(agent, idle_since=now)
        found = policy.next_assignment(now)
        if found is None:
            return None
        assert policy.next_assignment(now) is None
        return found.call


class Scan:
    """The same rule by looking at everybody, as a queue without an index does."""

    def __init__(self) -> None:
        self._agents: dict[AgentNumber, tuple[float, Agent]] = {}
        self._calls: dict[CallId, WaitingCall] = {}

    def idle(self, agent: Agent, since: float) -> None:
        self._agents[agent.number] = (since, agent)

    def busy(self, agent: Agent) -> None:
        del self._agents[agent.number]

    def waits(self, call: WaitingCall) -> None:
        self._calls[call.call] = call

    def settle(self, now: float) -> None:
        pass

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None:  # noqa: ARG002  the order is by idleness
        level = call.queue.min_level
        able = ((since, agent.number) for since, agent in self._agents.values() if agent.level(call.topic) >= level)
        best = min(able, default=None)
        if best is None:
            return None
        del self._agents[best[1]]
        return best[1]

    def agent_frees(self, agent: Agent, now: float) -> CallId | None:  # noqa: ARG002  as above
        able = (
            (call.entered_at, call.ticket, call.call)
            for call in self._calls.values()
            if agent.level(call.topic) >= call.queue.min_level
        )
        best = min(able, default=None)
        if best is None:
            return None
        del self._calls[best[2]]
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

    def busy(self, agent: Agent) -> None:
        del self._idle[agent.number]

    def waits(self, call: WaitingCall) -> None:
        self._calls[call.call] = call

    def settle(self, now: float) -> None:
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
            del self._idle[chosen]
        return chosen

    def agent_frees(self, agent: Agent, now: float) -> CallId | None:
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


def a_call(number: int, at: float, chance: random.Random) -> WaitingCall:
    return WaitingCall(CallId(f"c{number}"), QUEUE, chance.choice(TOPICS), at, number)


class Arrivals:
    """A tenth of the agents are idle; calls arrive, one every half second."""

    def __init__(self, side: Side, count: int) -> None:
        chance = random.Random(count)
        self._everybody = agents(count, chance)
        self._side, self._chance, self._number, self._now = side, chance, 0, NOW
        idle = self._everybody[: count // 10]
        self._every_s = IDLE_S / len(idle)
        for number, agent in enumerate(idle):
            side.idle(agent, NOW - IDLE_S + self._every_s * number)
        side.settle(NOW)
        self._by_number = {one.number: one for one in self._everybody}

    def prepare(self, steps: int) -> list[tuple[WaitingCall, float]]:
        made = []
        for _ in range(steps):
            self._now += self._every_s
            self._number += 1
            made.append((a_call(self._number, self._now, self._chance), self._now))
        return made

    def step(self, what: tuple[WaitingCall, float]) -> AgentNumber | None:
        return self._side.call_arrives(*what)

    def mend(self, found: list[AgentNumber | None]) -> None:
        for number in found:
            if number is not None:
                self._side.idle(self._by_number[number], self._now)
        self._side.settle(self._now)


class Frees:
    """All agents are busy; they become free, and every call taken is replaced by a new one."""

    def __init__(self, side: Side, count: int, waiting: int) -> None:
        chance = random.Random(count + waiting)
        everybody = agents(count, chance)
        for agent in everybody:  # whoever is busy now has been idle before
            side.idle(agent, NOW - IDLE_S)
            side.busy(agent)
        self._freed = cycle(everybody)
        self._side, self._chance, self._number, self._now = side, chance, waiting, NOW
        self._every_s = WAITED_S / waiting
        for number in range(waiting):
            side.waits(a_call(number, NOW - WAITED_S + self._every_s * number, chance))
        side.settle(NOW)

    def prepare(self, steps: int) -> list[tuple[Agent, float]]:
        return [(next(self._freed), self._now) for _ in range(steps)]

    def step(self, what: tuple[Agent, float]) -> CallId | None:
        return self._side.agent_frees(*what)

    def mend(self, found: list[CallId | None]) -> None:
        for _ in found:
            self._now += self._every_s
            self._number += 1
            self._side.waits(a_call(self._number, self._now, self._chance))
        self._side.settle(self._now)


Play = Arrivals | Frees


def round_of(play: Play, steps: int) -> tuple[list[str | None], float]:
    """What was chosen, and processor seconds."""
    made, step = play.prepare(steps), play.step
    began = time.process_time()
    found = [step(what) for what in made]  # type: ignore[arg-type]  # each knows what it prepared
    took_s = time.process_time() - began
    play.mend(found)  # type: ignore[arg-type]
    return list(found), took_s


def us(play: Play, steps: int) -> float:
    """Microseconds per decision in one round of so many."""
    return round_of(play, steps)[1] / steps * 1e6


def ratio_of(fast: Play, slow: Play, size: int) -> tuple[float, float]:
    """Microseconds of the scan, and how many times faster the indexed policy is: rounds of both in turn, so that
    whatever else runs here slows both."""
    pairs = [(us(fast, STEPS), us(slow, max(1, 20_000 // size))) for _ in range(SCAN_ROUNDS)]
    return statistics.median(scan for _, scan in pairs), statistics.median(scan / indexed for indexed, scan in pairs)


def slowest_us(play: Play, times: int) -> tuple[float, float]:
    """The 99th percentile of single decisions in microseconds: processor time, and elapsed, where others count too."""
    busy: list[int] = []
    elapsed: list[int] = []
    for _ in range(times // STEPS):
        found = []
        for what in play.prepare(STEPS):
            began, began_busy = time.perf_counter_ns(), time.thread_time_ns()
            found.append(play.step(what))  # type: ignore[arg-type]
            busy.append(time.thread_time_ns() - began_busy)
            elapsed.append(time.perf_counter_ns() - began)
        play.mend(found)  # type: ignore[arg-type]
    busy_us, elapsed_us = (sorted(took)[int(0.99 * len(took))] / 1e3 for took in (busy, elapsed))
    return busy_us, elapsed_us


Timing = tuple[float, float, float, float, float, float]
"""Microseconds: indexed, its best tenth, its 99th percentile in processor time and elapsed, scan; and the ratio.

On a machine with other work the caches are never ours alone; the best rounds are the nearest to a core of its own.
"""


def compared(fast: Play, slow: Play, compared_steps: int, size: int) -> Timing:
    """Both choose alike first, then each is timed."""
    for _ in range(compared_steps):
        assert round_of(fast, 1)[0] == round_of(slow, 1)[0]
    took = sorted(us(fast, STEPS) for _ in range(ROUNDS))
    busy_us, elapsed_us = slowest_us(fast, SINGLE)
    return statistics.median(took), took[ROUNDS // 10], busy_us, elapsed_us, *ratio_of(fast, slow, size)


def call_arrives(sides: Sides, count: int) -> Timing:
    """An arriving call, a tenth of the agents idle."""
    everybody = agents(count, random.Random(count))
    fast, slow = (Arrivals(side(everybody), count) for side in sides)
    return compared(fast, slow, COMPARED, count)


def agent_frees(sides: Sides, count: int, waiting: int) -> Timing:
    """An agent who becomes free, all others busy."""
    everybody = agents(count, random.Random(count + waiting))
    fast, slow = (Frees(side(everybody), count, waiting) for side in sides)
    return compared(fast, slow, COMPARED if waiting <= 10_000 else 5, waiting)


def line(what: str, timing: Timing) -> str:
    fast, best, busy, elapsed, slow, ratio = timing
    return (
        f"{what:<45}{fast:>7.1f} µs{1e6 / fast:>10,.0f}/s{1e6 / best:>10,.0f}/s{busy:>7.1f} µs{elapsed:>8.1f} µs"
        f"{slow:>10,.1f} µs{ratio:>7.0f}×"
    )


def main() -> None:
    print(f"load before: {' '.join(f'{load:.2f}' for load in os.getloadavg())} on {os.cpu_count()} cores")
    for name, sides in (("longest idle", LONGEST_IDLE), ("priced, with holds and records", PRICED)):
        heads = f"{'median':>10}{'':>12}{'best 10 %':>12}{'p99':>10}{'elapsed':>11}{'linear scan':>13}{'ratio':>8}"
        print(f"{name:<45}{heads}")
        for count in (1_000, 10_000):
            print(line(f"  call arrives, {count:,} agents, 10 % idle", call_arrives(sides, count)))
        for count, waiting in ((1_000, 1_000), (10_000, 1_000), (10_000, 100_000)):
            print(line(f"  agent frees, {count:,} agents, {waiting:,} waiting", agent_frees(sides, count, waiting)))
    print(f"load after:  {' '.join(f'{load:.2f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
