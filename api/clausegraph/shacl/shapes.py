"""Shapes and their constraints as plain data, read from a shapes graph (SHACL 1.0, sections 2, 4).

Shapes that break the syntax rules of SHACL, and shapes that refer to themselves, are refused: what
they would find is undefined (sections 3.4.1 and 3.4.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from clausegraph.errors import InputError, NotCovered
from clausegraph.shacl import custom, parameters, sparql
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.parameters import Constraint
from clausegraph.shacl.paths import read_path
from clausegraph.shacl.results import Path, Term
from clausegraph.vocabulary import RDFS, SH
from clausegraph.vocabulary import TYPE as _TYPE

VIOLATION = NamedNode(SH + "Violation")
NODE_SHAPE = NamedNode(SH + "NodeShape")
PROPERTY_SHAPE = NamedNode(SH + "PropertyShape")
# What SHACL Advanced Features and SHACL-JS add: nothing that is compiled.
_BEYOND = ("expression", "js", "target")
_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_CLASS = NamedNode(RDFS + "Class")
TYPE = _TYPE.value


@dataclass(frozen=True)
class Target:
    """Which nodes a shape is about (section 2.1.3): `kind` is the local name of the property."""

    kind: str
    value: Term


@dataclass(frozen=True)
class Shape:
    """A shape: a property shape if it has a path, else a node shape.

    `constraints` are those of SHACL Core and `sparql` the sh:sparql constraints; `uses` are uses of
    constraint components that the shapes graph itself declares.
    """

    node: Term
    path: Path | None
    severity: NamedNode
    messages: tuple[Literal, ...]
    deactivated: bool
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    sparql: tuple[sparql.SparqlConstraint, ...]
    uses: tuple[custom.Use, ...]


@dataclass(frozen=True)
class Uncovered:
    """A constraint that is not compiled: the shape that has it, the property, and why not."""

    shape: Term
    what: NamedNode
    reason: str


@dataclass(frozen=True)
class Shapes:
    """All shapes by their node; `targeted` have targets and are not deactivated."""

    graph: ShapesGraph
    shapes: Mapping[Term, Shape]
    uncovered: tuple[Uncovered, ...]

    @property
    def targeted(self) -> list[Shape]:
        """The shapes that are about something by themselves."""
        return [shape for shape in self.shapes.values() if shape.targets and not shape.deactivated]

    def __getitem__(self, node: Term) -> Shape:
        return self.shapes[node]


def read_shapes(graph: ShapesGraph) -> Shapes:
    """Read all shapes; InputError where one is ill-formed, or refers to itself."""
    return _Reader(graph).read()


class _Reader:
    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        self._components = custom.read_components(graph)
        self._shapes: dict[Term, Shape] = {}
        self._uncovered: list[Uncovered] = []

    def read(self) -> Shapes:
        waiting = list(self._roots())
        while waiting:
            node = waiting.pop(0)
            if node not in self._shapes:
                self._shapes[node] = shape = self._shape(node)
                waiting += _inner(shape)
        _refuse_cycles(self._shapes)
        _refuse_entailment(self._graph)
        return Shapes(self._graph, self._shapes, tuple(self._uncovered))

    def _roots(self) -> Iterator[Term]:
        """Yield the nodes that are shapes by their type, their targets or their place."""
        seen = set[Term]()
        for node in (
            *self._graph.subjects(TYPE, NODE_SHAPE),
            *self._graph.subjects(TYPE, PROPERTY_SHAPE),
            *(node for kind in (*_TARGETS, "target") for node in self._graph.subjects(SH + kind)),
        ):
            if node not in seen:
                seen.add(node)
                yield node

    def _shape(self, node: Term) -> Shape:
        try:
            return self._read(node)
        except InputError as error:
            if str(node) in error.message:
                raise
            raise InputError(
                f"The shape {node} cannot be used: {error.message}",
                file=error.file,
                line=error.line,
                column=error.column,
                remedy=error.remedy,
            ) from error

    def _read(self, node: Term) -> Shape:
        graph = self._graph
        path = graph.values(node, SH + "path")
        if len(path) > 1:
            raise _ill_formed(f"it has {len(path)} paths (sh:path)", "Keep one of them.")
        if not path and graph.has(node, TYPE, PROPERTY_SHAPE):
            raise _ill_formed("it is a sh:PropertyShape without a path", "Give it a sh:path.")
        is_off = self._deactivated(node)
        targets = tuple(self._targets(node))
        if is_off:
            return Shape(node, None, VIOLATION, (), is_off, targets, (), (), ())
        read = read_path(graph, path[0]) if path else None
        self._note_uncovered(node)
        return Shape(
            node=node,
            path=read,
            severity=self._severity(node),
            messages=parameters.texts(graph, node, SH + "message"),
            deactivated=is_off,
            targets=targets,
            constraints=tuple(parameters.read(graph, node, is_property=bool(path))),
            sparql=tuple(self._queries(node)),
            uses=tuple(self._uses(node)),
        )

    def _queries(self, node: Term) -> Iterator[sparql.SparqlConstraint]:
        for value in self._graph.values(node, SH + "sparql"):
            try:
                yield sparql.read_constraint(self._graph, value)
            except NotCovered as error:
                self._uncover(node, SH + "sparql", error)

    def _uses(self, node: Term) -> Iterator[custom.Use]:
        for component in self._components:
            try:
                yield from component.uses(self._graph, node)
            except NotCovered as error:
                self._uncover(node, component.node.value, error)

    def _uncover(self, node: Term, what: str, error: NotCovered) -> None:
        self._uncovered.append(Uncovered(node, NamedNode(what), error.message.rstrip(".")))

    def _deactivated(self, node: Term) -> bool:
        value = self._graph.value(node, SH + "deactivated")
        return value is not None and parameters.boolean(value, "sh:deactivated")

    def _severity(self, node: Term) -> NamedNode:
        value = self._graph.value(node, SH + "severity")
        if value is None:
            return VIOLATION
        if not isinstance(value, NamedNode):
            raise _ill_formed(f"its severity {value} is no IRI", "Use sh:Violation or the like.")
        return value

    def _targets(self, node: Term) -> Iterator[Target]:
        for kind in _TARGETS:
            for value in self._graph.values(node, SH + kind):
                if kind != "targetNode" and not isinstance(value, NamedNode):
                    raise _ill_formed(f"the value of sh:{kind} is {value}", "It must be an IRI.")
                yield Target(kind, value)
        types = self._graph.types(node)
        is_shape = NODE_SHAPE in types or PROPERTY_SHAPE in types
        if is_shape and not self._graph.below([_CLASS]).isdisjoint(types):
            yield Target("targetClass", node)  # an implicit class target, section 2.1.3.3

    def _note_uncovered(self, node: Term) -> None:
        for name in _BEYOND:
            if self._graph.values(node, SH + name):
                what, reason = NamedNode(SH + name), "it is beyond SHACL Core and SHACL-SPARQL"
                self._uncovered.append(Uncovered(node, what, reason))


def _refuse_entailment(graph: ShapesGraph) -> None:
    """Raise InputError for shapes that ask for inferences (SHACL 1.0, section 1.5)."""
    for node in graph.subjects(SH + "entailment"):
        for regime in graph.values(node, SH + "entailment"):
            raise InputError(
                f"The shapes ask for the entailment {regime}, which is not supported.",
                remedy="Infer first and validate the result, or take out sh:entailment.",
            )


def _refuse_cycles(shapes: Mapping[Term, Shape]) -> None:
    """Raise InputError for shapes that refer to themselves, naming the circle (section 3.4.3)."""
    done: set[Term] = set()
    for start in shapes:
        trail: dict[Term, None] = {}
        stack: list[tuple[Term, Iterator[Term]]] = []
        if start not in done:
            stack.append((start, _inner(shapes[start])))
            trail[start] = None
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                done.add(node)
                stack.pop()
                trail.popitem()
            elif following in trail:
                walked = list(trail)
                circle = [*walked[walked.index(following) :], following]
                raise InputError(
                    f"These shapes refer to themselves: {' -> '.join(map(str, circle))}.",
                    remedy="SHACL leaves undefined what recursive shapes mean (section 3.4.3); "
                    "break the circle, for example by sh:class in place of sh:node.",
                )
            elif following not in done:
                stack.append((following, _inner(shapes[following])))
                trail[following] = None


def _inner(shape: Shape) -> Iterator[Term]:
    """Yield the shapes that a shape is evaluated with: those it refers to, and their siblings."""
    for constraint in shape.constraints:
        yield from (*constraint.shapes, *constraint.siblings)


def _ill_formed(what: str, remedy: str) -> InputError:
    return InputError(f"{what}.", remedy=remedy)
