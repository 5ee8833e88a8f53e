"""How long an agent's states may last until somebody is told or the hotline acts, and how long he rests after a ring.

The defaults are what a contact centre usually does; `agents.yaml` has them in `limits` and `cool_downs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from telephony.events import RingOutcome


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; 0: no limit, where nothing else is said. Signed off needs none: it lasts until somebody signs in."""

    ready_s: float = 12 * 3600.0
    """置闲 without any sign of the agent for so long: signed off. A sign is a wish, a talk, or his phone coming back;
    no shift is longer, and even a quiet one has a break. Never 0."""
    not_ready_s: float = 1800.0
    """置忙: shown to supervisors as late after this. A meal takes half an hour."""
    not_ready_by_reason: Mapping[str, float] = field(default_factory=dict)
    """Reason's key → the same for that reason."""
    sign_off_s: float = 4 * 3600.0
    """置忙, whatever the reason, for so long: signed off. Half a shift: he has forgotten to sign off himself."""
    phone_gone_s: float = 600.0
    """置闲, but the phone has not been there for so long: signed off. Phones register again every few minutes, and a
    caller must not wait for somebody whose phone nothing can reach."""
    phone_idle_s: float = 60.0
    """振铃, 通话 or 保持 although the phone has been idle for so long, by two lists of the phones at least, and no
    channel of the call is left: released. Twice the time between two lists; what is only late is told by then."""
    talk_s: float = 4 * 3600.0
    """A talk is flagged, and flagged again: never cut, since it may be real. Half a shift. Never 0."""
    hold_s: float = 900.0
    """The same on hold: nobody listens to music for a quarter of an hour. Never 0."""
    wrap_up_s: float = 900.0
    """A wrap-up with all its extensions; whoever needs longer goes not ready and says why. Never 0."""

    def not_ready_after(self, reason: str) -> float:
        """When a break with this reason is late, in seconds from its beginning; 0: never."""
        return self.not_ready_by_reason.get(reason, self.not_ready_s)


@dataclass(frozen=True, slots=True)
class CoolDowns:
    """Seconds until an agent is offered calls again after a ring that failed, by how it failed.

    Saying ready (置闲) ends any of them at once, a phone that registers ends the one for unreachable.
    """

    no_answer_s: float = 15.0
    """Long enough for the caller to be offered to others, short enough for somebody who was just too slow;
    mod_callcenter's samples have 10 to 30 s."""
    busy_s: float = 30.0
    """The phone was in use for something else; mod_callcenter's sample has 60 s."""
    rejected_s: float = 10.0
    """The agent pressed the call away: a moment to say not ready; mod_callcenter's sample has 10 s."""
    unreachable_s: float = 30.0
    """The phone is off or its network is gone; phones register again about once a minute."""

    cancelled_s: float = 1.0
    """The ring was taken back, but not by us: a breath, so that what prevented it can not make a busy loop. A ring
    that we take back ourselves costs nothing."""

    def after(self, outcome: RingOutcome) -> float:
        """How long after this outcome."""
        return {
            RingOutcome.NO_ANSWER: self.no_answer_s,
            RingOutcome.BUSY: self.busy_s,
            RingOutcome.REJECTED: self.rejected_s,
            RingOutcome.UNREACHABLE: self.unreachable_s,
            RingOutcome.CANCELLED: self.cancelled_s,
        }[outcome]
