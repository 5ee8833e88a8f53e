"""What the link is told, and what it says of itself."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LinkAddress:
    """Where the manager interface is, and who we are there."""

    host: str
    port: int
    username: str
    secret: str = field(repr=False)


class LinkState(StrEnum):
    """How things stand."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    """Until Asterisk has said FullyBooted; actions are refused until then."""
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class LinkTiming:
    """How patient the link is, in seconds."""

    connect_s: float = 3.0
    """For the TCP connection; on one machine it takes a millisecond."""
    login_s: float = 5.0
    """For the greeting, and again for the answer to the login."""
    boot_s: float = 60.0
    """From the login to FullyBooted; a large installation loads its modules in tens of seconds."""
    ping_every_s: float = 2.0
    """Also how often the round trip is measured when nothing else is sent."""
    ping_answer_s: float = 3.0
    """Longer, and Asterisk counts as frozen: a dead link is known after 5 s at most."""
    retry_first_s: float = 0.1
    """Before the first attempt to reconnect; callers are waiting."""
    retry_limit_s: float = 5.0
    """The wait doubles up to this; every wait is drawn from 50 to 100 % of it."""
    retry_refused_s: float = 15.0
    """After a refused login: only an admin can mend it, and Asterisk logs each attempt."""
    steady_s: float = 1.0
    """A connection that lived so long was a good one: the doubling begins anew."""
