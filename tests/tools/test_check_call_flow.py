"""The proofs docs/call-flow.md names."""

from pathlib import Path

import pytest

from tools.check_call_flow import complaints, main

ROOT = Path(__file__).resolve().parents[2]


def test_every_test_the_call_flow_names_exists() -> None:
    assert complaints(ROOT) == []
    assert main([]) == 0


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(
        "import sys\n\ndef test_one(): ...\nasync def test_two(): ...\nTestThree = sys.argv[0] = object\n"
    )
    return tmp_path


def name(repository: Path, *tests: str) -> list[str]:
    (repository / "docs" / "call-flow.md").write_text(" ".join(f"`{one}`" for one in tests))
    return complaints(repository)


def test_functions_coroutines_and_classes_count(repository: Path) -> None:
    three = ("tests/test_a.py::test_one", "tests/test_a.py::test_two", "tests/test_a.py::TestThree")
    assert name(repository, *three) == []


def test_what_is_missing_is_named(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert name(repository, "tests/test_a.py::test_four", "tests/test_b.py::test_one") == [
        "docs/call-flow.md: there is no tests/test_a.py::test_four",
        "docs/call-flow.md: there is no tests/test_b.py::test_one",
    ]
    assert main([str(repository)]) == 1
    assert "test_four" in capsys.readouterr().err


def test_a_page_that_proves_nothing_is_wrong(repository: Path) -> None:
    assert name(repository) == ["docs/call-flow.md: names no test"]
