"""A table of results as columns of one type each, for formats that know types."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from clausegraph.vocabulary import XSD

Term = NamedNode | BlankNode | Literal | Triple
Value = str | int | float | bool | date | None

_WHOLE = {
    XSD + name
    for name in (
        *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
        *("nonPositiveInteger", "negativeInteger"),
    )
}
_FRACTIONS = {XSD + name for name in ("decimal", "double", "float")}
_LARGEST = 2**53  # up to which a double tells whole numbers apart


@dataclass(frozen=True)
class Column:
    """A variable: the type of its values (str, int, float, bool or date), and a value a row."""

    name: str
    type: type
    values: Sequence[Value]


@dataclass(frozen=True)
class Table:
    """The rows of a SELECT by columns; a variable without a value is None."""

    columns: tuple[Column, ...]
    rows: int

    @classmethod
    def read(cls, body: bytes) -> Table:
        """Read the results of a SELECT in JSON, row by row: a parser that reads all at once would
        keep other threads waiting."""
        found = parse_query_results(body, QueryResultsFormat.JSON)
        assert isinstance(found, QuerySolutions)  # noqa: S101 - what is asked is a SELECT
        names = [variable.value for variable in found.variables]
        columns: list[list[Term | None]] = [[] for _ in names]
        rows = 0
        for solution in found:
            rows += 1
            for column, term in zip(columns, solution, strict=True):
                column.append(term)
        return cls(tuple(map(_column, names, columns)), rows)


def _column(name: str, terms: Sequence[Term | None]) -> Column:
    """Return a column: of a type that all of its values have, else of texts."""
    if any(term is not None for term in terms):
        for kind, read in _READERS.items():
            values = _all(terms, read)
            if values is not None:
                return Column(name, kind, values)
    return Column(name, str, [None if term is None else _text(term) for term in terms])


def _all(terms: Sequence[Term | None], read: Callable[[Literal], Value]) -> list[Value] | None:
    """Return what `read` makes of each term, or None if it cannot read one of them."""
    values: list[Value] = []
    for term in terms:
        value = read(term) if isinstance(term, Literal) else None
        if value is None and term is not None:
            return None
        values.append(value)
    return values


def _text(term: Term) -> str:
    if isinstance(term, BlankNode | Triple):
        return str(term)
    return term.value


def _whole(term: Literal) -> int | None:
    if term.datatype.value not in _WHOLE:
        return None
    try:
        value = int(term.value)
    except ValueError:
        return None
    return value if abs(value) <= _LARGEST else None


def _fraction(term: Literal) -> float | None:
    if term.datatype.value in _WHOLE:
        return _whole(term)
    if term.datatype.value not in _FRACTIONS:
        return None
    try:
        value = float(term.value)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _truth(term: Literal) -> bool | None:
    if term.datatype.value != XSD + "boolean":
        return None
    return {"true": True, "1": True, "false": False, "0": False}.get(term.value)


def _day(term: Literal) -> date | None:
    if term.datatype.value != XSD + "date":
        return None
    try:
        return date.fromisoformat(term.value)
    except ValueError:  # With a time zone, or a year that Python has not.
        return None


_READERS: Mapping[type, Callable[[Literal], Value]] = {
    bool: _truth,
    int: _whole,
    float: _fraction,
    date: _day,
}
