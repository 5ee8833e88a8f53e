"""What is said in the evaluation, and what each should lead to. Pure.

Limits of rejection are chosen on the `tune` half: other phrases, other carriers, other voices, speeds, pitches and
noise than the `report` half, of which the figures are. The training has none of these carriers and voices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from ivr.intent_phrases import PhraseBook
from ivr.menu import ROOT
from tools.speech_model.voices import Role

OPENINGS = {
    "tune": (
        "我来电是想",
        "我问问",
        "帮忙看看",
        "麻烦您给我",
        "哎你好我这里要",
        "打扰了我要",
        "想请您",
        "是这样的我想",
    ),
    "report": (
        "我想打听一下",
        "我打电话是想",
        "你们那个",
        "麻烦问下",
        "我想查询一下",
        "哦对了",
        "那我想说一下",
        "嗯我这边要",
    ),
}

CLOSINGS = {
    "tune": ("该找谁", "要多久呢", "能办吗", "这件事", "行不行", "怎么说"),
    "report": ("应该怎么处理", "要怎么做", "是怎么回事", "麻烦说说", "好不好", "这个业务"),
}

LONGEST_CARRIED = 7
"""Characters of a phrase that is still put into a carrier: longer ones are sentences by themselves."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One utterance."""

    kind: str
    """`phrase`, `carrier` or `foreign`."""
    text: str
    target: str
    """The node it should lead to; empty for what nothing should be done about."""


def draw_trials(book: PhraseBook, role: Role, count: int, seed: int) -> list[Trial]:
    """So many of each kind; every phrase and sentence as often as any other."""
    rng = np.random.default_rng(seed)
    phrases = list(phrases_of(book, role))
    short = [phrase for phrase in phrases if len(phrase[0]) <= LONGEST_CARRIED]
    foreign = [(sentence, "") for sentence in foreign_sentences(role)]
    return [
        *(Trial("phrase", *phrase) for phrase in _in_turn(phrases, count, rng)),
        *(_carried(role, *phrase, rng) for phrase in _in_turn(short, count, rng)),
        *(Trial("foreign", *sentence) for sentence in _in_turn(foreign, count, rng)),
    ]


def phrases_of(book: PhraseBook, role: Role) -> Iterator[tuple[str, str]]:
    """The menu's names and synonyms that belong to this half, with where they lead."""
    for phrase in book.phrases:
        if isinstance(phrase.target, str) and phrase.target != ROOT:
            halves: tuple[Role, Role] = ("tune", "report")
            if halves[crc32(phrase.text.encode()) % 2] == role:
                yield phrase.text, phrase.target


def foreign_sentences(role: Role) -> list[str]:
    """From `foreign.txt`."""
    section, found = "", []
    for line in Path(__file__).with_name("foreign.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#") and section == role:
            found.append(line)
    return found


def _carried(role: Role, phrase: str, target: str, rng: np.random.Generator) -> Trial:
    """With words before it, words after it, or both."""
    opening = OPENINGS[role][int(rng.integers(len(OPENINGS[role])))]
    closing = CLOSINGS[role][int(rng.integers(len(CLOSINGS[role])))]
    kind = rng.random()
    return Trial("carrier", (opening if kind < 0.75 else "") + phrase + (closing if kind >= 0.5 else ""), target)


def _in_turn(choices: Sequence[tuple[str, str]], count: int, rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Shuffled, and over again when all have had their turn."""
    order = rng.permutation(len(choices))
    return (choices[order[number % len(choices)]] for number in range(count))
