"""Checks that compare the parts of a menu file with each other and with what surrounds it."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from ivr.menu import ROOT, UNIVERSAL_KEYS
from ivr.menu_draft import Draft, Spot
from ivr.menu_shape import WORD, EntryShape, NodeShape
from ivr.phrase_templates import TemplateError, expand
from telephony.errors import Problem
from telephony.ids import NodeId, QueueId, Topic
from telephony.located import Path
from telephony.suggest import did_you_mean, quoted

MAX_KEYS = 3
"""Longest choice, in keys: nobody remembers more while listening."""

DIALLED = re.compile(r"\+?[0-9]{3,20}")
"""A number as the trunk delivers it: 110 to E.164 with some room."""

OTHER_NUMBER = "other"
"""The key under `numbers` for every number that is not listed."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the menu leads to; None where it is not known, then nothing is said about it."""

    queues: Collection[QueueId] | None = None
    """Every queue of the roster."""
    gap: Callable[[QueueId, Topic], str] | None = None
    """What is missing for calls of this queue about a topic, so that nobody can ever serve them; empty: nothing."""
    has_recording: Callable[[str], bool] | None = None
    """Whether a file is in the recordings folder."""


def check_menus(draft: Draft, surroundings: Surroundings) -> list[Problem]:
    """Return everything that does not fit together."""
    problems = _check_once(draft, surroundings)
    for turn, again in draft.repeats:
        problems += turn.only_new(_check_once(again, surroundings))
    return problems


def asked_of(draft: Draft) -> Iterator[tuple[QueueId, Topic]]:
    """Yield every queue and topic that the menu can send a call with, the unclear left out."""
    for spot in draft.spots:
        if not _topic_unclear(draft, spot):
            yield spot.queue or QueueId(draft.shape.default_queue), spot.topic


def _check_once(draft: Draft, surroundings: Surroundings) -> list[Problem]:
    per_node = (_check_keys, _check_references, _check_templates, _check_names, _check_id, _check_queue)
    return [
        *(problem for spot in draft.spots for check in per_node for problem in check(draft, spot)),
        *_check_root(draft),
        *_check_same_ids(draft),
        *_check_numbers(draft),
        *_check_known_queues(draft, surroundings.queues),
        *_check_service(draft, surroundings.gap),
        *_check_recordings(draft, surroundings.has_recording),
    ]


def _check_keys(draft: Draft, spot: Spot) -> Iterator[Problem]:
    """Choices must be digits that work, and no choice the beginning of another."""
    keys = dict.fromkeys(draft.document.keys((*spot.path, "choices")))
    for key in keys:
        if (mistake := _key_mistake(key)) is not None:
            yield draft.document.key_problem((*spot.path, "choices", key), f"choice {quoted(key)}: {mistake}")
    for longer in keys:
        for key in (longer[:length] for length in range(1, min(len(longer), MAX_KEYS + 1))):
            if key in keys:
                message = (
                    f'choice "{longer}": begins with choice "{key}", so that whoever presses {key} would have to wait '
                    "for a second key; use keys of one length"
                )
                yield draft.document.key_problem((*spot.path, "choices", longer), message)


def _key_mistake(key: str) -> str | None:
    if key[:1] in UNIVERSAL_KEYS:
        return f"{key[0]} always means {UNIVERSAL_KEYS[key[0]]}; begin with another key"
    if not re.fullmatch(r"[0-9]+", key):
        half_width = unicodedata.normalize("NFKC", key)
        return f"write {half_width} in half-width digits" if re.fullmatch(r"[0-9]+", half_width) else "not digits"
    return f"longer than {MAX_KEYS} keys" if len(key) > MAX_KEYS else None


def _check_references(draft: Draft, spot: Spot) -> Iterator[Problem]:
    for key, choice in spot.shape.choices.items():
        path = (*spot.path, "choices", key)
        if isinstance(choice, NodeShape):
            continue
        if choice == spot.id:
            yield draft.document.problem(path, f'choice "{key}": leads to the very menu it is in')
        elif choice not in draft.ids:
            hint = did_you_mean(choice, draft.ids)
            yield draft.document.problem(path, f'choice "{key}": goes to {quoted(choice)}, which is not a menu{hint}')


def _check_templates(draft: Draft, spot: Spot) -> Iterator[Problem]:
    """Synonyms may be templates, which must mean something."""
    synonyms = spot.shape.synonyms if isinstance(spot.shape, NodeShape) else []
    for index, synonym in enumerate(synonyms):
        try:
            expand(synonym)
        except TemplateError as mistake:
            yield draft.document.problem((*spot.path, "synonyms", index), f"{quoted(synonym)}: {mistake}")


