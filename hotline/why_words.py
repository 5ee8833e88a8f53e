"""What `hotline why` says: one plain sentence per ring for supervisors, and everybody who was looked at. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from acd.decision import QUEUE_PRIORITY, TRANSFERRED
from acd.explain import Candidate
from hotline.why import RingStory
from telephony.ids import AgentNumber, Topic

TopicName = Callable[[Topic], str]


@dataclass(frozen=True, slots=True)
class Words:
    """One language's."""

    by_call: str
    by_agent: str
    reasons: Mapping[str, str]
    terms: Mapping[str, str]
    removed: Mapping[str, str]
    ended: Mapping[str, str]
    ahead: str
    alone: str
    aged: str
    explored: str
    chosen: str
    lost: str
    out: str
    inexact: str
    no_list: str
    none: str
    kinds: Mapping[str, str]
    """Of transfers."""
    transferred: Mapping[str, str]
    """How transfers ended, beside how rings did."""
    menu: str
    waiting_now: str
    could_now: str
    comma: str
    stop: str


ZH = Words(
    by_call="客户咨询{topic}，等待{wait:.0f}秒后振铃{agent}：{because}",
    by_agent="{agent}空闲后接到这位咨询{topic}、已等待{wait:.0f}秒的客户：{because}",
    reasons={
        "likely": "客户没有说明业务，按其历史咨询推测为{topic}",
        "redialled": "客户刚才排队时挂断又打来，恢复原来的位置",
        "wish1": "客户以前咨询过同类业务，优先业务更熟的坐席",
        "wish2": "客户一天内多次咨询同类业务，优先资深坐席",
        "own agent": "是客户的专属坐席或上次接待的坐席",
        "class": "{name}客户优先{seconds:.0f}秒",
        QUEUE_PRIORITY: "该技能组的客户优先{seconds:.0f}秒",
        f"{QUEUE_PRIORITY} behind": "该技能组的客户延后{seconds:.0f}秒",
        TRANSFERRED: "转接来的客户优先{seconds:.0f}秒",
        "level": "该业务{level}级",
        "idle": "已空闲{seconds:.0f}秒",
        "widened": "排队时间较长或无人达到要求，技能要求放宽到{level}级",
    },
    terms={
        "waited": "等待",
        "idle": "空闲",
        "own agent": "专属",
        "history": "历史",
        "load": "负荷",
        QUEUE_PRIORITY: "技能组",
        TRANSFERRED: "转接",
        "skill": "业务",
    },
    removed={
        "not_certified": "考核未通过",
        "no_skill": "没有该业务技能",
        "level_too_low": "技能等级不够",
        "language": "不会该语言",
        "held_back": "为更合适的坐席再等",
        "unreachable": "话机不在线",
        "resting": "振铃未接，冷却中",
        "signed_off": "未签入",
        "not_ready": "置忙",
        "ringing": "正在振铃",
        "talking": "通话中",
        "on_hold": "保持中",
        "wrap_up": "话后处理",
        "rings_elsewhere": "已在振铃其他坐席",
        "hears_notice": "正在听录音提示",
        "waits_less": "有客户等待更久，不得越过",
    },
    ended={
        "": "振铃中",
        "answered": "已接听",
        "no_answer": "无人接听",
        "busy": "话机忙",
        "rejected": "坐席拒接",
        "unreachable": "话机不可达",
        "cancelled": "已取消",
    },
    ahead="，比第二名{rival}高{margin:.1f}秒",
    alone="，没有其他人选",
    aged="，因为他等得最久",
    explored="，给他积累经验的机会；得分最高的是{rival}，高{behind:.1f}秒",
    chosen="选中",
    lost="落选",
    out="排除",
    inexact="注意：重新推算的结果与当时的记录不一致",
    no_list="当时的名单或价格表已不可用，只显示决策记录",
    none="没有这通电话的记录",
    kinds={"blind": "盲转", "warm": "咨询转"},
    transferred={
        "": "进行中",
        "answered": "由{agent}接听",
        "completed": "由{agent}接手",
        "returned": "对方未接手，回到原坐席",
        "not_reached": "未能接通对方",
        "nobody_free": "无人空闲",
        "caller_left": "客户先挂机",
        "menu": "回到菜单",
        "interrupted": "被中断",
        "abandoned_queued": "客户排队中挂机",
        "abandoned_ringing": "客户在振铃时挂机",
        "timed_out": "等待超时",
        "callback_requested": "客户预约回电",
        "left_by_key": "客户按键离开",
        "rejected_closed": "对方不在服务时间",
        "rejected_full": "对方排满",
        "rejected_no_agents": "对方无人",
    },
    menu="菜单",
    waiting_now="正在{queue}排队，已等待{wait:.0f}秒",
    could_now="现在可以接听的坐席",
    comma="，",
    stop="。",
)

