"""Serving the views: filters in, a page of items out, with the pages around it."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import Query
from clausegraph.errors import BadRequest, UnknownResource, UsageError
from clausegraph.web import texts
from clausegraph.web.answers import (
    LICENSE,
    MEDIA_TYPE_PARAMETER,
    Answer,
    Choice,
    Link,
    base,
    choose,
    is_held,
    respond,
)
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.model import natural
from clausegraph.web.views import DEFAULT_LIMIT, MAXIMUM_LIMIT, View

# RDF/XML is left out: browsers ask for XML before everything that they do not know.
OFFERS = (formats.JSON_LD, formats.TURTLE, formats.N_TRIPLES)


@dataclass(frozen=True)
class Page:
    """Which part of a list is asked for: page `number`, from 1, of `limit` items each."""

    number: int
    limit: int

    def last(self, total: int) -> int:
        """Return the number of the last page; an empty list has one page."""
        return max(1, math.ceil(total / self.limit))


@dataclass(frozen=True)
class Asked:
    """A request for a view: what is to be found, and where this request is."""

    view: View
    terms: dict[str, str]
    page: Page
    url: str
    parameters: dict[str, str]

    def address(self, number: int | None = None) -> str:
        """Return the address of page `number`, or of the whole list."""
        given = dict(self.parameters)
        if number is not None:
            given |= {"limit": str(self.page.limit), "page": str(number)}
        return f"{self.url}?{urlencode(given)}" if given else self.url


@dataclass(frozen=True)
class Lists:
    """Serves the views."""

    documents: Documents

    def handler(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of `view`."""

        async def handle(request: Request) -> Response:
            return await self._serve(request, view)

        handle.__doc__ = view.summary
        return handle

    async def _serve(self, request: Request, view: View) -> Response:
        asked = _read(request, view)
        chosen = choose(request, OFFERS)
        parts = (
            self.documents.engine.release,
            asked.address(asked.page.number),
            chosen.content_type,
        )
        if is_held(request, parts):
            return respond(request, Answer(b"", chosen.content_type, parts))
        total, items = await self._find(asked)
        return await self._describe(request, asked, chosen, total, items)

    async def _find(self, asked: Asked) -> tuple[int, list[str]]:
        """Return how many items there are and those of this page, or raise what is wrong."""
        text, page = _items(asked), asked.page
        start = (page.number - 1) * page.limit
        if asked.view.is_tree:
            rows = await self.documents.rows(text)
            ordered = _in_order(rows)
            total, items = len(ordered), ordered[start : start + page.limit]
        else:
            counted = await self.documents.rows(_counting(text))
            total = int(counted[0]["total"])
            windowed = f"{text}\nLIMIT {page.limit} OFFSET {start}"
            rows = await self.documents.rows(windowed)
            items = [row["item"] for row in rows]
        if total == 0:
            await self._check(asked)
        if page.number > page.last(total):
            raise UnknownResource(
                f"There is no page {page.number}: the last is {page.last(total)}."
            )
        return total, items

    async def _check(self, asked: Asked) -> None:
        """Raise for a filter whose value this release does not know: nothing is silently empty."""
        for name, term in asked.terms.items():
            if not term.startswith("<"):
                continue
            if await self.documents.rows(texts.query("known"), thing=term):
                continue
            iri = term[1:-1]
            if name == "scheme" and asked.view.is_tree:
                known = await self._siblings(vocabulary.ID + "concept/x")
                raise UnknownResource(f"There is no scheme {iri}.", suggestions=tuple(known))
            known = await self._siblings(iri)
            listed = f" Known are: {', '.join(known)}." if known else ""
            raise BadRequest(
                f"`{name}`: nothing in this release is called {iri}.{listed}",
                remedy="Give an IRI, a name like scheme:code, or the last part of an identifier.",
            )

    async def _siblings(self, iri: str) -> list[str]:
        """Return names beside `iri`, at most 50, as short as they may be given."""
        parent = iri.rpartition("/")[0] + "/"
        if not parent.startswith(vocabulary.ID):
            return []
        rows = await self.documents.rows(texts.query("suggestions"), prefix=str(Literal(parent)))
        names = [row["thing"].removeprefix(parent) for row in rows]
        return sorted((name for name in names if "/" not in name), key=natural)[:50]

    async def _describe(
        self, request: Request, asked: Asked, chosen: Choice, total: int, items: list[str]
    ) -> Response:
        """Return the response: the items of a page in the frame of their view."""
        links = _pages(asked, total)
        frame: dict[str, Any] | None = None
        if chosen.syntax == formats.JSON_LD:
            frame = {**asked.view.frame, "@order": items}
            if asked.view.is_tree:
                frame["@order"] = await self._tree_order(asked)
        text = fill(texts.query(asked.view.describe), _values(asked, total, items, links))
        result = await self.documents.engine.query(
            Query(text, None, None, chosen.syntax, frame=frame, is_ours=True)
        )
        parts = (result.release, asked.address(asked.page.number), chosen.content_type)
        header = [Link(target, rel) for rel, target in links.items()]
        header += [Link(LICENSE, "license"), Link(f"{base(request)}/openapi.json", "service-desc")]
        return respond(
            request,
            Answer(result.body, chosen.content_type, parts, links=(*header, *chosen.links)),
        )

    async def _tree_order(self, asked: Asked) -> list[str]:
        """Return every concept of the scheme in the order of notations."""
        rows = await self.documents.rows(_items(asked, q=str(Literal(""))))
        return _in_order(rows)


