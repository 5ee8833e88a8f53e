"""Small worlds for tests: a menu in a few lines."""

from dataclasses import replace

from ivr.menu import ROOT, Entry, Menu, Node, Phrases, Timing
from telephony.commands import (
    EnterNode,
    EnterQueue,
    HangUp,
    LeaveQueue,
    Listen,
    OfferCall,
    PlayMusic,
    PlayPrompt,
    RefuseCall,
    RingAgent,
    StopListening,
    StopPrompt,
    TellPlace,
)
from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallArrived,
    CallEnded,
    DigitBegan,
    DigitPressed,
    Outcome,
    PromptEnded,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
)
from telephony.hours import Hours
from telephony.ids import AgentNumber, CallId, NodeId, QueueId, Topic
from telephony.prompt import BargeIn, Prompt, Say
from telephony.speech import SpeechFailed, SpeechHeard, SpeechStarted, SpeechStopped
from telephony.wish import Answered, Everywhere, NotUnderstood, Understood, Unheard, Unsure, Wish

CALL = CallId("1700000000.1")


def say(text: str, barge_in: BargeIn = BargeIn.KEY) -> Prompt:
    """A prompt of one phrase."""
    return Prompt((Say(text),), barge_in)


def insist(text: str) -> Prompt:
    """A prompt no key stops."""
    return say(text, BargeIn.OFF)


def heard(text: str) -> Prompt:
    """A prompt that the caller's voice stops."""
    return say(text, BargeIn.SPEECH)


PHRASES = Phrases(
    no_input=(say("没有收到按键"), say("请按数字键")),
    no_match=(say("没有这个选项"), say("请听完再按")),
    at_top=say("已经在主菜单"),
    invite=heard("请直接说"),
    not_heard=(heard("没有听到声音"), heard("请说话或按键")),
    not_understood=(heard("没有听明白"), heard("请简短地说")),
    confirm="您是要办理{name}吗？",
    confirm_everywhere="您是要{name}吗？",
    yes_or_no=heard("是请按1，不是请按2"),
    not_that=(heard("好的，请再说一遍"),),
    use_keys=heard("不能使用语音，请按键"),
    to_agent=say("正在转接人工"),
    recording_notice=insist("通话将被录音"),
    after_failures=say("没能帮到您，为您转人工"),
    closed=say("现在是休息时间"),
    no_agents=say("没有坐席"),
    queue_full=say("排队已满"),
    timed_out=say("让您久等了"),
    still_waiting=say("请继续稍候"),
    position="您前面还有{n}位。",
    expected_wait="预计{low}到{high}分钟。",
    next_in_line=say("下一位就是您。"),
    goodbye=say("再见"),
    after_talk=say("人工服务已结束"),
    survey=say("请评价"),
    callback_offer=say("回电请按1"),
    callback_nobody=say("没有坐席，回电请按1"),
    callback_will_call=say("将拨打"),
    callback_confirm=say("确认按1"),
    callback_number=say("请输入电话"),
    callback_not_callable=say("不能回拨"),
    callback_registered=say("已登记回电"),
    callback_greeting=say("预约的回电"),
    transfer_number=say("请输入号码"),
    transfer_failed=say("转接失败"),
    error=say("系统出了问题，为您转人工"),
    emergency=say("系统维护"),
    busy_line=say("线路繁忙"),
    agent_number="工号{n}",
    feature={},
)
"""Short, each unlike the others."""


def node(
    name: str, *, choices: dict[str, str] | None = None, say: Prompt | None = None, queue: str | None = None
) -> Node:
    """A node by its id; a menu's options are spoken as `name?`."""
    return Node(
        NodeId(name),
        name,
        None if name == ROOT else NodeId(name.rpartition(".")[0] or ROOT),
        {key: NodeId(child) for key, child in (choices or {}).items()},
        say=say,
        options=Prompt((Say(f"{name}?"),)) if choices else None,
        queue=QueueId(queue) if queue else None,
    )


def menu(*nodes: Node, timing: Timing | None = None, phrases: Phrases = PHRASES) -> Menu:
    """A menu of these nodes; callers enter at the root and are greeted."""
    return Menu(
        {one.id: one for one in nodes},
        {},
        phrases,
        timing or Timing(),
        Hours.always(),
        QueueId("general"),
        Entry("95001", ROOT, "客服热线", greeting=say("您好")),
    )


WELCOME = say("欢迎致电")
EARLY = say("提前还款可以在App办理")

MENU = menu(
    node("main", choices={"1": "loan", "2": "repayment", "3": "complaint", "4": "more"}, say=WELCOME),
    node("loan", choices={"1": "loan.amount"}, say=insist("贷款有风险"), queue="loan"),
    replace(node("loan.amount", say=say("额度在App查询"), queue="loan"), topic=Topic("limits")),
    node("repayment", choices={"1": "repayment.ways", "2": "repayment.early"}, queue="repayment"),
    node("repayment.ways", queue="repayment"),
    node("repayment.early", say=EARLY, queue="repayment"),
    node("complaint", queue="complaint"),
    node("more", choices={"1": "more.one", "11": "more.eleven", "2": "more.two", "333": "more.three"}),
    node("more.one", say=say("一")),
    node("more.eleven", say=say("十一")),
    node("more.two", say=say("二")),
    node("more.three", say=say("三三三")),
)
"""Menus and leaves of every kind: with and without text, with and without a queue, of one key or several."""


