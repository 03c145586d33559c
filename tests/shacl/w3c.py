"""The W3C test suite of SHACL 1.0: its cases, and reports in a form in which equal ones are equal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from clausegraph.vocabulary import RDF, SH

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
Term = NamedNode | BlankNode | Literal
Row = tuple[tuple[str, str | None], ...]
# What results are compared by. The others count where the case states them.
_ALWAYS = ("focusNode", "resultPath", "value", "resultSeverity", "sourceConstraintComponent")
_WHERE_STATED = ("resultMessage", "sourceConstraint")
_OF_DATA = "d-"  # begins the names that our reports give to blank nodes of the data
_REPEATS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class Graph:
    """The triples of one file; blank nodes are called by the order in which they appear in it."""

    def __init__(self, quads: Iterable[Quad | Triple], names: bool = True) -> None:
        self._objects: dict[tuple[Term, str], list[Term]] = defaultdict(list)
        self._subjects: dict[tuple[str, Term], list[Term]] = defaultdict(list)
        called: dict[str, BlankNode] = {}
        for quad in quads:
            subject, value = (
                called.setdefault(term.value, BlankNode(f"f0b{len(called)}"))
                if names and isinstance(term, BlankNode)
                else term
                for term in (quad.subject, quad.object)
            )
            self._objects[subject, quad.predicate.value].append(value)
            self._subjects[quad.predicate.value, value].append(subject)

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """The objects of a subject and predicate."""
        return self._objects.get((subject, predicate), [])

    def value(self, subject: Term, predicate: str) -> Term | None:
        """The only object of a subject and predicate, or None."""
        found = self.values(subject, predicate)
        assert len(found) < 2, (subject, predicate, found)
        return found[0] if found else None

    def subjects(self, predicate: str, value: Term) -> list[Term]:
        """The subjects of a predicate and object."""
        return self._subjects.get((predicate, value), [])

    def members(self, head: Term | None) -> Iterator[Term]:
        """The members of a list."""
        while head is not None and head != NamedNode(RDF + "nil"):
            yield from self.values(head, RDF + "first")
            head = self.value(head, RDF + "rest")

    def path(self, node: Term) -> str:
        """A property path (SHACL 1.0, section 2.3.1) as text: equal for equal structures."""
        if isinstance(node, NamedNode):
            return str(node)
        if self.values(node, RDF + "first"):
            return f"({'/'.join(self.path(step) for step in self.members(node))})"
        if inner := self.value(node, SH + "inversePath"):
            return f"^{self.path(inner)}"
        if inner := self.value(node, SH + "alternativePath"):
            return f"({'|'.join(self.path(step) for step in self.members(inner))})"
        for name, sign in _REPEATS.items():
            if inner := self.value(node, SH + name):
                return f"{self.path(inner)}{sign}"
        raise AssertionError(f"{node} is no property path")


@dataclass(frozen=True)
class Case:
    """One case: what is validated by which shapes, and the report, or None for a failure."""

    name: str
    data: Path
    shapes: Path
    conforms: bool | None
    rows: Counter[Row]
    compared: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Where the case lies below the suite, such as `core/node`."""
        return self.name.rpartition("/")[0]


def cases(suite: Path) -> Iterator[Case]:
    """Yield the cases of all files, those that no manifest includes as well."""
    for file in sorted(suite.rglob("*.ttl")):
        graph = _read(file)
        for test in graph.subjects(RDF + "type", NamedNode(SHT + "Validate")):
            action, result = graph.value(test, MF + "action"), graph.value(test, MF + "result")
            assert action is not None
            assert result is not None
            data, shapes = (
                _path_of(graph.value(action, SHT + name)) for name in ("dataGraph", "shapesGraph")
            )
            name = file.relative_to(suite).with_suffix("").as_posix()
            if result == NamedNode(SHT + "Failure"):
                yield Case(name, data, shapes, None, Counter(), ())
            else:
                compared = _compared(graph, result)
                rows = _rows(graph, result, compared)
                yield Case(name, data, shapes, _conforms(graph, result), rows, compared)


def report(text: str, compared: tuple[str, ...]) -> tuple[bool, Counter[Row]]:
    """Return what a report in Turtle says: whether the data conform, and its results."""
    return report_of(parse(text, RdfFormat.TURTLE), compared)


def report_of(
    triples: Iterable[Quad | Triple], compared: tuple[str, ...]
) -> tuple[bool, Counter[Row]]:
    """Return what the triples of a report say; blank nodes keep their names."""
    graph = Graph(triples, names=False)
    (node,) = graph.subjects(RDF + "type", NamedNode(SH + "ValidationReport"))
    return _conforms(graph, node), _rows(graph, node, compared)


def _read(file: Path) -> Graph:
    return Graph(parse(path=file, format=RdfFormat.TURTLE, base_iri=file.as_uri()))


def _path_of(iri: Term | None) -> Path:
    assert isinstance(iri, NamedNode)
    return Path(unquote(urlsplit(iri.value).path))


def _conforms(graph: Graph, node: Term) -> bool:
    said = graph.value(node, SH + "conforms")
    assert said is not None
    return {"true": True, "1": True, "false": False, "0": False}[said.value]


def _compared(graph: Graph, node: Term) -> tuple[str, ...]:
    """Return what the results of a report are compared by."""
    results = graph.values(node, SH + "result")
    stated = (
        name for name in _WHERE_STATED if any(graph.values(result, SH + name) for result in results)
    )
    return (*_ALWAYS, "sourceShape", *stated)


def _rows(graph: Graph, node: Term, compared: tuple[str, ...]) -> Counter[Row]:
    """Return the results of a report, each as often as it is there."""
    return Counter(
        tuple((name, _cell(graph, result, name)) for name in compared)
        for result in graph.values(node, SH + "result")
    )


def _cell(graph: Graph, result: Term, name: str) -> str | None:
    """Return one part of a result; a shape without an IRI has nothing to be known by."""
    if name == "resultMessage":
        return " ".join(sorted(map(str, graph.values(result, SH + name)))) or None
    value = graph.value(result, SH + name)
    if value is None:
        return None
    if name == "resultPath":
        return graph.path(value)
    if not isinstance(value, BlankNode):
        return str(value)
    is_nameless = name in ("sourceShape", "sourceConstraint")
    return "_:" if is_nameless else value.value.removeprefix(_OF_DATA)
