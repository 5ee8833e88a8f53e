"""Vosk (Kaldi) behind the port, with its traps fenced off; docs/decisions tell which and how they were found.

Loading a damaged model can abort the process: `hotline.speech.model_check` tries it in another one first.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin

from asr.recognizer import SAMPLE_BYTES, Evidence, Grammar, Span, Transcript
from telephony.errors import RecognizerError

try:
    import vosk
except Exception as _error:  # noqa: BLE001 - a missing library, or a user without a home, where vosk raises RuntimeError
    vosk = None
    _missing: str = f"the speech engine vosk cannot be loaded: {_error}"
else:
    _missing = ""
    vosk.SetLogLevel(-1)

RATES = (8000, 16000)
"""Samples per second tried in this order: the telephone's own, so that nothing needs to be resampled."""

FEWEST_SYLLABLES = 100
"""A model that knows fewer Chinese syllables has no filler: Mandarin has some 400 without tones."""

UNKNOWN = "[unk]"
"""What models call a word that the grammar has not. In a grammar it takes up what is said around a phrase, which would
else be heard as the menu's own words and spoil them."""

IDLE_KEPT = 128
"""Recognisers that wait for their next utterance, 1 to 3 MB each: one for each of 64 who speak at once, beyond which
two cores do not come, and as many fillers. A new one costs its utterance a half more, for its graph is put together
while it listens."""

GRAMMARS_KEPT = 256
"""Written out and checked: one for each menu of one or two versions of the tree."""


class VoskRecognizer:
    """One model; may be shared by threads."""

    def __init__(self, folder: Path) -> None:
        if vosk is None:
            raise RecognizerError(_missing, retryable=False)
        self._folder = folder
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:
            raise RecognizerError(f"{folder}: is not a speech model that vosk can load", retryable=False) from error
        self._idle = _Idle()
        self._rate = self._probe()
        self._filler = _as_json(self._syllables()) if self.takes_grammar else ""
        self._unknown = (UNKNOWN,) if self.knows(UNKNOWN) else ()
        self._checked: dict[Grammar, str] = {}

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self._folder.resolve().name

    @property
    def rate(self) -> int:
        """The first of `RATES` it takes."""
        return self._rate

    @property
    def takes_grammar(self) -> bool:
        """Whether its graph can be cut to a menu; large models are compiled into one piece and hear anything."""
        return any((self._folder / place / "HCLr.fst").is_file() for place in ("graph", "."))

    @property
    def has_filler(self) -> bool:
        """Whether it can tell the menu's words from any others by their sound."""
        return bool(self._filler)

    def knows(self, word: str) -> bool:
        """Ask the model itself."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def begin(self, grammar: Grammar) -> "VoskUtterance":
        """Give one utterance a recogniser of its own: one that waits for work, or a new one, which takes some 2 ms."""
        kaldi = self._kaldi(self._check(grammar))
        return VoskUtterance(_Decoder(kaldi, None if grammar.is_closed else self._idle))

    def fill(self, pcm: bytes) -> float | None:
        """Hear it through single syllables, in pieces as a call is heard: both may take a long pause for an end."""
        if not self._filler:
            return None
        decoder = _Decoder(self._kaldi(self._filler), self._idle)
        for at in range(0, len(pcm), self._rate // 5 * SAMPLE_BYTES):
            decoder.accept(pcm[at : at + self._rate // 5 * SAMPLE_BYTES])
        return decoder.finish()

    def _kaldi(self, grammar: str) -> "_Kaldi":
        return self._idle.take(grammar) or _Kaldi.make(self._model, self._rate, grammar)

    def _check(self, grammar: Grammar) -> str:
        """Ask for every word once per grammar: a model drops what it does not know with only a warning."""
        if (known := self._checked.get(grammar)) is not None:
            return known
        if grammar.is_empty or not all(self.knows(word) for phrase in grammar.phrases for word in phrase.split(" ")):
            raise RecognizerError("the grammar does not fit this speech model; make it anew", retryable=False)
        if grammar.is_closed:
            return _as_json(grammar.phrases)
        if len(self._checked) >= GRAMMARS_KEPT:
            self._checked.clear()
        self._checked[grammar] = written = _as_json(grammar.phrases + self._unknown)
        return written

    def _probe(self) -> int:
        for rate in RATES:
            try:
                decoder = _Decoder(_Kaldi.make(self._model, rate, ""), None)
                decoder.accept(bytes(rate * SAMPLE_BYTES))
                decoder.finish()
            except RecognizerError:
                continue
            return rate
        message = f"{self._folder}: the speech model is damaged, or takes audio of neither 8 nor 16 kHz"
        raise RecognizerError(message, retryable=False)

    def _syllables(self) -> tuple[str, ...]:
        """One character for each syllable: the filler's grammar."""
        found: dict[str, str] = {}
        for character in _common_characters():
            syllable = lazy_pinyin(character, style=Style.NORMAL)[0]
            if syllable not in found and self.knows(character):
                found[syllable] = character
        return tuple(found.values()) if len(found) >= FEWEST_SYLLABLES else ()


