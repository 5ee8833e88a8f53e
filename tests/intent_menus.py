"""Menus whose words are compared in tests: the sample of the repository, and a small English one."""

from functools import cache
from pathlib import Path
from textwrap import indent

from ivr.intents import IntentIndex
from ivr.menu import Menu
from ivr.menu_file import parse_menus
from ivr.utterances import Utterance, parse_utterances

ROOT_DIR = Path(__file__).resolve().parents[1]
UTTERANCES = ROOT_DIR / "tests/fixtures/intents/utterances.tsv"

ENGLISH = """
1:
  id: loan
  name: Loan application
  queue: loan
  synonyms: [apply for a loan]
  choices:
    1: {id: quota, name: Credit limit}
    2: {id: progress, name: Approval status}
2:
  id: payment
  name: Repayment
  queue: loan
  choices:
    1: {id: early, name: Early repayment, synonyms: ["pay off [my] loan [early]"]}
    2: {id: methods, name: Ways to pay}
3: {id: complaint, name: Complaint, queue: general, synonyms: ["(make|file) a complaint", complain]}
4: {id: other, name: Anything else, queue: general}
"""


HEAD = """
language: {language}
numbers: {{95001: hotline}}
default_queue: general
menu:
  say: Hello.
  choices:
"""


def index_of(choices: str, language: str) -> IntentIndex:
    """What can be said to a menu with these choices, written as under `choices:`."""
    return IntentIndex.build(menu_of(HEAD.format(language=language) + indent(choices, " " * 4)))


def menu_of(text: str) -> Menu:
    """A menu that must be right."""
    menu, problems = parse_menus(text, "menus.yaml")
    assert problems == []
    assert menu is not None
    return menu


@cache
def sample_index() -> IntentIndex:
    """What can be said to the sample menu."""
    return IntentIndex.build(menu_of((ROOT_DIR / "menus.yaml").read_text("utf-8")))


@cache
def english_index() -> IntentIndex:
    """What can be said to the English one."""
    return index_of(ENGLISH, "en")


@cache
def sample_utterances() -> tuple[Utterance, ...]:
    """Every utterance of the repository."""
    found, problems = parse_utterances(UTTERANCES.read_text("utf-8"), "utterances.tsv", sample_index().menu)
    assert problems == []
    return tuple(found)
