"""Who wants which agent: waiting callers by agent and lane, first come first."""

from acd.assigner import WaitingCall
from acd.line import Line
from telephony.ids import AgentNumber, CallId


class Wants:
    """Only callers with a wish are in here; an agent's list has one line per lane, so no wish is searched for."""

    def __init__(self) -> None:
        self.by_agent: dict[AgentNumber, dict[int, Line[CallId]]] = {}
        """Who is wanted, with a line per lane."""
        self.fresh: dict[CallId, None] = {}
        """Whose wish has not been looked at since they came."""

    def __contains__(self, number: AgentNumber) -> bool:
        return number in self.by_agent

    def add(self, call: WaitingCall, lane: int) -> None:
        """This caller waits."""
        for number in call.wanted:
            line = self.by_agent.setdefault(number, {}).setdefault(lane, Line())
            line.add(call.call, call.entered_at, tie=call.ticket)
        self.fresh[call.call] = None

    def remove(self, call: WaitingCall, lane: int) -> None:
        """This caller waits no longer."""
        for number in dict.fromkeys(call.wanted):
            lanes = self.by_agent[number]
            lanes[lane].discard(call.call)
            if not lanes[lane]:
                del lanes[lane]
            if not lanes:
                del self.by_agent[number]
        self.fresh.pop(call.call, None)

    def heads(self, number: AgentNumber) -> list[tuple[int, tuple[float, int, CallId]]]:
        """The first caller of every lane who wants this agent."""
        lines = self.by_agent[number].items()
        return [(lane, head) for lane, line in lines if (head := line.first()) is not None]

    def take_fresh(self) -> CallId | None:
        """A caller whose wish has not been looked at since he came."""
        fresh = next(iter(self.fresh), None)
        if fresh is not None:
            del self.fresh[fresh]
        return fresh
