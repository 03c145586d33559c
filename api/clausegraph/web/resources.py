"""Linked data: `/id/` leads by 303 to `/doc/`, which describes the thing; and all other IRIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace

from cachetools import LRUCache
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.web import (
    about,
    addresses,
    hubs,
    inbound,
    languages,
    register,
    resourcepage,
    suggestions,
    surroundings,
    texts,
)
from clausegraph.web.addresses import Named
from clausegraph.web.answers import LATEST, Choice, Link, base, cache_of
from clausegraph.web.documents import Document, Documents, Rows, fill, offered
from clausegraph.web.inbound import Page
from clausegraph.web.keyset import Place
from clausegraph.web.model import Described
from clausegraph.web.pages import Pages
from clausegraph.web.surroundings import Surroundings
from clausegraph.web.terms import Words

SUCCESSOR = "successor-version"

_TOTALS = 4096  # of how many things it is kept how many point to them


@dataclass(frozen=True)
class Asked:
    """A request for a document: the thing, the page of what points to it, and in what form.

    `root` is what the address begins with: `/v/{release}`, or nothing.
    """

    name: str
    chosen: Choice
    place: Place | None
    languages: tuple[str, ...]
    root: str

    @property
    def iri(self) -> str:
        """The thing."""
        return vocabulary.ID + self.name

    @property
    def path(self) -> str:
        """The address of the document, without a suffix."""
        return "/doc/" + addresses.encode(self.name)

    @property
    def query(self) -> str:
        """What chooses a page of the document."""
        return inbound.query(self.place)

    @property
    def canonical(self) -> str:
        """The permanent address of the page; below `/v/{release}`, that of the release's own."""
        return vocabulary.BASE.rstrip("/") + self.root + self.path + self.query


