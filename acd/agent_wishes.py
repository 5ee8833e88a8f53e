"""What agents ask for from their phones and from the command line: sign in and out, ready, not ready, wrap-up."""

from collections.abc import Container

from acd.agent_state import AgentMachine
from acd.hall import Hall
from telephony.commands import AnswerWish
from telephony.events import AgentAsked, AgentWish

AWAY_WISHES = frozenset({AgentWish.SIGN_OFF, AgentWish.NOT_READY})


def answer_wish(hall: Hall, reasons: Container[str], event: AgentAsked, now: float) -> None:
    """Grant what the agent may have now, or say why not. `reasons`: keys of those an agent may be not ready for."""
    machine = hall.floor.machine(event.agent)
    if machine is None or hall.is_going(event.agent):
        hall.orders.append(AnswerWish(event.agent, event.wish, granted=False, explanation="unknown_agent"))
        return
    known = not event.reason or event.reason in reasons
    if event.wish is AgentWish.NOT_READY and not known:
        hall.orders.append(AnswerWish(event.agent, event.wish, granted=False, explanation="unknown_reason"))
        return
    before = _seen(machine)
    reply = machine.wish(event.wish, now, event.reason)
    hall.orders.append(AnswerWish(event.agent, event.wish, reply.granted, reply.explanation))
    if event.wish in {AgentWish.READY, AgentWish.SIGN_IN}:
        hall.floor.back_at_work(machine)
    if _seen(machine) != before:
        hall.follow(machine)
    else:
        hall.floor.follow(machine)
    ring = hall.rings.of_agent(event.agent)
    if ring is not None and event.wish in AWAY_WISHES:
        hall.take_back(ring, now)  # nobody would answer: the caller goes to the next agent at once


def _seen(machine: AgentMachine) -> tuple[object, ...]:
    """What is shown of an agent, or must be in the journal."""
    return machine.state, machine.since, machine.reason, machine.deadline, machine.pending
