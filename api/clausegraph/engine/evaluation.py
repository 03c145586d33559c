"""One query, evaluated: from its text to the bytes of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
    parse,
)

from clausegraph import search
from clausegraph.engine import (
    datasets,
    expected,
    guard,
    matches,
    nearest,
    results,
)
from clausegraph.engine.interface import Kind, Limits, Query
from clausegraph.engine.reading import Reading
from clausegraph.engine.spool import Outlet
from clausegraph.errors import BadRequest, QuerySyntaxError, UnknownResource
from clausegraph.sparql import keywords, tokens


class Written(NamedTuple):
    """An answer as bytes: in `body`, or `size` bytes in the outlet where that is not None.

    `is_empty`, `is_volatile` and `prefixes` are those of interface.Answer.
    """

    kind: Kind
    body: bytes
    size: int | None
    is_empty: bool
    is_volatile: bool
    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class Evaluator:
    """A store, the prefixes declared beforehand, the limits of each answer, and what finds words,
    where there is one."""

    store: Store
    prefixes: Mapping[str, str]
    limits: Limits
    index: search.Index | None = None

    def answer(self, query: Query, outlet: Outlet | None = None) -> Written:
        """Return the answer to `query`, in `outlet` if it is large and may be there, or raise the
        ClausegraphError that says why there is none."""
        if query.task != "query":
            return self._found(query)
        read = guard.read_own if query.is_ours else guard.read
        reading = read(query.text, self.prefixes)
        reading = matches.resolve(reading, self.prefixes, query.substitutions, lambda: self.index)
        result = self._result(query, reading)
        if not query.may_spool:
            outlet = None
        cap, is_empty = self.limits.result, False
        size: int | None = None
        if isinstance(result, QuerySolutions):
            kind: Kind = "solutions"
            body, size = results.solutions(result, query.solutions, cap, outlet)
            if query.solutions is not None:
                is_empty = size is None and results.has_no_rows(body, query.solutions)
        elif isinstance(result, QueryBoolean):
            kind, body = "boolean", results.boolean(result, query.boolean)
        else:
            kind = "graph"
            written = results.graph(result, query, self.prefixes, cap, outlet)
            (body, size), is_empty = written
        return Written(kind, body, size, is_empty, reading.is_volatile, reading.registered)

    def _found(self, query: Query) -> Written:
        """Return what a search finds."""
        if self.index is None:
            raise UnknownResource("This release has no search index.")
        find = search.search if query.task == "search" else search.suggest
        found = find(self.index, self.store, search.Request.read(query.text))
        return Written("solutions", found.write(), None, not found.hits, False, ())

    def _result(
        self, query: Query, reading: Reading
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Parse and begin to evaluate."""
        used = {prefix: self.prefixes[prefix] for prefix in reading.registered}
        parsing: dict[str, Any] = {"prefixes": used}
        if query.base is not None:
            parsing["base_iri"] = query.base
        if query.substitutions:
            parsing["substitutions"] = bound(query.substitutions)
        try:
            store, arguments = self._scope(query, reading, parsing)
            return store.query(reading.safe, **parsing, **arguments)
        except SyntaxError as error:
            raise syntax_error(reading, str(error), self.prefixes) from error
        except ValueError as error:
            raise BadRequest(f"The query's base or dataset is wrong: {error}.") from error
        except RuntimeError as error:
            if query.substitutions:
                message = f"A variable cannot be bound: {str(error).rstrip('.')}."
                raise BadRequest(message) from error
            raise results.gave_up(error) from error
        except OSError as error:
            raise results.gave_up(error) from error

    def _scope(self, query: Query, reading: Reading, parsing: Mapping[str, Any]) -> datasets.Scope:
        """Return the dataset that the query is asked of."""
        if query.dataset is None and not reading.default_graphs and not reading.named_graphs:
            return datasets.Scope(self.store, {})
        names = {key: value for key, value in parsing.items() if key != "substitutions"}
        cap = self.limits.merged
        return datasets.scope(self.store, query.dataset, reading, names, cap)


def bound(substitutions: Mapping[str, str]) -> dict[Variable, NamedNode | Literal]:
    """Return the variables and terms of a query's substitutions, or raise BadRequest."""
    return {_variable(name): _term(name, text) for name, text in substitutions.items()}


def _variable(name: str) -> Variable:
    """Return the variable of that name."""
    try:
        return Variable(name)
    except ValueError as error:
        raise BadRequest(f"'{name}' is no name of a variable.") from error


def _term(name: str, text: str) -> NamedNode | Literal:
    """Return the one term that `text` holds in N-Triples syntax."""
    line = f"<urn:s> <urn:p> {text} <urn:g> .\n"
    try:
        quads = list(parse(line, RdfFormat.N_QUADS))
    except SyntaxError:
        quads = []
    if len(quads) == 1 and quads[0].graph_name == NamedNode("urn:g"):
        term = quads[0].object
        if isinstance(term, NamedNode | Literal):
            return term
    raise BadRequest(
        f"The value of ?{name} is not one IRI or literal: {text}.",
        remedy='Write <https://...>, "text" or "text"@en, as in N-Triples.',
    )


def syntax_error(
    reading: Reading, message: str, prefixes: Mapping[str, str] | None = None
) -> QuerySyntaxError:
    """Return the error for text that the engine's parser refuses with `message`.

    `prefixes` are those that need no declaration: one of them may have been meant.
    """
    if reading.unknown:
        prefix, start = next(iter(reading.unknown.items()))
        line, column = tokens.position(reading.text, start)
        return QuerySyntaxError(
            f"The prefix {prefix}: is not declared.",
            line=line,
            column=column,
            offset=start,
            remedy=nearest.undeclared(prefix, prefixes or {}),
        )
    refusal = expected.read(message)
    if refusal is None:
        return QuerySyntaxError(f"The query does not parse: {message}.")
    offset = refusal.offset(reading)
    line, column = tokens.position(reading.text, offset)
    text = f"The query does not parse at line {line}, column {column}, or just before"
    text += f": {refusal.remark}." if refusal.remark else "."
    return QuerySyntaxError(
        text,
        line=line,
        column=column,
        offset=offset,
        expected=refusal.names,
        remedy=keywords.remedy(reading.text, offset),
    )
