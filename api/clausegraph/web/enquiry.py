"""A request for an analysis, and what the analysis answers it with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from pyoxigraph import NamedNode
from starlette.requests import Request

from clausegraph import formats, vocabulary
from clausegraph.errors import BadRequest
from clausegraph.formats import Syntax
from clausegraph.web import conditions, filters, tables, texts
from clausegraph.web.analyses import MOST_ON_A_PAGE, ON_A_PAGE, Analysis
from clausegraph.web.answers import RELEASE, Choice, base, choose, fixed
from clausegraph.web.columns import LEVELS
from clausegraph.web.documents import fill
from clausegraph.web.filters import Asked
from clausegraph.web.keyset import END, MAXIMUM_LIMIT
from clausegraph.web.summaries import Summary, term, terms, text

GRAPHS = (formats.JSON_LD, formats.TURTLE, formats.N_TRIPLES)

HYDRA = "http://www.w3.org/ns/hydra/core#"

Triple = tuple[str, str, str]  # terms as they are written in a query


def offers(analysis: Analysis) -> tuple[Syntax, ...]:
    """Return the syntaxes that an analysis is offered in."""
    return (*GRAPHS, *tables.SYNTAXES) if analysis.table else GRAPHS


@dataclass(frozen=True)
class Enquiry:
    """A request: the analysis, what it is asked, the syntax it is wanted in, and where it came.

    `name` is what follows the analysis's path, where it takes that; `root` is the address of the
    service, `below` what an old release's paths begin with; a `suffix` fixes the syntax.
    """

    analysis: Analysis
    asked: Asked
    chosen: Choice
    root: str
    below: str = ""
    name: str = ""
    suffix: str = ""

    @classmethod
    def read(cls, request: Request, analysis: Analysis, suffix: Syntax | None) -> Enquiry:
        """Read a request, or raise BadRequest that lists what is known; a `suffix` fixes the
        syntax."""
        chosen = fixed(request, suffix) if suffix else choose(request, offers(analysis))
        is_table = chosen.syntax in tables.SYNTAXES
        asked = filters.read(
            request,
            analysis.parameters,
            paged=analysis.is_paged,
            many=[item.name for item in analysis.parameters if item.name == "documents"],
            maximum=MAXIMUM_LIMIT if is_table else MOST_ON_A_PAGE,
        )
        if not asked.has_limit:
            asked = replace(asked, window=replace(asked.window, limit=ON_A_PAGE))
        release = request.scope.get(RELEASE)
        return cls(
            analysis,
            asked,
            chosen,
            base(request),
            "" if release is None else f"/v/{release}",
            request.path_params.get("name", ""),
            suffix.suffix if suffix else "",
        )

    @property
    def path(self) -> str:
        """The path that it was asked at, without a suffix."""
        return f"{self.analysis.path}/{quote(self.name)}" if self.name else self.analysis.path

    @property
    def is_table(self) -> bool:
        """Whether a table is wanted."""
        return self.chosen.syntax in tables.SYNTAXES

    @property
    def view(self) -> str:
        """What the whole view is called, whatever page of it and wherever it was asked for."""
        return self.called(self.path) + self.asked.query()

    def called(self, path: str) -> str:
        """Return the name of what is at `path`: in the release that was asked, if one was."""
        return f"{vocabulary.BASE.removesuffix('/')}{self.below}{path}"

    def named(self, *names: str) -> str:
        """Return what a part of the view is called: a fragment of the view's own IRI."""
        return f"{self.view}#{'/'.join(names)}"

    def address(self, suffix: str = "", **place: str) -> str:
        """Return the address of a page, or of the whole view."""
        return self.root + self.path + suffix + self.asked.query(**place)

    @property
    def here(self) -> str:
        """The address of what was asked for."""
        window = self.asked.window
        if not self.analysis.is_paged:
            return self.address(self.suffix)
        place = {"limit": str(window.limit)} if self.asked.has_limit else {}
        if window.place is not None:
            place["before" if window.is_backward else "after"] = window.place.encode()
        elif window.is_backward:
            place["before"] = END
        return self.address(self.suffix, **place)

    def term(self, name: str) -> str | None:
        """Return a parameter's value as a term in N-Triples syntax: as asked, else its default."""
        if name in self.asked.terms:
            return self.asked.terms[name]
        found = next(item for item in self.analysis.parameters if item.name == name)
        return None if found.default is None else str(found.term(found.default))

    def iri(self, name: str) -> str | None:
        """Return a parameter's value as an IRI."""
        found = self.term(name)
        return None if found is None else found[1:-1]

    @property
    def level(self) -> str:
        """How fine the concepts are to be, or BadRequest."""
        level = self.asked.given.get("level", LEVELS[0])
        if level not in LEVELS:
            raise BadRequest(
                f"`level`: there is no {level[:80]!r} here.",
                remedy=f"Known are: {', '.join(LEVELS)}.",
            )
        return level


@dataclass(frozen=True)
class Found:
    """What an analysis found: the query that writes it, the order of its sets, pages around it."""

    query: str
    order: Sequence[str] = ()
    pages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """A summary, what it is called, and the thing that has it."""

    summary: Summary
    iri: str
    holder: str


def described(
    enquiry: Enquiry,
    facts: Iterable[Triple],
    held: Sequence[Held],
    things: Iterable[str] = (),
    wholes: Iterable[str] = (),
) -> str:
    """Return the query that writes an analysis: its facts, its summaries, and what these name.

    `things` are described by their names, `wholes` by all that is said of them.
    """
    cells = [item.summary for item in held]
    named = [name for cell in cells for name in (cell.document, cell.column, cell.level)]
    values = {
        "facts": "\n      ".join(f"({' '.join(triple)})" for triple in facts),
        "cells": "\n      ".join(_row(item) for item in held),
        "things": terms([*things, *named]),
        "statements": terms(name for cell in cells for name in cell.statements),
        "wholes": terms(wholes),
    }
    order = () if enquiry.chosen.syntax == formats.JSON_LD else ("order",)
    return fill(conditions.keep(texts.query("analysis"), order), values)


def _row(item: Held) -> str:
    cell = item.summary
    iris = (item.holder, item.iri, cell.document, cell.column)
    named = (cell.level, cell.best, cell.counter)
    columns = (*map(term, iris), text(cell.state), *map(term, named), *cell.numbers())
    return f"({' '.join(columns)})"


def tabled(name: str, rows: Iterable[Sequence[str]]) -> str:
    """Return the query that writes rows of terms, in their order, as the table `name`."""
    listed = (f"({number} {' '.join(row)})" for number, row in enumerate(rows))
    return fill(texts.query(name), {"rows": "\n    ".join(listed)})


def coverage_row(cell: Summary) -> list[str]:
    """Return a summary as a row of `coverage-table`."""
    iris = (cell.document, cell.column)
    named = (cell.level, cell.best, cell.counter)
    return [*map(term, iris), text(cell.state), *map(term, named), *cell.numbers()]


def fact(subject: str, predicate: str, value: str | int) -> Triple:
    """Return a triple of IRIs, or with a number for its object."""
    found = str(value) if isinstance(value, int) else str(NamedNode(value))
    return (str(NamedNode(subject)), str(NamedNode(predicate)), found)
