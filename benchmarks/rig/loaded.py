"""The hotline and the native dialplan under load: the same settings, prompts, agents and callers."""

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig.ports import free_port, quiet_range
from benchmarks.rig.running_hotline import RunningHotline, settings_for
from benchmarks.rig.sipp import AGENTS, PORTS_PER_CALL
from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from hotline.bootstrap import load_settings_config
from hotline.preflight import PORTS_PER_CALL as HOTLINE_PORTS_PER_CALL
from hotline.prompts.preparation import prompt_library
from hotline.settings import Settings, default_cache_dir
from telephony.prompt import Prompt

NUMBER = "95001"
FIRST_AGENT = 10_001

RING_S = 0.3
"""How long the agents' phones ring."""
AROUND_TALK_S = 12.0
"""Longest time a call takes beside the talk: the key, the recording notice, the ring, the last words."""
MARGIN = 1.3

MENUS = """\
numbers:
  {number}: 负载
  other: 其他
default_queue: load
menu:
  say: 您好，欢迎致电青禾消费金融客户服务热线。
  topic: load
  choices:
    1: {{id: load, name: 人工服务, queue: load, topic: load}}
"""

AGENTS_HEAD = """\
teams: {day: 白班}
queues:
  load: {name: 负载, wrap_up_s: 0, announce_every_s: 0, max_waiting: 1000}
agents:
"""

NATIVE_PLAN = """\
[general]
static = yes
writeprotect = yes
[from-trunk]
exten => _X!,1,Answer()
 same => n,Read(KEY,{welcome},1,,1,10)
 same => n,GotoIf($["${{KEY}}" != "1"]?end)
{record} same => n,Dial(PJSIP/$[{before} + ${{RAND(1,{agents})}}],20,gm)
 same => n,Playback({after_talk})
 same => n(end),Hangup()
[from-agent]
exten => _X!,1,Hangup()
"""

NATIVE_RECORD = """\
 same => n,Playback({notice})
 same => n,MixMonitor({folder}/${{UNIQUEID}}.wav,b)
"""


@dataclass(frozen=True, slots=True)
class Load:
    """How many calls of what kind."""

    rate: float
    """Calls a second."""
    seconds: float
    """How long new calls come."""
    talk_s: float
    record: bool
    silent: frozenset[str] = frozenset()
    """Who sends no sound: `caller` (but for the key), `agent`. Each stream is 50 packets a second to be passed on."""

    @property
    def calls(self) -> int:
        return round(self.rate * self.seconds)

    @property
    def at_once(self) -> int:
        """More calls than will ever be up."""
        return math.ceil(self.rate * (self.talk_s + AROUND_TALK_S) * MARGIN) + 20

    @property
    def agents(self) -> int:
        """Enough that nobody waits."""
        return math.ceil(self.rate * (self.talk_s + 2.0) * MARGIN) + 20


@dataclass(frozen=True, slots=True)
class Media:
    """Who has which UDP ports."""

    callers: range
    agents: range


def prepare(folder: Path, load: Load) -> tuple[Settings, int, Media]:
    """Menu and roster written, ports chosen: the settings, the agents' SIP port, SIPp's media."""
    each = load.at_once * PORTS_PER_CALL
    ours = load.at_once * HOTLINE_PORTS_PER_CALL
    first = quiet_range(ours + 2 * each)
    agents_port = free_port(AGENTS)
    (folder / "menus.yaml").write_text(MENUS.format(number=NUMBER))
    (folder / "agents.yaml").write_text(
        AGENTS_HEAD + "".join(_agent(number, agents_port) for number in range(load.agents))
    )
    settings = settings_for(
        folder,
        menus=folder / "menus.yaml",
        agents=folder / "agents.yaml",
        cache_dir=default_cache_dir(),
        sip_port=free_port("127.0.0.1"),
        ami_port=free_port("127.0.0.1"),
        rtp_start=first,
        rtp_end=first + ours - 1,
        max_calls=load.at_once,
        record_calls=load.record,
        announce_agent=False,
    )
    callers = range(first + ours, first + ours + each)
    return settings, agents_port, Media(callers, range(callers.stop, callers.stop + each))


def _agent(place: int, port: int) -> str:
    number = FIRST_AGENT + place
    return (
        f"  {number}: {{name: 坐席{number}, team: day, skills: {{load: 3}}, contact: 'sip:{number}@{AGENTS}:{port}'}}\n"
    )


@contextlib.contextmanager
def native_up(settings: Settings, install: AsteriskInstall, load: Load, home: Path) -> Iterator[AsteriskInstance]:
    """An Asterisk with the files of the hotline that ran before, but a dialplan that does everything itself."""
    etc = settings.asterisk_home / "etc"
    files = {path.name: path.read_text() for path in etc.glob("*.conf") if path.name != "asterisk.conf"}
    phrases = load_settings_config(settings).menu.phrases
    recordings = home.with_name("native-recordings")
    recordings.mkdir()
    record = NATIVE_RECORD.format(notice=_files(settings, phrases.recording_notice), folder=recordings)
    files["cli.conf"] = "[startup_commands]\n"
    files["modules.conf"] += "load = app_read.so\nload = func_rand.so\n"
    files["extensions.conf"] = NATIVE_PLAN.format(
        welcome=_files(settings, load_settings_config(settings).menu.root.say),
        record=record if load.record else "",
        before=FIRST_AGENT - 1,
        agents=load.agents,
        after_talk=_files(settings, phrases.after_talk),
    )
    asterisk = AsteriskInstance(install, home, files)
    asterisk.start()
    try:
        yield asterisk
    finally:
        asterisk.stop()


def _files(settings: Settings, prompt: Prompt | None) -> str:
    assert prompt is not None
    library = prompt_library(settings, load_settings_config(settings).menu)
    return "&".join(str(library.file_of(segment).with_suffix("")) for segment in prompt.segments)


def left_over(up: RunningHotline, *, within_s: float = 10.0) -> list[str]:
    """What should not be there once every call is over."""
    left = [f"agent {agent}" for agent in up.await_ready(within_s=within_s)]
    status = up.status()
    left += [f"call in {call['phase']}" for call in status["calls"]]
    left += [f"channel {channel}" for channel in up.channels()]
    if status["held"]["lines"]:
        left.append(f"{status['held']['lines']} lines in the engine")
    return left
