"""Whether a moment of sound is a voice: louder than the line's noise, which is learned while nobody speaks. Pure."""

QUIET_LINE_DB = -60.0
"""Where the estimate of the noise begins: a good line; a bad one is learned within half a second."""

ABOVE_NOISE_DB = 9.0
"""A voice is at least this much louder than the noise; speech on the telephone is 20 to 40 dB above it."""

FAINTEST_VOICE_DB = -46.0
"""Nothing below counts. Asterisk's TALK_DETECT takes a mean amplitude of 256, that is -42 dB, by default."""

BELOW_PEAK_DB = 30.0
"""What is this much fainter than the voice just heard is its echo in the room, not a syllable."""

PEAK_FALLS_DB = 0.12
"""Per frame: 6 dB a second, so that a caller who moves away from the telephone is heard again soon."""

_DOWN = 0.3
_UP = 0.05
"""How much of the way to a lower or a higher level the estimate of the noise goes with each frame."""

_CREEP_DB = 0.06
"""Per frame of voice, 3 dB a second: a fan that is switched on is noise after some seconds."""


class Loudness:
    """Follows the noise of one line."""

    def __init__(self) -> None:
        self.noise_db = QUIET_LINE_DB
        self._peak_db = FAINTEST_VOICE_DB

    @property
    def threshold_db(self) -> float:
        """From this level on it is a voice."""
        return max(self.noise_db + ABOVE_NOISE_DB, FAINTEST_VOICE_DB, self._peak_db - BELOW_PEAK_DB)

    def is_voice(self, level_db: float) -> bool:
        """Judge the next 20 ms and learn from them."""
        is_voice = level_db >= self.threshold_db
        if is_voice:
            self._peak_db = max(level_db, self._peak_db - PEAK_FALLS_DB)
            self.noise_db += _CREEP_DB
        else:
            self._peak_db -= PEAK_FALLS_DB
            self.noise_db += (level_db - self.noise_db) * (_UP if level_db > self.noise_db else _DOWN)
        self.noise_db = max(self.noise_db, QUIET_LINE_DB - 20.0)
        return is_voice
