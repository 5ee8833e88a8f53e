"""What the control socket can ask of the engine: one function per word of the protocol."""

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from acd.explain import CallerThen, Moment, look_around
from acd.moments import CallbackNow
from acd.shifts import Duty, duty
from hotline import clock
from hotline.control.protocol import ControlError, ErrorCode
from hotline.control.server import Op
from telephony.commands import AnswerWish
from telephony.events import AgentAsked, AgentWish
from telephony.ids import AgentNumber, CallId
from telephony.numbers import normalise_number

if TYPE_CHECKING:
    from hotline.bootstrap import Hotline


class Ops:
    """The ops of one hotline."""

    def __init__(self, hotline: "Hotline") -> None:
        self._hotline = hotline

    def table(self) -> Mapping[str, Op]:
        """Op by its word."""
        return {
            "ping": self.ping,
            "status": self.status,
            "find_call": self.find_call,
            "agent": self.agent,
            "transfer": self.transfer,
            "callbacks": self.callbacks,
            "cancel_callback": self.cancel_callback,
            "reload": self.reload,
            "why": self.why,
        }

    def ping(self, _args: dict[str, Any]) -> object:
        """Say who is there."""
        return {"boot": self._hotline.boot.id}

    def status(self, _args: dict[str, Any]) -> object:
        """The whole snapshot, and how much the engine itself holds: whoever looks for leaks counts it."""
        engine = self._hotline.engine
        held = {"lines": len(engine.lines), "deadlines": len(engine.agenda), "tasks": len(asyncio.all_tasks())}
        return {**dataclasses.asdict(self._hotline.board.snapshot(clock.engine_now())), "held": held}

    def find_call(self, args: dict[str, Any]) -> object:
        """The call in progress of a caller whose number the asker knows; `{"call": null}` if there is none."""
        number = normalise_number(_text(args, "caller"))
        lines = self._hotline.engine.lines.values()
        return {"call": next((line.call for line in lines if number and line.caller == number), None)}

    def agent(self, args: dict[str, Any]) -> object:
        """Change an agent's state as if asked by feature code: `number`, `wish`, `reason`."""
        number = AgentNumber(_text(args, "number"))
        wish = _wish(_text(args, "wish"))
        if number not in self._hotline.config.roster.agents:
            raise ControlError(ErrorCode.BAD_ARGS, f"agent {number} is not in the roster")
        answer = self._hotline.engine.features.ask(AgentAsked(number, wish, str(args.get("reason") or "")))
        return {**_shown(answer), **({"outside_shift": True} if self._is_outside(number, wish) else {})}

    def _is_outside(self, number: AgentNumber, wish: AgentWish) -> bool:
        """Whether somebody begins work outside his shift: he may, but is told so."""
        roster, begins = self._hotline.config.roster, wish in {AgentWish.SIGN_IN, AgentWish.READY}
        shift = roster.shifts.get(roster.agents[number].shift)
        local_on = self._hotline.local_now().replace(tzinfo=None)
        return begins and duty(shift, local_on, signed_in=True) is Duty.OUTSIDE

    def why(self, args: dict[str, Any]) -> object:
        """Who could take a waiting caller now, and what keeps the others from it: `call`.

        Who has hung up and is to be called back waits as well, whether he stands in line now or not.
        """
        call, engine = CallId(_text(args, "call")), self._hotline.engine
        moment = engine.distributor.moment(engine.now, self._hotline.repricing.prices)
        callback = engine.distributor.callback_now(call)
        caller = moment.callers.get(call if callback is None else CallId(callback.callback.id))
        answer: dict[str, object] = {"waits": caller is not None or callback is not None}
        if callback is not None:
            answer |= self._callback(callback)
        return answer if caller is None else answer | _in_line(caller, moment)

    def _callback(self, now: CallbackNow) -> dict[str, object]:
        """How it stands with a call-back; instants in seconds since 1970."""
        engine, one, roster = self._hotline.engine, now.callback, self._hotline.config.roster
        wall_s = engine.ports.clock.wall_s() - engine.now
        queue, again_at = roster.queues.get(one.asked.queue), now.back_in_line_at
        agent = None if now.kept_free is None else roster.agents.get(now.kept_free)
        return {
            "queue": one.asked.queue if queue is None else queue.name,
            "wait_s": max(0.0, engine.now - one.asked.place_at),
            "callback": {
                "id": one.id,
                "state": one.state.value,
                "tries": one.tries,
                "place_wall": one.asked.place_at + wall_s,
                "expires_wall": one.expires_at + wall_s,
                "again_wall": None if again_at is None else again_at + wall_s,
                "kept_free": now.kept_free,
                "kept_free_name": "" if agent is None else agent.name,
            },
        }

    def transfer(self, args: dict[str, Any]) -> object:
        """Pass a caller in a talk on: `call`, `to` (agent, queue or dialled number), `consult`."""
        why = self._hotline.engine.transfers.ask(
            CallId(_text(args, "call")), _text(args, "to"), consult=bool(args.get("consult"))
        )
        self._hotline.engine.post()
        self._hotline.engine.wake()
        return {"granted": not why, "explanation": why}

    def callbacks(self, _args: dict[str, Any]) -> object:
        """Customers who are still to be called back."""
        return {"callbacks": self._hotline.engine.callbacks.listed()}

    def cancel_callback(self, args: dict[str, Any]) -> object:
        """Take a call-back off the list: `callback`."""
        return {"granted": self._hotline.engine.callbacks.cancel(_text(args, "callback"))}

    async def reload(self, _args: dict[str, Any]) -> object:
        """Take the two YAML files anew, if they have no problem."""
        config = await self._hotline.reload()
        return {"version": config.version, "nodes": len(config.menu.nodes), "agents": len(config.roster.agents)}


def _in_line(caller: CallerThen, moment: Moment) -> dict[str, object]:
    """One who stands in line."""
    return {
        "queue": caller.queue.name,
        "wait_s": moment.now - caller.place_at,
        "position": caller.position,
        "topic": caller.topic,
        "min_level": caller.min_level,
        "agents": look_around(caller, moment),
        "names": {number: then.agent.name for number, then in moment.agents.items()},
    }


def _shown(answer: AnswerWish | None) -> dict[str, object]:
    if answer is None:
        return {"granted": False, "explanation": "no_answer"}
    return {"granted": answer.granted, "explanation": answer.explanation}


def _text(args: dict[str, Any], name: str) -> str:
    value = args.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(ErrorCode.BAD_ARGS, f"{name} is missing")
    return value


def _wish(text: str) -> AgentWish:
    try:
        return AgentWish(text)
    except ValueError:
        known = ", ".join(AgentWish)
        raise ControlError(ErrorCode.BAD_ARGS, f"unknown wish {text!r}; known are {known}") from None
