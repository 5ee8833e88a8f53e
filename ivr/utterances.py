"""Files of utterances with where each should land, and what became of them. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from ivr.intents import Act, Confirm, IntentIndex, Outcome, Reject
from ivr.menu import ROOT, Menu
from ivr.universals import Universal
from telephony.errors import Problem
from telephony.ids import NodeId
from telephony.suggest import did_you_mean, quoted

FOREIGN = "foreign"
"""Nothing the menu has: it must not be acted on."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line."""

    line: int
    text: str
    expected: str
    """A node's id, `@agent` and the like, or `foreign`."""
    kind: str
    """Free text to count by, as homophone; may be empty."""
    node: NodeId
    """Where the caller is."""


class Verdict(StrEnum):
    """What became of an utterance."""

    RIGHT = "right"
    """Acted on as expected, or left alone if it is foreign."""
    ASKED = "asked"
    """Asked about the right one."""
    ASKED_WRONG = "asked_wrong"
    """Asked about another one; the caller says no."""
    MISSED = "missed"
    """Not understood, though it should have been."""
    WRONG = "wrong"
    """Acted on, but not as expected: the worst."""
    FOREIGN_ASKED = "foreign_asked"
    FOREIGN_ACTED = "foreign_acted"
    """The worst, too."""


FAILURES = frozenset({Verdict.ASKED_WRONG, Verdict.MISSED, Verdict.WRONG, Verdict.FOREIGN_ACTED})
"""Mistakes by any measure; a question to the right point is none unless asked for."""


@dataclass(frozen=True, slots=True)
class Result:
    """An utterance, what was made of it and how that is judged."""

    utterance: Utterance
    outcome: Outcome
    actual: str
    """As `Utterance.expected`; empty if nothing was understood."""
    verdict: Verdict


def parse_utterances(text: str, file: str, menu: Menu) -> tuple[list[Utterance], list[Problem]]:
    """Read lines of text, expected target, kind and node, with tabs between; only the first two must be there."""
    found: list[Utterance] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        said, expected, kind, node = (*cells, "", "", "")[:4]
        if (mistake := _mistake(expected, node or ROOT, menu)) is not None:
            problems.append(Problem(file, number, 1, mistake))
        found.append(Utterance(number, said, expected, kind, NodeId(node or ROOT)))
    return found, problems


def _mistake(expected: str, node: str, menu: Menu) -> str | None:
    known = [*menu.nodes, *(f"@{universal.value}" for universal in Universal), FOREIGN]
    if not expected:
        return "write what is said, a tab, and where it should lead"
    if expected not in known:
        return f"{quoted(expected)} is not a node{did_you_mean(expected, known)}"
    return None if node in menu.nodes else f"{quoted(node)} is not a node{did_you_mean(node, menu.nodes)}"


def try_all(index: IntentIndex, utterances: Iterable[Utterance]) -> list[Result]:
    """Match every utterance where its caller is."""
    return [judge(utterance, index.match(utterance.text, utterance.node)) for utterance in utterances]


def judge(utterance: Utterance, outcome: Outcome) -> Result:
    """Compare what was made of an utterance with what was expected."""
    actual = label(outcome)
    match outcome:
        case Reject():
            verdict = Verdict.RIGHT if utterance.expected == FOREIGN else Verdict.MISSED
        case Act():
            wrong = Verdict.FOREIGN_ACTED if utterance.expected == FOREIGN else Verdict.WRONG
            verdict = Verdict.RIGHT if actual == utterance.expected else wrong
        case Confirm():
            wrong = Verdict.FOREIGN_ASKED if utterance.expected == FOREIGN else Verdict.ASKED_WRONG
            verdict = Verdict.ASKED if actual == utterance.expected else wrong
        case _:
            assert_never(outcome)
    return Result(utterance, outcome, actual, verdict)


def label(outcome: Outcome) -> str:
    """Name an outcome's target as a file of utterances does; empty if nothing was understood."""
    return "" if isinstance(outcome, Reject) else target_label(outcome.target)


def target_label(target: NodeId | Universal) -> str:
    """Name a target as a file of utterances does."""
    return f"@{target.value}" if isinstance(target, Universal) else target


def confusions(results: Iterable[Result]) -> list[tuple[str, str, int]]:
    """Count which target was taken for which, the most frequent first; nothing understood is the empty one."""
    pairs = Counter((result.utterance.expected, result.actual) for result in results if result.verdict in FAILURES)
    return [(expected, actual, count) for (expected, actual), count in pairs.most_common()]
