"""What is said in a folder of recordings, from the list beside them. Pure."""

import re
from dataclasses import dataclass

MANIFEST = "manifest.tsv"
"""Lies beside the wave files: file, text and perhaps node, tab-separated."""

_NOT_HANZI = re.compile(r"[^\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Recording:
    """One line of a manifest."""

    file: str
    text: str
    """What is said, Hanzi only."""
    node: str = ""
    """Where it should lead, by the name or a phrase of the node; only the evaluation asks."""


def parse_manifest(text: str) -> list[Recording]:
    """The recordings with Hanzi in their text; a heading and further columns are passed over."""
    found = []
    for line in text.splitlines():
        name, said, node, *_ = [*line.split("\t"), "", ""]
        spoken = _NOT_HANZI.sub("", said)
        if spoken and name.endswith(".wav"):
            found.append(Recording(name, spoken, node.strip()))
    return found
