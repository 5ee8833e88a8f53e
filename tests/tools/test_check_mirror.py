"""The mirror check finds what is missing on either side."""

from pathlib import Path

import pytest

from tools import check_mirror

CODE = "def double(n):\n    return 2 * n\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(check_mirror, "EXCUSED", {})
    for name in ("acd/__init__.py", "hotline/store/__init__.py"):
        write(tmp_path, name, '"""A package."""\n')
    write(tmp_path, "acd/queue.py", CODE)
    write(tmp_path, "tests/acd/test_queue.py", "")
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def test_a_mirrored_tree_is_fine(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_mirror.main([str(root)]) == 0
    assert capsys.readouterr().out == ""


def test_a_module_without_a_test_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, "hotline/store/journal.py", CODE)
    assert check_mirror.main([str(root)]) == 1
    assert capsys.readouterr().out == "hotline/store/journal.py: has no tests/hotline/store/test_journal.py\n"


@pytest.mark.parametrize("code", ['"""Words."""\nX = 1\n', "class A:\n    def x(self):\n        ...\n", "import os\n"])
def test_a_module_that_only_declares_needs_none(root: Path, code: str) -> None:
    write(root, "acd/words.py", code)
    assert check_mirror.complaints(root) == []


def test_a_test_without_a_module_is_named(root: Path) -> None:
    write(root, "tests/acd/test_gone.py", "")
    assert check_mirror.complaints(root) == ["tests/acd/test_gone.py: there is no acd/gone.py"]


def test_an_aspect_may_have_a_file_of_its_own_and_the_whole_needs_no_module(root: Path) -> None:
    write(root, "tests/acd/test_queue_limits.py", "")
    write(root, "tests/e2e/test_calls.py", "")
    assert check_mirror.complaints(root) == []


def test_excuses_count_for_the_shell_only_and_must_be_needed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    excused = dict.fromkeys(("hotline/a.py", "acd/pure.py", "acd/queue.py", "hotline/gone.py"), "why")
    monkeypatch.setattr(check_mirror, "EXCUSED", excused)
    write(root, "hotline/a.py", CODE)
    write(root, "acd/pure.py", CODE)
    assert check_mirror.complaints(root) == [
        "acd/pure.py: is part of the pure core, where no excuse counts; write tests/acd/test_pure.py",
        "acd/queue.py: is excused but has tests/acd/test_queue.py; take it off the list",
        "hotline/gone.py: is excused but does not exist",
    ]


def test_this_repository_is_looked_at_by_default() -> None:
    assert Path("hotline/board.py") in check_mirror.modules(Path(check_mirror.__file__).parents[1])
