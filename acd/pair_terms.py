"""Every term of a pair that time does not change, as rows of plain floats per lane and per group of agents.

A lane is a row of callers for whom every agent's terms are the same; a group is agents for whom every lane's are.
"""

from dataclasses import dataclass, field

from acd.pricing import Price, Prices
from acd.profiles import Profile
from acd.queue import Demands
from acd.skill_groups import bits
from acd.weights import Weights
from telephony.ids import Topic


@dataclass(frozen=True, slots=True)
class LaneKey:
    """What callers of one lane have in common."""

    topic: Topic
    min_level: int
    caller_class: str
    wish: int
    """0 none, 1 asked about the topic before, 2 should get a senior."""
    language: str = ""
    """To be spoken; empty: any."""
    priority_s: float = 0.0
    """Of the queue."""
    further: Demands = ()
    """Skills the queue demands whatever the topic."""


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What agents of one group have in common."""

    profile: Profile
    band: int
    """Of load: 0 light, 1 usual, 2 heavy."""


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane's terms, by group."""

    biases: list[float]
    """Score of an agent of the group without idleness, for a call that arrives."""
    holds: list[float]
    """Seconds a call waits at least before the group gets it."""
    ranked: list[int]
    """The able groups, best bias first, between equals the lower number."""
    at_once: list[int]
    """Those of them that no call is held back from."""
    least_hold_s: float
    """Of the others; so long a call need not look at them."""


@dataclass(slots=True)
class GroupRow:
    """A group's terms, by lane."""

    fits: list[float]
    """Skill and history, not yet floored, for an agent who becomes free."""
    scores: list[float]
    """Score of a caller of the lane without his wait."""
    holds: list[float]
    _mask: int = 0
    _heads: list[tuple[int, float]] = field(default_factory=list)
    """Those of the mask last asked for: on a busy day the same lanes have somebody waiting for long."""

    def heads(self, mask: int) -> list[tuple[int, float]]:
        """The numbers of these lanes, with the scores of their callers without their wait."""
        if mask != self._mask:
            self._mask, self._heads = mask, [(lane, self.scores[lane]) for lane in bits(mask)]
        return self._heads


class PairTerms:
    """Numbers lanes and groups, which only ever grow, and keeps their rows for the prices of the moment."""

    def __init__(self, prices: Prices, weights: Weights) -> None:
        self.prices = prices
        self.weights = weights
        self.lanes: list[LaneKey] = []
        self.groups: list[GroupKey] = []
        self.able: list[int] = []
        """Lane → mask of the groups whose certified level suffices."""
        self.serves: list[int] = []
        """Group → mask of the lanes it can serve."""
        self.unbound: list[bool] = []
        """Lane → whether its callers may overtake anybody."""
        self.unbound_lanes = 0
        """The same as a mask."""
        self._lane_numbers: dict[LaneKey, int] = {}
        self._group_numbers: dict[GroupKey, int] = {}
        self._lane_rows: list[LaneRow | None] = []
        self._group_rows: list[GroupRow | None] = []

    def reprice(self, prices: Prices) -> None:
        """Take another table; rows are made anew when they are next asked for."""
        self.prices = prices
        self._forget_rows()

    def lane(self, key: LaneKey) -> int:
        """The number of a lane."""
        number = self._lane_numbers.get(key)
        return self._open_lane(key) if number is None else number

    def group(self, key: GroupKey) -> int:
        """The number of a group."""
        number = self._group_numbers.get(key)
        return self._open_group(key) if number is None else number

    def lane_row(self, lane: int) -> LaneRow:
        """The lane's terms."""
        return self._lane_rows[lane] or self._make_lane_row(lane)

    def group_row(self, group: int) -> GroupRow:
        """The group's terms."""
        return self._group_rows[group] or self._make_group_row(group)

    def price(self, lane: int, group: int) -> Price:
        """The price of any agent of the group for the lane's calls.

        Who has a head start is not held back, nor is anybody longer than until nobody may overtake him.
        """
        key = self.lanes[lane]
        price = self.prices.of(self.groups[group].profile, key.topic)
        favoured = self.head_start_s(lane) > 0.0
        return Price(
            price.skill_s,
            0.0 if favoured else min(price.hold_s, self.weights.hold_most_s, self.weights.overtake_bound_s),
        )

    def head_start_s(self, lane: int) -> float:
        """Of the lane's callers before others, by their class and their queue."""
        key = self.lanes[lane]
        return self.weights.class_s(key.caller_class) + key.priority_s

    def fit_s(self, lane: int, group: int) -> float:
        """Skill and history of the pair when an agent becomes free, not yet floored."""
        return self.weights.skill_on_free * self.price(lane, group).skill_s + self._history_s(lane, group)

    def bias_s(self, lane: int, group: int) -> float:
        """Skill, history and load of the pair when a call arrives."""
        skill_s = self.weights.skill_on_arrival * self.price(lane, group).skill_s
        return skill_s + self._history_s(lane, group) - self.weights.load_s * self.groups[group].band

    def _history_s(self, lane: int, group: int) -> float:
        key = self.lanes[lane]
        return self.weights.history_s(key.wish, self.groups[group].profile.level(key.topic))

    def _open_lane(self, key: LaneKey) -> int:
        lane = self._lane_numbers[key] = len(self.lanes)
        self.lanes.append(key)
        self.unbound.append(key.caller_class in self.weights.unbound_classes)
        self.unbound_lanes |= self.unbound[lane] << lane
        able = 0
        for group, known in enumerate(self.groups):
            if known.profile.certified(key.topic, key.min_level, key.language, key.further):
                able |= 1 << group
                self.serves[group] |= 1 << lane
        self.able.append(able)
        self._lane_rows.append(None)
        self._forget_rows()
        return lane

    def _open_group(self, key: GroupKey) -> int:
        group = self._group_numbers[key] = len(self.groups)
        self.groups.append(key)
        serves = 0
        for lane, known in enumerate(self.lanes):
            if key.profile.certified(known.topic, known.min_level, known.language, known.further):
                serves |= 1 << lane
                self.able[lane] |= 1 << group
        self.serves.append(serves)
        self._group_rows.append(None)
        self._forget_rows()
        return group

    def _forget_rows(self) -> None:
        self._lane_rows = [None] * len(self.lanes)
        self._group_rows = [None] * len(self.groups)

    def _make_lane_row(self, lane: int) -> LaneRow:
        able = set(bits(self.able[lane]))
        groups = range(len(self.groups))
        biases = [self.bias_s(lane, group) if group in able else 0.0 for group in groups]
        holds = [self.price(lane, group).hold_s if group in able else 0.0 for group in groups]
        ranked = sorted(able, key=lambda group: (-biases[group], group))
        at_once = [group for group in ranked if not holds[group]]
        least_hold_s = min((holds[group] for group in ranked if holds[group]), default=float("inf"))
        row = self._lane_rows[lane] = LaneRow(biases, holds, ranked, at_once, least_hold_s)
        return row

    def _make_group_row(self, group: int) -> GroupRow:
        served = set(bits(self.serves[group]))
        lanes = range(len(self.lanes))
        fits = [self.fit_s(lane, group) if lane in served else 0.0 for lane in lanes]
        bonuses = [self.head_start_s(lane) for lane in lanes]
        scores = [max(fit, self.weights.worst_fit_s) + bonus for fit, bonus in zip(fits, bonuses, strict=True)]
        holds = [self.price(lane, group).hold_s if lane in served else 0.0 for lane in lanes]
        row = self._group_rows[group] = GroupRow(fits, scores, holds)
        return row
