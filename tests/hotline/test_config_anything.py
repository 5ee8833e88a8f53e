"""Whatever is in the admin's files: it is right, or every problem lies inside the file it names."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hotline.config import load_config
from telephony.errors import ConfigError, Problem

ROOT_DIR = Path(__file__).parents[2]
MENUS = (ROOT_DIR / "menus.yaml").read_text("utf-8")
AGENTS = (ROOT_DIR / "agents.yaml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "menus.yaml").write_text(MENUS, "utf-8")
    (tmp_path / "agents.yaml").write_text(AGENTS, "utf-8")
    return tmp_path


SNIPPETS = st.sampled_from("\t{}[]\"':|>#\n\r\0~\\ \ufeff\u2028\ud800：é字\x1b") | st.sampled_from(
    ("- ", "*a", "&a ", "!!int ", "<<: ", "---\n", "...\n", "%YAML 9", "? ", "1: {}\n", "9" * 400)
)


def edits(text: str) -> st.SearchStrategy[str]:
    """Between one and four places of the text cut out, repeated or written over."""
    edit = st.tuples(st.integers(0, len(text)), st.integers(0, 30), st.one_of(SNIPPETS, st.text(max_size=5)))

    def apply(changes: list[tuple[int, int, str]]) -> str:
        changed = text
        for begin, length, new in changes:
            changed = changed[:begin] + new + changed[begin + length :]
        return changed

    return st.lists(edit, min_size=1, max_size=4).map(apply)


def inside(problem: Problem, text: str) -> bool:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return 1 <= problem.line <= len(lines) and 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def check_anything(folder: Path, changed: str, name: str, write: Callable[[Path], object]) -> None:
    write(folder / name)
    try:
        load_config(folder / "menus.yaml", folder / "agents.yaml", None, folder)
        problems: list[Problem] = []
    except ConfigError as error:
        problems = error.problems
        assert problems
    finally:
        (folder / "menus.yaml").write_text(MENUS, "utf-8")
        (folder / "agents.yaml").write_text(AGENTS, "utf-8")
    texts = {"menus.yaml": MENUS, "agents.yaml": AGENTS, name: changed}
    for problem in problems:
        assert problem.message.isprintable()
        assert inside(problem, texts[problem.file])


ANYTHING = settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # the edits are small already
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@ANYTHING
@given(changed=edits(MENUS))
def test_any_edit_of_the_menu_is_right_or_located(folder: Path, changed: str) -> None:
    raw = changed.encode("utf-8", "surrogatepass")
    check_anything(folder, raw.decode("utf-8", "replace"), "menus.yaml", lambda path: path.write_bytes(raw))


@ANYTHING
@given(changed=edits(AGENTS))
def test_any_edit_of_the_roster_is_right_or_located(folder: Path, changed: str) -> None:
    raw = changed.encode("utf-8", "surrogatepass")
    check_anything(folder, raw.decode("utf-8", "replace"), "agents.yaml", lambda path: path.write_bytes(raw))


@ANYTHING
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_located(folder: Path, raw: bytes) -> None:
    check_anything(folder, raw.decode("utf-8", "replace"), "menus.yaml", lambda path: path.write_bytes(raw))
