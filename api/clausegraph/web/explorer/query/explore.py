"""The view of a neighbourhood: a list that reads without scripts, and the data of its picture."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import vocabulary
from clausegraph.errors import BadRequest, UnknownResource, UsageError
from clausegraph.formats import HTML
from clausegraph.web import texts
from clausegraph.web.answers import LATEST, Answer, Choice, Link, cache_of, choose
from clausegraph.web.documents import Rows, fill, vary
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.explorer.query import neighbourhood
from clausegraph.web.explorer.query.neighbourhood import Neighbourhood
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.suggestions import unknown

PATH = "/explore"
DATA = "/explore.json"
LARGEST = 300  # things that a picture may have
EXAMPLES = 6  # of each kind
_JSON = "application/json"


@dataclass(frozen=True)
class Exploring:
    """Serves neighbourhoods."""

    explorer: Explorer

    async def page(self, request: Request) -> Response:
        """Answer `/explore?iri=`: the page; without `iri`, where to begin."""
        chosen = choose(request, (HTML,))
        iri = _iri(request)
        prefers = await self.explorer.documents.prefers(request, chosen)
        return await self._send(request, iri, chosen, prefers)

    async def data(self, request: Request) -> Response:
        """Answer `/explore.json?iri=`: the same as JSON."""
        iri = _iri(request)
        if not iri:
            raise BadRequest("`iri` is needed.", remedy=f"{DATA}?iri=...")
        chosen = Choice(HTML, _JSON)  # in the languages of a page
        prefers = await self.explorer.documents.prefers(request, chosen)
        return await self._send(request, iri, chosen, prefers)

    async def _send(
        self, request: Request, iri: str, chosen: Choice, prefers: tuple[str, ...]
    ) -> Response:
        documents = self.explorer.documents
        release = documents.engine.release
        parts = (release, PATH, iri, chosen.content_type, *prefers)
        if kept := await documents.kept(request, parts):
            return kept
        found = await self._found(iri, prefers) if iri else None
        is_page = chosen.content_type == HTML.content_type
        body = _body(found, release) if found and not is_page else await self._page(found, release)
        headers = {RELEASE_HEADER: release, "Vary": vary(prefers)}
        links = [] if not iri or not is_page else [Link(_address(DATA, iri), "alternate", _JSON)]
        cache = cache_of(request, LATEST)
        answer = Answer(body, chosen.content_type, parts, cache, links, headers)
        return await documents.keep(request, answer)

    async def _found(self, iri: str, prefers: tuple[str, ...]) -> Neighbourhood:
        documents, words = self.explorer.documents, self.explorer.words
        found = await neighbourhood.find(documents, words, iri, prefers)
        if found is not None:
            return found
        if iri.startswith(vocabulary.ID):
            raise await unknown(documents, iri.removeprefix(vocabulary.ID))
        raise UnknownResource(f"Nothing in this release is linked with {iri}.")

    async def _page(self, found: Neighbourhood | None, release: str) -> bytes:
        return self.explorer.pages.render(
            "explore.html",
            found=found,
            data="" if found is None else _address(DATA, found.focus.iri),
            examples=await self._examples() if found is None else [],
            explore=_explore,
            most=LARGEST,
            release=release,
        )

    async def _examples(self) -> Rows:
        """Return a few documents and concept schemes to begin with."""
        rows: Rows = []
        for kind in (vocabulary.CG + "Document", vocabulary.SKOS + "ConceptScheme"):
            values = {"class": str(NamedNode(kind)), "most": str(EXAMPLES)}
            rows += await self.explorer.documents.rows(fill(texts.query("listed"), values))
        return rows


def _explore(iri: str) -> str:
    """Return the address of the view of a thing."""
    return _address(PATH, iri)


def _address(path: str, iri: str) -> str:
    return f"{path}?{urlencode({'iri': iri})}"


def _iri(request: Request) -> str:
    """Return the IRI that is asked for, written in full or as a CURIE, or an empty text."""
    given = request.query_params.getlist("iri")
    if len(given) > 1:
        raise BadRequest("`iri` is there more than once.", remedy="Ask for one thing.")
    text = given[0].strip() if given else ""
    if not text:
        return ""
    try:
        return NamedNode(vocabulary.expand(text)).value
    except (UsageError, ValueError) as error:
        raise BadRequest(
            f"{text[:200]!r} is no IRI.", remedy="Write an IRI, or prefix:name."
        ) from error


def _body(found: Neighbourhood, release: str) -> bytes:
    document = {
        "release": release,
        "focus": found.focus.iri,
        "cut": found.is_cut,
        "nodes": [{**asdict(node), "href": node.href} for node in (found.focus, *found.nodes)],
        "edges": [asdict(edge) for edge in found.edges],
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")
