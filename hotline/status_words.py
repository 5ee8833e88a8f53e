"""What the tables of `hotline status` say, every text in both languages side by side."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """One language's."""

    header: str
    link_up: str
    link_down: str
    engine: str
    counters: str
    speech: str
    speech_keys: str
    speech_off: str
    demo: str
    late_agents: str
    late: str
    absent_agents: str
    outside_agents: str
    comma: str
    queues: tuple[str, ...]
    figures: tuple[str, ...]
    agents: tuple[str, ...]
    calls: tuple[str, ...]
    states: dict[str, str]
    phases: dict[str, str]
    reasons: dict[str, str]
    """Why the hotline itself changed an agent's state; the roster's reasons have names of their own."""
    duties: dict[str, str]
    """What shifts say of agents."""
    phones: dict[str, str]
    """What a ready agent's phone is in use for outside the hotline."""
    unregistered: str
    nobody: str
    titles: tuple[str, str, str, str]


LANGUAGES = ("zh-CN", "en")
"""In the order of the pairs below."""

_LINES = {
    "header": (
        "热线  已运行 {uptime}  配置 {version}  引擎 {boot}",
        "Hotline  up {uptime}  configuration {version}  engine {boot}",
    ),
    "link_up": (
        "Asterisk 已连接 {since}  往返 {round_trip}  重连 {reconnects} 次",
        "Asterisk connected for {since}  round trip {round_trip}  reconnects {reconnects}",
    ),
    "link_down": (
        "Asterisk 连接已断开 {since}  重连 {reconnects} 次",
        "Asterisk disconnected for {since}  reconnects {reconnects}",
    ),
    "engine": (
        "引擎延迟 p99 {lag}  准入上限 {cap}  当前来电 {calls}",
        "engine lag p99 {lag}  admission cap {cap}  calls now {calls}",
    ),
    "counters": (
        "进线量 {arrivals}  IVR放弃量 {ivr_abandoned}  通话 {talks}  已结束 {ended}",
        "arrivals {arrivals}  IVR abandoned {ivr_abandoned}  talks {talks}  ended {ended}",
    ),
    "speech": (
        (
            "语音识别 {up}/{wanted}  模型 {model}{demo}  收听 {taps}  延迟 {lag}  "
            "听懂 {understood}  确认 {unsure}  未懂 {missed}"
        ),
        (
            "speech {up}/{wanted}  model {model}{demo}  heard {taps}  lag {lag}  understood {understood}  "
            "asked {unsure}  not understood {missed}"
        ),
    ),
    "speech_keys": (
        "语音识别 {up}/{wanted} 不可用或繁忙，新来电只能按键",
        "speech {up}/{wanted} is down or busy: new callers use keys only",
    ),
    "speech_off": ("语音识别未启用，来电只能按键", "speech recognition is off: callers use keys only"),
    "demo": ("（仅供试用）", " (for trying out)"),
    "late_agents": ("超时坐席  {agents}", "too long in a state  {agents}"),
    "late": ("超时", "too long"),
    "absent_agents": ("应到未到  {agents}", "on shift, not signed in  {agents}"),
    "outside_agents": ("班外在线  {agents}", "signed in outside their shift  {agents}"),
    "comma": ("，", ", "),
    "unregistered": ("未注册", "not registered"),
    "nobody": ("当前没有来电", "nobody is on the line"),
}

_COLUMNS = {
    "queues": (
        ("技能组", "queue"),
        ("等待", "waiting"),
        ("最长等待", "longest"),
        ("置闲", "ready"),
        ("振铃", "ringing"),
        ("通话", "talking"),
        ("话后", "wrap-up"),
        ("置忙", "not ready"),
        ("签出", "off"),
    ),
    "figures": (
        ("技能组", "queue"),
        ("人工请求量", "offered"),
        ("接通量", "answered"),
        ("放弃量", "abandoned"),
        ("人工接通率", "connect"),
        ("{t}秒接通率", "SL {t} s"),
        ("3分钟接通率", "in 180 s"),
        ("平均应答", "ASA"),
        ("盲转/咨询转", "blind/warm"),
        ("待回电", "call-backs"),
    ),
    "agents": (
        ("工号", "number"),
        ("姓名", "name"),
        ("班组", "team"),
        ("状态", "state"),
        ("原因", "reason"),
        ("时长", "since"),
        ("话机", "phone"),
        ("来电", "call"),
    ),
    "calls": (
        ("来电", "call"),
        ("号码", "caller"),
        ("渠道", "channel"),
        ("环节", "phase"),
        ("时长", "since"),
        ("位置", "at"),
        ("技能组", "queue"),
        ("坐席", "agent"),
        ("总时长", "age"),
    ),
    "titles": (
        ("技能组", "queues"),
        ("指标（最近 {window}）", "figures of the last {window}"),
        ("坐席", "agents"),
        ("来电", "calls"),
    ),
}

_KEYED = {
    "states": {
        "signed_off": ("签出", "signed off"),
        "ready": ("置闲", "ready"),
        "ringing": ("振铃", "ringing"),
        "talking": ("通话", "talking"),
        "on_hold": ("保持", "on hold"),
        "wrap_up": ("话后", "wrap-up"),
        "not_ready": ("置忙", "not ready"),
    },
    "phases": {
        "menu": ("菜单", "menu"),
        "queued": ("排队", "queued"),
        "ringing": ("振铃", "ringing"),
        "talking": ("通话", "talking"),
        "closing": ("结束语", "closing"),
    },
    "reasons": {
        "missed_rings": ("多次未接", "missed rings"),
        "phone_gone": ("话机离线", "phone gone"),
        "not_ready_too_long": ("置忙过久", "break too long"),
        "no_sign": ("长时间无操作", "no sign for long"),
        "shift_over": ("班次结束", "shift over"),
        "wrap_up_over": ("话后到时", "wrap-up over"),
        "phone_idle": ("话机空闲，通话已不存在", "phone idle, call gone"),
    },
    "phones": {
        "ringing": ("另有来电振铃", "rings for another call"),
        "in_use": ("另有通话", "in another call"),
        "on_hold": ("另有通话保持中", "holds another call"),
    },
    "duties": {
        "absent": ("应到未到", "absent"),
        "outside": ("班外", "outside shift"),
    },
}


def _words(place: int) -> Words:
    """The language at this place of every pair."""
    lines: dict[str, Any] = {name: pair[place] for name, pair in _LINES.items()}
    columns = {name: tuple(pair[place] for pair in pairs) for name, pairs in _COLUMNS.items()}
    keyed = {name: {key: pair[place] for key, pair in pairs.items()} for name, pairs in _KEYED.items()}
    return Words(**lines, **columns, **keyed)  # type: ignore[arg-type]  # titles: as many as there are pairs


WORDS = {language: _words(place) for place, language in enumerate(LANGUAGES)}
"""By the language of screens."""
