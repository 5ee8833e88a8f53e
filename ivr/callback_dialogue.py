"""A caller who wants to be called back says where, by key: his own number, read out to him, or one he enters."""

import re
from dataclasses import dataclass

from ivr.menu import Menu
from ivr.wording import digits
from telephony.numbers import normalise_number
from telephony.prompt import Prompt

CONFIRM, CHANGE, CANCEL, END = "1", "2", "*", "#"

CALLABLE = re.compile(r"1[3-9]\d{9}|0[1-9]\d{8,10}")
"""Mobile numbers in China, and landlines with their area code: nobody has the hotline dial abroad or a paid service."""

MOST_KEYS = 16
"""More than any number has; a stuck key must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """This number, as the caller has confirmed. Personal data."""

    number: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Rather not."""


class CallbackDialogue:
    """What to say next, key by key."""

    def __init__(self, menu: Menu, own_number: str) -> None:
        self._menu = menu
        self._number = own_number if CALLABLE.fullmatch(own_number) else ""
        """Being confirmed; empty: one is being entered."""
        self._keys = ""

    def question(self) -> Prompt:
        """What the caller is asked now; said again after a silence or a lost connection."""
        phrases = self._menu.phrases
        if not self._number:
            return phrases.callback_number
        read_out = digits(self._menu.language, self._number)
        return Prompt((*phrases.callback_will_call.segments, *read_out, *phrases.callback_confirm.segments))

    def press(self, digit: str) -> Prompt | Confirmed | Cancelled | None:
        """Take a key; None: nothing new to say."""
        if digit == CANCEL:
            return Cancelled()
        return self._confirm(digit) if self._number else self._enter(digit)

    def _confirm(self, digit: str) -> Prompt | Confirmed | None:
        if digit == CONFIRM:
            return Confirmed(self._number)
        if digit != CHANGE:
            return None
        self._number = self._keys = ""
        return self.question()

    def _enter(self, digit: str) -> Prompt | None:
        if digit != END:
            self._keys = (self._keys + digit)[:MOST_KEYS]
            return None
        entered, self._keys = normalise_number(self._keys), ""
        if not CALLABLE.fullmatch(entered):
            return Prompt((*self._menu.phrases.callback_not_callable.segments, *self.question().segments))
        self._number = entered
        return self.question()
