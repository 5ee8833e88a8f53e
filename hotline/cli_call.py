"""`hotline call`: a real call into the running hotline, with nothing but this machine: keys, ears, and an agent."""

import asyncio
import json
import secrets
import sys
import wave
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from ipaddress import ip_address
from logging import ERROR
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import structlog
import typer

from acd.agent import Agent
from hotline.asterisk.provision import provision
from hotline.config import Config, load_config
from hotline.control.client import ControlClient
from hotline.control.protocol import ControlError
from hotline.prompts.alaw import RATE, Samples, encode_linear, read
from hotline.prompts.catalogue import all_segments
from hotline.prompts.library import MUSIC_DIR, PromptLibrary
from hotline.prompts.synthesis import voice_for
from hotline.secrets import load_secrets
from hotline.settings import Settings, load_settings
from hotline.trial.engine_watch import EngineWatch
from hotline.trial.far_side import CALLERS_ADDRESS, FarSide
from hotline.trial.plan import NoPlanError, Plan, add_words, choose_agent, make_plan, split_keys
from hotline.trial.sayings import Saying, read_recording, speak, yes
from hotline.trial.screen import Screen
from hotline.trial.shift import Shift
from hotline.trial.trial_call import Errand, Result, TrialCall
from telephony.commands import AgentState
from telephony.errors import WorldError
from telephony.ids import AgentNumber

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
"""As shells report Ctrl-C."""

STAY_S, AGENT_WITHIN_S = 3.0, 60.0
"""`--wait` unless given: without and with an agent."""

TESTING_PREFIX = "199"
"""The caller's number unless given: a mobile number nobody is likely to be called back on by mistake."""

app = typer.Typer(help="拨打一通真实电话 · Place a real call into the running hotline.", pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command's arguments."""

    number: str
    keys: str
    wait_s: float | None
    agent_answers: bool
    agent: str
    caller: str
    as_json: bool
    keep_audio: Path | None
    say: tuple[str, ...] = ()
    wav: tuple[Path, ...] = ()


@app.command()
def call(  # noqa: PLR0913 - a command's options are its parameters
    number: Annotated[str, typer.Argument(help="The number to dial; the first of menus.yaml unless given.")] = "",
    *,
    keys: Annotated[str, typer.Option(help="Choices one after the other, as 2,1.")] = "",
    say: Annotated[list[str] | None, typer.Option(help="Words to say after the keys; may be given again.")] = None,
    wav: Annotated[list[Path] | None, typer.Option(help="A recording to play after the words; again.")] = None,
    wait: Annotated[
        float | None, typer.Option(help="Seconds on the line after the last key, or for the agent.", min=0, max=3600)
    ] = None,
    agent_answers: Annotated[bool, typer.Option("--agent-answers", help="Sign an agent in, who answers.")] = False,
    agent: Annotated[str, typer.Option(help="Which agent; the best one not at work unless given.")] = "",
    caller: Annotated[str, typer.Option(help="The caller's number; a new one each time unless given.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The result as JSON.")] = False,
    keep_audio: Annotated[Path | None, typer.Option(help="Keep what both sides heard in this folder.")] = None,
) -> None:
    """拨打一通真实电话 · Place a real call into the running hotline, and prove what was asked for."""
    wanted = Wanted(number, keys, wait, agent_answers or bool(agent), agent, caller, as_json, keep_audio)
    wanted = replace(wanted, say=tuple(say or ()), wav=tuple(wav or ()))
    settings = load_settings()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(ERROR))  # the far side's link is no news
    session = Session(settings, wanted)
    try:
        asyncio.run(session.run())
    except KeyboardInterrupt:
        session.screen.say("interrupted")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    raise typer.Exit(session.report())


