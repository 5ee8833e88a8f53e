"""What the hotline says by itself, complete in Mandarin and in English; `menus.yaml` overrides any of it."""

from ivr.menu import Phrases
from telephony.events import AgentWish
from telephony.prompt import BargeIn, Prompt, Say

PLACEHOLDERS: dict[str, frozenset[str]] = {
    "position": frozenset({"n"}),
    "expected_wait": frozenset({"low", "high"}),
    "agent_number": frozenset({"n"}),
    "generated_option": frozenset({"name", "key"}),
    "confirm": frozenset({"name"}),
    "confirm_everywhere": frozenset({"name"}),
}
"""The phrases that are templates, each with everything it must and may contain in braces."""

MUST_BE_HEARD = frozenset({"recording_notice"})
"""Phrases that no key cuts short."""

IN_THE_MENU = frozenset(
    {"no_input", "no_match", "at_top", "invite", "not_heard", "not_understood", "yes_or_no", "not_that", "use_keys"}
)
"""Phrases said while the caller may speak: his voice stops them, as any key does."""


def _say(text: str, barge_in: BargeIn = BargeIn.KEY) -> Prompt:
    return Prompt((Say(text),), barge_in)


def _spoken(text: str) -> Prompt:
    return _say(text, BargeIn.SPEECH)


MANDARIN = Phrases(
    no_input=(
        _spoken("您好，我没有收到您的按键。"),
        _spoken("请直接按数字键选择需要的服务，需要人工服务请按0。"),
        _spoken("还是没有收到您的按键，请再选择一次。"),
    ),
    no_match=(
        _spoken("抱歉，没有这个选项。"),
        _spoken("您的选择不在列表中，请听完提示后再按键，需要人工服务请按0。"),
        _spoken("还是没有找到这个选项，请再选择一次。"),
    ),
    at_top=_spoken("您已经在主菜单了。"),
    invite=_spoken("您可以直接说出需要的业务，也可以按键选择。"),
    not_heard=(
        _spoken("您好，我没有听到您的声音。"),
        _spoken("请直接说出需要的业务，或者按数字键选择，需要人工服务请说人工。"),
        _spoken("还是没有听到您的声音，请再说一次，或者按键选择。"),
    ),
    not_understood=(
        _spoken("抱歉，我没有听明白，请再说一遍。"),
        _spoken("请用简短的话说出需要的业务，或者按数字键选择，需要人工服务请说人工。"),
        _spoken("还是没有听明白，请再说一次，或者按键选择。"),
    ),
    confirm="您是要办理{name}吗？",
    confirm_everywhere="您是要{name}吗？",
    yes_or_no=_spoken("请说是或者不是；也可以按键，是请按1，不是请按2。"),
    not_that=(_spoken("好的，请再说一遍您需要的业务，也可以按键选择。"),),
    use_keys=_spoken("抱歉，暂时不能使用语音，请按键选择。"),
    to_agent=_say("正在为您转接人工服务，请稍候。"),
    recording_notice=_say("为了保证服务质量，您的通话将被录音。", BargeIn.OFF),
    after_failures=_say("抱歉没能帮到您，现在为您转接人工服务。"),
    closed=_say(
        "您好，现在不在人工服务时间内。您可以登录官方网站或手机App自助办理业务，也可以在服务时间内再次来电。感谢您的来电，再见。"
    ),
    no_agents=_say(
        "非常抱歉，目前没有客服代表可以接听您的来电。您可以登录官方网站或手机App，通过在线客服办理业务，也可以稍后再拨。感谢您的理解，再见。"
    ),
    queue_full=_say(
        "非常抱歉，当前来电较多，排队人数已满。您可以通过官方网站或手机App的在线客服办理业务，也可以稍后再拨。感谢您的理解，再见。"
    ),
    timed_out=_say(
        "让您久等了，非常抱歉，客服代表仍在忙线中。您可以通过官方网站或手机App的在线客服办理业务，也可以稍后再拨。感谢您的理解，再见。"
    ),
    still_waiting=_say("客服代表正在忙线中，请您继续稍候，我们会尽快为您接通。"),
    position="您前面还有{n}位客户在等待，请稍候。",
    expected_wait="预计还需要等待{low}到{high}分钟。",
    next_in_line=_say("下一位就为您接通，请不要挂机。"),
    goodbye=_say("感谢您的来电，再见。"),
    after_talk=_say("本次人工服务已结束，感谢您的来电，再见。"),
    survey=_say("本次人工服务已结束。我们可能会以短信邀请您评价本次服务，感谢您的来电，再见。"),
    callback_offer=_say("如需我们稍后给您回电，请按1，您的排队位置会保留。"),
    callback_nobody=_say("非常抱歉，现在无法为您接通客服代表。如需我们给您回电，请按1。"),
    callback_will_call=_say("我们将拨打您的号码："),
    callback_confirm=_say("确认请按1，更换号码请按2，取消请按星号。"),
    callback_number=_say("请输入您的手机号，或带区号的固定电话，按井号键结束。取消请按星号。"),
    callback_not_callable=_say("这个号码无法回拨。"),
    callback_registered=_say("已为您登记回电，请保持电话畅通，感谢您的来电，再见。"),
    callback_greeting=_say("您好，这里是您预约的客服回电，马上为您接通客服代表。"),
    transfer_number=_say("请输入工号或技能组号码，按井号键结束。"),
    transfer_failed=_say("未能接通，请继续与客户通话。"),
    error=_say("非常抱歉，系统出了一点问题，现在为您转接人工服务。"),
    emergency=_say("非常抱歉，系统正在维护，请您在线稍候，我们会尽快恢复服务。"),
    busy_line=_say("非常抱歉，当前线路繁忙，请您稍后再拨。"),
    agent_number="工号{n}为您服务。",
    feature={
        AgentWish.SIGN_IN.value: _say("签入成功。"),
        AgentWish.SIGN_OFF.value: _say("签出成功，辛苦了。"),
        AgentWish.READY.value: _say("已置闲。"),
        AgentWish.NOT_READY.value: _say("已置忙。"),
        AgentWish.EXTEND_WRAP_UP.value: _say("话后处理时间已延长。"),
        "refused": _say("当前状态下不能进行此操作。"),
        "unknown_code": _say("没有这个功能码，请核对后再拨。"),
    },
)

