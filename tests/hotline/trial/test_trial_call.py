import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest

from hotline.asterisk.ami_message import Action
from hotline.prompts.alaw import RATE, Samples
from hotline.prompts.music import hold_music
from hotline.trial import trial_call
from hotline.trial.agent_phone import AgentPhone
from hotline.trial.engine_watch import EngineWatch
from hotline.trial.phone import NotHeardError, Phone
from hotline.trial.plan import Plan
from hotline.trial.sayings import Saying
from hotline.trial.trial_call import Errand, Kind, Note, TrialCall
from hotline.trial.voices import voice_of
from telephony.errors import WorldError
from telephony.ids import NodeId, QueueId, Topic
from telephony.wish import NotUnderstood, Understood, Unheard, Unsure, Wish
from tests.hotline.trial.trial_play import Engine, Stage, answer, engine_at, hear, soon, still, talking_to

CALLER = "19900000001"
SOUNDS = {name: voice_of(name) for name in ("欢迎", "还款", "转接")}
LEAF = Plan(("2",), NodeId("repayment"), "还款", QueueId("loan"), Topic("repayment"))


WISH, YES = Saying("我想还款", voice_of("words")), Saying("是的", voice_of("yes"))
SPOKEN = Plan((), NodeId("repayment"), "还款", QueueId("loan"), Topic("repayment"), ("我想还款",))


@dataclass
class Play:
    """One call acted out: what the hotline does on dialling and at each key."""

    stage: Stage
    engine: Engine
    watch: EngineWatch
    told: list[Note] = field(default_factory=list)

    def acts(self, on_dial: Callable[[Phone], None], on_key: Callable[[Phone, str], None]) -> None:
        def react(phone: Phone, action: Action) -> None:
            if action.name == "Dialled":
                on_dial(phone)
            elif action.name == "PlayDTMF":
                on_key(phone, dict(action.fields)["Digit"])
            elif action.name == "Redirect":
                answer(phone)
                talking_to(phone, CALLER)

        self.stage.react = react

    def call(
        self, plan: Plan = LEAF, *, wait_s: float = 2.0, music: bool = False, sayings: tuple[Saying, ...] = ()
    ) -> TrialCall:
        errand = Errand(
            "95001", CALLER, plan, wait_s, talk_s=0.3, sounds=SOUNDS, music=hold_music() if music else None,
            sayings=sayings, yes=YES if sayings else None,
        )  # fmt: skip
        trial = TrialCall(self.stage, self.watch, errand, self.told.append)  # type: ignore[arg-type]
        self.watch.on_fact = trial.take_fact
        return trial

    def welcome(self, phone: Phone) -> None:
        hear(phone, voice_of("欢迎"))
        self.engine.tell("EnterNode", node="main")

    def repayment(self, phone: Phone, _key: str = "2") -> None:
        hear(phone, voice_of("还款"))
        self.engine.tell("EnterNode", node="repayment")

    async def ring(self, agent: AgentPhone, caller: Phone) -> None:
        self.engine.tell("CallQueued", queue="loan")
        self.engine.tell("AgentRinging", agent=agent.number)
        await agent.react(self.stage.new_phone(agent.number))
        self.engine.tell("AgentAnswered", agent=agent.number)
        while not caller.ended.is_set():  # over and over, as an agent's phone does
            talking_to(caller, agent.number, seconds=2.0)
            await asyncio.sleep(0.2)


