"""The policies that are compared, by name, each made anew for every day."""

from collections.abc import Callable
from dataclasses import replace

from acd.assigner import Assigner, LongestIdle
from whatif.baselines import (
    AppQueue,
    BestSkill,
    expert_target,
    fewest_calls,
    least_recent,
    round_robin,
    skill_then_order,
    tiers,
)
from whatif.ours import ours
from whatif.scenario import Scenario, Team
from whatif.simulate import Player

OURS = "priced"
POOLED = "pooled bound"
GREEDY = "greedy best skill"
APP_QUEUES = (
    "app_queue rrmemory",
    "app_queue leastrecent",
    "app_queue fewestcalls",
    "app_queue leastrecent+penalty",
)
"""What Asterisk has today."""

_BASELINES: dict[str, Callable[[], Assigner]] = {
    "app_queue rrmemory": lambda: AppQueue(metric=round_robin),
    "app_queue leastrecent": lambda: AppQueue(metric=least_recent),
    "app_queue fewestcalls": lambda: AppQueue(metric=fewest_calls),
    "app_queue leastrecent+penalty": lambda: AppQueue(metric=least_recent, penalties=True),
    "mod_callcenter tiers": tiers,
    "TaskRouter expert target": expert_target,
    "longest idle": LongestIdle,
    "best skill for calls, agents in order": skill_then_order,
    GREEDY: BestSkill,
}

BASELINES = tuple(_BASELINES)
NAMES = (*_BASELINES, OURS, POOLED)


def player(name: str, scenario: Scenario) -> tuple[Player, Scenario]:
    """A policy ready for a day, and the scenario it is to play: the bound is for agents who know everything."""
    if name == OURS:
        return ours(scenario), scenario
    if name == POOLED:
        return Player(name, LongestIdle()), pooled(scenario)
    return Player(name, _BASELINES[name]()), scenario


def pooled(scenario: Scenario) -> Scenario:
    """Everybody an expert in everything: no choice could be better, so nobody can be."""
    return replace(scenario, teams=(Team(scenario.agents, dict.fromkeys(scenario.topics, 5)),))
