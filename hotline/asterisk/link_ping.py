"""Whether Asterisk is alive: a frozen one keeps its TCP connections open, only a ping without an answer tells."""

import asyncio

import structlog

from hotline.asterisk.ami_message import Action
from hotline.asterisk.ami_protocol import NotSentError, OutcomeUnknownError, Reply, SafeProtocol
from hotline.asterisk.link_terms import LinkTiming
from telephony.errors import LinkError

log = structlog.get_logger(__name__)

PING = Action("Ping")

MAX_MISSED = 3
"""Unanswered pings in a row while other bytes still arrive: then it may be our own loop that was late, not Asterisk."""


async def keep_pinging(protocol: SafeProtocol, timing: LinkTiming) -> LinkError:
    """Ping until the connection is lost; returns why it was."""
    pinger = _Pinger(protocol, timing)
    while not protocol.lost.done():
        pinger.ping()
        await asyncio.wait({protocol.lost}, timeout=timing.ping_every_s)
    return protocol.lost.result()


class _Pinger:
    """Sends pings and gives the connection up when they stay unanswered."""

    def __init__(self, protocol: SafeProtocol, timing: LinkTiming) -> None:
        self.protocol = protocol
        self.timing = timing
        self.missed = 0

    def ping(self) -> None:
        """Send one; its answer also measures the round trip."""
        sent_at = self.protocol.loop.time()
        try:
            self.protocol.send(PING, lambda reply: self._answered(sent_at, reply), timeout_s=self.timing.ping_answer_s)
        except NotSentError:
            log.warning("ami_ping_not_sent")  # the protocol is giving the connection up already

    def _answered(self, sent_at: float, reply: Reply) -> None:
        if not isinstance(reply, OutcomeUnknownError):
            self.missed = 0
            return
        self.missed += 1
        silent = self.protocol.received_at <= sent_at
        if silent or self.protocol.unsent_bytes or self.missed >= MAX_MISSED:
            answer_s = self.timing.ping_answer_s
            reason = f"Asterisk does not answer: no reply to a ping in {answer_s:g} s"
            self.protocol.drop(LinkError(reason, retryable=True))
