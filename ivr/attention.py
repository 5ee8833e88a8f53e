"""Whether somebody listens to the caller, and to what end: numbers the listenings, knows a stale answer. Pure."""

from telephony.commands import CallCommand, Listen, StopListening
from telephony.ids import CallId, NodeId
from telephony.speech import SpeechFailed, SpeechHeard, SpeechOffered

FALSE_ALARMS = 3
"""Coughs and noises that stopped a prompt in vain, in a row, after which only words stop one: the line is noisy."""


class Attention:
    """Of one call, whoever has the word: no number of a listening is given twice."""

    def __init__(self, call: CallId, *, offered: bool = False) -> None:
        self.offered = offered
        """Whether a new listening can be had."""
        self.alarms = 0
        """Sounds in a row that were nothing."""
        self._call = call
        self._number = 0
        self._for: tuple[NodeId, bool] | None = None
        """The node listened at and whether it is an answer that is expected; None: nobody listens."""
        self._is_heard = False
        """The listening ordered last goes on, be it for nothing."""
        self._fresh = False
        self._lost = False

    @property
    def is_on(self) -> bool:
        """Somebody listens."""
        return self._for is not None

    @property
    def is_lost(self) -> bool:
        """Those who listened to this call died."""
        return self._lost

    @property
    def is_wary(self) -> bool:
        """This line has cried wolf too often for a mere sound to stop a prompt."""
        return self.alarms >= FALSE_ALARMS

    def offer(self, event: SpeechOffered | SpeechFailed) -> None:
        """Take news of the recognisers; to a call that lost its own, others come too late."""
        self._lost = self._lost or isinstance(event, SpeechFailed)
        self.offered = isinstance(event, SpeechOffered) and event.offered and not self._lost
        if self._lost:
            self._for, self._is_heard = None, False

    def turn_to(self, node: NodeId, *, asks: bool) -> list[CallCommand]:
        """Listen for this, unless somebody does already; where nobody can, the caller goes on by keys."""
        if self._for == (node, asks):
            return []
        if not self.offered:
            return self.turn_away()
        self._number += 1
        self._for, self._is_heard = (node, asks), True
        fresh, self._fresh = self._fresh, False
        return [Listen(self._call, self._number, node, asks=asks, fresh=fresh)]

    def turn_away(self) -> list[CallCommand]:
        """Listen no more."""
        self._for = None
        if not self._is_heard:
            return []
        self._is_heard = False
        return [StopListening(self._call)]

    def takes(self, event: SpeechHeard) -> bool:
        """Whether this is what the present listening heard; it is over with it."""
        if event.listening != self._number:
            return False
        is_wanted, self._for, self._is_heard = self.is_on, None, False
        return is_wanted

    def forget(self, *, fresh: bool = False) -> None:
        """Whatever the present listening hears comes too late; `fresh`: what the next may hear begins with silence."""
        self._for = None
        self._fresh = self._fresh or fresh
