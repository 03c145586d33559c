"""What a report asks of local data afterwards: how many values there are, what a blank node is."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from clausegraph.shacl import exact
from clausegraph.shacl.data import Data
from clausegraph.shacl.results import Result
from clausegraph.vocabulary import SH

_COUNTED = frozenset(
    NamedNode(f"{SH}{name}ConstraintComponent") for name in ("MinCount", "MaxCount")
)


class Answers:
    """Answers about local data, asked for one result at a time."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def count(self, result: Result) -> int | None:
        """Return how many values the path of a result has, where that is what is wrong."""
        if result.path is None or result.component not in _COUNTED:
            return None
        if isinstance(result.focus, Literal):
            return None
        text = (
            "SELECT ?this (COUNT(DISTINCT ?value) AS ?count) "
            f"WHERE {{ ?this {result.path.text} ?value }} GROUP BY ?this"
        )
        rows = self._data.select(text, bindings={"this": result.focus})
        return next((int(row[1].value) for row in rows if isinstance(row[1], Literal)), 0)

    def around(self, node: BlankNode) -> Iterator[Triple]:
        """Yield the triples that have a blank node as subject or object."""
        text = "SELECT ?node ?said ?value WHERE { ?node ?said ?value }"
        for _, said, value in self._data.select(text, bindings={"node": node}):
            if isinstance(said, NamedNode) and value is not None:
                yield Triple(node, said, exact.decode(value))
        text = "SELECT ?node ?other ?said WHERE { ?other ?said ?node }"
        for _, other, said in self._data.select(text, bindings={"node": node}):
            if isinstance(other, NamedNode | BlankNode) and isinstance(said, NamedNode):
                yield Triple(other, said, node)
