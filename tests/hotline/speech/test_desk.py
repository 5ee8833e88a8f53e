"""The desk, as scripts: who hears whom, and what becomes of a call when nobody can."""

import itertools

import pytest

from hotline.snapshot import SpeechView
from hotline.speech import desk as module
from hotline.speech import protocol as p
from hotline.speech.desk import MOST_TAPS_PER_CALL, SpeechDesk
from telephony.commands import Listen
from telephony.ids import CallId, NodeId
from telephony.speech import SpeechFailed, SpeechHeard
from telephony.wish import NotUnderstood, Understood, Unheard, Wish

ANNA, BERT = CallId("1.1"), CallId("2.2")
EARLY = Understood(Wish(NodeId("repayment.early")))


class House:
    """What a desk asks for, in order."""

    def __init__(self, *workers: str, most_taps: int = 10) -> None:
        self.asked: list[object] = []
        names = map(str, itertools.count(1))
        self.desk = SpeechDesk(self, lambda: f"tap{next(names)}", workers=2)
        self.desk.take_menu("v1", "menu")
        for worker in workers:
            self.up(worker, most_taps=most_taps)
        self.asked.clear()

    def up(self, worker: str, *, most_taps: int = 10) -> None:
        self.desk.worker_up(worker, p.Ready(f"{worker}:9", "small", demo=True, most_taps=most_taps))

    def send(self, worker: str, message: p.FromEngine) -> None:
        self.asked.append((worker, message))

    def open_tap(self, channel: str, address: str, tap: str) -> None:
        self.asked.append(("tap", channel, address, tap))

    def stop_detecting(self, channel: str) -> None:
        self.asked.append(("deaf", channel))

    def hang_up(self, channel: str) -> None:
        self.asked.append(("hang up", channel))

    def post(self, event: object) -> None:
        self.asked.append(event)

    def offer(self, *, offered: bool) -> None:
        self.asked.append(("offered", offered))

    def then(self) -> list[object]:
        asked, self.asked = self.asked, []
        return asked


def order(number: int = 1, call: CallId = ANNA, *, asks: bool = False) -> Listen:
    return Listen(call, number, NodeId("main"), asks=asks)


def listen_to(tap: str, number: int = 1) -> p.ListenTo:
    return p.ListenTo(tap, number, "main", asks=False, fresh=False)


def heard(tap: str, number: int = 1) -> p.Heard:
    return p.Heard(tap, number, EARLY, "settled", 0.1, 0.01)


def listening(house: House) -> None:
    house.desk.listen(order(), "PJSIP/trunk-1", "v1")
    assert house.then() == [
        ("w1", p.OpenTap("tap1", "v1")),
        ("tap", "PJSIP/trunk-1", "w1:9", "tap1"),
        ("w1", listen_to("tap1")),
    ]


def test_one_tap_serves_the_call_from_node_to_node() -> None:
    house = House("w1")
    listening(house)
    house.desk.sound_began(ANNA)
    house.desk.worker_said("w1", heard("tap1"))
    assert house.then() == [("w1", p.SoundBegan("tap1")), SpeechHeard(ANNA, 1, EARLY)]
    house.desk.sound_began(ANNA)
    house.desk.listen(order(2), "PJSIP/trunk-1", "v1")
    house.desk.pause(ANNA)
    assert house.then() == [("w1", listen_to("tap1", 2)), ("w1", p.Pause("tap1"))]
    house.desk.worker_said("w1", heard("tap1", 2))
    house.desk.close(ANNA)
    house.desk.close(ANNA)
    assert house.then() == [("w1", p.CloseTap("tap1")), ("deaf", "PJSIP/trunk-1")]
    assert house.desk.view().understood == 1


