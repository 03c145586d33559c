"""RDF documents: one query, sent in the syntax that the client prefers, or as a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats
from clausegraph.engine import Engine, Query
from clausegraph.formats import HTML, Syntax
from clausegraph.web.answers import (
    LATEST,
    LICENSE,
    Answer,
    Choice,
    Link,
    base,
    choice,
    choose,
    is_held,
    respond,
)

Rows = list[dict[str, str]]

_BLANK = re.compile(r"\$(\w+)")


@dataclass(frozen=True)
class Document:
    """An RDF document: its path, its subject, the CONSTRUCT that makes it, and its page.

    `path` has no suffix; `about` is the IRI of what the document is about. `page` gets the triples
    as N-Triples and the release, and returns HTML.
    """

    path: str
    about: str
    text: str
    page: Callable[[bytes, str], bytes]
    links: tuple[Link, ...] = ()
    cache: str = LATEST


@dataclass(frozen=True)
class Documents:
    """Runs queries and sends RDF documents."""

    engine: Engine

    async def rows(self, text: str, seconds: float | None = None, **terms: str) -> Rows:
        """Return the rows of a SELECT: variable to value, as text; `terms` in N-Triples syntax."""
        query = Query(text, formats.RESULTS_JSON, None, None, substitutions=terms, timeout=seconds)
        answer = await self.engine.query(query)
        bindings = json.loads(answer.body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]

    def held(self, request: Request, path: str, chosen: Choice) -> Response | None:
        """Return 304 if the client holds this document of this release already, else None."""
        parts = self._parts(self.engine.release, path, chosen)
        if not is_held(request, parts):
            return None
        return respond(request, Answer(b"", chosen.content_type, parts))

    async def send(self, request: Request, document: Document, chosen: Choice) -> Response:
        """Run the query of `document` and send what it gives as `chosen`."""
        is_page = chosen.syntax == HTML
        syntax = formats.N_TRIPLES if is_page else chosen.syntax
        result = await self.engine.query(
            Query(
                document.text,
                None,
                None,
                syntax,
                compact=syntax == formats.JSON_LD,
                first=document.about,
                is_ours=True,
            )
        )
        body = result.body
        if is_page:
            body = await run_in_threadpool(document.page, result.body, result.release)
        parts = self._parts(result.release, document.path, chosen)
        links = (*signposts(request, document.path, document.links), *chosen.links)
        headers = {"Content-Location": document.path + chosen.syntax.suffix}
        return respond(
            request,
            Answer(body, chosen.content_type, parts, document.cache, links, headers),
        )

    @staticmethod
    def _parts(release: str, path: str, chosen: Choice) -> Sequence[str]:
        return (release, path, chosen.content_type)


def offered(request: Request, fixed: Syntax | None) -> Choice:
    """Return the syntax that a suffix fixes, else the one that the client prefers."""
    return choice(fixed) if fixed is not None else choose(request, formats.RESOURCE)


def signposts(request: Request, path: str, more: Sequence[Link]) -> list[Link]:
    """Return the links of a document: its other forms, its canonical address, its licence."""
    here = base(request)
    links = [
        Link(f"{here}{path}{syntax.suffix}", "alternate", syntax.media_type)
        for syntax in formats.RESOURCE
    ]
    links.append(Link(f"{here}{path}", "canonical"))
    links.append(Link(f"{here}{path}{formats.TURTLE.suffix}", "describedby", "text/turtle"))
    links.append(Link(LICENSE, "license"))
    return [*links, *more]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put terms in N-Triples syntax, made by pyoxigraph or read from the store, into a query.

    They stand in VALUES or GRAPH, where the planner can see them; a term never comes from a
    request without being parsed first.
    """
    return _BLANK.sub(lambda found: values[found[1]], text)
