"""The queries of constraints on how many values there are, and on how they relate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clausegraph.shacl.conditions import Conditions, compared, written
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.parameters import Constraint
from clausegraph.shacl.results import Path
from clausegraph.shacl.shapes import Shape


def variable(shape: Shape) -> str:
    """The variable of value nodes: of a node shape, the focus node is its own value node."""
    return "?this" if shape.path is None else "?value"


def pairs(shape: Shape, focus: Focus) -> str:
    """A pattern for the pairs of focus node and value node."""
    return focus.pattern if shape.path is None else focus.values(shape.path)


def path_of(shape: Shape) -> Path:
    """The path of a property shape; what needs one is refused at other shapes when it is read."""
    assert shape.path is not None  # noqa: S101
    return shape.path


def _nodes(pattern: str) -> str:
    return f"SELECT ?this WHERE {{ {pattern} }}"


def _least(shape: Shape, focus: Focus, constraint: Constraint) -> str | None:
    path = path_of(shape)
    if constraint.number == 1:
        return None if path.is_nullable else _nodes(focus.without(path, "?value"))
    if constraint.number > 1:
        few = f"GROUP BY {focus.columns} HAVING (COUNT(DISTINCT ?value) < {constraint.number})"
        some = f"{focus.pattern} OPTIONAL {{ ?this {path.text} ?value }}"
        return f"{_nodes(focus.values(path) if path.is_nullable else some)} {few}"
    return None


def _most(shape: Shape, focus: Focus, constraint: Constraint) -> str:
    path = path_of(shape)
    if constraint.number == 0:
        any_value = focus.values(path)
        return f"SELECT DISTINCT {focus.columns} WHERE {{ {any_value} }}"
    many = f"GROUP BY {focus.columns} HAVING (COUNT(*) > {constraint.number})"
    return f"{_nodes(focus.values(path))} {many}"


def _has_value(shape: Shape, focus: Focus, constraint: Constraint) -> str:
    term = written(constraint.operands[0])
    if term is None:
        return _nodes(focus.pattern)
    if shape.path is None:
        return _nodes(f"{focus.pattern} FILTER(!sameTerm(?this, {term}))")
    return _nodes(focus.without(shape.path, term))


def _unique(shape: Shape, focus: Focus, _: Constraint) -> str:
    tagged = 'BIND(LANG(?value) AS ?language) FILTER(?language != "")'
    return (
        f"SELECT ?this ?language WHERE {{ {focus.values(path_of(shape))} {tagged} }} "
        f"GROUP BY {focus.columns} ?language HAVING (COUNT(*) > 1)"
    )


def _values(pattern: str) -> str:
    return f"SELECT ?this ?value WHERE {{ {pattern} }}"


def _equals(shape: Shape, focus: Focus, constraint: Constraint, _: Conditions) -> list[str]:
    """What one side has and the other has not, both ways (section 4.5.1)."""
    other = f"?this {constraint.operands[0]}"
    if shape.path is None:
        return [
            f"SELECT ?this (?this AS ?value) WHERE "
            f"{{ {focus.pattern} FILTER NOT EXISTS {{ {other} ?this }} }}",
            _values(f"{focus.pattern} {other} ?value . FILTER(!sameTerm(?this, ?value))"),
        ]
    own = focus.values(shape.path)
    return [
        _values(f"{focus.values(shape.path)} FILTER NOT EXISTS {{ {other} ?value }}"),
        _values(f"{focus.pattern} {other} ?value . MINUS {{ {own} }}"),
    ]


def _disjoint(shape: Shape, focus: Focus, constraint: Constraint, _: Conditions) -> list[str]:
    other = f"?this {constraint.operands[0]}"
    if shape.path is None:
        return [f"SELECT ?this (?this AS ?value) WHERE {{ {focus.pattern} {other} ?this . }}"]
    return [_values(f"{focus.values(shape.path)} {other} ?value .")]


def _less(shape: Shape, focus: Focus, constraint: Constraint, conditions: Conditions) -> list[str]:
    """Each pair that is not in order, or has no order (sections 4.5.3 and 4.5.4)."""
    operator = "<" if constraint.kind == "lessThan" else "<="
    order = compared(conditions.value("?value"), operator, conditions.value("?other"))
    both = f"{focus.values(path_of(shape))} ?this {constraint.operands[0]} ?other ."
    return [_values(f"{both} FILTER(!{order})")]


# By the parameter of a constraint: one query for the focus nodes that fail, or none is needed.
NODES: Mapping[str, Callable[[Shape, Focus, Constraint], str | None]] = {
    "minCount": _least,
    "maxCount": _most,
    "hasValue": _has_value,
    "uniqueLang": _unique,
}
# Queries for the pairs of focus node and value that fail.
VALUES: Mapping[str, Callable[[Shape, Focus, Constraint, Conditions], Sequence[str]]] = {
    "equals": _equals,
    "disjoint": _disjoint,
    "lessThan": _less,
    "lessThanOrEquals": _less,
}
