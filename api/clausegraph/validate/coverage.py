"""How much was checked: the focus nodes in the judged files, and the files that hold none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal

from clausegraph.shacl.results import Term
from clausegraph.shacl.shapes import Shapes
from clausegraph.shacl.validation import Validation
from clausegraph.validate.material import Material


@dataclass(frozen=True)
class Coverage:
    """The number of different judged focus nodes, and the paths of the files that hold none."""

    focus_nodes: int
    unchecked: tuple[Path, ...]


def cover(validation: Validation, shapes: Shapes, material: Material) -> Coverage:
    """Count the focus nodes, of which those that judged files merely point to are not.

    Where there is one file, or none, and nothing but it, the count says it all.
    """
    if material.selection.restriction is None and len(material.files) <= 1:
        number = validation.focus_nodes()
        return Coverage(number, () if number else _paths(material))
    number = 0
    waiting = {file.number: file.path for file in material.files}
    for node in _focus_nodes(validation, shapes, material):
        number += material.concerns(node, None)
        if waiting and not isinstance(node, Literal) and material.judged(node):
            for file in material.holders.all_of(node):
                waiting.pop(file.number, None)
    return Coverage(number, tuple(waiting.values()))


def _paths(material: Material) -> tuple[Path, ...]:
    return tuple(file.path for file in material.files)


def _focus_nodes(validation: Validation, shapes: Shapes, material: Material) -> Iterator[Term]:
    """Yield each focus node once."""
    found = (validation.focus(shape) for shape in shapes.targeted)
    patterns = dict.fromkeys(focus.pattern for focus in found if focus is not None)
    if patterns:
        union = " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)
        for (node,) in material.data.select(f"SELECT DISTINCT ?this WHERE {{ {union} }}"):
            if node is not None:
                yield node
