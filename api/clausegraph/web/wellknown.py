"""What programs look for before they know anything else: catalogue, VoID, examples, sitemap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.errors import UnknownResource
from clausegraph.web import addresses, nodespage, texts
from clausegraph.web.answers import CATALOG, DESCRIBED, LATEST, LICENSE, Answer, base, respond
from clausegraph.web.documents import Document, Documents, fill, offered
from clausegraph.web.model import Described
from clausegraph.web.nodespage import Sheet
from clausegraph.web.pages import Pages
from clausegraph.web.terms import Words

EXAMPLES = "/sparql/.well-known/sparql-examples"
MOST = 50_000  # addresses in one file of a sitemap (sitemaps.org, "Sitemap index files")

_LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
_XML = "application/xml"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Endless, or the same again: what no crawler should follow. Whole files are for who wants them.
_NOT_CRAWLED = ("/sparql?", "/v/", "/dumps/", "/metrics")


@dataclass(frozen=True)
class WellKnown:
    """The files at places that others have fixed."""

    documents: Documents
    pages: Pages
    words: Words

    async def void(self, request: Request) -> Response:
        """Answer `/.well-known/void`: 302 to the description (VoID, section 7.2)."""
        headers = {"Location": f"{base(request)}/dataset", "Cache-Control": LATEST}
        return Response(status_code=302, headers=headers)

    async def catalog(self, request: Request) -> Response:
        """Answer `/.well-known/api-catalog` (RFC 9727), as a linkset (RFC 9264)."""
        here = base(request)
        body = json.dumps({"linkset": _linkset(here)}, indent=1).encode()
        links = (CATALOG, DESCRIBED)
        return respond(request, Answer(body, _LINKSET, (body.decode(),), links=links))

    async def examples(self, request: Request) -> Response:
        """Answer the kept questions as examples of the endpoint."""
        chosen = offered(request, addresses.split_suffix(request.url.path).syntax)

        about = vocabulary.BASE + EXAMPLES[1:]
        prefers = await self.documents.prefers(request, chosen)

        def page(data: bytes, release: str) -> bytes:
            described = Described(data, self.words, prefers)
            return nodespage.render(
                self.pages, described, Sheet("Examples", about, EXAMPLES, release)
            )

        text = texts.query("examples")
        document = Document(EXAMPLES, about, text, page, languages=prefers)
        return await self.documents.send(request, document, chosen)

    async def robots(self, request: Request) -> Response:
        """Answer `/robots.txt` (RFC 9309)."""
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_CRAWLED)]
        lines += ["", f"Sitemap: {base(request)}/sitemap.xml", ""]
        return _sent(request, "\n".join(lines), "text/plain; charset=utf-8")

    async def sitemap(self, request: Request) -> Response:
        """Answer `/sitemap.xml`: the index of the files that list the documents about things."""
        parts = range(1, await self._parts() + 1)
        places = (f"{base(request)}/sitemap/{number}.xml" for number in parts)
        return _sent(request, _xml("sitemapindex", "sitemap", places), _XML)

    async def part(self, request: Request) -> Response:
        """Answer `/sitemap/{number}.xml`: the addresses of MOST documents at most."""
        given: str = request.path_params["number"]
        number = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0  # noqa: PLR2004
        if not 1 <= number <= await self._parts() or given != str(number):
            raise UnknownResource(f"The sitemap has no part {given}.")
        values = {"most": str(MOST), "skip": str(MOST * (number - 1))}
        rows = await self.documents.rows(fill(texts.query("things"), values))
        here = base(request)
        places = (f"{here}{addresses.page_of(row['thing'])}" for row in rows)
        return _sent(request, _xml("urlset", "url", places), _XML)

    async def _parts(self) -> int:
        """Return how many files it takes to list everything."""
        rows = await self.documents.rows(texts.query("things-count"))
        return max(1, -(-int(rows[0]["count"]) // MOST))


def _sent(request: Request, text: str, content_type: str) -> Response:
    return respond(request, Answer(text.encode(), content_type, (text,), LATEST))


def _xml(whole: str, part: str, places: Iterable[str]) -> str:
    def lines() -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield f'<{whole} xmlns="{_SITEMAP}">'
        for place in places:
            yield f"<{part}><loc>{escape(place)}</loc></{part}>"
        yield f"</{whole}>\n"

    return "\n".join(lines())


def _linkset(here: str) -> list[dict[str, Any]]:
    """Return what there is to call, and where each is described (RFC 9727, section 4.1)."""

    def to(path: str, *types: str) -> list[dict[str, str]]:
        return [{"href": f"{here}{path}", "type": each} for each in types]

    graphs = tuple(syntax.media_type for syntax in formats.RDF_GRAPH)
    common = {
        "service-doc": to("/docs", formats.HTML.media_type),
        "service-meta": [*to("/dataset", *graphs), *to("/.well-known/void", graphs[0])],
        "status": to("/ready", "application/json"),
        "license": [{"href": LICENSE}],
    }
    openapi = to("/openapi.json", "application/json")
    return [
        {
            "anchor": f"{here}{CATALOG.target}",
            "item": [{"href": f"{here}{path}"} for path in ("/sparql", "/validate", "/")],
        },
        {
            "anchor": f"{here}/sparql",
            "service-desc": [*openapi, *to("/sparql", *graphs)],
            **common,
            "describedby": to(EXAMPLES, *graphs),
        },
        {"anchor": f"{here}/validate", "service-desc": openapi, **common},
        {"anchor": f"{here}/", "service-desc": openapi, **common},
    ]
