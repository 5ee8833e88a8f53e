"""The menu tree as the walker sees it: immutable, checked, free of files and YAML."""

from dataclasses import dataclass, field
from functools import cached_property

from telephony.hours import Hours
from telephony.ids import NodeId, QueueId, Topic
from telephony.prompt import Prompt

ROOT = NodeId("main")

UNIVERSAL_KEYS = {"0": "agent", "9": "repeat", "*": "back", "#": "main"}
"""人工 · 重听 · 返回 · 主菜单: work at every node and may not be taken by a choice."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: a menu if it has choices, else a leaf that leads to a queue."""

    id: NodeId
    name: str
    """Spoken and shown, as 提前还款."""
    parent: NodeId | None
    """None for the root."""
    choices: dict[str, NodeId] = field(default_factory=dict)
    """Key or keys pressed → child, in the order of the file."""
    say: Prompt | None = None
    """Spoken on entering: the welcome, or a leaf's self-service answer."""
    options: Prompt | None = None
    """“额度评估请按1…”, spoken after `say` and by 重听; generated from the choices unless written by hand."""
    queue: QueueId | None = None
    """Where the node's calls go: a leaf's own, or inherited from the nearest ancestor that names one."""
    topic: Topic | None = None
    """What the caller wants to talk about here; the node's id unless the file names another."""
    synonyms: tuple[str, ...] = ()
    """Other ways to say the name."""

    @property
    def is_leaf(self) -> bool:
        """A leaf has no choices."""
        return not self.choices


@dataclass(frozen=True, slots=True)
class Entry:
    """A dialled number: where it enters the tree, and which channel (渠道) it is attributed to."""

    number: str
    node: NodeId
    channel: str
    """Free text for attribution, as 官网 or 投诉专线."""
    greeting: Prompt | None = None
    """Spoken once before the node's own `say`; None: nothing."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the walker waits for the caller. Defaults: VoiceXML 2.0 and common practice."""

    no_input_s: float = 5.0
    """Silence after a prompt until it counts as no input."""
    interdigit_s: float = 2.0
    """Wait for a further key where a longer choice could follow."""
    max_failures: int = 3
    """No-inputs and no-matches together, per call since the last success, before the way out is taken."""
    max_menu_s: float = 600.0
    """Longest stay in the menu: nobody blocks a line by a forgotten phone."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything the hotline says by itself, each overridable in `menus.yaml` under `phrases`.

    Tapering prompts are rows: the n-th failure takes the n-th phrase, further ones the last.
    """

    no_input: tuple[Prompt, ...]
    no_match: tuple[Prompt, ...]
    at_top: Prompt
    """Back was pressed at the root."""
    invite: Prompt
    """Said once, before the first options, where the caller may speak."""
    not_heard: tuple[Prompt, ...]
    """No input where the caller may speak."""
    not_understood: tuple[Prompt, ...]
    """Words that nothing in the menu is like."""
    confirm: str
    """Template with `{name}`: 您是要办理{name}吗."""
    confirm_everywhere: str
    """The same for what works everywhere: 您是要{name}吗, as 转人工服务."""
    yes_or_no: Prompt
    """Said after such a question: how to answer it, by voice or key."""
    not_that: tuple[Prompt, ...]
    """The answer was no."""
    use_keys: Prompt
    """Speech recognition failed in this call: said once."""
    to_agent: Prompt
    """正在为您转接人工服务: said on entering a queue."""
    recording_notice: Prompt
    """Said before any agent is connected, if calls are recorded."""
    after_failures: Prompt
    """Too many failures: said before the way out (an agent, or goodbye)."""
    closed: Prompt
    """Outside the hours."""
    no_agents: Prompt
    """Nobody is there: says so and offers the other channels (官网, App, opening hours)."""
    queue_full: Prompt
    timed_out: Prompt
    """Waited as long as the queue allows."""
    still_waiting: Prompt
    """Periodic comfort while waiting, where no position is told."""
    position: str
    """Template with `{n}`: 您前面还有{n}位."""
    expected_wait: str
    """Template with `{low}` and `{high}`, in minutes."""
    next_in_line: Prompt
    """Position 1."""
    goodbye: Prompt
    after_talk: Prompt
    """The agent hung up, the caller is still there."""
    survey: Prompt
    """Instead, where the queue says so: about rating the service. No rating is taken yet."""
    callback_offer: Prompt
    """After the place in the queue, where callers may ask to be called back."""
    callback_nobody: Prompt
    """Instead of a refusal, where they may: nobody can talk now, but a key asks for a call."""
    callback_will_call: Prompt
    """Before the digits of the number."""
    callback_confirm: Prompt
    """After them: which key confirms, changes, cancels."""
    callback_number: Prompt
    """Asks for another number."""
    callback_not_callable: Prompt
    callback_registered: Prompt
    callback_greeting: Prompt
    """The first words to a customer who has answered our call."""
    transfer_number: Prompt
    """To an agent who passes a caller on: asks for the number."""
    transfer_failed: Prompt
    """To that agent: the number is nobody's, or the colleague did not answer; the caller comes back."""
    error: Prompt
    """Our own bug: the apology before the fallback."""
    emergency: Prompt
    """Played by the dialplan alone while the controller is away."""
    busy_line: Prompt
    """Played by the dialplan to the call too many."""
    agent_number: str
    """Template with `{n}`, told to the caller on connect: 工号{n}为您服务."""
    feature: dict[str, Prompt]
    """What an agent hears after a feature code, by `AgentWish` value, plus `refused` and `unknown_code`."""
    generated_option: str = "{name}请按{key}"
    """Template of one generated option."""
    generated_back: str = "返回上一级请按星号"
    """Ends the generated options of a submenu, with `generated_agent`."""
    generated_agent: str = "人工服务请按0"
    generated_repeat: str = "重听请按9"
    """Ends the generated options of the main menu, with `generated_agent`."""


