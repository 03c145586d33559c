"""Names for the blank nodes of a file: the same ones each time it is parsed."""

from __future__ import annotations

from typing import TypeVar

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

AnyTerm = NamedNode | BlankNode | Literal | Triple
_Held = TypeVar("_Held", bound=NamedNode | BlankNode | Literal | Triple | DefaultGraph)


class Names:
    """Renames the blank nodes of file `number` to `f{number}b{ordinal}`.

    The ordinal counts from 0, in the order in which the nodes first appear in the quads as the
    parser yields them; within a quad that is subject, object, graph, and so within a triple term.
    """

    def __init__(self, number: int) -> None:
        self._prefix = f"f{number}b"
        self._names: dict[BlankNode, BlankNode] = {}

    def quad(self, quad: Quad) -> Quad:
        """Return `quad` with its blank nodes renamed: itself, if it has none."""
        subject, predicate, object_, graph = quad
        new_subject, new_object = self.term(subject), self.term(object_)
        new_graph = self.term(graph)
        if new_subject is subject and new_object is object_ and new_graph is graph:
            return quad
        return Quad(new_subject, predicate, new_object, new_graph)

    def term(self, term: _Held) -> _Held:
        """Return the name of a blank node, or of those in a triple term; else `term` itself."""
        kind = type(term)
        if kind is BlankNode:
            return self._name(term)  # type: ignore[arg-type, return-value]
        if kind is Triple:
            return self._triple(term)  # type: ignore[arg-type, return-value]
        return term

    def _name(self, node: BlankNode) -> BlankNode:
        name = self._names.get(node)
        if name is None:
            name = self._names[node] = BlankNode(f"{self._prefix}{len(self._names)}")
        return name

    def _triple(self, triple: Triple) -> Triple:
        subject, object_ = self.term(triple.subject), self.term(triple.object)
        if subject is triple.subject and object_ is triple.object:
            return triple
        return Triple(subject, triple.predicate, object_)