ENGLISH = Phrases(
    no_input=(
        _spoken("I did not hear a key."),
        _spoken("Please choose by pressing a number. For a person, press 0."),
        _spoken("I still did not hear a key. Please choose once more."),
    ),
    no_match=(
        _spoken("Sorry, that is not one of the choices."),
        _spoken("That is not one of the choices. Please listen first, then press a key. For a person, press 0."),
        _spoken("I could not find that choice either. Please choose once more."),
    ),
    at_top=_spoken("You are at the main menu."),
    invite=_spoken("You can simply say what you need, or press a key."),
    not_heard=(
        _spoken("I did not hear you."),
        _spoken("Please say what you need, or press a number. For a person, say agent."),
        _spoken("I still did not hear you. Please say it once more, or press a key."),
    ),
    not_understood=(
        _spoken("Sorry, I did not understand. Please say that again."),
        _spoken("Please say in a few words what you need, or press a number. For a person, say agent."),
        _spoken("I could not understand that either. Please say it once more, or press a key."),
    ),
    confirm="Do you want {name}?",
    confirm_everywhere="Do you want {name}?",
    yes_or_no=_spoken("Please say yes or no. You can also press 1 for yes, or 2 for no."),
    not_that=(_spoken("All right. Please tell me again what you need, or press a key."),),
    use_keys=_spoken("Sorry, I can not understand speech at the moment. Please press a key."),
    to_agent=_say("I am connecting you to a person. One moment, please."),
    recording_notice=_say("To help us improve our service, this call will be recorded.", BargeIn.OFF),
    after_failures=_say("Sorry I could not help you. I am connecting you to a person now."),
    closed=_say(
        "Thank you for calling. Our agents are not available at this time. "
        "You can use our website or app at any time, or call again during opening hours. Goodbye."
    ),
    no_agents=_say(
        "I am very sorry, nobody is available to take your call. "
        "Please use the chat on our website or in our app, or call again later. Goodbye."
    ),
    queue_full=_say(
        "I am very sorry, too many callers are waiting at the moment. "
        "Please use the chat on our website or in our app, or call again later. Goodbye."
    ),
    timed_out=_say(
        "I am very sorry that you waited so long; everybody is still busy. "
        "Please use the chat on our website or in our app, or call again later. Goodbye."
    ),
    still_waiting=_say("Everybody is still busy. Please hold the line; we will be with you as soon as we can."),
    position="Callers ahead of you: {n}. Please hold the line.",
    expected_wait="The expected wait is {low} to {high} minutes.",
    next_in_line=_say("You are next in line. Please do not hang up."),
    goodbye=_say("Thank you for calling. Goodbye."),
    after_talk=_say("Your conversation has ended. Thank you for calling. Goodbye."),
    survey=_say(
        "Your conversation has ended. We may ask you by text message to rate it. Thank you for calling. Goodbye."
    ),
    callback_offer=_say("To be called back instead, press 1. You will keep your place."),
    callback_nobody=_say("I am very sorry, nobody can take your call now. To be called back, press 1."),
    callback_will_call=_say("We will call you at this number:"),
    callback_confirm=_say("To confirm, press 1. For another number, press 2. To cancel, press star."),
    callback_number=_say("Enter your mobile number, or a landline with its area code, then press hash. Star cancels."),
    callback_not_callable=_say("We can not call that number."),
    callback_registered=_say("We will call you back. Thank you for calling. Goodbye."),
    callback_greeting=_say("Hello, this is the call you asked for. I am connecting you to a person now."),
    transfer_number=_say("Enter the number of an agent or a queue, then press hash."),
    transfer_failed=_say("The transfer failed. Please go on with the caller."),
    error=_say("I am very sorry, something went wrong. I am connecting you to a person now."),
    emergency=_say("I am very sorry, our system is being repaired. Please hold the line; we will be back shortly."),
    busy_line=_say("I am very sorry, all our lines are busy. Please call again later."),
    agent_number="You are speaking with agent {n}.",
    feature={
        AgentWish.SIGN_IN.value: _say("You are signed in."),
        AgentWish.SIGN_OFF.value: _say("You are signed off."),
        AgentWish.READY.value: _say("You are ready."),
        AgentWish.NOT_READY.value: _say("You are not ready."),
        AgentWish.EXTEND_WRAP_UP.value: _say("Your wrap-up time is extended."),
        "refused": _say("That is not possible right now."),
        "unknown_code": _say("There is no such code."),
    },
    generated_option="For {name}, press {key}",
    generated_back="to go back, press star",
    generated_agent="for a person, press 0",
    generated_repeat="to hear this again, press 9",
)

PHRASES: dict[str, Phrases] = {"zh-CN": MANDARIN, "en": ENGLISH}
"""By language."""

SEPARATORS: dict[str, tuple[str, str]] = {"zh-CN": ("，", "。"), "en": (", ", ".")}
"""Between generated options, and after the last."""
