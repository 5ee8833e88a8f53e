"""Everything the hotline can say with this menu and this roster: what is rendered before the first call. Pure."""

from collections.abc import Iterable, Iterator

from acd.queue import Roster
from ivr.menu import Menu, Phrases
from ivr.wording import digits, place, questions
from telephony.prompt import Prompt, Say, Segment

POSITIONS = range(1, 31)
"""Places in the queue rendered beforehand; one further back is rendered when it is first needed."""

EXPECTED_WAITS = tuple((low, high) for low in range(1, 9) for high in range(low + 1, 16))
"""Ranges of minutes rendered beforehand: all up to a quarter of an hour."""


def all_segments(menu: Menu, roster: Roster) -> list[Segment]:
    """Every segment once, in the order in which a caller is likely to hear them."""
    return list(dict.fromkeys(_segments(menu, roster)))


def _segments(menu: Menu, roster: Roster) -> Iterator[Segment]:
    for entry in (*menu.entries.values(), menu.fallback_entry):
        yield from _of(entry.greeting)
    for node in menu.nodes.values():
        yield from _of(node.say)
        yield from _of(node.options)
    yield from _phrases(menu.phrases)
    for question in questions(menu):
        yield from question.segments
    for position in POSITIONS:
        yield from place(menu.phrases, position, None).segments
    for low, high in EXPECTED_WAITS:
        yield from place(menu.phrases, 1, (60.0 * low, 60.0 * high)).segments
    yield from digits(menu.language, "0123456789")
    for number in roster.agents:
        yield Say(menu.phrases.agent_number.format(n=number))


def _of(prompt: Prompt | None) -> tuple[Segment, ...]:
    return prompt.segments if prompt else ()


def _phrases(phrases: Phrases) -> Iterator[Segment]:
    for name in Phrases.__dataclass_fields__:
        yield from _segments_in(getattr(phrases, name))


def _segments_in(value: object) -> Iterator[Segment]:
    match value:
        case Prompt():
            yield from value.segments
        case tuple():
            yield from _segments_of_all(value)
        case dict():
            yield from _segments_of_all(value.values())
        case _:
            pass  # a template: filled in by its own line above


def _segments_of_all(values: Iterable[object]) -> Iterator[Segment]:
    for value in values:
        yield from _segments_in(value)
