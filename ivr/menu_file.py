"""From the text of `menus.yaml` to a `Menu`, or to every mistake in it at its line and column."""

from collections.abc import Iterator
from dataclasses import replace

from ivr.menu import ROOT, Entry, Menu, Node, Phrases, Timing
from ivr.menu_checks import OTHER_NUMBER, Surroundings, check_menus
from ivr.menu_draft import Draft, Spot, lay_out
from ivr.menu_shape import EntryShape, MenusShape, NodeShape, PromptShape
from ivr.phrases import SEPARATORS
from ivr.prompt_file import build_phrases, build_prompt
from telephony.errors import Problem
from telephony.hours_file import build_hours, build_zone
from telephony.ids import NodeId, QueueId
from telephony.located import Document, Findings, Path
from telephony.located_shape import read_shape
from telephony.located_yaml import parse_yaml
from telephony.prompt import BargeIn, Prompt, Say
from telephony.repeated import turns

UNLISTED = {"zh-CN": "其他号码", "en": "other numbers"}
"""The channel of numbers that are not listed, where the author gives none."""


def parse_menus(text: str, file: str, *, surroundings: Surroundings | None = None) -> tuple[Menu | None, list[Problem]]:
    """Read a menu file; None if there is any problem."""
    menu, draft, problems = read_menus(text, file)
    if draft is not None:
        problems = [*problems, *check_menus(draft, surroundings or Surroundings())]
    return (None if problems else menu), sorted(problems)


def read_menus(text: str, file: str) -> tuple[Menu | None, Draft | None, list[Problem]]:
    """Read a menu file as far as possible, without the checks that compare its parts."""
    document, problems = parse_yaml(text, file)
    if document is None:
        return None, None, problems
    menu, draft, found = _read(document)
    repeats = []
    for turn in turns(document):
        _, again, new = _read(turn.document)
        repeats.append((turn, again))
        found += turn.only_new(new)
    return menu, replace(draft, repeats=tuple(repeats)), problems + found


def _read(document: Document) -> tuple[Menu, Draft, list[Problem]]:
    shape, deviations = read_shape(document, MenusShape)
    findings = Findings(document, deviations)
    draft = lay_out(document, shape)
    return _build(findings, draft), draft, findings.problems


def _build(findings: Findings, draft: Draft) -> Menu:
    shape = draft.shape
    phrases = build_phrases(findings, ("phrases",), shape.phrases, shape.language)
    zone = build_zone(findings, ("timezone",), shape.timezone)
    entries = {number: _entry(findings, number, about) for number, about in shape.numbers.items()}
    unlisted = Entry("", ROOT, UNLISTED[shape.language])
    return Menu(
        nodes=dict(_nodes(findings, draft, phrases)),
        entries={number: entry for number, entry in entries.items() if number != OTHER_NUMBER},
        phrases=phrases,
        timing=Timing(**shape.timing.model_dump()),
        hours=build_hours(findings, ("hours",), shape.hours, zone=zone),
        default_queue=QueueId(shape.default_queue),
        fallback_entry=entries.get(OTHER_NUMBER, unlisted),
        language=shape.language,
    )


def _entry(findings: Findings, number: str, about: str | EntryShape) -> Entry:
    shape = about if isinstance(about, EntryShape) else EntryShape(channel=about)
    path = ("numbers", number)
    return Entry(
        number="" if number == OTHER_NUMBER else number,
        node=NodeId(shape.enters or ROOT),
        channel=shape.channel,
        greeting=_prompt(findings, (*path, "greeting"), shape.greeting),
    )


def _nodes(findings: Findings, draft: Draft, phrases: Phrases) -> Iterator[tuple[NodeId, Node]]:
    for spot in draft.spots:
        choices = dict(spot.choices())
        options = _prompt(findings, (*spot.path, "options"), spot.shape.options)
        if options is None and choices:
            spoken = {key: draft.ids[target].name for key, target in choices.items() if target in draft.ids}
            options = _generated(spot, spoken, phrases, draft.shape.language)
        yield (
            spot.id,
            Node(
                id=spot.id,
                name=spot.name,
                parent=spot.parent,
                choices=choices,
                say=_prompt(findings, (*spot.path, "say"), spot.shape.say),
                options=options,
                queue=spot.queue,
                topic=spot.topic,
                synonyms=tuple(spot.shape.synonyms) if isinstance(spot.shape, NodeShape) else (),
            ),
        )


def _prompt(findings: Findings, path: Path, shape: PromptShape | None) -> Prompt | None:
    return None if shape is None else build_prompt(findings, path, shape, barge_in=BargeIn.SPEECH)


def _generated(spot: Spot, spoken: dict[str, str], phrases: Phrases, language: str) -> Prompt:
    """Compose “额度评估请按1，…，返回上一级请按星号，人工服务请按0。”."""
    between, end = SEPARATORS[language]
    offers = [phrases.generated_option.replace("{name}", name).replace("{key}", key) for key, name in spoken.items()]
    universal = phrases.generated_back if spot.parent else phrases.generated_repeat
    last = [phrases.generated_agent, universal] if spot.parent is None else [universal, phrases.generated_agent]
    return Prompt((Say(between.join([*offers, *last]) + end),), BargeIn.SPEECH)
