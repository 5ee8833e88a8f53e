"""Prompts whose beginning a busy machine or a bad line tore: known by what comes next. Pure."""

from collections.abc import Mapping

from hotline.prompts.alaw import RATE, Samples
from hotline.trial.listening import HEAD_S, Onset, Repertoire

PIECE_S = 1.6
"""Twice a head: within prompts the same voice says the same words, so it takes more to know one by."""

_BLOCK = 16_384
"""Length of one transform: a piece, and half a second more for a listener who looks three times a second."""


class LaterPieces:
    """What follows the head of each sound that is long enough to have more."""

    def __init__(self, sounds: Mapping[str, Samples]) -> None:
        self._head, self._whole = round(HEAD_S * RATE), round((HEAD_S + PIECE_S) * RATE)
        self._places = [place for place, sound in enumerate(sounds.values()) if sound.size >= self._whole]
        names = list(sounds)
        pieces = {names[place]: sounds[names[place]][self._head :] for place in self._places}
        self._repertoire = Repertoire(pieces, block=_BLOCK, head_s=PIECE_S)
        self._looked = 0

    def onsets(self, heard: Samples) -> list[Onset]:
        """Where sounds must have begun, by pieces that were not looked for yet. `heard` is all that was heard so far.

        `Onset.index` counts the sounds as given. A sound may have begun before `heard`: then it is left out.
        """
        ready = heard.size - self._repertoire.longest_head + 1
        if not self._places or ready <= self._looked:
            return []
        found, shift = self._repertoire.onsets(heard[self._looked :]), self._looked - self._head
        self._looked = ready
        return [
            Onset(onset.at + shift, self._places[onset.index], onset.score) for onset in found if onset.at + shift >= 0
        ]
