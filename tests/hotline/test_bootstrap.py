"""One engine in the real world, in this process: its duties, its first and its last moments."""

import asyncio
import socket
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hotline import bootstrap, clock
from hotline.asterisk.link import LinkState
from hotline.bootstrap import Hotline, load_settings_config
from hotline.prompts.catalogue import all_segments
from hotline.settings import Settings, load_settings
from hotline.store.facts import Record
from hotline.store.journal import Boot, Journal
from hotline.store.segments import read_journal, segments_in
from hotline.trial.far_side import free_port
from telephony.commands import AgentState
from telephony.errors import ConfigError, StoreError, WorldError
from telephony.events import CallArrived, CallEnded, CallQueued
from telephony.ids import AgentNumber, CallId, QueueId, Topic
from tests.hotline.hotline_play import Running, ScriptedAsterisk, channel_event, hotline_running

pytestmark = pytest.mark.usefixtures("own_settings")

CALL = "1763772471.1"
BEAT = "GLOBAL(HL_ALIVE)"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Duties twenty times as often as in real life."""
    monkeypatch.setattr(bootstrap, "BEAT_S", 0.05)
    monkeypatch.setattr(bootstrap, "LAG_SAMPLE_S", 0.005)


def names(running: Running) -> list[str]:
    """What Asterisk was asked, in order; of variables the names."""
    return [said.get("variable", said["action"]) for said in running.visit.heard]


# ---- the life of a call ----------------------------------------------------------------------------


async def test_a_caller_is_greeted_shown_journalled_and_forgotten(own_settings: Settings) -> None:
    async with hotline_running() as running:
        hotline = running.hotline
        await running.visit.say(channel_event("AsyncAGIStart"))
        asked = await running.visit.heard_action("AGI")
        assert (asked["channel"], asked["command"].split()[0]) == (f"PJSIP/trunk-{CALL}", "STREAM")
        status = await running.ask("status")
        assert [(call["id"], call["phase"], call["caller"]) for call in status["calls"]] == [  # type: ignore[attr-defined]
            (CALL, "menu", "139****5678")
        ]
        assert hotline.engine.agenda.next_at is not None
        await running.visit.say(channel_event("Hangup", Cause="16"))
        await running.until(lambda: not hotline.engine.lines)
        assert hotline.board.snapshot(0.0).counters.ivr_abandoned == 1
    facts = [record.fact for record in read_journal(own_settings.journal_dir) if isinstance(record, Record)]
    assert [type(fact) for fact in facts if isinstance(fact, CallArrived | CallEnded)] == [CallArrived, CallEnded]


async def test_a_deadline_rings_the_one_timer() -> None:
    async with hotline_running() as running:
        await running.visit.say(channel_event("AsyncAGIStart"))
        await running.visit.heard_action("AGI")
        engine = running.hotline.engine
        soon = engine.now + 0.02
        engine.agenda.put(("conversation", CALL), soon)
        engine.wake()
        assert engine.agenda.next_at == soon
        await running.until(lambda: engine.agenda.next_at != soon)  # the machine has said when it wants to be woken


async def test_an_event_asterisk_left_half_unsaid_is_passed_over() -> None:
    with capture_logs() as logs:
        async with hotline_running() as running:
            await running.visit.say(b"Event: AsyncAGIStart\r\nChannel: PJSIP/trunk-1\r\n\r\n")
            await running.visit.say(channel_event("AsyncAGIStart"))
            await running.visit.heard_action("AGI")
    (warned,) = (entry for entry in logs if entry["event"] == "event_not_understood")
    assert warned["event_name"] == "AsyncAGIStart"


# ---- heartbeat and link ----------------------------------------------------------------------------


async def test_the_dialplan_gets_a_heartbeat_and_a_cap_once_the_calls_are_compared() -> None:
    async with hotline_running() as running:
        await running.until(lambda: names(running).count(BEAT) >= 3)
        heard = names(running)
        places = [heard.index(name) for name in ("DeviceStateList", "PJSIPShowContacts", "CoreShowChannels", BEAT)]
        assert places == sorted(places), "the calls are compared with a list that is fresh"
        caps = {said["value"] for said in running.visit.heard if said.get("variable") == "GLOBAL(HL_CAP)"}
        assert caps == {str(running.hotline.settings.max_calls)}
        snapshot = running.hotline.board.snapshot(0.0)
        assert snapshot.admission_cap == running.hotline.settings.max_calls
        assert snapshot.link.connected


async def test_without_a_comparison_there_is_no_heartbeat() -> None:
    with capture_logs() as logs:
        async with hotline_running(ScriptedAsterisk(refuses={"CoreShowChannels"})) as running:
            board = running.hotline.board
            await running.until(lambda: board.snapshot(0.0).admission_cap is not None)
            await running.until(lambda: any(entry["event"] == "calls_not_compared" for entry in logs))
            assert BEAT not in names(running)


async def test_a_caller_who_is_there_already_is_taken_up() -> None:
    there = {"Channel": f"PJSIP/trunk-{CALL}", "Uniqueid": CALL, "Linkedid": CALL, "Context": "hotline"}
    more = {"Exten": "95001", "Application": "AGI", "BridgeId": "", "CallerIDNum": "13912345678", "CallerIDName": ""}
    async with hotline_running(ScriptedAsterisk(channels=[there | more])) as running:
        await running.until(lambda: list(running.hotline.engine.lines) == [CALL])
        probe = await running.visit.heard_action("AGI")
        assert probe["command"] == "NOOP"


async def test_phones_are_reachable_as_asterisk_lists_them() -> None:
    def reachable(running: Running) -> set[str]:
        return {agent.number for agent in running.hotline.board.snapshot(0.0).agents if agent.reachable}

    async with hotline_running(ScriptedAsterisk(contacts=["8001", "8003", "4711"])) as running:
        fixed = {agent.number for agent in running.hotline.config.roster.agents.values() if agent.contact}
        await running.until(lambda: reachable(running) == {"8001", "8003"} | fixed)
    async with hotline_running(ScriptedAsterisk(refuses={"PJSIPShowContacts"})) as running:
        await running.until(lambda: BEAT in names(running))  # an empty list is no failure
        assert reachable(running) == fixed


async def test_phones_in_use_are_known_before_anybody_is_rung() -> None:
    signed_in = {"8001": "PJSIP/8001", "8003": "PJSIP/8003"}
    asterisk = ScriptedAsterisk(phones={signed_in["8001"]: "INUSE", signed_in["8003"]: "NOT_INUSE"})
    async with hotline_running(asterisk) as running:
        await running.until(lambda: BEAT in names(running))
        for number in signed_in:
            await running.ask("agent", number=number, wish="sign_in")
        shown = {agent.number: agent.phone for agent in running.hotline.board.snapshot(0.0).agents}
        assert (shown["8001"], shown["8003"]) == ("in_use", "")
    async with hotline_running(ScriptedAsterisk(refuses={"DeviceStateList"})) as running:
        await running.until(lambda: BEAT in names(running))  # hints are not needed to work


async def test_a_lost_link_is_shown_and_after_it_the_calls_are_compared_anew() -> None:
    async with hotline_running() as running:
        await running.until(lambda: BEAT in names(running))
        hotline = running.hotline
        running.visit.cut()
        await running.until(lambda: not hotline.engine.connected)
        assert not hotline.board.snapshot(0.0).link.connected
        again = await running.peer.next_visit()
        await again.heard_action("CoreShowChannels")
        await running.until(lambda: hotline.engine.connected)
        assert hotline.board.snapshot(0.0).link.reconnects == 1
        assert hotline.engine.epoch == 2


async def test_a_comparison_of_an_older_connection_is_thrown_away() -> None:
    async with hotline_running() as running:
        await running.until(lambda: BEAT in names(running))
        hotline = running.hotline
        hotline._compared = False
        await hotline._catch_up(hotline.engine.epoch - 1)
        assert not hotline._compared


# ---- stopping and starting again -------------------------------------------------------------------


async def test_agents_are_after_a_restart_what_they_were_before() -> None:
    async with hotline_running() as running:
        await running.ask("agent", number="8001", wish="sign_in")
        await running.ask("agent", number="8001", wish="not_ready", reason="1")
        before = running.hotline.boot
    async with hotline_running() as running:
        assert running.hotline.boot != before
        agent = next(agent for agent in running.hotline.board.snapshot(0.0).agents if agent.number == "8001")
        assert (agent.state, agent.reason) == ("not_ready", "小休")


async def test_a_damaged_journal_is_said_loudly_and_the_hotline_runs(own_settings: Settings) -> None:
    async with hotline_running() as running:
        await running.ask("agent", number="8001", wish="sign_in")
    (segment,) = segments_in(own_settings.journal_dir)
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join([lines[0], b"x" + lines[1][1:], *lines[2:]]))
    with capture_logs() as logs:
        async with hotline_running() as running:
            assert (await running.ask("ping"))["boot"] == running.hotline.boot.id
    assert [entry for entry in logs if entry["event"] == "journal_damaged" and entry["log_level"] == "error"]


async def test_a_stop_with_a_disk_that_takes_nothing_is_still_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    with capture_logs() as logs:
        async with hotline_running() as running:
            close = running.hotline.journal.close

            async def fail() -> None:
                await close()
                raise StoreError("3 records are not durable", retryable=True)

            monkeypatch.setattr(running.hotline.journal, "close", fail)
    told = [entry["event"] for entry in logs]
    assert "journal_not_closed" in told
    assert told[-1] == "engine_stopped"
    assert running.hotline.link.state is LinkState.DISCONNECTED


async def test_nothing_but_an_asterisk_is_needed_to_wait_for_one() -> None:
    """The engine starts without Asterisk, answers its control socket and says that the link is down."""
    hotline = Hotline(load_settings(ami_port=free_port(socket.SOCK_STREAM, "127.0.0.1")))
    work = asyncio.ensure_future(hotline.run())
    try:
        async with asyncio.timeout(10):
            while not hotline.settings.control_socket.exists():  # noqa: ASYNC110 - a file
                await asyncio.sleep(0.005)
        assert not hotline.board.snapshot(0.0).link.connected
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


# ---- reload and what runs beside -------------------------------------------------------------------


@pytest.fixture
def own_menus(own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample's menus in a file a test may change."""
    file = tmp_path / "menus.yaml"
    file.write_text(own_settings.menus.read_text("utf-8"), "utf-8")
    monkeypatch.setenv("HOTLINE_MENUS", str(file))
    return file


