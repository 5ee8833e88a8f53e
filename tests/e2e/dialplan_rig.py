"""A hotline's Asterisk without an engine, and a second one that plays callers, phones and a stranger."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

import numpy as np

from acd.agent import Agent
from acd.queue import Queue, Roster
from hotline.asterisk.instance import AsteriskInstance
from hotline.asterisk.provision import AsteriskInstall
from hotline.asterisk.render import base_files, render
from hotline.clock import wall_s
from hotline.prompts import alaw
from hotline.secrets import Secrets, load_secrets
from hotline.settings import Settings
from ivr.menu_file import parse_menus
from telephony.ids import AgentNumber, QueueId
from tests.e2e.witness import Message, Witness

HOT, NETWORK, PHONES, STRANGER = "127.0.0.1", "127.0.0.2", "127.0.0.4", "127.0.0.9"
TONES_HZ = {"emergency": 700, "busy_line": 1100, "music": 400, "number": 1500, "caller": 2000, "agent": 2600}
STALE_S = 2
MENUS = Path(__file__).parents[2] / "menus.yaml"
FAR_SECRET = "far-away"


@dataclass
class Rig:
    """Both Asterisks and a witness on each."""

    settings: Settings
    secrets: Secrets
    hot: AsteriskInstance
    far: AsteriskInstance
    ami: Witness
    far_ami: Witness
    sounds: Path
    boot_log: list[str]

    def beat(self, age_s: int = 0) -> None:
        """A sign of life, or one that is this old."""
        self.ami.send("Setvar", Variable="GLOBAL(HL_ALIVE)", Value=str(int(wall_s()) - age_s))

    def call(
        self, number: str = "95588", *, endpoint: str = "hot-trunk", exten: str = "talk", heard: str = "x"
    ) -> None:
        """Somebody out there dials."""
        self.far_ami.send(
            "Originate",
            {"HEARD": str(self.sounds / f"{heard}.wav")},
            Channel=f"PJSIP/{number}@{endpoint}",
            Context="caller",
            Exten=exten,
            Priority="1",
            Async="true",
            CallerID="13800138000",
        )

    def agi(self, channel: str, command: str, *, timeout_s: float = 30) -> str:
        """Run one AGI command on a channel in AsyncAGI."""
        mark = len(self.ami.events)
        self.ami.send("AGI", Channel=channel, Command=command, CommandID=f"c{mark}")
        done = self.ami.named("AsyncAGIExec", since=mark, timeout_s=timeout_s, CommandId=f"c{mark}")
        return done["Result"]

    def channels(self) -> list[Message]:
        return self.ami.collect("CoreShowChannels", "CoreShowChannel", "CoreShowChannelsComplete")

    def open_lines(self) -> set[str]:
        """SIP channels that AMI has told something of, but not yet the end."""
        told = [event for event in tuple(self.ami.events) if event.get("Channel", "").startswith("PJSIP/")]
        ended = {event["Uniqueid"] for event in told if event["Event"] == "Hangup"}
        return {event["Uniqueid"] for event in told if "Uniqueid" in event} - ended

    def heard_hz(self, heard: str) -> set[str]:
        """Which of our tones are in what a caller heard."""
        raw = (self.sounds / f"{heard}.wav").read_bytes()[44:]
        samples = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2").astype(float)
        found = set()
        for name, hz in TONES_HZ.items():
            wave = np.exp(-2j * np.pi * hz * np.arange(800) / 8000)
            frames = samples[: len(samples) // 800 * 800].reshape(-1, 800)
            if len(frames) and float(np.max(np.abs(frames @ wave))) / 400 > 1000:
                found.add(name)
        return found

    def hang_up_all(self) -> None:
        self.far.cli("channel request hangup all")
        for channel in self.channels():
            if channel["Channel"].startswith("PJSIP/"):
                self.ami.send("Hangup", Channel=channel["Channel"])

    def close(self) -> None:
        self.ami.close()
        self.far_ami.close()
        self.far.stop()
        self.hot.stop()


def write_tone(path: Path, hz: int, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = 0.25 * np.sin(2 * np.pi * hz * np.arange(int(8000 * seconds)) / 8000)
    path.write_bytes(alaw.encode(wave.astype(np.float32)))


def start_rig(install: AsteriskInstall, folder: Path, free_port: Callable[[str, int], int]) -> Rig:
    udp, tcp = socket.SOCK_DGRAM, socket.SOCK_STREAM
    base = free_port(HOT, udp)
    settings = Settings(
        state_dir=folder / "state",
        sip_port=free_port(HOT, udp),
        ami_port=free_port(HOT, tcp),
        rtp_start=base + 6000,
        rtp_end=base + 6399,
        trunk_addresses=(IPv4Network(NETWORK), IPv4Network("127.0.0.3")),
        heartbeat_stale_s=STALE_S,
        max_calls=3,
        over_cap="prompt",
    )
    agents = {
        number: Agent(number, name, "team", {}, contact)
        for number, name, contact in (
            (AgentNumber("8001"), "张三丰", None),
            (AgentNumber("8002"), 'x;y" <sip:evil>', None),
            (AgentNumber("8003"), "固定", f"sip:8003@{PHONES}:{base}"),
        )
    }
    roster = Roster(agents, {QueueId("q"): Queue(QueueId("q"), "队")}, {})
    settings.make_dirs()
    for name in ("emergency", "busy_line"):
        write_tone(settings.prompts_dir / "fixed" / f"{name}.alaw", TONES_HZ[name], 1)
    write_tone(settings.prompts_dir / "moh" / "music.alaw", TONES_HZ["music"], 5)
    write_tone(settings.prompts_dir / "number.alaw", TONES_HZ["number"], 1)
    sounds = folder / "sounds"
    for name in ("caller", "agent"):
        write_tone(sounds / name / "tone.alaw", TONES_HZ[name], 5)
    secrets = load_secrets(settings.secrets_file, agents)
    menu, _ = parse_menus(MENUS.read_text("utf-8"), MENUS.name)
    assert menu is not None
    hot = AsteriskInstance(
        install, settings.asterisk_home, render(settings, menu, roster, secrets), run_dir=settings.asterisk_run_dir
    )
    far_port = free_port(HOT, tcp)
    far = AsteriskInstance(
        install, folder / "far", far_files(settings, secrets, sounds, sip_port=base, ami_port=far_port)
    )
    hot.start()
    far.start()
    return Rig(
        settings,
        secrets,
        hot,
        far,
        Witness(settings.ami_port, "hotline", secrets.ami),
        Witness(far_port, "far", FAR_SECRET),
        sounds,
        hot.log.read_text("utf-8").splitlines(),
    )


def far_files(settings: Settings, secrets: Secrets, sounds: Path, *, sip_port: int, ami_port: int) -> dict[str, str]:
    target = settings.sip_address
    sections = [
        f"[{name}]\ntype=transport\nprotocol=udp\nbind={address}:{sip_port}"
        for name, address in (("network", NETWORK), ("phones", PHONES), ("strange", STRANGER))
    ]
    sections += [
        f"[hot-{name}]\ntype=endpoint\ntransport={transport}\ncontext=from-hot\ndisallow=all\nallow=alaw\n"
        f"aors=hot\ndirect_media=no\n{extra}"
        for name, transport, extra in (
            ("trunk", "network", ""),
            ("stranger", "strange", ""),
            ("impostor", "strange", "from_user=8001\n"),
            ("8001", "phones", "from_user=8001\noutbound_auth=8001\n"),
        )
    ]
    sections += [
        f"[hot]\ntype=aor\ncontact=sip:{target}",
        f"[hot]\ntype=identify\nendpoint=hot-trunk\nmatch={settings.bind_address}",
    ]
    for number in ("8001", "8002"):
        sections.append(f"[{number}]\ntype=auth\nusername={number}\npassword={secrets.sip[AgentNumber(number)]}")
        sections.append(
            f"[{number}]\ntype=registration\ntransport=phones\noutbound_auth={number}\nretry_interval=1\n"
            f"server_uri=sip:{target}\nclient_uri=sip:{number}@{target}\ncontact_user={number}"
        )
    return {
        **base_files(rtp_start=settings.rtp_end + 1, rtp_end=settings.rtp_end + 400),
        "manager.conf": f"[general]\nenabled=yes\nbindaddr=127.0.0.1\nport={ami_port}\n"
        f"[far]\nsecret={FAR_SECRET}\nread=all\nwrite=all\n",
        "musiconhold.conf": "[general]\n"
        + "".join(f"[{name}]\nmode=files\ndirectory={sounds / name}\n" for name in ("caller", "agent")),
        "pjsip.conf": "\n\n".join(sections) + "\n",
        "extensions.conf": """
[from-hot]
exten => _80XX,1,Ringing()
 same => n,Wait(0.3)
 same => n,Answer()
 same => n,MusicOnHold(agent)
[caller]
exten => talk,1,MixMonitor(${HEARD}.mix.wav,r(${HEARD}))
 same => n,MusicOnHold(caller)
exten => quiet,1,MusicOnHold(caller)
[transfer]
exten => _X!,1,Transfer(PJSIP/sip:${EXTEN}@HOTLINE)
 same => n,Wait(1)
 same => n,Hangup()
""".replace("HOTLINE", target),
    }
