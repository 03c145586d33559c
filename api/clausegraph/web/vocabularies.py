"""The ontology, the shapes and the JSON-LD context: served as they are authored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import Engine
from clausegraph.formats import HTML, Syntax
from clausegraph.web import addresses, languages, nodespage, texts
from clausegraph.web.answers import LATEST, LONG, Answer, Choice, Link, cache_of, respond
from clausegraph.web.documents import location, offered, signposts, vary
from clausegraph.web.model import Described
from clausegraph.web.nodespage import Sheet
from clausegraph.web.pages import Pages
from clausegraph.web.terms import Authored, Words
from clausegraph.web.versioned import Versioned

NAMES = ("ontology", "shapes")


class _Form(NamedTuple):
    """One form of a vocabulary: a page has a language."""

    release: str
    name: str
    syntax: Syntax
    languages: tuple[str, ...]
    profile: str = ""


async def authored(name: str) -> Authored:
    """Return the document `name` as it is written."""
    return await run_in_threadpool(Authored.of, name)


@dataclass(frozen=True)
class Vocabularies:
    """Serves each vocabulary in each syntax; a body is made once for each release.

    `source` finds a vocabulary by its name.
    """

    engine: Engine
    pages: Pages
    words: Words
    source: Callable[[str], Awaitable[Authored]] = authored
    _bodies: dict[_Form, bytes] = field(default_factory=dict)
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
        is_page = chosen.syntax == HTML
        prefers = languages.preferred(request, self.words.languages) if is_page else ()
        form = _Form(release, name, chosen.syntax, prefers, chosen.profile)
        body = await self._body(form)
        links = (*signposts(request, f"/{name}", (), release), *chosen.links)
        links = (*links, Link(vocabulary.BASE + name, "cite-as"))
        headers = {
            "Content-Location": location(request, f"/{name}", chosen),
            "Vary": vary(prefers),
        }
        parts = (release, name, chosen.content_type, *prefers)
        kept = cache_of(request, cache)
        return respond(request, Answer(body, chosen.content_type, parts, kept, links, headers))

    async def context(self, request: Request) -> Response:
        """Answer `/context/1.jsonld`: the JSON-LD context, with no redirect."""
        body = texts.context()
        parts = ("context", body.decode())
        return respond(request, Answer(body, formats.JSON_LD.media_type, parts, LONG))

    async def _body(self, form: _Form) -> bytes:
        async with self._turn:
            if form not in self._bodies:
                for old in [held for held in self._bodies if held.release != form.release]:
                    del self._bodies[old]
                written = Versioned.by(await self.source(form.name), form.release)
                self._bodies[form] = await run_in_threadpool(self._make, written, form)
            return self._bodies[form]

    def _make(self, written: Authored, form: _Form) -> bytes:
        name = form.name
        if form.syntax != HTML:
            return written.serialize(form.syntax, form.profile)
        described = Described(written.n_triples, self.words, form.languages)
        about, path = vocabulary.BASE + name, f"/{name}"
        sheet = Sheet(f"The {name}", about, path, form.release, is_whole=True)
        return nodespage.render(self.pages, described, sheet)