@pytest.fixture
async def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Play]:
    monkeypatch.setattr(trial_call, "LISTEN_EVERY_S", 0.05)
    async with engine_at(tmp_path) as engine, EngineWatch(engine.socket) as watch:
        await soon(lambda: engine.server.followers)
        yield Play(Stage(), engine, watch)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what never comes; who waits for something that comes is as patient as in a real call."""
    for name in ("PROMPT_WITHIN_S", "STEP_WITHIN_S", "HEARD_WITHIN_S"):
        monkeypatch.setattr(trial_call, name, 1.5)


async def test_keys_are_pressed_when_a_prompt_has_begun_and_the_timeline_says_so(play: Play) -> None:
    play.acts(play.welcome, play.repayment)
    result = await play.call(wait_s=0.1, music=True).run(None)
    assert result.call == "call-1"
    assert [(note.kind, note.text) for note in result.notes if note.kind not in {Kind.NODE, Kind.MUSIC}] == [
        (Kind.ANSWERED, "95001"), (Kind.HEARD, "欢迎"), (Kind.KEY, "2"), (Kind.HEARD, "还款"), (Kind.HUNG_UP, "caller"),
    ]  # fmt: skip
    assert [note.text for note in result.notes if note.kind is Kind.NODE] == ["main", "repayment"]
    assert sorted(play.told, key=lambda note: note.t) == result.notes
    assert [note.t for note in result.notes] == sorted(note.t for note in result.notes)


async def test_music_is_in_the_timeline(play: Play) -> None:
    def held(phone: Phone, _key: str) -> None:
        play.repayment(phone)
        hear(phone, hold_music()[5 * RATE : 9 * RATE])

    play.acts(play.welcome, held)
    result = await play.call(wait_s=0.1, music=True).run(None)
    assert any(note.kind is Kind.MUSIC for note in result.notes)


async def test_a_talk_with_both_voices_heard(play: Play) -> None:
    agent = await play.stage.agent("8001", "pw")
    agent.answers_after_s = 0.0
    tasks: list[asyncio.Task[None]] = []

    def to_agent(phone: Phone, _key: str) -> None:
        play.repayment(phone)
        tasks.append(asyncio.ensure_future(play.ring(agent, phone)))

    play.acts(play.welcome, to_agent)
    result = await play.call().run(agent)
    assert result.caller_hears_agent is not None
    assert min(result.caller_hears_agent, result.agent_hears_caller or 0.0) > 0.9
    kinds = [note.kind for note in result.notes]
    assert [kind for kind in kinds if kind in {Kind.QUEUED, Kind.RINGING, Kind.TALKING}] == [
        Kind.QUEUED, Kind.RINGING, Kind.TALKING,
    ]  # fmt: skip
    assert result.agent_heard is not None
    assert result.agent_heard.size > 0


@pytest.mark.usefixtures("impatient")
async def test_a_caller_who_hears_nobody_is_no_talk(play: Play) -> None:
    agent = await play.stage.agent("8001", "pw")
    agent.speech = still(1)
    agent.answers_after_s = 0.0

    def to_agent(phone: Phone, _key: str) -> None:
        play.repayment(phone)
        play.engine.tell("AgentAnswered", agent="8001")
        tasks.append(asyncio.ensure_future(agent.react(play.stage.new_phone("8001"))))

    tasks: list[asyncio.Task[None]] = []
    play.acts(play.welcome, to_agent)
    with pytest.raises(NotHeardError, match=r"19900000001 did not hear agent 8001"):
        await play.call().run(agent)


@pytest.mark.usefixtures("impatient")
async def test_the_engine_must_know_of_the_talk(play: Play) -> None:
    agent = await play.stage.agent("8001", "pw")
    agent.answers_after_s = 0.0

    def to_agent(phone: Phone, _key: str) -> None:
        play.repayment(phone)
        tasks.append(asyncio.ensure_future(agent.react(play.stage.new_phone("8001"))))

    tasks: list[asyncio.Task[None]] = []
    play.acts(play.welcome, to_agent)
    with pytest.raises(WorldError, match="the engine knows of no talk"):
        await play.call().run(agent)


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ({"kind": "AgentAnswered", "agent": "8002"}, "agent 8002 took the call"),
        ({"kind": "RefuseCall", "outcome": "rejected_no_agents"}, "rejected_no_agents"),
        (None, "8001 answered"),
    ],
)
async def test_who_answers_instead_is_the_reason(play: Play, fact: dict[str, str] | None, why: str) -> None:
    agent = await play.stage.agent("8001", "pw")

    def to_others(phone: Phone, _key: str) -> None:
        play.repayment(phone)
        if fact is not None:
            play.engine.tell(fact["kind"], **{name: value for name, value in fact.items() if name != "kind"})
        asyncio.get_running_loop().call_later(0.3, phone.hung_up, 16)

    play.acts(play.welcome, to_others)
    with pytest.raises(NotHeardError, match=why):
        await play.call().run(agent)


async def test_nobody_rings_in_time(play: Play) -> None:
    agent = await play.stage.agent("8001", "pw")
    play.acts(play.welcome, play.repayment)
    with pytest.raises(NotHeardError, match=r"agent 8001 answered no call within 0\.2 s"):
        await play.call(wait_s=0.2).run(agent)


@pytest.mark.usefixtures("impatient")
async def test_silence_after_a_key_is_a_failure(play: Play) -> None:
    play.acts(play.welcome, lambda _phone, _key: None)
    with pytest.raises(NotHeardError, match="no prompt was heard after the last key"):
        await play.call().run(None)


async def test_a_hotline_that_hangs_up_is_a_failure(play: Play) -> None:
    play.acts(play.welcome, lambda phone, _key: phone.hung_up(16))
    trial = play.call()
    with pytest.raises(NotHeardError, match="the hotline hung up"):
        await trial.run(None)
    assert trial.result.notes[-1].text == "hotline"


@pytest.mark.usefixtures("impatient")
async def test_keys_that_lead_elsewhere_are_a_failure(play: Play) -> None:
    def elsewhere(phone: Phone, _key: str) -> None:
        hear(phone, voice_of("转接"))
        play.engine.tell("EnterNode", node="loan")

    play.acts(play.welcome, elsewhere)
    with pytest.raises(WorldError, match="led to loan, not to repayment"):
        await play.call().run(None)


async def test_a_call_that_is_refused(play: Play) -> None:
    play.acts(lambda phone: phone.hung_up(17), lambda _phone, _key: None)

    async def refused(_number: str, **_: object) -> Phone:
        phone = play.stage.new_phone(CALLER)
        phone.hung_up(17)
        return phone

    play.stage.dial = refused  # type: ignore[assignment, method-assign]
    with pytest.raises(NotHeardError, match=r"refused \(cause 17\)"):
        await play.call().run(None)


# ---- words -----------------------------------------------------------------------------------------


def hearing(play: Play, *meanings: object) -> None:
    """The menu takes what is said for these, one after the other."""
    left = list(meanings)

    def speak(phone: Phone, sound: Samples, *, repeats: bool = True) -> None:
        assert not repeats
        assert sound.size
        meaning = left.pop(0)
        play.engine.tell("SpeechHeard", meaning=meaning)
        if isinstance(meaning, Understood):
            play.repayment(phone)
        else:
            hear(phone, voice_of("转接"))

    def welcome(phone: Phone) -> None:
        phone.speak = partial(speak, phone)  # type: ignore[method-assign]
        play.welcome(phone)

    play.acts(welcome, play.repayment)


async def test_words_are_said_over_the_prompt_and_the_timeline_says_what_became_of_them(play: Play) -> None:
    hearing(play, Understood(Wish(NodeId("repayment"))))
    result = await play.call(SPOKEN, wait_s=0.1, sayings=(WISH,)).run(None)
    told = [(note.kind, note.text) for note in result.notes if note.kind in {Kind.SAID, Kind.UNDERSTOOD, Kind.NODE}]
    assert told[0] == (Kind.NODE, "main")
    assert set(told[1:]) == {(Kind.SAID, "我想还款"), (Kind.UNDERSTOOD, "repayment"), (Kind.NODE, "repayment")}


async def test_a_caller_who_is_asked_says_yes(play: Play) -> None:
    wish = Wish(NodeId("repayment"))
    hearing(play, Unsure(wish), Understood(wish))
    result = await play.call(SPOKEN, wait_s=0.1, sayings=(WISH,)).run(None)
    assert [note.text for note in result.notes if note.kind is Kind.SAID] == ["我想还款", "是的"]
    assert [note.text for note in result.notes if note.kind is Kind.ASKED] == ["repayment"]


async def test_words_that_lead_elsewhere_fail_the_trial(play: Play) -> None:
    hearing(play, NotUnderstood(Unheard.UNKNOWN))
    with pytest.raises(WorldError, match="the words led to main, not to repayment"):
        await play.call(SPOKEN, wait_s=0.1, sayings=(WISH,)).run(None)


async def test_nobody_knows_where_a_recording_should_lead(play: Play) -> None:
    unknown = replace(SPOKEN, is_certain=False)
    hearing(play, NotUnderstood(Unheard.UNKNOWN))
    result = await play.call(unknown, wait_s=0.1, sayings=(WISH,)).run(None)
    assert [note.text for note in result.notes if note.kind is Kind.NOT_UNDERSTOOD] == ["unknown"]


async def test_words_nobody_listens_to_fail_the_trial(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_call, "MEANING_WITHIN_S", -1.0)
    play.acts(play.welcome, play.repayment)
    with pytest.raises(NotHeardError, match="nobody listened"):
        await play.call(SPOKEN, sayings=(WISH,)).run(None)
