"""A small share of calls for those who still learn a topic: counted, never drawn, and only where it costs little."""

from acd.pair_terms import PairTerms
from acd.skill_groups import bits
from acd.strip import Strip
from telephony.ids import Topic


class Exploration:
    """Counts the calls of every topic that chose among idle agents."""

    def __init__(self, terms: PairTerms, idle_since: Strip) -> None:
        self._terms = terms
        self._idle_since = idle_since
        self._since: dict[Topic, int] = {}
        """Calls of the topic since a learner had one."""

    def learner(
        self, lane: int, groups: int, best: tuple[float, int], *, entered_at: float, now: float
    ) -> tuple[float, int] | None:
        """The score and group of a learner who is to have this call instead of the best, if it is one for learners.

        `groups`: mask of the able groups with somebody idle. Callers with a head start or a wish for skill are never
        taken for it. Where nobody may learn from the call whose turn it is, the next is looked at.
        """
        terms, key = self._terms, self._terms.lanes[lane]
        if key.wish or terms.head_start_s(lane) > 0.0:
            return None
        calls = self._since.get(key.topic, 0) + 1
        self._since[key.topic] = calls
        if calls < terms.weights.explore_every:
            return None
        found = self._least_skilled(lane, groups, best, entered_at=entered_at, now=now)
        if found is not None:
            self._since[key.topic] = 0
        return found

    def _least_skilled(
        self, lane: int, groups: int, best: tuple[float, int], *, entered_at: float, now: float
    ) -> tuple[float, int] | None:
        """Of those below the best's level who cost few seconds and are not held back: lowest level, then score."""
        row, weights, topic = self._terms.lane_row(lane), self._terms.weights, self._terms.lanes[lane].topic
        levels = {group: self._terms.groups[group].profile.level(topic) for group in bits(groups)}
        found = []
        for group, level in levels.items():
            if level < levels[best[1]] and entered_at + row.holds.values[group] <= now:
                idle_s = weights.idle_s(now - self._idle_since.values[group])
                score = row.biases.values[group] + idle_s
                if best[0] - score <= weights.explore_most_s:
                    found.append((level, -score, group))
        if not found:
            return None
        _, minus_score, group = min(found)
        return -minus_score, group
