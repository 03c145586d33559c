"""What shapes find: results (SHACL 1.0, section 3.6.2), and the property paths that they name."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Path:
    """A property path: as SPARQL writes it, its node in the shapes, and what describes that node.

    `predicate` is set for a path of one IRI, `inverse` for the inverse of one; at most one of them.
    `is_nullable`: it leads from each node to that node itself, too.
    """

    text: str
    node: Term
    triples: tuple[Triple, ...] = ()
    predicate: NamedNode | None = None
    inverse: NamedNode | None = None
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One result: terms are those of the input, in its spelling.

    `path` is None for a node shape, `constraint` is a sh:sparql constraint, `details` are the
    results of the shape that a value was to conform to (sh:detail).
    """

    focus: Term
    path: Path | None
    value: Term | None
    severity: NamedNode
    component: NamedNode
    shape: Term
    messages: tuple[Literal, ...] = ()
    constraint: Term | None = None
    details: tuple[Result, ...] = ()
