"""The evaluation of constraints: a shape and its focus nodes in, results out.

What single values must be is asked with one query for all such constraints of a shape; how many
there may be, and how they relate, with a query each. A shape within another is an expression where
there is one (`conditions`), else it is evaluated for all values at once and the sets are compared.
Results hold literals as the data keep them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from clausegraph.shacl import custom, exact, queries, screening, sparql
from clausegraph.shacl.conditions import TRUE, Conditions, all_of, negated
from clausegraph.shacl.data import Data, Row
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.parameters import Constraint, component
from clausegraph.shacl.results import Path, Result, Term
from clausegraph.shacl.screening import Check, Screen
from clausegraph.shacl.shapes import Shape, Shapes

_SPARQL = component("SPARQL")
_DETAILED = 100  # results of one constraint that say what is wrong with their value

# Whether a value that conforms to so many shapes of so many is a violation (section 4.6).
_VERDICTS: Mapping[str, Callable[[int, int], bool]] = {
    "not": lambda conforms, _: conforms > 0,
    "and": lambda conforms, number: conforms < number,
    "node": lambda conforms, number: conforms < number,
    "or": lambda conforms, _: conforms == 0,
    "xone": lambda conforms, _: conforms != 1,
}
_Pair = tuple[Term, Term]
_Found = Callable[[Shape, Focus, Constraint], Iterator[Result]]


class Constraints:
    """Evaluates the constraints of one set of shapes over one set of data."""

    def __init__(self, shapes: Shapes, data: Data, conditions: Conditions) -> None:
        self._shapes = shapes
        self._data = data
        self._conditions = conditions
        self._screen = Screen(data)
        self._by_kind: Mapping[str, _Found] = {
            "property": self._property,
            "closed": self._closed,
            "qualifiedMinCount": self._qualified,
            "qualifiedMaxCount": self._qualified,
            **dict.fromkeys(queries.NODES, self._nodes),
            **dict.fromkeys(queries.VALUES, self._values),
            **dict.fromkeys(_VERDICTS, self._logical),
        }

    def results(self, shape: Shape, focus: Focus) -> Iterator[Result]:
        """Yield the results of one shape about its focus nodes."""
        if shape.deactivated:
            return
        checks: list[Check] = []
        others: list[Constraint] = []
        for constraint in shape.constraints:
            condition = self._conditions.of_constraint(constraint, queries.variable(shape))
            if condition is None:
                others.append(constraint)
            else:
                checks.append((constraint, condition))
        if self._screen.is_clean(shape, focus, checks):
            others = [other for other in others if not screening.is_covered(other)]
        else:
            yield from self._checked(shape, focus, checks)
        for constraint in others:
            yield from self._by_kind[constraint.kind](shape, focus, constraint)
        yield from self._queried(shape, focus)
        yield from self._used(shape, focus)

    def failing(self, node: Term, focus: Focus) -> Set[Term]:
        """Return the focus nodes that do not conform to a shape, whatever its severity."""
        shape = self._shapes[node]
        if shape.deactivated:
            return frozenset()
        condition = self._conditions.of_shape(node, "?this")
        if condition is None:
            return self._failing(shape, focus)
        if condition == TRUE:
            return frozenset()
        text = f"SELECT ?this WHERE {{ {focus.pattern} FILTER({negated(condition)}) }}"
        return {this for (this,) in self._data.select(text) if this is not None}

    def _failing(self, shape: Shape, focus: Focus) -> Set[Term]:
        """Return the focus nodes that do not conform to a shape that no expression says.

        Results of a property shape within it are about its own focus nodes, the values here: a node
        with such a value fails.
        """
        within = [one for one in shape.constraints if one.kind == "property"]
        rest = tuple(one for one in shape.constraints if one.kind != "property")
        found = {result.focus for result in self.results(replace(shape, constraints=rest), focus)}
        nodes = focus.nodes(shape.path)
        unfit = {node for one in within for node in self.failing(one.shapes[0], nodes)}
        if unfit:
            found |= {this for this, value in self._pairs_of(shape, focus) if value in unfit}
        return found

    # --- single values

    def _checked(self, shape: Shape, focus: Focus, checks: Sequence[Check]) -> Iterator[Result]:
        """Yield a result for each value and each of its checks that it fails."""
        kept = [(constraint, condition) for constraint, condition in checks if condition != TRUE]
        if not kept:
            return
        variable = queries.variable(shape)
        columns = [f"?this ({variable} AS ?node)"]
        columns += [f"(({condition}) AS ?ok{n})" for n, (_, condition) in enumerate(kept)]
        failed = negated(all_of([condition for _, condition in kept]))
        if len(kept) == 1:
            columns = columns[:1]
        text = (
            f"SELECT {' '.join(columns)} WHERE {{ {queries.pairs(shape, focus)} FILTER({failed}) }}"
        )
        detailed = 0
        for this, value, *verdicts in self._data.select(text):
            if this is None or value is None:
                continue
            for number, (constraint, _) in enumerate(kept):
                verdict = verdicts[number] if verdicts else None
                if not (isinstance(verdict, Literal) and verdict.value == TRUE):
                    detailed += 1
                    details = self._details(constraint, value, detailed)
                    yield self._result(shape, constraint, this, value, details)

    def _pairs_of(self, shape: Shape, focus: Focus) -> Iterator[_Pair]:
        """Yield all pairs of focus node and value node."""
        pattern, variable = queries.pairs(shape, focus), queries.variable(shape)
        text = f"SELECT ?this ({variable} AS ?node) WHERE {{ {pattern} }}"
        for this, value in self._data.select(text):
            if this is not None and value is not None:
                yield this, value

    # --- other shapes

    def _property(self, shape: Shape, focus: Focus, constraint: Constraint) -> Iterator[Result]:
        inner = self._shapes[constraint.shapes[0]]
        yield from self.results(inner, focus.along(shape.path))

    def _logical(self, shape: Shape, focus: Focus, constraint: Constraint) -> Iterator[Result]:
        """Yield a result for each value that conforms to too few or too many shapes."""
        nodes = focus.nodes(shape.path)
        failing: Counter[Term] = Counter()
        for inner in constraint.shapes:
            failing.update(self.failing(inner, nodes))
        is_wrong = _VERDICTS[constraint.kind]
        number = len(constraint.shapes)
        if not failing and not is_wrong(number, number):
            return
        detailed = 0
        for this, value in self._pairs_of(shape, focus):
            if is_wrong(number - failing[value], number):
                detailed += 1
                details = self._details(constraint, value, detailed)
                yield self._result(shape, constraint, this, value, details)

    def _details(self, constraint: Constraint, value: Term, number: int) -> tuple[Result, ...]:
        """What is wrong with a value that was to conform to one shape (section 3.6.2.4)."""
        if constraint.kind != "node" or number > _DETAILED or not isinstance(value, NamedNode):
            return ()
        inner = self._shapes[constraint.shapes[0]]
        return tuple(self.results(inner, Focus(f"VALUES ?this {{ {value} }}")))

    def _qualified(self, shape: Shape, focus: Focus, constraint: Constraint) -> Iterator[Result]:
        """Yield a result for each focus node with too few or too many values of a kind (4.7.3)."""
        nodes = focus.nodes(shape.path)
        unfit = set(self.failing(constraint.shapes[0], nodes))
        rows = list(self._data.select(f"SELECT ?this WHERE {{ {nodes.pattern} }}"))
        values = {value for (value,) in rows if value is not None}
        for sibling in constraint.siblings:
            unfit |= values - self.failing(sibling, nodes)
        counts: Counter[Row] = Counter()
        pattern = queries.pairs(shape, focus)
        for *node, value in self._data.select(
            f"SELECT {focus.columns} ?value WHERE {{ {pattern} }}"
        ):
            counts[tuple(node)] += value not in unfit
        is_least = constraint.kind == "qualifiedMinCount"
        for row in self._data.select(f"SELECT {focus.columns} WHERE {{ {focus.pattern} }}"):
            number, this = counts[row], row[-1]
            is_wrong = number < constraint.number if is_least else number > constraint.number
            if is_wrong and this is not None:
                yield self._result(shape, constraint, this, None)

    # --- how many values there are, and how they relate: `queries` writes what is asked

    def _nodes(self, shape: Shape, focus: Focus, constraint: Constraint) -> Iterator[Result]:
        """Yield a result for each focus node that a query finds."""
        text = queries.NODES[constraint.kind](shape, focus, constraint)
        if text is None:
            return
        at = text.partition("?this")[0].count("?")  # keys come before it
        for row in self._data.select(text):
            this = row[at]
            if this is not None:
                yield self._result(shape, constraint, this, None)

    def _values(self, shape: Shape, focus: Focus, constraint: Constraint) -> Iterator[Result]:
        """Yield a result for each focus node and value that queries find."""
        write = queries.VALUES[constraint.kind]
        for text in write(shape, focus, constraint, self._conditions):
            for this, value in self._data.select(text):
                if this is not None and value is not None:
                    yield self._result(shape, constraint, this, value)

    def _closed(self, shape: Shape, focus: Focus, constraint: Constraint) -> Iterator[Result]:
        """Yield a result for each triple that a closed shape forbids, and its predicate (4.8.1)."""
        forbidden = self._conditions.forbidden(constraint, queries.variable(shape))
        pattern = f"{queries.pairs(shape, focus)} {forbidden}"
        text = f"SELECT ?this ?predicate ?object WHERE {{ {pattern} }}"
        for this, predicate, value in self._data.select(text):
            if this is not None and isinstance(predicate, NamedNode):
                path = Path(str(predicate), predicate, predicate=predicate)
                yield replace(self._result(shape, constraint, this, value), path=path)

    # --- queries that users write

    def _queried(self, shape: Shape, focus: Focus) -> Iterator[Result]:
        """Yield the results of sh:sparql constraints (section 5.3)."""
        for constraint in shape.sparql:
            if constraint.deactivated:
                continue
            messages = constraint.messages or shape.messages
            for part, node in self._by_spelling(focus):
                for found in sparql.find(constraint, part, shape.path, shape.node, self._data):
                    result = self._found(shape, found, _SPARQL, messages)
                    result = replace(result, constraint=constraint.node)
                    yield result if node is None else _about(result, node)

    def _used(self, shape: Shape, focus: Focus) -> Iterator[Result]:
        """Yield the results of constraint components that the shapes declare (section 6.3)."""
        for use in shape.uses:
            messages = shape.messages or use.messages
            for part, node in self._by_spelling(focus):
                for found in custom.find_use(use, part, shape.path, shape.node, self._data):
                    result = self._found(shape, found, use.component, messages)
                    yield result if node is None else _about(result, node)

    def _by_spelling(self, focus: Focus) -> Iterator[tuple[Focus, Term | None]]:
        """Yield the focus nodes that a query by value gives back as they are, then each other one.

        Those are literals in a spelling of their own, each with itself: a query by value tells two
        spellings of one value not apart.
        """
        if not self._data.has_exact:
            yield focus, None
            return
        own = exact.is_own("?this")
        text = f"SELECT DISTINCT ?this WHERE {{ {focus.pattern} FILTER({own}) }}"
        nodes = [node for (node,) in self._data.select(text) if node is not None]
        if not nodes:
            yield focus, None
            return
        yield replace(focus, pattern=f"{focus.pattern} FILTER(!({own}))"), None
        for node in nodes:
            yield Focus(f"VALUES ?this {{ {node} }}"), node

    # --- results

    def _result(
        self,
        shape: Shape,
        constraint: Constraint,
        this: Term,
        value: Term | None,
        details: tuple[Result, ...] = (),
    ) -> Result:
        return Result(
            focus=this,
            path=shape.path,
            value=value,
            severity=shape.severity,
            component=constraint.component,
            shape=shape.node,
            messages=shape.messages,
            details=details,
        )

    def _found(
        self, shape: Shape, found: sparql.Found, of: NamedNode, messages: Sequence[Literal]
    ) -> Result:
        """Return the result that a row of a user's query makes (section 5.3.2)."""
        path, value = shape.path, found.value
        if found.path is not None:
            path = Path(str(found.path), found.path, predicate=found.path)
        told = (found.message,) if found.message is not None else ()
        return Result(
            focus=found.focus,
            path=path,
            value=None if value is None else self._data.spelt(found.focus, value),
            severity=shape.severity,
            component=of,
            shape=shape.node,
            messages=told or tuple(sparql.fill(message, found.bindings) for message in messages),
        )


def _about(result: Result, node: Term) -> Result:
    """Return a result about a node in its own spelling, where a query gave it by its value."""
    is_itself = result.value == result.focus
    return replace(result, focus=node, value=node if is_itself else result.value)
