"""A hotline whose disk is full for a while: files may not grow beyond a limit, which is lifted later. Prints JSON."""

import json
import resource
import sys
import threading
from pathlib import Path

from hotline.store.journal import Boot, Journal, JournalSettings
from telephony.errors import StoreError
from telephony.events import CallArrived
from telephony.ids import CallId

LIMIT = 5_000


def main() -> None:
    in_trouble, well_again = threading.Event(), threading.Event()
    told: list[str] = []

    def on_trouble(trouble: StoreError | None) -> None:
        told.append("well" if trouble is None else str(trouble))
        (well_again if trouble is None else in_trouble).set()

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    settings = JournalSettings(max_waiting=200, linger_s=0.0)
    journal = Journal.open(
        Path(sys.argv[1]), Boot("b1", 0.0, 1_750_000_000.0), settings=settings, on_trouble=on_trouble
    )
    n = 0
    while not in_trouble.is_set():
        journal.append(CallArrived(CallId(f"c{n}"), "4001", "138"), at=0.0, wall=1_750_000_000.0)
        n += 1
        in_trouble.wait(0.0005)
    durable_then = journal.durable_seq
    while journal.status().lost < 50:
        journal.append(CallArrived(CallId(f"c{n}"), "4001", "138"), at=0.0, wall=1_750_000_000.0)
        n += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert well_again.wait(20.0)
    journal.close_blocking()
    status = journal.status()
    json.dump({"told": told, "durable_then": durable_then, "offered": n, "lost": status.lost}, sys.stdout)


if __name__ == "__main__":
    main()
