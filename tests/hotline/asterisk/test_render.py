"""Asterisk's files: what must be in them, and that nothing from YAML can inject anything."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from acd.agent import Agent
from acd.queue import Queue, Roster
from hotline.asterisk.modules import MODULES
from hotline.asterisk.render import base_files, render
from hotline.secrets import Secrets
from hotline.settings import Settings
from ivr.menu import Entry, Menu
from ivr.menu_file import parse_menus
from telephony.errors import ProvisionError
from telephony.ids import AgentNumber, NodeId, QueueId

ANNA = AgentNumber("8001")
SECRETS = Secrets(ami="ami-secret", sip={ANNA: "sip-secret"})
Section = dict[str, list[str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state_dir=tmp_path / "state")


@pytest.fixture
def menu() -> Menu:
    path = Path(__file__).parents[3] / "menus.yaml"
    found, _ = parse_menus(path.read_text("utf-8"), path.name)
    assert found is not None
    return found


def roster(*, number: str = "8001", name: str = "张三", contact: str | None = None, music: str = "default") -> Roster:
    agent = Agent(AgentNumber(number), name, "team", {}, contact)
    return Roster({agent.number: agent}, {QueueId("q"): Queue(QueueId("q"), "队", music=music)}, {})


def sections(text: str) -> list[tuple[str, Section]]:
    """As Asterisk reads a file: comments cut, sections in order; a template's name stands behind its own."""
    found: list[tuple[str, Section]] = []
    for raw in text.splitlines():
        line = re.split(r"(?<!\\);", raw)[0].strip()
        if header := re.fullmatch(r"\[([^]]*)\](\(.*\))?", line):
            found.append((header[1] + (header[2] or ""), {}))
        elif line:
            key, _, value = line.partition("=")
            found[-1][1].setdefault(key.strip(), []).append(value.lstrip("> ").strip())
    return found


def section(text: str, name: str, kind: str = "") -> Section:
    (found,) = [s for header, s in sections(text) if header == name and (not kind or s.get("type") == [kind])]
    return found


def test_ami_is_on_loopback_with_one_user_of_few_rights(settings: Settings, menu: Menu) -> None:
    text = render(settings, menu, roster(), SECRETS)["manager.conf"]
    assert [name for name, _ in sections(text)] == ["general", "hotline"]
    general, user = section(text, "general"), section(text, "hotline")
    assert (general["bindaddr"], general["port"], general["webenabled"]) == (["127.0.0.1"], ["5138"], ["no"])
    assert user["secret"] == ["ami-secret"]
    assert user["permit"] == ["127.0.0.1/255.255.255.255"]
    rights = set(user["write"][0].split(",")) | set(user["read"][0].split(","))
    assert not rights & {"command", "config", "all"}
    assert "eventfilter(action(exclude),name(VarSet))" in user
    assert "eventfilter(action(exclude),name(Newchannel))" in user  # reports numbers nobody has filtered yet


def test_only_the_trunk_by_address_and_phones_by_password_may_call(settings: Settings, menu: Menu) -> None:
    text = render(settings, menu, roster(), SECRETS)["pjsip.conf"]
    assert "anonymous" not in section(text, "global")["endpoint_identifier_order"][0]
    assert section(text, "trunk", "identify")["match"] == ["127.0.0.2/32", "127.0.0.3/32"]
    assert section(text, "trunk", "endpoint")["context"] == ["from-trunk"]
    assert section(text, "8001(phone)")["auth"] == ["8001"]
    assert section(text, "8001(phone-password)")["password"] == ["sip-secret"]
    registers = section(text, "phone-registers(!)")
    assert (registers["max_contacts"], registers["remove_existing"]) == (["1"], ["yes"])
    for endpoint in (section(text, "trunk", "endpoint"), section(text, "phone(!)")):
        assert endpoint["direct_media"] == ["no"]
        assert endpoint["dtmf_mode"] == ["rfc4733"]
        assert endpoint["allow"] == ["alaw,ulaw"]


def test_a_fixed_contact_takes_the_place_of_registration(settings: Settings, menu: Menu) -> None:
    text = render(settings, menu, roster(contact="sip:8001@127.0.0.4:5080"), SECRETS)["pjsip.conf"]
    assert section(text, "8001", "aor")["contact"] == ["sip:8001@127.0.0.4:5080"]
    assert "8001(phone-registers)" not in [name for name, _ in sections(text)]


