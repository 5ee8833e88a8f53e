"""Secrets of one hotline, generated on the first run, kept in a private file, never logged and never committed."""

import json
import os
import secrets as chance
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from telephony.errors import WorldError
from telephony.ids import AgentNumber

BYTES_OF_CHANCE = 24
"""192 bits: as many as nobody guesses, 32 characters when a phone's settings want them typed."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only this hotline and its phones know. `repr` shows none of it."""

    ami: str = field(repr=False)
    """Password of the AMI user."""
    sip: dict[AgentNumber, str] = field(repr=False)
    """Password of each agent's phone."""
    asr: str = field(repr=False, default="")
    """What an engine says to a recognition worker, so that nobody else is served."""


def load_secrets(path: Path, agents: Iterable[AgentNumber]) -> Secrets:
    """Read the secrets, generating what is missing; passwords of agents who left are kept for their return."""
    known = _read(path)
    sip = dict(known.sip) if known else {}
    missing = [agent for agent in agents if agent not in sip]
    if known and known.asr and not missing:
        return known
    sip |= {agent: _generate() for agent in missing}
    complete = Secrets(
        ami=known.ami if known else _generate(), sip=sip, asr=(known.asr if known else "") or _generate()
    )
    _write(path, complete)
    return complete


def _generate() -> str:
    return chance.token_urlsafe(BYTES_OF_CHANCE)


def _read(path: Path) -> Secrets | None:
    try:
        mode = path.stat().st_mode
        document = json.loads(path.read_text("utf-8"))
        found = Secrets(
            ami=_text(document["ami"]),
            sip={AgentNumber(_text(agent)): _text(password) for agent, password in document["sip"].items()},
            asr=_text(document["asr"]) if "asr" in document else "",
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorldError(f"{path}: cannot be read: {error.strerror}", retryable=False) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        # Without `from`: the cause would quote the file.
        raise WorldError(
            f"{path}: damaged; remove it and new secrets are made (phones need their new passwords then)",
            retryable=False,
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        path.chmod(0o600)
    return found


def _text(value: object) -> str:
    """Letters, digits, `-` and `_` only: what cannot mean anything in a configuration file."""
    if isinstance(value, str) and value and value.replace("-", "").replace("_", "").isalnum() and value.isascii():
        return value
    raise ValueError("not a secret of ours")


def _write(path: Path, content: Secrets) -> None:
    """Whole or not at all, and never readable to others, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"ami": content.ami, "sip": content.sip, "asr": content.asr}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