EN = Words(
    by_call="asking about {topic} and after {wait:.0f} s of waiting, the call rang {agent}: {because}",
    by_agent="{agent} became free and got this caller, who asks about {topic} and had waited {wait:.0f} s: {because}",
    reasons={
        "likely": "the caller named no topic, and from earlier calls it is likely {topic}",
        "redialled": "the caller hung up in the line just before and has the old place again",
        "wish1": "the caller asked about the like before, so agents good at it are preferred",
        "wish2": "the caller asked several times within a day, so a senior is preferred",
        "own agent": "it is the caller's own agent, or the one of last time",
        "class": "class {name} is {seconds:.0f} s ahead",
        QUEUE_PRIORITY: "callers of this queue are {seconds:.0f} s ahead",
        f"{QUEUE_PRIORITY} behind": "callers of this queue are {seconds:.0f} s behind",
        TRANSFERRED: "a caller who was passed on is {seconds:.0f} s ahead",
        "level": "level {level} in it",
        "idle": "idle for {seconds:.0f} s",
        "widened": "after a long wait, or for want of anybody else, level {level} is enough",
    },
    terms={key: key for key in ZH.terms},
    removed={
        "not_certified": "not certified",
        "no_skill": "no skill for it",
        "level_too_low": "level too low",
        "language": "does not speak",
        "held_back": "held back for a better agent",
        "unreachable": "phone not registered",
        "resting": "resting after a ring that failed",
        "signed_off": "signed off",
        "not_ready": "not ready",
        "ringing": "ringing",
        "talking": "talking",
        "on_hold": "on hold",
        "wrap_up": "wrap-up",
        "rings_elsewhere": "rings another agent already",
        "hears_notice": "hears the recording notice",
        "waits_less": "somebody waits longer and must not be overtaken",
    },
    ended={
        "": "ringing",
        "answered": "answered",
        "no_answer": "no answer",
        "busy": "busy",
        "rejected": "rejected",
        "unreachable": "unreachable",
        "cancelled": "taken back",
    },
    ahead=", {margin:.1f} s ahead of {rival}",
    alone=", with nobody else to choose",
    aged=", for having waited longest",
    explored=", so that the agent learns; {rival} would have scored {behind:.1f} s more",
    chosen="chosen",
    lost="compared",
    out="out",
    inexact="note: what was reckoned again differs from what was recorded",
    no_list="roster or prices of then are not kept any more; this is the record alone",
    none="nothing is recorded of this call",
    kinds={"blind": "blind transfer", "warm": "transfer after asking"},
    transferred={
        "": "going on",
        "answered": "answered by {agent}",
        "completed": "taken over by {agent}",
        "returned": "not taken, back to the agent",
        "not_reached": "not reached",
        "nobody_free": "nobody was free",
        "caller_left": "the caller hung up first",
        "menu": "back to the menu",
        "interrupted": "interrupted",
        "abandoned_queued": "the caller hung up in the queue",
        "abandoned_ringing": "the caller hung up while it rang",
        "timed_out": "waited too long",
        "callback_requested": "the caller asked to be called back",
        "left_by_key": "the caller left by key",
        "rejected_closed": "the queue was closed",
        "rejected_full": "the queue was full",
        "rejected_no_agents": "nobody was there",
    },
    menu="menu",
    waiting_now="waits in {queue}, for {wait:.0f} s by now",
    could_now="agents who could take it now",
    comma=", ",
    stop=".",
)

