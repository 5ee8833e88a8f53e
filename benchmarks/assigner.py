"""Decisions per second of both policies against linear scans of the same rules, and proof that they choose alike.

The office is one as it occurs: four queues with levels and priorities, sixteen topics, VIPs, callers with wishes and
with agents of their own, agents whose form and load differ (`benchmarks/rig/office.py`); holds are on, and every
decision of the priced policy makes its record. Callers have waited for up to half an hour where so many wait, so age
decides; the row with the same number who have all come within 100 s is where it does not yet.

A decision is what the engine does when a call arrives, or an agent becomes free: the fact is told, the policy is asked
until it has nothing more to decide, and the pair is taken out. Between the rounds, untimed, agents become idle again
and new callers come, so that the state stays as it is.

Run alone: `python -m benchmarks.assigner`. Processor time, medians over rounds; the load is printed beside them.
"""

import os
import statistics
import time
from collections.abc import Callable
from itertools import cycle
from typing import Protocol

from acd.agent import Agent
from acd.assigner import Assigner, LongestIdle, WaitingCall
from acd.priced_assigner import PricedAssigner
from acd.profiles import BUSY_BANDS
from acd.standing import Standing
from benchmarks.rig.office import Office
from benchmarks.rig.scans import LongestIdleScan, PricedScan
from telephony.ids import AgentNumber, CallId

STEPS, ROUNDS, SINGLE, SCAN_ROUNDS = 50, 400, 20_000, 41
"""Decisions a round, and rounds, of the indexed policy; decisions timed one by one; rounds of the scan."""
COMPARED = 200
"""Decisions both sides make on the same state before the clock starts."""

YOUNG_S = 100.0
"""How long the first caller has waited where nobody has waited for the bound beyond which only age counts."""

OLD_S = 1800.0
"""And where 100,000 wait: half an hour."""

IDLE_S = 500.0
"""How long the first agent has been idle: below the cap beyond which all would be alike."""

AFTER_EACH_OTHER_S = 1e-3
"""Between two agents who become idle again: no two of them at the same instant."""

NOW = 1e6


class Side(Protocol):
    """An indexed policy, or the scan it is compared with."""

    def idle(self, agent: Agent, since: float, standing: Standing) -> None: ...

    def busy(self, agent: Agent) -> None: ...

    def waits(self, call: WaitingCall) -> None: ...

    def settle(self, now: float) -> None: ...

    def call_arrives(self, call: WaitingCall, now: float) -> AgentNumber | None: ...

    def agent_frees(self, agent: Agent, standing: Standing, now: float) -> CallId | None: ...


class Indexed:
    """One of the project's policies."""

    def __init__(self, policy: Assigner) -> None:
        self._policy = policy

    def idle(self, agent: Agent, since: float, standing: Standing) -> None:
        self._policy.add_agent(agent, idle_since=since, standing=standing)

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

    def agent_frees(self, agent: Agent, standing: Standing, now: float) -> CallId | None:
        policy = self._policy
        policy.add_agent(agent, idle_since=now, standing=standing)
        found = policy.next_assignment(now)
        if found is None:  # nobody for him: he leaves at once
            policy.remove_agent(agent.number)
            return None
        assert policy.next_assignment(now) is None
        return found.call


Sides = tuple[Callable[[Office], Side], Callable[[Office], Side]]

LONGEST_IDLE: Sides = (lambda _: Indexed(LongestIdle()), lambda _: LongestIdleScan())
PRICED: Sides = (
    lambda office: Indexed(PricedAssigner(office.prices())),
    lambda office: PricedScan(office.prices(), office.by_number),
)
PRICED_IDLE_KNOWN: Sides = (PRICED[0], lambda office: PricedScan(office.prices()))
"""The scan has the idle agents in a list of their own, which is an index already."""


