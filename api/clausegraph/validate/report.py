"""The report: results with their places, and its forms as text, JSON and Turtle."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import groupby
from pathlib import Path

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from clausegraph.vocabulary import ID, compact, prefixes

_HANDFUL = 5
_LONGEST = 60


class Severity(IntEnum):
    """How grave a result is (SHACL 1.0, section 2.1.4); any other severity counts as the first."""

    VIOLATION = 0
    WARNING = 1
    INFO = 2

    @property
    def term(self) -> URIRef:
        """The term of SHACL."""
        return SH[self.name.capitalize()]


@dataclass(frozen=True)
class PropertyPath:
    """A property path: as SPARQL writes it, its node, and the triples that make it up."""

    text: str
    node: Node
    triples: tuple[tuple[Node, Node, Node], ...]


@dataclass(frozen=True)
class Result:
    """One result (SHACL 1.0, section 3.6.2) and where its focus node is first described.

    `path` is None for a node shape; `line` counts from 1.
    """

    focus_node: Node
    path: PropertyPath | None
    value: Node | None
    severity: Severity
    message: str
    source_shape: Node
    constraint: URIRef | None
    component: Node
    file: Path | None = None
    line: int | None = None

    @property
    def shape(self) -> Node:
        """What to look up: the sh:sparql constraint that found it, else the source shape."""
        return self.constraint or self.source_shape

    def at(self, file: Path | None, line: int | None) -> Result:
        """Return the same result with its place."""
        return replace(self, file=file, line=line)

    def order(self) -> tuple[str, int, int, str, str, str]:
        """A sort key: by file, line, severity, then by what is said."""
        place = (str(self.file or ""), self.line or 0)
        return (*place, self.severity, str(self.focus_node), str(self.shape), str(self.value))

    def __str__(self) -> str:
        """`file:line: severity: focus: message (path; found value; shape)`, on one line."""
        place = ":".join(str(part) for part in (_near(self.file), self.line) if part is not None)
        message = self.message
        details = [self.path.text] if self.path else []
        if self.value is not None and self.value != self.focus_node:
            value = shown(self.value)
            if str(self.value) in message:
                message = message.replace(str(self.value), value)
            else:
                details.append(f"found {value}")
        details.append(shown(self.shape))
        head = f"{place}: " if place else ""
        kind = self.severity.name.lower()
        return f"{head}{kind}: {shown(self.focus_node)}: {message} ({'; '.join(details)})"


@dataclass(frozen=True)
class Report:
    """What validation found.

    `results` are in the order of their places; `files` were judged, and of these `unchecked` hold
    nothing that a shape is about; `focus_nodes` is the number of distinct nodes that were checked.
    """

    results: tuple[Result, ...]
    files: tuple[Path, ...]
    unchecked: tuple[Path, ...]
    focus_nodes: int

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; a warning is a debt that is listed, and blocks nothing."""
        return not self.count(Severity.VIOLATION)

    def count(self, severity: Severity) -> int:
        """The number of results of one severity."""
        return sum(result.severity == severity for result in self.results)

    def summary(self) -> str:
        """One line with the counts."""
        counts = [
            _counted(self.count(severity), severity.name.lower())
            for severity in Severity
            if self.count(severity) or severity != Severity.INFO
        ]
        where = len({result.file for result in self.results if result.file})
        found = ", ".join(counts) + (f" in {_counted(where, 'file')}" if where else "")
        checked = f"{_counted(self.focus_nodes, 'focus node')} checked"
        return f"{found}; {checked} in {_counted(len(self.files), 'file')}."

    def lines(self, *, everything: bool = False) -> Iterator[str]:
        """Yield the results as text, a blank line between files, and the summary.

        Of what is repeated, violations aside, five of a kind are written out and the others are
        counted, unless `everything`.
        """
        hidden: Counter[tuple[Node, str]] = Counter()
        kept = self.results if everything else tuple(_abridge(self.results, hidden))
        for _, group in groupby(kept, key=lambda result: result.file):
            yield from map(str, group)
            yield ""
        for (shape, kind), number in hidden.items():
            yield f"and {_counted(number, f'more {kind}')} of {shown(shape)}; --all lists them."
        yield self.summary()

    def to_json(self) -> str:
        """Return the report as JSON, IRIs in full."""
        report = {
            "conforms": self.conforms,
            "focusNodes": self.focus_nodes,
            "files": [str(path) for path in self.files],
            "unchecked": [str(path) for path in self.unchecked],
            "counts": {kind.name.lower(): self.count(kind) for kind in Severity},
            "results": [_as_object(result) for result in self.results],
        }
        return json.dumps(report, indent=2, ensure_ascii=False)

    def to_turtle(self) -> str:
        """Return the report as a sh:ValidationReport (SHACL 1.0, section 3.6) in Turtle."""
        graph = Graph()
        for name in ("sh", "shape", "cg", "xsd"):
            graph.bind(name, prefixes()[name])
        report = BNode("report")
        graph.add((report, RDF.type, SH.ValidationReport))
        # By section 3.6.1.1 a report conforms if it has no result at all, warnings included.
        graph.add((report, SH.conforms, Literal(not self.results)))
        for number, result in enumerate(self.results):
            node = BNode(f"result{number:08}")
            graph.add((report, SH.result, node))
            for predicate, term in _as_terms(result):
                graph.add((node, predicate, term))
            for triple in result.path.triples if result.path else ():
                graph.add(triple)
        return graph.serialize(format="turtle")


def shown(node: Node) -> str:
    """Return a node as a reader of our files knows it: relative to `id/`, as a CURIE, or quoted."""
    text = str(node)
    if isinstance(node, URIRef):
        name = compact(text)
        in_vocabulary = name != text and not text.startswith(ID)
        if in_vocabulary or text.startswith(ID + "concept/"):
            return name if name != text else f"<{text.removeprefix(ID)}>"
        return f"<{text.removeprefix(ID)}>"
    if isinstance(node, Literal):
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        return json.dumps(text, ensure_ascii=False)
    return "a blank node"


def _abridge(results: tuple[Result, ...], hidden: Counter[tuple[Node, str]]) -> Iterator[Result]:
    """Yield all violations, and of the rest a handful of a kind; count the others in `hidden`."""
    seen: Counter[tuple[Node, str]] = Counter()
    for result in results:
        kind = (result.shape, result.severity.name.lower())
        seen[kind] += 1
        if result.severity == Severity.VIOLATION or seen[kind] <= _HANDFUL:
            yield result
        else:
            hidden[kind] += 1


def _as_object(result: Result) -> dict[str, object]:
    return {
        "file": None if result.file is None else str(result.file),
        "line": result.line,
        "severity": result.severity.name.lower(),
        "focusNode": str(result.focus_node),
        "path": None if result.path is None else result.path.text,
        "value": None if result.value is None else str(result.value),
        "message": result.message,
        "shape": str(result.shape),
    }


def _as_terms(result: Result) -> Iterator[tuple[URIRef, Node]]:
    yield RDF.type, SH.ValidationResult
    yield SH.focusNode, result.focus_node
    yield SH.resultMessage, Literal(result.message, lang="en")
    yield SH.resultSeverity, result.severity.term
    yield SH.sourceConstraintComponent, result.component
    yield SH.sourceShape, result.source_shape
    if result.constraint is not None:
        yield SH.sourceConstraint, result.constraint
    if result.path is not None:
        yield SH.resultPath, result.path.node
    if result.value is not None:
        yield SH.value, result.value


def _near(path: Path | None) -> str | None:
    """Return a path relative to the working folder, where it lies below it."""
    if path is None:
        return None
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
