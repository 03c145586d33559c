"""What pySHACL checks in place of the compiler: shapes that hold a constraint it does not cover.

Such a shape goes to it whole, with the targets that it has: what a shape finds can depend on each
of those within it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from clausegraph.errors import InputError, NotCovered
from clausegraph.shacl import exact, expressions
from clausegraph.shacl.data import Data
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Result, Term
from clausegraph.shacl.shapes import Shape, Shapes, Uncovered
from clausegraph.shacl.targets import Classes, Selection
from clausegraph.shacl.validation import Validation
from clausegraph.validate import oracle
from clausegraph.validate.wording import Names
from clausegraph.vocabulary import RDFS, SH, TYPE

_TARGETS = frozenset(
    SH + name
    for name in ("target", "targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
)
_PATTERN, _SPARQL = NamedNode(SH + "pattern"), NamedNode(SH + "sparql")
_FLAGS = frozenset("imqsx")  # XPath and XQuery Functions 3.0, section 5.6.1.1
_NOBODYS = frozenset((SH + "js",))  # what pySHACL does not evaluate either


@dataclass(frozen=True)
class Share:
    """A shape that pySHACL checks, and which constraints are the reason."""

    shape: Shape
    reasons: tuple[Uncovered, ...]

    def note(self, names: Names) -> str:
        """What the report says about it."""
        return " ".join(
            f"{names.term(reason.what)} of the shape {_named(reason.shape, names)} is not compiled "
            f"({reason.reason}): pySHACL has checked it."
            for reason in self.reasons
        )


def divide(shapes: Shapes) -> tuple[Shapes, tuple[Share, ...]]:
    """Return the shapes that the compiler evaluates, and those that pySHACL does.

    Raises InputError for a constraint that neither evaluates.
    """
    uncovered = (*shapes.uncovered, *_patterns(shapes))
    for each in uncovered:
        if each.what.value in _NOBODYS:
            raise InputError(
                f"{_named(each.what)} of the shape {_named(each.shape)} cannot be checked: "
                f"{each.reason}.",
                remedy="Write the constraint in SPARQL (sh:sparql), or take it out.",
            )
    if not uncovered:
        return shapes, ()
    shares = []
    for node, shape in shapes.shapes.items():
        within = _within(shapes, node)
        reasons = tuple(each for each in uncovered if each.shape in within)
        if reasons and not shape.deactivated and _has_target(shapes.graph, shape):
            shares.append(Share(shape, reasons))
    return without(shapes, {share.shape.node for share in shares}), tuple(shares)


def without(shapes: Shapes, nodes: Set[Term]) -> Shapes:
    """Return the shapes, these without their targets: they are there for others to refer to."""
    return replace(
        shapes,
        shapes={
            node: replace(shape, targets=()) if node in nodes else shape
            for node, shape in shapes.shapes.items()
        },
    )


def compiled(
    shapes: Shapes, data: Data, selection: Selection, processes: int = 1
) -> tuple[list[Result], tuple[Share, ...]]:
    """Return what the compiler finds, and the shapes with a query that it does not cover."""
    try:
        return list(Validation(shapes, data, selection).results(processes)), ()
    except NotCovered:
        pass
    found: list[Result] = []
    shares: list[Share] = []
    targeted = {shape.node for shape in shapes.targeted}
    for shape in shapes.targeted:
        alone = without(shapes, targeted - {shape.node})
        try:
            found += list(Validation(alone, data, selection).results())
        except NotCovered as error:
            reason = Uncovered(shape.node, _SPARQL, error.message.rstrip("."))
            shares.append(Share(shape, (reason,)))
    return found, tuple(shares)


def _patterns(shapes: Shapes) -> Iterator[Uncovered]:
    """Yield the patterns that the store cannot take: those that look around, or back."""
    for shape in shapes.shapes.values():
        for constraint in shape.constraints:
            if constraint.kind != "pattern":
                continue
            _refuse_flags(shape, constraint.operands[1:])
            if not _is_known(constraint.operands):
                yield Uncovered(shape.node, _PATTERN, "the store cannot match such an expression")


def _refuse_flags(shape: Shape, flags: Sequence[Term]) -> None:
    """Raise InputError for flags that no regular expression has: pySHACL would pass over them."""
    for text in flags:
        if not _FLAGS.issuperset(text.value):
            raise InputError(
                f"{text} of the shape {_named(shape.node)} are no flags (sh:flags).",
                remedy=f"Use some of the letters {', '.join(sorted(_FLAGS))}.",
            )


def _is_known(operands: Sequence[Term]) -> bool:
    return expressions.is_known(*(str(Literal(term.value)) for term in operands))


def results(
    shares: Sequence[Share],
    shapes: Shapes,
    data: Data,
    selection: Selection,
    limits: oracle.Limits,
) -> Iterator[Result]:
    """Yield what pySHACL finds with these shapes."""
    tasks = [
        oracle.Task(
            _only(shapes.graph, share.shape.node),
            " and ".join(
                f"{_named(reason.what)} of the shape {_named(reason.shape)}"
                for reason in share.reasons
            ),
        )
        for share in shares
    ]
    return oracle.run(tasks, judged(shapes, data, selection), limits)


def everything(
    shapes: Shapes, data: Data, selection: Selection, limits: oracle.Limits
) -> Iterator[Result]:
    """Yield what pySHACL finds with all shapes."""
    task = oracle.Task(shapes.graph, "What these shapes ask for")
    return oracle.run([task], judged(shapes, data, selection), limits)


def judged(shapes: Shapes, data: Data, selection: Selection) -> oracle.Judged:
    """Return the data in the spelling of the input, and the nodes that may be focus nodes."""
    if selection.restriction is None:
        return oracle.Judged(_triples(data))
    classes = Classes(data)
    stray = (node for shape in shapes.targeted for node in classes.unmentioned(shape))
    return oracle.Judged(_triples(data), chain(_focus(data, selection), map(exact.decode, stray)))


def _triples(data: Data) -> Iterator[Triple]:
    for subject, predicate, value in data.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }"):
        if (
            isinstance(subject, NamedNode | BlankNode)
            and isinstance(predicate, NamedNode)
            and value is not None
        ):
            yield Triple(subject, predicate, exact.decode(value))


def _focus(data: Data, selection: Selection) -> Iterator[Term]:
    text = (
        "SELECT DISTINCT ?this WHERE { { ?this ?said ?value } UNION { ?other ?said ?this } "
        f"{selection.restriction} }}"
    )
    return (exact.decode(row[0]) for row in data.select(text) if row[0] is not None)


def _within(shapes: Shapes, start: Term) -> set[Term]:
    """Return a shape and all shapes that it refers to, however far."""
    found, waiting = set[Term](), [start]
    while waiting:
        node = waiting.pop()
        if node not in found and node in shapes.shapes:
            found.add(node)
            waiting += [inner for held in shapes.shapes[node].constraints for inner in held.shapes]
    return found


def _has_target(graph: ShapesGraph, shape: Shape) -> bool:
    return bool(shape.targets) or bool(graph.values(shape.node, SH + "target"))


def _only(graph: ShapesGraph, node: Term) -> ShapesGraph:
    """Return the shapes graph with the targets of one shape only."""
    classes = graph.below([NamedNode(RDFS + "Class")])
    return ShapesGraph(
        triple
        for triple in graph.triples()
        if triple.subject == node
        or not (
            triple.predicate.value in _TARGETS
            or (triple.predicate == TYPE and triple.object in classes)
        )
    )


def _named(term: Term, names: Names | None = None) -> str:
    if not isinstance(term, NamedNode):
        return "without a name"
    return (names or Names()).term(term)
