"""Prices as plain values and back: for the process that solves them, and to be kept for `hotline why`."""

from typing import Any

from acd.pricing import Price, Prices
from acd.profiles import Profile
from telephony.ids import Topic


def profile_to_plain(profile: Profile) -> dict[str, Any]:
    """A profile as JSON can hold it; the same profile always the same."""
    return {
        "skills": sorted(map(list, profile.skills)),
        "form": sorted(map(list, profile.form)),
        "languages": sorted(profile.languages),
    }


def profile_from_plain(plain: dict[str, Any]) -> Profile:
    """What `profile_to_plain` wrote; KeyError, TypeError or ValueError for anything else."""
    return Profile(
        frozenset((Topic(topic), int(level)) for topic, level in plain["skills"]),
        frozenset((Topic(topic), int(steps)) for topic, steps in plain["form"]),
        frozenset(map(str, plain["languages"])),
    )


def to_plain(prices: Prices) -> dict[str, Any]:
    """A table as JSON can hold it; the outlook is the program's own."""
    numbers: dict[Profile, int] = {}
    pairs = [
        [numbers.setdefault(profile, len(numbers)), kind, price.skill_s, price.hold_s]
        for (profile, kind), price in prices.pairs.items()
    ]
    return {"version": prices.version, "profiles": list(map(profile_to_plain, numbers)), "pairs": pairs}


def from_plain(plain: dict[str, Any]) -> Prices:
    """What `to_plain` wrote; KeyError, TypeError, IndexError or ValueError for anything else."""
    profiles = list(map(profile_from_plain, plain["profiles"]))
    pairs = {
        (profiles[number], str(kind)): Price(float(skill_s), float(hold_s))
        for number, kind, skill_s, hold_s in plain["pairs"]
    }
    return Prices(str(plain["version"]), pairs)
