"""One caller being passed on by an agent who talks to us meanwhile: where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from acd.transfer import Target
from hotline.asterisk.session import Session
from hotline.line import Line
from telephony.ids import AgentNumber, CallId

PART_S = 5.0
"""Longest time until caller and agent have come back to us after they were parted; it takes some 20 ms."""

KEYS_S = 20.0
"""Longest time an agent may take to enter a number: a prompt of 4 s, eight keys, and some thought."""

CALL_GRACE_S = 3.0
"""Past the ring's own time-out, until a call to a colleague that nobody reported the end of is given up."""

MOST_KEYS = 12

ASKED, TOLD = 1, 2
"""Numbers of the two prompts to an agent: what he is asked for, and that it failed."""


class Stage(StrEnum):
    """How far it has come."""

    PARTING = "parting"
    """Both are on the way from their talk to us."""
    COLLECTING = "collecting"
    """The agent enters the number."""
    CALLING = "calling"
    """The colleague's telephone rings; the agent hears music."""
    CONSULTING = "consulting"
    """The two agents talk."""
    RETURNING = "returning"
    """The colleague is out of it: as soon as the agent is back with us, he gets the caller back."""
    COMPLETING = "completing"
    """The agent has hung up: as soon as the colleague is back with us, he gets the caller."""


@dataclass(slots=True)
class Handover:
    """One of them."""

    line: Line
    agent: AgentNumber
    agent_channel: str
    consult: bool
    target: Target | None
    """None: the agent will enter it."""
    stage: Stage = Stage.PARTING
    keys: str = ""
    session: Session | None = None
    """The agent's, while he is with us."""
    colleague: AgentNumber | None = None
    colleague_id: str = ""
    """Unique id of the colleague's channel; a call of its own until it is joined to the agent's."""
    colleague_channel: str = ""
    returns: bool = False
    """The last words to the agent are being said; then he gets the caller back."""

    @property
    def agent_call(self) -> CallId:
        """Stands for the agent's channel among the calls."""
        return CallId(f"{self.line.call}~{self.agent}")
