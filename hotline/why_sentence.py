"""What `hotline why` says: one plain sentence per ring for supervisors, and everybody who was looked at. Pure."""

from collections.abc import Callable, Iterator, Mapping

from acd.decision import QUEUE_PRIORITY, TRANSFERRED
from acd.verdict import Candidate, Decided
from hotline.why import RingStory
from hotline.why_words import Words
from telephony.commands import Choice
from telephony.ids import AgentNumber, QueueId, Topic

TopicName = Callable[[Topic], str]

SAME_S = 0.05
"""Less is shown as nothing, and is no lead."""

KNOWN_TERMS = frozenset({"waited", "idle", "own agent", "skill", QUEUE_PRIORITY, TRANSFERRED})
"""Others are classes of callers."""


def sentence(told: RingStory, words: Words, topic_name: TopicName) -> str:
    """Why this ring, in one sentence."""
    choice = told.ring.choice
    agent = _agent(told, told.ring.agent)
    if choice is None:
        return words.rung["bare"].format(agent=agent) + words.stop
    wants = _wants(told, choice, words, topic_name)
    if choice.named:
        by = _agent(told, told.passed_on_by or "")
        return words.rung["named" if by else "named by somebody"].format(wants=wants, by=by, agent=agent) + words.stop
    how = "by_agent" if choice.by_agent else "by_call"
    form = words.rung[f"callback {how}" if told.called_back else how]
    clauses = [*_reasons(told, choice, words, topic_name), *_because(told, choice, words)]
    line = form.format(wants=wants, wait=told.waited_s, agent=agent)
    return line + (words.colon + words.comma.join(clauses) if clauses else "") + words.stop


def _wants(told: RingStory, choice: Choice, words: Words, topic_name: TopicName) -> str:
    if told.named is not None:
        return words.wants["named"].format(topic=topic_name(told.named))
    if told.likely:
        return words.wants["likely"].format(topic=topic_name(choice.topic))
    return words.wants["somebody"]


def _reasons(told: RingStory, choice: Choice, words: Words, topic_name: TopicName) -> Iterator[str]:
    """What spoke for this caller, then for this agent."""
    yield from _callers_reasons(told, choice, words.reasons, topic_name)
    form = words.reasons
    if "own agent" in choice.terms:
        yield form[_whose(told)]
    yield from _head_starts(choice.terms, form)
    if told.level is not None:
        yield form["level"].format(topic=topic_name(choice.topic), level=told.level)
    if told.widened:
        yield form["widened"].format(level=choice.min_level)
    if not choice.by_agent:
        yield form["idle"].format(seconds=choice.idle_s)


def _callers_reasons(told: RingStory, choice: Choice, form: Mapping[str, str], topic_name: TopicName) -> Iterator[str]:
    note = told.note
    if told.passed_on_by is not None:
        yield form["passed_on"].format(by=_agent(told, told.passed_on_by))
    if told.moved_from is not None:
        yield form["moved"].format(queue=_queue(told, told.moved_from), to=_queue(told, told.ring.queue))
    if told.named is not None and told.named != choice.topic:
        yield form["skill"].format(topic=topic_name(choice.topic))
    if note is not None and note.wish:
        yield form[f"wish{note.wish}"]
    if note is not None and note.redialled:
        yield form["redialled"]


def _whose(told: RingStory) -> str:
    if told.passed_on_to == told.ring.agent:
        return "asked for"
    return "own agent" if told.own_agent else "last agent"


def _head_starts(terms: Mapping[str, float], form: Mapping[str, str]) -> Iterator[str]:
    """By the caller's class, by his queue, and for having been passed on."""
    for name, term in terms.items():
        if name not in KNOWN_TERMS:
            yield form["class" if term > 0 else "class behind"].format(name=name, seconds=abs(term))
    if by_queue_s := terms.get(QUEUE_PRIORITY):
        key = QUEUE_PRIORITY if by_queue_s > 0 else f"{QUEUE_PRIORITY} behind"
        yield form[key].format(seconds=abs(by_queue_s))
    if transferred_s := terms.get(TRANSFERRED):
        yield form[TRANSFERRED].format(seconds=transferred_s)


def _because(told: RingStory, choice: Choice, words: Words) -> Iterator[str]:
    """What decided, and the runner-up; where the list is in doubt, nothing but what was recorded."""
    form, found = words.because, told.explanation
    if found.doubt:
        yield from _as_recorded(told, choice, words)
        return
    rival = None if found.runner_up is None else _rival(told, choice, found.runner_up.who, words)
    margin_s = 0.0 if found.runner_up is None else found.runner_up.margin_s
    if found.decided is Decided.LEARNING:
        yield form["learning" if rival else "learning alone"].format(rival=rival, behind=max(0.0, -margin_s))
    elif found.decided is Decided.AGE:
        yield form["age ahead" if rival else "age"].format(rival=rival, margin=margin_s)
    else:
        if found.decided is Decided.CLASS:
            yield form["class"]
        yield _lead(choice, form, rival, margin_s)


def _lead(choice: Choice, form: Mapping[str, str], rival: str | None, margin_s: float) -> str:
    if rival is None:
        return form["alone by_agent" if choice.by_agent else "alone by_call"]
    return form["ahead" if margin_s >= SAME_S else "level"].format(rival=rival, margin=margin_s)


def _as_recorded(told: RingStory, choice: Choice, words: Words) -> Iterator[str]:
    if choice.explored:
        yield words.because["learning alone"]
    elif choice.rival is not None and choice.margin_s is not None and choice.margin_s >= SAME_S:
        rival = _rival(told, choice, choice.rival, words)
        yield words.because["recorded"].format(rival=rival, margin=choice.margin_s)


def _rival(told: RingStory, choice: Choice, who: str, words: Words) -> str:
    return words.caller.format(call=who) if choice.by_agent else _agent(told, who)


def candidate_line(one: Candidate, words: Words, *, name: str, chosen: bool) -> str:
    """One who was looked at: how he fared, and why."""
    if one.removed_by:
        detail = f" {one.detail}" if one.detail else ""
        return f"{name}  {words.out}: {words.removed.get(one.removed_by, one.removed_by)}{detail}"
    how = words.chosen if chosen else words.lost
    if one.score_s is None:  # nobody was compared
        return f"{name}  {how}"
    terms = " ".join(f"{words.terms.get(term, term)} {seconds:+.1f}" for term, seconds in one.terms.items())
    return f"{name}  {how} {one.score_s:.1f} = {terms}"


def transfer_line(transfer: Mapping[str, object], words: Words) -> str:
    """Who passed the caller on, to whom, and what became of it."""
    to = transfer["to_agent"] or transfer["to_queue"] or words.menu
    outcome = str(transfer["outcome"] or "")
    ended = words.transferred.get(outcome, outcome).format(agent=transfer["answered_by"] or "")
    return f"{words.kinds[str(transfer['kind'])]}  {transfer['agent']} → {to}: {ended}"


def _agent(told: RingStory, number: str) -> str:
    name = (told.names or {}).get(AgentNumber(number), "")
    return f"{number} {name}".strip()


def _queue(told: RingStory, queue: QueueId) -> str:
    return (told.queues or {}).get(queue, queue)
