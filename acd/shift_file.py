"""The `shifts` section of `agents.yaml`: its shape, and how it becomes `Shift`s, every mistake named at its place."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from acd.shifts import DAY_MIN, OVERTIME_MIN, Shift, parse_span
from telephony.hours_file import WEEKDAYS, parse_weekdays
from telephony.located import Findings, Path
from telephony.located_shape import MAPPING, TEXT, Shape, required, shape_tag
from telephony.suggest import did_you_mean, quoted


class ShiftShape(Shape):
    """A shift (班次)."""

    hours: str = required("")
    days: str = "daily"
    """`mon-fri`, `sat,sun`, `daily`: the days it begins on."""
    overtime_min: Annotated[int, Field(ge=0, le=720)] = OVERTIME_MIN


ShiftOrHours = Annotated[Annotated[str, Tag(TEXT)] | Annotated[ShiftShape, Tag(MAPPING)], Discriminator(shape_tag)]
"""Hours alone stand for every day."""


def build_shifts(findings: Findings, shapes: Mapping[str, str | ShiftShape]) -> Iterator[tuple[str, Shift]]:
    """Build every shift, best effort: what is wrong is named and left out."""
    for name, given in shapes.items():
        path: Path = ("shifts", name)
        shape = ShiftShape(hours=given) if isinstance(given, str) else given
        at: Path = path if isinstance(given, str) else (*path, "hours")
        if (shift := _shift(findings, path, shape, at=at)) is not None:
            yield name, shift


def _shift(findings: Findings, path: Path, shape: ShiftShape, *, at: Path) -> Shift | None:
    span, days = parse_span(shape.hours), parse_weekdays(shape.days)
    if span is None and findings.document.find(at) is not None:
        findings.at_value(at, f"{quoted(shape.hours)} is not a shift; write it as 08:00-16:30")
    if not days:
        known = (*WEEKDAYS, "mon-fri", "daily")
        findings.at_value((*path, "days"), f"{quoted(shape.days)} is not days{did_you_mean(shape.days, known)}")
    if span is None:
        return None
    shift = Shift(*span, frozenset(days), shape.overtime_min)
    if shift.length_min + shift.overtime_min >= DAY_MIN:
        most = DAY_MIN - shift.length_min - 1
        findings.at_value((*path, "overtime_min"), f"must be at most {most}, or the next day's shift begins before")
    return shift
