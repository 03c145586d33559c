"""`/search` and `/suggest`: what fits words, ranked, with facets, and what may be meant by them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats
from clausegraph.engine import Query
from clausegraph.engine.interface import Task
from clausegraph.errors import BadRequest
from clausegraph.formats import HTML, Syntax
from clausegraph.search import Found, tables
from clausegraph.search.filtering import FILTERS, KINDS, TYPE
from clausegraph.web import (
    filters,
    searching_graph,
    searching_page,
    searching_request,
    searching_suggestions,
)
from clausegraph.web.answers import (
    CATALOG,
    LATEST,
    Answer,
    Choice,
    Link,
    base,
    cache_of,
    choose,
    fixed,
    view_signs,
)
from clausegraph.web.documents import Documents, vary
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.pages import Pages
from clausegraph.web.record import record_of
from clausegraph.web.searching_request import Search
from clausegraph.web.terms import Words

OFFERS = (formats.JSON_LD, formats.TURTLE, formats.N_TRIPLES, formats.CSV, HTML)
JSON = Syntax("JSON", "application/json", ".json")


@dataclass(frozen=True)
class Searching:
    """Serves searches. They run where queries run, within the same limits."""

    documents: Documents
    pages: Pages
    words: Words

    def handler(self, suffix: Syntax | None = None) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler, in one syntax or in the one that is asked for."""

        async def handle(request: Request) -> Response:
            return await self._serve(request, suffix)

        handle.__doc__ = "Answer `/search`."
        return handle

    async def _serve(self, request: Request, suffix: Syntax | None) -> Response:
        chosen = choose(request, OFFERS) if suffix is None else fixed(request, suffix)
        prefers = await self.documents.prefers(request, chosen)
        asked = searching_request.read(request, "" if suffix is None else suffix.suffix, prefers)
        parts = _parts(self.documents.engine.release, asked, chosen, prefers)
        if kept := await self.documents.kept(request, parts):
            return kept
        found, release = await self._found(request, asked, "search")
        if not found.total:
            await self._check(asked)
        body = await run_in_threadpool(self._written, found, asked, chosen, release)
        links = [Link(target, rel) for rel, target in asked.pages(found.total).items()]
        links += [*_signs(request, asked, chosen, release), *chosen.links]
        parts = _parts(release, asked, chosen, prefers)
        headers = {RELEASE_HEADER: release, "Vary": vary(prefers)}
        cache = cache_of(request, LATEST)
        answer = Answer(body, chosen.content_type, parts, cache, links, headers)
        return await self.documents.keep(request, answer)

    async def suggest(self, request: Request) -> Response:
        """Answer `/suggest`."""
        choose(request, (JSON,))
        asked = searching_request.read_suggestion(request)
        chosen = Choice(JSON, JSON.media_type)
        parts = _parts(self.documents.engine.release, asked, chosen, ())
        if kept := await self.documents.kept(request, parts):
            return kept
        found, release = await self._found(request, asked, "suggest")
        body = searching_suggestions.write(found, asked, release)
        links = view_signs(release, asked.here.removeprefix(base(request)))
        parts = _parts(release, asked, chosen, ())
        cache, headers = cache_of(request, LATEST), {RELEASE_HEADER: release}
        answer = Answer(body, JSON.content_type, parts, cache, links, headers)
        return await self.documents.keep(request, answer)

    async def _found(self, request: Request, asked: Search, task: Task) -> tuple[Found, str]:
        """Return what was found, and the release in which it was."""
        record = record_of(request.scope)
        query = Query(
            asked.request.write(),
            formats.RESULTS_JSON,
            None,
            None,
            client=record.client,
            is_ours=True,
            task=task,
        )
        answer = await self.documents.engine.query(query)
        record.seconds, record.release = answer.seconds, answer.release
        return Found.read(answer.body), answer.release

    async def _check(self, asked: Search) -> None:
        """Raise BadRequest, where nothing was found, for a filter that nothing can have."""
        for parameter in FILTERS:
            for iri in asked.request.filters.get(parameter.name, ()):
                if parameter is not TYPE:
                    await filters.check_value(self.documents, parameter, iri)
                elif not await self.documents.rows(f"SELECT ?s {{ ?s a <{iri}> }} LIMIT 1"):
                    raise BadRequest(
                        f"`type`: nothing here is a {iri}.",
                        remedy=f"Known are: {', '.join(KINDS)}, or any class by its IRI.",
                    )

    def _written(self, found: Found, asked: Search, chosen: Choice, release: str) -> bytes:
        """Return what was found as it is sent."""
        if chosen.syntax == HTML:
            return searching_page.render(self.pages, self.words, found, asked, release)
        if chosen.syntax == formats.CSV:
            return tables.write(found, asked.request.offset).encode("utf-8", "backslashreplace")
        return searching_graph.write(found, asked, chosen)


def _parts(release: str, asked: Search, chosen: Choice, prefers: Sequence[str]) -> tuple[str, ...]:
    """Return what an answer depends on."""
    return (release, asked.here, chosen.content_type, chosen.profile, *prefers)


def _signs(request: Request, asked: Search, chosen: Choice, release: str) -> list[Link]:
    """Return the links of any answer: how to cite it, its other forms, what describes it."""
    plain = asked.page(asked.request.offset, "")
    links = view_signs(release, plain.removeprefix(base(request)))
    links.append(CATALOG)
    links += [
        Link(asked.page(asked.request.offset, item.suffix), "alternate", item.media_type)
        for item in OFFERS
        if item != chosen.syntax
    ]
    if asked.suffix:
        links.append(Link(plain, "canonical"))
    return links
