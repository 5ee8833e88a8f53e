"""Walks one caller through the menu: greeting, options, keys, second chances, and always a polite end.

`Walker.table` at the end of the class is the machine; what stands above it are its steps.

The walker ends in `EnterQueue` or `HangUp`. “正在为您转接人工服务” (`phrases.to_agent`) is not its to say: the waiting
room says it, because every way to an agent leads through it and the recording notice belongs in the same breath.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from ivr.digits import Digits, Undecided, Unknown
from ivr.menu import ROOT, Entry, Menu, Node
from ivr.speaker import Speaker, latest_only
from ivr.walker_state import AFTER_KEYS, AT_A_NODE, HEARING, WalkerState
from ivr.wording import choices, introduction, nth
from telephony.commands import CallCommand, EnterNode, EnterQueue, HangUp, StopPrompt
from telephony.events import CallArrived, CallEnded, CallResumed, DigitBegan, DigitPressed, PromptEnded, TimeReached
from telephony.ids import CallId, NodeId, Topic
from telephony.machine import Machine, Step, Table, ignore, step
from telephony.prompt import Prompt

Commands = list[CallCommand]

LATE = (CallResumed, DigitBegan, DigitPressed, PromptEnded, TimeReached)
"""What may still arrive when the walk is over."""


class Walker(Machine[WalkerState, CallCommand]):
    """One caller in the menu."""

    def __init__(self, menu: Menu, call: CallId, *, entry: Entry, open_now: bool, first_prompt: int = 1) -> None:
        self.state = WalkerState.NEW
        self.node: NodeId = entry.node
        """Where the caller is."""
        self.told_of_agent = False
        """Whether `after_failures` has said already that an agent is coming."""
        self._menu = menu
        self._call = call
        self._entry = entry
        self._open = open_now
        self._speaker = Speaker(call, first_prompt)
        self._digits = Digits()
        self._heard: set[NodeId] = set()
        """Menus whose `say` was spoken: coming back to one, its options are enough."""
        self._failures = 0
        self._patience_until = 0.0
        """When the silence of LISTENING or COLLECTING has lasted long enough."""
        self._menu_until = 0.0
        """When this stay in the menu has lasted long enough."""

    @property
    def next_prompt(self) -> int:
        """The number the next prompt will get."""
        return self._speaker.next_prompt

    @property
    def deadline(self) -> float | None:
        """When `TimeReached` is due."""
        if self.state in {WalkerState.LISTENING, WalkerState.COLLECTING}:
            return min(self._patience_until, self._menu_until)
        if self.state in {WalkerState.SPEAKING, WalkerState.INSISTING}:
            return min(self._speaker.deadline or self._menu_until, self._menu_until)
        return self._speaker.deadline

    # ---- arriving ---------------------------------------------------------------------------------

    def _arrive(self, _event: CallArrived, now: float) -> Commands:
        self._menu_until = now + self._menu.timing.max_menu_s
        if not self._open:
            return self._part(self._menu.phrases.closed, now)
        return self._enter(self._entry.node, now, first=self._entry.greeting)

    def _resume(self, event: CallResumed, now: float) -> Commands:
        """Go on at a node the caller was at; the node may be gone from a newer menu, then its nearest ancestor."""
        self._menu_until = now + self._menu.timing.max_menu_s
        self._heard.update(self._menu.nodes)
        self._failures, self.told_of_agent = 0, False
        self._digits.clear()
        return self._enter(self._menu.nearest(event.node).id, now)

    def _enter(self, node_id: NodeId, now: float, *, first: Prompt | None = None) -> Commands:
        self.node = node_id
        node = self._here
        spoken = (first, *introduction(node, self._heard))
        self._heard.add(node_id)
        return [EnterNode(self._call, node_id), *self._speak(spoken, now)]

    # ---- what is said -----------------------------------------------------------------------------

    @property
    def _here(self) -> Node:
        return self._menu.nodes[self.node]

    def _speak(self, prompts: Iterable[Prompt | None], now: float) -> Commands:
        return [*self._speaker.say(prompts, now), *self._settle(now)]

    def _settle(self, now: float) -> Commands:
        """Be in the state that what is playing now asks for."""
        if self._speaker.current is None:
            return self._fall_silent(now)
        self.state = WalkerState.INSISTING if self._speaker.insists else WalkerState.SPEAKING
        return []

    def _fall_silent(self, now: float) -> Commands:
        """All is said: a menu waits for a key, a leaf leads on to its queue."""
        if self._here.is_leaf:
            return self._hand_over(now)
        self.state = WalkerState.LISTENING
        self._patience_until = now + self._menu.timing.no_input_s
        return []

    def _prompt_ended(self, event: PromptEnded, now: float) -> Commands:
        return self._go_on(now) if self._speaker.is_over(event, now) else []

    def _go_on(self, now: float) -> Commands:
        """A prompt is over: keys kept during it act now, unless the next must be heard too."""
        if self._digits and not self._speaker.will_insist:
            self._speaker.forget()
            return self._act(now)
        return [*self._speaker.go_on(now), *self._settle(now)]

    # ---- keys -------------------------------------------------------------------------------------

    def _key_down(self, _event: DigitBegan, now: float) -> Commands:
        """Silence at once; what the key means is known when it comes up, and no time-out may overtake it."""
        timing, collecting = self._menu.timing, self.state is WalkerState.COLLECTING
        self._patience_until = now + (timing.interdigit_s if collecting else timing.no_input_s)
        self.state = WalkerState.COLLECTING if collecting else WalkerState.LISTENING
        return self._speaker.hush()

    def _press(self, event: DigitPressed, now: float) -> Commands:
        self._digits.press(event.digit)
        return [] if self.state is WalkerState.INSISTING else self._act(now)

    def _act(self, now: float, *, waited: bool = False) -> Commands:
        """Let the keys act, each choice on the node it reaches, until a prompt insists or a further key is needed."""
        commands: Commands = []
        self.state = WalkerState.LISTENING
        while self._digits and self.state in HEARING:
            reading = self._digits.read(self._here.choices, waited=waited)
            if isinstance(reading, Undecided):
                self.state = WalkerState.COLLECTING
                self._patience_until = now + self._menu.timing.interdigit_s
                commands += self._speaker.hush()
                break
            if isinstance(reading, Unknown):
                commands += self._fail(self._menu.phrases.no_match, now)
            else:
                commands += self._choose(reading.key, now)
            waited = False
        return latest_only(commands)

    def _choose(self, key: str, now: float) -> Commands:
        """The caller was understood."""
        node = self._here
        if key == "*" and node.parent is None:
            return self._speak((self._menu.phrases.at_top, choices(node)), now)
        self._failures = 0
        match key:
            case "0":
                return self._hand_over(now)
            case "9":
                return self._speak((node.say, node.options), now)
            case "*":
                return self._enter(node.parent or ROOT, now)
            case "#":
                return self._enter(ROOT, now)
            case _:
                return self._enter(node.choices[key], now)

    # ---- time -------------------------------------------------------------------------------------

    def _time_reached(self, _event: TimeReached, now: float) -> Commands:
        if self.deadline is None or now < self.deadline:
            return []
        if now >= self._menu_until:
            return self._part(self._menu.phrases.goodbye, now)
        match self.state:
            case WalkerState.COLLECTING:
                return self._act(now, waited=True)
            case WalkerState.LISTENING:
                return self._hand_over(now) if self._here.is_leaf else self._fail(self._menu.phrases.no_input, now)
            case _:  # the end of the prompt was never reported: make sure of it and go on
                return latest_only([StopPrompt(self._call), *self._go_on(now)])

    # ---- failures and ends ------------------------------------------------------------------------

    def _fail(self, phrases: tuple[Prompt, ...], now: float) -> Commands:
        """No input or no match: one budget for both; the n-th failure takes the n-th phrase."""
        self._failures += 1
        if self._failures >= self._menu.timing.max_failures:
            return self._give_up(now)
        return self._speak((nth(phrases, self._failures), choices(self._here)), now)

    def _give_up(self, now: float) -> Commands:
        if not self._open:
            return self._part(self._menu.phrases.goodbye, now)
        self.state, self.told_of_agent = WalkerState.GIVING_UP, True
        self._digits.clear()
        return self._speaker.say((self._menu.phrases.after_failures,), now)

    def _gave_up(self, event: PromptEnded | TimeReached | DigitPressed, now: float) -> Commands:
        if not isinstance(event, DigitPressed) and not self._speaker.is_over(event, now):
            return []
        if isinstance(event, PromptEnded):
            self._speaker.forget()
        return self._hand_over(now)

    def _hand_over(self, now: float) -> Commands:
        if not self._open:
            return self._part(self._menu.phrases.closed, now)
        node, menu = self._here, self._menu
        self.state = WalkerState.HANDED_OVER
        self._digits.clear()
        enter = EnterQueue(self._call, node.queue or menu.default_queue, node.topic or Topic(node.id))
        return [*self._speaker.hush(), enter]

    def _part(self, last_words: Prompt, now: float) -> Commands:
        self.state = WalkerState.PARTING
        self._digits.clear()
        return self._speaker.say((last_words,), now)

    def _parted(self, event: PromptEnded | TimeReached, now: float) -> Commands:
        if not self._speaker.is_over(event, now):
            return []
        self.state = WalkerState.ENDED
        self._speaker.forget()
        return [HangUp(self._call)]

    def _end(self, _event: CallEnded, _now: float) -> Commands:
        self.state = WalkerState.ENDED
        self._speaker.forget()
        return []

    # ---- the machine ------------------------------------------------------------------------------

    _ALWAYS: ClassVar[Mapping[type, Step[WalkerState]]] = {
        CallResumed: step(_resume, *AT_A_NODE),
        CallEnded: step(_end, WalkerState.ENDED),
    }

    table: ClassVar[Table[WalkerState]] = {
        WalkerState.NEW: {
            CallArrived: step(_arrive, *AT_A_NODE),
            **_ALWAYS,
            **ignore(WalkerState.NEW, DigitBegan, DigitPressed, PromptEnded, TimeReached),
        },
        WalkerState.SPEAKING: {
            **_ALWAYS,
            DigitBegan: step(_key_down, WalkerState.LISTENING),
            DigitPressed: step(_press, *AFTER_KEYS),
            PromptEnded: step(_prompt_ended, *AT_A_NODE),
            TimeReached: step(_time_reached, *AT_A_NODE),
        },
        WalkerState.INSISTING: {
            **_ALWAYS,
            DigitPressed: step(_press, WalkerState.INSISTING),
            PromptEnded: step(_prompt_ended, *AFTER_KEYS),
            TimeReached: step(_time_reached, *AFTER_KEYS),
            **ignore(WalkerState.INSISTING, DigitBegan),
        },
        WalkerState.LISTENING: {
            **_ALWAYS,
            DigitBegan: step(_key_down, WalkerState.LISTENING),
            DigitPressed: step(_press, *AFTER_KEYS),
            TimeReached: step(_time_reached, *AT_A_NODE, WalkerState.GIVING_UP),
            **ignore(WalkerState.LISTENING, PromptEnded),
        },
        WalkerState.COLLECTING: {
            **_ALWAYS,
            DigitBegan: step(_key_down, WalkerState.COLLECTING),
            DigitPressed: step(_press, *AFTER_KEYS),
            TimeReached: step(_time_reached, *AFTER_KEYS),
            **ignore(WalkerState.COLLECTING, PromptEnded),
        },
        WalkerState.GIVING_UP: {
            **_ALWAYS,
            DigitPressed: step(_gave_up, WalkerState.HANDED_OVER),
            PromptEnded: step(_gave_up, WalkerState.GIVING_UP, WalkerState.HANDED_OVER),
            TimeReached: step(_gave_up, WalkerState.GIVING_UP, WalkerState.HANDED_OVER),
            **ignore(WalkerState.GIVING_UP, DigitBegan),
        },
        WalkerState.PARTING: {
            PromptEnded: step(_parted, WalkerState.PARTING, WalkerState.ENDED),
            TimeReached: step(_parted, WalkerState.PARTING, WalkerState.ENDED),
            CallEnded: step(_end, WalkerState.ENDED),
            **ignore(WalkerState.PARTING, CallResumed, DigitBegan, DigitPressed),
        },
        WalkerState.HANDED_OVER: {
            CallEnded: step(_end, WalkerState.ENDED),
            **ignore(WalkerState.HANDED_OVER, *LATE),
        },
        WalkerState.ENDED: ignore(WalkerState.ENDED, *LATE, CallEnded),
    }
    """A second `CallArrived` is the one thing that has no cell: a call arrives once."""
