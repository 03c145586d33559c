"""Serving the views: filters in, a page of items out, with the pages around it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

from cachetools import LRUCache
from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import Query
from clausegraph.errors import ResultTooLarge, UnknownResource
from clausegraph.formats import Syntax
from clausegraph.web import filters, keyset, tables, texts, walking
from clausegraph.web.answers import (
    LATEST,
    Answer,
    Choice,
    Link,
    base,
    cache_of,
    choose,
    fixed,
    is_held,
    respond,
    view_signs,
)
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.keyset import Window
from clausegraph.web.listing import Listing, Page, around, listing_of, scheme_of
from clausegraph.web.record import record_of
from clausegraph.web.views import View

# RDF/XML is left out: browsers ask for XML before everything that they do not know.
OFFERS = (formats.JSON_LD, formats.TURTLE, formats.N_TRIPLES, *tables.SYNTAXES)

_TOTALS = 4096  # how many lists' lengths are kept


@dataclass(frozen=True)
class Lists:
    """Serves the views; how long each list is, is counted once a release."""

    documents: Documents
    _totals: MutableMapping[bytes, int] = field(default_factory=lambda: LRUCache(_TOTALS))

    def handler(
        self, view: View, suffix: Syntax | None = None
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of `view`, in the syntax of a suffix or that is asked for."""

        async def handle(request: Request) -> Response:
            return await self._serve(request, view, suffix)

        handle.__doc__ = view.summary
        return handle

    async def _serve(self, request: Request, view: View, suffix: Syntax | None) -> Response:
        scheme_of(request)  # What cannot exist is not found, whatever the client accepts.
        chosen = choose(request, OFFERS) if suffix is None else fixed(request, suffix)
        is_table = chosen.syntax in tables.SYNTAXES
        listing = listing_of(request, view, suffix, is_table=is_table)
        parts = _parts(self.documents.engine.release, listing, chosen)
        if is_held(request, parts):
            record_of(request.scope).cache = "held"
            cache = cache_of(request, LATEST)
            return respond(request, Answer(b"", chosen.content_type, parts, cache))
        if kept := await self.documents.kept(request, parts):
            return kept
        if listing.is_whole:
            return await self._whole_table(request, listing, chosen)
        page = await self.page(listing)
        if is_table:
            return await self._table(request, listing, chosen, page)
        return await self._graph(request, listing, chosen, page)

    async def page(self, listing: Listing) -> Page:
        """Return the page that is asked for, or raise BadRequest for what nobody knows."""
        window = listing.asked.window
        total: int | None = None
        if window.is_backward and window.place is None:
            total = await self._total(listing)
            window = replace(window, limit=(total - 1) % window.limit + 1 if total else 1)
        found = await self._found(listing, window)
        rows, has_more = found[: window.limit], len(found) > window.limit
        if window.is_first and not has_more:
            total = len(rows)
        elif total is None:
            total = await self._total(listing)
        if not total:
            await self._check(listing)
        if window.is_backward:
            rows.reverse()
        return Page(rows, total, around(listing, rows, total, has_more=has_more))

    async def _found(self, listing: Listing, window: Window) -> Rows:
        """Return the rows of a page, nearest to its place first, and one more if there is one."""
        is_descending = listing.asked.is_descending
        if listing.is_by_document and await self._total(listing) > walking.MANY:
            rows = await walking.page(self.documents, listing, window)
            if rows is not None:
                return rows
        text = keyset.page(listing.items, window, is_descending=is_descending)
        return await self.documents.rows(text)

    async def _total(self, listing: Listing) -> int:
        """Return how many items the list has."""
        release = self.documents.engine.release
        key = hashlib.sha256(f"{release} {listing.counting}".encode()).digest()
        if (kept := self._totals.get(key)) is not None:
            return kept
        counted = await self.documents.rows(listing.counting)
        total = self._totals[key] = int(counted[0]["total"])
        return total

    async def _check(self, listing: Listing) -> None:
        """Raise for a filter whose value this release does not know: nothing is silently empty."""
        await filters.check(self.documents, listing.asked)
        if not listing.view.scheme:
            return
        scheme = listing.asked.terms["scheme"]
        if not await self.documents.rows(texts.query("known"), thing=scheme):
            known = await filters.names_below(self.documents, f"{vocabulary.ID}concept/")
            raise UnknownResource(f"There is no scheme {scheme}.", suggestions=tuple(known))

    async def _graph(
        self, request: Request, listing: Listing, chosen: Choice, page: Page
    ) -> Response:
        """Return a page as RDF: the items in the frame of their view."""
        view = listing.view
        frame: dict[str, Any] | None = None
        if chosen.syntax == formats.JSON_LD:
            frame = {**view.frame, "@order": await self._order(listing, page)}
        query = Query(
            fill(texts.query(view.describe), _values(listing, page)),
            None,
            None,
            chosen.syntax,
            frame=frame,
            profile=chosen.profile,
            is_ours=True,
        )
        return await self._send(request, listing, chosen, query, page)

    async def _order(self, listing: Listing, page: Page) -> list[str]:
        """Return the items in their order, and what is nested below them in its own."""
        view = listing.view
        if not view.nested or not page.rows:
            return page.items
        values = {"items": _terms(page.items), "1": "$1"}
        below = await self.documents.rows(fill(texts.query(view.nested), values))
        return [*page.items, *(row["item"] for row in below)]

    async def _table(
        self, request: Request, listing: Listing, chosen: Choice, page: Page
    ) -> Response:
        """Return a page as a table."""
        rows = [(str(NamedNode(row["item"])), str(Literal(row["key"]))) for row in page.rows]
        is_descending = listing.asked.is_descending
        text = tables.part(texts.query(listing.view.table), rows, is_descending=is_descending)
        query = Query(text, chosen.syntax, None, None, is_ours=True)
        return await self._send(request, listing, chosen, query, page)

    async def _whole_table(self, request: Request, listing: Listing, chosen: Choice) -> Response:
        """Return the whole list as a table, or raise ResultTooLarge: nothing is silently cut."""
        total = await self._total(listing)
        if not total:
            await self._check(listing)
        if total > tables.MAXIMUM_ROWS:
            raise ResultTooLarge(
                f"The list has {total} items; a table has at most {tables.MAXIMUM_ROWS} at once.",
                remedy=f"Ask for it in parts, with limit={tables.MAXIMUM_ROWS}, and follow the "
                "link next; or use a filter.",
            )
        is_descending = listing.asked.is_descending
        table = texts.query(listing.view.table)
        text = tables.whole(table, listing.items, is_descending=is_descending)
        query = Query(text, chosen.syntax, None, None, is_ours=True)
        return await self._send(request, listing, chosen, query, Page([], total, {}))

    async def _send(
        self, request: Request, listing: Listing, chosen: Choice, query: Query, page: Page
    ) -> Response:
        """Run `query`, and send what it gives with the links of a list."""
        result = await self.documents.engine.query(query)
        links = [Link(target, rel) for rel, target in page.links.items()]
        links += [*_signs(request, listing, chosen, result.release), *chosen.links]
        parts = _parts(result.release, listing, chosen)
        cache, headers = cache_of(request, LATEST), {RELEASE_HEADER: result.release}
        answer = Answer(result.body, chosen.content_type, parts, cache, links, headers)
        return await self.documents.keep(request, answer)