@pytest.mark.parametrize(
    "name",
    [
        "x\n[evil]\ntype=endpoint",
        "x; comment",
        'x" <sip:evil@203.0.113.1>',
        "${SHELL(id)} $[1+1]",
        "a,b|c\\d",
        "x\u2028[evil]",
        "张三" * 100,
    ],
)
def test_an_agents_name_is_only_ever_a_name(settings: Settings, menu: Menu, name: str) -> None:
    files = render(settings, menu, roster(name=name), SECRETS)
    plain = render(settings, menu, roster(name="plain"), SECRETS)
    assert [header for header, _ in sections(files["pjsip.conf"])] == [h for h, _ in sections(plain["pjsip.conf"])]
    (shown,) = section(files["pjsip.conf"], "8001(phone)")["callerid"]
    assert re.fullmatch(r'"[^"<>;$\\,]{0,40}" <8001>', shown)
    assert {n: t for n, t in files.items() if n != "pjsip.conf"} == {
        n: t for n, t in plain.items() if n != "pjsip.conf"
    }


def test_a_name_keeps_its_letters(settings: Settings, menu: Menu) -> None:
    text = render(settings, menu, roster(name="欧阳·娜娜 O'Neil-2"), SECRETS)["pjsip.conf"]
    assert section(text, "8001(phone)")["callerid"] == ['"欧阳·娜娜 O\'Neil-2" <8001>']


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "80 01"},
        {"number": "trunk"},
        {"number": "8001,1"},
        {"contact": "sip:8001@127.0.0.4;transport=tcp"},
        {"contact": "tel:8001"},
        {"contact": "sip:8001@h\n[x]"},
        {"music": "../secrets"},
        {"music": "a]b"},
    ],
)
def test_what_asterisk_would_misread_is_refused(settings: Settings, menu: Menu, wrong: dict[str, str]) -> None:
    with pytest.raises(ProvisionError):
        render(settings, menu, roster(**wrong), SECRETS)


@pytest.mark.parametrize("number", ["95588,1", "h", "s", "_X.", "${X}", ""])
def test_a_dialled_number_is_digits(settings: Settings, menu: Menu, number: str) -> None:
    entries = {number: Entry(number, NodeId("main"), "x")}
    with pytest.raises(ProvisionError, match="a dialled number is digits"):
        render(settings, replace(menu, entries=entries), roster(), SECRETS)


def test_settings_reach_the_dialplan(settings: Settings, menu: Menu) -> None:
    chosen = settings.model_copy(update={"max_calls": 77, "heartbeat_stale_s": 9, "emergency_max_s": 99})
    text = render(chosen, menu, roster(), SECRETS)["extensions.conf"]
    assert "> 77]?full" in text
    assert text.count("- 0${GLOBAL(HL_ALIVE)} <= 9]") == 2
    assert "> 99]?giveup" in text
    assert f"Playback({settings.prompts_dir}/fixed/emergency)" in text
    assert "busy_line,noanswer" not in text
    prompt = render(chosen.model_copy(update={"over_cap": "prompt"}), menu, roster(), SECRETS)["extensions.conf"]
    assert "busy_line,noanswer" in prompt


def test_agents_reach_colleagues_and_codes_and_no_way_out(settings: Settings, menu: Menu) -> None:
    text = render(settings, menu, roster(), SECRETS)["extensions.conf"]
    context = text.split("[from-agent]")[1].split("\n[")[0]
    assert re.findall(r"Dial\((.*?)\)", context) == ["PJSIP/${EXTEN},30"]
    assert re.findall(r"exten => (\S+?),1,", context) == ["8001", "_*.", "_[0-9+*#]!", "refused"]


def test_a_queues_own_music_is_used_where_there_is_some(settings: Settings, menu: Menu) -> None:
    common = str(settings.prompts_dir / "moh")
    text = render(settings, menu, roster(music="calm"), SECRETS)["musiconhold.conf"]
    assert section(text, "calm")["directory"] == section(text, "default")["directory"] == [common]
    (settings.prompts_dir / "moh" / "calm").mkdir(parents=True)
    text = render(settings, menu, roster(music="calm"), SECRETS)["musiconhold.conf"]
    assert section(text, "calm")["directory"] == [common + "/calm"]


def test_no_module_can_start_a_program_or_reach_a_file(settings: Settings, menu: Menu) -> None:
    text = render(settings, menu, roster(), SECRETS)["modules.conf"]
    loaded = section(text, "modules")
    assert loaded["autoload"] == ["no"]
    assert loaded["load"] == list(MODULES)
    assert not set(MODULES) & {"app_system.so", "func_shell.so", "func_env.so", "pbx_spool.so", "res_http_post.so"}


def test_another_asterisk_boots_on_the_same_base(settings: Settings, menu: Menu) -> None:
    files = base_files(rtp_start=30_000, rtp_end=30_099)
    assert section(files["rtp.conf"], "general")["rtpend"] == ["30099"]
    full = render(settings, menu, roster(), SECRETS)
    assert files.keys() < full.keys()
    assert full.keys() - files.keys() == {
        "cli.conf",
        "extensions.conf",
        "manager.conf",
        "musiconhold.conf",
        "pjsip.conf",
    }
