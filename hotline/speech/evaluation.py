"""Recorded speech put through what hears callers, and what became of it. Pure, but for the engine it is given."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from asr.audio import FRAME_MS, LINE_RATE, frame_bytes
from asr.endpointing import Ending, Stop
from asr.filler_guess import fit_filler_guess
from asr.listening import Listening, Manner, Sound, Spoken, Task
from asr.recognizer import Grammar
from asr.rejection import Limits, trust
from asr.vocabulary import fit
from hotline.speech.understanding import Understanding
from ivr.menu import ROOT, Menu
from ivr.sayable import choosable, sayable
from ivr.universals import Universal
from ivr.utterances import FOREIGN, Verdict
from telephony.errors import Problem
from telephony.ids import NodeId
from telephony.suggest import did_you_mean, quoted
from telephony.wish import Answered, Meaning, NotUnderstood, Understood, Unsure, Wish

YES, NO = "@yes", "@no"
"""What an answer to a question of ours is expected as."""

Clock = Callable[[], float]
"""Seconds, from wherever."""

PIECE_BYTES = 2 * frame_bytes(LINE_RATE)
"""Sound comes in such pieces, as from a call."""

PIECE_S = 2 * FRAME_MS / 1000

SILENCE_AFTER_S = 1.6
"""Of line noise after each recording, as a caller falls silent and stays."""

NOISE_DB = -62.0
"""Of that noise, below full scale: a good line."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One line of a manifest."""

    file: str
    text: str
    """What is said; may be empty. Personal data if it is a caller's."""
    expected: str
    """A node's id, `@agent` and the like, `@yes`, `@no` or `foreign`."""
    node: NodeId
    """Where the caller is."""
    kind: str = ""
    """Free text to count by: the file's name up to its last underscore unless given."""

    @property
    def asks(self) -> bool:
        """Whether the caller was asked something."""
        return self.expected in {YES, NO}


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one recording."""

    recording: Recording
    spoken: Spoken
    actual: str
    """As `Recording.expected`; empty if nothing was understood."""
    verdict: Verdict
    after_voice_s: float
    """From the last voice to the decision: what was waited, and the work after it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often, with its 95 % interval by Wilson."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """0 to 1; 0 of nothing."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Both ends."""
        if not self.of:
            return 0.0, 1.0
        z = 1.96
        middle = (self.value + z * z / (2 * self.of)) / (1 + z * z / self.of)
        reach = z * sqrt(self.value * (1 - self.value) / self.of + z * z / (4 * self.of**2)) / (1 + z * z / self.of)
        return max(0.0, middle - reach), min(1.0, middle + reach)


def parse_manifest(text: str, file: str, menu: Menu) -> tuple[list[Recording], list[Problem]]:
    """Read lines of file, text, expected target[, kind, where the caller is], with tabs between.

    A target may be written as a node's name, as 提前还款; the first line may be a heading.
    """
    names = {node.name: node.id for node in menu.nodes.values()}
    known = {*menu.nodes, *(f"@{universal.value}" for universal in Universal), YES, NO, FOREIGN}
    found: list[Recording] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or (number == 1 and cells[0] == "file"):
            continue
        name, said, target, kind, node = (*cells, "", "", "", "", "")[:5]
        expected, place = names.get(target, target), names.get(node, NodeId(node or _usual_place(target, names, menu)))
        if expected not in known:
            problems.append(Problem(file, number, 1, f"{quoted(target)} is not a node{did_you_mean(target, known)}"))
        elif place not in menu.nodes:
            problems.append(Problem(file, number, 1, f"{quoted(node)} is not a node{did_you_mean(node, menu.nodes)}"))
        found.append(Recording(name, said, expected, place, kind or _kind(name)))
    return found, problems


def _usual_place(target: str, names: dict[str, NodeId], menu: Menu) -> str:
    """Where a caller says it, unless the line says otherwise: the menu that offers it."""
    node = menu.nodes.get(names.get(target, NodeId(target)))
    return node.parent if node is not None and node.parent is not None else ROOT


def _kind(file: str) -> str:
    return file.rpartition("/")[2].rpartition("_")[0]