def _check_names(draft: Draft, spot: Spot) -> Iterator[Problem]:
    """Two choices of one menu must not be called the same."""
    taken: dict[str, str] = {}
    for key, choice in spot.shape.choices.items():
        if not isinstance(choice, NodeShape):
            continue
        path: Path = (*spot.path, "choices", key)
        named: list[tuple[Path, str]] = [((*path, "name"), choice.name)]
        for index, synonym in enumerate(choice.synonyms):
            named += [((*path, "synonyms", index), phrase) for phrase in _phrases(synonym)]
        for place, name in named:
            if name and (other := taken.setdefault(name.casefold(), key)) != key:
                yield draft.document.problem(place, f'{quoted(name)} is also a name of choice "{other}"')


def _phrases(synonym: str) -> tuple[str, ...]:
    """Expand a synonym; a wrong template, which has been named already, stands for itself."""
    try:
        return expand(synonym)
    except TemplateError:
        return (synonym,)


def _check_id(draft: Draft, spot: Spot) -> Iterator[Problem]:
    if spot.parent is not None and spot.id == ROOT:
        yield draft.document.problem((*spot.path, "id"), f'"{ROOT}" is the main menu itself; choose another id')
    if isinstance(spot.shape, NodeShape) and spot.shape.id and not WORD.fullmatch(spot.shape.id):
        wanted = "an id of a-z, 0-9 and _ that begins with a letter, such as early_repayment"
        yield draft.document.problem((*spot.path, "id"), f"{quoted(spot.shape.id)} is not {wanted}")


def _check_queue(draft: Draft, spot: Spot) -> Iterator[Problem]:
    """A leaf needs a queue; one that is given but wrong has been named already."""
    keys = [draft.document.keys(spot.path[:length]) for length in range(1, len(spot.path) + 1)]
    is_leaf = "choices" not in keys[-1]
    if is_leaf and spot.queue is None and not any("queue" in there for there in keys) and spot.id != ROOT:
        yield draft.document.key_problem(
            spot.path, f'{quoted(spot.name or spot.id)} leads to no queue; give it or a menu above it a "queue"'
        )


def _check_root(draft: Draft) -> Iterator[Problem]:
    there = draft.document.keys(("menu",))
    for name, meaning in (("say", "the welcome"), ("choices", "keys to press")):
        if there and name not in there:
            yield draft.document.key_problem(("menu",), f'"{name}" ({meaning}) is missing here')


def _check_same_ids(draft: Draft) -> Iterator[Problem]:
    for spot in draft.spots:
        earlier = draft.ids[spot.id]
        if earlier is not spot and earlier.parent is not None:
            line = draft.document.place((*earlier.path, "id")).line
            yield draft.document.problem((*spot.path, "id"), f'"{spot.id}" is already the node in line {line}')


def _check_numbers(draft: Draft) -> Iterator[Problem]:
    for number, about in draft.shape.numbers.items():
        path: Path = ("numbers", number)
        if number != OTHER_NUMBER and not DIALLED.fullmatch(number):
            message = f'{quoted(number)} is not a telephone number: write digits only, or "{OTHER_NUMBER}"'
            yield draft.document.key_problem(path, message)
        if isinstance(about, EntryShape) and about.enters is not None and about.enters not in draft.ids:
            hint = did_you_mean(about.enters, draft.ids)
            message = f"number {number}: enters {quoted(about.enters)}, which is not a menu{hint}"
            yield draft.document.problem((*path, "enters"), message)


def _check_known_queues(draft: Draft, queues: Collection[QueueId] | None) -> Iterator[Problem]:
    if queues is None:
        return
    named: list[tuple[Path, str | None]] = [(("default_queue",), draft.shape.default_queue)]
    named += [((*spot.path, "queue"), spot.shape.queue) for spot in draft.spots]
    for path, queue in named:
        if queue and queue not in queues:
            message = f"{quoted(queue)} is not a queue of the agents file{did_you_mean(queue, queues)}"
            yield draft.document.problem(path, message)


def _check_service(draft: Draft, gap: Callable[[QueueId, Topic], str] | None) -> Iterator[Problem]:
    """Somebody must be able to serve each topic; what is said of a menu is not repeated for all below it."""
    if gap is None:
        return
    hopeless: set[tuple[NodeId | None, QueueId]] = set()
    for spot in draft.spots:
        queue = spot.queue or QueueId(draft.shape.default_queue)
        if _topic_unclear(draft, spot) or not (missing := gap(queue, spot.topic)):
            continue
        if (spot.parent, queue) not in hopeless:
            yield draft.document.problem((*spot.path, "topic" if spot.shape.topic else "id"), missing)
        hopeless.add((spot.id, queue))


def _topic_unclear(draft: Draft, spot: Spot) -> bool:
    """Whether topic or id is missing or wrong, which has been named already."""
    there = draft.document.keys(spot.path)
    wrong_topic = "topic" in there and spot.shape.topic is None
    return wrong_topic or (isinstance(spot.shape, NodeShape) and not spot.shape.id)


def _check_recordings(draft: Draft, has_recording: Callable[[str], bool] | None) -> Iterator[Problem]:
    if has_recording is None:
        return
    for path, text in draft.document.texts("recording"):
        if not has_recording(text):
            yield draft.document.problem(path, f"{quoted(text)} is not in the recordings folder")
