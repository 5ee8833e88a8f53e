"""Every phrase a menu understands, cut into units and weighed, with the index that finds it again by its sounds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

from ivr.alignment import Pattern
from ivr.carriers import LEXICONS, Lexicon
from ivr.menu import ROOT, UNIVERSAL_KEYS, Menu
from ivr.negation import DENIALS, Denials
from ivr.phrase_templates import expand
from ivr.units import BREAK, Ways, rough_keys, split_units
from ivr.universals import UNIVERSALS, Pick, Universal, pick_templates
from telephony.ids import NodeId

Target = NodeId | Universal | Pick
"""Where a phrase leads."""

DIGIT_KEYS = tuple("123456789")
"""Said as a choice even where the menu has fewer: “第七个” is then no such choice rather than the nearest other."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say one thing."""

    target: Target
    text: str
    """As the author wrote it, or as a template makes it."""
    units: tuple[str, ...]
    weights: tuple[float, ...]
    """How much each unit matters."""
    total: float
    """The weights together."""
    whole: bool
    """It must be all the caller says: 人工 alone is a wish, 人工智能 is not."""
    pattern: Pattern
    """The same, ready to be looked for."""
    meaningful: tuple[str, ...]
    """Its units that mean something."""

    @classmethod
    def of(cls, target: Target, text: str, units: tuple[str, ...], weights: tuple[float, ...]) -> "Phrase":
        """Prepare what every comparison needs: an index is built once and used for all calls."""
        return cls(
            target,
            text,
            units,
            weights,
            sum(weights),
            whole=not isinstance(target, str),
            pattern=Pattern.of(units, weights),
            meaningful=tuple(unit for unit, weight in zip(units, weights, strict=True) if weight == 1.0),
        )


@dataclass(frozen=True)
class PhraseBook:
    """All phrases of one menu."""

    language: str
    phrases: tuple[Phrase, ...]
    by_sound: dict[str, tuple[int, ...]]
    """Rough sound of a unit that means something → the phrases it is in, by their position."""
    contents: tuple[int, ...]
    """How many different such sounds each phrase has."""
    denying: Ways
    """Phrases with a word that otherwise denies, as 还不上."""
    spoken: frozenset[str]
    """Every unit of any phrase."""
    _enough: dict[float, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)

    def enough(self, share: float) -> tuple[int, ...]:
        """For each phrase: how many of its sounds must be heard to be such a share of them."""
        if share not in self._enough:
            self._enough[share] = tuple(ceil(share * content) for content in self.contents)
        return self._enough[share]

    @property
    def lexicon(self) -> Lexicon:
        """The carriers of the menu's language."""
        return LEXICONS[self.language]

    @property
    def denials(self) -> Denials:
        """How the menu's language takes things back."""
        return DENIALS[self.language]


def phrase_book(menu: Menu) -> PhraseBook:
    """Collect what can be said; raise `TemplateError` if a synonym is none, which a checked menu never has."""
    phrases = tuple(dict.fromkeys(_phrases(menu)))
    sounds = [frozenset(rough_keys(unit) for unit in phrase.meaningful) for phrase in phrases]
    by_sound: dict[str, list[int]] = {}
    for number, of_phrase in enumerate(sounds):
        for key in {key for keys in of_phrase for key in keys}:
            by_sound.setdefault(key, []).append(number)
    denials = DENIALS[menu.language]
    return PhraseBook(
        language=menu.language,
        phrases=phrases,
        by_sound={key: tuple(numbers) for key, numbers in by_sound.items()},
        contents=tuple(len(of_phrase) for of_phrase in sounds),
        denying=Ways(phrase.units for phrase in phrases if denials.may_be_in(phrase.units)),
        spoken=frozenset(unit for phrase in phrases for unit in phrase.units),
    )


def _phrases(menu: Menu) -> Iterator[Phrase]:
    for target, text in _texts(menu):
        units = speakable(text, menu.language)
        if units:
            yield Phrase.of(target, text, units, LEXICONS[menu.language].weights(units))


def _texts(menu: Menu) -> Iterator[tuple[Target, str]]:
    for node in menu.nodes.values():
        if node.id != ROOT:
            yield node.id, node.name
            for synonym in node.synonyms:
                yield from ((node.id, phrase) for phrase in expand(synonym))
    for universal, templates in UNIVERSALS[menu.language].items():
        for template in templates:
            yield from ((universal, phrase) for phrase in expand(template))
    keys = dict.fromkeys((*DIGIT_KEYS, *UNIVERSAL_KEYS, *(key for node in menu.nodes.values() for key in node.choices)))
    for pick, template in pick_templates(keys, menu.language):
        yield from ((pick, phrase) for phrase in expand(template))


def speakable(text: str, language: str) -> tuple[str, ...]:
    """Cut a phrase into units; its punctuation is not spoken."""
    return tuple(unit for unit in split_units(text, language) if unit != BREAK)
