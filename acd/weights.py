"""What each consideration is worth, in seconds of waiting, and how far a caller can be overtaken with these weights."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

VIP = "vip"
"""The class of callers who are VIPs and in no other class."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One version of the weights. An affine score after Chan, Koole & L'Ecuyer (2014).

    Where they come from, and what lost against them: docs/decisions/0008-weights-of-the-policy.md.
    """

    skill_on_arrival: float = 8.0
    """Times the skill term when an arriving call chooses among idle agents."""
    skill_on_free: float = 4.0
    """Times the skill term when an agent who becomes free chooses among callers."""
    worst_fit_s: float = -120.0
    """A caller waits at most so much longer for not suiting the agent who becomes free."""
    idle_per_s: float = 0.02
    """An agent idle for a minute counts like one second of waiting: fairness among agents who suit alike."""
    idle_cap_s: float = 600.0
    """Idleness beyond this adds nothing more."""
    same_agent_s: float = 40.0
    """For the agent the caller talked to before, or whose own client he is."""
    class_bonus_s: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({VIP: 120.0}))
    """Class of callers → head start in seconds, never a filter."""
    transferred_s: float = 120.0
    """Head start of a caller whom an agent passed on: like a VIP's, so that he is soon with an agent again."""
    asked_before_s: float = 10.0
    """Per level above 3 and per wish for skill: who asked about the same before prefers agents good at it."""
    load_s: float = 10.0
    """Per band of load, against an agent who is busier than the others."""
    overtake_bound_s: float = 120.0
    """Nobody who has waited so long is overtaken any more, except by the classes named below."""
    unbound_classes: frozenset[str] = frozenset()
    """Classes that may overtake anybody at any time: the admin names them, such as reports of a fraud going on."""
    hold_most_s: float = 10.0
    """No call is held back from an agent for longer, however much better an expected one is; 0: never."""
    explore_every: int = 0
    """So many calls of a topic that choose among idle agents until one is for an agent of a lower level; 0: never."""
    explore_most_s: float = 5.0
    """By how much his score may be below the best one's."""
    version: str = "default"

    @property
    def idle_most_s(self) -> float:
        """The most that idleness can add to an agent's score."""
        return self.idle_per_s * self.idle_cap_s

    @property
    def fit_most_s(self) -> float:
        """The most that a pair's terms can add to a caller's score; the skill term is never positive."""
        return max(self.worst_fit_s, self.same_agent_s + self.asked_before_s * MOST_WISH * MOST_LEVELS_ABOVE)

    def overtaking_bound_s(self, hold_s: float, priorities_s: Collection[float] = (0.0,)) -> float:
        """A call is overtaken only by calls that arrived at most so much later, unbound classes apart.

        `priorities_s`: of all queues.
        Either the weights can not outweigh more, or the caller has waited until nobody overtakes him any more; beside
        an agent he is held back from (at most `hold_s`), another may take that agent.
        """
        bonuses = [0.0, *self.class_bonus_s.values()]
        bound = [0.0, *(bonus for name, bonus in self.class_bonus_s.items() if name not in self.unbound_classes)]
        outweighed_s = self.fit_most_s - self.worst_fit_s + max(bound) - min(bonuses) + self.transferred_s
        outweighed_s += max(priorities_s, default=0.0) - min(priorities_s, default=0.0)
        return min(self.overtake_bound_s, max(hold_s, outweighed_s))

    def idle_s(self, idle_for_s: float) -> float:
        """The term for an agent's idleness."""
        return self.idle_per_s * min(idle_for_s, self.idle_cap_s)

    def history_s(self, wish: int, level: float) -> float:
        """The term for a caller's wish for skill."""
        return self.asked_before_s * wish * (level - MIDDLE_LEVEL)

    def class_s(self, caller_class: str) -> float:
        """The term for the caller's class."""
        return self.class_bonus_s.get(caller_class, 0.0)

    def head_start_s(self, caller_class: str, priority_s: float, *, transferred: bool = False) -> float:
        """Of a caller of this class in a queue with this priority, before others; more if an agent passed him on."""
        return self.class_s(caller_class) + priority_s + self.transferred_s * transferred


MIDDLE_LEVEL = 3.0
"""Of 1 to 5: agents above it are preferred by callers with a wish for skill, agents below are spared them."""

MOST_LEVELS_ABOVE = 2.0

MOST_WISH = 2
"""0: none; 1: asked about the topic before; 2: several times in a day, a senior should take it."""
