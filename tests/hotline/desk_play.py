"""A caller in a talk that may be passed on, for the desks that do so."""

from pathlib import Path

from hotline.asterisk.orders import AgiEnded, CodePressed, CommandDone, LegKey
from hotline.asterisk.translate import Arrival
from ivr.conversation import Phase
from telephony import events as e
from telephony.commands import AgentState
from telephony.ids import AgentNumber, CallId
from tests.hotline.engine_play import Play

CALL, TRUNK, LEG = "1.1", "PJSIP/trunk-1.1", "PJSIP/8003-9"
COLLEAGUE = "PJSIP/8002-5"


class Desk(Play):
    """A caller at 提前还款 who talks to 8003; 8002 is free."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path, edits={"name: 贷款咨询专席": 'name: 贷款咨询专席\n    extension: "7001"'})
        self.sign_in("8003")
        self.arrive()
        self.press("220")
        assert self.answer() == "8003"
        self.sign_in("8002")

    @property
    def phase(self) -> Phase:
        return self.engine.lines[CallId(CALL)].conversation.phase

    def state(self, number: str) -> AgentState | None:
        return self.engine.distributor.agent_state(AgentNumber(number))

    def ask(self, to: str, *, consult: bool = False) -> str:
        why = self.engine.transfers.ask(CallId(CALL), to, consult=consult)
        self.engine.post()
        return why

    def caller_is_back(self, extension: str = "95001") -> None:
        self.tell(AgiEnded())
        self.engine.report(Arrival(CallId(CALL), TRUNK, "hotline", extension, "13800138000", ""))

    def agent_is_here(self) -> None:
        self.engine.report(Arrival(CallId(CALL), LEG, "consult", "8003", "8003", ""))

    def colleague_is_here(self, call: str = "") -> None:
        asked = self.actions("Originate")[-1]["ChannelId"]
        self.engine.report(Arrival(CallId(call or asked), COLLEAGUE, "consult", "8002", "8002", ""))

    def parted(self, to: str | None = "8002") -> None:
        """Both are with us: by order, or by code."""
        if to is not None:
            assert self.ask(to, consult=True) == ""
        else:
            self.tell(CodePressed(LEG, consult=True))
        self.caller_is_back()
        self.agent_is_here()

    def enters(self, keys: str) -> None:
        for key in keys:
            self.tell(LegKey(LEG, key))

    def said_to_agent(self) -> str:
        return self.running(f"{CALL}~8003")

    def agent_prompt_ends(self) -> None:
        session = self.engine.handovers.session(CallId(f"{CALL}~8003"))
        assert session is not None
        action = next(
            a for a in reversed(self.link.sent) if a.name == "AGI" and "~8003-" in dict(a.fields)["CommandID"]
        )
        self.tell(CommandDone(dict(action.fields)["CommandID"], failed=False))

    def transferred(self) -> list[e.CallTransferred]:
        return [fact for fact in self.journal.facts if isinstance(fact, e.CallTransferred)]

    def queued(self) -> e.CallQueued:
        return [fact for fact in self.journal.facts if isinstance(fact, e.CallQueued)][-1]