def _common_characters() -> Iterator[str]:
    """The 3,755 of GB 2312's first level: rows 16 to 55."""
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            yield from bytes([row, cell]).decode("gb2312", errors="ignore")


def _as_json(phrases: tuple[str, ...]) -> str:
    """Write a grammar for vosk: it does not decode escapes, and dies of anything that is not JSON."""
    return json.dumps(phrases, ensure_ascii=False) if phrases else ""


class VoskUtterance:
    """What the grammar makes of the sound."""

    def __init__(self, decoder: "_Decoder") -> None:
        self._decoder = decoder
        self._busy = threading.Lock()

    def feed(self, pcm: bytes) -> str:
        """Take whole samples."""
        if len(pcm) % SAMPLE_BYTES:
            raise ValueError("half a sample")
        with self._alone():
            self._decoder.accept(pcm)
            return join_words([word for word in self._decoder.words_so_far() if word != UNKNOWN])

    def finish(self) -> Transcript:
        """Take the last words."""
        with self._alone():
            likelihood = self._decoder.finish()
            known = [(word, span) for word, span in self._decoder.words if word != UNKNOWN]
            words, spans = (tuple(each) for each in zip(*known, strict=True)) if known else ((), ())
            evidence = Evidence(likelihood, None) if known else None
            return Transcript(join_words(words), words, evidence, len(self._decoder.words) - len(known), spans)

    def _alone(self) -> "_Alone":
        return _Alone(self._busy)


class _Alone:
    """A recogniser used by two threads at once kills the process: rather say so."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise RuntimeError("one utterance is used by two threads at once")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@dataclass(eq=False)
class _Kaldi:
    """A recogniser of one grammar, for one utterance after the other."""

    handle: Any
    grammar: str
    rate: int
    samples: int = 0
    """Heard in all utterances: it counts the times of words on."""

    @classmethod
    def make(cls, model: Any, rate: int, grammar: str) -> "_Kaldi":
        try:
            handle = vosk.KaldiRecognizer(model, rate, grammar) if grammar else vosk.KaldiRecognizer(model, rate)
            handle.SetMaxAlternatives(1)
            handle.SetWords(True)  # noqa: FBT003 - vosk's own way; with times
        except Exception as error:
            raise RecognizerError("the speech model cannot begin an utterance", retryable=True) from error
        return cls(handle, grammar, rate)


class _Idle:
    """Recognisers without an utterance: what they have composed of their graph spares the next one some of the time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Kaldi] = deque(maxlen=IDLE_KEPT)

    def take(self, grammar: str) -> _Kaldi | None:
        """One of this grammar, if there is one."""
        with self._lock:
            found = next((one for one in reversed(self._waiting) if one.grammar == grammar), None)
            if found is not None:
                self._waiting.remove(found)
            return found

    def give(self, kaldi: _Kaldi) -> None:
        """Keep it; whoever waits longest goes for it."""
        with self._lock:
            self._waiting.append(kaldi)


class _Decoder:
    """One recogniser's work on one utterance."""

    def __init__(self, kaldi: _Kaldi, idle: _Idle | None) -> None:
        self._kaldi, self._idle = kaldi, idle
        self._began_s = kaldi.samples / kaldi.rate
        self.words: list[tuple[str, Span]] = []
        """Those of which it is certain."""
        self._likelihood = 0.0
        self._is_over = False

    def accept(self, pcm: bytes) -> None:
        """Take sound. Where vosk itself thinks that an utterance has ended, its words are kept and it goes on."""
        if self._is_over:
            raise RuntimeError("this utterance is over")
        try:
            has_ended = self._kaldi.handle.AcceptWaveform(bytes(pcm))
        except Exception as error:
            raise RecognizerError("the speech model failed on this utterance", retryable=True) from error
        self._kaldi.samples += len(pcm) // SAMPLE_BYTES
        if has_ended:
            self._take(self._kaldi.handle.Result())

    def words_so_far(self) -> list[str]:
        """What it sounds like."""
        partial = str(json.loads(self._kaldi.handle.PartialResult()).get("partial", "")).split()
        return [word for word, _ in self.words] + partial

    def finish(self) -> float:
        """Take the rest, once; return the log-likelihood of all."""
        if self._is_over:
            raise RuntimeError("this utterance is over")
        self._is_over = True
        self._take(self._kaldi.handle.FinalResult())
        if self._idle is not None:
            self._idle.give(self._kaldi)
        return self._likelihood

    def _take(self, result: str) -> None:
        best = json.loads(result).get("alternatives") or [{}]
        self.words += [
            (word["word"], Span(word["start"] - self._began_s, word["end"] - self._began_s))
            for word in best[0].get("result", ())
        ]
        self._likelihood += float(best[0].get("confidence", 0.0))


def join_words(words: Sequence[str]) -> str:
    """Write words as one reads them: Chinese ones together, others apart."""
    text = ""
    for word in words:
        gap = " " if text and text[-1].isascii() and word[0].isascii() else ""
        text += gap + word
    return text
