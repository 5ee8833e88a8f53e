"""From the prompts of a YAML file to `Prompt`s and `Phrases`, naming every mistake at its place."""

import re
from dataclasses import fields, replace
from pathlib import PurePosixPath
from typing import Any

from ivr.menu import Phrases
from ivr.menu_shape import PhrasesShape, PromptShape, SegmentShape, WholePromptShape
from ivr.phrases import IN_THE_MENU, MUST_BE_HEARD, PHRASES, PLACEHOLDERS
from telephony.located import Findings, Path
from telephony.prompt import BargeIn, Prompt, Recording, Say, Segment
from telephony.suggest import quoted

RECORDING_SUFFIXES = (".wav", ".alaw")

ROWS = frozenset({"no_input", "no_match", "not_heard", "not_understood", "not_that"})
"""Phrases that are rows of prompts: the n-th failure takes the n-th."""


def build_prompt(findings: Findings, path: Path, shape: PromptShape, *, barge_in: BargeIn = BargeIn.KEY) -> Prompt:
    """Build one prompt of one or several segments."""
    if isinstance(shape, list):
        return Prompt(tuple(_segment(findings, (*path, index), part) for index, part in enumerate(shape)), barge_in)
    chosen = shape.barge_in if isinstance(shape, WholePromptShape) else None
    return Prompt((_segment(findings, path, shape),), chosen or barge_in)


def _segment(findings: Findings, path: Path, shape: str | SegmentShape) -> Segment:
    if isinstance(shape, str):
        return _text(findings, path, shape)
    if shape.text is None and shape.recording is None and not set(findings.document.keys(path)) & {"text", "recording"}:
        findings.at_key(path, 'a prompt needs "text" or "recording"')
    text = _text(findings, (*path, "text"), shape.text or "").text
    if shape.recording is None:
        return Say(text)
    _check_file(findings, (*path, "recording"), shape.recording)
    return Recording(shape.recording, text)


def _text(findings: Findings, path: Path, text: str) -> Say:
    if "{" in text or "}" in text:
        findings.at_value(path, "braces are only for templates such as `position`; here they would be spoken")
    return Say(text)


def _check_file(findings: Findings, path: Path, file: str) -> None:
    """Name a recording that is not a plain path inside the recordings folder."""
    parts = PurePosixPath(file)
    if parts.is_absolute() or ".." in parts.parts or "\\" in file or "\n" in file:
        findings.at_value(path, f"{quoted(file)} must be a path inside the recordings folder, without ..")
    elif parts.suffix not in RECORDING_SUFFIXES:
        findings.at_value(path, f"{quoted(file)} must end in {' or '.join(RECORDING_SUFFIXES)}")


def build_phrases(findings: Findings, path: Path, shape: PhrasesShape, language: str) -> Phrases:
    """Replace the language's own phrases by those the author gave."""
    defaults = PHRASES[language]
    given: dict[str, Any] = {}
    for name in (phrase.name for phrase in fields(Phrases)):
        value = getattr(shape, name)
        if value is not None and name != "feature":
            given[name] = _phrase(findings, (*path, name), name, value)
    if shape.feature is not None:
        given["feature"] = {**defaults.feature, **_feature(findings, (*path, "feature"), shape)}
    return replace(defaults, **given)


def _phrase(findings: Findings, path: Path, name: str, shape: Any) -> Any:
    """Build one phrase in the form its field has: a template or a row of prompts or a prompt."""
    if name in PLACEHOLDERS or name.startswith("generated_"):
        _check_template(findings, path, shape, PLACEHOLDERS.get(name, frozenset()))
        return shape
    if name in ROWS and isinstance(shape, list):
        return tuple(
            build_prompt(findings, (*path, index), part, barge_in=BargeIn.SPEECH) for index, part in enumerate(shape)
        )
    barge_in = BargeIn.SPEECH if name in IN_THE_MENU else BargeIn.KEY
    barge_in = BargeIn.OFF if name in MUST_BE_HEARD else barge_in
    prompt = build_prompt(findings, path, shape, barge_in=barge_in)
    return (prompt,) if name in ROWS else prompt


def _feature(findings: Findings, path: Path, shape: PhrasesShape) -> dict[str, Prompt]:
    return {
        name: build_prompt(findings, (*path, name), prompt)
        for name, prompt in shape.feature or ()
        if prompt is not None
    }


def _check_template(findings: Findings, path: Path, template: str, wanted: frozenset[str]) -> None:
    """Name placeholders that are missing, unknown or torn."""
    found = re.findall(r"\{(\w*)\}", template)
    for name in sorted(wanted - set(found)):
        findings.at_value(path, f'must contain "{{{name}}}"')
    for name in sorted(set(found) - wanted):
        known = ", ".join(f"{{{known}}}" for known in sorted(wanted)) or "no placeholder"
        findings.at_value(path, f'"{{{name}}}" is unknown here; this phrase takes {known}')
    if set("{}") & set(re.sub(r"\{\w*\}", "", template)):
        findings.at_value(path, "a brace without its partner")
