"""Paints a snapshot as plain tables for a terminal, in Chinese or English. Pure: the same snapshot, the same text."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hotline.snapshot import AgentView, CallView, QueueView, Snapshot, SpeechView
from hotline.status_words import WORDS, Words

NOTHING = "–"
"""Where there is no figure; zero is a figure."""

STATES_SHOWN = ("ready", "ringing", "talking", "on_hold", "wrap_up", "not_ready", "signed_off")
"""Agent states in the order of the queue table's columns."""


def paint(snapshot: Snapshot, language: str = "zh-CN") -> RenderableType:
    """Everything, one table below the other."""
    words = WORDS[language]
    queues, figures, agents, calls = words.titles
    tables: list[RenderableType] = [
        _table(queues, words.queues, [_queue_row(queue) for queue in snapshot.queues]),
        _table(
            figures.format(window=span(snapshot.figures_window_s)),
            _figure_columns(snapshot, words),
            [_figure_row(queue) for queue in snapshot.queues],
        ),
        _table(agents, words.agents, [_agent_row(agent, words) for agent in snapshot.agents]),
        _table(calls, words.calls, [_call_row(call, words, snapshot) for call in snapshot.calls])
        if snapshot.calls
        else Text(words.nobody),
    ]
    lines = (Text(line) for line in headlines(snapshot, words))
    return Group(*lines, *(part for table in tables for part in (Text(), table)))


def paint_agents(snapshot: Snapshot, language: str = "zh-CN") -> RenderableType:
    """The agents alone."""
    words = WORDS[language]
    return _table("", words.agents, [_agent_row(agent, words) for agent in snapshot.agents])


def headlines(snapshot: Snapshot, words: Words) -> tuple[str, ...]:
    """The lines above the tables."""
    link, counters = snapshot.link, snapshot.counters
    return (
        words.header.format(
            uptime=span(snapshot.uptime_s), version=snapshot.config_version or NOTHING, boot=snapshot.boot
        ),
        (words.link_up if link.connected else words.link_down).format(
            since=span(link.since_s), round_trip=_ms(link.round_trip_ms), reconnects=link.reconnects
        ),
        words.engine.format(
            lag=_ms(snapshot.loop_lag_p99_ms),
            cap=NOTHING if snapshot.admission_cap is None else snapshot.admission_cap,
            calls=len(snapshot.calls),
        ),
        words.counters.format(
            arrivals=counters.arrivals,
            ivr_abandoned=counters.ivr_abandoned,
            talks=counters.talks,
            ended=counters.ended,
        ),
        _speech_line(snapshot.speech, words),
        *_late_line(snapshot, words),
        *_duty_line(snapshot, "absent", words.absent_agents, words),
        *_duty_line(snapshot, "outside", words.outside_agents, words),
    )


def _late_line(snapshot: Snapshot, words: Words) -> tuple[str, ...]:
    """Who has been in a state for too long: what a supervisor should see first; nothing without any."""
    late = [
        f"{agent.number} {agent.name} {words.states.get(agent.state, agent.state)} {span(agent.since_s or 0.0)}"
        for agent in snapshot.agents
        if agent.late
    ]
    return (words.late_agents.format(agents=words.comma.join(late)),) if late else ()


def _duty_line(snapshot: Snapshot, duty: str, line: str, words: Words) -> tuple[str, ...]:
    """Who is not there though his shift goes on, and who is though it does not; nothing without any."""
    named = [f"{agent.number} {agent.name}" for agent in snapshot.agents if agent.duty == duty]
    return (line.format(agents=words.comma.join(named)),) if named else ()


def _speech_line(speech: SpeechView, words: Words) -> str:
    if not speech.wanted:
        return words.speech_off
    if not speech.offered:
        return words.speech_keys.format(up=speech.up, wanted=speech.wanted)
    return words.speech.format(
        up=speech.up,
        wanted=speech.wanted,
        model=speech.model,
        demo=words.demo if speech.demo else "",
        taps=speech.taps,
        lag=_ms(speech.lag_ms),
        understood=speech.understood,
        unsure=speech.unsure,
        missed=speech.not_understood,
    )


def span(seconds: float) -> str:
    """A duration as a clock shows it: `0:07`, `12:34`, `1:02:03`, `3d 04:05`."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    if days:
        return f"{days}d {hours:02}:{minutes:02}"
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _queue_row(queue: QueueView) -> tuple[str, ...]:
    return (
        f"{queue.name} ({queue.id})",
        str(queue.waiting),
        span(queue.longest_wait_s) if queue.waiting else NOTHING,
        *(str(queue.agents.get(state, 0)) for state in STATES_SHOWN),
    )


def _figure_columns(snapshot: Snapshot, words: Words) -> tuple[str, ...]:
    """With the queues' T in its place, or the letter where they differ in it."""
    thresholds = {queue.service_level_s for queue in snapshot.queues}
    shown = f"{thresholds.pop():g}" if len(thresholds) == 1 else "T"
    return tuple(column.format(t=shown) for column in words.figures)


def _figure_row(queue: QueueView) -> tuple[str, ...]:
    return (
        queue.name,
        str(queue.offered),
        str(queue.answered),
        str(queue.abandoned),
        _percent(queue.connect_ratio),
        _percent(queue.service_level),
        _percent(queue.answered_in_180),
        NOTHING if queue.asa_s is None else f"{queue.asa_s:.1f} s",
        f"{queue.transferred_blind}/{queue.transferred_warm}",
        str(queue.callbacks),
    )


def _agent_row(agent: AgentView, words: Words) -> tuple[str, ...]:
    return (
        agent.number,
        agent.name,
        agent.team,
        words.states.get(agent.state, agent.state),
        _reason(agent, words),
        NOTHING if agent.since_s is None else span(agent.since_s),
        words.unregistered if agent.reachable is False else words.phones.get(agent.phone, ""),
        agent.call or "",
    )


def _reason(agent: AgentView, words: Words) -> str:
    """Why he is in this state, and what his shift says of it."""
    return f"{_why(agent, words)} {words.duties.get(agent.duty, '')}".strip()


def _why(agent: AgentView, words: Words) -> str:
    """A reason of the roster, or the hotline's own; what the sweeper says of a long talk is said by one word."""
    if not agent.late:
        return words.reasons.get(agent.reason, agent.reason)
    if agent.state != "not_ready":
        return words.late
    return f"{words.reasons.get(agent.reason, agent.reason)} {words.late}".strip()


def _call_row(call: CallView, words: Words, snapshot: Snapshot) -> tuple[str, ...]:
    names = {queue.id: queue.name for queue in snapshot.queues}
    return (
        call.id,
        call.caller or NOTHING,
        call.channel,
        words.phases[call.phase],
        span(call.since_s),
        call.node,
        names.get(call.queue or "", call.queue or ""),
        call.agent or "",
        span(call.age_s),
    )


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(
        title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for number, column in enumerate(columns):
        is_figure = bool(rows) and all(row[number][:1] in set(f"0123456789{NOTHING}") for row in rows) and number > 0
        table.add_column(column, justify="right" if is_figure else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # Text: a name with [brackets] is no markup
    return table


def _percent(ratio: float | None) -> str:
    return NOTHING if ratio is None else f"{ratio * 100:.1f}%"


def _ms(milliseconds: float | None) -> str:
    return NOTHING if milliseconds is None else f"{milliseconds:.1f} ms"
