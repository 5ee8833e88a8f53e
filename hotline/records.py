"""Where a talk's recording goes."""

from datetime import datetime
from pathlib import Path

from hotline.settings import Settings
from telephony.ids import CallId


def recording_file(settings: Settings, call: CallId, when_on: datetime, talk: int) -> Path:
    """`<recordings>/2026/11/22/<call>-<n>.wav`: by day, named by the call, never by a person's number."""
    day = when_on.strftime("%Y/%m/%d")
    safe = "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in call)
    return settings.call_recordings / day / f"{safe}-{talk}.wav"
