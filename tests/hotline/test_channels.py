"""Between sessions and the link: commands, their failures, and the wake-up that follows each."""

from pathlib import Path

from hotline.asterisk.ami_protocol import OutcomeUnknownError
from telephony.errors import LinkError
from telephony.ids import CallId
from tests.hotline.engine_play import Play


def test_every_command_is_followed_by_a_wake_up_that_keeps_the_calls_limit(tmp_path: Path) -> None:
    play = Play(tmp_path, max_call_s=100)
    play.arrive()
    play.wait(2.0)
    play.press("2")
    limits = [int(order["Timeout"]) for order in play.actions("AbsoluteTimeout")]
    assert len(limits) == len(play.commands())
    assert limits[0] == 100
    assert limits[-1] == 98


def test_a_command_of_unknown_outcome_waits_for_the_reconnect_unless_connected(tmp_path: Path) -> None:
    play = Play(tmp_path)
    play.arrive()
    line = play.engine.lines[CallId("1.1")]
    sent = len(play.commands())
    order = next(action for action in play.link.sent if action.name == "AGI")
    reply = play.link.replies[play.link.sent.index(order)]
    assert reply is not None
    reply(OutcomeUnknownError("lost"))
    assert len(play.commands()) == sent
    play.engine.connected = True
    reply(OutcomeUnknownError("timed out"))
    assert play.commands()[-1] == "NOOP"
    reply(LinkError("refused, but no longer the command in flight", retryable=False))
    assert line.session.busy
