"""How calls are distributed, as the `routing` section of `agents.yaml` says: weights, classes, memory, prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.weights import VIP, Weights
from telephony.ids import Topic

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class HistoryRules:
    """For how long what a caller did counts."""

    same_agent_s: float = 7 * DAY_S
    """Whom he talked to last is preferred for so long: a matter of finance is settled, or forgotten, within a week."""
    asked_s: float = 30 * DAY_S
    """Having asked about a topic counts for so long: a month, since instalments are monthly."""
    several_s: float = DAY_S
    """Several calls on one topic within this ask for a senior."""
    several_calls: int = 3
    """So many, the present one included."""
    likely_s: float = 7 * DAY_S
    """What he asked about last is taken for his topic for so long, if he names none."""
    redial_s: float = 300.0
    """Who hung up in the line and calls again within this has his place again."""


@dataclass(frozen=True, slots=True)
class Routing:
    """One version of the rules."""

    weights: Weights = field(default_factory=Weights)
    class_topics: Mapping[Topic, str] = field(default_factory=dict)
    """Topic → the class of callers who ask about it, or about anything it covers."""
    history: HistoryRules = field(default_factory=HistoryRules)
    reprice_every_s: float = 600.0
    """How often prices are solved anew; ROUTING: 5 to 15 minutes."""

    def caller_class(self, topic: Topic, *, vip: bool) -> str:
        """The class of a caller: by topic or as a VIP, whichever gives the greater head start."""
        name = str(topic)
        while name and Topic(name) not in self.class_topics:
            name = name.rpartition(".")[0]
        by_topic = self.class_topics.get(Topic(name), "")
        classes = [by_topic, VIP] if vip else [by_topic]
        return max(classes, key=self.weights.class_s)
