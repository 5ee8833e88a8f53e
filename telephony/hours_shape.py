"""The shape of `hours:` in a YAML file."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from telephony.located_shape import LIST, MAPPING, TEXT, Key, Shape, required, shape_tag

Always = Literal["always"]

SpansShape = Annotated[
    Annotated[str, Tag(TEXT)] | Annotated[list[str], Tag(LIST)],
    Discriminator(shape_tag),
]
"""`09:00-18:00`, several of these, `24h` or `closed`."""

DayName = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class HolidayShape(Shape):
    """A date with its own hours."""

    name: DayName = required("")
    hours: SpansShape = "closed"


class HoursShape(Shape):
    """A week and the dates that differ from it."""

    week: dict[Key, SpansShape] = required({}, min_length=1)
    """Weekdays → hours; a weekday not named is closed."""
    holidays: dict[
        Key,
        Annotated[Annotated[DayName, Tag(TEXT)] | Annotated[HolidayShape, Tag(MAPPING)], Discriminator(shape_tag)],
    ] = Field(default_factory=dict)
    """A date or a range of dates → its name (closed), or its name and hours."""
    workdays: dict[Key, str] = Field(default_factory=dict)
    """调休: a date at the weekend → the weekday whose hours it follows."""
