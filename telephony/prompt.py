"""What a caller hears: a prompt is a row of spoken segments. Rendering them is the shell's work."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Say:
    """Text spoken by the speech synthesiser, rendered once and cached."""

    text: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording the admin made; overrides the synthesiser."""

    file: str
    """Path relative to the recordings folder, with suffix (`.wav` or `.alaw`)."""
    text: str = ""
    """What is said in it, for logs, screens and tests."""


Segment = Say | Recording


class BargeIn(StrEnum):
    """What stops a prompt before its end."""

    OFF = "off"
    KEY = "key"
    SPEECH = "speech"
    HOTWORD = "hotword"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A row of segments played without a gap."""

    segments: tuple[Segment, ...]
    barge_in: BargeIn = BargeIn.KEY

    @property
    def text(self) -> str:
        """The words of all segments, for screens and tests."""
        return "".join(segment.text for segment in self.segments)
