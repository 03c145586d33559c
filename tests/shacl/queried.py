"""Data in a store of their own, and shapes from text, for tests of queries that shapes hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, Variable, parse

from clausegraph.shacl.data import Row
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Term

SHAPES_GRAPH = "urn:x-shapes"
PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:prefixes sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""


class StoreData:
    """A store as data; `asked` are the queries that it has answered."""

    is_exact = False
    has_exact = False

    def __init__(self, store: Store, shapes_graph: str | None = None) -> None:
        self.store = store
        self.shapes_graph = shapes_graph
        self.asked: list[str] = []

    def select(
        self, text: str, *, by_value: bool = False, bindings: Mapping[str, Term] | None = None
    ) -> Iterator[Row]:
        """Yield the rows of a query; all literals are as the store has them."""
        assert by_value is not None
        self.asked.append(text)
        known = {Variable(name): term for name, term in (bindings or {}).items()}
        for solution in self.store.query(text, substitutions=known):
            yield tuple(solution)

    def spelt(self, subject: Term, value: Term) -> Term:
        """Return a value as it is."""
        assert subject is not None
        return value


def data(turtle: str = "", shapes: ShapesGraph | None = None) -> StoreData:
    """Return data from Turtle, with shapes in a named graph where they are given."""
    store = Store()
    for triple in triples(turtle):
        store.add(Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()))
    for triple in shapes.triples() if shapes else ():
        store.add(Quad(triple.subject, triple.predicate, triple.object, NamedNode(SHAPES_GRAPH)))
    return StoreData(store, SHAPES_GRAPH if shapes else None)


def triples(turtle: str) -> list[Triple]:
    """Return the triples of Turtle, with the prefixes of these tests."""
    return [quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE)]


def graph(turtle: str) -> ShapesGraph:
    """Return a shapes graph from Turtle."""
    return ShapesGraph(triples(turtle))


def ex(name: str) -> NamedNode:
    """Return an IRI of these tests."""
    return NamedNode(f"http://example.org/{name}")
