"""Validation: shapes and data in, results out, by one query a constraint for all focus nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pyoxigraph import Literal

from clausegraph.shacl import exact, spreading, targets
from clausegraph.shacl.conditions import Conditions
from clausegraph.shacl.constraints import Constraints
from clausegraph.shacl.data import Data
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.recording import Recorder, Step
from clausegraph.shacl.results import Result, Term
from clausegraph.shacl.shapes import Shape, Shapes
from clausegraph.shacl.targets import Classes, Few, Selection


class Validation:
    """The evaluation of shapes over data, for the focus nodes that `selection` lets through."""

    def __init__(
        self, shapes: Shapes, data: Data, selection: Selection = targets.EVERYTHING
    ) -> None:
        self._shapes = shapes
        self._data = data
        self._selection = selection
        self._classes = Classes(data)
        nodes = selection.nodes
        self._few = None if nodes is None else Few(data, self._classes, nodes, shapes.targeted)
        self._focus: dict[Term, Focus | None] = {}
        self._has_any: dict[str, bool] = {}
        self._conditions = Conditions(shapes, self._classes.below, has_exact=data.has_exact)
        self._constraints = Constraints(shapes, data, self._conditions)

    def results(self, processes: int = 1) -> Iterator[Result]:
        """Yield what the shapes find, shape by shape; terms in the spelling of the input.

        The work is spread over so many processes, where the platform can fork.
        """
        parts = [
            part
            for shape in self._shapes.targeted
            if self.is_about(shape)
            for part in _parts(shape)
        ]
        if processes > 1 and spreading.can_spread():
            yield from spreading.spread(parts, self._found, processes)
        else:
            yield from (result for part in parts for result in self._found(part))

    def _found(self, shape: Shape) -> Iterator[Result]:
        focus = self.focus(shape)
        if focus is not None:
            for result in self._constraints.results(shape, focus):
                yield _spelt(result) if self._data.has_exact else result

    def focus(self, shape: Shape) -> Focus | None:
        """The focus nodes of a shape by its targets, or None where there can be none."""
        if shape.node not in self._focus:
            few = self._few
            self._focus[shape.node] = (
                targets.focus(shape, self._classes, self._selection)
                if few is None
                else few.focus(shape)
            )
        return self._focus[shape.node]

    def focus_counts(self) -> Mapping[Term, int]:
        """The number of focus nodes of each shape that has targets."""
        counts: dict[str, int] = {}
        found: dict[Term, int] = {}
        for shape in self._shapes.targeted:
            focus = self.focus(shape)
            pattern = "" if focus is None else focus.pattern
            if pattern and pattern not in counts:
                counts[pattern] = self._count([pattern])
            found[shape.node] = counts.get(pattern, 0)
        return found

    def focus_nodes(self) -> int:
        """The number of different focus nodes of all shapes."""
        found = (self.focus(shape) for shape in self._shapes.targeted)
        patterns = dict.fromkeys(focus.pattern for focus in found if focus is not None)
        return self._count(list(patterns)) if patterns else 0

    def is_about(self, shape: Shape) -> bool:
        """Whether a shape has any focus node here."""
        focus = self.focus(shape)
        return focus is not None and (self._few is not None or self._is_anything(focus))

    def plan(self, shape: Shape) -> list[Step]:
        """The queries that a shape becomes, without results: nothing is asked but for its cost."""
        recorder = Recorder(self._data)
        focus = self.focus(shape)
        if focus is not None:
            for _ in Constraints(self._shapes, recorder, self._conditions).results(shape, focus):
                pass
        return recorder.steps

    def _is_anything(self, focus: Focus) -> bool:
        if focus.pattern not in self._has_any:
            rows = self._data.select(f"SELECT ?this WHERE {{ {focus.pattern} }} LIMIT 1")
            self._has_any[focus.pattern] = any(True for _ in rows)
        return self._has_any[focus.pattern]

    def _count(self, patterns: Sequence[str]) -> int:
        union = " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)
        rows = self._data.select(f"SELECT (COUNT(DISTINCT ?this) AS ?count) WHERE {{ {union} }}")
        return sum(int(row[0].value) for row in rows if isinstance(row[0], Literal))


def _spelt(result: Result) -> Result:
    """Return a result with its literals as the input has them."""
    return replace(
        result,
        focus=exact.decode(result.focus),
        value=None if result.value is None else exact.decode(result.value),
        details=tuple(map(_spelt, result.details)),
    )


def _parts(shape: Shape) -> list[Shape]:
    """Return a shape as several with the same targets: each of its property shapes apart."""
    apart = [one for one in shape.constraints if one.kind == "property"]
    rest = tuple(one for one in shape.constraints if one.kind != "property")
    parts = [replace(shape, constraints=rest)] if rest or shape.sparql or shape.uses else []
    return parts + [replace(shape, constraints=(one,), sparql=(), uses=()) for one in apart]