def _parts(release: str, listing: Listing, chosen: Choice) -> tuple[str, ...]:
    """Return what an answer depends on."""
    return (release, listing.here, chosen.content_type, chosen.profile)


def _signs(request: Request, listing: Listing, chosen: Choice, release: str) -> list[Link]:
    """Return the links of any answer: how to cite it, the list as a table, what describes it."""
    plain = replace(listing, suffix="")
    beyond = plain.here.removeprefix(base(request))
    links = view_signs(release, beyond)
    if chosen.syntax not in tables.SYNTAXES:
        table = replace(listing, suffix=formats.CSV.suffix)
        links.append(Link(table.address(), "alternate", formats.CSV.media_type))
    if listing.suffix:
        links.append(Link(plain.here, "canonical"))
    return links


def _terms(items: list[str]) -> str:
    return " ".join(str(NamedNode(item)) for item in items)


def _values(listing: Listing, page: Page) -> dict[str, str]:
    """Return what fills the describing query: terms, made here or read from the store."""

    def term(rel: str) -> str:
        return str(NamedNode(page.links[rel])) if rel in page.links else "UNDEF"

    return {
        "collection": str(NamedNode(listing.address())),
        "total": str(Literal(page.total)),
        "view": str(NamedNode(listing.here)),
        "first": term("first"),
        "previous": term("prev"),
        "next": term("next"),
        "last": term("last"),
        "items": _terms(page.items),
    }
