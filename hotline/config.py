"""Reads the admin's files: both YAML files checked against each other, and the VIP callers."""

import os.path
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from acd.coverage import Coverage, check_coverage
from acd.own_callers import without_callers
from acd.queue import Roster
from acd.roster_file import RosterDraft, check_topics, read_roster
from ivr.menu import Menu
from ivr.menu_checks import Surroundings, asked_of, check_menus
from ivr.menu_draft import Draft
from ivr.menu_file import read_menus
from telephony.errors import ConfigError, Problem
from telephony.ids import AgentNumber
from telephony.located_yaml import MAX_CHARACTERS, decode_yaml
from telephony.numbers import normalise_number
from telephony.suggest import did_you_mean, quoted

MAX_BYTES = 4 * MAX_CHARACTERS
"""A character of UTF-8 has at most four."""

VERSION_LENGTH = 12
"""Hexadecimal digits of a version: 48 bits, enough to tell one admin's edits apart and short enough to read aloud."""


@dataclass(frozen=True, slots=True)
class Config:
    """One checked version of everything the admin wrote."""

    menu: Menu
    roster: Roster
    version: str
    """Hash of both YAML files."""
    menus_text: str = ""
    """The menu file as it was read, for whoever else has to understand it."""
    own_agents: Mapping[str, AgentNumber] = field(default_factory=dict, repr=False)
    """Caller → whose client he is. Personal data."""
    agents_raw: bytes = field(default=b"", repr=False)
    """The agents file as it was read, callers' numbers hidden, to be kept beside the decisions made by it."""


def load_config(menus_path: Path, agents_path: Path, vip_path: Path | None, recordings_dir: Path) -> Config:
    """Read and check everything; raise `ConfigError` with all mistakes of all files at once."""
    problems: list[Problem] = []
    menus_raw, agents_raw = _read(menus_path, problems), _read(agents_path, problems)
    menu, menu_draft = None, None
    if (menus_text := _decode(menus_raw, menus_path, problems)) is not None:
        menu, menu_draft, found = read_menus(menus_text, shown(menus_path))
        problems += found
    roster_draft = None
    if (text := _decode(agents_raw, agents_path, problems)) is not None:
        roster_draft, found = read_roster(text, shown(agents_path))
        problems += found
    vip_callers = load_vip_callers(vip_path, problems, roster_draft)
    own = {caller: agent for caller, agent in vip_callers.items() if agent is not None}
    problems += _cross_check(menu_draft, roster_draft, recordings_dir)
    if problems or menu is None or roster_draft is None or menus_raw is None or agents_raw is None:
        raise ConfigError(list(dict.fromkeys(problems)))
    return Config(
        menu=replace(menu, vip_callers=frozenset(vip_callers), version=_version(menus_raw)),
        roster=_versioned(roster_draft.roster, _version(agents_raw)),
        version=_version(menus_raw, agents_raw),
        menus_text=menus_text or "",
        own_agents=own,
        agents_raw=without_callers(text or "", roster_draft.document).encode(),
    )


def _versioned(roster: Roster, version: str) -> Roster:
    """Every decision names the version of the weights, which is that of their file."""
    routing = replace(roster.routing, weights=replace(roster.routing.weights, version=version))
    return replace(roster, version=version, routing=routing)


def shown(path: Path) -> str:
    """Name a file as an admin would: from the current folder where it lies below it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - symbolic links stay
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute)


def load_vip_callers(
    path: Path | None, problems: list[Problem], roster: RosterDraft | None = None
) -> dict[str, AgentNumber | None]:
    """Everybody who comes first, with the agent whose client he is: by `agents.yaml`, and by the list of VIPs.

    That has one number a line, behind it `@8003` if he has an agent of his own; # begins a comment. A mistake names its
    line, never the caller's number. No file: no more VIPs than the agents'.
    """
    callers: dict[str, AgentNumber | None] = {} if roster is None else dict(roster.own_callers)
    if path is None or not path.exists():
        return callers
    for line, written in enumerate((_decode(_read(path, problems), path, problems) or "").splitlines(), 1):
        if not (bare := written.partition("#")[0].strip()):
            continue
        number, has_agent, agent = (part.strip() for part in bare.partition("@"))
        caller, column = normalise_number(number), written.find("@") + 1
        if not caller:
            problems.append(Problem(shown(path), line, 1, "not a telephone number; write one number a line"))
        elif has_agent and (problem := _no_own_agent(roster, caller, agent)):
            problems.append(Problem(shown(path), line, column, problem))
        elif has_agent:
            callers[caller] = AgentNumber(agent)
        else:
            callers.setdefault(caller, None)
    return callers


def _no_own_agent(roster: RosterDraft | None, caller: str, agent: str) -> str:
    """Why this caller can not be this agent's client; empty if he can."""
    if roster is None:
        return ""
    if agent not in roster.roster.agents:
        return f"{quoted(agent)} is not an agent{did_you_mean(agent, roster.roster.agents)}"
    other = roster.own_callers.get(caller, agent)
    return f"this caller is agent {other}'s in the agents file" if other != agent else ""


def _cross_check(menus: Draft | None, roster: RosterDraft | None, recordings_dir: Path) -> list[Problem]:
    """Compare what could be read of the files; nothing is said of a file that could not be read at all."""
    found: list[Problem] = []
    if menus is not None:
        found += check_menus(menus, _surroundings(roster, recordings_dir))
    if menus is not None and roster is not None:
        found += check_topics(roster, [spot.topic for spot in menus.spots])
        found += check_coverage(roster.document, roster.roster, list(asked_of(menus)))
    return found


def _surroundings(roster: RosterDraft | None, recordings_dir: Path) -> Surroundings:
    queues = roster.queue_names if roster is not None else ()
    return Surroundings(
        queues=queues or None,
        gap=Coverage(roster.roster).gap if roster is not None else None,
        has_recording=lambda file: os.path.isfile(recordings_dir / file),  # noqa: PTH113 - says no to impossible names
    )


def _read(path: Path, problems: list[Problem]) -> bytes | None:
    try:
        if not path.is_file():
            problems.append(Problem(shown(path), 1, 1, _absence(path)))
            return None
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        problems.append(Problem(shown(path), 1, 1, f"cannot be read: {error.strerror}"))
        return None
    return raw


def _absence(path: Path) -> str:
    return "is not a file" if path.exists() else "there is no such file"


def _decode(raw: bytes | None, path: Path, problems: list[Problem]) -> str | None:
    if raw is None:
        return None
    text, found = decode_yaml(raw, shown(path))
    problems += found
    return None if found else text


def _version(*parts: bytes) -> str:
    """Hash the files' bytes; lengths keep a line that moves from one file to the other from going unnoticed."""
    hashed = sha256()
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()[:VERSION_LENGTH]
