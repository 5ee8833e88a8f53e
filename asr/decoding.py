"""The recogniser's work on one utterance; done again from the start if the caller goes on after all. Pure."""

from asr.audio import Resampler
from asr.recognizer import Grammar, Recognizer, Transcript, Utterance


class Decoding:
    """Feeds an utterance, and keeps its sound: 16 kB a second, for as long as the longest utterance."""

    def __init__(self, recognizer: Recognizer, grammar: Grammar, rate: int) -> None:
        self._recognizer, self._grammar = recognizer, grammar
        self._resampler = Resampler(rate, recognizer.rate)
        self._sound = bytearray()
        """All of it, at the recogniser's rate."""
        self._unfed = bytearray()
        self._utterance: Utterance = recognizer.begin(grammar)
        self.text = ""
        """What it sounds like so far."""

    @property
    def waiting_bytes(self) -> int:
        """How much has come since the last `catch_up`."""
        return len(self._unfed)

    def add(self, pcm: bytes) -> None:
        """Take sound, to be fed later."""
        self._unfed += pcm

    def catch_up(self) -> str:
        """Let the recogniser hear what it has not heard yet; return the text."""
        sound = self._resampler.convert(bytes(self._unfed))
        self._unfed.clear()
        if sound:
            self._sound += sound
            self.text = self._utterance.feed(sound)
        return self.text

    def finish(self) -> Transcript:
        """End it for now."""
        self.catch_up()
        return self._utterance.finish()

    def go_on(self) -> None:
        """It had not ended: hear all of it again, which takes a hundredth of the time it took to say."""
        self._utterance = self._recognizer.begin(self._grammar)
        self.text = self._utterance.feed(bytes(self._sound))
