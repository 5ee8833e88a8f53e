"""The dialplan on real Asterisk, without an engine: an AMI script stands in for it."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from hotline.asterisk.provision import AsteriskInstall
from tests.e2e.dialplan_rig import HOT, Rig, start_rig
from tests.e2e.witness import Message

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def started(
    install: AsteriskInstall, tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[str, int], int]
) -> Iterator[Rig]:
    rig = start_rig(install, tmp_path_factory.mktemp("热 线"), free_port)
    yield rig
    rig.close()


@pytest.fixture
def rig(started: Rig) -> Iterator[Rig]:
    started.ami.events.clear()
    yield started
    started.ami.send("Setvar", Variable="GLOBAL(HL_CAP)", Value="")
    clear_lines(started)


def clear_lines(rig: Rig) -> None:
    """Hang up everything and wait until AMI has said so: its events lag behind its lists."""
    rig.hang_up_all()
    wait_until(lambda: rig.open_lines() <= set())


def wait_until(condition: Callable[[], object], timeout_s: float = 30) -> None:
    for _ in range(int(timeout_s / 0.1)):
        if condition():
            return
        time.sleep(0.1)
    raise TimeoutError("it did not come to pass")


@contextmanager
def alive(rig: Rig) -> Iterator[None]:
    """Beat as an engine does, until left."""
    over = Event()

    def run() -> None:
        while not over.wait(0.5):
            rig.beat()

    rig.beat()
    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def arrive(rig: Rig, **call: str) -> Message:
    rig.call(**call)
    return rig.ami.named("AsyncAGIStart", Context="hotline")


def test_boots_without_an_error_or_warning(started: Rig) -> None:
    assert [line for line in started.boot_log if re.search(r"\] (ERROR|WARNING)\[", line)] == []
    assert len(started.boot_log) > 2


def test_the_engines_user_can_do_its_work_and_no_more(rig: Rig) -> None:
    assert rig.ami.send("CoreShowChannels")["Response"] == "Success"
    assert rig.ami.send("PJSIPShowContacts").get("Message") != "Permission denied"
    for action, fields in {
        "Command": {"Command": "core show version"},
        "ShowDialPlan": {},
        "UpdateConfig": {"SrcFilename": "pjsip.conf", "DstFilename": "pjsip.conf"},
        "UserEvent": {"UserEvent": "x"},
    }.items():
        assert rig.ami.send(action, **fields)["Message"] == "Permission denied"
    assert "PJSIP" not in rig.ami.send("Getvar", Variable="SHELL(cat /etc/passwd)").get("Value", "")


def test_ami_listens_on_loopback_only(rig: Rig) -> None:
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.2", rig.settings.ami_port)) != 0


def test_a_caller_reaches_the_engine_answered_and_with_the_number_dialled(rig: Rig) -> None:
    with alive(rig):
        start = arrive(rig, number="4008208820")
        assert (start["ChannelStateDesc"], start["Exten"], start["CallerIDNum"]) == ("Up", "4008208820", "13800138000")
        assert rig.agi(start["Channel"], "GET VARIABLE HL_DIALLED") == "200%20result%3D1%20(4008208820)%0A"


def test_a_break_comes_back_and_done_hangs_up(rig: Rig) -> None:
    with alive(rig):
        start = arrive(rig)
        mark = len(rig.ami.events)
        rig.agi(start["Channel"], "ASYNCAGI BREAK")
        rig.ami.named("AsyncAGIStart", since=mark, Uniqueid=start["Uniqueid"])
        rig.ami.send("Setvar", Channel=start["Channel"], Variable="HL_DONE", Value="1")
        rig.agi(start["Channel"], "ASYNCAGI BREAK")
        rig.ami.named("Hangup", Uniqueid=start["Uniqueid"])


@pytest.mark.parametrize("endpoint", ["hot-stranger", "hot-impostor"])
def test_whoever_is_neither_trunk_nor_phone_is_refused(rig: Rig, endpoint: str) -> None:
    with alive(rig):
        mark = len(rig.far_ami.events)
        rig.call(endpoint=endpoint)
        rig.far_ami.named("Hangup", since=mark)
        assert not rig.open_lines()
        assert not [event for event in rig.ami.events if event["Event"] == "Hangup"]


def test_commas_in_the_dialled_number_inject_nothing(rig: Rig) -> None:
    with alive(rig):
        start = arrive(rig, number="95588%2Cx%24%7BEPOCH%7D%3B1")
        assert start["Exten"] == "95588xEPOCH1"


def test_without_a_heartbeat_the_caller_hears_the_emergency_prompt_and_music(rig: Rig) -> None:
    rig.beat(age_s=60)
    rig.call(heard="alone")
    rig.ami.named("MusicOnHoldStart")
    mark = len(rig.ami.events)
    with alive(rig):
        start = rig.ami.named("AsyncAGIStart", since=mark)
        assert start["Context"] == "hotline"
    rig.hang_up_all()
    wait_until(lambda: {"emergency", "music"} <= rig.heard_hz("alone"))


def test_the_watchdog_rescues_who_waits_and_leaves_a_talk_alone(rig: Rig) -> None:
    with alive(rig):
        talking = arrive(rig, heard="talker")
        rig.ami.send("AGI", Channel=talking["Channel"], Command='EXEC Dial "PJSIP/8003,20,gm"', CommandID="d-dial")
        rig.ami.named("BridgeEnter", Uniqueid=talking["Uniqueid"])
        waiting = [arrive_after(rig, number="100") for _ in range(2)]
        mark = len(rig.ami.events)
    for start in waiting:
        rig.ami.named("AsyncAGIEnd", since=mark, Uniqueid=start["Uniqueid"])
    where = {channel["Uniqueid"]: channel for channel in rig.channels()}
    assert [where[start["Uniqueid"]]["Context"] for start in waiting] == ["emergency", "emergency"]
    assert where[talking["Uniqueid"]]["BridgeId"]
    mark = len(rig.ami.events)
    with alive(rig):
        for start in waiting:
            back = rig.ami.named("AsyncAGIStart", since=mark, Uniqueid=start["Uniqueid"])
            assert back["Exten"] == "100"
        assert not [event for event in rig.ami.events if event["Event"] == "BridgeLeave"]
        assert len(watchdogs(rig)) == 1


def watchdogs(rig: Rig) -> list[str]:
    return [channel["Channel"] for channel in rig.channels() if channel["Context"] == "watchdog"]


def arrive_after(rig: Rig, **call: str) -> Message:
    mark = len(rig.ami.events)
    rig.call(**call)
    return rig.ami.named("AsyncAGIStart", since=mark)


def test_only_one_watchdog_after_a_reload_and_a_new_one_after_its_death(rig: Rig) -> None:
    (first,) = watchdogs(rig)
    rig.hot.cli("core reload")
    rig.hot.cli("channel originate Local/s@watchdog/n extension s@watchdog-idle")
    time.sleep(0.5)
    assert watchdogs(rig) == [first]
    rig.ami.send("Hangup", Channel=first)
    wait_until(lambda: not watchdogs(rig))
    with alive(rig):
        arrive(rig)
        wait_until(lambda: len(watchdogs(rig)) == 1)


def test_the_call_too_many_hears_the_busy_prompt_unanswered(rig: Rig) -> None:
    with alive(rig):
        for _ in range(3):
            arrive_after(rig)
        mark, far_mark = len(rig.ami.events), len(rig.far_ami.events)
        rig.call(heard="too-many")
        end = rig.ami.named("Hangup", since=mark)
        assert (end["Context"], end["ChannelStateDesc"], end["Cause"]) == ("from-trunk", "Ring", "17")
        assert rig.far_ami.named("Hangup", since=far_mark)["Cause"] == "17"


def test_the_engine_may_lower_the_cap(rig: Rig) -> None:
    with alive(rig):
        rig.ami.send("Setvar", Variable="GLOBAL(HL_CAP)", Value="0")
        rig.call()
        assert rig.ami.named("Hangup")["Cause"] == "17"
        rig.ami.send("Setvar", Variable="GLOBAL(HL_CAP)", Value="1")
        arrive_after(rig)


# ---- agents' phones ------------------------------------------------------------------------------


@pytest.fixture
def phones(rig: Rig) -> Rig:
    wait_until(lambda: rig.hot.cli("pjsip show contacts").count("sip:800") == 3)
    return rig


def test_a_feature_code_reaches_the_engine_with_the_agents_number(phones: Rig) -> None:
    rig = phones
    with alive(rig):
        rig.call("*01", endpoint="hot-8001")
        start = rig.ami.named("AsyncAGIStart")
        assert (start["Context"], start["Exten"], start["CallerIDNum"]) == ("feature", "*01", "8001")
        assert start["CallerIDName"] == "张三丰"
        assert "(8001)" in rig.agi(start["Channel"], "GET VARIABLE AGENT_ID")


def test_an_agent_reaches_a_colleague_but_not_the_world(phones: Rig) -> None:
    rig = phones
    with alive(rig):
        rig.call("8002", endpoint="hot-8001")
        rig.ami.named("BridgeEnter")
        clear_lines(rig)
        for number in ("10086", "95588", "+8613800138000", "0"):
            mark = len(rig.ami.events)
            rig.call(number, endpoint="hot-8001")
            end = rig.ami.named("Hangup", since=mark)
            assert (end["Context"], end["ChannelStateDesc"]) == ("from-agent", "Busy")
            assert not [e for e in rig.ami.events[mark:] if e["Event"] in {"DialBegin", "AsyncAGIStart"}]


def test_an_agents_blind_transfer_brings_the_caller_back_to_the_engine(phones: Rig) -> None:
    rig = phones
    with alive(rig):
        start = arrive(rig)
        rig.ami.send("AGI", Channel=start["Channel"], Command='EXEC Dial "PJSIP/8001,20,gm"', CommandID="d-dial")
        leg = rig.ami.named("DialBegin")["DestChannel"]
        rig.ami.named("BridgeEnter", Channel=leg)
        far_leg = next(
            c["Channel"]
            for c in rig.far_ami.collect("CoreShowChannels", "CoreShowChannel", "CoreShowChannelsComplete")
            if c["Context"] == "from-hot"
        )
        mark = len(rig.ami.events)
        rig.far_ami.send("Redirect", Channel=far_leg, Context="transfer", Exten="8002", Priority="1")
        back = rig.ami.named("AsyncAGIStart", since=mark, Uniqueid=start["Uniqueid"])
        assert (back["Context"], back["Exten"]) == ("hotline", "8002")
        assert "(95588)" in rig.agi(back["Channel"], "GET VARIABLE HL_DIALLED")


def test_the_agents_number_is_told_to_the_caller_before_they_talk(phones: Rig) -> None:
    rig = phones
    number = rig.settings.prompts_dir / "number"
    with alive(rig):
        start = arrive(rig, heard="announced")
        dial = f'EXEC Dial "PJSIP/8001,20,gmA(:{number})"'
        rig.ami.send("AGI", Channel=start["Channel"], Command=dial, CommandID="d-dial")
        rig.ami.named("BridgeEnter", Uniqueid=start["Uniqueid"])
        time.sleep(0.5)
        rig.hang_up_all()
        wait_until(lambda: {"music", "number", "agent"} <= rig.heard_hz("announced"))


def test_a_running_asterisk_is_adopted_and_ends_for_good(install: AsteriskInstall, rig: Rig, tmp_path: Path) -> None:
    again = type(rig.hot)(install, rig.hot.home, rig.hot.files, run_dir=rig.hot.run_dir)
    assert again.adopt()
    assert again.pid == rig.hot.pid
    assert again.cpu_s > 0
    assert again.rss_bytes > 10_000_000
    assert HOT in again.cli("pjsip show transports")
