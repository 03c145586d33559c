"""A list as a page: its facets, its form, its rows, and the way to the same rows as data."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats
from clausegraph.errors import QueryError
from clausegraph.formats import Syntax
from clausegraph.vocabulary import compact
from clausegraph.web import filters, labels, summaries, tables, texts
from clausegraph.web.addresses import href
from clausegraph.web.answers import Link, base
from clausegraph.web.documents import Documents, fill
from clausegraph.web.explorer.reading import facets
from clausegraph.web.explorer.reading.facets import Facet
from clausegraph.web.explorer.reading.sending import Languages, Leaf, send
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.filters import Asked
from clausegraph.web.listing import Listing, Page
from clausegraph.web.lists import Lists
from clausegraph.web.views import View

BAR = " | "  # between the values of a cell of a table
FORMS: tuple[Syntax, ...] = (formats.JSON_LD, formats.CSV, formats.TSV, formats.TURTLE)
_SECONDS = 4.0  # for what is counted beside each row, without which the row still reads


@dataclass(frozen=True)
class Catalogue:
    """A list that people look through at `path`: a view, its facets, and what its rows count.

    `facets_query` and `weights` name queries; `sorts` are words for what it can be sorted by.
    """

    view: View
    path: str
    template: str
    facets: tuple[Facet, ...]
    sorts: Mapping[str, str]
    facets_query: str = ""
    weights: str = ""


@dataclass(frozen=True)
class Chosen:
    """A filter that is in force: in words, and the address of the list without it."""

    name: str
    label: str
    without: str


@dataclass(frozen=True)
class Row:
    """An item: the cells of the table of its view, and what is counted of it; None where counting
    took too long."""

    cells: Mapping[str, str]
    counts: Mapping[str, int] | None

    @property
    def href(self) -> str:
        """Where it is described; empty where that is no address for a link."""
        return href(self.cells["iri"]) or ""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.cells.get("title") or compact(self.cells["iri"])

    def texts(self, column: str) -> list[str]:
        """Return the values of a cell."""
        return [value for value in self.cells.get(column, "").split(BAR) if value]

    def links(self, column: str) -> list[tuple[str, str]]:
        """Return the things of a cell, each with its name and its page."""
        named = self.texts(f"{column}_label")
        iris = self.texts(column)
        if len(named) != len(iris):  # Two of them are called the same.
            named = [compact(iri) for iri in iris]
        found = zip(named, iris, strict=True)
        return [(name, href(iri) or "") for name, iri in found]

    def count(self, part: str) -> int | None:
        """Return how many of `part` it has, None where that is not known."""
        return None if self.counts is None else self.counts.get(part, 0)


@dataclass(frozen=True)
class Catalogues:
    """Serves lists as pages."""

    explorer: Explorer
    lists: Lists = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lists", Lists(self.explorer.documents))

    def handler(self, catalogue: Catalogue) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of `catalogue`."""

        async def handle(request: Request) -> Response:
            asked = _read(request, catalogue.view)
            listing = Listing(catalogue.view, asked, catalogue.path, "", is_table=False)

            async def make(_: Languages) -> Leaf:
                return await self._leaf(request, catalogue, listing)

            return await send(self.explorer, request, listing.here, make)

        return handle

    async def _leaf(self, request: Request, catalogue: Catalogue, listing: Listing) -> Leaf:
        """Return what the page of a list is made of."""
        documents = self.explorer.documents
        page = await self.lists.page(listing)
        rows, narrowings, chosen = await asyncio.gather(
            _rows(documents, catalogue, listing, page),
            facets.read(documents, listing, catalogue.facets, catalogue.facets_query),
            _chosen(documents, listing),
        )
        data = _data(listing)
        links = [Link(base(request) + url, "alternate", form.media_type) for form, url in data]
        values: dict[str, Any] = {
            "catalogue": catalogue,
            "asked": listing.asked,
            "rows": rows,
            "total": page.total,
            "pages": page.links,
            "is_whole": len(rows) == page.total,
            "facets": narrowings,
            "chosen": chosen,
            "anew": catalogue.path,
            "data": data,
        }
        return Leaf(catalogue.template, values, links)


def _read(request: Request, view: View) -> Asked:
    """Read what is asked of a list; a field that a form leaves empty asks for nothing."""
    given = [(name, value) for name, value in request.query_params.multi_items() if value]
    scope = {**request.scope, "query_string": urlencode(given).encode()}
    return filters.read(Request(scope), view.filters, sorts=view.sorts)


async def _rows(
    documents: Documents, catalogue: Catalogue, listing: Listing, page: Page
) -> list[Row]:
    """Return the rows of a page, as the table of the same view has them."""
    if not page.rows:
        return []
    keyed = [(str(NamedNode(row["item"])), str(Literal(row["key"]))) for row in page.rows]
    table = texts.query(catalogue.view.table)
    text = tables.part(table, keyed, is_descending=listing.asked.is_descending)
    found, counts = await asyncio.gather(
        documents.rows(text), _weights(documents, catalogue.weights, page.items)
    )
    return [Row(row, None if counts is None else counts.get(row["iri"], {})) for row in found]


async def _weights(
    documents: Documents, query: str, items: Sequence[str]
) -> Mapping[str, Mapping[str, int]] | None:
    """Return what is counted of items, None where that takes too long."""
    if not query:
        return {}
    text = fill(texts.query(query), {"items": summaries.terms(items)})
    try:
        rows = await documents.rows(text, _SECONDS)
    except QueryError:
        return None
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        if "item" in row:
            found.setdefault(row["item"], {})[row["part"]] = int(row["count"])
    return found


async def _chosen(documents: Documents, listing: Listing) -> list[Chosen]:
    """Return the filters that are in force."""
    asked = listing.asked
    iris = [term[1:-1] for term in asked.terms.values() if term.startswith("<")]
    called = await names(documents, iris)
    return [
        Chosen(
            name,
            called.get(term[1:-1], asked.given[name]),
            facets.address(listing, facets.without(asked, name)),
        )
        for name, term in asked.terms.items()
    ]


async def names(documents: Documents, iris: Sequence[str]) -> dict[str, str]:
    """Return what things are called, with their codes; those without a name are left out."""
    return {iri: _coded(row) for iri, row in (await labels.read(documents, iris)).items()}


def _coded(row: Mapping[str, str]) -> str:
    code = row.get("code", "")
    has_digit = any(character.isdigit() for character in code)
    return f"{code} {row['label']}" if has_digit and code not in row["label"] else row["label"]


def _data(listing: Listing) -> list[tuple[Syntax, str]]:
    """Return the addresses of the same rows as data."""
    plain = replace(listing, url=listing.view.path)
    return [(form, replace(plain, suffix=form.suffix).here) for form in FORMS]
