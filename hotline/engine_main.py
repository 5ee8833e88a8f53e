"""`python -m hotline.engine_main`: the engine's own process, started and restarted by the supervisor."""

import asyncio
import gc
import signal
import sys

from hotline.bootstrap import Hotline
from hotline.logs import LogSettings, open_logs
from hotline.settings import load_settings
from telephony.errors import ConfigError, WorldError


async def _run() -> None:
    hotline = Hotline(load_settings())
    gc.collect()
    gc.freeze()  # seventy thousand objects that stay: looking through them holds the loop up for 30 ms
    running = asyncio.ensure_future(hotline.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        return


def main() -> int:
    """Run until told to stop. Exit code 1: the world failed, 2: the configuration has problems."""
    try:
        settings = load_settings()
        settings.make_dirs()
        open_logs(LogSettings(level=settings.log_level.upper(), file=settings.logs_dir / "engine.log"))
        asyncio.run(_run())
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (WorldError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