async def test_a_reload_renders_what_is_new_before_it_takes_effect(own_menus: Path) -> None:
    async with hotline_running() as running:
        hotline, before = running.hotline, running.hotline.config
        assert hotline.board.snapshot(0.0).config_version == before.version
        own_menus.write_text(own_menus.read_text("utf-8").replace("name: 额度评估", "name: 额度查询"), "utf-8")
        told = await running.ask("reload")
        assert told["version"] != before.version
        await running.until(lambda: hotline.config.version == told["version"])
        assert hotline.board.snapshot(0.0).config_version == told["version"]
        assert hotline.engine.config is hotline.config
        segments = all_segments(hotline.config.menu, hotline.config.roster)
        assert hotline.prompts.missing(segments) == []
        assert hotline.engine.ports.prompts is hotline.prompts


async def test_a_reload_with_mistakes_changes_nothing(own_menus: Path) -> None:
    async with hotline_running() as running:
        before = running.hotline.config
        own_menus.write_text("nonsense: 1\n", "utf-8")
        with pytest.raises(ConfigError, match="nonsense"):
            await running.hotline.reload()
        assert running.hotline.config is before


async def test_a_hotline_whose_files_have_mistakes_does_not_start(own_menus: Path) -> None:
    own_menus.write_text("nonsense: 1\n", "utf-8")
    with pytest.raises(ConfigError, match="nonsense"):
        load_settings_config(load_settings())


