"""The report as RDF: a sh:ValidationReport (SHACL 1.0, section 3.6), as triples and as Turtle."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from clausegraph.shacl.results import Path, Result, Term
from clausegraph.validate.report import Finding, Report
from clausegraph.validate.wording import Names, escaped_turtle
from clausegraph.vocabulary import SH, TYPE, XSD

_AT_ONCE = 1_000  # triples that are written in one piece
_DIRECTIVES = re.compile(r"\A(?:@prefix [^\n]*\n)*")
_REPORT = BlankNode("report")
_ALWAYS = {"sh": SH, "xsd": XSD}


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


_RESULT, _DETAIL, _VALIDATION_RESULT = _sh("result"), _sh("detail"), _sh("ValidationResult")
_FOCUS, _PATH, _VALUE, _MESSAGE = (
    _sh("focusNode"),
    _sh("resultPath"),
    _sh("value"),
    _sh("resultMessage"),
)
_SEVERITY, _SHAPE, _COMPONENT, _CONSTRAINT = (
    _sh("resultSeverity"),
    _sh("sourceShape"),
    _sh("sourceConstraintComponent"),
    _sh("sourceConstraint"),
)


def to_triples(report: Report) -> Iterator[Triple]:
    """Yield the report: its results in order, each with its path as a copy of its own.

    Blank nodes of data and of shapes keep their names, with `d-` and `s-` before them; a result
    whose shape has no message says in English what the component wants.
    """
    conforms = Literal(str(report.conforms).lower(), datatype=NamedNode(XSD + "boolean"))
    yield Triple(_REPORT, TYPE, _sh("ValidationReport"))
    yield Triple(_REPORT, _sh("conforms"), conforms)
    for number, finding in enumerate(report.findings):
        yield from _Writer(report, f"r{number}").result(_REPORT, _RESULT, finding.result)


class _Writer:
    """Writes one result and its details; `name` makes the names of its nodes its own."""

    def __init__(self, report: Report, name: str) -> None:
        self._rules = report.rules
        self._name = name
        self._parts = 0

    def result(self, above: BlankNode, link: NamedNode, result: Result) -> Iterator[Triple]:
        """Yield a result, and how what is above it refers to it."""
        node = BlankNode(f"{self._name}d{self._parts}" if self._parts else self._name)
        self._parts += 1
        yield Triple(above, link, node)
        yield Triple(node, TYPE, _VALIDATION_RESULT)
        yield Triple(node, _FOCUS, _of_data(result.focus))
        path: tuple[Triple, ...] = ()
        if result.path is not None:
            start, path = self._copied(result.path)
            yield Triple(node, _PATH, start)
        if result.value is not None:
            yield Triple(node, _VALUE, _of_data(result.value))
        for message in result.messages or (self._sentence(result),):
            yield Triple(node, _MESSAGE, message)
        yield Triple(node, _SEVERITY, result.severity)
        yield Triple(node, _COMPONENT, result.component)
        yield Triple(node, _SHAPE, _of_shapes(result.shape))
        if result.constraint is not None:
            yield Triple(node, _CONSTRAINT, _of_shapes(result.constraint))
        yield from path
        for detail in result.details:
            yield from self.result(node, _DETAIL, detail)

    def _sentence(self, result: Result) -> Literal:
        return Literal(self._rules.wants(result), language="en")

    def _copied(self, path: Path) -> tuple[Term, tuple[Triple, ...]]:
        """Return the node of a path and the triples that make it up, with new blank nodes."""
        names: dict[BlankNode, BlankNode] = {}
        prefix = f"{self._name}p{self._parts}n"

        def fresh(term: Any) -> Any:
            if not isinstance(term, BlankNode):
                return term
            return names.setdefault(term, BlankNode(f"{prefix}{len(names)}"))

        start = fresh(path.node)
        return start, tuple(
            Triple(fresh(triple.subject), triple.predicate, fresh(triple.object))
            for triple in path.triples
        )


def _of_data(node: Term) -> Term:
    return BlankNode(f"d-{node.value}") if isinstance(node, BlankNode) else node


def _of_shapes(node: Term) -> Term:
    return BlankNode(f"s-{node.value}") if isinstance(node, BlankNode) else node


def write(report: Report) -> Iterator[str]:
    """Yield the report as Turtle, the same text for the same report."""
    used = _prefixes(report)
    yield "".join(f"@prefix {name}: <{used[name]}> .\n" for name in sorted(used)) + "\n"
    piece: list[Triple] = []
    for triple in to_triples(report):
        # A piece ends where another subject begins, so that none is written in two halves.
        if len(piece) >= _AT_ONCE and triple.subject != piece[-1].subject:
            yield _turtle(piece, used)
            piece = []
        piece.append(triple)
    yield _turtle(piece, used)


def _turtle(triples: list[Triple], prefixes: dict[str, str]) -> str:
    """Return triples as Turtle, without the directives."""
    stream = io.BytesIO()
    serialize(triples, stream, RdfFormat.TURTLE, prefixes=prefixes)
    return escaped_turtle(_DIRECTIVES.sub("", stream.getvalue().decode(), count=1))


def _prefixes(report: Report) -> dict[str, str]:
    """Return the prefixes that the terms of the report use."""
    names, used, seen = report.names, dict(_ALWAYS), set[str]()
    for finding in report.findings:
        for namespace in _namespaces(finding, names):
            if namespace not in seen:
                seen.add(namespace)
                used.setdefault(names.prefix(namespace), namespace)
    return used


def _namespaces(finding: Finding, names: Names) -> Iterator[str]:
    result = finding.result
    path = (result.path.predicate, result.path.inverse) if result.path else ()
    terms = (result.focus, result.value, result.shape, result.constraint, *path)
    for term in terms:
        if isinstance(term, NamedNode):
            namespace = names.namespace(term.value)
            if namespace is not None:
                yield namespace