def test_what_an_old_order_heard_is_not_passed_on() -> None:
    house = House("w1", "w2")
    listening(house)
    house.desk.listen(order(2), "PJSIP/trunk-1", "v1")
    house.then()
    house.desk.worker_said("w1", heard("tap1", 1))
    house.desk.worker_said("w2", heard("tap1", 2))
    house.desk.worker_said("w1", heard("tap9", 2))
    assert house.then() == []


def test_a_call_that_comes_back_gets_a_new_tap_once_the_old_one_is_gone() -> None:
    house = House("w1")
    listening(house)
    house.desk.close(ANNA)
    house.desk.worker_said("w1", p.TapClosed("tap1"))
    house.then()
    house.desk.listen(order(2), "PJSIP/trunk-1", "v1")
    house.desk.sound_began(ANNA)
    house.desk.pause(ANNA)
    house.desk.listen(order(3), "PJSIP/trunk-1", "v1")
    assert house.then() == []  # a caller who sends no sound keeps his tap until he hangs up
    house.desk.channel_ended("tap1")
    house.desk.channel_ended("tap1")
    assert house.then() == [
        ("w1", p.OpenTap("tap2", "v1")),
        ("tap", "PJSIP/trunk-1", "w1:9", "tap2"),
        ("w1", listen_to("tap2", 3)),
    ]


def test_a_caller_who_hangs_up_leaves_nothing() -> None:
    house = House("w1")
    listening(house)
    house.desk.call_ended(ANNA)
    assert house.then() == [("w1", p.CloseTap("tap1"))]
    house.desk.listen(order(1, BERT), "PJSIP/trunk-2", "v1")
    house.desk.close(BERT)
    house.then()
    house.desk.call_ended(BERT)
    house.desk.call_ended(BERT)
    for ask in (house.desk.pause, house.desk.close, house.desk.sound_began):
        ask(BERT)
    house.desk.worker_said("w1", p.TapFailed("tap1"))
    assert house.then() == []
    assert (house.desk._calls, house.desk._by_tap) == ({}, {})


def test_a_worker_that_dies_leaves_its_callers_to_their_keys_once() -> None:
    house = House("w1", "w2")
    listening(house)
    house.desk.listen(order(1, BERT), "PJSIP/trunk-2", "v1")
    assert ("w2", p.OpenTap("tap2", "v1")) in house.then()
    house.desk.worker_down("w1")
    assert house.then() == [SpeechFailed(ANNA)]
    house.up("w1")
    house.then()
    house.desk.listen(order(2), "PJSIP/trunk-1", "v1")
    assert house.then() == [SpeechFailed(ANNA)]
    house.desk.close(BERT)
    house.desk.worker_down("w2")
    house.desk.worker_down("w1")
    assert house.then() == [("w2", p.CloseTap("tap2")), ("deaf", "PJSIP/trunk-2"), ("offered", False)]


def test_a_tap_that_fails_or_is_refused_is_the_end_of_speech_for_its_call() -> None:
    house = House("w1")
    listening(house)
    house.desk.worker_said("w1", p.TapFailed("tap1"))
    assert house.then() == [SpeechFailed(ANNA)]
    house.desk.listen(order(1, BERT), "PJSIP/trunk-2", "v1")
    house.then()
    house.desk.tap_refused("tap2")
    house.desk.tap_refused("tap2")
    assert house.then() == [("w1", p.CloseTap("tap2")), SpeechFailed(BERT)]


def test_a_tap_that_ends_by_itself_is_opened_anew_but_not_for_ever() -> None:
    house = House("w1")
    listening(house)
    for number in range(1, MOST_TAPS_PER_CALL):
        house.desk.worker_said("w1", p.TapClosed(f"tap{number}"))
        assert house.then()[-1] == ("w1", listen_to(f"tap{number + 1}"))
    house.desk.worker_said("w1", p.TapClosed(f"tap{MOST_TAPS_PER_CALL}"))
    assert house.then() == [SpeechFailed(ANNA)]


