"""The engine's desk for speech: which worker hears which caller, over which tap, and what became of it. Pure.

One tap per call: opened when somebody is first to listen, kept between the nodes, closed on leaving the menu. A tap on
a caller who sends no sound at all does not end before that caller hangs up (TELEPHONY), so a second one is never opened
beside it.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, assert_never

from hotline.snapshot import SpeechView
from hotline.speech import protocol as p
from telephony.commands import Listen
from telephony.ids import CallId
from telephony.speech import SpeechFailed, SpeechHeard

QUICK_AGAIN: Final = 1 / 3
"""Of the longest lag allowed: below it new callers are heard again, so that the answer does not flicker."""

MOST_TAPS_PER_CALL: Final = 3
"""Taps that ended by themselves and were opened anew in one call, until it goes on by keys."""

KEPT_MENUS: Final = 4
"""As many versions as a worker keeps."""


@dataclass
class Recogniser:
    """One worker that is up."""

    ready: p.Ready
    load: p.Load = field(default_factory=lambda: p.Load(0, 0, 0.0))
    is_slow: bool = False

    def take(self, load: p.Load, max_lag_s: float) -> None:
        """Judge its load: slow until it is plainly quick again."""
        self.load = load
        self.is_slow = load.lag_s > (max_lag_s * QUICK_AGAIN if self.is_slow else max_lag_s)


@dataclass
class Tapped:
    """One call and the tap it has, or had."""

    call: CallId
    channel: str
    worker: str = ""
    tap: str = ""
    """Empty while there is none."""
    order: Listen | None = None
    """What is being listened for."""
    menu: str = ""
    opened: int = 0
    """Taps since the caller last entered the menu."""
    is_lost: bool = False
    """It goes on by keys until its end."""
    is_closing: bool = False
    """It was closed, but Asterisk still has its channel."""


class Surroundings(Protocol):
    """What the desk needs of the engine."""

    def send(self, worker: str, message: p.FromEngine) -> None:
        """Tell a worker."""
        ...

    def open_tap(self, channel: str, address: str, tap: str) -> None:
        """Have Asterisk send the caller's sound there, and report when it begins and ends."""
        ...

    def stop_detecting(self, channel: str) -> None:
        """Have Asterisk report the caller's sound no more."""
        ...

    def hang_up(self, channel: str) -> None:
        """End a tap's channel."""
        ...

    def post(self, event: SpeechHeard | SpeechFailed) -> None:
        """Tell the call's machine."""
        ...

    def offer(self, *, offered: bool) -> None:
        """Tell every call whether it could be heard from now on."""
        ...