@dataclass(frozen=True)
class Menu:
    """One checked version of `menus.yaml`."""

    nodes: dict[NodeId, Node]
    entries: dict[str, Entry]
    """By dialled number."""
    phrases: Phrases
    timing: Timing
    hours: Hours
    """When the hotline is open."""
    default_queue: QueueId
    """Where 人工 leads from a node that names no queue."""
    fallback_entry: Entry
    """For a dialled number nobody listed."""
    language: str = "zh-CN"
    vip_callers: frozenset[str] = frozenset()
    """Normalised numbers from the VIP file."""
    version: str = ""
    """Hash of the file's bytes, as in `hotline_config_version_info`."""

    @property
    def root(self) -> Node:
        """The main menu."""
        return self.nodes[ROOT]

    @property
    def root_topic(self) -> Topic:
        """The topic of who asks for somebody at the top of the tree: he has named none."""
        return self.root.topic or Topic(self.root.id)

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """All leaves, in the order of the file."""
        return tuple(node for node in self.nodes.values() if node.is_leaf)

    def entry(self, dialled: str) -> Entry:
        """Where a call to this number enters."""
        return self.entries.get(dialled, self.fallback_entry)

    def topic_for(self, queue: QueueId, topic: Topic | None) -> Topic:
        """The topic of a call that comes to this queue: its own, if that leads there, else the queue's most general."""
        known = [node.topic or Topic(node.id) for node in self.nodes.values() if self.queue_of(node) == queue]
        return topic if topic is not None and (topic in known or not known) else known[0] if known else Topic(queue)

    def queue_of(self, node: Node) -> QueueId:
        """Where the calls of this node go."""
        return node.queue or self.default_queue

    def nearest(self, node: NodeId) -> Node:
        """Return this node or, where it is gone from a newer version, its nearest ancestor that is still there."""
        name = str(node)
        while name and name not in self.nodes:
            name = name.rpartition(".")[0]
        return self.nodes[NodeId(name or ROOT)]
