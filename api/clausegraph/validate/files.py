"""What is judged, by which shapes, and in which context: files in, rdflib graphs out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from clausegraph import authored, bundle
from clausegraph.errors import InputError
from clausegraph.turtle import Parsed, parse_file
from clausegraph.vocabulary import SH, TYPE, XSD

_Triple = tuple[Node, Node, Node]
_JUDGED = ("data", "ontology")


class QueryGraph(Graph):
    """A graph that parses each query text once: validation asks it anew for every focus node."""

    def __init__(self) -> None:
        super().__init__()
        self._parsed: dict[str, Query] = {}

    def query(self, query_object: str | Query, *args: object, **kwargs: object) -> Result:
        """Evaluate a query, as `rdflib.Graph.query` does."""
        if isinstance(query_object, str):
            if query_object not in self._parsed:
                self._parsed[query_object] = _prepare(query_object)
            query_object = self._parsed[query_object]
        return super().query(query_object, *args, **kwargs)  # type: ignore[arg-type]


def _prepare(text: str) -> Query:
    try:
        return prepareQuery(text)
    except Exception as error:  # rdflib raises Exception itself for a prefix that is not declared
        raise InputError(
            f"A query of the shapes cannot be used: {error}.",
            remedy="Declare its prefixes with sh:prefixes and sh:declare, in the same files.",
        ) from error


@dataclass(frozen=True)
class JudgedFile:
    """A file that is judged, and the nodes that it describes: the subjects of its triples."""

    parsed: Parsed
    subjects: frozenset[Node]

    @property
    def path(self) -> Path:
        """The file's path, as it was given."""
        return self.parsed.path


@dataclass(frozen=True)
class Material:
    """What validation works on.

    `graph` holds the judged files and their context; `judged` are the nodes that the files
    describe, and `neighbours` the IRIs that they point to.
    """

    graph: QueryGraph
    files: tuple[JudgedFile, ...]
    judged: frozenset[Node]
    neighbours: frozenset[Node]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep rdflib from logging each ill-typed literal with a traceback: a shape reports it."""
    logger = logging.getLogger("rdflib.term")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def read_data(paths: Sequence[Path] | None) -> Material:
    """Read the judged files, and around them what ships, as far as they do not restate it."""
    if paths is None:
        judged, context = [parse_file(file.path) for file in authored.shipped(_JUDGED)], []
    else:
        judged = [parse_file(file.path) for file in authored.found(paths)]
        context = _context(judged)
    authored.refuse_doubled_statements(
        (parsed.path, (quad.triple for quad in parsed.quads)) for parsed in judged
    )
    graph = QueryGraph()
    files = []
    neighbours: set[Node] = set()
    for number, parsed in enumerate(judged):
        described = list(triples(parsed.quads, number))
        files.append(JudgedFile(parsed, frozenset(subject for subject, _, _ in described)))
        neighbours.update(node for _, _, node in described if isinstance(node, URIRef))
        _add(graph, described)
    restated = {quad.subject for parsed in judged for quad in parsed.quads if _states_once(quad)}
    for number, parsed in enumerate(context, start=len(judged)):
        kept = (quad for quad in parsed.quads if quad.subject not in restated)
        _add(graph, triples(kept, number))
    subjects = frozenset[Node]().union(*(file.subjects for file in files))
    return Material(graph, tuple(files), subjects, frozenset(neighbours))


def read_shapes(paths: Sequence[Path] | None) -> Graph:
    """Read the shapes, ours if `paths` is None; raise InputError if there is none among them.

    What our shapes share, such as the prefixes of their queries, is at hand for any of them.
    """
    ours = bundle.folder("shapes")
    chosen = [file.path for file in authored.found([ours] if paths is None else paths)]
    shared = ours / "clausegraph.ttl"
    graph = Graph()
    for number, path in enumerate(chosen):
        _add(graph, triples(parse_file(path).quads, number))
    kinds = [URIRef(SH + "NodeShape"), URIRef(SH + "PropertyShape")]
    if not any((None, URIRef(TYPE.value), kind) in graph for kind in kinds):
        raise InputError(
            "There is no shape in these files.",
            file=", ".join(str(path) for path in paths or chosen),
            remedy="Type each shape as sh:NodeShape or sh:PropertyShape.",
        )
    if shared.resolve() not in {path.resolve() for path in chosen}:
        _add(graph, triples(parse_file(shared).quads, len(chosen)))
    return graph


def _context(judged: Sequence[Parsed]) -> list[Parsed]:
    """Return what ships, but for the files whose place a judged file takes.

    That is so for one of our own files, and for a file that describes the graph of one, as a copy
    of it does.
    """
    own = {parsed.path.resolve() for parsed in judged}
    described = {quad.subject for parsed in judged for quad in parsed.quads}
    return [
        parse_file(file.path)
        for file in authored.shipped(_JUDGED)
        if file.path.resolve() not in own
        and pyoxigraph.NamedNode(authored.shipped_graph(file)) not in described
    ]


def _states_once(quad: pyoxigraph.Quad) -> bool:
    return quad.predicate == TYPE and quad.object in authored.STATED_ONCE


def _add(graph: Graph, added: Iterable[_Triple]) -> None:
    for triple in added:
        graph.add(triple)


def triples(quads: Iterable[pyoxigraph.Quad], number: int) -> Iterator[_Triple]:
    """Yield rdflib triples in the spelling of the file; `number` keeps blank nodes apart."""
    for quad in quads:
        yield (
            _term(quad.subject, number),
            URIRef(quad.predicate.value),
            _term(quad.object, number),
        )


def _term(term: object, number: int) -> Node:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(f"f{number}-{term.value}")
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == XSD + "string":
            return Literal(term.value)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise InputError(f"{term} has no place in an RDF 1.1 graph.")
