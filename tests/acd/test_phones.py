from acd.phones import SETTLE_S, Phones
from telephony.events import PhonesSeen, PhoneUse
from telephony.ids import AgentNumber

ONE, TWO = AgentNumber("8001"), AgentNumber("8002")
IDLE, RINGING, IN_USE = PhoneUse.IDLE, PhoneUse.RINGING, PhoneUse.IN_USE


def seen(use: PhoneUse, number: AgentNumber = ONE, *, listed: bool = False) -> PhonesSeen:
    return PhonesSeen({number: use}, 90.0, listed)


def listed(use: PhoneUse) -> PhonesSeen:
    return seen(use, listed=True)


def test_a_change_is_told_once_and_only_of_phones_that_are_in_use() -> None:
    phones = Phones()
    assert phones.hear(seen(IDLE), 1.0) == []
    assert phones.hear(seen(RINGING), 2.0) == [ONE]
    assert phones.hear(seen(IN_USE), 3.0) == [ONE]
    assert phones.hear(listed(IN_USE), 4.0) == []
    assert phones.use_of(ONE) is IN_USE
    assert phones.hear(seen(PhoneUse.ON_HOLD), 5.0) == [ONE]
    assert phones.hear(seen(IDLE), 6.0) == [ONE]
    assert phones.use_of(ONE) is None
    assert phones.deadline is None


def test_what_a_list_does_not_mention_and_what_asterisk_does_not_know_is_not_known() -> None:
    phones = Phones()
    phones.hear(seen(IN_USE), 1.0)
    assert phones.hear(seen(IN_USE, TWO), 1.0) == [TWO], "a change says nothing of others"
    assert phones.hear(PhonesSeen({TWO: IN_USE}, 90.0, listed=True), 2.0) == [ONE]
    assert phones.hear(seen(PhoneUse.UNKNOWN, TWO), 3.0) == [TWO]
    assert (phones.use_of(ONE), phones.use_of(TWO), phones.deadline) == (None, None, None)


def test_a_hint_that_is_not_heard_again_is_believed_no_longer() -> None:
    phones = Phones()
    phones.hear(seen(IN_USE), 1.0)
    phones.hear(listed(IN_USE), 31.0)
    assert phones.deadline == 121.0
    assert phones.expire(120.0) == []
    assert phones.expire(121.0) == [ONE]
    assert phones.use_of(ONE) is None


def test_what_a_phone_was_in_use_for_ends_with_our_call() -> None:
    phones = Phones()
    phones.follow(ONE, 1.0, engaged=True)
    phones.hear(seen(IN_USE), 1.1)
    phones.follow(ONE, 50.0, engaged=False)
    assert phones.use_of(ONE) is None
    late = 50.0 + SETTLE_S
    assert phones.hear(seen(IN_USE), late - 0.1) == [], "told late: it is our call still"
    assert phones.hear(listed(IN_USE), late) == [ONE]
    phones.follow(ONE, late, engaged=False)
    assert phones.use_of(ONE) is IN_USE, "no call of ours has ended"


def test_an_idle_phone_stays_known_when_our_call_ends() -> None:
    phones = Phones()
    phones.follow(ONE, 1.0, engaged=True)
    phones.hear(listed(IDLE), 10.0)
    phones.follow(ONE, 20.0, engaged=False)
    phones.hear(listed(IDLE), 40.0)
    assert phones.idle_s(ONE, 5.0) == 30.0


def test_only_two_lists_in_a_row_say_that_a_phone_is_idle() -> None:
    phones = Phones()
    assert phones.idle_s(ONE, 0.0) is None
    phones.hear(seen(IN_USE), 0.0)
    assert phones.idle_s(ONE, 0.0) is None
    phones.hear(seen(IDLE), 5.0)
    assert phones.idle_s(ONE, 0.0) is None, "no list"
    phones.hear(listed(IDLE), 30.0)
    assert phones.idle_s(ONE, 0.0) is None, "one list"
    phones.hear(listed(IDLE), 60.0)
    assert phones.idle_s(ONE, 0.0) == 55.0, "since it was heard first"
    assert phones.idle_s(ONE, 20.0) == 40.0, "since our call began"
    assert phones.idle_s(ONE, 31.0) is None, "one list since our call began"
    phones.hear(seen(RINGING), 61.0)
    phones.hear(listed(IDLE), 90.0)
    assert phones.idle_s(ONE, 0.0) is None, "it was used in between"


def test_who_left_leaves_nothing_behind() -> None:
    phones = Phones()
    phones.follow(ONE, 1.0, engaged=True)
    phones.follow(ONE, 2.0, engaged=False)
    phones.follow(ONE, 2.5, engaged=True)
    phones.hear(seen(IN_USE), 5.0)
    phones.leave(ONE)
    assert (phones.use_of(ONE), phones.deadline) == (None, None)
    phones.follow(ONE, 6.0, engaged=False)
    assert phones.hear(seen(IN_USE), 3.0) == [ONE], "nobody parted"
