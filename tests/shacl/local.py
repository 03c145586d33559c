"""Triples as data that shapes can be evaluated over, and the results of shapes over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Triple

from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Result
from clausegraph.shacl.shapes import read_shapes
from clausegraph.shacl.store import LocalData
from clausegraph.shacl.validation import Validation

_SHAPES = "urn:x-clausegraph:shapes"


def local(triples: Iterable[Triple]) -> LocalData:
    """Return triples as data; blank nodes keep their names."""
    data = LocalData()
    data.load(triples)
    return data


def found(data: Iterable[Triple], shapes: Sequence[Triple]) -> list[Result]:
    """Return the results of all shapes over all data."""
    loaded = local(data)
    loaded.load_shapes(shapes, _SHAPES)
    return list(Validation(read_shapes(ShapesGraph(shapes)), loaded).results())
