"""The files of this hotline's Asterisk: the templates of `dialplan/` filled with settings, roster, menu and secrets."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from acd.agent import Agent
from acd.queue import Roster
from hotline.asterisk.modules import MODULES
from hotline.secrets import Secrets
from hotline.settings import Settings
from ivr.menu import Menu
from telephony.errors import ProvisionError

TEMPLATES = Path(__file__).resolve().parents[2] / "dialplan"
"""Beside the packages, as admins look for it there."""

RTP_TIMEOUT_S = 300
"""Longest time without sound from a caller: his network has lost him. Silence suppression still sends now and then."""

NUMBER_CHARACTERS = "0-9A-Za-z+*#"
"""What a dialled number or feature code is made of."""

ANY_NUMBER = "_[0-9+*#]!"
"""Dialplan pattern of them; no letter first, or it would match Asterisk's own extensions such as `h`."""

_NUMBER = re.compile(r"[0-9+*#][0-9A-Za-z+*#]{0,39}")
_AGENT = re.compile(r"[0-9]{1,20}")
_CONTACT = re.compile(r"sip:[0-9A-Za-z_.+*#-]{1,64}@[0-9A-Za-z.-]{1,253}(:[0-9]{1,5})?")
_MUSIC = re.compile(r"[0-9A-Za-z_-]{1,40}")


def render(settings: Settings, menu: Menu, roster: Roster, secrets: Secrets) -> dict[str, str]:
    """File name → content, of every file but asterisk.conf, which the instance writes itself."""
    for number in menu.entries:
        _checked(_NUMBER, number, "a dialled number is digits, maybe with + * #")
    return _render_all(
        {
            "ami_port": settings.ami_port,
            "ami_secret": secrets.ami,
            "any_number": ANY_NUMBER,
            "bind_address": settings.bind_address,
            "emergency_max_s": settings.emergency_max_s,
            "fixed_prompts": settings.prompts_dir / "fixed",
            "heartbeat_stale_s": settings.heartbeat_stale_s,
            "max_call_s": settings.max_call_s,
            "max_calls": settings.max_calls,
            "modules": MODULES,
            "music": _music(settings, roster),
            "number_characters": NUMBER_CHARACTERS,
            "over_cap": settings.over_cap,
            "phone_numbers": [_agent_number(agent) for agent in roster.agents.values()],
            "phones": [_phone(agent, secrets) for agent in roster.agents.values()],
            "rtp_end": settings.rtp_end,
            "rtp_start": settings.rtp_start,
            "rtp_timeout_s": RTP_TIMEOUT_S,
            "sip_port": settings.sip_port,
            "trunk_addresses": settings.trunk_addresses,
            "trunk_contact": settings.trunk_contact,
        }
    )


def base_files(*, rtp_start: int, rtp_end: int) -> dict[str, str]:
    """Files with which an Asterisk of another kind (a caller's, an agents') boots: add its pjsip.conf and the like."""
    names: tuple[str, ...] = ("modules.conf.j2", "logger.conf.j2", "rtp.conf.j2", "indications.conf.j2")
    names += tuple(path.name for path in TEMPLATES.glob("*.conf"))
    return _render(names, {"modules": MODULES, "rtp_start": rtp_start, "rtp_end": rtp_end})


def _render_all(values: Mapping[str, Any]) -> dict[str, str]:
    return _render(tuple(path.name for path in TEMPLATES.iterdir() if path.suffix in {".j2", ".conf"}), values)


def _render(names: tuple[str, ...], values: Mapping[str, Any]) -> dict[str, str]:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - not HTML; `_escaped` is the barrier, for every value of every template
        finalize=_escaped,
    )
    return {name.removesuffix(".j2"): environment.get_template(name).render(values) for name in sorted(names)}


def _escaped(value: object) -> str:
    """A value as one harmless word or line of a configuration file: nothing in it starts a comment or a line.

    `${` would be evaluated by the dialplan, and no value of ours has a reason to contain it.
    """
    text = str(value)
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text) or re.search(r"\$[{\[]", text):
        raise ProvisionError(f"{text!r} cannot go into Asterisk's configuration", retryable=False)
    return text.replace(";", "\\;")


def _checked(form: re.Pattern[str], text: str, meaning: str) -> str:
    if not form.fullmatch(text):
        raise ProvisionError(f"{text!r}: {meaning}", retryable=False)
    return text


def _agent_number(agent: Agent) -> str:
    return _checked(_AGENT, agent.number, "an agent's number (工号) is digits")


def _phone(agent: Agent, secrets: Secrets) -> dict[str, str | None]:
    contact = agent.contact and _checked(_CONTACT, agent.contact, "a contact looks like sip:8001@192.0.2.1:5060")
    return {
        "number": _agent_number(agent),
        "name": f'"{_display_name(agent.name)}"',
        "contact": contact,
        "password": secrets.sip[agent.number],
    }


def _display_name(name: str) -> str:
    """Letters, digits and harmless marks of a name: what a phone shows, and what SIP need not quote."""
    kept = (c if c in " .-·'" or unicodedata.category(c)[0] in "LMN" else " " for c in name)
    return " ".join("".join(kept).split())[:40]


def _music(settings: Settings, roster: Roster) -> dict[str, Path]:
    """Music class → folder of A-law files. A queue's own music lies in a folder of that name, if there is one."""
    common = settings.prompts_dir / "moh"
    classes = {"default": common}
    for queue in roster.queues.values():
        name = _checked(_MUSIC, queue.music, "a queue's music is a word of letters, digits, - and _")
        classes[name] = common / name if (common / name).is_dir() else common
    classes["default"] = common
    return classes
