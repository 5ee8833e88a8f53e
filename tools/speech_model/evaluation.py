"""How well a model understands callers: what would be done with each utterance, and how sure the figures are. Pure.

The engine and the rule of rejection are the hotline's own (`asr`), the words are read by `ivr.intents`.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from asr.decoding import Decoding
from asr.filler_guess import fit_filler_guess
from asr.recognizer import NOTHING_READ, Grammar, Reading, Recognizer, Transcript
from asr.rejection import Limits, Trust, score, trust
from ivr.intents import Act, Confirm, IntentIndex, Reject
from telephony.ids import NodeId
from tools.speech_model.trials import Trial

FOREIGN_ACTED = 0.015
"""Share of foreign utterances acted on that the choice of limits allows; 0.02 is promised."""

WRONG_ACTED = 0.01
"""Share of wishes acted on wrongly; what is promised, not half of it: a phrase heard as another sounds as sure as one
heard right, so that a stricter limit costs many callers and prevents little."""

STEPS = tuple(number / 20 for number in range(-10, 86))
"""Scores tried as limits."""

NEARLY = 0.005
"""A gain smaller than this is chance."""

FOREIGN_ASKED = 0.05
"""Share of foreign utterances that may lead to a question."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One utterance and everything a decision about it needs."""

    trial: Trial
    transcript: Transcript
    reading: Reading
    """Clear if the words alone would be acted on."""

    @property
    def score(self) -> float:
        """As in `asr.rejection`."""
        found = score(self.transcript, self.reading)
        return math.inf if found is None else found

    def decide(self, limits: Limits) -> str:
        """`right`, `asked` (about the right one), `wrong`, `asked wrong` or `rejected`."""
        trusted = trust(self.transcript, self.reading, limits)
        if not self.reading.target or trusted is Trust.REJECT:
            return "rejected"
        is_right = self.reading.target == self.trial.target
        if self.reading.is_clear and trusted is Trust.ACT:
            return "right" if is_right else "wrong"
        return "asked" if is_right else "asked wrong"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a caller is, and who listens for what there."""

    recognizer: Recognizer
    grammar: Grammar
    index: IntentIndex
    node: NodeId


def judge(trial: Trial, pcm: bytes, spot: Spot) -> Judged:
    """Hear one utterance."""
    decoding = Decoding(spot.recognizer, spot.grammar, spot.recognizer.rate)
    decoding.add(pcm)
    transcript = decoding.compare(decoding.finish())
    match spot.index.match(transcript.text, spot.node):
        case Act(target, phrase, likeness):
            reading = Reading(str(target), likeness, is_clear=True, phrase=phrase)
        case Confirm(target, phrase, likeness):
            reading = Reading(str(target), likeness, phrase=phrase)
        case Reject():
            reading = NOTHING_READ
    return Judged(trial, decoding.look_closer(transcript, reading), reading)


def choose_limits(judged: Sequence[Judged]) -> Limits:
    """The scores that lead most callers right while what is wrong stays rare; of equals the strictest."""
    wishes, foreign = [one for one in judged if one.trial.target], [one for one in judged if not one.trial.target]

    def acts_well(act: float) -> bool:
        limits = Limits(act, act)
        return share(foreign, limits, "wrong") <= FOREIGN_ACTED and share(wishes, limits, "wrong") <= WRONG_ACTED

    def asks_well(ask: float) -> bool:
        return share(foreign, Limits(act, ask), "wrong", "asked wrong") <= FOREIGN_ASKED

    act = _strictest(
        [step for step in STEPS if acts_well(step)], lambda step: share(wishes, Limits(step, step), "right")
    )
    steps = [step for step in STEPS if step <= act and asks_well(step)]
    ask = _strictest(steps or [act], lambda step: share(wishes, Limits(act, step), "right", "asked"))
    return Limits(act, ask, fit_filler_guess(one.transcript for one in judged))


def _strictest(steps: Sequence[float], gain: Callable[[float], float]) -> float:
    """The highest step that gains nearly as much as any."""
    gains = {step: gain(step) for step in steps or STEPS[-1:]}
    return max(step for step, gained in gains.items() if gained >= max(gains.values()) - NEARLY)


def share(judged: Sequence[Judged], limits: Limits, *outcomes: str) -> float:
    """How many of them end so."""
    return sum(one.decide(limits) in outcomes for one in judged) / max(1, len(judged))


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
