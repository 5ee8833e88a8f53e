"""What is compared, by name, each made anew for every day: today's policies, and the hotline itself."""

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
from whatif.centre import Centre
from whatif.hotline_centre import HotlineCentre
from whatif.learned import Learned
from whatif.policy_centre import PolicyCentre
from whatif.scenario import Scenario, Team

OURS = "hotline"
FIRST_DAY = "hotline, first day ever"
"""The same without days before; played where it is asked for."""

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
ALL_NAMES = (*NAMES, FIRST_DAY)


def player(name: str, scenario: Scenario, learned: Learned | None = None) -> tuple[Centre, Scenario]:
    """A centre ready for a day, and the scenario it is to play: the bound is for agents who know everything.

    `learned`: what the hotline knows from the days before; nobody else learns.
    """
    if name in {OURS, FIRST_DAY}:
        return HotlineCentre(scenario, name, learned=learned if name == OURS else None), scenario
    if name == POOLED:
        everybody = pooled(scenario)
        return PolicyCentre(everybody, name, LongestIdle()), everybody
    return PolicyCentre(scenario, name, _BASELINES[name]()), scenario


def pooled(scenario: Scenario) -> Scenario:
    """Everybody an expert in everything: no choice could be better, so nobody can be."""
    return replace(scenario, teams=(Team(scenario.agents, dict.fromkeys(scenario.topics, 5)),))