class Arrivals:
    """A tenth of the agents are idle; calls arrive, one every half second."""

    def __init__(self, side: Callable[[Office], Side], count: int) -> None:
        self._office = office = Office(count, count)
        self._side, self._number, self._now = side(office), 0, NOW
        idle = office.agents[: count // 10]
        self._every_s = IDLE_S / len(idle)
        for agent in idle:  # at no round instants: of two with the same score either may be taken
            since = NOW - IDLE_S * office.chance.random()
            self._side.idle(agent, since, office.standings[agent.number])
        self._side.settle(NOW)

    def prepare(self, steps: int) -> list[tuple[WaitingCall, float]]:
        made = []
        for _ in range(steps):
            self._now += self._every_s
            self._number += 1
            made.append((self._office.call(self._number, self._now), self._now))
        return made

    def step(self, what: tuple[WaitingCall, float]) -> AgentNumber | None:
        return self._side.call_arrives(*what)

    def mend(self, found: list[AgentNumber | None]) -> None:
        for place, number in enumerate(found):
            if number is not None:
                agent = self._office.by_number[number]
                since = self._now - AFTER_EACH_OTHER_S * (len(found) - place)
                self._side.idle(agent, since, self._office.standing(agent))
        self._side.settle(self._now)


class Frees:
    """All agents are busy; they become free, and every call taken is replaced by a new one."""

    def __init__(self, side: Callable[[Office], Side], count: int, waiting: int, first_waited_s: float) -> None:
        self._office = office = Office(count, count + waiting)
        self._freed = cycle(office.agents)
        self._side, self._number, self._now = side(office), waiting, NOW
        for agent in office.agents:  # whoever is busy now has been idle before, with every load
            for band in range(BUSY_BANDS):
                self._side.idle(agent, NOW - IDLE_S, office.standing(agent, band))
                self._side.busy(agent)
        self._every_s = first_waited_s / waiting
        for number in range(waiting):
            self._side.waits(office.call(number, NOW - first_waited_s + self._every_s * number))
        self._side.settle(NOW)

    def prepare(self, steps: int) -> list[tuple[Agent, Standing, float]]:
        agents = (next(self._freed) for _ in range(steps))
        return [(agent, self._office.standing(agent), self._now) for agent in agents]

    def step(self, what: tuple[Agent, Standing, float]) -> CallId | None:
        return self._side.agent_frees(*what)

    def mend(self, found: list[CallId | None]) -> None:
        for call in found:
            self._now += self._every_s
            if call is not None:
                self._number += 1
                self._side.waits(self._office.call(self._number, self._now))
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
    fast, slow = (Arrivals(side, count) for side in sides)
    return compared(fast, slow, COMPARED, count)


def agent_frees(sides: Sides, count: int, waiting: int, first_waited_s: float) -> Timing:
    """An agent who becomes free, all others busy."""
    fast, slow = (Frees(side, count, waiting, first_waited_s) for side in sides)
    return compared(fast, slow, COMPARED if waiting <= 10_000 else 5, waiting)


def line(what: str, timing: Timing) -> str:
    fast, best, busy, elapsed, slow, ratio = timing
    return (
        f"{what:<58}{fast:>7.1f} µs{1e6 / fast:>10,.0f}/s{1e6 / best:>10,.0f}/s{busy:>7.1f} µs{elapsed:>8.1f} µs"
        f"{slow:>10,.1f} µs{ratio:>7.0f}×"
    )


FREES = (
    (1_000, 1_000, YOUNG_S),
    (10_000, 1_000, YOUNG_S),
    (10_000, 1_000, OLD_S),
    (10_000, 100_000, YOUNG_S),
    (10_000, 100_000, OLD_S),
)
"""Agents, callers waiting, and how long the first of them has."""


def main() -> None:
    print(f"load before: {' '.join(f'{load:.2f}' for load in os.getloadavg())} on {os.cpu_count()} cores")
    for name, sides in (("longest idle", LONGEST_IDLE), ("priced, with holds and records", PRICED)):
        heads = f"{'median':>10}{'':>12}{'best 10 %':>12}{'p99':>10}{'elapsed':>11}{'linear scan':>13}{'ratio':>8}"
        print(f"{name:<58}{heads}")
        for count in (1_000, 10_000):
            print(line(f"  call arrives, {count:,} agents, 10 % idle", call_arrives(sides, count)))
        if sides is PRICED:
            print(line("  the same, the scan has a list of who is idle", call_arrives(PRICED_IDLE_KNOWN, count)))
        for count, waiting, waited_s in FREES:
            what = f"  agent frees, {count:,} agents, {waiting:,} waiting ≤ {waited_s:,.0f} s"
            print(line(what, agent_frees(sides, count, waiting, waited_s)))
    print(f"load after:  {' '.join(f'{load:.2f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
