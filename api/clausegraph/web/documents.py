"""RDF documents: one query, sent in the syntax that the client prefers, or as a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import Engine, Query
from clausegraph.formats import HTML, Syntax
from clausegraph.web import coding, languages, texts
from clausegraph.web.answercache import AnswerCache, Kept
from clausegraph.web.answers import (
    LATEST,
    LICENSE,
    PROFILE_PARAMETER,
    Answer,
    Choice,
    Link,
    base,
    cache_of,
    choose,
    etag,
    fixed,
    is_held,
    respond,
    tags,
)
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.recall import CACHE_HEADER, unchanged
from clausegraph.web.record import record_of

Rows = list[dict[str, str]]

_BLANK = re.compile(r"\$(\w+)")
_OK = 200


@dataclass(frozen=True)
class Document:
    """An RDF document: its path, its subject, the CONSTRUCT that makes it, and its page.

    `path` has no suffix; `query` is the part of the address after it that chooses a part of the
    document, with its `?`. `about` is the IRI of what the document is about. `page` gets the
    triples, in `shown`, and the release, and returns HTML, in `languages` if those are given.
    """

    path: str
    about: str
    text: str
    page: Callable[[bytes, str], bytes]
    links: tuple[Link, ...] = ()
    cache: str = LATEST
    query: str = ""
    languages: tuple[str, ...] = ()
    shown: Syntax = formats.N_TRIPLES


@dataclass(frozen=True)
class Documents:
    """Runs queries and sends RDF documents; those that may be asked for again are kept."""

    engine: Engine
    cache: AnswerCache = field(default_factory=lambda: AnswerCache(0))
    _columns: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    async def rows(self, text: str, seconds: float | None = None, **terms: str) -> Rows:
        """Return the rows of a SELECT: variable to value, as text; `terms` in N-Triples syntax."""
        query = Query(text, formats.RESULTS_JSON, None, None, substitutions=terms, timeout=seconds)
        answer = await self.engine.query(query)
        bindings = json.loads(answer.body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]

    async def prefers(self, request: Request, chosen: Choice) -> tuple[str, ...]:
        """Return the languages of a page, best first, by what the request and this release have;
        none for data, which have every language."""
        if chosen.syntax != HTML:
            return ()
        return languages.preferred(request, await self.column("languages", "language"))

    async def column(self, name: str, column: str) -> tuple[str, ...]:
        """Return a column of the query `name`, which is asked once a release."""
        release = self.engine.release
        kept = self._columns.get(name)
        if kept is None or kept[0] != release:
            rows = await self.rows(texts.query(name))
            kept = self._columns[name] = (release, tuple(row[column] for row in rows))
        return kept[1]

    def held(
        self,
        request: Request,
        path: str,
        chosen: Choice,
        query: str = "",
        prefers: Sequence[str] = (),
    ) -> Response | None:
        """Return 304 if the client holds this document of this release already, else None."""
        parts = _parts(request, self.engine.release, path + query, chosen, prefers)
        if not is_held(request, parts):
            return None
        record_of(request.scope).cache = "held"
        cache, headers = cache_of(request, LATEST), {"Vary": vary(prefers)}
        answer = Answer(b"", chosen.content_type, parts, cache, headers=headers)
        return respond(request, answer)

    async def known(
        self, request: Request, path: str, chosen: Choice, query: str, prefers: Sequence[str]
    ) -> Response | None:
        """Return what there is to say without a query: 304, or a document that is kept, or None."""
        if held := self.held(request, path, chosen, query, prefers):
            return held
        parts = _parts(request, self.engine.release, path + query, chosen, prefers)
        return await self.kept(request, parts)

    async def kept(self, request: Request, parts: Sequence[str]) -> Response | None:
        """Return the answer that depends on `parts`, if it was kept, or 304; or None."""
        kept = self.cache.get(etag(parts))
        if kept is None or "*" in tags(request.headers.get("if-none-match")):
            return None
        if is_held(request, parts):
            record_of(request.scope).cache = "held"
            response = Response(status_code=HTTPStatus.NOT_MODIFIED)
            response.raw_headers = unchanged(kept)
            return response
        record_of(request.scope).cache = "hit"
        return await self._reply(request, kept, "hit")

    async def keep(self, request: Request, answer: Answer) -> Response:
        """Return the response for `answer`, and keep it for whoever asks for the same next."""
        response = respond(request, answer)
        if response.status_code != _OK:
            return response
        headers = dict(response.raw_headers)
        headers[b"vary"] += b", Accept-Encoding"
        kept = Kept("", etag(answer.parts), tuple(headers.items()), answer.body)
        self.cache.put(kept)
        record_of(request.scope).cache = "miss"
        return await self._reply(request, kept, "miss")

    async def _reply(self, request: Request, kept: Kept, seen: str) -> Response:
        """Return an answer as it is sent to this client: coded if it takes that."""
        if len(kept.body) >= coding.SMALLEST and coding.accepts_gzip(
            request.headers.get("accept-encoding")
        ):
            kept = await self._coded(kept)
        response = Response(kept.body)
        response.raw_headers = [*kept.headers, (CACHE_HEADER, seen.encode())]
        return response

    async def _coded(self, kept: Kept) -> Kept:
        """Return the gzip form of an answer."""
        tag = coding.tagged(kept.etag)
        if found := self.cache.get(tag):
            return found
        if len(kept.body) > coding.INLINE:
            body = await run_in_threadpool(coding.compress, kept.body)
        else:
            body = coding.compress(kept.body)
        headers = dict(kept.headers)
        headers |= {
            b"content-encoding": coding.GZIP,
            b"content-length": str(len(body)).encode(),
            b"etag": tag.encode(),
        }
        coded = Kept(kept.query, tag, tuple(headers.items()), body)
        self.cache.put(coded)
        return coded

    async def send(self, request: Request, document: Document, chosen: Choice) -> Response:
        """Run the query of `document` and send what it gives as `chosen`."""
        is_page = chosen.syntax == HTML
        syntax = document.shown if is_page else chosen.syntax
        result = await self.engine.query(
            Query(
                document.text,
                None,
                None,
                syntax,
                compact=syntax == formats.JSON_LD,
                first=document.about,
                profile="" if is_page else chosen.profile,
                is_ours=True,
            )
        )
        body = result.body
        if is_page:
            body = await run_in_threadpool(document.page, result.body, result.release)
        address = document.path + document.query
        parts = _parts(request, result.release, address, chosen, document.languages)
        signs = signposts(request, document.path, document.links, result.release, document.query)
        headers = {
            "Content-Location": location(request, document.path, chosen, document.query),
            "Vary": vary(document.languages),
            RELEASE_HEADER: result.release,
        }
        cache = cache_of(request, document.cache)
        links = (*signs, *chosen.links)
        answer = Answer(body, chosen.content_type, parts, cache, links, headers)
        return await self.keep(request, answer)


def _parts(
    request: Request, release: str, address: str, chosen: Choice, prefers: Sequence[str]
) -> Sequence[str]:
    """Return what a document depends on; its links name the host that it was asked of."""
    form = (chosen.content_type, chosen.profile)
    return (release, base(request), address, *form, *prefers)


def location(request: Request, path: str, chosen: Choice, query: str = "") -> str:
    """Return the address at which a document is had in the form that is sent, whatever a client
    accepts (RFC 9110, 8.7)."""
    root = request.scope.get("root_path", "")
    profile = f"{PROFILE_PARAMETER}={chosen.profile}" if chosen.profile else ""
    asked = "&".join(filter(None, (query[1:], profile)))
    return f"{root}{path}{chosen.syntax.suffix}" + (f"?{asked}" if asked else "")


def vary(prefers: Sequence[str]) -> str:
    """Return by which fields an answer was chosen (RFC 9110, 12.5.5)."""
    return "Accept, Accept-Language" if prefers else "Accept"


def offered(request: Request, suffix: Syntax | None) -> Choice:
    """Return the syntax that a suffix fixes, else the one that the client prefers."""
    if suffix is not None:
        return fixed(request, suffix)
    return choose(request, formats.RESOURCE)


def signposts(
    request: Request, path: str, more: Sequence[Link], release: str, query: str = ""
) -> list[Link]:
    """Return the links of a document: its other forms, its versions, its canonical address, its
    licence (RFC 8288, 5829, 6906; FAIR Signposting).

    `path` and `query` are the document's address without a suffix. What is canonical below
    `/v/{release}` is that release's document: a later one may say something else.
    """
    here = base(request)
    host = here.removesuffix(request.scope.get("root_path", ""))
    links = [
        Link(f"{here}{path}{syntax.suffix}{query}", "alternate", syntax.media_type)
        for syntax in formats.RESOURCE
    ]
    turtle = formats.TURTLE
    links += [
        Link(f"{here}{path}{query}", "canonical"),
        Link(f"{here}{path}{turtle.suffix}{query}", "describedby", turtle.media_type),
        Link(LICENSE, "license"),
        Link(vocabulary.SHAPES, "profile"),
        Link(f"{host}/releases", "version-history"),
    ]
    if not path.startswith("/v/"):  # A release has no versions: it is one.
        links.append(Link(f"{host}{path}{query}", "latest-version"))
        links.append(Link(f"{host}/v/{release}{path}{query}", "memento"))
    return [*links, *more]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put terms in N-Triples syntax, made by pyoxigraph or read from the store, into a query.

    They stand in VALUES or GRAPH, where the planner can see them; a term never comes from a
    request without being parsed first.
    """
    return _BLANK.sub(lambda found: values[found[1]], text)
