"""Where one caller's wait in a queue stands, and how long its parts may last."""

from enum import StrEnum


class WaitingState(StrEnum):
    """What the caller hears, and what may be done about it."""

    NEW = "new"
    NOTICE = "notice"
    """Hears what must be heard before any agent: not offered yet."""
    MUSIC = "music"
    ANNOUNCING = "announcing"
    """Hears a phrase between the music."""
    RINGING = "ringing"
    """An agent's phone rings: nothing can be played meanwhile."""
    LEAVING = "leaving"
    """On the way out, but the ring has to end before the caller can hear anything else."""
    ASKING = "asking"
    """Says at which number to call back; still offered to agents, unless refused before."""
    OFFERED = "offered"
    """Is refused, but may ask to be called back."""
    REFUSED = "refused"
    """Hears why the queue lets him go."""
    LEFT = "left"
    """Back to the menu."""
    ANSWERED = "answered"
    ENDED = "ended"


ANSWER_S = 8.0
"""Longest silence in the talk about a call-back: people look their own number up."""

PLACE_GAP_S = 15.0
"""Least time between two announcements, however often places change: shorter gaps spoil the music and tell nothing
(app_queue's `min-announce-frequency` has 15 s)."""

COMFORT_S = 60.0
"""Longest time without a word: then `still_waiting`, so that nobody thinks the line is dead."""

SETTLE_S = 1.0
"""After a ring that failed or a prompt somebody cut, the next ring may be ordered already: say nothing into it."""

RING_SLACK_S = 30.0
"""Past the ring's own time-out; its end is reported within 30 ms, a lost link may take as long as this to return."""

LONGEST_RING_S = 300.0
"""For a ring whose time-out we were not told: longer than any admin lets a phone ring."""

CANCEL_S = 3.0
"""Longest wait for a ring to be taken back; measured: 1.5 ms."""

LONGEST_WAIT_S = 7200.0
"""Our own bound, should the distributor forget a caller; its `Queue.max_wait_s` is far below."""
