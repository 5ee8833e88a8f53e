"""What `hotline run` says about its children: one line each, in Chinese or English, and the same into its log."""

import os
from dataclasses import dataclass
from pathlib import Path

import structlog

from hotline.screen import Screen
from hotline.settings import Settings
from hotline.speech.models import EMBEDDED, model_folder
from hotline.supervisor import Milestone, Told

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """The lines."""

    services: dict[str, str]
    told: dict[Milestone, str]
    unknown_exit: str
    recogniser: str
    ready: tuple[str, ...]
    demo_model: tuple[str, ...]
    """Said after `ready` where the model is only for trying out."""
    no_model: tuple[str, ...]
    ended: str


WORDS = {
    "zh-CN": Words(
        services={"asterisk": "Asterisk", "engine": "引擎", "projector": "数据库写入"},
        told={
            Milestone.STARTED: "{service}已启动（pid {pid}）",
            Milestone.ADOPTED: "接管仍在运行的{service}（pid {pid}）",
            Milestone.READY: "✓ {service}就绪",
            Milestone.SLOW: "{service}启动缓慢，继续等待",
            Milestone.HUNG: "{service}没有反应，强制结束（pid {pid}）",
            Milestone.DIED: "{service}意外退出（{exit}），{again} 秒后重启",
            Milestone.CRASH_LOOP: "{service}反复退出（{exit}），请查看日志；{again} 秒后再试",
            Milestone.NOT_STARTED: "{service}无法启动，{again} 秒后再试",
            Milestone.STOPPING: "正在停止{service}",
            Milestone.STOPPED: "{service}已停止",
            Milestone.KILLED: "{service}未按时停止，已强制结束",
        },
        unknown_exit="原因不明",
        recogniser="语音识别 {number}",
        ready=(
            "热线已就绪：sip:95001@{sip}",
            "另开一个终端试试：{program} call --keys 2,2 --agent-answers",
            "查看状态：{program} status --watch    按 Ctrl-C 停止",
        ),
        demo_model=(
            "也可以对它说话：{program} call --say 我想提前还款",
            "注意：内置语音模型只用合成语音训练，仅供试用；真人来电请安装正式模型（docs/guide/speech-models.md）",
        ),
        no_model=("没有语音模型，来电只能按键（docs/guide/speech-models.md）",),
        ended="已全部停止",
    ),
    "en": Words(
        services={"asterisk": "Asterisk", "engine": "engine", "projector": "projector"},
        told={
            Milestone.STARTED: "{service} started (pid {pid})",
            Milestone.ADOPTED: "{service} still runs and is taken over (pid {pid})",
            Milestone.READY: "✓ {service} ready",
            Milestone.SLOW: "{service} is slow to start; still waiting",
            Milestone.HUNG: "{service} does not respond and is killed (pid {pid})",
            Milestone.DIED: "{service} died ({exit}); restarted in {again} s",
            Milestone.CRASH_LOOP: "{service} keeps dying ({exit}), see the logs; trying again in {again} s",
            Milestone.NOT_STARTED: "{service} can not be started; trying again in {again} s",
            Milestone.STOPPING: "stopping {service}",
            Milestone.STOPPED: "{service} stopped",
            Milestone.KILLED: "{service} did not stop in time and was killed",
        },
        unknown_exit="unknown cause",
        recogniser="recogniser {number}",
        ready=(
            "the hotline is ready: sip:95001@{sip}",
            "try in another terminal: {program} call --keys 2,2 --agent-answers",
            "look at it: {program} status --watch    Ctrl-C stops",
        ),
        demo_model=(
            "you can speak to it, too: {program} call --say 我想提前还款",
            "note: the embedded model knows synthetic voices only; people need another (docs/guide/speech-models.md)",
        ),
        no_model=("there is no speech model: callers use keys only (docs/guide/speech-models.md)",),
        ended="everything is stopped",
    ),
}
"""By the language of screens."""

BAD = frozenset(
    {Milestone.SLOW, Milestone.HUNG, Milestone.DIED, Milestone.CRASH_LOOP, Milestone.NOT_STARTED, Milestone.KILLED}
)


class RunLines:
    """Tells an admin at a terminal what happens."""

    def __init__(self, settings: Settings, screen: Screen, *, program: str) -> None:
        self._settings = settings
        self._screen = screen
        self._words = WORDS[settings.language]
        self._program = shown_program(program)

    def tell(self, told: Told) -> None:
        """One milestone."""
        is_bad = told.what in BAD
        log.log(
            30 if is_bad else 20,
            "child",
            what=str(told.what),
            service=told.service,
            pid=told.pid,
            exit_code=told.exit_code,
            last_lines=told.last_lines,
        )
        if told.what is Milestone.ALL_READY:
            for line in (*self._words.ready, *self._about_speech()):
                self._screen.line(line.format(sip=self._settings.sip_address, program=self._program), "bold")
            return
        text = self._words.told[told.what].format(
            service=self._named(told.service),
            pid=told.pid,
            exit=self._words.unknown_exit if told.exit_code is None else told.exit_code,
            again=f"{told.again_in_s:g}",
        )
        self._screen.line(text, "bold red" if is_bad else "")
        if is_bad:
            self._screen.lines(list(told.last_lines))

    def _about_speech(self) -> tuple[str, ...]:
        if not self._settings.recognisers:
            return ()
        folder = model_folder(self._settings)
        if folder is None:
            return self._words.no_model
        return self._words.demo_model if folder == EMBEDDED else ()

    def _named(self, service: str) -> str:
        if service.startswith("recogniser-"):
            return self._words.recogniser.format(number=service.removeprefix("recogniser-"))
        return self._words.services.get(service, service)

    def ended(self) -> None:
        """All is over."""
        self._screen.line(self._words.ended)


def shown_program(program: str) -> str:
    """How the user starts us: `hotline`, or the path from here where it is not in a folder the shell looks in."""
    path = Path(program)
    if str(path.parent) in os.environ.get("PATH", "").split(os.pathsep):
        return path.name
    return os.path.relpath(path)
