"""A menu file half-way to a `Menu`: every node with the place it was written at, for building and for the checks."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.menu import ROOT
from ivr.menu_shape import BranchShape, MenusShape, NodeShape
from telephony.ids import NodeId, QueueId, Topic
from telephony.located import Document, Path
from telephony.repeated import Turn

ROOT_NAMES = {"zh-CN": "主菜单", "en": "main menu"}
"""The main menu's name where the author gives none."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One node where the author wrote it."""

    path: Path
    id: NodeId
    name: str
    """Shown and spoken."""
    shape: BranchShape
    parent: NodeId | None
    queue: QueueId | None
    """Own or inherited."""
    topic: Topic
    """Own, or the id."""

    def choices(self) -> Iterator[tuple[str, NodeId]]:
        """Yield each key with the node it leads to; a node elsewhere in the tree need not exist yet."""
        for key, choice in self.shape.choices.items():
            yield key, child_id(self.id, key, choice) if isinstance(choice, NodeShape) else NodeId(choice)


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be read of a menu file, mistakes left out."""

    document: Document
    shape: MenusShape
    spots: tuple[Spot, ...]
    """Every node in the order of the file, the root first."""
    ids: dict[NodeId, Spot]
    """The first node of each id, in the same order."""
    repeats: tuple[tuple[Turn, "Draft"], ...] = ()
    """The same file with what stands under keys that are given twice."""


def lay_out(document: Document, shape: MenusShape) -> Draft:
    """Walk the tree once, giving each node its full id, its queue and its topic."""
    root = _spot(shape.menu.name or ROOT_NAMES[shape.language], ("menu",), ROOT, shape.menu)
    spots = (root, *_below(root))
    ids: dict[NodeId, Spot] = {}
    for spot in spots:
        ids.setdefault(spot.id, spot)
    return Draft(document, shape, spots, ids)


def child_id(owner: NodeId, key: str, shape: NodeShape) -> NodeId:
    """Join the ids from the root; where the author wrote none, the key stands in until he does."""
    word = shape.id.lower() or f"choice_{key}"
    return NodeId(word if owner == ROOT else f"{owner}.{word}")


def _below(owner: Spot) -> Iterator[Spot]:
    for key, choice in owner.shape.choices.items():
        if isinstance(choice, NodeShape):
            id_ = child_id(owner.id, key, choice)
            spot = _spot(choice.name, (*owner.path, "choices", key), id_, choice, owner=owner)
            yield spot
            yield from _below(spot)


def _spot(name: str, path: Path, id_: NodeId, shape: BranchShape, *, owner: Spot | None = None) -> Spot:
    inherited = owner.queue if owner else None
    return Spot(
        path=path,
        id=id_,
        name=name,
        shape=shape,
        parent=owner.id if owner else None,
        queue=QueueId(shape.queue) if shape.queue else inherited,
        topic=Topic(shape.topic or id_),
    )
