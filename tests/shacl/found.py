"""What shapes in Turtle find in data in Turtle."""

from __future__ import annotations

from pyoxigraph import RdfFormat, parse

from clausegraph.naming import Names
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Result
from clausegraph.shacl.shapes import Shapes, read_shapes
from clausegraph.shacl.store import LocalData
from clausegraph.shacl.targets import EVERYTHING, Selection
from clausegraph.shacl.validation import Validation

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def shapes_of(text: str) -> Shapes:
    """The shapes of a text in Turtle, the prefixes above declared."""
    names = Names(1)
    quads = parse(PREFIXES + text, RdfFormat.TURTLE)
    return read_shapes(ShapesGraph(names.quad(quad).triple for quad in quads))


def data_of(text: str) -> LocalData:
    """The data of a text in Turtle, the prefixes above declared."""
    names, data = Names(0), LocalData()
    data.load([names.quad(quad) for quad in parse(PREFIXES + text, RdfFormat.TURTLE)])
    return data


def validation(shapes: str, data: str, selection: Selection = EVERYTHING) -> Validation:
    """The validation of data by shapes."""
    return Validation(shapes_of(shapes), data_of(data), selection)


def results(shapes: str, data: str, selection: Selection = EVERYTHING) -> list[Result]:
    """What shapes find in data."""
    return list(validation(shapes, data, selection).results())


def told(found: list[Result]) -> list[tuple[str, str, str | None]]:
    """Results as focus node, component and value, each by the last part of its name, in order."""
    return sorted(
        (
            _last(str(result.focus)),
            _last(str(result.component)).removesuffix("ConstraintComponent"),
            None if result.value is None else _last(str(result.value)),
        )
        for result in found
    )


def _last(name: str) -> str:
    return name.strip("<>").rpartition("/")[2].rpartition("#")[2] if name[0] == "<" else name
