"""Every term of a pair that time does not change, as rows of plain floats per lane and per group of agents.

A lane is a row of callers for whom every agent's terms are the same; a group is agents for whom every lane's are. Where
a lane or a group is new, it is added to the rows there are; making all rows anew would hold up a decision.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from acd.pricing import Price, Prices
from acd.profiles import MOST_GROUPS, Profile
from acd.queue import CallKind, Demands, call_kind
from acd.skill_groups import bits
from acd.strip import NEVER, NOBODY, Strip
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
    transferred: bool = False
    """By an agent."""
    further: Demands = ()
    """Skills the queue demands whatever the topic."""


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What agents of one group have in common."""

    profile: Profile
    band: int
    """Of load: 0 light, 1 usual, 2 heavy."""


@dataclass(slots=True)
class LaneRow:
    """A lane's terms, by group."""

    biases: Strip
    """Score of an agent of the group without idleness, for a call that arrives; `NOBODY`: the group is not able."""
    at_once: Strip
    """The same; `NOBODY`, too, where a call is held back."""
    holds: Strip
    """Seconds a call waits at least before the group gets it."""
    least_hold_s: float = NEVER
    """Of the groups a call is held back from."""
    most_hold_s: float = 0.0

    def enter(self, group: int, bias_s: float, hold_s: float) -> None:
        """This group is able."""
        self.biases.values[group], self.holds.values[group] = bias_s, hold_s
        if hold_s:
            self.least_hold_s, self.most_hold_s = min(self.least_hold_s, hold_s), max(self.most_hold_s, hold_s)
        else:
            self.at_once.values[group] = bias_s

    def leave(self, group: int) -> None:
        """This group, which is able, is no more."""
        self.biases.values[group] = self.at_once.values[group] = NOBODY
        if self.holds.values[group]:
            self.holds.values[group] = 0.0
            holds = [hold_s for hold_s in self.holds.values if hold_s]
            self.least_hold_s, self.most_hold_s = min(holds, default=NEVER), max(holds, default=0.0)

    def make_room(self, group: int) -> None:
        """There is a group of this number."""
        for strip in (self.biases, self.at_once, self.holds):
            strip.make_room(group)


@dataclass(slots=True)
class GroupRow:
    """A group's terms, by lane."""

    fits: Strip
    """Skill and history, not yet floored, for an agent who becomes free."""
    scores: Strip
    """Score of a caller of the lane without his wait; `NOBODY`: the group does not serve it."""
    holds: Strip
    """Seconds a caller of the lane waits at least before the group gets him."""

    def make_room(self, lane: int) -> None:
        """There is a lane of this number."""
        for strip in (self.fits, self.scores, self.holds):
            strip.make_room(lane)


