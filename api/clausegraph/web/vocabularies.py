"""The ontology, the shapes and the JSON-LD context: served as they are authored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pyoxigraph import RdfFormat, serialize
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import Engine
from clausegraph.formats import HTML, Syntax
from clausegraph.web import addresses, nodespage, texts
from clausegraph.web.answers import LATEST, LONG, Answer, Choice, Link, respond
from clausegraph.web.documents import offered, signposts
from clausegraph.web.model import Described
from clausegraph.web.pages import Pages
from clausegraph.web.terms import Authored, Words

NAMES = ("ontology", "shapes")


@dataclass(frozen=True)
class Vocabularies:
    """Serves each vocabulary in each syntax; a body is made once for each release."""

    engine: Engine
    pages: Pages
    words: Words
    _bodies: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def handler(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of `/ontology` or `/shapes`."""

        async def handle(request: Request) -> Response:
            fixed = addresses.split_suffix(request.url.path).syntax
            return await self.send(request, name, offered(request, fixed), LATEST)

        return handle

    async def send(self, request: Request, name: str, chosen: Choice, cache: str) -> Response:
        """Send the vocabulary `name` as `chosen`."""
        release = self.engine.release
        body = await self._body(release, name, chosen.syntax)
        links = (*signposts(request, f"/{name}", ()), *chosen.links)
        links = (*links, Link(vocabulary.BASE + name, "cite-as"))
        headers = {"Content-Location": f"/{name}{chosen.syntax.suffix}"}
        parts = (release, name, chosen.content_type)
        return respond(request, Answer(body, chosen.content_type, parts, cache, links, headers))

    async def context(self, request: Request) -> Response:
        """Answer `/context/1.jsonld`: the JSON-LD context, with no redirect."""
        body = texts.context()
        parts = ("context", body.decode())
        return respond(request, Answer(body, formats.JSON_LD.media_type, parts, LONG))

    async def _body(self, release: str, name: str, syntax: Syntax) -> bytes:
        key = (release, name, syntax.media_type)
        async with self._turn:
            if key not in self._bodies:
                for old in [held for held in self._bodies if held[0] != release]:
                    del self._bodies[old]
                self._bodies[key] = await run_in_threadpool(self._make, name, syntax)
            return self._bodies[key]

    def _make(self, name: str, syntax: Syntax) -> bytes:
        authored = Authored.of(name)
        if syntax != HTML:
            return authored.serialize(syntax)
        data = serialize(authored.triples, format=RdfFormat.N_TRIPLES) or b""
        described = Described(data, self.words)
        return nodespage.render(self.pages, described, f"The {name}", f"/{name}", None)
