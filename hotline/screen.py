"""What `hotline run` shows while it works: steps with their progress, lines with the time of day."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from hotline.clock import engine_now, wall_now


@dataclass(slots=True)
class Step:
    """One step that goes on."""

    report: Callable[[str], None]
    """Told what is being done, in one line."""
    detail: str = ""
    """Shown behind the title when it is done."""
    is_amiss: bool = False
    """Something is missing, but the hotline runs without it."""


class Screen:
    """A terminal, or a file that only keeps lines. A terminal that was closed is no reason to stop."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def line(self, text: str, style: str = "") -> None:
        """One line, with the time of day."""
        stamp = wall_now().astimezone().strftime("%H:%M:%S")
        self._print(Text(f"{stamp}  ", style="dim") + Text(text, style=style))

    def lines(self, texts: list[str]) -> None:
        """Something quoted, indented."""
        for text in texts:
            self._print(Text(f"          | {text}", style="dim"))

    @contextmanager
    def step(self, title: str, *, spinner: bool = True) -> Iterator[Step]:
        """Show that something is being done, and when it is done, what came of it and how long it took."""
        began_at = engine_now()
        try:
            if spinner and self.console.is_terminal:
                with self.console.status(title) as status:
                    step = Step(lambda text: status.update(f"{title}: {text}"))
                    yield step
            else:
                step = Step(_once_per_kind(lambda text: self.line(f"{title}: {text}")))
                yield step
        except BaseException:
            self.line(f"✗ {title}", "red")
            raise
        detail = f" – {step.detail}" if step.detail else ""
        mark, style = ("!", "yellow") if step.is_amiss else ("✓", "green")
        self.line(f"{mark} {title}{detail} ({engine_now() - began_at:.1f} s)", style)

    def _print(self, text: Text) -> None:
        with suppress(OSError):
            self.console.print(text, soft_wrap=True)


def _once_per_kind(show: Callable[[str], None]) -> Callable[[str], None]:
    """A file needs not see every percent: lines that differ in their figures alone are shown once."""
    seen: set[str] = set()

    def report(text: str) -> None:
        kind = re.sub(r"[\d.]+", "#", text)
        if kind not in seen:
            seen.add(kind)
            show(text)

    return report
