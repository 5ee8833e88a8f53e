"""The words of `hotline why`, in Chinese and English: for sentences see `why_sentence`."""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.decision import QUEUE_PRIORITY, TRANSFERRED
from acd.verdict import Doubt


@dataclass(frozen=True, slots=True)
class Words:
    """One language's."""

    wants: Mapping[str, str]
    """What the caller wants: `named`, `likely` or, if nobody knows, `somebody`."""
    rung: Mapping[str, str]
    """Who rings after what: `by_call`, `by_agent`, the same for a customer to be called back, and `named`."""
    reasons: Mapping[str, str]
    because: Mapping[str, str]
    """What decided, and who would have been chosen else."""
    terms: Mapping[str, str]
    removed: Mapping[str, str]
    ended: Mapping[str, str]
    doubts: Mapping[str, str]
    """Why the list is not known to be exact."""
    chosen: str
    lost: str
    out: str
    caller: str
    """Another one."""
    none: str
    kinds: Mapping[str, str]
    """Of transfers."""
    transferred: Mapping[str, str]
    """How transfers ended, beside how rings did."""
    menu: str
    waiting_now: str
    callback_now: str
    """Of who has hung up and is to be called back: since when he has his place."""
    callback_in_line: str
    callback_later: str
    callback_never: str
    callback_calling: str
    callback_another: str
    could_now: str
    colon: str
    comma: str
    stop: str


