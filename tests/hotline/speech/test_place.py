"""Where a worker is."""

from pathlib import Path

import pytest

from hotline.speech.place import place_file, read_place, write_place


def test_a_worker_says_where_it_is(tmp_path: Path) -> None:
    file = place_file(tmp_path, "recogniser-1")
    assert read_place(file) is None
    write_place(file, "127.0.0.1", 4000)
    write_place(file, "127.0.0.1", 4001)
    assert read_place(file) == ("127.0.0.1", 4001)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]", '["h", "p"]', '["h", true]', "[1, 2, 3]", "null"])
def test_anything_else_is_nowhere(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.place"
    file.write_text(text)
    assert read_place(file) is None
