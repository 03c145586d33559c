"""Small questions about a graph on behalf of a diagnosis: in the dataset and with the names of the
query that is diagnosed, and up to a moment."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from clausegraph.engine import datasets, guard
from clausegraph.engine.diagnosis.tree import Part, Select, joined, variables
from clausegraph.engine.evaluation import Evaluator
from clausegraph.engine.interface import Diagnosis, Query
from clausegraph.engine.reading import Reading
from clausegraph.sparql.tokens import Token, plain, position, tokens

_MERGED = 200_000  # triples; what takes longer to put together is not diagnosed
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")

_PLAIN = re.compile(r'"-?\d+"\^\^<[^>]*#integer>|"(?:true|false)"\^\^<[^>]*#boolean>')


class Late(Exception):
    """The time for the diagnosis is over."""


@dataclass(frozen=True)
class Probe:
    """A query, what its text says, the dataset that it is asked of, and when to stop."""

    evaluator: Evaluator
    query: Query
    reading: Reading
    select: Select
    scope: datasets.Scope
    deadline: float
    namespaces: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(
        cls, evaluator: Evaluator, query: Query, reading: Reading, select: Select, deadline: float
    ) -> Probe:
        """Put together what is asked; raises what the dataset cannot be made for."""
        parsing: dict[str, Any] = {"prefixes": dict(evaluator.prefixes)}
        if query.base is not None:
            parsing["base_iri"] = query.base
        cap = min(evaluator.limits.merged, _MERGED)
        scope = datasets.scope(evaluator.store, query.dataset, reading, parsing, cap)
        namespaces = {**evaluator.prefixes, **_declared(reading.prologue)}
        return cls(evaluator, query, reading, select, scope, deadline, namespaces)

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables that the query has itself, unlike those for blank nodes."""
        return variables(tokens(self.reading.text))

    def ask(self, text: str, visible: Iterable[str] = (), graph: Part | None = None) -> bool:
        """Whether a group of this text, within GRAPH `graph`, has a solution.

        `visible` are the variables that it can bind: those that the caller has bound stay so.
        """
        body = f"GRAPH {graph.text} {{ {text} }}" if graph else text
        return bool(self._run(f"ASK {self._from()} {{ {self._bound(visible)} {body} }}"))

    def rows(
        self, head: str, text: str, graph: Part | None = None, visible: Iterable[str] = ()
    ) -> list[Any]:
        """Return the rows of `SELECT head` for a group; `text` says how many there can be."""
        body = f"GRAPH {graph.text} {{ {text} }}" if graph else text
        found: Any = self._run(
            f"SELECT {head} {self._from()} {{ {self._bound(visible)} {body} }} LIMIT 20000"
        )
        return list(found)

    def iri(self, text: str) -> str | None:
        """Return the IRI that an IRI or prefixed name of the query stands for."""
        found = self.rows("?x", f"VALUES ?x {{ {text} }}")
        return found[0][0].value if found and isinstance(found[0][0], NamedNode) else None

    def short(self, iri: str) -> str:
        """Return an IRI as it is best written in the query."""
        fitting = [
            (namespace, name)
            for name, namespace in self.namespaces.items()
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :])
        ]
        if not fitting:
            return str(NamedNode(iri))
        namespace, name = max(fitting, key=lambda item: len(item[0]))
        return f"{name}:{iri[len(namespace) :]}"

    def term(self, term: NamedNode | Literal) -> str:
        """Return a term as it is best written in the query."""
        if isinstance(term, NamedNode):
            return self.short(term.value)
        if _PLAIN.fullmatch(str(term)):
            return term.value
        text, marks, datatype = str(term).rpartition("^^<")
        is_typed = marks and term.language is None and datatype.endswith(">")
        return f"{text}^^{self.short(datatype[:-1])}" if is_typed else str(term)

    def diagnosis(
        self, message: str, pattern: str | None, start: int, suggestion: str | None = None
    ) -> Diagnosis:
        """Return a diagnosis of what stands at an offset of the query."""
        line, column = position(self.reading.text, start)
        return Diagnosis(message, pattern, line, column, suggestion)

    def _from(self) -> str:
        """Return the dataset clauses, where nothing else has made the dataset."""
        return "" if self.scope.arguments else joined(self.select.clauses.get("FROM", ()))

    def _bound(self, visible: Iterable[str]) -> str:
        """Return VALUES for the variables that the caller has bound."""
        given = self.query.substitutions
        return " ".join(f"VALUES ?{name} {{ {given[name]} }}" for name in visible if name in given)

    def _run(self, text: str) -> Any:
        """Evaluate a query of our own."""
        if time.monotonic() > self.deadline:
            raise Late
        prefixes = self.evaluator.prefixes
        reading = guard.read(f"{self.reading.prologue}\n{text}", prefixes)
        return self.scope.store.query(
            reading.safe,
            prefixes=dict(prefixes),
            base_iri=self.query.base,
            **self.scope.arguments,
        )


def _declared(prologue: str) -> dict[str, str]:
    """Return the prefixes that a prologue declares, with absolute IRIs."""
    found: list[Token] = [token for token in tokens(prologue) if token.kind != "comment"]
    return {
        name.text[:-1]: iri.text[1:-1]
        for word, name, iri in zip(found, found[1:], found[2:], strict=False)
        if plain(word.text) == "PREFIX" and iri.kind == "iri" and ":" in iri.text
    }
