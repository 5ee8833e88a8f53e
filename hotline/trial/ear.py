"""Recognises prompts while they are being heard. Pure: sound is an argument."""

import numpy as np

from hotline.prompts.alaw import RATE, Samples
from hotline.trial.listening import Heard, Onset, Repertoire
from hotline.trial.torn import LaterPieces

LIVE_BLOCK = 9_216
"""Transform for a listener who looks three times a second: a head of 0.8 s and a third of a second more."""

_SAME_PLACE_S = 0.1
_LEAD_S = 0.15
"""By how much a sound must have gone on longer than those that began alike, to be told apart from them."""


class Ear:
    """Listens to one call from its answer on."""

    def __init__(self, repertoire: Repertoire) -> None:
        self._repertoire = repertoire
        self._later = LaterPieces(dict(zip(repertoire.names, repertoire.sounds, strict=True)))
        self._heard = np.zeros(0, dtype=np.float32)
        self._looked = 0
        """Samples whose beginnings have been looked for."""
        self._open: list[list[Onset]] = []
        """Beginnings not yet told apart, by place."""
        self._known: list[Onset] = []
        self.beginnings: list[float] = []
        """Every instant, in seconds heard, at which some sound of the repertoire began."""

    @property
    def heard_s(self) -> float:
        """Seconds taken in."""
        return self._heard.size / RATE

    def hear(self, samples: Samples) -> list[Heard]:
        """Take more sound; what has been recognised by it, in the order it began."""
        self._heard = np.concatenate([self._heard, samples])
        ready = self._heard.size - self._repertoire.longest_head + 1
        if ready > self._looked:
            for onset in self._repertoire.onsets(self._heard[self._looked :]):
                self._notice(Onset(onset.at + self._looked, onset.index, onset.score))
            self._looked = ready
        for onset in self._later.onsets(self._heard):
            self._notice(onset)
        return self._recognise()

    def finish(self, samples: Samples) -> list[Heard]:
        """Take the last of it; what was not recognised before, each beginning by the sound that explains most of it."""
        recognised = self.hear(samples)
        still_open, self._open = self._open, []
        for group in still_open:
            best = max(group, key=lambda onset: (self._follow(onset).until_s, onset.score))
            self._known.append(best)
            recognised.append(self._follow(best))
        return sorted(recognised, key=lambda one: one.at_s)

    def timeline(self) -> list[Heard]:
        """Everything recognised so far, each up to where it was itself."""
        return self._repertoire.settle(self._heard, self._known + [onset for group in self._open for onset in group])

    def _notice(self, onset: Onset) -> None:
        group = next((one for one in self._open if abs(one[0].at - onset.at) < _SAME_PLACE_S * RATE), None)
        if group is not None:
            if all(one.index != onset.index for one in group):  # else known by its head and by a later piece
                group.append(onset)
        elif not self._goes_on(onset):
            self._open.append([onset])
            self.beginnings.append(onset.at / RATE)

    def _goes_on(self, onset: Onset) -> bool:
        """Whether a sound recognised before still explains this place."""
        return any(
            abs(known.at - onset.at) < _SAME_PLACE_S * RATE
            or known.at < onset.at < self._follow(known).until_s * RATE - _SAME_PLACE_S * RATE
            for known in self._known[-2:]
        )

    def _follow(self, onset: Onset) -> Heard:
        return self._repertoire.follow(self._heard, onset)

    def _recognise(self) -> list[Heard]:
        recognised = []
        for group in list(self._open):
            if (best := self._told_apart(group)) is not None:
                self._open.remove(group)
                self._known.append(best)
                recognised.append(self._follow(best))
        return sorted(recognised, key=lambda one: one.at_s)

    def _told_apart(self, group: list[Onset]) -> Onset | None:
        """The one of several like beginnings that has gone on longest, once that is clear or it is over."""
        ranked = sorted(((self._follow(onset).until_s, onset.score, onset) for onset in group), key=lambda one: one[:2])
        until_s, _, best = ranked[-1]
        clear = len(ranked) == 1 or until_s >= ranked[-2][0] + _LEAD_S
        return best if clear or until_s < self.heard_s - 2 * _LEAD_S else None