WHY_WORDS = {"zh-CN": ZH, "en": EN}


def sentence(told: RingStory, words: Words, topic_name: TopicName) -> str:
    """Why this ring, in one sentence."""
    ring, choice = told.ring, told.ring.choice
    if choice is None:
        return f"{_agent(told, ring.agent)}: {ring.reason}"
    form = words.by_agent if choice.by_agent else words.by_call
    because = words.comma.join(_reasons(told, words, topic_name))
    line = form.format(
        topic=topic_name(choice.topic), wait=choice.wait_s, agent=_agent(told, ring.agent), because=because
    )
    if choice.aged:
        return line + words.aged + words.stop
    if choice.explored:
        rival, behind_s = _agent(told, choice.rival or ""), -(choice.margin_s or 0.0)
        return line + words.explored.format(rival=rival, behind=behind_s) + words.stop
    if choice.rival is None:
        return line + words.alone + words.stop
    rival = _agent(told, choice.rival)
    return line + words.ahead.format(rival=rival, margin=choice.margin_s or 0.0) + words.stop


def _reasons(told: RingStory, words: Words, topic_name: TopicName) -> list[str]:
    choice, note, form = told.ring.choice, told.note, words.reasons
    assert choice is not None
    found = []
    if note is not None and note.likely:
        found.append(form["likely"].format(topic=topic_name(choice.topic)))
    if note is not None and note.wish:
        found.append(form[f"wish{note.wish}"])
    if note is not None and note.redialled:
        found.append(form["redialled"])
    if "own agent" in choice.terms:
        found.append(form["own agent"])
    found += _head_starts(choice.terms, form)
    if told.level is not None:
        found.append(form["level"].format(level=told.level))
    if told.widened:
        found.append(form["widened"].format(level=choice.min_level))
    if not choice.by_agent:
        found.append(form["idle"].format(seconds=choice.idle_s))
    return found


def _head_starts(terms: Mapping[str, float], form: Mapping[str, str]) -> list[str]:
    """By the caller's class, and by his queue."""
    known = {"waited", "idle", "own agent", "skill", QUEUE_PRIORITY, TRANSFERRED}
    found = [form["class"].format(name=name, seconds=term) for name, term in terms.items() if name not in known]
    if by_queue_s := terms.get(QUEUE_PRIORITY):
        key = QUEUE_PRIORITY if by_queue_s > 0 else f"{QUEUE_PRIORITY} behind"
        found.append(form[key].format(seconds=abs(by_queue_s)))
    if transferred_s := terms.get(TRANSFERRED):
        found.append(form[TRANSFERRED].format(seconds=transferred_s))
    return found


def candidate_line(one: Candidate, words: Words, *, name: str, chosen: bool) -> str:
    """One who was looked at: how he fared, and why."""
    if one.removed_by:
        detail = f" {one.detail}" if one.detail else ""
        return f"{name}  {words.out}: {words.removed.get(one.removed_by, one.removed_by)}{detail}"
    terms = " ".join(f"{words.terms.get(term, term)} {seconds:+.1f}" for term, seconds in one.terms.items())
    return f"{name}  {words.chosen if chosen else words.lost} {one.score_s or 0.0:.1f} = {terms}"


def transfer_line(transfer: Mapping[str, object], words: Words) -> str:
    """Who passed the caller on, to whom, and what became of it."""
    to = transfer["to_agent"] or transfer["to_queue"] or words.menu
    outcome = str(transfer["outcome"] or "")
    ended = words.transferred.get(outcome, outcome).format(agent=transfer["answered_by"] or "")
    return f"{words.kinds[str(transfer['kind'])]}  {transfer['agent']} → {to}: {ended}"


def _agent(told: RingStory, number: str) -> str:
    name = (told.names or {}).get(AgentNumber(number), "")
    return f"{number} {name}".strip()
