"""A hotline that only journals, to be killed: prints the last durable number after every flush of its output."""

import sys
import time
from pathlib import Path

from hotline.store.journal import Boot, Journal, JournalSettings
from telephony.events import CallArrived, CallEnded
from telephony.ids import CallId


def main() -> None:
    directory, boot = Path(sys.argv[1]), sys.argv[2]
    settings = JournalSettings(max_segment_bytes=30_000, linger_s=0.001)
    journal = Journal.open(directory, Boot(boot, at=0.0, wall=1_750_000_000.0), settings=settings)
    for n in range(10**9):
        seq = journal.append(
            CallArrived(CallId(f"{boot}-{n}"), "4001", "x" * (n % 300)), at=float(n), wall=1_750_000_000.0
        )
        if n >= 20:
            journal.append(CallEnded(CallId(f"{boot}-{n - 20}"), 16), at=float(n), wall=1_750_000_000.0)
        if n % 10 == 0:
            sys.stdout.write(f"{journal.durable_seq} {seq}\n")
            sys.stdout.flush()
            time.sleep(0.001)


if __name__ == "__main__":
    main()
