"""One caller's channel: what is wanted of it, the one AGI command in flight, and what that turned into. Pure.

Commands queued inside Asterisk outlive the controller (a queued Dial connected an agent after AMI was gone),
so a session keeps at most one command in flight and remembers only the *latest* thing wanted after it.
"""

from hotline.asterisk.activity import (
    AGAIN_BEFORE,
    HANGUP_FOLLOWS_S,
    RING_GRACE_S,
    STOP_RETRY_S,
    SYNC_RETRY_S,
    Activity,
    End,
    Flight,
    Leg,
    Output,
    Play,
    Ring,
    Stopped,
    ring_outcome,
    stopped_at,
)
from hotline.asterisk.orders import (
    AgiEnded,
    AgiStarted,
    ChannelGone,
    CommandDone,
    CommandRefused,
    DialEnded,
    HangUpChannel,
    LegBridged,
    LegCreated,
    LegEnded,
    MarkDone,
    Order,
    Resynchronise,
    RunAgi,
    SessionEvent,
    SessionFact,
    StopPlayback,
)
from telephony.events import (
    AgentAnswered,
    AgentRinging,
    CallEnded,
    PromptEnded,
    RingEnded,
    RingOutcome,
    TalkEnded,
    TalkEndedBy,
)
from telephony.ids import AgentNumber, CallId