def test_a_tap_that_ends_while_nobody_listens_is_opened_when_somebody_does() -> None:
    house = House("w1")
    listening(house)
    house.desk.pause(ANNA)
    house.desk.worker_said("w1", p.TapClosed("tap1"))
    house.desk.pause(ANNA)
    assert house.then() == [("w1", p.Pause("tap1"))]
    house.desk.listen(order(2), "PJSIP/trunk-1", "v1")
    assert house.then()[0] == ("w1", p.OpenTap("tap2", "v1"))


def test_taps_of_an_engine_before_this_one_are_ended() -> None:
    house = House("w1")
    listening(house)
    house.desk.compare({"tap1": "AudioSocket/w1:9-tap1", "x": "AudioSocket/w1:9-x", "1.1": "PJSIP/trunk-1"})
    assert house.then() == [("hang up", "AudioSocket/w1:9-x")]
    house.desk.close(ANNA)
    house.desk.listen(order(2), "PJSIP/trunk-1", "v1")
    house.then()
    house.desk.compare({})  # its end was told while nobody was there
    assert house.then()[-1] == ("w1", listen_to("tap2", 2))


def test_a_worker_learns_every_menu_calls_may_be_on() -> None:
    house = House()
    for number in range(2, module.KEPT_MENUS + 2):
        house.desk.take_menu(f"v{number}", "menu")
    house.up("w1")
    sent = [("w1", p.TakeMenu(f"v{number}", "menu")) for number in range(2, module.KEPT_MENUS + 2)]
    assert house.asked[:-1] == sent
    assert house.then()[-1] == ("offered", True)
    house.desk.take_menu("v3", "menu")
    assert house.then() == [("w1", p.TakeMenu("v3", "menu"))]


def test_new_callers_go_where_there_is_least_to_do() -> None:
    house = House("w1", "w2", most_taps=1)
    for call in (ANNA, BERT, CallId("3.3")):
        house.desk.listen(order(1, call), "PJSIP/trunk", "v1")
    opened = [asked for asked in house.then() if isinstance(asked, SpeechFailed) or isinstance(asked[1], p.OpenTap)]  # type: ignore[index]
    assert opened == [
        ("w1", p.OpenTap("tap1", "v1")),
        ("w2", p.OpenTap("tap2", "v1")),
        SpeechFailed(CallId("3.3")),
    ]


@pytest.mark.parametrize("most_taps", [1, 10])
def test_late_answers_turn_new_callers_to_keys_until_they_are_plainly_quick_again(most_taps: int) -> None:
    house = House("w1", most_taps=most_taps)
    assert house.desk.offered
    house.desk.worker_said("w1", p.Load(0, 0, 0.31))
    house.desk.worker_said("w1", p.Load(0, 0, 0.2))
    assert (house.then(), house.desk.offered) == ([("offered", False)], False)
    house.desk.worker_said("w1", p.Load(0, 0, 0.05))
    house.desk.worker_said("w1", p.Load(0, 0, 0.2))
    assert house.then() == [("offered", True)]
    house.desk.worker_said("w1", p.Load(10, 0, 0.0))
    assert house.then() == [("offered", False)]
    house.desk.worker_said("w9", p.Load(0, 0, 0.0))
    house.desk.worker_said("w1", p.Ready("x:1", "m", demo=False, most_taps=1))
    assert house.then() == []


def test_what_windows_show() -> None:
    assert House().desk.view() == SpeechView(wanted=2)
    house = House("w1", "w2")
    listening(house)
    house.desk.worker_said("w1", p.Load(1, 1, 0.02))
    house.desk.worker_said("w2", p.Load(2, 0, 0.01))
    house.desk.worker_said("w1", p.Heard("tap1", 1, NotUnderstood(Unheard.UNKNOWN), "silence", 0.3, 0.01))
    assert house.desk.view() == SpeechView(
        wanted=2, up=2, offered=True, model="small", demo=True, taps=3, listening=1, lag_ms=20.0, not_understood=1
    )
