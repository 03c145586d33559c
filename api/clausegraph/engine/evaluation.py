"""One query, evaluated: from its text to the bytes of its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

from clausegraph.engine import datasets, edits, guard, results, tokens
from clausegraph.engine.guard import Reading
from clausegraph.engine.interface import Kind, Limits, Query
from clausegraph.errors import BadRequest, QuerySyntaxError

_WHERE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_EXPECTED = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,\[\]"|]+')
_KEYWORD = re.compile("[A-Z]+")


@dataclass(frozen=True)
class Evaluator:
    """A store, the prefixes declared beforehand, and the limits of each answer."""

    store: Store
    prefixes: Mapping[str, str]
    limits: Limits

    def answer(self, query: Query) -> tuple[Kind, bytes]:
        """Return the kind and the bytes of the answer to `query`, or raise the ClausegraphError
        that says why there is none."""
        reading = guard.read(query.text, self.prefixes)
        result = self._result(query, reading)
        if isinstance(result, QuerySolutions):
            return "solutions", results.solutions(result, query.solutions, self.limits.result)
        if isinstance(result, QueryBoolean):
            return "boolean", results.boolean(result, query.boolean)
        return "graph", results.graph(result, query, self.prefixes, self.limits.result)

    def _result(
        self, query: Query, reading: Reading
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Parse and begin to evaluate."""
        parsing: dict[str, Any] = {"prefixes": dict(self.prefixes)}
        if query.base is not None:
            parsing["base_iri"] = query.base
        if query.substitutions:
            parsing["substitutions"] = bound(query.substitutions)
        try:
            scope = self._scope(query, reading, parsing)
            return scope.store.query(reading.safe, **parsing, **scope.arguments)
        except SyntaxError as error:
            raise syntax_error(reading, str(error)) from error
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


def syntax_error(reading: Reading, message: str) -> QuerySyntaxError:
    """Return the error for text that the engine's parser refuses with `message`, which it writes as
    `error at LINE:COLUMN: expected ...`."""
    if reading.unknown:
        prefix, start = next(iter(reading.unknown.items()))
        line, column = tokens.position(reading.text, start)
        return QuerySyntaxError(
            f"The prefix {prefix}: is not declared.",
            line=line,
            column=column,
            remedy=f"Begin with PREFIX {prefix}: <...>.",
        )
    match = _WHERE.match(message)
    if match is None:
        return QuerySyntaxError(f"The query does not parse: {message}.")
    expected = [part.strip() for part in _EXPECTED.findall(match[3]) if part.strip()]
    place = int(match[1]), int(match[2])
    line, column = edits.origin(reading.text, reading.edits, place, _overshoot(expected))
    remarks = [part for part in expected if part[0] not in '"[' and " " in part]
    text = f"The query does not parse at line {line}, column {column}, or just before"
    text += f": {remarks[0]}." if remarks else "."
    return QuerySyntaxError(text, line=line, column=column)


def _overshoot(expected: list[str]) -> int:
    """Return by how many characters a place is too late: where only keywords are expected, the
    parser has read the length of the longest before it finds that it is another word."""
    if expected and all(_KEYWORD.fullmatch(part) for part in expected):
        return max(len(part) for part in expected)
    return 0
