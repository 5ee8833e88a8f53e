"""The board: takes every fact and order and answers what the hotline looks like now. Pure, and decides nothing."""

from dataclasses import dataclass
from datetime import datetime

from acd.agent import Agent
from acd.metrics import Metrics
from acd.profiles import profile_of
from acd.queue import Queue, Roster
from acd.shifts import duty
from hotline.calls_seen import CallsSeen
from hotline.snapshot import AgentView, LinkView, QueueView, Snapshot, SpeechView
from ivr.menu import Menu
from telephony import commands as c
from telephony import events as e
from telephony.ids import AgentNumber, CallbackId, CallId, QueueId, Topic

WINDOW_S = 86_400.0
"""How far back the queues' figures reach: a day, so that they neither fade within a shift nor grow for ever."""


@dataclass(slots=True)
class _Agent:
    state: c.AgentState = c.AgentState.SIGNED_OFF
    reason: str = ""
    since_at: float | None = None
    call: CallId | None = None
    reachable: bool | None = None
    phone: str = ""
    late: bool = False


class Board:
    """Built by the engine, fed by it, read by whoever shows something."""

    def __init__(self, menu: Menu, roster: Roster, *, boot: str, started_at: float, version: str = "") -> None:
        self._boot = boot
        self._started_at = started_at
        self._metrics = Metrics(roster)
        self._calls = CallsSeen()
        self._agents: dict[AgentNumber, _Agent] = {}
        self._callbacks: dict[CallbackId, QueueId] = {}
        """Still to be made, and for which queue."""
        self._connected = False
        self._link_since_at = started_at
        self._reconnects = 0
        self._round_trip_s: float | None = None
        self._loop_lag_p99_s: float | None = None
        self._cap: int | None = None
        self.speech = SpeechView()
        """Told by the engine every second or so."""
        self.local_on: datetime | None = None
        """The hotline's wall clock, told as often."""
        self.reload(menu, roster, version)

    # ---- what the engine tells ---------------------------------------------------------------------

    def reload(self, menu: Menu, roster: Roster, version: str = "") -> None:
        """A new version of the configuration is in effect."""
        self._version = version or menu.version
        self._menu = menu
        self._roster = roster
        self._metrics.roster = roster
        self._able = _able_agents(menu, roster)
        self._agents = {number: self._agents.get(number, _Agent()) for number in roster.agents}

    def link_changed(self, *, connected: bool, reconnects: int, now: float) -> None:
        """The link to Asterisk came up or went down."""
        if connected != self._connected:
            self._link_since_at = now
        self._connected, self._reconnects = connected, reconnects

    def gauges(self, *, cap: int, round_trip_s: float, loop_lag_p99_s: float) -> None:
        """What the engine measures about itself, every second or so."""
        self._cap, self._round_trip_s, self._loop_lag_p99_s = cap, round_trip_s, loop_lag_p99_s

    def call_recovered(self, call: CallId, *, dialled: str, caller: str, arrived_at: float) -> None:
        """A call of before a restart is ours again; the facts that follow say where it is."""
        self._calls.take_up(call, arrived_at, dialled=dialled, caller=caller)

    def apply(self, happened: object, now: float) -> None:
        """Take one fact or order; those that change nothing to be seen are ignored."""
        self._calls.apply(happened, now)
        if isinstance(happened, c.ShowAgent | e.AgentReachable):
            self._apply_to_agent(happened, now)
        elif isinstance(happened, c.ShowCallback):
            self._callbacks.pop(happened.callback, None)
            if happened.state in {c.CallbackState.WAITING, c.CallbackState.CALLING}:
                self._callbacks[happened.callback] = happened.queue
        self._metrics.apply(happened, now)  # type: ignore[arg-type]  # it ignores what it does not count

    # ---- what windows see --------------------------------------------------------------------------

    def snapshot(self, now: float) -> Snapshot:
        """The hotline at this instant."""
        self._metrics.forget(now - WINDOW_S)
        return Snapshot(
            boot=self._boot,
            uptime_s=now - self._started_at,
            config_version=self._version,
            loop_lag_p99_ms=_ms(self._loop_lag_p99_s),
            admission_cap=self._cap,
            figures_window_s=min(WINDOW_S, now - self._started_at),
            link=LinkView(
                self._connected, now - self._link_since_at, _ms(self._round_trip_s), reconnects=self._reconnects
            ),
            calls=self._calls.views(self._menu, now),
            queues=tuple(self._queue_view(queue, now) for queue in self._roster.queues.values()),
            agents=tuple(self._agent_view(number, now) for number in self._roster.agents),
            counters=self._calls.counters,
            speech=self.speech,
        )

    # ---- queues and agents -------------------------------------------------------------------------

    def _queue_view(self, queue: Queue, now: float) -> QueueView:
        figures = self._metrics.figures(queue.id, now, since=now - WINDOW_S)
        agents = dict.fromkeys(map(str, c.AgentState), 0)
        for number in self._able[queue.id]:
            agents[self._agents[number].state] += 1
        return QueueView(
            id=queue.id,
            name=queue.name,
            waiting=figures.waiting,
            longest_wait_s=figures.longest_wait_s,
            agents=agents,
            offered=figures.offered,
            answered=figures.answered,
            abandoned=figures.abandoned,
            lost=figures.lost,
            service_level_s=queue.service_level_s,
            service_level=figures.service_level,
            answered_in_180=figures.answered_in_180,
            connect_ratio=figures.connect_ratio,
            abandon_ratio=figures.abandon_ratio,
            asa_s=figures.asa_s,
            talk_s=figures.talk_s,
            transferred_blind=figures.transferred_blind,
            transferred_warm=figures.transferred_warm,
            callbacks=sum(1 for asked in self._callbacks.values() if asked == queue.id),
        )

    def _apply_to_agent(self, happened: c.ShowAgent | e.AgentReachable, now: float) -> None:
        agent = self._agents.setdefault(happened.agent, _Agent())
        if isinstance(happened, e.AgentReachable):
            agent.reachable = happened.reachable
            return
        another_break = happened.state is c.AgentState.NOT_READY and happened.reason != agent.reason
        if happened.state is not agent.state or agent.since_at is None or another_break:
            agent.since_at = now if happened.since is None else happened.since
        agent.state, agent.reason, agent.call = happened.state, happened.reason, happened.call
        agent.late = happened.late
        agent.phone = (happened.availability.phone if happened.availability else None) or ""

    def _agent_view(self, number: AgentNumber, now: float) -> AgentView:
        agent, seen = self._roster.agents[number], self._agents[number]
        return AgentView(
            number=number,
            name=agent.name,
            team=self._roster.teams.get(agent.team, agent.team),
            state=seen.state,
            reason=self._roster.not_ready_reasons.get(seen.reason, seen.reason),
            since_s=None if seen.since_at is None else now - seen.since_at,
            call=seen.call,
            reachable=seen.reachable,
            late=seen.late,
            phone=seen.phone,
            duty=self._duty(agent, seen),
        )

    def _duty(self, agent: Agent, seen: _Agent) -> str:
        if self.local_on is None:
            return ""
        signed_in = seen.state is not c.AgentState.SIGNED_OFF
        return duty(self._roster.shifts.get(agent.shift), self.local_on.replace(tzinfo=None), signed_in=signed_in) or ""


def _able_agents(menu: Menu, roster: Roster) -> dict[QueueId, tuple[AgentNumber, ...]]:
    """Per queue, who can take a call of at least one of the topics that lead there, as the queue demands at first."""
    topics: dict[QueueId, set[Topic]] = {queue: set() for queue in roster.queues}
    for node in menu.nodes.values():
        topics.setdefault(menu.queue_of(node), set()).add(node.topic or Topic(node.id))
    profiles = {agent.number: profile_of(agent) for agent in roster.agents.values()}
    return {
        id_: tuple(
            number for number, profile in profiles.items() if any(profile.takes(topic, queue) for topic in topics[id_])
        )
        for id_, queue in roster.queues.items()
    }


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000.0
