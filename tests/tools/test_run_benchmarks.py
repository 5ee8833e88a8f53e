"""`make bench`: one that fails stops no other, and is named in the end."""

from pathlib import Path

import pytest

from tools.run_benchmarks import main, run_all


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    for name, code in (("a_drill", 3), ("b_figures", 0), ("c_goals", 1)):
        (folder / f"{name}.py").write_text(
            f"import sys\nopen({str(tmp_path / name)!r}, 'w').close()\nsys.exit({code})\n"
        )
    return tmp_path


def test_all_run_and_the_failed_are_named(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([str(root)]) == 1
    assert all((root / name).exists() for name in ("a_drill", "b_figures", "c_goals"))
    out, err = capfd.readouterr()
    assert out.splitlines() == [f"== benchmarks/{name}.py" for name in ("a_drill", "b_figures", "c_goals")]
    assert err == "Failed: a_drill, c_goals\n"


def test_nothing_failed(root: Path) -> None:
    for name in ("a_drill", "c_goals"):
        (root / "benchmarks" / f"{name}.py").unlink()
    assert run_all(root) == []
    assert main([str(root)]) == 0
