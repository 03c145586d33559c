"""Linked data: `/id/` leads by 303 to `/doc/`, which describes the thing; and all other IRIs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import vocabulary
from clausegraph.errors import QueryError, UnknownResource
from clausegraph.web import addresses, resourcepage, texts
from clausegraph.web.answers import LATEST, Link, base
from clausegraph.web.documents import Document, Documents, Rows, fill, offered
from clausegraph.web.model import Described
from clausegraph.web.pages import Pages
from clausegraph.web.terms import Words

INBOUND = 200  # how many things that point to a resource its document lists
SUGGESTIONS = 5
LONGEST_NEAR = 300  # characters
_LOOKUP_SECONDS = 2.0


@dataclass(frozen=True)
class Resources:
    """The things of the graph, under `/id/` and `/doc/`."""

    documents: Documents
    pages: Pages
    words: Words

    async def identify(self, request: Request) -> Response:
        """Answer `/id/...`: 303 to the document about the thing (RFC 9110, 15.4.4)."""
        name = addresses.name_below(request, "/id/")
        if addresses.canonical(name) != name:
            return _moved(request, "/id/" + addresses.canonical(name), 308)
        if not await self._exists(name):
            raise await self._unknown(name)
        return _moved(request, "/doc/" + name, 303)

    async def describe(self, request: Request) -> Response:
        """Answer `/doc/...`: the document about a thing, in the syntax asked for."""
        named = addresses.split_suffix(addresses.name_below(request, "/doc/"))
        canonical = addresses.canonical(named.name)
        if canonical != named.name:
            suffix = named.syntax.suffix if named.syntax else ""
            return _moved(request, "/doc/" + canonical + suffix, 308)
        chosen = offered(request, named.syntax)
        path = "/doc/" + addresses.encode(named.name)
        if held := self.documents.held(request, path, chosen):
            return held
        iri = NamedNode(vocabulary.ID + named.name)
        rows = await self.documents.rows(texts.query("resource-nodes"), resource=str(iri))
        if not any(row["part"] == "resource" for row in rows):
            raise await self._unknown(named.name)
        rows, notice = await self._capped(iri, rows)
        document = Document(
            path,
            iri.value,
            _text(iri, rows),
            lambda data, release: self._page(iri.value, data, release, notice),
            (
                Link(iri.value, "cite-as"),
                Link(f"{base(request)}/dataset", "collection"),
            ),
        )
        response = await self.documents.send(request, document, chosen)
        if notice:
            response.headers["Clausegraph-Notice"] = notice
        return response

    async def _capped(self, iri: NamedNode, rows: Rows) -> tuple[Rows, str]:
        """Return the rows without the inbound ones past the cap, and what is to be said of it."""
        inbound = [row for row in rows if row["part"] == "inbound"]
        if len(inbound) <= INBOUND:
            return rows, ""
        counted = await self.documents.rows(texts.query("inbound-count"), resource=str(iri))
        total = int(counted[0]["count"]) if counted else len(inbound)
        dropped = {row["node"] for row in inbound[INBOUND:]}
        kept = [row for row in rows if row["part"] != "inbound" or row["node"] not in dropped]
        return kept, (
            f"Of {total} things that point here, the first {INBOUND} are listed. "
            "The SPARQL endpoint has all of them."
        )

    def _page(self, iri: str, data: bytes, release: str, notice: str) -> bytes:
        page = resourcepage.read(Described(data, self.words), iri)
        path = addresses.page_of(iri) or ""
        return self.pages.render(
            "resource.html", page=page, path=path, release=release, notice=notice
        )

    async def _exists(self, name: str) -> bool:
        text = "SELECT ?resource ?p WHERE { ?resource ?p ?o } LIMIT 1"
        iri = NamedNode(vocabulary.ID + name)
        return bool(await self.documents.rows(text, resource=str(iri)))

    async def _unknown(self, name: str) -> UnknownResource:
        """Return the error for a name that is not in this release, with the nearest that are."""
        message = f"Nothing in this release is called {vocabulary.ID}{name}."
        for prefix in _prefixes(name):
            try:
                rows = await self.documents.rows(
                    texts.query("suggestions"), _LOOKUP_SECONDS, prefix=str(Literal(prefix))
                )
            except QueryError:
                break
            found = [row["thing"].removeprefix(vocabulary.ID) for row in rows]
            if near := await run_in_threadpool(_nearest, name, found):
                iris = tuple(vocabulary.ID + item for item in near)
                return UnknownResource(message, suggestions=iris)
        return UnknownResource(message)


def _moved(request: Request, path: str, status: int) -> Response:
    """Return a redirect to `path` on the same host, the same for every client, without a body."""
    location = base(request) + addresses.encode(path)
    return Response(status_code=status, headers={"Location": location, "Cache-Control": LATEST})


def _text(iri: NamedNode, rows: Rows) -> str:
    """Return the CONSTRUCT for a resource whose nodes are `rows`."""
    whole = _terms(row["node"] for row in rows if row["whole"] == "true")
    named = _terms(row["node"] for row in rows if row["whole"] != "true")
    values = {"whole": whole, "named": named, "resource": str(iri)}
    return fill(texts.query("resource"), values)


def _terms(iris: Iterable[str]) -> str:
    return " ".join(sorted({str(NamedNode(iri)) for iri in iris}))


def _nearest(name: str, names: list[str]) -> list[str]:
    """Return the names nearest to `name`: those that end alike first, then those spelt alike."""
    tail = "/" + name.rpartition("/")[2]
    alike = [item for item in names if item.endswith(tail)]
    spelt = difflib.get_close_matches(name, names, SUGGESTIONS, 0.75)
    return list(dict.fromkeys((*alike, *spelt)))[:SUGGESTIONS]


def _prefixes(name: str) -> list[str]:
    """Return where to look for names near `name`: beside it, then in its document, then its type.

    A name that is longer than any of ours is near to none.
    """
    segments = name.split("/")[:-1]
    if not segments or len(name) > LONGEST_NEAR:
        return []
    depths = dict.fromkeys((len(segments), min(2, len(segments)), 1))
    return [f"{vocabulary.ID}{'/'.join(segments[:depth])}/" for depth in depths]
