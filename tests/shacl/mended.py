"""pySHACL as the comparison needs it: mended where it is wrong in what most random shapes hold.

rdflib orders values that SPARQL cannot compare: a boolean and a date, texts of two languages, two IRIs.
SHACL asks for the order of SPARQL (sections 4.3 and 4.5.3): what cannot be compared is a violation.
Paths are written into queries without the parentheses that some of them need (`^^:p`, `:p+*`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import rdflib
from pyshacl.constraints.core import property_pair_constraints, value_range_constraints
from pyshacl.helper import path_helper, sparql_query_helper
from rdflib import XSD
from rdflib.term import Node

_NUMBERS = {XSD.integer, XSD.decimal, XSD.double, XSD.byte}


def order(one: Node, other: Node) -> int:
    """Return -1, 0 or 1 as the operators of SPARQL have it; TypeError where they have no answer."""
    if not isinstance(one, rdflib.Literal) or not isinstance(other, rdflib.Literal):
        raise TypeError
    kind, value = _comparable(one)
    other_kind, other_value = _comparable(other)
    if kind != other_kind:
        raise TypeError
    return (value > other_value) - (value < other_value)


def _comparable(term: rdflib.Literal) -> tuple[str, Any]:
    """Return what a literal is compared by: its kind and its value."""
    value = term.value
    if value is None or term.ill_typed or term.language:
        raise TypeError
    if term.datatype in _NUMBERS:
        return "number", Decimal(str(value))
    if term.datatype in (None, XSD.string):
        return "text", value
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, datetime):
        return ("moment" if value.tzinfo else "moment somewhere"), value
    if isinstance(value, date):
        return "day", value
    raise TypeError


def _compare_pairs(is_met: Callable[[int], bool]) -> Callable[..., tuple[bool, list[Any]]]:
    """Return what compares each value with each of the other property's (section 4.5.3)."""

    def compare(
        self: Any, values: Iterable[Node], others: Iterable[Node], graph: object, focus: Node
    ) -> tuple[bool, list[Any]]:
        found = [
            self.make_v_result(graph, focus, value_node=value)
            for value in values
            for other in others
            if not _holds(value, other, is_met)
        ]
        return bool(found), found

    return compare


def _holds(one: Node, other: Node, is_met: Callable[[int], bool]) -> bool:
    try:
        return is_met(order(one, other))
    except TypeError:
        return False


_write_path = path_helper.shacl_path_to_sparql_path


def _in_parentheses(shapes: object, node: Node, *more: Any, **named: Any) -> str:
    """Return a path as SPARQL writes it; parentheses are allowed around any."""
    written = _write_path(shapes, node, *more, **named)
    return written if isinstance(node, rdflib.URIRef) else f"({written})"


@contextmanager
def mended() -> Iterator[None]:
    """Let pySHACL compare values as SPARQL does, and write paths that parse."""
    less = property_pair_constraints.LessThanConstraintComponent
    less_or_equal = property_pair_constraints.LessThanOrEqualsConstraintComponent
    with ExitStack() as stack:
        for target, name, instead in (
            (value_range_constraints, "compare_literal", order),
            (path_helper, "shacl_path_to_sparql_path", _in_parentheses),
            (sparql_query_helper, "shacl_path_to_sparql_path", _in_parentheses),
            (less, "_compare_lt", _compare_pairs(lambda found: found < 0)),
            (less_or_equal, "_compare_ltoe", _compare_pairs(lambda found: found <= 0)),
        ):
            stack.enter_context(patch.object(target, name, instead))
        yield