class SpeechDesk:
    """All taps and all workers of one engine."""

    def __init__(
        self, surroundings: Surroundings, new_tap: Callable[[], str], *, workers: int, max_lag_s: float = 0.3
    ) -> None:
        self._around = surroundings
        self._max_lag_s = max_lag_s
        self._new_tap = new_tap
        self._wanted = workers
        self._workers: dict[str, Recogniser] = {}
        self._calls: dict[CallId, Tapped] = {}
        self._by_tap: dict[str, Tapped] = {}
        self._menus: OrderedDict[str, str] = OrderedDict()
        self._counts: Counter[str] = Counter()
        self.offered = False
        """Whether a new caller would be heard."""

    # ---- the engine's orders ----------------------------------------------------------------------

    def take_menu(self, version: str, text: str) -> None:
        """Calls that begin now are on this menu."""
        self._menus[version] = text
        self._menus.move_to_end(version)
        while len(self._menus) > KEPT_MENUS:
            self._menus.popitem(last=False)
        for worker in self._workers:
            self._around.send(worker, p.TakeMenu(version, text))

    def listen(self, order: Listen, channel: str, menu: str) -> None:
        """Hear one utterance of a caller; without a worker for it the call goes on by keys."""
        known = self._calls.setdefault(order.call, Tapped(order.call, channel))
        known.channel, known.order, known.menu = channel, order, menu
        if known.is_closing:
            return  # its old tap is still there; when it ends, this one is opened
        if not known.tap and not self._open(known):
            self._lose(known)
            return
        self._pass_on(known, order)

    def pause(self, call: CallId) -> None:
        """Throw away what is said until the next order."""
        if (known := self._calls.get(call)) is not None:
            known.order = None
            if known.tap and not known.is_closing:
                self._around.send(known.worker, p.Pause(known.tap))

    def sound_began(self, call: CallId) -> None:
        """Asterisk says that a caller makes a sound."""
        if (known := self._calls.get(call)) is not None and known.order is not None and not known.is_closing:
            self._around.send(known.worker, p.SoundBegan(known.tap))

    def close(self, call: CallId) -> None:
        """The caller left the menu: nobody listens, and nothing is sent any more."""
        known = self._calls.get(call)
        if known is None:
            return
        known.order, known.opened = None, 0
        if known.tap and not known.is_closing:
            known.is_closing = True
            self._around.send(known.worker, p.CloseTap(known.tap))
            self._around.stop_detecting(known.channel)

    def call_ended(self, call: CallId) -> None:
        """The caller is gone, and with him every tap."""
        known = self._calls.pop(call, None)
        if known is not None and known.tap:
            self._by_tap.pop(known.tap, None)
            if not known.is_closing:
                self._around.send(known.worker, p.CloseTap(known.tap))

    # ---- Asterisk's facts -------------------------------------------------------------------------

    def channel_ended(self, uniqueid: str) -> None:
        """A channel that is no caller's is gone: perhaps a tap's."""
        known = self._by_tap.get(uniqueid)
        if known is not None:
            self._tap_ended(known)

    def tap_refused(self, tap: str) -> None:
        """Asterisk did not open a tap."""
        if (known := self._by_tap.get(tap)) is not None:
            self._around.send(known.worker, p.CloseTap(tap))
            self._forget_tap(known)
            self._lose(known)

    def compare(self, channels: dict[str, str]) -> None:
        """After a lost link: of Asterisk's channels, uniqueid → name, end the taps of an engine before this one."""
        for uniqueid, name in channels.items():
            if name.startswith("AudioSocket/") and uniqueid not in self._by_tap:
                self._around.hang_up(name)
        for known in [known for tap, known in self._by_tap.items() if tap not in channels and known.is_closing]:
            self._tap_ended(known)

    # ---- the workers' facts -----------------------------------------------------------------------

    def worker_up(self, name: str, ready: p.Ready) -> None:
        """A worker hears from now on."""
        self._workers[name] = Recogniser(ready)
        for version, text in self._menus.items():
            self._around.send(name, p.TakeMenu(version, text))
        self._consider()

    def worker_down(self, name: str) -> None:
        """A worker died: its callers go on by keys. Asterisk ends the taps by itself."""
        self._workers.pop(name, None)
        for known in [known for known in self._by_tap.values() if known.worker == name]:
            was_closing = known.is_closing
            self._forget_tap(known)
            if not was_closing:
                self._lose(known)
        self._consider()

    def worker_said(self, name: str, message: p.FromWorker) -> None:
        """Something happened at a worker."""
        match message:
            case p.Load():
                if (worker := self._workers.get(name)) is not None:
                    worker.take(message, self._max_lag_s)
                    self._consider()
            case p.Heard(tap) | p.TapFailed(tap) | p.TapClosed(tap):
                known = self._by_tap.get(tap)
                if known is not None and known.worker == name:
                    self._tap_said(known, message)
            case p.Ready():
                pass
            case _:
                assert_never(message)

    def view(self) -> SpeechView:
        """What windows show."""
        workers = self._workers.values()
        return SpeechView(
            wanted=self._wanted,
            up=len(workers),
            offered=self.offered,
            model=next((worker.ready.model for worker in workers), ""),
            demo=any(worker.ready.demo for worker in workers),
            taps=sum(worker.load.taps for worker in workers),
            listening=sum(worker.load.listening for worker in workers),
            lag_ms=max((worker.load.lag_s for worker in workers), default=0.0) * 1000,
            understood=self._counts["Understood"],
            unsure=self._counts["Unsure"],
            answered=self._counts["Answered"],
            not_understood=self._counts["NotUnderstood"],
            lost=self._counts["lost"],
        )

    # ---- steps ------------------------------------------------------------------------------------

    def _tap_said(self, known: Tapped, message: p.Heard | p.TapFailed | p.TapClosed) -> None:
        match message:
            case p.Heard():
                self._heard(known, message)
            case p.TapFailed():
                self._forget_tap(known)
                self._lose(known)
            case p.TapClosed() if not known.is_closing:
                self._tap_ended(known)
            case _:
                pass  # the worker's end; Asterisk's is told by its channel

    def _heard(self, known: Tapped, heard: p.Heard) -> None:
        if known.order is None or known.order.listening != heard.listening:
            return
        known.order = None
        self._counts[type(heard.meaning).__name__] += 1
        self._around.post(SpeechHeard(known.call, heard.listening, heard.meaning))

    def _open(self, known: Tapped) -> bool:
        """Open a tap at the worker with the fewest."""
        name = None if known.is_lost else self._choose()
        if name is None or known.opened >= MOST_TAPS_PER_CALL:
            return False
        known.worker, known.tap, known.opened = name, self._new_tap(), known.opened + 1
        self._by_tap[known.tap] = known
        load = self._workers[name].load
        self._workers[name].load = p.Load(load.taps + 1, load.listening, load.lag_s)
        self._around.send(name, p.OpenTap(known.tap, known.menu))
        self._around.open_tap(known.channel, self._workers[name].ready.audio, known.tap)
        return True

    def _choose(self) -> str | None:
        able = [
            (worker.is_slow, worker.load.taps, name)
            for name, worker in self._workers.items()
            if worker.load.taps < worker.ready.most_taps
        ]
        return min(able)[2] if able else None

    def _pass_on(self, known: Tapped, order: Listen) -> None:
        message = p.ListenTo(known.tap, order.listening, order.node, asks=order.asks, fresh=order.fresh)
        self._around.send(known.worker, message)

    def _tap_ended(self, known: Tapped) -> None:
        """Asterisk or the network ended a tap; where somebody still listens another one is opened."""
        self._forget_tap(known)
        if known.order is None:
            return
        if self._open(known):
            self._pass_on(known, known.order)
        else:
            self._lose(known)

    def _forget_tap(self, known: Tapped) -> None:
        self._by_tap.pop(known.tap, None)
        known.tap, known.is_closing = "", False

    def _lose(self, known: Tapped) -> None:
        known.order, known.is_lost = None, True
        self._counts["lost"] += 1
        self._around.post(SpeechFailed(known.call))

    def _consider(self) -> None:
        """Whether new callers are heard: where any worker is quick enough and has room."""
        offered = any(
            not worker.is_slow and worker.load.taps < worker.ready.most_taps for worker in self._workers.values()
        )
        if offered is not self.offered:
            self.offered = offered
            self._around.offer(offered=offered)
