"""What pySHACL and we find, in a form in which equal results are equal."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib.term import Node

from clausegraph.shacl.results import Result
from clausegraph.vocabulary import XSD
from shacl import w3c
from shacl.local import found
from shacl.mended import mended
from shacl.random_shapes import Problem

COMPARED = (
    *("focusNode", "resultPath", "value"),
    *("resultSeverity", "sourceConstraintComponent", "sourceShape"),
)


class NoAnswer(Exception):
    """An assertion of rdflib does not hold, as for some paths of repeats within repeats."""


def by_pyshacl(problem: Problem) -> Counter[w3c.Row]:
    """Return the results that pySHACL has, mended."""
    with _quiet(), mended():
        return _found(_graph(problem.data), _graph(problem.shapes))


def _found(data: rdflib.Graph, shapes: rdflib.Graph) -> Counter[w3c.Row]:
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=shapes)
    except AssertionError as error:
        raise NoAnswer from error
    if not isinstance(report, rdflib.Graph):
        raise RuntimeError(text)
    said = report.serialize(format="nt", encoding="utf-8")
    return w3c.report_of(parse(said, RdfFormat.N_TRIPLES), COMPARED)[1]


def _graph(triples: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))
    return graph


def _term(term: object) -> Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == XSD + "string":
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from telling of each ill-typed literal."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before


def by_us(problem: Problem) -> Counter[w3c.Row]:
    """Return the results that we have."""
    return Counter(map(_row, found(problem.data, problem.shapes)))


def _row(result: Result) -> w3c.Row:
    path = None
    if result.path is not None:
        path = w3c.Graph(result.path.triples, names=False).path(result.path.node)
    parts = (
        *(_shown(result.focus), path, None if result.value is None else _shown(result.value)),
        *(str(result.severity), str(result.component), str(result.shape)),
    )
    return tuple(zip(COMPARED, parts, strict=True))


def _shown(term: NamedNode | BlankNode | Literal) -> str:
    return term.value if isinstance(term, BlankNode) else str(term)


def by_pyshacl_alone(data: str, shapes: str) -> Counter[w3c.Row]:
    """Return the results that pySHACL has by itself, of data and shapes in Turtle."""
    with _quiet():
        graphs = [rdflib.Graph().parse(data=text, format="turtle") for text in (data, shapes)]
        return _found(*graphs)