@dataclass
class Examiner:
    """Puts recordings through `Listening`, as a worker does with a call."""

    understanding: Understanding
    manner: Manner
    only_menu: bool = False
    """Listen for the choices of the caller's menu only, not for the whole tree."""

    def __post_init__(self) -> None:
        self._grammars: dict[NodeId, Grammar] = {}

    def grammar(self, recording: Recording) -> Grammar:
        """What is listened for."""
        if recording.asks or not self.only_menu:
            return self.understanding.grammar(asks=recording.asks)
        if recording.node not in self._grammars:
            index, node = self.understanding.index, self.understanding.menu.nodes[recording.node]
            phrases = sayable(index.book, frozenset(node.choices.values()))
            knows = self.understanding.recognizer.knows
            self._grammars[recording.node] = fit(phrases, knows, choosable(index.book, node))
        return self._grammars[recording.node]

    def listen(self, recording: Recording, pcm: bytes, clock: Clock) -> tuple[Spoken, float]:
        """Hear the first utterance of a recording, of 16 bits at the line's rate.

        Answer how late it was understood, too, in seconds after the sound that was needed: as in a call, work on a
        piece begins when it has come and all work before it is done.
        """
        matcher = self.understanding.matcher(recording.node, asks=recording.asks)
        listening = Listening(Task(self.understanding.recognizer, self.grammar(recording), matcher), self.manner)
        events: list[Sound | Stop] = [Sound(pcm[at : at + PIECE_BYTES]) for at in range(0, len(pcm), PIECE_BYTES)]
        behind_s = 0.0
        for event in [*events, Stop(Ending.STALLED)]:
            began_at = clock()
            reports = listening.handle(event, 0.0)
            behind_s += clock() - began_at
            for report in reports:
                if isinstance(report, Spoken):
                    return report, behind_s
            behind_s = max(0.0, behind_s - PIECE_S)
        raise AssertionError("a stop ends it")

    def judge(self, recording: Recording, spoken: Spoken, late_s: float) -> Heard:
        """Compare what was understood with what was expected."""
        meaning = self.understanding.meaning(spoken, recording.node, asks=recording.asks)
        actual = label(meaning)
        return Heard(recording, spoken, actual, _verdict(recording, meaning, actual), spoken.waited_s + late_s)


def label(meaning: Meaning) -> str:
    """Name what was understood as a manifest does; empty if nothing was."""
    match meaning:
        case Understood(wish) | Unsure(wish):
            return _wish_label(wish)
        case Answered(yes):
            return YES if yes else NO
        case NotUnderstood():
            return ""


def _wish_label(wish: Wish) -> str:
    return str(wish.node) if wish.everywhere is None else f"@{wish.everywhere.value}"


def _verdict(recording: Recording, meaning: Meaning, actual: str) -> Verdict:
    is_foreign, is_right = recording.expected == FOREIGN, actual == recording.expected
    match meaning:
        case NotUnderstood():
            return Verdict.RIGHT if is_foreign else Verdict.MISSED
        case Unsure():
            wrong = Verdict.FOREIGN_ASKED if is_foreign else Verdict.ASKED_WRONG
            return Verdict.ASKED if is_right else wrong
        case Understood() | Answered():
            wrong = Verdict.FOREIGN_ACTED if is_foreign else Verdict.WRONG
            return Verdict.RIGHT if is_right else wrong


def rate(results: Iterable[Heard], verdict: Verdict, *, foreign: bool) -> Rate:
    """How often that became of what belongs to the menu, or of what does not."""
    counted = [result.verdict for result in results if (result.recording.expected == FOREIGN) is foreign]
    return Rate(counted.count(verdict), len(counted))


def by_target(results: Sequence[Heard]) -> Iterator[tuple[str, Rate]]:
    """Yield how often each target was reached."""
    for target in dict.fromkeys(result.recording.expected for result in results):
        own = [result for result in results if result.recording.expected == target]
        yield target, Rate(sum(result.verdict is Verdict.RIGHT for result in own), len(own))


def confusions(results: Iterable[Heard]) -> list[tuple[str, str, int]]:
    """Count which target was taken for which, the most frequent first; nothing understood is the empty one."""
    wrong = {Verdict.WRONG, Verdict.ASKED_WRONG, Verdict.MISSED, Verdict.FOREIGN_ACTED}
    pairs = Counter((result.recording.expected, result.actual) for result in results if result.verdict in wrong)
    return [(expected, actual, count) for (expected, actual), count in pairs.most_common()]


def percentile(values: Sequence[float], part: float) -> float:
    """The value that this part of them does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


FALSE_ACCEPTS = 0.01
"""Of the foreign speech that limits are chosen on, so much may be acted on: half of what is allowed of any other."""

LOWEST_ACT = 1.7
"""However little foreign speech there is to choose by: clear words that are all that was said have more, unless others
explain the sound better."""

ASK_BELOW = 0.4
"""How far below the limit to act it is still worth a question."""


def tuned(results: Sequence[Heard]) -> Limits | None:
    """Choose limits at which foreign speech is acted on no more often than that; None without foreign speech."""
    scores = sorted((_acting_score(result) for result in results if result.recording.expected == FOREIGN), reverse=True)
    if not scores:
        return None
    act = max(LOWEST_ACT, scores[int(len(scores) * FALSE_ACCEPTS)] + 1e-3)
    filler = fit_filler_guess(result.spoken.transcript for result in results)
    return Limits(act=act, ask=act - ASK_BELOW, filler=filler)


def _acting_score(result: Heard) -> float:
    """The score it would be acted on with; far below any limit if the words alone forbid it."""
    spoken = result.spoken
    return spoken.score if spoken.score is not None and spoken.reading.is_clear else -100.0


def rejudged(examiner: Examiner, results: Iterable[Heard], limits: Limits) -> list[Heard]:
    """Judge again with other limits, without hearing again."""
    again = []
    for result in results:
        spoken = replace(result.spoken, trust=trust(result.spoken.transcript, result.spoken.reading, limits))
        late_s = result.after_voice_s - spoken.waited_s
        again.append(examiner.judge(result.recording, spoken, late_s))
    return again
