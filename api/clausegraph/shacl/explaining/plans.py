"""The queries that a shape becomes, each with the constraints that it is for, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from clausegraph.shacl.custom import Use
from clausegraph.shacl.data import Data
from clausegraph.shacl.parameters import Constraint
from clausegraph.shacl.recording import Step
from clausegraph.shacl.results import Term
from clausegraph.shacl.shapes import Shape, Shapes
from clausegraph.shacl.sparql import SparqlConstraint
from clausegraph.shacl.targets import EVERYTHING, Selection
from clausegraph.shacl.validation import Validation
from clausegraph.vocabulary import SH

_SHOWN = 3  # queries of the same constraints that are kept
_Part = Callable[[Shape], Shape]
_Parameter = tuple[str, Term | None]


@dataclass(frozen=True)
class Query:
    """The queries that some constraints of a shape become; `parameters` are theirs, and the values.

    `steps` are the first of them, with their costs over the data at hand; `further` ones came after
    those, and took `later` seconds.
    """

    shape: Term
    parameters: tuple[_Parameter, ...]
    steps: tuple[Step, ...]
    further: int = 0
    later: float = 0.0

    @property
    def seconds(self) -> float:
        """What all of them took."""
        return sum(step.seconds for step in self.steps) + self.later


@dataclass(frozen=True)
class _Asking:
    shapes: Shapes
    data: Data
    selection: Selection

    def ask(self, trail: Sequence[Term], part: _Part) -> list[Step]:
        """Evaluate a part of the last shape of a trail, and nothing else on the way there."""
        known = dict(self.shapes.shapes)
        known[trail[-1]] = part(self.shapes[trail[-1]])
        for owner, inner in pairwise(trail):
            known[owner] = _only_property(self.shapes[owner], inner)
        narrowed = replace(self.shapes, shapes=known)
        return Validation(narrowed, self.data, self.selection).plan(known[trail[0]])


def plan(
    shapes: Shapes, data: Data, trail: Sequence[Term], selection: Selection = EVERYTHING
) -> Iterator[Query]:
    """Ask the queries of a shape, and of its property shapes, and yield each with its cost.

    `trail` leads from a shape that has targets to the shape, see `routes`.
    """
    asking = _Asking(shapes, data, selection)
    shape = shapes[trail[-1]]
    if shape.deactivated:
        return
    yield from _own(asking, trail, shape)
    for constraint in shape.constraints:
        if constraint.kind == "property":
            yield from plan(shapes, data, [*trail, constraint.shapes[0]], selection)


def routes(shapes: Shapes, node: Term) -> Iterator[list[Term]]:
    """Yield the ways from shapes that have targets, by sh:property, to a shape."""
    for shape in shapes.targeted:
        yield from _routes(shapes, [shape.node], node)


def _routes(shapes: Shapes, trail: list[Term], node: Term) -> Iterator[list[Term]]:
    if trail[-1] == node:
        yield trail
        return
    for constraint in shapes[trail[-1]].constraints:
        if constraint.kind == "property":
            yield from _routes(shapes, [*trail, constraint.shapes[0]], node)


def _own(asking: _Asking, trail: Sequence[Term], shape: Shape) -> Iterator[Query]:
    """Yield the queries of the shape's own constraints, and of those that share one query."""
    parts = list(_parts(shape))
    alone = [(parameters, asking.ask(trail, part)) for parameters, part in parts]
    whole = asking.ask(trail, _without_properties)
    texts = {step.query for step in whole}
    shared = [
        parameter
        for parameters, steps in alone
        for parameter in parameters
        if any(step.query not in texts for step in steps[:1])
    ]
    known = {step.query for _, steps in alone for step in steps}
    rest = [step for step in whole if step.query not in known]
    if rest:  # one query for several constraints, or one that tells whether to ask the others
        every = (parameter for parameters, _ in alone for parameter in parameters)
        yield _query(shape.node, tuple(shared or every), rest)
    for parameters, steps in alone:
        if steps and steps[0].query in texts:
            yield _query(shape.node, parameters, steps)


def _query(node: Term, parameters: tuple[_Parameter, ...], steps: Sequence[Step]) -> Query:
    others = steps[_SHOWN:]
    later = sum(step.seconds for step in others)
    return Query(node, parameters, tuple(steps[:_SHOWN]), len(others), later)


def _parts(shape: Shape) -> Iterator[tuple[tuple[_Parameter, ...], _Part]]:
    """Yield each constraint of a shape, and what leaves the shape nothing but that."""
    for constraint in shape.constraints:
        if constraint.kind != "property":
            value = (*constraint.operands, *constraint.shapes)[:1]
            named = (SH + constraint.kind, value[0] if value else None)
            yield (named,), partial(_bare, constraints=(constraint,))
    for query in shape.sparql:
        yield ((SH + "sparql", query.node),), partial(_bare, sparql=(query,))
    for use in shape.uses:
        yield ((use.component.value, None),), partial(_bare, uses=(use,))


def _bare(
    shape: Shape,
    constraints: tuple[Constraint, ...] = (),
    sparql: tuple[SparqlConstraint, ...] = (),
    uses: tuple[Use, ...] = (),
) -> Shape:
    """Return a shape with no other constraints than these."""
    return replace(shape, constraints=constraints, sparql=sparql, uses=uses)


def _without_properties(shape: Shape) -> Shape:
    kept = tuple(one for one in shape.constraints if one.kind != "property")
    return replace(shape, constraints=kept)


def _only_property(shape: Shape, inner: Term) -> Shape:
    kept = (one for one in shape.constraints if one.kind == "property" and inner in one.shapes)
    return _bare(shape, constraints=tuple(kept))
