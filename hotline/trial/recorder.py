"""What a telephone heard, on a true time scale: a line that sends nothing for a while leaves silence. Pure."""

from dataclasses import dataclass

from hotline.prompts.alaw import RATE, Samples, decode_linear

LATE_S = 0.03
"""Sound may be this late without meaning anything: one packet is 20 ms, and timers of busy machines are not exact."""

SETTLE_S = 0.12
"""Sound that stays late for so long is late because nothing was sent; what only was held up catches up before."""

_BYTES_PER_S = 2 * RATE


@dataclass(slots=True)
class _Delay:
    """The line is late, and it is not yet known why."""

    place: int
    """Where in the sound, in bytes."""
    since: float
    least_s: float


class Recorder:
    """Collects sound as it arrives; every instant is an argument."""

    def __init__(self, started_at: float) -> None:
        self.started_at = started_at
        """Instant of the first sample."""
        self._pcm = bytearray()
        self._delay: _Delay | None = None

    @property
    def seconds(self) -> float:
        """Length of what is recorded for good."""
        return self._settled / _BYTES_PER_S

    def add(self, pcm: bytes, now: float) -> None:
        """Take sound that arrived together at `now`."""
        late_s = now - self.started_at - (len(self._pcm) + len(pcm)) / _BYTES_PER_S
        if late_s <= LATE_S:
            self._delay = None
        elif self._delay is None:
            self._delay = _Delay(len(self._pcm), now, late_s)
        else:
            self._delay.least_s = min(self._delay.least_s, late_s)
        self._pcm += pcm
        if self._delay is not None and now - self._delay.since >= SETTLE_S:
            self._pcm[self._delay.place : self._delay.place] = bytes(2 * round(self._delay.least_s * RATE))
            self._delay = None

    def samples(self, from_s: float = 0.0) -> Samples:
        """The sound from there on."""
        return decode_linear(bytes(self._pcm[2 * round(from_s * RATE) : self._settled]))

    @property
    def _settled(self) -> int:
        return len(self._pcm) if self._delay is None else self._delay.place
