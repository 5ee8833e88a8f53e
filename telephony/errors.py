"""Errors by whose fault they are. A caller's behaviour is an event, never an error."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """An author's mistake in a file, at its place. Collected, reported all at once, exit code 2."""

    file: str
    """Path as the author gave it."""
    line: int
    """1-based."""
    column: int
    """1-based, in characters."""
    message: str
    """What is wrong, and a hint where there is one: `choice "3": … ; did you mean "refund"?`"""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ConfigError(Exception):
    """One or more `Problem`s. Nothing of the file has taken effect."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class WorldError(Exception):
    """The outside world failed: the network, the disk, another program."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class LinkError(WorldError):
    """The AMI connection or one action over it failed."""


class StoreError(WorldError):
    """The journal or the database failed."""


class RecognizerError(WorldError):
    """A speech model or the engine under it failed: callers go on by keys. Never holds what was said."""


class ProvisionError(WorldError):
    """Something the hotline needs could not be set up; the message is one clear line for the admin."""
