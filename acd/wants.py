"""Who wants which agent: waiting callers by agent and lane, first come first."""

from bisect import bisect_left, insort

from acd.lineup import Caller
from telephony.ids import AgentNumber, CallId


class Wants:
    """Only callers with a wish are in here; an agent's list has one line per lane, so no wish is searched for."""

    def __init__(self) -> None:
        self.by_agent: dict[AgentNumber, dict[int, list[Caller]]] = {}
        """Who is wanted, with a line per lane, none of them empty."""
        self.fresh: dict[CallId, None] = {}
        """Whose wish has not been looked at since they came."""

    def add(self, caller: Caller) -> None:
        """This caller waits."""
        for number in dict.fromkeys(caller[3].wanted):
            insort(self.by_agent.setdefault(number, {}).setdefault(caller[4], []), caller)
        self.fresh[caller[2]] = None

    def remove(self, caller: Caller) -> None:
        """This caller waits no longer."""
        lane = caller[4]
        for number in dict.fromkeys(caller[3].wanted):
            lanes = self.by_agent[number]
            line = lanes[lane]
            if len(line) > 1:
                del line[bisect_left(line, caller)]
            elif len(lanes) > 1:
                del lanes[lane]
            else:
                del self.by_agent[number]
        self.fresh.pop(caller[2], None)

    def heads(self, number: AgentNumber, lanes: int) -> list[Caller]:
        """The first caller of each of these lanes who wants this agent."""
        return [line[0] for lane, line in self.by_agent[number].items() if lanes >> lane & 1]

    def take_fresh(self) -> CallId | None:
        """A caller whose wish has not been looked at since he came."""
        fresh = next(iter(self.fresh), None)
        if fresh is not None:
            del self.fresh[fresh]
        return fresh
