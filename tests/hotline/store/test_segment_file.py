import os
import stat
from pathlib import Path

import pytest

from hotline.store.segment_file import SegmentFile


def test_lines_go_one_after_the_other(tmp_path: Path) -> None:
    file = SegmentFile(tmp_path / "s", 0)
    file.commit(b"one\n")
    file.commit(b"two\n")
    file.close()
    assert (tmp_path / "s").read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600
    again = SegmentFile(tmp_path / "s", file.size)
    again.commit(b"three\n")
    again.close()
    assert (tmp_path / "s").read_bytes() == b"one\ntwo\nthree\n"


def test_a_write_that_failed_half_way_is_repeated_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "s"
    file = SegmentFile(path, 0)
    file.commit(b"one\n")
    os.truncate(path, 4)
    with path.open("ab") as other:
        other.write(b"tw")  # as far as it came
    file.commit(b"two\n")
    file.close()
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_full_disk_is_an_error_and_moves_nothing() -> None:
    file = SegmentFile(Path("/dev/full"), 0)
    with pytest.raises(OSError, match="No space left"):
        file.commit(b"one\n")
    assert file.size == 0
    file.close()
