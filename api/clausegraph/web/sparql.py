"""The SPARQL endpoint: plain ASGI, mounted at exactly `/sparql`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from clausegraph import formats, vocabulary
from clausegraph.engine import Answer as Result
from clausegraph.engine import Engine, Query
from clausegraph.errors import ClausegraphError, Outcome
from clausegraph.formats import HTML, Syntax
from clausegraph.web import protocol, texts
from clausegraph.web.answers import (
    MEDIA_TYPE_PARAMETER,
    NO_STORE,
    Answer,
    Choice,
    accept_of,
    base,
    best,
    choice,
    choose,
    respond,
)
from clausegraph.web.documents import fill
from clausegraph.web.edge import SPARQL_METHODS
from clausegraph.web.errorpages import Errors
from clausegraph.web.pages import Pages
from clausegraph.web.problems import METHOD, TOO_LARGE, TOO_LONG, Problem
from clausegraph.web.waiting import Left, unless_left

KINDS: Mapping[str, tuple[Syntax, ...]] = {
    "solutions": formats.RESULTS,
    "boolean": formats.BOOLEAN_RESULTS,
    "graph": formats.RDF_GRAPH,
}
NOBODY = 499  # sent to a client that has left, so that it is seen by nobody
LARGEST_SHOWN = 4 * 2**20  # bytes of a result that a page is made from
# What an HTML page of results is made from.
PAGE_SOURCES: Mapping[str, Syntax] = {
    "solutions": formats.RESULTS_JSON,
    "boolean": formats.RESULTS_JSON,
    "graph": formats.TURTLE,
}


@dataclass(frozen=True)
class Endpoint:
    """The ASGI application behind `/sparql`."""

    engine: Engine
    pages: Pages
    errors: Errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever its method."""
        request = Request(scope, receive)
        if request.method in {"GET", "POST", "QUERY"}:
            response = await self.run(request)
        else:
            response = self._other_method(request)
        await response(scope, receive, send)

    async def run(self, request: Request) -> Response:
        """Read the request, run the query, send the answer; or send the problem that it met."""
        if len(request.url.query) > protocol.URL_BYTES:
            return self._refuse(request, TOO_LONG, "Send the query by POST instead.")
        text = ""
        try:
            asked = await protocol.read(request)
            if asked is None:
                return await self.describe(request)
            text = asked.text
            return await self._answer(request, asked)
        except protocol.BodyTooLarge as error:
            return self._refuse(request, TOO_LARGE, str(error))
        except (Left, ClientDisconnect):
            return Response(status_code=NOBODY, headers={"Cache-Control": NO_STORE})
        except ClausegraphError as error:
            return self.errors.respond(request, error, text=text)

    async def describe(self, request: Request) -> Response:
        """Answer a bare GET: the form for a reader, the service description for a program."""
        chosen = choose(request, formats.RESOURCE)
        syntax = chosen.syntax
        if syntax == HTML:
            page = self.pages.render("sparql.html", query="", result=None)
            return respond(request, Answer(page, HTML.content_type))
        url = NamedNode(f"{base(request)}/sparql")
        text = fill(texts.query("service"), {"url": str(url)})
        result = await self.engine.query(
            Query(
                text,
                None,
                None,
                syntax,
                compact=syntax == formats.JSON_LD,
                first=f"{vocabulary.BASE}sparql",
            )
        )
        parts = (result.release, "service", url.value, chosen.content_type)
        return respond(request, Answer(result.body, chosen.content_type, parts, links=chosen.links))

    async def _answer(self, request: Request, asked: protocol.Asked) -> Response:
        """Run the query in the syntax that the client accepts for its form."""
        accept = accept_of(request)
        wanted = {kind: best(accept, (*offers, HTML)) for kind, offers in KINDS.items()}
        if not any(wanted.values()):
            offers = [item for kind in KINDS.values() for item in kind]
            raise formats.not_acceptable(accept, offers)
        work = self.engine.query(
            Query(
                asked.text,
                _syntax("solutions", wanted["solutions"]),
                _syntax("boolean", wanted["boolean"]),
                _syntax("graph", wanted["graph"]),
                dataset=asked.dataset,
                base=f"{base(request)}/sparql",
                compact=True,
                timeout=asked.timeout,
            )
        )
        result = await unless_left(request, work)
        chosen = wanted[result.kind] or choice(result.syntax)
        cache = NO_STORE if request.method == "POST" else "no-cache"
        if chosen.syntax == HTML:
            page = await run_in_threadpool(self._page, request, asked.text, result)
            return respond(request, Answer(page, HTML.content_type, cache=cache))
        answer = Answer(result.body, chosen.content_type, cache=cache, links=chosen.links)
        return respond(request, answer)

    def _page(self, request: Request, text: str, result: Result) -> bytes:
        """Return the page that shows a result; blocks, so it runs in a thread."""
        size = len(result.body)
        shown: dict[str, Any] = {"kind": result.kind, "release": result.release, "size": size}
        if size > LARGEST_SHOWN:
            shown["kind"] = "large"
        elif result.kind == "graph":
            shown["text"] = result.body.decode()
        else:
            shown["data"] = json.loads(result.body)
        downloads = []
        for item in KINDS[result.kind] if request.method == "GET" else ():
            url = request.url.include_query_params(**{MEDIA_TYPE_PARAMETER: item.media_type})
            downloads.append((item.name, f"/sparql?{url.query}"))
        return self.pages.render("sparql.html", query=text, result=shown, downloads=downloads)

    def _refuse(self, request: Request, outcome: Outcome, detail: str) -> Response:
        return self.errors.send(request, Problem(outcome, detail, request.url.path))

    def _other_method(self, request: Request) -> Response:
        """Answer a method that the endpoint does not serve (RFC 9110, 15.5.6)."""
        problem = Problem(
            METHOD,
            f"{request.method} is not served at /sparql.",
            request.url.path,
            headers={"Allow": SPARQL_METHODS},
        )
        return self.errors.send(request, problem)


def _syntax(kind: str, chosen: Choice | None) -> Syntax | None:
    """Return what the engine is to write: a page is made from one of its syntaxes."""
    if chosen is None:
        return None
    return PAGE_SOURCES[kind] if chosen.syntax == HTML else chosen.syntax
