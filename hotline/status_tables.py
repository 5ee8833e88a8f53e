"""Paints a snapshot as plain tables for a terminal, in Chinese or English. Pure: the same snapshot, the same text."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hotline.snapshot import AgentView, CallView, QueueView, Snapshot, SpeechView

NOTHING = "–"
"""Where there is no figure; zero is a figure."""

STATES_SHOWN = ("ready", "ringing", "talking", "on_hold", "wrap_up", "not_ready", "signed_off")
"""Agent states in the order of the queue table's columns."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the tables say."""

    header: str
    link_up: str
    link_down: str
    engine: str
    counters: str
    speech: str
    speech_keys: str
    speech_off: str
    demo: str
    queues: tuple[str, ...]
    figures: tuple[str, ...]
    agents: tuple[str, ...]
    calls: tuple[str, ...]
    states: dict[str, str]
    phases: dict[str, str]
    unregistered: str
    nobody: str
    titles: tuple[str, str, str, str]


WORDS = {
    "zh-CN": Words(
        header="热线  已运行 {uptime}  配置 {version}  引擎 {boot}",
        link_up="Asterisk 已连接 {since}  往返 {round_trip}  重连 {reconnects} 次",
        link_down="Asterisk 连接已断开 {since}  重连 {reconnects} 次",
        engine="引擎延迟 p99 {lag}  准入上限 {cap}  当前来电 {calls}",
        speech="语音识别 {up}/{wanted}  模型 {model}{demo}  收听 {taps}  延迟 {lag}  "
        "听懂 {understood}  确认 {unsure}  未懂 {missed}",
        speech_keys="语音识别 {up}/{wanted} 不可用或繁忙，新来电只能按键",
        speech_off="语音识别未启用，来电只能按键",
        demo="（仅供试用）",
        counters="进线量 {arrivals}  IVR放弃量 {ivr_abandoned}  通话 {talks}  已结束 {ended}",
        queues=("技能组", "等待", "最长等待", "置闲", "振铃", "通话", "话后", "置忙", "签出"),
        figures=(
            "技能组",
            "人工请求量",
            "接通量",
            "放弃量",
            "人工接通率",
            "{t}秒接通率",
            "3分钟接通率",
            "平均应答",
            "盲转/咨询转",
            "待回电",
        ),
        agents=("工号", "姓名", "班组", "状态", "原因", "时长", "话机", "来电"),
        calls=("来电", "号码", "渠道", "环节", "时长", "位置", "技能组", "坐席", "总时长"),
        states={
            "signed_off": "签出",
            "ready": "置闲",
            "ringing": "振铃",
            "talking": "通话",
            "on_hold": "保持",
            "wrap_up": "话后",
            "not_ready": "置忙",
        },
        phases={"menu": "菜单", "queued": "排队", "ringing": "振铃", "talking": "通话", "closing": "结束语"},
        unregistered="未注册",
        nobody="当前没有来电",
        titles=("技能组", "指标（最近 {window}）", "坐席", "来电"),
    ),
    "en": Words(
        header="Hotline  up {uptime}  configuration {version}  engine {boot}",
        link_up="Asterisk connected for {since}  round trip {round_trip}  reconnects {reconnects}",
        link_down="Asterisk disconnected for {since}  reconnects {reconnects}",
        engine="engine lag p99 {lag}  admission cap {cap}  calls now {calls}",
        speech="speech {up}/{wanted}  model {model}{demo}  heard {taps}  lag {lag}  understood {understood}  "
        "asked {unsure}  not understood {missed}",
        speech_keys="speech {up}/{wanted} is down or busy: new callers use keys only",
        speech_off="speech recognition is off: callers use keys only",
        demo=" (for trying out)",
        counters="arrivals {arrivals}  IVR abandoned {ivr_abandoned}  talks {talks}  ended {ended}",
        queues=("queue", "waiting", "longest", "ready", "ringing", "talking", "wrap-up", "not ready", "off"),
        figures=(
            "queue",
            "offered",
            "answered",
            "abandoned",
            "connect",
            "SL {t} s",
            "in 180 s",
            "ASA",
            "blind/warm",
            "call-backs",
        ),
        agents=("number", "name", "team", "state", "reason", "since", "phone", "call"),
        calls=("call", "caller", "channel", "phase", "since", "at", "queue", "agent", "age"),
        states={
            "signed_off": "signed off",
            "ready": "ready",
            "ringing": "ringing",
            "talking": "talking",
            "on_hold": "on hold",
            "wrap_up": "wrap-up",
            "not_ready": "not ready",
        },
        phases={"menu": "menu", "queued": "queued", "ringing": "ringing", "talking": "talking", "closing": "closing"},
        unregistered="not registered",
        nobody="nobody is on the line",
        titles=("queues", "figures of the last {window}", "agents", "calls"),
    ),
}
"""By the language of screens."""


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
    )


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
        agent.reason,
        NOTHING if agent.since_s is None else span(agent.since_s),
        words.unregistered if agent.reachable is False else "",
        agent.call or "",
    )


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
