"""Sound and a recogniser for tests: speech is a tone, and what it says is written beforehand."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from asr.endpointing import Patience
from asr.listening import Manner
from asr.recognizer import Grammar, Transcript
from hotline.speech.understanding import Understanding
from ivr.menu import Menu
from ivr.menu_file import parse_menus
from telephony.errors import RecognizerError

MENUS = """
numbers: {95001: 热线}
default_queue: general
menu:
  say: 您好。
  queue: general
  choices:
    1: {id: loan, name: 贷款申请, choices: {1: {id: quota, name: 额度评估}}}
    2:
      id: repayment
      name: 还款
      choices: {1: {id: ways, name: 还款方式}, 2: {id: early, name: 提前还款}}
"""
RATE = 8000
FRAME = 320


def speech(seconds: float, *, level: float = 0.2) -> bytes:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * 32767 * np.sin(2 * np.pi * 440 * time)).astype("<i2").tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE))


def menu() -> Menu:
    built, problems = parse_menus(MENUS, "menus.yaml")
    assert problems == []
    assert built is not None
    return built


@dataclass
class ScriptedUtterance:
    """Says its text once half of a second was heard, or whatever was heard is over."""

    text: str
    heard: bytearray = field(default_factory=bytearray)

    def feed(self, pcm: bytes) -> str:
        if self.text == "(fails)":
            raise RecognizerError("the model failed", retryable=True)
        if self.text == "(crashes)":
            raise ZeroDivisionError
        self.heard += pcm
        return self.text if len(self.heard) > RATE else ""

    def finish(self) -> Transcript:
        return Transcript(self.text, (self.text,) if self.text else (), None)


@dataclass
class ScriptedRecognizer:
    """Hears these texts, one utterance after the other, and nothing afterwards."""

    texts: deque[str]
    name: str = "scripted"
    rate: int = RATE
    grammars: list[Grammar] = field(default_factory=list)
    utterances: list[ScriptedUtterance] = field(default_factory=list)

    def knows(self, word: str) -> bool:
        return len(word) == 1

    def begin(self, grammar: Grammar) -> ScriptedUtterance:
        self.grammars.append(grammar)
        self.utterances.append(ScriptedUtterance(self.texts.popleft() if self.texts else ""))
        return self.utterances[-1]

    def fill(self, pcm: bytes) -> float | None:
        return None


def recognizer(*texts: str) -> ScriptedRecognizer:
    return ScriptedRecognizer(deque(texts))


def understanding(texts: Iterable[str] = ()) -> Understanding:
    return Understanding.build(menu(), recognizer(*texts))


MANNER = Manner(patience=Patience())