class PairTerms:
    """Numbers lanes and groups and keeps their rows for the prices of the moment.

    Lanes only ever grow: there are as many as the menu's topics have levels, classes and wishes. Once there are
    `most_groups`, a new group takes the number of the one that has been unoccupied for longest.
    """

    def __init__(self, prices: Prices, weights: Weights, *, most_groups: int = MOST_GROUPS) -> None:
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
        self._head_starts: list[float] = []
        self._kinds: list[CallKind] = []
        """By lane."""
        self._prices_of: defaultdict[CallKind, dict[int, Price]] = defaultdict(dict)
        """By kind and group, as far as they were asked for: a kind's lanes, by class and wish, have the same."""
        self._lane_numbers: dict[LaneKey, int] = {}
        self._group_numbers: dict[GroupKey, int] = {}
        self._lane_rows: list[LaneRow | None] = []
        self._group_rows: list[GroupRow | None] = []
        self._most_groups = most_groups
        self.used: list[int] = []
        """Group → when somebody was last in it, in any count that grows; kept by who puts agents into groups."""
        self.occupied: Callable[[], int] = lambda: -1
        """Mask of the groups whose numbers must stay; asked only when there are too many. By default all."""

    def reprice(self, prices: Prices) -> None:
        """Take another table; rows are made anew when they are next asked for."""
        self.prices = prices
        self._prices_of.clear()
        self._lane_rows = [None] * len(self.lanes)
        self._group_rows = [None] * len(self.groups)

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
        kind, weights = self._kinds[lane], self.weights
        known = self._prices_of[kind]
        if (price := known.get(group)) is None:
            price = known[group] = self.prices.of(self.groups[group].profile, self.lanes[lane].topic, kind)
        if not price.hold_s:
            return price
        favoured = self._head_starts[lane] > 0.0
        hold_s = 0.0 if favoured else min(price.hold_s, weights.hold_most_s, weights.overtake_bound_s)
        return Price(price.skill_s, hold_s)

    def head_start_s(self, lane: int) -> float:
        """Of the lane's callers before others, by their class, their queue, and for having been passed on."""
        return self._head_starts[lane]

    def fit_s(self, lane: int, group: int) -> float:
        """Skill and history of the pair when an agent becomes free, not yet floored."""
        return self._fit_s(self.price(lane, group), lane, group)

    def _fit_s(self, price: Price, lane: int, group: int) -> float:
        return self.weights.skill_on_free * price.skill_s + self._history_s(lane, group)

    def bias_s(self, lane: int, group: int) -> float:
        """Skill, history and load of the pair when a call arrives."""
        return self._bias_s(self.price(lane, group), lane, group)

    def _bias_s(self, price: Price, lane: int, group: int) -> float:
        skill_s = self.weights.skill_on_arrival * price.skill_s
        return skill_s + self._history_s(lane, group) - self.weights.load_s * self.groups[group].band

    def _history_s(self, lane: int, group: int) -> float:
        key = self.lanes[lane]
        return self.weights.history_s(key.wish, self.groups[group].profile.level(key.topic))

    def _open_lane(self, key: LaneKey) -> int:
        lane = self._lane_numbers[key] = len(self.lanes)
        self.lanes.append(key)
        self._kinds.append(call_kind(key.topic, key.language, key.further))
        head_start_s = self.weights.head_start_s(key.caller_class, key.priority_s, transferred=key.transferred)
        self._head_starts.append(head_start_s)
        self.unbound.append(key.caller_class in self.weights.unbound_classes)
        self.unbound_lanes |= self.unbound[lane] << lane
        able = 0
        for group, known in enumerate(self.groups):
            if known.profile.certified(key.topic, key.min_level, key.language, key.further):
                able |= 1 << group
                self.serves[group] |= 1 << lane
        self.able.append(able)
        self._lane_rows.append(None)
        for group, row in enumerate(self._group_rows):
            if row is not None:
                self._add_lane(row, lane, group)
        return lane

    def _open_group(self, key: GroupKey) -> int:
        group = self._free_number()
        self._group_numbers[key] = group
        self.groups[group] = key
        serves = 0
        for lane, known in enumerate(self.lanes):
            if key.profile.certified(known.topic, known.min_level, known.language, known.further):
                serves |= 1 << lane
                self.able[lane] |= 1 << group
                if (row := self._lane_rows[lane]) is not None:
                    self._fill_group(row, lane, group)
        self.serves[group] = serves
        return group

    def _free_number(self) -> int:
        """The number for a group: a new one, or of a group that nobody is in."""
        if len(self.groups) >= self._most_groups:
            occupied = self.occupied()
            vacant = [group for group in range(len(self.groups)) if not occupied >> group & 1]
            if vacant:
                group = min(vacant, key=self.used.__getitem__)
                self._close_group(group)
                return group
        self.groups.append(NO_GROUP)
        self.serves.append(0)
        self.used.append(0)
        self._group_rows.append(None)
        for row in self._lane_rows:
            if row is not None:
                row.make_room(len(self.groups) - 1)
        return len(self.groups) - 1

    def _close_group(self, group: int) -> None:
        del self._group_numbers[self.groups[group]]
        for lane in bits(self.serves[group]):
            self.able[lane] &= ~(1 << group)
            if (row := self._lane_rows[lane]) is not None:
                row.leave(group)
        self._group_rows[group] = None
        for known in self._prices_of.values():
            known.pop(group, None)

    def _make_lane_row(self, lane: int) -> LaneRow:
        count = len(self.groups)
        row = self._lane_rows[lane] = LaneRow(Strip(NOBODY, count), Strip(NOBODY, count), Strip(0.0, count))
        for group in bits(self.able[lane]):
            self._fill_group(row, lane, group)
        return row

    def _fill_group(self, row: LaneRow, lane: int, group: int) -> None:
        price = self.price(lane, group)
        row.enter(group, self._bias_s(price, lane, group), price.hold_s)

    def _make_group_row(self, group: int) -> GroupRow:
        count = len(self.lanes)
        row = GroupRow(Strip(0.0, count), Strip(NOBODY, count), Strip(0.0, count))
        for lane in bits(self.serves[group]):
            self._fill_lane(row, lane, group)
        self._group_rows[group] = row
        return row

    def _add_lane(self, row: GroupRow, lane: int, group: int) -> None:
        """A lane that is new."""
        row.make_room(lane)
        if self.serves[group] >> lane & 1:
            self._fill_lane(row, lane, group)

    def _fill_lane(self, row: GroupRow, lane: int, group: int) -> None:
        price = self.price(lane, group)
        fit_s = self._fit_s(price, lane, group)
        row.fits.values[lane], row.holds.values[lane] = fit_s, price.hold_s
        row.scores.values[lane] = max(fit_s, self.weights.worst_fit_s) + self._head_starts[lane]


NO_GROUP = GroupKey(Profile(frozenset()), 0)
"""Stands where a group is about to be."""
