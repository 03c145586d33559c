"""What shapes are evaluated over: an interface, and the store behind it where data are local."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from clausegraph.shacl.results import Term

Row = tuple[Term | None, ...]


class Data(Protocol):
    """Data that can be asked SPARQL queries.

    `is_exact`: literals that an engine would rewrite or that are ill-typed are kept apart, in the
    datatypes of `exact`; `has_exact`: there are such literals. `shapes_graph` is the IRI of the
    named graph that holds the shapes (`$shapesGraph`), or None where there is none.
    """

    is_exact: bool
    has_exact: bool
    shapes_graph: str | None

    def select(
        self, text: str, *, by_value: bool = False, bindings: Mapping[str, Term] | None = None
    ) -> Iterator[Row]:
        """Yield the rows of a SELECT query, columns in the order of its projection.

        Terms come as they are kept, see `exact.decode`. `by_value` asks with literals as the engine
        understands them, which the queries of a user need: `1.50` is a number there. `bindings` are
        variables that have a value from the start, each bound by a triple pattern of the query too:
        so a query is asked about one blank node, which its text cannot name. Data that cannot do so
        raise InputError.
        """

    def spelt(self, subject: Term, value: Term) -> Term:
        """Return a value of a subject as the input spells it, given what a query by value found."""
