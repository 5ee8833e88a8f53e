"""Fetches what the end-to-end tests stand on, before their time-outs run; at once if it is there already."""

import sys

from hotline.asterisk.provision import provision
from hotline.settings import Settings
from telephony.errors import ProvisionError


def main() -> int:
    """Exit code 1 with one clear line if there is no Asterisk to be had."""
    try:
        provision(Settings(), lambda step: print(step, flush=True))  # noqa: T201 - this is a command
    except ProvisionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
