"""Where keys lead and who could answer there: what a trial call expects before it is made. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from acd.agent import Agent
from acd.profiles import profile_of
from acd.queue import Roster
from ivr.answers import hear_answer
from ivr.intents import Act, Confirm, IntentIndex
from ivr.menu import Menu, Node
from ivr.universals import Universal
from telephony.ids import AgentNumber, NodeId, QueueId, Topic

AGENT_KEY, REPEAT_KEY, BACK_KEY, ROOT_KEY = "0", "9", "*", "#"


class NoPlanError(ValueError):
    """What is asked for can not happen with this menu and roster; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call with these keys is expected to reach."""

    keys: tuple[str, ...]
    node: NodeId
    """Where the keys lead."""
    name: str
    """That node's name."""
    queue: QueueId | None
    """Where the caller waits for an agent; None while there is still something to choose."""
    topic: Topic | None
    words: tuple[str, ...] = ()
    """What the caller says after the keys."""
    is_certain: bool = True
    """Whether it is known where that leads; it is not of a recording."""


def split_keys(keys: str) -> tuple[str, ...]:
    """Choices as typed: `2,1` or `21`; with commas a choice may have several keys."""
    parts = [part.strip() for part in keys.split(",")] if "," in keys else list(keys.strip())
    for part in parts:
        if not part or set(part) - set("0123456789*#"):
            raise NoPlanError(f"keys: {part!r} cannot be pressed; use digits, * and #, separated by commas")
    return tuple(parts)


def make_plan(menu: Menu, dialled: str, keys: tuple[str, ...]) -> Plan:
    """Follow the keys through the menu."""
    node = menu.nodes[menu.entry(dialled).node]
    for place, key in enumerate(keys):
        if key == AGENT_KEY:
            if place < len(keys) - 1:
                raise NoPlanError("keys: after 0 the caller waits for an agent; nothing more can be chosen")
            return _waiting(menu, node, keys)
        node = _next(menu, node, key)
    return _waiting(menu, node, keys) if node.is_leaf else Plan(keys, node.id, node.name, None, None)


def add_words(menu: Menu, plan: Plan, words: tuple[str, ...]) -> Plan:
    """Follow what the caller says from where the keys led, as the menu would if every word were heard right."""
    if not words:
        return plan
    if AGENT_KEY in plan.keys:
        raise NoPlanError("say: after 0 the caller waits for an agent; nothing more can be said to the menu")
    return replace(_follow(menu, plan, words), words=words)


def _follow(menu: Menu, plan: Plan, words: tuple[str, ...]) -> Plan:
    index, node = IntentIndex.build(menu), menu.nodes[plan.node]
    asked: NodeId | None = None
    for place, text in enumerate(words):
        yes = hear_answer(text, menu.language) if asked is not None else None
        outcome = index.match(text, node.id)
        if asked is not None and yes is not None:
            node, asked = menu.nodes[asked] if yes else node, None
        elif isinstance(outcome, Act) and outcome.target is Universal.AGENT:
            if place < len(words) - 1:
                raise NoPlanError("say: after 人工 the caller waits for an agent; nothing more can be said to the menu")
            return _waiting(menu, node, plan.keys)
        elif isinstance(outcome, Act):
            node = _meant(menu, node, outcome.target)
        elif isinstance(outcome, Confirm) and not isinstance(outcome.target, Universal):
            asked = outcome.target
    return _waiting(menu, node, plan.keys) if node.is_leaf else Plan(plan.keys, node.id, node.name, None, None)


def _meant(menu: Menu, node: Node, target: NodeId | Universal) -> Node:
    if not isinstance(target, Universal):
        return menu.nodes[target]
    return _next(menu, node, {Universal.MAIN: ROOT_KEY, Universal.BACK: BACK_KEY}.get(target, REPEAT_KEY))


def _next(menu: Menu, node: Node, key: str) -> Node:
    if key == REPEAT_KEY:
        return node
    if key == ROOT_KEY:
        return menu.root
    if key == BACK_KEY:
        return menu.nodes[node.parent] if node.parent else node
    if key not in node.choices:
        offered = ", ".join(f"{choice} {menu.nodes[child].name}" for choice, child in node.choices.items())
        raise NoPlanError(f"keys: {node.name} offers no {key}" + (f"; it offers {offered}" if offered else ""))
    return menu.nodes[node.choices[key]]


def _waiting(menu: Menu, node: Node, keys: tuple[str, ...]) -> Plan:
    return Plan(keys, node.id, node.name, node.queue or menu.default_queue, node.topic or Topic(str(node.id)))


def choose_agent(plan: Plan, roster: Roster, taken: Collection[AgentNumber], wanted: str = "") -> Agent:
    """The best of those who may answer there, have no phone at a fixed place and are not `taken` (at work already)."""
    if not plan.is_certain:
        raise NoPlanError("wav: nobody knows beforehand where a recording leads; give --keys or --say for an agent")
    if plan.queue is None or plan.topic is None:
        raise NoPlanError(f"keys: {plan.name} is a menu; choose on until a leaf, or 0, leads to an agent")
    queue, topic = roster.queues[plan.queue], plan.topic
    able = [agent for agent in roster.agents.values() if profile_of(agent).takes(topic, queue)]
    if wanted:
        agent = _wanted(wanted, roster)
        if agent not in able:
            raise NoPlanError(f"agent {wanted} has no sufficient skill for {plan.name} ({topic})")
        if agent.number in taken:
            raise NoPlanError(f"agent {wanted} is signed in or has a phone registered already; choose another")
        return agent
    free = [agent for agent in able if agent.contact is None and agent.number not in taken]
    if not free:
        why = "all who can are signed in or have their phone registered" if able else "nobody has the skill"
        raise NoPlanError(f"no agent is left to answer {plan.name} in queue {queue.name}: {why}")
    return min(free, key=lambda agent: (-agent.level(topic), agent.number))


def _wanted(number: str, roster: Roster) -> Agent:
    agent = roster.agents.get(AgentNumber(number))
    if agent is None:
        raise NoPlanError(f"agent {number} is not in the roster")
    if agent.contact is not None:
        raise NoPlanError(f"the phone of agent {number} has a fixed place; only phones that register can be played")
    return agent