ZH = Words(
    wants={
        "named": "客户咨询{topic}",
        "likely": "客户没有说明业务（按其历史咨询推测为{topic}）",
        "somebody": "客户要求人工服务",
    },
    rung={
        "by_call": "{wants}，等待{wait:.0f}秒后振铃{agent}",
        "by_agent": "{wants}，等待{wait:.0f}秒后{agent}空闲，随即振铃",
        "callback by_call": "{wants}，预约了回电，{wait:.0f}秒后轮到，先预留{agent}再呼叫客户",
        "callback by_agent": "{wants}，预约了回电，{wait:.0f}秒后{agent}空闲，先预留该坐席再呼叫客户",
        "named": "{wants}，由{by}转给{agent}，直接振铃，没有另选坐席",
        "named by somebody": "{wants}，被转给{agent}，直接振铃，没有另选坐席",
        "bare": "振铃{agent}，没有决策记录",
    },
    reasons={
        "passed_on": "由{by}转来",
        "moved": "“{queue}”未能接待，转到“{to}”",
        "skill": "按{topic}技能选人",
        "redialled": "客户刚才排队时挂断又打来，恢复原来的位置",
        "wish1": "客户以前咨询过同类业务，优先业务更熟的坐席",
        "wish2": "客户一天内多次咨询同类业务，优先资深坐席",
        "asked for": "转接时指定了该坐席",
        "own agent": "是客户的专属坐席",
        "last agent": "是上次接待的坐席",
        "class": "{name}客户优先{seconds:.0f}秒",
        "class behind": "{name}客户延后{seconds:.0f}秒",
        QUEUE_PRIORITY: "该技能组的客户优先{seconds:.0f}秒",
        f"{QUEUE_PRIORITY} behind": "该技能组的客户延后{seconds:.0f}秒",
        TRANSFERRED: "转接来的客户优先{seconds:.0f}秒",
        "level": "该坐席{topic}{level}级",
        "idle": "已空闲{seconds:.0f}秒",
        "widened": "排队时间较长或无人达到要求，技能要求放宽到{level}级",
    },
    because={
        "ahead": "比第二名{rival}高{margin:.1f}秒",
        "level": "与{rival}得分相同",
        "alone by_call": "没有其他坐席可选",
        "alone by_agent": "没有其他客户可选",
        "age": "客户等得最久，不得越过",
        "age ahead": "客户等得最久，不得越过，比其后的{rival}多等{margin:.1f}秒",
        "class": "该类客户可越过等待已久的客户",
        "learning": "给该坐席积累经验的机会，得分最高的是{rival}，高{behind:.1f}秒",
        "learning alone": "给该坐席积累经验的机会",
        "recorded": "当时记录比{rival}高{margin:.1f}秒",
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
        "phone_in_use": "话机另有通话",
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
        "unknown": "名单中没有该坐席",
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
    doubts={
        Doubt.NO_RECORD: "所用的分配策略不留决策记录",
        Doubt.NO_ROSTER: "当时的坐席配置已不再保存，只显示决策记录",
        Doubt.NO_PRICES: "当时的价格表已不再保存，只显示决策记录",
        Doubt.NO_CALLER: "日志中没有这位客户当时的排队位置，只显示决策记录",
        Doubt.REMOVED: "注意：按日志重新推算，当时选中的一方本应排除",
        Doubt.SCORE: "注意：重新推算的得分与当时的记录不一致",
        Doubt.BETTER: "注意：重新推算时另有得分更高者",
        Doubt.AGE: "注意：重新推算时，是否有人等待过久与当时的记录不一致",
        Doubt.RIVAL: "注意：重新推算的次选与当时的记录不一致",
    },
    chosen="选中",
    lost="落选",
    out="排除",
    caller="来电{call}",
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
    waiting_now="正在{queue}排队第{position}位，已等待{wait:.0f}秒",
    callback_now="已挂机，等候{queue}回电（{id}），自{since}保留位置，已等待{wait:.0f}秒，{expires}过期",
    callback_in_line="排在第{position}位，轮到时先预留坐席再呼叫客户",
    callback_later="已呼叫{tries}次，{again}起重新排队",
    callback_never="技能组不再开放，不会呼叫",
    callback_calling="正在呼叫客户（第{tries}次），已预留{agent}",
    callback_another="正在呼叫客户（第{tries}次），原预留的坐席已离开，正为其另选坐席",
    could_now="现在可以接听的坐席",
    colon="：",
    comma="，",
    stop="。",
)

EN = Words(
    wants={
        "named": "The caller asked about {topic}",
        "likely": "The caller named no topic, from earlier calls {topic} is likely",
        "somebody": "The caller asked for somebody to talk to",
    },
    rung={
        "by_call": "{wants}; after {wait:.0f} s of waiting {agent} was rung",
        "by_agent": "{wants}; after {wait:.0f} s of waiting {agent} became free and was rung",
        "callback by_call": "{wants}; a call-back was asked for, and after {wait:.0f} s {agent} was kept free and "
        "then the customer called",
        "callback by_agent": "{wants}; a call-back was asked for, and after {wait:.0f} s {agent} became free, "
        "was kept free and then the customer called",
        "named": "{wants}; {by} passed the call on to {agent}, who was rung at once, and nobody was chosen",
        "named by somebody": "{wants}; the call was passed on to {agent}, who was rung at once, and nobody was chosen",
        "bare": "{agent} was rung, without a record of why",
    },
    reasons={
        "passed_on": "passed on by {by}",
        "moved": "“{queue}” could not take the caller, “{to}” did",
        "skill": "agents are compared by their skill in {topic}",
        "redialled": "the caller hung up in the line just before and has the old place again",
        "wish1": "the caller asked about the like before, so agents good at it are preferred",
        "wish2": "the caller asked several times within a day, so a senior is preferred",
        "asked for": "the transfer named this agent",
        "own agent": "this is the caller's own agent",
        "last agent": "this is the agent of last time",
        "class": "callers of class {name} are {seconds:.0f} s ahead",
        "class behind": "callers of class {name} are {seconds:.0f} s behind",
        QUEUE_PRIORITY: "callers of this queue are {seconds:.0f} s ahead",
        f"{QUEUE_PRIORITY} behind": "callers of this queue are {seconds:.0f} s behind",
        TRANSFERRED: "callers who were passed on are {seconds:.0f} s ahead",
        "level": "the agent's level in {topic} is {level}",
        "idle": "idle for {seconds:.0f} s",
        "widened": "after a long wait, or for want of anybody else, level {level} is enough",
    },
    because={
        "ahead": "{margin:.1f} s ahead of {rival}, who comes second",
        "level": "level with {rival}",
        "alone by_call": "there was no other agent to choose",
        "alone by_agent": "there was no other caller to choose",
        "age": "the caller had waited longest and must not be overtaken",
        "age ahead": "the caller had waited longest and must not be overtaken, {margin:.1f} s longer than {rival}, who "
        "comes next",
        "class": "callers of this class may overtake those who have waited long",
        "learning": "so that the agent learns, {rival} would have scored {behind:.1f} s more",
        "learning alone": "so that the agent learns",
        "recorded": "by the record {margin:.1f} s ahead of {rival}",
    },
    terms={key: key for key in ZH.terms},
    removed={
        "not_certified": "not certified",
        "no_skill": "no skill for it",
        "level_too_low": "level too low",
        "language": "does not speak",
        "held_back": "held back for a better agent",
        "unreachable": "phone not registered",
        "phone_in_use": "phone in use outside the hotline",
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
        "unknown": "not in the roster",
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
    doubts={
        Doubt.NO_RECORD: "the policy in use keeps no record of decisions",
        Doubt.NO_ROSTER: "the agents file of then is not kept any more; this is the record alone",
        Doubt.NO_PRICES: "the prices of then are not kept any more; this is the record alone",
        Doubt.NO_CALLER: "the caller's place of then is not in the journal; this is the record alone",
        Doubt.REMOVED: "note: reckoned again from the journal, the one who was chosen would have been out",
        Doubt.SCORE: "note: the score comes out otherwise than recorded",
        Doubt.BETTER: "note: reckoned again, another scores more",
        Doubt.AGE: "note: whether anybody had waited too long to be overtaken comes out otherwise than recorded",
        Doubt.RIVAL: "note: the runner-up comes out otherwise than recorded",
    },
    chosen="chosen",
    lost="compared",
    out="out",
    caller="call {call}",
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
    waiting_now="waits in {queue}, place {position}, for {wait:.0f} s by now",
    callback_now="has hung up and is to be called back by {queue} ({id}): the place kept is of {since}, {wait:.0f} s "
    "ago, until {expires}",
    callback_in_line="place {position}; when it is the customer's turn an agent is kept free and the customer called",
    callback_later="called {tries} times; in line again from {again}",
    callback_never="the queue does not open any more, so nobody will call",
    callback_calling="the customer is being called (try {tries}), and {agent} is kept free",
    callback_another="the customer is being called (try {tries}); the agent kept free has left, another is looked for",
    could_now="agents who could take it now",
    colon=": ",
    comma=", ",
    stop=".",
)

WHY_WORDS = {"zh-CN": ZH, "en": EN}