async def test_deferred_work_never_fails_silently() -> None:
    async def fail(error: Exception) -> None:
        raise error

    with capture_logs() as logs:
        async with hotline_running() as running:
            running.hotline._defer(fail(WorldError("no disk", retryable=True)), "render prompt")
            running.hotline._defer(fail(ValueError("a bug")), "reload")
            await running.until(lambda: sum(entry["event"].startswith("deferred_work") for entry in logs) == 2)
    failed = {entry["event"]: entry for entry in logs if entry["event"].startswith("deferred_work")}
    assert failed["deferred_work_failed"]["problem"] == "no disk"
    assert "exc_info" not in failed["deferred_work_failed"]
    assert failed["deferred_work_crashed"]["exc_info"]


async def test_what_is_deferred_is_cancelled_at_the_end() -> None:
    stopped = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async with hotline_running() as running:
        running.hotline._defer(wait(), "for ever")
        await asyncio.sleep(0)
    assert stopped.is_set()


async def test_trouble_with_the_disk_is_logged_and_its_end_too() -> None:
    with capture_logs() as logs:
        async with hotline_running() as running:
            running.hotline._journal_trouble(StoreError("no space left", retryable=True))
            running.hotline._journal_trouble(None)
    assert [entry["event"] for entry in logs if entry["event"].startswith("journal_")] == [
        "journal_trouble",
        "journal_recovered",
    ]


async def test_a_changed_cap_is_logged_and_told_to_the_dialplan() -> None:
    with capture_logs() as logs:
        async with hotline_running() as running:

            def told() -> set[str]:
                return {said["value"] for said in running.visit.heard if said.get("variable") == "GLOBAL(HL_CAP)"}

            def logged() -> set[str]:
                return {str(entry["cap"]) for entry in logs if entry["event"] == "admission_changed"}

            running.hotline.admission.cap = 30  # as after a slow moment; how it moves on depends on the machine
            await running.until(lambda: bool(logged() & told()))


async def test_callers_of_before_the_restart_are_known_again_and_the_roster_is_kept(own_settings: Settings) -> None:
    wall = clock.wall_s()
    before = Journal.open(own_settings.journal_dir, Boot("before", 0.0, wall - 60.0))
    for fact in (
        CallQueued(CallId("1.1"), QueueId("loan"), Topic("loan.quota"), "13800138000", 0.0),
        CallEnded(CallId("1.1"), 16),
    ):
        before.append(fact, at=0.0, wall=wall - 60.0)
    before.close_blocking()
    async with hotline_running() as running:
        hotline = running.hotline
        await running.until(lambda: len(hotline.remembering.history) == 1)
        await running.until(lambda: hotline.archive.roster(hotline.config.roster.version) is not None)


async def test_who_is_signed_in_long_after_his_shift_is_signed_off(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hotline_running() as running:
        hotline = running.hotline
        await running.ask("agent", number="8001", wish="sign_in")
        monkeypatch.setattr(hotline.shifts, "overdue", lambda *_: [AgentNumber("8001"), AgentNumber("8002")])
        hotline._end_shifts()
        assert hotline.engine.distributor.agent_state(AgentNumber("8001")) is AgentState.SIGNED_OFF
