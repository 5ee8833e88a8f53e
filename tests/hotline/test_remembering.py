import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from acd.routing import HistoryRules
from hotline.remembering import Remembering, salt_of
from hotline.secrets import Secrets
from hotline.store.journal import Boot, Journal
from hotline.store.segments import segments_in
from telephony.events import AgentAnswered, CallEnded, CallQueued
from telephony.ids import AgentNumber, CallId, QueueId, Topic

SECRETS = Secrets("secret", {})
CALLER = "13800138000"


def queued(call: str, at: float) -> CallQueued:
    return CallQueued(CallId(call), QueueId("loan"), Topic("loan"), CALLER, at)


async def test_callers_of_before_the_restart_are_known_again(tmp_path: Path) -> None:
    now = asyncio.get_running_loop().time()
    wall_less_engine_s = 1_000_000.0 - now
    for boot, call in (("old", "a"), ("new", "b")):
        journal = Journal.open(tmp_path, Boot(boot, 0.0, 1_000_000.0))
        for fact in (queued(call, 0.0), AgentAnswered(CallId(call), AgentNumber("8003")), CallEnded(CallId(call), 16)):
            journal.append(fact, at=0.0, wall=999_000.0)
        await journal.close()
    with segments_in(tmp_path)[-1].open("ab") as file:
        file.write(b'half a line with "fact":"CallQueued"\n')
    remembering = Remembering(HistoryRules(), SECRETS)
    live = queued("c", now)
    remembering.apply(live, now)
    remembering.apply("no fact of history", now)
    past = await remembering.recall(tmp_path, boot="new", wall_less_engine_s=wall_less_engine_s)
    assert past is remembering.history
    assert len(past) == 1
    known = past.about(queued("d", now), now)
    assert known.last_agent == "8003"
    assert known.wish == 2, "the call of before and the one that came meanwhile; this boot's own lines count once"
    remembering.apply(queued("e", now), now)  # the distributor has told the history in use


async def test_a_reader_that_fails_is_told_and_nothing_is_piled_up(tmp_path: Path) -> None:
    (tmp_path / "journal-0000000000000001.jsonl").mkdir()
    remembering = Remembering(HistoryRules(), SECRETS)
    with capture_logs() as logs:
        past = await remembering.recall(tmp_path, boot="new", wall_less_engine_s=0.0)
    assert len(past) == 0
    assert [one["event"] for one in logs] == ["history_incomplete", "history_recalled"]
    remembering.apply(queued("c", 0.0), 0.0)
    assert remembering._since is None


def test_keys_are_salted_by_what_only_this_hotline_knows() -> None:
    assert salt_of(SECRETS) != salt_of(Secrets("other", {}))
    assert b"secret" not in salt_of(SECRETS)
