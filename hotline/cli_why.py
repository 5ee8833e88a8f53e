"""`hotline why`: why each agent was rung for a call, and why the others were not."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from acd.verdict import Candidate
from hotline.cli_status import LanguageOption, asked, checked_language
from hotline.config import load_config
from hotline.control.client import ControlClient, NotRunningError
from hotline.settings import Settings, load_settings
from hotline.store.archive import Archive
from hotline.store.drafts import Values
from hotline.why import CallStory, RingStory, last_calls, story_of
from hotline.why_sentence import TopicName, candidate_line, sentence, transfer_line
from hotline.why_words import WHY_WORDS, Words
from telephony.errors import ConfigError, WorldError
from telephony.ids import AgentNumber, CallId, Topic

app = typer.Typer(
    help="为什么 · Why an agent was rung for a call.", add_completion=False, pretty_exceptions_enable=False
)


@app.command()
def why(
    call: Annotated[
        str | None, typer.Argument(metavar="来电", help="A call's id; the latest calls unless given.")
    ] = None,
    *,
    last: Annotated[int, typer.Option(help="So many of the latest calls.", min=1, max=100)] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="For tools.")] = False,
    language: LanguageOption = None,
) -> None:
    """为什么 · For every ring of a call: who was looked at, what removed each, and what decided. Live or finished."""
    settings = load_settings()
    words = WHY_WORDS[checked_language(language or settings.language)]
    calls = [CallId(call)] if call else last_calls(settings.journal_dir, last)
    archive, found = Archive(settings.archive_dir), False
    for each in calls:
        live, story = _live(settings, each), story_of(settings.journal_dir, archive, each)
        if story is None and live is not None:  # a call-back that has called nobody yet
            story = CallStory(each, None, [], [], [])
        if story is not None:
            found = True
            text = _json(story, live) if as_json else "\n".join(_lines(story, live, words, _topic_names(settings)))
            sys.stdout.write(text + "\n")
    if not found:
        raise WorldError(words.none, retryable=False)


def _live(settings: Settings, call: CallId) -> dict[str, Any] | None:
    """What the running hotline says of a caller who waits; None if it does not run or he does not wait."""
    try:
        with ControlClient(settings.control_socket) as client:
            answer = asked(client, "why", call=call)
    except NotRunningError:
        return None
    return answer if answer["waits"] else None


def _json(story: CallStory, live: dict[str, Any] | None) -> str:
    return json.dumps({**asdict(story), "waits_now": live}, ensure_ascii=False, default=str)


def _topic_names(settings: Settings) -> TopicName:
    """The menu's names of topics; the topics themselves while the menu has mistakes."""
    try:
        menu = load_config(settings.menus, settings.agents, settings.vip, settings.recordings_dir).menu
    except ConfigError:
        return str
    names = {node.topic or Topic(node.id): node.name for node in menu.nodes.values()}
    return lambda topic: f"“{names.get(topic, topic)}”"


def _lines(story: CallStory, live: dict[str, Any] | None, words: Words, topic_name: TopicName) -> Iterator[str]:
    yield f"{story.call}  {_when(story.arrived_wall)}  {'; '.join(story.outcomes)}".rstrip()
    told = [(ring.wall, list(_ring_lines(ring, words, topic_name))) for ring in story.rings]
    told += [(one["began_wall"], [_transfer_line(one, words)]) for one in story.transfers]
    for _, lines in sorted(told, key=lambda each: each[0]):
        yield from lines
    if live is not None:
        yield from _live_lines(live, words)


def _live_lines(live: Mapping[str, Any], words: Words) -> Iterator[str]:
    """How a caller waits now, on the line or for a call-back."""
    if (callback := live.get("callback")) is not None:
        since, expires = _when(callback["place_wall"]), _when(callback["expires_wall"])
        line = words.callback_now.format(**{**live, **callback}, since=since, expires=expires, wait=live["wait_s"])
        yield f"  {line}"
        yield f"  {_callback_stand(live, callback, words)}"
    else:
        yield "  " + words.waiting_now.format(**live, wait=live["wait_s"])
    if "agents" in live:
        yield f"  {words.could_now}:"
        for plain in live["agents"]:
            one = Candidate(**{**plain, "terms": dict(plain["terms"])})
            yield "    " + candidate_line(one, words, name=f"{one.who} {live['names'].get(one.who, '')}", chosen=False)


def _callback_stand(live: Mapping[str, Any], callback: Mapping[str, Any], words: Words) -> str:
    if "position" in live:
        form = words.callback_in_line if callback["state"] == "waiting" else words.callback_another
        return form.format(**{**callback, **live})
    if callback["kept_free"] is not None:
        agent = f"{callback['kept_free']} {callback['kept_free_name']}".strip()
        return words.callback_calling.format(**callback, agent=agent)
    if callback["again_wall"] is None:
        return words.callback_never
    return words.callback_later.format(**callback, again=_when(callback["again_wall"]))


def _ring_lines(told: RingStory, words: Words, topic_name: TopicName) -> Iterator[str]:
    ring, explanation = told.ring, told.explanation
    yield f"  {_when(told.wall)}  {words.ended.get(told.ended, told.ended)}  {sentence(told, words, topic_name)}"
    if explanation.doubt:
        alone = "" if explanation.agents else f": {ring.reason}"
        yield f"    {words.doubts[explanation.doubt]}{alone}"
    names = told.names or {}
    for one in explanation.agents:
        name = f"{one.who} {names.get(AgentNumber(one.who), '')}".strip()
        yield "    " + candidate_line(one, words, name=name, chosen=one.who == ring.agent)
    for one in explanation.callers:
        yield "    " + candidate_line(one, words, name=one.who, chosen=one.who == ring.call)


def _transfer_line(transfer: Values, words: Words) -> str:
    return f"  {_when(transfer['began_wall'])}  {transfer_line(transfer, words)}"


def _when(wall: float | None) -> str:
    return "" if wall is None else datetime.fromtimestamp(wall).astimezone().strftime("%m-%d %H:%M:%S")
