"""An agent as the roster describes one, and the skill lookup."""

from dataclasses import dataclass

from telephony.ids import AgentNumber, Topic


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent of `agents.yaml`."""

    number: AgentNumber
    """工号 and PJSIP endpoint name."""
    name: str
    team: str
    skills: dict[Topic, int]
    """Level 1 (new) to 5 (expert) per topic; a level for `repayment` covers all of `repayment.*`. 0: never."""
    contact: str | None = None
    """A fixed SIP contact (`sip:9001@127.0.0.4:5080`) instead of registration: gateways and load tests."""
    wrap_up_s: float | None = None
    """Overrides the queue's wrap-up time."""
    max_missed_rings: int = 3
    """Rings in a row without an answer before the agent is set not ready; 0: never."""
    languages: tuple[str, ...] = ("zh",)
    not_certified: frozenset[Topic] = frozenset()
    """考核未通过: topics whose calls the agent is never offered; `skills` has them, and all they cover, at level 0."""

    shift: str = ""
    """A key of the roster's shifts; empty: none."""

    def level(self, topic: Topic) -> int:
        """Skill level for a topic: the most special skill that covers it, 0 if none does."""
        name = str(topic)
        while name:
            if (level := self.skills.get(Topic(name))) is not None:
                return level
            name = name.rpartition(".")[0]
        return 0
