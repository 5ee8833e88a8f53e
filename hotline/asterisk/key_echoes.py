"""Asterisk reports some keys twice; the second report is no key. Pure.

A key that begins within 45 ms of the end of the one before (`AST_MIN_DTMF_GAP`, main/channel.c) is turned into one of
Asterisk's own making: AMI tells its begin, its end, and up to its length later the end that was made up. Callers whose
telephones dial from memory press like that; “2, 2” was then three keys, and the third no choice of the menu.
"""

from dataclasses import dataclass
from typing import Final

from hotline.asterisk.ami_message import AmiMessage

LATE_S: Final = 0.5
"""How much later than by the key's length an echo may come, on a busy machine; 3 to 62 ms were seen (Asterisk 22)."""

MOST_CHANNELS: Final = 10_000
"""Remembered; ends are forgotten with the channel, but for those that end while AMI is away."""


@dataclass(frozen=True, slots=True)
class _End:
    digit: str
    latest_at: float
    """When its echo comes at the latest."""


class KeyEchoes:
    """What was pressed last on each channel. An end without a begin, of the key that has just ended, is its echo."""

    def __init__(self) -> None:
        self._ends: dict[str, _End] = {}

    def is_echo(self, event: AmiMessage, now: float) -> bool:
        """Take every event; `HeaderError` for one that is not as Asterisk writes it."""
        match event.name:
            case "DTMFBegin" | "Hangup":
                self._ends.pop(event.required("Channel"), None)
            case "DTMFEnd" if event.required("Direction") == "Received":
                return self._is_echo(event, now)
        return False

    def _is_echo(self, event: AmiMessage, now: float) -> bool:
        channel, digit = event.required("Channel"), event.required("Digit")
        before = self._ends.pop(channel, None)
        if before is not None and before.digit == digit and now <= before.latest_at:
            return True
        length = event.optional("DurationMs")
        self._ends[channel] = _End(digit, now + LATE_S + (int(length) / 1000 if length.isdecimal() else 0.0))
        if len(self._ends) > MOST_CHANNELS:
            self._ends.pop(next(iter(self._ends)))
        return False
