"""Journals on disk for the tests of what reads them."""

from collections.abc import Sequence
from pathlib import Path

from hotline.store.facts import Booted, Fact, Record
from hotline.store.journal_line import encode_line
from hotline.store.recovery import Fold
from hotline.store.segments import segment_path
from tests.hotline.store.journal_stories import Said


class JournalFiles:
    """Writes what a journal would, at once and as asked: each segment with its checkpoint."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        self.directory = directory
        self.next_seq = 1
        self._boots = 1
        self._fold = Fold()
        self._path: Path | None = None

    def rotate(self, *, wall: float = 0.0) -> None:
        self._path = segment_path(self.directory, self.next_seq)
        self.write([Said(self._fold.recovered().checkpoint(), 0.0, wall)])

    def write(self, story: Sequence[Said]) -> None:
        if self._path is None:
            self.rotate()
        assert self._path is not None
        with self._path.open("ab") as file:
            for said in story:
                self._boots += isinstance(said.fact, Booted)
                boot = f"b{self._boots}"
                file.write(encode_line(self.next_seq, boot, said.fact, at=said.at, wall=said.wall))
                self._fold.apply(Record(self.next_seq, boot, said.wall, said.at, said.fact))
                self.next_seq += 1

    def facts(self, *facts: Fact, wall: float = 0.0) -> None:
        self.write([Said(fact, wall, wall) for fact in facts])

    def write_split(self, story: Sequence[Said], *, every: int) -> None:
        """The story over as many segments as it takes."""
        for first in range(0, len(story), every):
            self.rotate(wall=story[first].wall)
            self.write(story[first : first + every])
