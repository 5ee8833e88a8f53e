"""When prices are renewed before their time: the same rules in the running hotline and on simulated days. Pure."""

from collections import Counter

from acd.profiles import Profile

SETTLE_S = 5.0
"""From the start to the first prices: the agents of before a restart are back by then."""

LOOK_S = 60.0
"""Between two looks at who is at work."""

CHANGED_RATIO = 0.2
"""Of those at work who came or left since the last prices: from here on new ones are not waited for."""


def are_others(at_work: Counter[Profile], priced: Counter[Profile]) -> bool:
    """Whether so many have come or left that prices solved for `priced` are about other people."""
    changed = (at_work - priced).total() + (priced - at_work).total()
    return changed > CHANGED_RATIO * max(1, priced.total())
