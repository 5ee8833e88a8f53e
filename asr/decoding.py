"""The recogniser's work on one utterance; done again from the start if the caller goes on after all. Pure."""

from dataclasses import replace

from asr.audio import Resampler
from asr.recognizer import SAMPLE_BYTES, Grammar, Reading, Recognizer, Transcript, Utterance
from asr.spotting import spot

AROUND_S = 0.12
"""Heard with a phrase, before and after it: times are those of a decoder that runs ahead or lags by a few frames."""


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
        return replace(self._utterance.finish(), sound_s=len(self._sound) / SAMPLE_BYTES / self._recognizer.rate)

    def compare(self, transcript: Transcript) -> Transcript:
        """Ask the filler, too: takes a hundredth of the sound's length."""
        if transcript.evidence is None:
            return transcript
        return transcript.with_filler(self._recognizer.fill(bytes(self._sound)))

    def look_closer(self, transcript: Transcript, reading: Reading) -> Transcript:
        """Weigh the piece of sound by itself in which the phrase was heard, if something else was said, too.

        What the grammar has not costs the whole utterance its likelihood, and carriers that it has lend theirs to a
        phrase that was not said. Takes a hundredth of the piece's length.
        """
        if transcript.likelihood_ratio is None or not transcript.spans or transcript.is_only(reading.phrase):
            return transcript
        place = spot(transcript, reading.phrase)
        if place is None:
            return transcript
        words = [transcript.words[number] for number in place]
        utterance = self._recognizer.begin(Grammar((" ".join(words),), is_closed=True))
        piece = self._piece(transcript.spans[place[0]].start_s, transcript.spans[place[-1]].end_s)
        utterance.feed(piece)
        heard = utterance.finish()
        ratio = None if heard.evidence is None else heard.with_filler(self._recognizer.fill(piece)).likelihood_ratio
        return replace(transcript, phrase_ratio=0.0 if ratio is None else ratio)

    def _piece(self, start_s: float, end_s: float) -> bytes:
        first, last = (round(at * self._recognizer.rate) for at in (max(0.0, start_s - AROUND_S), end_s + AROUND_S))
        return bytes(self._sound[first * SAMPLE_BYTES : last * SAMPLE_BYTES])

    def go_on(self) -> None:
        """It had not ended: hear all of it again, which takes a hundredth of the time it took to say."""
        self._utterance = self._recognizer.begin(self._grammar)
        self.text = self._utterance.feed(bytes(self._sound))
