"""How well a model understands callers: what would be done with each utterance, and how sure the figures are. Pure.

The engine and the rule of rejection are the hotline's own (`asr`), the words are read by `ivr.intents`.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from asr.recognizer import Grammar, Reading, Recognizer, Transcript
from asr.rejection import Limits, Trust, score, trust
from ivr.intents import Act, Confirm, IntentIndex, Reject
from telephony.ids import NodeId
from tools.speech_model.trials import Trial

FOREIGN_ACTED = 0.01
"""Share of foreign utterances acted on that the choice of limits allows; half of what is promised."""

WRONG_ACTED = 0.005

FOREIGN_ASKED = 0.12
"""Share of foreign utterances that may lead to a question."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One utterance and everything a decision about it needs."""

    trial: Trial
    transcript: Transcript
    target: str
    """What the words lead to; empty for nothing."""
    match: float
    is_act: bool
    """The words alone are clear enough to act on."""

    @property
    def score(self) -> float:
        """As in `asr.rejection`."""
        found = score(self.transcript, Reading(self.target, self.match))
        return math.inf if found is None else found

    def decide(self, limits: Limits) -> str:
        """`right`, `asked` (about the right one), `wrong`, `asked wrong` or `rejected`."""
        trusted = trust(self.transcript, Reading(self.target, self.match), limits)
        if not self.target or trusted is Trust.REJECT:
            return "rejected"
        is_right = self.target == self.trial.target
        if self.is_act and trusted is Trust.ACT:
            return "right" if is_right else "wrong"
        return "asked" if is_right else "asked wrong"


def judge(
    trial: Trial, pcm: bytes, recognizer: Recognizer, grammar: Grammar, index: IntentIndex, node: NodeId
) -> Judged:
    """Hear one utterance."""
    utterance = recognizer.begin(grammar)
    utterance.feed(pcm)
    transcript = utterance.finish()
    match index.match(transcript.text, node):
        case Act(target, _, likeness):
            return Judged(trial, transcript, str(target), likeness, is_act=True)
        case Confirm(target, _, likeness):
            return Judged(trial, transcript, str(target), likeness, is_act=False)
        case Reject():
            return Judged(trial, transcript, "", 0.0, is_act=False)


def choose_limits(judged: Sequence[Judged]) -> Limits:
    """The lowest scores that keep the wrong actions and the needless questions down."""
    def rate(act: float, ask: float, outcomes: set[str], among: Callable[[Judged], bool]) -> float:
        chosen = [one for one in judged if among(one)]
        return sum(one.decide(Limits(act, ask)) in outcomes for one in chosen) / max(1, len(chosen))

    steps = [number / 20 for number in range(10, 66)]
    act = next(
        (
            step
            for step in steps
            if rate(step, step, {"wrong"}, is_foreign) <= FOREIGN_ACTED
            and rate(step, step, {"wrong"}, is_wish) <= WRONG_ACTED
        ),
        steps[-1],
    )
    ask = next((step for step in steps if rate(act, step, {"asked wrong", "wrong"}, is_foreign) <= FOREIGN_ASKED), act)
    return Limits(act, min(ask, act))


def is_foreign(judged: Judged) -> bool:
    """Nothing should be done about it."""
    return not judged.trial.target


def is_wish(judged: Judged) -> bool:
    """It should lead somewhere."""
    return bool(judged.trial.target)


def table(judged: Iterable[Judged], limits: Limits) -> str:
    """One line for each kind of utterance: how many, and what would be done, with 95 % intervals."""
    by_kind: dict[str, list[str]] = {}
    for one in judged:
        by_kind.setdefault(one.trial.kind, []).append(one.decide(limits))
    lines = []
    for kind, outcomes in by_kind.items():
        count = len(outcomes)
        shares = [
            f"acted right {wilson(outcomes.count('right'), count)}",
            f"right or asked about it {wilson(outcomes.count('right') + outcomes.count('asked'), count)}",
            f"acted wrong {wilson(outcomes.count('wrong'), count)}",
            f"asked wrong {wilson(outcomes.count('asked wrong'), count)}",
        ]
        lines.append(f"{kind:8} n={count}  " + "  ".join(shares if kind != "foreign" else shares[2:]))
    return "\n".join(lines)


def wilson(hits: int, of: int) -> str:
    """A share with its 95 % interval (Wilson 1927)."""
    if not of:
        return "-"
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return f"{share:.3f} ({max(0.0, middle - half):.3f}–{min(1.0, middle + half):.3f})"