@dataclass(frozen=True)
class Resources:
    """The things of the graph, under `/id/` and `/doc/`."""

    documents: Documents
    pages: Pages
    words: Words
    _totals: MutableMapping[tuple[str, str], Mapping[str, int]] = field(
        default_factory=lambda: LRUCache(_TOTALS)
    )

    async def identify(self, request: Request) -> Response:
        """Answer `/id/...`: 303 to the document about the thing (RFC 9110, 15.4.4)."""
        name = addresses.name_below(request, "/id/")
        if addresses.canonical(name) != name:
            return _moved(request, "/id/" + addresses.canonical(name), 308)
        if not await self._exists(name):
            return await self._elsewhere(request, "/id/", Named(name, None))
        return _moved(request, "/doc/" + name, 303)

    async def describe(self, request: Request) -> Response:
        """Answer `/doc/...`: the document about a thing, in the syntax asked for."""
        named = addresses.split_suffix(addresses.name_below(request, "/doc/"))
        canonical = addresses.canonical(named.name)
        if canonical != named.name:
            suffix = named.syntax.suffix if named.syntax else ""
            return _moved(request, "/doc/" + canonical + suffix, 308)
        chosen = offered(request, named.syntax)
        prefers = await self.documents.prefers(request, chosen)
        root = request.scope.get("root_path", "")
        asked = Asked(named.name, chosen, inbound.read(request), prefers, root)
        known = await self.documents.known(request, asked.path, chosen, asked.query, prefers)
        if known is not None:
            return known
        page = await self._page_of(asked)
        if page is None:
            return await self._elsewhere(request, "/doc/", named)
        around = Surroundings()
        if chosen.syntax == formats.HTML:
            around = await surroundings.read(
                self.documents, self.words, asked.iri, page.nodes, prefers
            )
        document = self._document(request, asked, page, around)
        return await self.documents.send(request, document, chosen)

    async def _page_of(self, asked: Asked) -> Page | None:
        """Return what the document describes, or None where nothing is known of the thing."""
        many = await hubs.many(self.documents)
        text = fill(texts.query("resource-nodes"), inbound.bounds(asked.place, many))
        iri = str(NamedNode(asked.iri))
        rows = await self.documents.rows(text, resource=iri)
        if not any(row["part"] == "resource" for row in rows):
            return None
        if any(row["part"] == "deprecated" for row in rows):
            replaced = await register.replacements(self.documents, [asked.iri])
            ends = replaced.ends(asked.iri)
            rows += [{"node": end, "part": "successor", "whole": "false"} for end in ends]
        if any(row["part"] == "many" for row in rows):
            rows = await self._of_many(asked, rows)
        page = inbound.cut(asked.place, rows)
        if page.is_all:
            return page
        return replace(page, totals=await self._count(iri))

    async def _of_many(self, asked: Asked, rows: Rows) -> Rows:
        """Return the rows of a page, with others that are found without looking at all of them."""
        kept = [row for row in rows if row["part"] not in ("many", "others")]
        after = inbound.begins(asked.place, "others")
        if after is None:
            return kept
        return kept + await hubs.others(self.documents, asked.iri, after, inbound.PARTS["others"])

    async def _count(self, iri: str) -> Mapping[str, int]:
        """Return how many things point to a resource, by part; counted once a release."""
        key = (self.documents.engine.release, iri)
        if (kept := self._totals.get(key)) is not None:
            return kept
        counted = await self.documents.rows(texts.query("inbound-count"), resource=iri)
        totals = self._totals[key] = inbound.totals(counted)
        return totals

    def _document(
        self, request: Request, asked: Asked, page: Page, around: Surroundings
    ) -> Document:
        successors = [row["node"] for row in page.rows if row["part"] == "successor"]

        def render(data: bytes, release: str) -> bytes:
            described = Described(data, self.words, asked.languages)
            return self.pages.render(
                around.template,
                page=resourcepage.read(described, asked.iri, around.evidence, successors),
                around=around,
                path=asked.path,
                query=asked.query,
                canonical=asked.canonical,
                inbound=page,
                following=inbound.query(page.after),
                named_in=languages.offers(described.languages, asked.languages),
                data=data,
                release=release,
            )

        return Document(
            asked.path,
            asked.iri,
            _text(asked, page),
            render,
            (*_links(request, asked, page), *(Link(iri, SUCCESSOR) for iri in successors)),
            query=asked.query,
            languages=asked.languages,
            shown=formats.JSON_LD,
        )

    async def _exists(self, name: str) -> bool:
        text = "SELECT ?resource ?p WHERE { ?resource ?p ?o } LIMIT 1"
        iri = NamedNode(vocabulary.ID + name)
        return bool(await self.documents.rows(text, resource=str(iri)))

    async def _elsewhere(self, request: Request, prefix: str, named: Named) -> Response:
        """Answer for a name of which this release knows nothing: 308 where it was moved; or raise
        Gone where it was withdrawn, else UnknownResource."""
        moved = await register.raise_or_move(self.documents, request, prefix, named)
        if moved is not None:
            return moved
        suffix = named.syntax.suffix if named.syntax else ""
        raise await suggestions.unknown(self.documents, named.name + suffix)


def _links(request: Request, asked: Asked, page: Page) -> list[Link]:
    """Return the links that only a document about a thing has, and those to its other pages."""
    here = base(request)
    links = [Link(asked.iri, "cite-as"), Link(f"{here}/dataset", "collection")]
    if not page.is_all:
        path = f"{here}{asked.path}{asked.chosen.syntax.suffix}"
        links.append(Link(path, "first"))
        if page.after:
            links.append(Link(path + inbound.query(page.after), "next"))
    return links


def _moved(request: Request, path: str, status: int) -> Response:
    """Return a redirect to `path` on the same host, the same for every client, without a body."""
    location = base(request) + addresses.encode(path)
    if asked := request.scope["query_string"].decode("latin-1"):
        location = f"{location}?{asked}"
    cache = cache_of(request, LATEST)
    return Response(status_code=status, headers={"Location": location, "Cache-Control": cache})


def _text(asked: Asked, page: Page) -> str:
    """Return the CONSTRUCT for a page of a resource's document."""
    whole = _terms(row["node"] for row in page.rows if row["whole"] == "true")
    named = _terms(row["node"] for row in page.rows if row["whole"] != "true")
    resource = str(NamedNode(asked.iri))
    values = {
        "whole": " ".join(whole),
        "named": " ".join(named),
        "pointing": " ".join(f"({node} {resource})" for node in named),
        "stated": about.values(asked.name, page, asked.place),
    }
    return fill(texts.query("resource"), values)


def _terms(iris: Iterable[str]) -> list[str]:
    return sorted({str(NamedNode(iri)) for iri in iris})