class Session:
    """Drives one caller's channel; `want` takes orders, `handle` takes facts, both return orders and events."""

    def __init__(self, call: CallId, channel: str, boot: str) -> None:
        self.call = call
        self.channel = channel
        self.deadline: float | None = None
        self.present = True
        """False while the channel is elsewhere: in the emergency branch or being transferred."""
        self._boot = boot
        self._count = 0
        self._flight: Flight | None = None
        self._wanted: Activity | None = None
        self._stopped: Stopped | None = None
        """The prompt stopped last, for it may go on."""
        self._music: str | None = None
        self._music_sounds = False
        self._leg: Leg | None = None
        self._ending = False
        """We have hung up; that order may have been lost."""
        self._ended = False

    @property
    def leg(self) -> str | None:
        """The agent's channel while ringing or talking."""
        return self._leg.channel if self._leg and self._leg.channel else None

    @property
    def busy(self) -> bool:
        """A command is in flight."""
        return self._flight is not None

    @property
    def ending(self) -> bool:
        """We have hung up."""
        return self._ending

    # ---- orders -----------------------------------------------------------------------------------

    def want(self, activity: Activity, now: float) -> Output:
        """Do this next; whatever was wanted before and has not begun is dropped."""
        if self._ended:
            return []
        if isinstance(activity, End):
            self._ending, self._wanted = True, None
            return self._end()
        self._wanted = activity
        return self._begin(now) if self._flight is None else self._stop(now)

    def _end(self) -> Output:
        return [MarkDone(self.channel), HangUpChannel(self.channel)]

    def music(self, name: str, now: float) -> Output:
        """Music in the background from now on: prompts interrupt it, and it comes back after them."""
        self._music_sounds = self._music_sounds and self._music == name
        self._music = name
        return self._begin(now) if self._flight is None and not self._ended else []

    def quiet(self) -> None:
        """No more music after the next prompt."""
        self._music = None

    def stop(self, now: float) -> Output:
        """Silence the prompt now playing and drop what is left of it."""
        if isinstance(self._wanted, Play):
            dropped, self._wanted = self._wanted, None
            self._stopped = Stopped(dropped.prompt, *self._place_of(dropped))
            return [PromptEnded(self.call, dropped.prompt, completed=False)]
        play = self._flight.play if self._flight else None
        return self._stop(now) if play and not play.stopping else []

    def cancel_ring(self) -> Output:
        """Take the ring back; `RingEnded(CANCELLED)` follows."""
        if isinstance(self._wanted, Ring):
            dropped, self._wanted = self._wanted, None
            return [RingEnded(self.call, dropped.agent, RingOutcome.CANCELLED)]
        leg = self._leg
        if leg is None or leg.bridged:
            return []
        leg.cancelled = True
        return [HangUpChannel(leg.channel)] if leg.channel else []

    def let_talk_go(self) -> None:
        """The talk is taken out of Asterisk's hands by us, or was by the agent: its end is no news any more."""
        self._leg = None

    def joined(self, channel: str, agent: AgentNumber) -> None:
        """Caller and agent were put together by us: until the caller comes back to AsyncAGI nothing can be played."""
        self._flight, self._wanted, self.deadline = None, None, None
        self._music, self._music_sounds, self.present = None, False, False
        self._leg = Leg(agent, channel, bridged=True)

    def taken_over(self, channel: str, agent: AgentNumber) -> None:
        """Another agent has the caller, by the first one's telephone; the Dial of their talk goes on."""
        self._leg = Leg(agent, channel, bridged=True)

    # ---- facts ------------------------------------------------------------------------------------

    def handle(self, fact: SessionFact, now: float) -> Output:  # noqa: C901, PLR0911 - one case per fact is the table
        """Take one fact."""
        match fact:
            case AgiStarted(channel):
                return self._came_back(channel, now)
            case AgiEnded():
                return self._left_agi()
            case CommandDone(command_id, failed):
                return self._failed(command_id, now) if failed else self._cut_or_done(fact, now)
            case CommandRefused(command_id):
                return self._refused(command_id, now)
            case LegCreated(channel, agent):
                return self._leg_created(channel, agent)
            case LegEnded(channel, cause):
                if self._leg and self._leg.channel == channel:
                    self._leg.cause = cause
                return []
            case DialEnded(status):
                if self._leg:
                    self._leg.status = status
                return []
            case LegBridged(channel):
                return self._bridged(channel)
            case Resynchronise():
                return self._resynchronise(fact, now)
            case ChannelGone(cause):
                return self._gone(cause)

    def time_reached(self, now: float) -> Output:
        """The deadline came: a stop or a probe had no effect yet, ask again."""
        flight, self.deadline = self._flight, None
        if flight is None:
            return []
        if flight.dying:
            return self._refused(flight.id, now)
        if flight.play and flight.play.stopping:
            return self._stop(now)
        return self._ask_again(flight, now) if flight.kind == "sync" else self.cancel_ring()

    def _ask_again(self, sync: Flight, now: float) -> Output:
        """Whatever keeps the probe waiting is none of ours and ends now; a prompt of ours may go on to its end."""
        self.deadline = now + SYNC_RETRY_S
        orders: Output = [] if sync.play else [StopPlayback(self.channel)]
        if self._leg and self._leg.channel and not self._leg.bridged:
            orders.append(HangUpChannel(self._leg.channel))
        return orders

    def probe(self, command_id: str, now: float) -> Output:
        """Nobody knows whether this command began: find out, if it is still the one in flight."""
        if self._flight is None or self._flight.id != command_id:
            return []
        leg = self._leg
        known = Resynchronise(self.channel, self.leg, leg.agent if leg else None, bool(leg and leg.bridged))
        return self._resynchronise(known, now)

    # ---- the command in flight --------------------------------------------------------------------

    def _run(self, kind: str, command: str, **about: object) -> RunAgi:
        self._count += 1
        self._music_sounds = kind == "music"
        command_id = f"{self._boot}-{self.call}-{self._count}-{kind}"
        self._flight = Flight(command_id, kind, **about)  # type: ignore[arg-type]
        return RunAgi(self.channel, command, command_id)

    def _begin(self, now: float) -> Output:
        """Nothing is in flight: start what is wanted."""
        if not self.present:
            return []
        wanted, self._wanted = self._wanted, None
        match wanted:
            case Play(prompt):
                files, at = self._place_of(wanted)
                return self._play(prompt, files, now, at=at)
            case Ring(agent, timeout_s, announcement):
                self._leg = Leg(agent)
                options = "gm" + (f"A(:{announcement})" if announcement else "")
                self.deadline = now + timeout_s + RING_GRACE_S
                return [self._run("dial", f'EXEC Dial "PJSIP/{agent},{timeout_s:.0f},{options}"')]
            case _:
                if self._music is None or self._music_sounds:
                    return []
                return [self._run("music", f"SET MUSIC ON {self._music}")]

    def _place_of(self, play: Play) -> tuple[tuple[str, ...], int]:
        """Where a prompt begins: at its beginning, or where it was stopped."""
        if self._stopped is None or play.resumes != self._stopped.prompt:
            return play.files, 0
        return self._stopped.files, self._stopped.at

    def _play(self, prompt: int, files: tuple[str, ...], now: float, *, at: int = 0) -> Output:
        if not files:
            return [PromptEnded(self.call, prompt, completed=True), *self._begin(now)]
        return [self._stream(prompt, files, at)]

    def _stream(self, prompt: int, files: tuple[str, ...], at: int) -> RunAgi:
        place = f" {at}" if at else ""
        command = f'STREAM FILE "{files[0]}" ""{place}'
        return self._run("play", command, prompt=prompt, file=files[0], rest=files[1:], began_at=at)

    def _stop(self, now: float) -> Output:
        """Cut the prompt that is heard, if one is."""
        play = self._flight.play if self._flight else None
        if play is None:
            return []
        play.stopping, play.dropped, play.rest = True, play.dropped or play.rest, ()
        self.deadline = now + STOP_RETRY_S
        return [StopPlayback(self.channel)]

    def _done(self, command_id: str, now: float) -> Output:
        flight = self._flight
        if flight and flight.behind and flight.behind.id == command_id:
            flight.behind.proven = True
            return []
        if flight is None or flight.id != command_id:
            # A Dial an earlier controller began has returned: its id says so.
            if not command_id.endswith("-dial") or self._leg is None:
                return []
            flight = Flight(command_id, "dial")
        self._flight, self.deadline = None, None
        play = flight.play
        if play and play.rest and self._wanted is None and (play is flight or play.proven):
            return self._play(play.prompt, play.rest, now)
        return [*self._ended_events(flight), *self._begin(now)]

    def _cut_or_done(self, fact: CommandDone, now: float) -> Output:
        """A prompt cut by a stop that was meant for the one before goes on: the caller must not miss it.

        A stop may reach the channel when its prompt has just ended, or be asked for once more while the first takes
        effect: Asterisk keeps it for whatever plays next.
        """
        flight, cut_at = self._flight, fact.cut_at
        if flight is not None and flight.id == fact.command_id and flight.file and flight.stopping:
            self._stopped = stopped_at(flight, cut_at)
        if cut_at is None or flight is None or flight.id != fact.command_id or flight.file == "" or flight.stopping:
            return self._done(fact.command_id, now)
        at = cut_at if cut_at >= flight.began_at + AGAIN_BEFORE else flight.began_at
        return [self._stream(flight.prompt, (flight.file, *flight.rest), at)]

    def _failed(self, command_id: str, now: float) -> Output:
        """Result -1: the caller is hanging up. A prompt or ring cut by that has not ended: nothing follows from it."""
        flight, leg = self._flight, self._leg
        cut = flight is not None and (flight.play is not None or (leg is not None and not leg.bridged))
        if flight is None or flight.id != command_id or flight.dying or not cut:
            return self._done(command_id, now)
        flight.dying = True
        self.deadline = now + HANGUP_FOLLOWS_S
        return []

    def _refused(self, command_id: str, now: float) -> Output:
        if self._flight is None or self._flight.id != command_id:
            return []
        if play := self._flight.play:
            play.stopping, play.rest = True, ()
        return self._done(command_id, now)

    def _ended_events(self, flight: Flight) -> list[Order | SessionEvent]:
        """What the end of a command means to the machines."""
        play, events = flight.play, list[Order | SessionEvent]()
        if play:
            heard = (play is flight or play.proven) and not play.stopping
            events.append(PromptEnded(self.call, play.prompt, completed=heard))
        if flight.kind in {"dial", "sync"}:
            events += self._dial_events(TalkEndedBy.AGENT if flight.kind == "dial" else TalkEndedBy.UNKNOWN)
        return events

    def _dial_events(self, by: TalkEndedBy) -> list[SessionEvent]:
        leg, self._leg = self._leg, None
        if leg is None:
            return []
        if leg.bridged:
            return [TalkEnded(self.call, leg.agent, by)]
        return [RingEnded(self.call, leg.agent, ring_outcome(leg))]

    # ---- the agent's leg --------------------------------------------------------------------------

    def _leg_created(self, channel: str, agent: AgentNumber) -> Output:
        if self._leg is None:
            return []
        self._leg.channel = channel
        if self._leg.cancelled:
            return [HangUpChannel(channel)]
        return [AgentRinging(self.call, agent)]

    def _bridged(self, channel: str) -> Output:
        leg = self._leg
        if leg is None or leg.channel != channel or leg.bridged:
            return []
        leg.bridged = True
        self.deadline, self._music = None, None
        return [AgentAnswered(self.call, leg.agent)]

    # ---- leaving and coming back ------------------------------------------------------------------

    def _left_agi(self) -> Output:
        """The channel left AsyncAGI: `ChannelGone` follows if the caller hung up, a second `AgiStarted` if moved."""
        self._flight, self.deadline, self.present = None, None, False
        return []

    def _came_back(self, channel: str, now: float) -> Output:
        """The channel is in AsyncAGI, for the first time or again: what ran on it before is over."""
        self.channel, self.present, self._flight, self._music_sounds = channel, True, None, False
        by = TalkEndedBy.AGENT if self._leg and self._leg.cause else TalkEndedBy.UNKNOWN
        return [*self._dial_events(by), *(self._end() if self._ending else self._begin(now))]

    def _gone(self, cause: int) -> Output:
        if self._ended:
            return []
        self._ended, self._flight, self.deadline, self.present = True, None, None, False
        self._wanted = None
        leg, self._leg = self._leg, None
        events: Output = []
        if leg and leg.bridged:
            events.append(TalkEnded(self.call, leg.agent, TalkEndedBy.CALLER))
        elif leg and leg.channel:
            events.append(HangUpChannel(leg.channel))
        events.append(CallEnded(self.call, cause))
        return events

    def _resynchronise(self, fact: Resynchronise, now: float) -> Output:
        """Find out by a harmless command whether something still runs, unless a talk is plainly going on."""
        self.channel, self.present = fact.channel, True
        events: Output = []
        if fact.agent is not None and (self._leg is None or self._leg.agent != fact.agent):
            events += self._dial_events(TalkEndedBy.UNKNOWN)
            self._leg = Leg(fact.agent, fact.leg or "")
        if self._leg and fact.leg:
            self._leg.channel = fact.leg
        if self._leg and fact.bridged:
            if not self._leg.bridged:
                self._leg.bridged = True
                events.append(AgentAnswered(self.call, self._leg.agent))
            self.deadline = None
            return events
        if self._ending:
            return [*events, *self._end()]
        lost = self._flight
        if lost and lost.kind == "dial" and fact.leg:
            return events  # it still rings, and its end will be told
        events.append(self._run("sync", "NOOP", behind=lost.play if lost else None))
        self.deadline = now + SYNC_RETRY_S
        return events
