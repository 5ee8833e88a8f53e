"""A board with the sample configuration and a busy minute on it, and a control socket that shows it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hotline.board import Board
from hotline.config import Config, load_config
from hotline.control.server import ControlServer, Op
from telephony.commands import AgentState, CloseSegment, CloseTalk, EnterNode, RingAgent, ShowAgent
from telephony.events import (
    AgentAnswered,
    AgentReachable,
    AgentRinging,
    CallArrived,
    CallEnded,
    CallQueued,
    Outcome,
    TalkEnded,
    TalkEndedBy,
)
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic

ROOT = Path(__file__).resolve().parents[2]
BOOT = "a1b2c3d4"
START = 1000.0
CALLER = "13912345678"

WANG, LI, ZHANG = AgentNumber("8001"), AgentNumber("8002"), AgentNumber("8003")
REPAYMENT = QueueId("repayment")
EARLY = NodeId("repayment.early")


def sample_config() -> Config:
    return load_config(ROOT / "menus.yaml", ROOT / "agents.yaml", None, ROOT / "recordings")


def new_board() -> Board:
    config = sample_config()
    return Board(config.menu, config.roster, boot=BOOT, started_at=START, version=config.version)


def queue_call(board: Board, call: str, at: float) -> CallId:
    """A caller who chose early repayment."""
    board.apply(CallArrived(CallId(call), "95001", CALLER, "张三丰"), at)
    board.apply(EnterNode(CallId(call), EARLY), at + 5)
    board.apply(CallQueued(CallId(call), REPAYMENT, Topic("repayment.early"), CALLER, at + 10), at + 10)
    return CallId(call)


def connect(board: Board, call: CallId, agent: AgentNumber, at: float, *, wait_s: float) -> None:
    """The agent's phone rings and he answers three seconds later."""
    board.apply(RingAgent(call, agent, REPAYMENT, 20.0, "longest idle"), at)
    board.apply(ShowAgent(agent, AgentState.RINGING, call=call), at)
    board.apply(AgentRinging(call, agent), at)
    board.apply(AgentAnswered(call, agent), at + 3)
    board.apply(ShowAgent(agent, AgentState.TALKING, call=call), at + 3)
    board.apply(CloseSegment(call, REPAYMENT, Outcome.ANSWERED, wait_s, agent), at + 3)


def busy_board() -> Board:
    """At START + 100: one talk ended, one goes on, one caller waits, one is in the menu."""
    board = new_board()
    board.link_changed(connected=True, reconnects=1, now=START + 1)
    board.gauges(cap=400, round_trip_s=0.0008, loop_lag_p99_s=0.0021)
    board.apply(AgentReachable(WANG, reachable=False), START + 1)
    board.apply(ShowAgent(WANG, AgentState.READY), START + 2)
    board.apply(ShowAgent(LI, AgentState.NOT_READY, "1"), START + 2)
    board.apply(ShowAgent(ZHANG, AgentState.READY), START + 2)
    first = queue_call(board, "1763772471.1", START + 10)
    connect(board, first, ZHANG, START + 20, wait_s=3.0)
    board.apply(TalkEnded(first, ZHANG, TalkEndedBy.CALLER), START + 50)
    board.apply(CloseTalk(first, ZHANG, 27.0, TalkEndedBy.CALLER), START + 50)
    board.apply(CallEnded(first, 16), START + 50)
    second = queue_call(board, "1763772471.2", START + 40)
    connect(board, second, ZHANG, START + 60, wait_s=13.0)
    queue_call(board, "1763772471.3", START + 70)
    board.apply(CallArrived(CallId("1763772471.4"), "95009", "", ""), START + 95)
    return board


class Played:
    """A running hotline, as far as the control socket tells."""

    def __init__(self) -> None:
        self.board = busy_board()
        self.asked: list[dict[str, Any]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        """What `agent` answers, by number."""
        self.reload: Op = lambda _: {"version": "v2", "nodes": 19, "agents": 10}

    def ops(self) -> dict[str, Op]:
        return {
            "ping": lambda _: {"boot": BOOT},
            "status": lambda _: self.board.snapshot(START + 100),
            "agent": self._agent,
            "transfer": self._about_calls,
            "callbacks": self._about_calls,
            "cancel_callback": self._about_calls,
            "reload": lambda args: self.reload(args),  # noqa: PLW0108 - tests exchange it later
        }

    def _about_calls(self, args: dict[str, Any]) -> object:
        self.asked.append(args)
        return self.answers[args.get("call", args.get("callback", ""))]

    def _agent(self, args: dict[str, Any]) -> object:
        self.asked.append(args)
        return self.answers.get(args["number"], {"granted": True, "explanation": ""})


@contextmanager
def playing(socket: Path) -> Iterator[Played]:
    """Serve the socket from a thread of its own."""
    played = Played()
    socket.parent.mkdir(parents=True, exist_ok=True)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        async with ControlServer(socket, played.ops()):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield played
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
