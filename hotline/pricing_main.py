"""`python -m hotline.pricing_main`: solves prices in a process of its own, away from the engine's loop.

Reads `{"version", "groups": [[profile, agents], …], "kinds": {kind of call: the fields of a Demand}}` and writes the
table, both as JSON. Loading the solver alone would hold the engine up for a third of a second.
"""

import json
import os
import sys
from typing import Any

from acd.price_lp import Demand, Forecast, solve_prices
from acd.price_table import profile_from_plain, to_plain
from acd.pricing import Outlook
from telephony.ids import Topic

NICENESS = 15
"""Below the engine and Asterisk; nobody waits for prices."""


def solve(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer one question."""
    groups = {profile_from_plain(profile): int(agents) for profile, agents in asked["groups"]}
    kinds = {str(kind): _demand(plain) for kind, plain in asked["kinds"].items()}
    return to_plain(solve_prices(groups, Forecast(kinds, str(asked["version"])), Outlook()))


def _demand(plain: dict[str, Any]) -> Demand:
    further = tuple((Topic(skill), int(level)) for skill, level in plain["further"])
    return Demand(**{**plain, "further": further})


def main() -> int:
    """Read, solve, write."""
    os.nice(NICENESS)
    json.dump(solve(json.load(sys.stdin)), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