def _spoken(tree: Menu) -> Menu:
    """The same with options that the voice stops."""
    return replace(
        tree,
        nodes={
            one.id: replace(one, options=one.options and replace(one.options, barge_in=BargeIn.SPEECH))
            for one in tree.nodes.values()
        },
    )


SPOKEN_MENU = _spoken(
    menu(
        node("main", choices={"1": "loan", "2": "repayment"}, say=heard("欢迎致电")),
        node("loan", choices={"1": "loan.amount"}, say=insist("贷款有风险"), queue="loan"),
        node("loan.amount", say=heard("额度在App查询"), queue="loan"),
        node("repayment", choices={"1": "repayment.ways", "2": "repayment.early"}, say=say("还款"), queue="repayment"),
        node("repayment.ways", queue="repayment"),
        node("repayment.early", say=say("提前还款可以在App办理", BargeIn.HOTWORD), queue="repayment"),
    )
)
"""A menu that can be spoken to, with prompts of every kind of barge-in."""

ENTRY = MENU.fallback_entry
"""Dialled by everybody."""


def play(number: int, what: Prompt | str) -> PlayPrompt:
    """The order to play this prompt of the test call; text stands for a prompt that any key stops."""
    return PlayPrompt(CALL, number, say(what) if isinstance(what, str) else what)


def go_on(number: int, what: Prompt | str, *, after: int) -> PlayPrompt:
    """The order to play a prompt on from where it was stopped under another number."""
    return replace(play(number, what), resumes=after)


def listen(number: int, node_id: str, *, asks: bool = False, fresh: bool = False) -> Listen:
    """The order to listen to the test call."""
    return Listen(CALL, number, NodeId(node_id), asks=asks, fresh=fresh)


def understood(number: int, wish: str | Everywhere) -> SpeechHeard:
    """The test call said this, and it is clear."""
    return SpeechHeard(CALL, number, Understood(_wish(wish)))


def unsure(number: int, wish: str | Everywhere) -> SpeechHeard:
    """The test call said something like this."""
    return SpeechHeard(CALL, number, Unsure(_wish(wish)))


def not_understood(number: int, why: Unheard = Unheard.UNKNOWN) -> SpeechHeard:
    """The test call said something else, or nothing."""
    return SpeechHeard(CALL, number, NotUnderstood(why))


def answered(number: int, *, yes: bool) -> SpeechHeard:
    """The test call said yes or no."""
    return SpeechHeard(CALL, number, Answered(yes))


def _wish(wish: str | Everywhere) -> Wish:
    return Wish(everywhere=wish) if isinstance(wish, Everywhere) else Wish(NodeId(wish))


def ended(number: int, *, completed: bool = True) -> PromptEnded:
    """The end of one prompt by its number, be it the current one or old news."""
    return PromptEnded(CALL, number, completed=completed)


def key(digit: str) -> DigitPressed:
    """A key of the test call."""
    return DigitPressed(CALL, digit)


ARRIVED = CallArrived(CALL, "95001", "13800138000")
KEY_DOWN = DigitBegan(CALL)
STOP = StopPrompt(CALL)
HANG_UP = HangUp(CALL)
GONE = CallEnded(CALL, 16)
SOUND, SILENCE = SpeechStarted(CALL), SpeechStopped(CALL)
DEAF = StopListening(CALL)
SPEECH_LOST = SpeechFailed(CALL)


def at(node_id: str) -> EnterNode:
    """The order that notes where the test call is."""
    return EnterNode(CALL, NodeId(node_id))


def queue_up(queue: str, topic: str) -> EnterQueue:
    """The order that asks for an agent for the test call."""
    return EnterQueue(CALL, QueueId(queue), Topic(topic))


AGENT, OTHER_AGENT = AgentNumber("8001"), AgentNumber("8002")
OFFER = OfferCall(CALL)
MUSIC = PlayMusic(CALL)
RINGS = AgentRinging(CALL, AGENT)
UNANSWERED = RingEnded(CALL, AGENT, RingOutcome.NO_ANSWER)
TAKEN_BACK = RingEnded(CALL, AGENT, RingOutcome.CANCELLED)
ANSWERED = AgentAnswered(CALL, AGENT)
AGENT_HUNG_UP = TalkEnded(CALL, AGENT, TalkEndedBy.AGENT)


def ring(agent: AgentNumber = AGENT, timeout_s: float = 20.0) -> RingAgent:
    """The distributor's order to ring an agent for the test call."""
    return RingAgent(CALL, agent, QueueId("general"), timeout_s, "longest idle")


def tell_place(position: int, wait_s: tuple[float, float] | None = None) -> TellPlace:
    """The distributor's order to tell the test call its place."""
    return TellPlace(CALL, position, wait_s)


def leave(outcome: Outcome = Outcome.LEFT_BY_KEY) -> LeaveQueue:
    """The order that takes the test call out of its queue."""
    return LeaveQueue(CALL, outcome)


def refuse(outcome: Outcome) -> RefuseCall:
    """The distributor's refusal of the test call."""
    return RefuseCall(CALL, outcome)
