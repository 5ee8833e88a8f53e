"""What every step of a walk through the menu is made of: arriving at a node, saying something, failing, ending.

The steps that keys and words take are in `ivr/keyed_walk.py` and `ivr/spoken_walk.py`; `ivr/walker.py` is the machine.
"""

from collections.abc import Iterable

from ivr.attention import Attention
from ivr.digits import Digits
from ivr.menu import ROOT, Entry, Menu, Node
from ivr.speaker import Speaker
from ivr.walker_state import WalkerState
from ivr.wording import choices, introduction, nth, question
from telephony.commands import CallCommand, EnterNode, EnterQueue, HangUp
from telephony.events import CallArrived, CallEnded, CallResumed, DigitPressed, PromptEnded, TimeReached
from telephony.ids import CallId, NodeId, Topic
from telephony.machine import Machine
from telephony.prompt import Prompt
from telephony.wish import Wish

Commands = list[CallCommand]


class Walk(Machine[WalkerState, CallCommand]):
    """One caller in the menu: where he is, what he hears, how often he was not understood."""

    def __init__(  # noqa: PLR0913 - what a walk begins with
        self,
        menu: Menu,
        call: CallId,
        *,
        entry: Entry,
        open_now: bool,
        first_prompt: int = 1,
        attention: Attention | None = None,
    ) -> None:
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
        self._attention = attention or Attention(call)
        self._digits = Digits()
        self._heard: set[NodeId] = set()
        """Menus whose `say` was spoken: coming back to one, its options are enough."""
        self._failures = 0
        self._asked: Wish | None = None
        """What the caller was asked to confirm."""
        self._invited = False
        """Whether `invite` was said."""
        self._owes_word = False
        """Speech was lost and the caller has not been told."""
        self._patience_until = 0.0
        """When the silence of LISTENING or COLLECTING has lasted long enough."""
        self._verdict_until = 0.0
        """When what the caller says, or said, must have been understood."""
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
        if self.state is WalkerState.ATTENDING:
            return min(self._verdict_until, self._menu_until)
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
        self.node, self._asked = node_id, None
        node = self._here
        *before, last = introduction(node, self._heard)
        self._heard.add(node_id)
        return [EnterNode(self._call, node_id), *self._speak((first, *before, *self._invitation(), last), now)]

    def _invitation(self) -> tuple[Prompt, ...]:
        """Once, before the first options: that the caller may speak."""
        if self._invited or self._here.is_leaf or not self._attention.offered:
            return ()
        self._invited = True
        return (self._menu.phrases.invite,)

    # ---- what is said -----------------------------------------------------------------------------

    @property
    def _here(self) -> Node:
        return self._menu.nodes[self.node]

    def _speak(self, prompts: Iterable[Prompt | None], now: float) -> Commands:
        word = (self._menu.phrases.use_keys,) if self._owes_word else ()
        self._owes_word = False
        return [*self._speaker.say((*word, *prompts), now), *self._settle(now)]

    def _settle(self, now: float) -> Commands:
        """Be in the state that what is playing now asks for."""
        if self._speaker.current is None:
            return self._fall_silent(now)
        self.state = WalkerState.INSISTING if self._speaker.insists else WalkerState.SPEAKING
        return []

    def _fall_silent(self, now: float) -> Commands:
        """All is said: a menu waits for a key, a leaf leads on to its queue, unless a question waits for its answer."""
        if self._here.is_leaf and self._asked is None:
            return self._hand_over(now)
        self.state = WalkerState.LISTENING
        self._patience_until = now + self._menu.timing.no_input_s
        return []

    def _said_again(self) -> tuple[Prompt | None, ...]:
        """What there is to answer now: the open question, or the choices."""
        if self._asked is not None:
            return (question(self._menu, self._asked), self._menu.phrases.yes_or_no)
        return (choices(self._here),)

    # ---- failures and ends ------------------------------------------------------------------------

    def _fail(self, phrases: tuple[Prompt, ...], now: float) -> Commands:
        """Nothing to act on, by key or by voice: one budget for all; the n-th failure takes the n-th phrase."""
        self._failures += 1
        if self._failures >= self._menu.timing.max_failures:
            return self._give_up(now)
        return self._speak((nth(phrases, self._failures), *self._said_again()), now)

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
        self._attention.forget()
        return []

    # ---- what is common to keys and words -----------------------------------------------------------

    def _choose(self, key: str, now: float) -> Commands:
        """The caller was understood: by key, or by words that are as good as one."""
        if key == "*":
            return self._go_back(now)
        self._failures = 0
        node = self._here
        match key:
            case "0":
                return self._hand_over(now)
            case "9":
                return self._speak((node.say, node.options) if self._asked is None else self._said_again(), now)
            case "#":
                return self._enter(ROOT, now)
            case _:
                return self._enter(node.choices[key], now)

    def _go_back(self, now: float) -> Commands:
        """To the choices a question interrupted, or one level up."""
        node = self._here
        if self._asked is not None:
            self._asked = None
            return self._speak((choices(node),), now)
        if node.parent is None:
            return self._speak((self._menu.phrases.at_top, choices(node)), now)
        self._failures = 0
        return self._enter(node.parent, now)
