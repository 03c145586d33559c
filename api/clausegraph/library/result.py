"""What a query gives: rows, a yes or no, or triples; and each of them as bytes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pyoxigraph import (
    BlankNode,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)
from pyoxigraph import Literal as RdfLiteral

from clausegraph import formats
from clausegraph.errors import UsageError
from clausegraph.formats import Syntax
from clausegraph.vocabulary import XSD, prefixes

if TYPE_CHECKING:
    from pandas import DataFrame

Value = str | int | float | bool | Decimal | datetime.date | None
Term = NamedNode | BlankNode | RdfLiteral | Triple
Kind = Literal["solutions", "boolean", "graph"]

FORMATS: Mapping[Kind, Mapping[str, Syntax]] = {
    "solutions": {
        "csv": formats.CSV,
        "tsv": formats.TSV,
        "json": formats.RESULTS_JSON,
        "xml": formats.RESULTS_XML,
    },
    "boolean": {"json": formats.RESULTS_JSON, "xml": formats.RESULTS_XML},
    "graph": {
        "ttl": formats.TURTLE,
        "nt": formats.N_TRIPLES,
        "jsonld": formats.JSON_LD,
        "rdf": formats.RDF_XML,
    },
}
FORMS: Mapping[Kind, str] = {
    "solutions": "a SELECT query",
    "boolean": "an ASK query",
    "graph": "a CONSTRUCT or DESCRIBE query",
}

_SHOWN = 12  # digits of a release
_READERS: Mapping[str, Callable[[str], Value]] = {
    XSD + "integer": int,
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "float": float,
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "date": datetime.date.fromisoformat,
    XSD + "dateTime": datetime.datetime.fromisoformat,
}


class Row(Mapping[str, Value]):
    """One row: column names to Python values, None where a variable is unbound.

    An IRI is a `str`; numbers, booleans and dates have their Python types; any other literal is
    its text. `term` gives the RDF term itself, with language and datatype.
    """

    def __init__(self, columns: Sequence[str], solution: QuerySolution) -> None:
        self._terms: dict[str, Term | None] = {name: solution[name] for name in columns}

    def __getitem__(self, column: str) -> Value:
        return _value(self._terms[column])

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def __repr__(self) -> str:
        return f"Row({dict(self)!r})"

    def term(self, column: str) -> Term | None:
        """Return the RDF term in `column`, or None where it is unbound."""
        return self._terms[column]

    def is_iri(self, column: str) -> bool:
        """Whether `column` holds an IRI."""
        return isinstance(self._terms[column], NamedNode)


@dataclass(frozen=True)
class Result:
    """The answer to one query, from one release of the graph.

    `kind` says which of the parts is filled: `solutions` has `columns` and rows (also by `len` and
    in a `for` loop), `boolean` has `boolean`, `graph` has `triples`.
    """

    kind: Kind
    release: str
    columns: tuple[str, ...] = ()
    boolean: bool | None = None
    triples: tuple[Triple, ...] = ()
    _body: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, answer: QuerySolutions | QueryBoolean | QueryTriples, release: str) -> Result:
        """Take up what the store answers, all of it."""
        if isinstance(answer, QueryTriples):
            return cls("graph", release, triples=tuple(sorted(answer, key=str)))
        if isinstance(answer, QueryBoolean):
            value = bool(answer)
            body = f'{{"head":{{}},"boolean":{str(value).lower()}}}'.encode()
            return cls("boolean", release, boolean=value, _body=body)
        columns = tuple(variable.value for variable in answer.variables)
        table = answer.serialize(format=QueryResultsFormat.JSON)
        return cls("solutions", release, columns=columns, _body=table or b"")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of a SELECT query, in order."""
        if self.kind != "solutions":
            return ()
        parsed = parse_query_results(self._body, format=QueryResultsFormat.JSON)
        assert isinstance(parsed, QuerySolutions)  # noqa: S101
        return tuple(Row(self.columns, solution) for solution in parsed)

    def __repr__(self) -> str:
        """Say how much there is and of which release, not all of it."""
        size = {
            "solutions": f"{len(self)} rows",
            "boolean": str(self.boolean).lower(),
            "graph": f"{len(self)} triples",
        }
        return f"<Result: {size[self.kind]} from release {self.release[:_SHOWN]}>"

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows) or len(self.triples)

    def __bool__(self) -> bool:
        """The answer of an ASK query; else whether there is any row or triple."""
        return self.boolean if self.boolean is not None else len(self) > 0

    def to_dataframe(self) -> DataFrame:
        """Return the rows as a pandas DataFrame; whole numbers stay whole beside empty cells.

        >>> import clausegraph
        >>> frame = clausegraph.open().query("sectors/by-document").to_dataframe()
        >>> int(frame["score"].max())
        2

        Raises UsageError where pandas is not installed or the result has no rows to give.
        """
        if self.kind != "solutions":
            raise UsageError(f"Only a SELECT query gives a table; this was {FORMS[self.kind]}.")
        try:
            from pandas import DataFrame  # noqa: PLC0415 - pandas is optional
        except ImportError as error:
            raise UsageError(
                "A DataFrame needs pandas.", remedy="Run: pip install 'clausegraph[dataframe]'"
            ) from error
        table = [[row[column] for column in self.columns] for row in self.rows]
        return DataFrame(table, columns=list(self.columns)).convert_dtypes()

    def serialize(self, format: str) -> bytes:  # noqa: A002 - as in pyoxigraph and rdflib
        """Return the result in `format`: csv, tsv, json or xml for rows; ttl, nt, jsonld or rdf for
        triples; json or xml for yes and no. Raises UsageError for a format of another query form.
        """
        offers = FORMATS[self.kind]
        if format not in offers:
            raise UsageError(
                f"There is no form of {FORMS[self.kind]}'s result in '{format}'.",
                remedy=f"Choose one of: {', '.join(offers)}.",
            )
        engine = offers[format].engine
        if isinstance(engine, RdfFormat):
            return serialize(self.triples, format=engine, prefixes=self._prefixes()) or b""
        assert engine is not None  # noqa: S101
        answer = parse_query_results(self._body, format=QueryResultsFormat.JSON)
        return answer.serialize(format=engine) or b""

    def _prefixes(self) -> dict[str, str]:
        """Return the registered prefixes that the triples use."""
        text = "\n".join(str(triple) for triple in self.triples)
        return {name: iri for name, iri in prefixes().items() if f"<{iri}" in text}


def _value(term: Term | None) -> Value:
    """Return a term's Python value; a literal that its datatype does not allow stays text."""
    if term is None:
        return None
    if isinstance(term, RdfLiteral):
        try:
            return _READERS.get(term.datatype.value, str)(term.value)
        except (ValueError, ArithmeticError):
            return term.value
    return term.value if isinstance(term, NamedNode) else str(term)
