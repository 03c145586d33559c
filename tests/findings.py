"""Findings for the tests of reports: made by hand, so that each part of them is known."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from clausegraph.positions.places import Place
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Path as PropertyPath
from clausegraph.shacl.results import Result, Term
from clausegraph.validate.report import Finding, Report, arrange
from clausegraph.validate.rules import Rulebook
from clausegraph.validate.wording import Names

EX = "http://example.org/"
SH = "http://www.w3.org/ns/shacl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
NAMES = Names({"ex": EX, "sh": SH, "xsd": XSD})
PREFIXES = f"@prefix ex: <{EX}> .\n@prefix sh: <{SH}> .\n@prefix xsd: <{XSD}> .\n"
SHAPES = """
ex:PersonShape a sh:NodeShape ;
    sh:property ex:PersonShape-name , [ sh:path ex:age ; sh:maxCount 1 ] .
ex:PersonShape-name sh:path ex:name ; sh:minCount 1 ; sh:name "name of a person"@en .
"""
# What would rule a terminal that shows it: colours, the title, the direction, the end of a line.
HOSTILE = "\x1b[31m\x1b]0;title\x07\u202e\u2066\x9b2J\r\x00::error::\n]]>\u2028\U000e0041\ufffe"
SHOWN_NOWHERE = [mark for mark in HOSTILE if not mark.isprintable() and mark != "\n"]


def ex(name: str) -> NamedNode:
    """A node of the example."""
    return NamedNode(EX + name)


def sh(name: str) -> NamedNode:
    """A term of SHACL."""
    return NamedNode(SH + name)


def component(name: str) -> NamedNode:
    """A constraint component, by the name of its parameter."""
    special = {"sparql": "SPARQL"}
    return sh(f"{special.get(name, name[0].upper() + name[1:])}ConstraintComponent")


def path(name: str) -> PropertyPath:
    """A path of one property."""
    return PropertyPath(f"<{EX}{name}>", ex(name), predicate=ex(name))


def inverse(name: str) -> PropertyPath:
    """The inverse of a property."""
    node = BlankNode("f0b7")
    triple = Triple(node, sh("inversePath"), ex(name))
    return PropertyPath(f"(^<{EX}{name}>)", node, (triple,), inverse=ex(name))


ANN = ex("ann")
NAME_SHAPE = ex("PersonShape-name")


def result(  # noqa: PLR0913 - a result has as many parts
    focus: Term = ANN,
    along: PropertyPath | None = None,
    value: Term | None = None,
    *,
    severity: str = "Violation",
    kind: str = "minCount",
    shape: Term = NAME_SHAPE,
    says: str | Literal | None = "Name the person.",
    details: tuple[Result, ...] = (),
) -> Result:
    """A result; `says` is its message."""
    text = Literal(says, language="en") if isinstance(says, str) else says
    messages = () if text is None else (text,)
    return Result(
        focus, along, value, sh(severity), component(kind), shape, messages, None, details
    )


def finding(
    found: Result, file: str | Path | None = "people.ttl", line: int | None = 1, column: int = 1
) -> Finding:
    """A finding of five characters at a line and column."""
    place = None if line is None else Place(line, column, line, column + 5)
    return Finding(found, None if file is None else Path(file), place)


def graph(turtle: str = SHAPES) -> ShapesGraph:
    """Shapes, without their prefixes."""
    return ShapesGraph(quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE))


def book(turtle: str = SHAPES) -> Rulebook:
    """The rules of shapes, written without their prefixes."""
    return Rulebook(graph(turtle), NAMES)


def report(*found: Finding, **parts: object) -> Report:
    """A report of findings in any order."""
    given: dict[str, object] = {"rules": book(), "focus_nodes": 3, **parts}
    files = tuple(dict.fromkeys(one.file for one in arrange(found) if one.file))
    return Report(**{"findings": arrange(found), "files": files, **given})  # type: ignore[arg-type]
