from dataclasses import fields, replace
from pathlib import Path

import pytest

from acd.queue import Roster
from acd.roster_file import parse_roster
from hotline.prompts.catalogue import all_segments
from ivr.menu import Menu, Phrases
from ivr.menu_file import parse_menus
from ivr.wording import place
from telephony.prompt import Prompt, Recording, Say

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def menu() -> Menu:
    menu, problems = parse_menus((ROOT / "menus.yaml").read_text("utf-8"), "menus.yaml")
    assert menu is not None
    assert not problems
    return menu


@pytest.fixture(scope="module")
def roster() -> Roster:
    roster, problems = parse_roster((ROOT / "agents.yaml").read_text("utf-8"), "agents.yaml")
    assert roster is not None
    assert not problems
    return roster


def test_every_prompt_of_the_menu_is_in_it_once(menu: Menu, roster: Roster) -> None:
    segments = all_segments(menu, roster)
    assert len(segments) == len(set(segments))
    for node in menu.nodes.values():
        for prompt in (node.say, node.options):
            assert prompt is None or set(prompt.segments) <= set(segments)
    for entry in menu.entries.values():
        assert entry.greeting is None or set(entry.greeting.segments) <= set(segments)


def test_every_phrase_is_in_it(menu: Menu, roster: Roster) -> None:
    marked: dict[str, object] = {
        field.name: Prompt((Say(field.name),))
        for field in fields(Phrases)
        if isinstance(getattr(menu.phrases, field.name), Prompt)
    }
    segments = all_segments(replace(menu, phrases=replace(menu.phrases, **marked)), roster)  # type: ignore[arg-type]
    assert {Say(name) for name in marked} <= set(segments)
    for row in (menu.phrases.no_input, menu.phrases.no_match, tuple(menu.phrases.feature.values())):
        for prompt in row:
            assert set(prompt.segments) <= set(segments)


def test_templates_are_filled_in_as_the_waiting_room_fills_them(menu: Menu, roster: Roster) -> None:
    segments = set(all_segments(menu, roster))
    for position in (1, 2, 3, 30):
        assert set(place(menu.phrases, position, None).segments) <= segments
    assert set(place(menu.phrases, 4, (130.0, 290.0)).segments) <= segments
    assert Say("工号8001为您服务。") in segments
    assert not any("{" in segment.text for segment in segments)


def test_recordings_are_in_it(menu: Menu, roster: Roster) -> None:
    recorded = Prompt((Recording("hello.wav", "您好"),))
    changed = replace(menu, phrases=replace(menu.phrases, goodbye=recorded))
    assert Recording("hello.wav", "您好") in all_segments(changed, roster)
