"""pySHACL in a process of its own: `python -P oracle_process.py FOLDER MEGABYTES`.

FOLDER holds `data.nt`, perhaps `focus.nt` (the nodes that may be focus nodes, as objects), and a
`N.shapes.nt` for each task; for each that is done there is a `N.report.nt`, and `refused.txt` says
why there will be none for the next. Nothing here can reach a network, and files are only read where
Python itself lies.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph
import pyshacl
from pyshacl.errors import (
    ConstraintLoadError,
    ReportableRuntimeError,
    RuleLoadError,
    ShapeLoadError,
)
from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result
    from rdflib.term import Node

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
_ADVANCED = (SH.target, SH.expression)
_DEPTH = 60  # of shapes within shapes
_FORBIDDEN = ("socket.", "urllib.", "http.", "ftplib.", "subprocess.", "os.system", "os.exec")
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_UNUSABLE = (ReportableRuntimeError, ConstraintLoadError, RuleLoadError, ShapeLoadError)


class Refused(Exception):
    """pySHACL cannot use these shapes."""


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
        query = prepareQuery(text)
    except Exception as error:  # rdflib raises Exception itself for a prefix that is not declared
        raise Refused(f"a query of the shapes does not parse: {error}") from error
    if query.algebra.datasetClause:
        raise Refused("a query of the shapes names a graph to load (FROM)")
    return query


def main() -> None:
    """Do the tasks of a folder, each as far as it goes."""
    folder = Path(sys.argv[1])
    _confine(megabytes=int(sys.argv[2]))
    logging.getLogger("rdflib.term").disabled = True  # a shape reports an ill-typed literal
    try:
        data = QueryGraph()
        _fill(data, folder / "data.nt")
        listed = folder / "focus.nt"
        allowed = {term for _, _, term in _triples(listed)} if listed.exists() else None
        for number in range(len(list(folder.glob("*.shapes.nt")))):
            shapes = Graph()
            _fill(shapes, folder / f"{number}.shapes.nt")
            report = _validate(shapes, data, allowed)
            _write(folder / f"{number}.report.nt", report)
    except (Refused, RecursionError, MemoryError) as error:
        reasons = {RecursionError: "they are nested too deep", MemoryError: "memory ran out"}
        (folder / "refused.txt").write_text(reasons.get(type(error), str(error)), "utf-8")


def _confine(megabytes: int) -> None:
    """Bound the memory, and shut the doors: rdflib would fetch what a query or a file names."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"{event} is switched off in validation")

    sys.addaudithook(refuse)


def _validate(shapes: Graph, data: QueryGraph, allowed: Set[Node] | None) -> Graph:
    """Return pySHACL's report (SHACL 1.0, section 3.6) about the nodes that may be focus nodes."""
    shapes = _assign(shapes, data, allowed)
    try:
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=shapes,
            max_validation_depth=_DEPTH,
            advanced=any((None, predicate, None) in shapes for predicate in _ADVANCED),
        )
    except _UNUSABLE as error:
        raise Refused(_one_line(getattr(error, "message", error))) from error
    if isinstance(report, Graph):
        return report
    raise Refused(_one_line(getattr(report, "message", report)))


def _assign(shapes: Graph, data: Graph, allowed: Set[Node] | None) -> Graph:
    """Return the shapes with their focus nodes by name, in place of their targets.

    pySHACL's own `focus_nodes` option is of no use here: it also hides nodes from nested shapes,
    which then pass without having been looked at.
    """
    implicit = set(_implicit(shapes))
    graph = Graph()
    for triple in shapes:
        is_type = triple[1] == RDF.type and triple[0] in implicit
        if triple[1] not in _TARGETS and triple[1] != SH.rule and not is_type:
            graph.add(triple)
    for shape in {each for target in _TARGETS for each in shapes.subjects(target)} | implicit:
        nodes = _focus(shape, shapes, data)
        for node in nodes if allowed is None else nodes & allowed:
            graph.add((shape, SH.targetNode, node))
    for shape in implicit:
        graph.add((shape, RDF.type, _kind(shape, shapes)))
    return graph


def _kind(shape: Node, shapes: Graph) -> URIRef:
    return SH.PropertyShape if (shape, SH.path, None) in shapes else SH.NodeShape


def _implicit(shapes: Graph) -> Iterator[Node]:
    """Yield the shapes that are classes too, and so target their own instances (2.1.3.3)."""
    kinds = {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.subjects(RDF.type, SH.PropertyShape)}
    for kind in shapes.transitive_subjects(RDFS.subClassOf, RDFS.Class):
        yield from kinds & set(shapes.subjects(RDF.type, kind))


def _focus(shape: Node, shapes: Graph, data: Graph) -> Set[Node]:
    nodes: set[Node] = set(shapes.objects(shape, SH.targetNode))
    classes = set(shapes.objects(shape, SH.targetClass))
    if shape in set(_implicit(shapes)):
        classes.add(shape)
    for named in classes:
        for kind in data.transitive_subjects(RDFS.subClassOf, named):
            nodes.update(data.subjects(RDF.type, kind))
    for predicate in shapes.objects(shape, SH.targetSubjectsOf):
        nodes.update(data.subjects(predicate))
    for predicate in shapes.objects(shape, SH.targetObjectsOf):
        nodes.update(data.objects(None, predicate))
    return nodes


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _fill(graph: Graph, path: Path) -> None:
    for triple in _triples(path):
        graph.add(triple)


def _triples(path: Path) -> Iterator[tuple[Node, Node, Node]]:
    """Yield what a file says as rdflib has it, literals in the spelling of the file."""
    for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES):
        yield _term(quad.subject), _term(quad.predicate), _term(quad.object)


def _term(term: object) -> Node:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    if not isinstance(term, pyoxigraph.Literal):
        raise Refused(f"{term} has no place in an RDF 1.1 graph")
    if term.language:
        return Literal(term.value, lang=term.language)
    if term.datatype.value == _STRING:
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _write(path: Path, graph: Iterable[tuple[Node, Node, Node]]) -> None:
    """Write a graph beside `path`, then put it there: it is whole, or not at all."""
    beside = path.with_suffix(".part")
    triples = (pyoxigraph.Triple(*map(_back, triple)) for triple in graph)
    beside.write_bytes(pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES) or b"")
    beside.replace(path)


def _back(node: Node) -> Any:
    if isinstance(node, URIRef):
        return pyoxigraph.NamedNode(str(node))
    if isinstance(node, BNode):
        return pyoxigraph.BlankNode(str(node))
    if isinstance(node, Literal) and node.language:
        return pyoxigraph.Literal(str(node), language=node.language)
    datatype = getattr(node, "datatype", None)
    return pyoxigraph.Literal(
        str(node), datatype=pyoxigraph.NamedNode(str(datatype)) if datatype else None
    )


if __name__ == "__main__":
    main()
