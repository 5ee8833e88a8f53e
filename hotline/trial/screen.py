"""A trial call as a person reads it, line by line while it goes on."""

from typing import TextIO

from hotline.config import Config
from hotline.trial.trial_call import Kind, Note
from telephony.ids import AgentNumber, NodeId, QueueId

LABELS = {
    "zh-CN": {
        Kind.ANSWERED: "接通",
        Kind.HEARD: "听到",
        Kind.MUSIC: "音乐",
        Kind.KEY: "按键",
        Kind.SAID: "说话",
        Kind.UNDERSTOOD: "听懂",
        Kind.ASKED: "确认",
        Kind.NOT_UNDERSTOOD: "未懂",
        Kind.NODE: "进入",
        Kind.QUEUED: "排队",
        Kind.RINGING: "振铃",
        Kind.TALKING: "通话",
        Kind.BOTH_WAYS: "双向",
        Kind.HUNG_UP: "挂机",
    },
    "en": {kind: kind.replace("_", " ") for kind in Kind},
}

SENTENCES = {
    "zh-CN": {
        "agent": "坐席 {name}（{number}）注册话机并签入 …",
        "ok": "成功：主叫 {caller}，通话标识 {call}",
        "failed": "失败：{reason}",
        "interrupted": "已中断，电话已挂断",
        "caller": "主叫",
        "hotline": "热线",
        "both_ways": "主叫听到坐席，坐席听到主叫",
    },
    "en": {
        "agent": "agent {name} ({number}) registers a phone and signs in …",
        "ok": "done: caller {caller}, call {call}",
        "failed": "failed: {reason}",
        "interrupted": "interrupted; the call has been hung up",
        "caller": "caller",
        "hotline": "hotline",
        "both_ways": "the caller hears the agent, the agent hears the caller",
    },
}


class Screen:
    """Writes to one stream: standard output, or standard error beside JSON."""

    def __init__(self, language: str, config: Config, stream: TextIO) -> None:
        self._labels = LABELS[language]
        self._sentences = SENTENCES[language]
        self._config = config
        self._stream = stream

    def print(self, line: str) -> None:
        """One line, at once."""
        self._stream.write(f"{line}\n")
        self._stream.flush()

    def say(self, sentence: str, **values: object) -> None:
        """One of our sentences."""
        self.print(self._sentences[sentence].format(**values))

    def show(self, note: Note) -> None:
        """One line of the timeline."""
        score = "" if note.score is None else f"  {note.score:.2f}"
        self.print(f"{note.t:7.2f} s  {self._labels[note.kind]}  {self._named(note)}{score}")

    def _named(self, note: Note) -> str:
        """Ids by their names."""
        menu, roster = self._config.menu, self._config.roster
        match note.kind:
            case Kind.NODE | Kind.UNDERSTOOD | Kind.ASKED:
                node = menu.nodes.get(NodeId(note.text))
                return node.name if node else note.text
            case Kind.QUEUED:
                queue = roster.queues.get(QueueId(note.text))
                return queue.name if queue else note.text
            case Kind.RINGING | Kind.TALKING:
                agent = roster.agents.get(AgentNumber(note.text))
                return f"{note.text} {agent.name}" if agent else note.text
            case Kind.BOTH_WAYS | Kind.HUNG_UP:
                return self._sentences["both_ways" if note.kind is Kind.BOTH_WAYS else note.text]
            case _:
                return note.text
