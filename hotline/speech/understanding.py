"""What one version of the menu makes of what a recogniser hears: grammars, readings of partials, meanings. Pure.

This is where `ivr`, which knows the menu, is handed to `asr`, which knows sound: neither imports the other.
"""

from dataclasses import dataclass, field, replace

from asr.endpointing import Ending
from asr.listening import Spoken
from asr.recognizer import NOTHING_READ, Grammar, Matcher, Reading, Recognizer
from asr.rejection import Trust, beats_filler
from asr.vocabulary import fit
from ivr.answers import hear_answer
from ivr.intent_phrases import speakable
from ivr.intents import Act, Confirm, IntentIndex, Outcome, Reason, Reject
from ivr.menu import Menu
from ivr.partial_intents import Beginnings, PartialIntents
from ivr.sayable import choosable, sayable, sayable_answers
from ivr.universals import Universal
from telephony.ids import NodeId
from telephony.wish import Answered, Everywhere, Meaning, NotUnderstood, Understood, Unheard, Unsure, Wish

SHORTEST_WISH_S = 0.25
"""Seconds of voice below which a rejected sound was a cough rather than words: 是 takes 0.2 s, 人工 0.5 s."""

_WHY = {
    Reason.SILENCE: Unheard.NOTHING,
    Reason.DENIED: Unheard.DENIED,
    Reason.NO_SUCH_CHOICE: Unheard.NO_SUCH_CHOICE,
    Reason.UNKNOWN: Unheard.UNKNOWN,
}


@dataclass
class Understanding:
    """One menu and one recogniser; may be shared by threads."""

    menu: Menu
    recognizer: Recognizer
    index: IntentIndex
    beginnings: Beginnings
    _grammars: dict[bool, Grammar] = field(default_factory=dict)

    @classmethod
    def build(cls, menu: Menu, recognizer: Recognizer) -> "Understanding":
        """Prepare what does not depend on the caller; takes some tens of milliseconds."""
        index = IntentIndex.build(menu)
        made = cls(menu, recognizer, index, Beginnings.build(index.book))
        made._grammars.update({asks: made._fit(asks=asks) for asks in (False, True)})
        return made

    def grammar(self, *, asks: bool) -> Grammar:
        """What may be said: the whole tree, for a caller may want any node; after a question yes and no as well."""
        return self._grammars[asks]

    def matcher(self, node: NodeId, *, asks: bool) -> Matcher:
        """Read the partials of one utterance at this node."""
        partials = PartialIntents(self.index, self.beginnings, node)

        def read(text: str) -> Reading:
            outlook = partials.hear(text)
            if asks and (yes := hear_answer(text, self.menu.language)) is not None:
                is_left_open = self.index.book.lexicon.is_left_open(speakable(text, self.menu.language))
                return Reading("yes" if yes else "no", 1.0, is_clear=True, is_left_open=is_left_open, phrase=text)
            return _reading(outlook.outcome, may_grow=outlook.may_grow, is_left_open=outlook.is_left_open)

        return read

    def meaning(self, spoken: Spoken, node: NodeId, *, asks: bool) -> Meaning:
        """Decide what an utterance meant: the words say what, the sound says how sure."""
        text = spoken.transcript.text
        if not spoken.transcript.length or spoken.why in {Ending.NO_SPEECH, Ending.STOPPED}:
            return NotUnderstood(Unheard.NOTHING)
        if asks and beats_filler(spoken.transcript) and (yes := hear_answer(text, self.menu.language)) is not None:
            return Answered(yes)
        if spoken.trust is Trust.REJECT:
            return NotUnderstood(Unheard.NOTHING if spoken.voice_s < SHORTEST_WISH_S else Unheard.UNKNOWN)
        return _meaning(self.index.match(text, node), is_sure=spoken.trust is Trust.ACT)

    def _fit(self, *, asks: bool) -> Grammar:
        phrases = sayable(self.index.book)
        if asks:
            phrases = (*phrases, *sayable_answers(self.menu.language))
        return fit(phrases, self.recognizer.knows, choosable(self.index.book))


def _reading(outcome: Outcome, *, may_grow: bool, is_left_open: bool) -> Reading:
    match outcome:
        case Act(target, phrase, score):
            read = Reading(_key(target), score, is_clear=True, phrase=phrase)
        case Confirm(target, phrase, score):
            read = Reading(f"{_key(target)}?", score, phrase=phrase)
        case Reject():
            read = NOTHING_READ
    return replace(read, may_grow=may_grow, is_left_open=is_left_open)


def _key(target: NodeId | Universal) -> str:
    return f"*{target.value}" if isinstance(target, Universal) else target


def _meaning(outcome: Outcome, *, is_sure: bool) -> Meaning:
    match outcome:
        case Act(target) if is_sure:
            return Understood(_wish(target))
        case Act(target) | Confirm(target):
            return Unsure(_wish(target))
        case Reject(reason):
            return NotUnderstood(_WHY[reason])


def _wish(target: NodeId | Universal) -> Wish:
    return Wish(everywhere=Everywhere(target.value)) if isinstance(target, Universal) else Wish(target)
