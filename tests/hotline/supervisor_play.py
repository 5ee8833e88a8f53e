"""A supervisor over stand-ins, run as a real process: `python supervisor_play.py FOLDER`. Tells its story in JSON.

The stand-ins are real processes too. `engine` announces before it ends when asked to, has a child of its own, and
dies at its start while `FOLDER/break` exists; `asterisk` just runs; `stubborn` (while `FOLDER/stubborn` exists at the
start) does not end when asked.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from hotline.clock import engine_now
from hotline.lock import AlreadyRunningError, SupervisorLock
from hotline.service import Service, ServiceSpec
from hotline.supervisor import Supervisor, Told

ENGINE = """
import pathlib, signal, subprocess, sys, time
folder = pathlib.Path(sys.argv[1])
if (folder / "break").exists():
    sys.exit("engine can not start: no journal for 13912345678")
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", str(folder)])
def stop(*_):
    (folder / "announced").touch()
    worker.kill()
    worker.wait()
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
(folder / "engine.up").touch()
while True:
    time.sleep(600)
"""
ASTERISK = "import time; time.sleep(600)"
STUBBORN = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
(pathlib.Path(sys.argv[1]) / "stubborn.up").touch()
time.sleep(600)
"""


def main(folder: Path) -> int:
    def tell(told: Told) -> None:
        sys.stdout.write(json.dumps(asdict(told)) + "\n")
        sys.stdout.flush()

    def service(name: str, code: str, grace_s: float = 5.0) -> Service:
        argv = (sys.executable, "-c", code, str(folder))
        up = (folder / f"{name}.up").exists
        spec = ServiceSpec(name, argv, is_ready=(lambda: True) if name == "asterisk" else up, grace_s=grace_s)
        return Service(spec, run_dir=folder / "run", logs_dir=folder / "logs")

    services = [service("asterisk", ASTERISK), service("engine", ENGINE)]
    if (folder / "stubborn").exists():
        services.append(service("stubborn", STUBBORN, grace_s=1.0 if (folder / "stubborn").read_text() else 60.0))
    (folder / "run").mkdir(exist_ok=True)
    try:
        with SupervisorLock(folder / "run").held():
            Supervisor(services, tell=tell, now=engine_now).run()
    except AlreadyRunningError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