def _read(request: Request, view: View) -> Asked:
    """Read filters and page of a request, or raise BadRequest that lists what is known."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in view.known and name != MEDIA_TYPE_PARAMETER:
            raise BadRequest(
                f"`{name}` is no filter of this view.",
                remedy=f"Known are: {', '.join(view.known)}.",
            )
        if name in given:
            raise BadRequest(f"`{name}` is given twice.", remedy="Give it once.")
        given[name] = value
    given.pop(MEDIA_TYPE_PARAMETER, None)
    page = Page(
        _number(given.pop("page", "1"), "page", 10**9),
        _number(given.pop("limit", str(DEFAULT_LIMIT)), "limit", MAXIMUM_LIMIT),
    )
    terms = {}
    for item in view.filters:
        if item.name in given:
            try:
                terms[item.name] = str(item.term(given[item.name]))
            except UsageError as error:
                raise BadRequest(error.message, remedy=error.remedy) from error
    path = view.path
    if scheme := request.path_params.get("scheme"):
        terms["scheme"] = _scheme(scheme)
        path = path.replace("{scheme}", scheme)
    return Asked(view, terms, page, base(request) + path, dict(sorted(given.items())))


def _scheme(name: str) -> str:
    try:
        return str(NamedNode(f"{vocabulary.ID}concept/{name}"))
    except ValueError as error:
        raise UnknownResource(f"There is no scheme {name!r}.") from error


def _number(text: str, name: str, maximum: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0  # noqa: PLR2004
    if not 1 <= number <= maximum:
        raise BadRequest(f"`{name}` is a whole number from 1 to {maximum}, not {text!r}.")
    return number


def _items(asked: Asked, **more: str) -> str:
    """Return the query that finds the items: its filters are rows of VALUES, parsed as terms."""
    terms = {**asked.terms, **more}
    names, values = " ".join(f"?{name}" for name in terms), " ".join(terms.values())
    bound = f"VALUES ({names}) {{ ({values}) }}" if terms else ""
    return fill(texts.query(asked.view.items), {"filters": bound})


def _counting(text: str) -> str:
    """Return the query that counts what an items query finds."""
    prologue, _, rest = text.partition("\nSELECT ")
    body = rest.rpartition("\nORDER BY")[0]
    return f"{prologue}\nSELECT (COUNT(DISTINCT ?item) AS ?total)\nWHERE {{ {{ SELECT {body} }} }}"


def _in_order(rows: Rows) -> list[str]:
    keys = {row["item"]: natural(row.get("notation", row["item"])) for row in rows}
    return sorted(keys, key=lambda item: keys[item])


def _pages(asked: Asked, total: int) -> dict[str, str]:
    """Return the addresses of the pages around this one, by link relation (RFC 8288)."""
    number, last = asked.page.number, asked.page.last(total)
    numbers = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
    return {rel: asked.address(page) for rel, page in numbers.items() if 1 <= page <= last}


def _values(asked: Asked, total: int, items: list[str], links: dict[str, str]) -> dict[str, str]:
    """Return what fills the describing query: terms, made here or read from the store."""

    def term(rel: str) -> str:
        return str(NamedNode(links[rel])) if rel in links else "UNDEF"

    return {
        "collection": str(NamedNode(asked.address())),
        "total": str(Literal(total)),
        "view": str(NamedNode(asked.address(asked.page.number))),
        "first": term("first"),
        "previous": term("prev"),
        "next": term("next"),
        "last": term("last"),
        "items": " ".join(str(NamedNode(item)) for item in items),
    }