class Session:
    """One use of the command."""

    def __init__(self, settings: Settings, wanted: Wanted) -> None:
        self._settings = settings
        self._wanted = wanted
        with ControlClient(settings.control_socket) as client:  # not running: said before anything is begun
            self._taken = _agents_at_work(client.ask("status"))
        self._config = load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir)
        self.screen = Screen(settings.language, self._config, sys.stderr if wanted.as_json else sys.stdout)
        self._caller = wanted.caller or f"{TESTING_PREFIX}{secrets.randbelow(10**8):08d}"
        self._reason = ""
        self._agent: Agent | None = None
        self._plan: Plan | None = None
        self._result = Result()

    async def run(self) -> None:
        """Make the call; what went wrong becomes the one-line reason."""
        try:
            await self._make()
        except (WorldError, NoPlanError, ControlError) as error:
            self._reason = str(error)

    def report(self) -> int:
        """Say how it ended; the exit code."""
        if self._wanted.keep_audio is not None:
            _keep(self._wanted.keep_audio, self._result)
        if self._wanted.as_json:
            sys.stdout.write(json.dumps(self._shown(), ensure_ascii=False, indent=2) + "\n")
        if self._reason:
            self.screen.say("failed", reason=self._reason)
            return EXIT_FAILED
        self.screen.say("ok", caller=self._caller, call=self._result.call)
        return 0

    async def _make(self) -> None:
        number = self._wanted.number or next(iter(self._config.menu.entries), "")
        self._plan = make_plan(self._config.menu, number, split_keys(self._wanted.keys) if self._wanted.keys else ())
        self._plan = replace(
            add_words(self._config.menu, self._plan, self._wanted.say), is_certain=not self._wanted.wav
        )
        if self._wanted.agent_answers:
            self._agent = choose_agent(self._plan, self._config.roster, self._taken, self._wanted.agent)
        settings = self._settings
        library = PromptLibrary(settings.prompts_dir, settings.recordings_dir, voice_for(self._config.menu.language))
        errand = Errand(
            number,
            self._caller,
            self._plan,
            self._wait_s(),
            sounds=_sounds(library, self._config),
            music=next((read(file) for file in sorted((settings.prompts_dir / MUSIC_DIR).glob("*.alaw"))), None),
            sayings=self._sayings(),
            yes=yes(self._config.menu.language) if self._wanted.say or self._wanted.wav else None,
        )
        install = await asyncio.to_thread(provision, settings, self.screen.print)
        with TemporaryDirectory(prefix="hotline-call-") as home:
            async with (
                EngineWatch(settings.control_socket) as watch,
                FarSide(
                    install, Path(home), hotline=_reachable(settings), callers_address=_trunk_address(settings)
                ) as far,
            ):
                await self._call(errand, far, watch)

    async def _call(self, errand: Errand, far: FarSide, watch: EngineWatch) -> None:
        trial = TrialCall(far, watch, errand, self.screen.show)
        self._result = trial.result
        watch.on_fact = trial.take_fact
        if self._agent is None:
            await trial.run(None)
            return
        feature = self._config.menu.phrases.feature
        answers = {wish: errand.sounds[prompt.segments[0].text] for wish, prompt in feature.items()}
        password = load_secrets(self._settings.secrets_file, (self._agent.number,)).sip[self._agent.number]
        async with Shift(far, watch, self._agent.number, answers) as shift:
            self.screen.say("agent", name=self._agent.name, number=self._agent.number)
            await trial.run(await shift.begin(password))

    def _sayings(self) -> tuple[Saying, ...]:
        recordings = [read_recording(file) for file in self._wanted.wav]
        spoken = speak(self._wanted.say, self._config.menu.language) if self._wanted.say else []
        return (*spoken, *recordings)

    def _wait_s(self) -> float:
        if self._wanted.wait_s is not None:
            return self._wanted.wait_s
        return AGENT_WITHIN_S if self._wanted.agent_answers else STAY_S

    def _shown(self) -> dict[str, Any]:
        plan, result = self._plan, self._result
        return {
            "ok": not self._reason,
            "reason": self._reason,
            "call": result.call,
            "caller": self._caller,
            "keys": list(plan.keys) if plan else [],
            "said": [*self._wanted.say, *(file.name for file in self._wanted.wav)],
            "node": plan.node if plan else None,
            "queue": plan.queue if plan else None,
            "topic": plan.topic if plan else None,
            "agent": self._agent.number if self._agent else None,
            "caller_hears_agent": result.caller_hears_agent,
            "agent_hears_caller": result.agent_hears_caller,
            "timeline": [asdict(note) for note in result.notes],
        }


def _agents_at_work(snapshot: Mapping[str, Any]) -> set[AgentNumber]:
    """Those who are signed in, or whose own phone is registered: a trial may not take their place."""
    return {
        AgentNumber(agent["number"])
        for agent in snapshot["agents"]
        if agent["state"] != AgentState.SIGNED_OFF or agent["reachable"]
    }


def _sounds(library: PromptLibrary, config: Config) -> dict[str, Samples]:
    """Everything the hotline may say, by its text; rendered by `make run`, else now."""
    segments = all_segments(config.menu, config.roster)
    library.render(segments)
    return {segment.text: read(library.file_of(segment)) for segment in segments}


def _reachable(settings: Settings) -> str:
    """Where the hotline is dialled from this machine."""
    address = "127.0.0.1" if settings.bind_address.is_unspecified else settings.bind_address
    return f"{address}:{settings.sip_port}"


def _trunk_address(settings: Settings) -> str:
    """An address of this machine from which the hotline takes callers."""
    if any(ip_address(CALLERS_ADDRESS) in network for network in settings.trunk_addresses):
        return CALLERS_ADDRESS
    local = next((network[0] for network in settings.trunk_addresses if network[0].is_loopback), None)
    if local is None:
        message = f"the hotline takes no calls from this machine: add {CALLERS_ADDRESS} to trunk_addresses"
        raise WorldError(message, retryable=False)
    return str(local)


def _keep(folder: Path, result: Result) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, heard in (("caller", result.caller_heard), ("agent", result.agent_heard)):
        if heard is not None and heard.size:
            with wave.open(str(folder / f"{name}-heard.wav"), "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", ""))
                file.writeframes(encode_linear(heard))
