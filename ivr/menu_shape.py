"""The shape of `menus.yaml`: which keys exist, what kind of value each takes, which must be given."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, WithJsonSchema

from ivr.menu import Timing
from telephony.hours_shape import Always, HoursShape
from telephony.located_shape import LIST, MAPPING, TEXT, Key, Shape, required, shape_tag
from telephony.prompt import BargeIn

_TIMING = Timing()

WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""An id: it becomes part of file names, metrics and journal records."""

TOPIC = re.compile(rf"{WORD.pattern}(\.{WORD.pattern})*")
"""Ids joined by dots, from general to special."""


def _word(text: str) -> str:
    if not WORD.fullmatch(text):
        raise ValueError("must be an id of a-z, 0-9 and _ that begins with a letter, such as early_repayment")
    return text


def _dotted(text: str) -> str:
    if not TOPIC.fullmatch(text):
        raise ValueError("must be ids joined by dots, such as repayment.early")
    return text


Word = Annotated[str, AfterValidator(_word), Field(json_schema_extra={"pattern": f"^{WORD.pattern}$"})]
Dotted = Annotated[str, AfterValidator(_dotted), Field(json_schema_extra={"pattern": f"^{TOPIC.pattern}$"})]
Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
"""Spoken and shown; longer ones make an options prompt that nobody listens to."""
Synonym = Annotated[str, StringConstraints(min_length=1, max_length=120)]
"""A phrase or a template of phrases (`ivr/phrase_templates.py`), which needs some room."""
Spoken = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
"""About four minutes of Mandarin."""


class SegmentShape(Shape):
    """One part of a prompt: a recording, or text for the synthesiser."""

    text: Spoken | None = None
    recording: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class WholePromptShape(SegmentShape):
    """A prompt with settings."""

    barge_in: BargeIn | None = None
    """What stops it: `off` nothing, `key` any key, `speech` (as in the menu unless set otherwise) a key or any sound
    of the caller's, `hotword` a key or words that mean something; the last two take speech recognition."""


Segment = Annotated[
    Annotated[Spoken, Tag(TEXT)] | Annotated[SegmentShape, Tag(MAPPING)],
    Discriminator(shape_tag),
]
PromptShape = Annotated[
    Annotated[Spoken, Tag(TEXT)]
    | Annotated[list[Segment], Field(min_length=1), Tag(LIST)]
    | Annotated[WholePromptShape, Tag(MAPPING)],
    Discriminator(shape_tag),
]
"""Text, a row of parts, or a mapping with settings."""


class BranchShape(Shape):
    """What the main menu and every node below it may have."""

    say: PromptShape | None = None
    """Spoken on entering."""
    options: PromptShape | None = None
    """Spoken after `say`; generated from the choices if not given."""
    queue: Word | None = None
    """Inherited by everything below."""
    topic: Dotted | None = None
    """The full id if not given."""
    choices: dict[Key, "ChoiceShape"] = Field(default_factory=dict, min_length=1)
    """Key → node, or the id of a node elsewhere in the tree."""


class NodeShape(BranchShape):
    """A node below the main menu: a menu if it has choices, else a leaf."""

    id: Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{WORD.pattern}$"})] = required("", min_length=1)
    """Its form is checked with the tree, so that skills and numbers that name the node still find it."""
    name: Name = required("")
    synonyms: list[Synonym] = Field(default_factory=list)


ChoiceShape = Annotated[Annotated[str, Tag(TEXT)] | Annotated[NodeShape, Tag(MAPPING)], Discriminator(shape_tag)]


class RootShape(BranchShape):
    """The main menu."""

    name: Name | None = None


class EntryShape(Shape):
    """A dialled number."""

    channel: Name = required("")
    enters: str | None = None
    """Full id of a node; the main menu if not given."""
    greeting: PromptShape | None = None


NumberShape = Annotated[Annotated[Name, Tag(TEXT)] | Annotated[EntryShape, Tag(MAPPING)], Discriminator(shape_tag)]
"""A dialled number with settings, or only its channel."""


class TimingShape(Shape):
    """How long the menu waits for the caller."""

    no_input_s: Annotated[float, Field(ge=1, le=60, allow_inf_nan=False)] = _TIMING.no_input_s
    interdigit_s: Annotated[float, Field(ge=0.5, le=10, allow_inf_nan=False)] = _TIMING.interdigit_s
    max_failures: Annotated[int, Field(ge=1, le=10)] = _TIMING.max_failures
    max_menu_s: Annotated[float, Field(ge=30, le=7200, allow_inf_nan=False)] = _TIMING.max_menu_s


class FeatureShape(Shape):
    """What an agent hears after a feature code."""

    sign_in: PromptShape | None = None
    sign_off: PromptShape | None = None
    ready: PromptShape | None = None
    not_ready: PromptShape | None = None
    extend_wrap_up: PromptShape | None = None
    refused: PromptShape | None = None
    unknown_code: PromptShape | None = None


class PhrasesShape(Shape):
    """Everything the hotline says by itself; only what is given is replaced."""

    no_input: PromptShape | None = None
    no_match: PromptShape | None = None
    at_top: PromptShape | None = None
    invite: PromptShape | None = None
    not_heard: PromptShape | None = None
    not_understood: PromptShape | None = None
    confirm: Spoken | None = None
    confirm_everywhere: Spoken | None = None
    yes_or_no: PromptShape | None = None
    not_that: PromptShape | None = None
    use_keys: PromptShape | None = None
    to_agent: PromptShape | None = None
    recording_notice: PromptShape | None = None
    after_failures: PromptShape | None = None
    closed: PromptShape | None = None
    no_agents: PromptShape | None = None
    queue_full: PromptShape | None = None
    timed_out: PromptShape | None = None
    still_waiting: PromptShape | None = None
    position: Spoken | None = None
    expected_wait: Spoken | None = None
    next_in_line: PromptShape | None = None
    goodbye: PromptShape | None = None
    after_talk: PromptShape | None = None
    survey: PromptShape | None = None
    callback_offer: PromptShape | None = None
    callback_nobody: PromptShape | None = None
    callback_will_call: PromptShape | None = None
    callback_confirm: PromptShape | None = None
    callback_number: PromptShape | None = None
    callback_not_callable: PromptShape | None = None
    callback_registered: PromptShape | None = None
    callback_greeting: PromptShape | None = None
    transfer_number: PromptShape | None = None
    transfer_failed: PromptShape | None = None
    error: PromptShape | None = None
    emergency: PromptShape | None = None
    busy_line: PromptShape | None = None
    agent_number: Spoken | None = None
    feature: FeatureShape | None = None
    generated_option: Spoken | None = None
    generated_back: Spoken | None = None
    generated_agent: Spoken | None = None
    generated_repeat: Spoken | None = None


class MenusShape(Shape):
    """The whole of `menus.yaml`."""

    language: Literal["zh-CN", "en"] = "zh-CN"
    timezone: str = "Asia/Shanghai"
    hours: Annotated[Annotated[Always, Tag(TEXT)] | Annotated[HoursShape, Tag(MAPPING)], Discriminator(shape_tag)] = (
        "always"
    )
    numbers: dict[Key, NumberShape] = required({}, min_length=1)
    default_queue: Word = required("")
    timing: TimingShape = TimingShape()
    phrases: PhrasesShape = PhrasesShape()
    menu: RootShape = required(RootShape())
