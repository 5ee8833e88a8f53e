"""What Asterisk says of agents' phones: hints, each good for a while, and never the truth about an agent.

A phone in use while our books know of no ring or talk is in use for something else: its agent is not offered calls
until it is idle again. A phone that stays idle while our books have a ring or talk makes that one doubtful.
"""

from dataclasses import dataclass

from acd.line import Line
from telephony.events import PhonesSeen, PhoneUse
from telephony.ids import AgentNumber

USED = frozenset({PhoneUse.RINGING, PhoneUse.IN_USE, PhoneUse.ON_HOLD})

SETTLE_S = 2.0
"""Seconds after a ring or talk of ours in which a phone that is in use is taken to be in use for that still: Asterisk
tells of the phone by another way than of the call, usually within milliseconds. The next list knows better."""


@dataclass(slots=True)
class _Hint:
    use: PhoneUse
    since: float
    """When it was heard first, unchanged until now."""
    listed_at: float | None = None
    """The last list that said so."""
    listed_before_at: float | None = None
    """The one before it, if that said so too."""


class Phones:
    """The hints that are believed now."""

    def __init__(self) -> None:
        self._hints: dict[AgentNumber, _Hint] = {}
        self._stale: Line[AgentNumber] = Line()
        """Phones in use: when that is believed no longer."""
        self._engaged: set[AgentNumber] = set()
        """In a ring or talk of ours."""
        self._parted_at: dict[AgentNumber, float] = {}
        """When each was last let go from one."""

    @property
    def deadline(self) -> float | None:
        """When a hint is believed no longer that keeps calls from somebody."""
        return self._stale.first_at

    def use_of(self, number: AgentNumber) -> PhoneUse | None:
        """What the phone is in use for, None if for nothing we know; while our books have a call, for that."""
        hint = self._hints.get(number)
        return hint.use if hint is not None and hint.use in USED else None

    def idle_s(self, number: AgentNumber, since: float) -> float | None:
        """How long the phone has been idle since an instant, as of the last list; None unless two in a row said so."""
        hint = self._hints.get(number)
        if hint is None or hint.use is not PhoneUse.IDLE or hint.listed_at is None or hint.listed_before_at is None:
            return None
        return None if hint.listed_before_at < since else hint.listed_at - max(hint.since, since)

    def hear(self, seen: PhonesSeen, now: float) -> list[AgentNumber]:
        """Take what Asterisk says; whose phone is now in use for something else, or for something else than before."""
        silent = [number for number in self._hints if number not in seen.phones] if seen.listed else []
        concerned = [*silent, *seen.phones]
        before = {number: self.use_of(number) for number in concerned}
        for number in silent:
            self.forget(number)
        for number, use in seen.phones.items():
            self._hear_one(number, use, now, seen)
        return [number for number in concerned if self.use_of(number) is not before[number]]

    def _hear_one(self, number: AgentNumber, use: PhoneUse, now: float, seen: PhonesSeen) -> None:
        settles_at = self._parted_at.get(number, -SETTLE_S) + SETTLE_S
        if use is PhoneUse.UNKNOWN or (use in USED and now < settles_at):
            self.forget(number)
            return
        hint = self._hints.get(number)
        if hint is None or hint.use is not use:
            hint = self._hints[number] = _Hint(use, now)
        if seen.listed:
            hint.listed_before_at, hint.listed_at = hint.listed_at, now
        if use in USED:
            self._stale.add(number, now + seen.good_for_s)
        else:
            self._stale.discard(number)

    def follow(self, number: AgentNumber, now: float, *, engaged: bool) -> None:
        """Whether our books have a ring or talk with him: when that ends, what his phone was in use for has ended."""
        if engaged:
            self._engaged.add(number)
        elif number in self._engaged:
            self._engaged.discard(number)
            self._parted_at[number] = now
            if self.use_of(number) is not None:
                self.forget(number)

    def forget(self, number: AgentNumber) -> None:
        """Nothing is known of this phone."""
        self._hints.pop(number, None)
        self._stale.discard(number)

    def leave(self, number: AgentNumber) -> None:
        """This agent is gone from the roster."""
        self.forget(number)
        self._engaged.discard(number)
        self._parted_at.pop(number, None)

    def expire(self, now: float) -> list[AgentNumber]:
        """Forget what was heard too long ago; whose phone is no longer taken to be in use."""
        expired = self._stale.take_due(now)
        for number in expired:
            self.forget(number)
        return expired
