"""The SPARQL endpoint: plain ASGI, mounted at exactly `/sparql`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from clausegraph import formats, vocabulary
from clausegraph.engine import Answer as EngineAnswer
from clausegraph.engine import Engine, Query
from clausegraph.errors import ClausegraphError, Outcome, QueryTimeout, ResultTooLarge
from clausegraph.formats import HTML
from clausegraph.web import conditions, paging, protocol, texts
from clausegraph.web.answers import DESCRIBED, NO_STORE, Answer, Link, base, choose, respond
from clausegraph.web.asking import Asking
from clausegraph.web.call import Call, Manner, fields_of
from clausegraph.web.documents import fill
from clausegraph.web.edge import SPARQL_METHODS
from clausegraph.web.errorpages import Errors
from clausegraph.web.pages import Pages
from clausegraph.web.problems import METHOD, TOO_LARGE, TOO_LONG, Problem
from clausegraph.web.record import record_of
from clausegraph.web.replies import Reply, Short
from clausegraph.web.waiting import Left

PATH = "/sparql"
NOBODY = 499  # sent to a client that has left, so that it is seen by nobody
SERVED = frozenset({"GET", "POST", "QUERY"})

_PATIENCE = 5.0  # seconds for counting the triples of each graph


@dataclass(frozen=True)
class Endpoint:
    """The ASGI application behind `/sparql`."""

    engine: Engine
    pages: Pages
    errors: Errors
    asking: Asking
    _large: set[str] = field(default_factory=set)  # releases whose graphs take long to count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever its method."""
        if scope["method"] in SERVED:
            reply = await self.run(scope, receive)
        else:
            reply = self._other_method(Request(scope, receive))
        await reply(scope, receive, send)

    def shortcut(self, scope: Scope, release: str) -> Short | None:
        """Return the answer to a request that is found by its bytes alone, or None."""
        return self.asking.shortcut(scope, release)

    async def run(self, scope: Scope, receive: Receive) -> ASGIApp:
        """Read the request, run the query, and return the answer, or the problem that it met."""
        fields = fields_of(scope["headers"])
        asked = None
        try:
            asked = await protocol.read(scope["method"], scope["query_string"], fields, receive)
            if asked is None:
                return await self.describe(Request(scope, receive))
            record_of(scope).query = asked.text
            manner = Manner.of(scope, fields, asked)
            return await self.asking.answer(Call(scope, receive, manner, asked))
        except protocol.BodyTooLarge as error:
            return self._refuse(Request(scope), TOO_LARGE, str(error))
        except protocol.UrlTooLong:
            return self._refuse(Request(scope), TOO_LONG, "Send the query by POST instead.")
        except (Left, ClientDisconnect):
            return Reply(NOBODY, ((b"cache-control", NO_STORE.encode()),))
        except ClausegraphError as error:
            return self._problem(Request(scope), error, asked)

    async def describe(self, request: Request) -> Response:
        """Answer a bare GET: the form for a reader, the service description for a program."""
        chosen = choose(request, formats.RESOURCE)
        syntax = chosen.syntax
        if syntax == HTML:
            page = self.pages.render("sparql.html", query="", result=None)
            return respond(request, Answer(page, HTML.content_type, links=(DESCRIBED,)))
        url = NamedNode(base(request) + PATH)
        query = Query(
            "",
            None,
            None,
            syntax,
            compact=syntax == formats.JSON_LD,
            profile=chosen.profile,
            first=f"{vocabulary.BASE}sparql",
            is_ours=True,
        )
        result, more = await self._described(query, url)
        parts = (result.release, "service", url.value, chosen.content_type, more)
        links = (DESCRIBED, Link(vocabulary.BASE + PATH[1:], "cite-as"), *chosen.links)
        return respond(request, Answer(result.body, chosen.content_type, parts, links=links))

    async def _described(self, query: Query, url: NamedNode) -> tuple[EngineAnswer, str]:
        """Return the service description, and what more it tells of the graphs: it counts the
        triples of each, unless there are so many that somebody would have to wait for that."""
        template, release = fill(texts.query("service"), {"url": str(url)}), self.engine.release

        async def ask(more: str, seconds: float | None) -> tuple[EngineAnswer, str]:
            text = conditions.keep(template, {more})
            return await self.engine.query(query._replace(text=text, timeout=seconds)), more

        if release not in self._large:
            try:
                return await ask("counts", _PATIENCE)
            except QueryTimeout:
                self._large.add(release)
        return await ask("", None)

    def _problem(
        self, request: Request, error: ClausegraphError, asked: protocol.Asked | None
    ) -> Response:
        """Return the problem that a query met."""
        if asked is None:
            return self.errors.respond(request, error)
        response = self.errors.respond(request, error, text=asked.text)
        # What is longer could not be asked for by GET.
        if isinstance(error, ResultTooLarge) and len(asked.text) <= protocol.URL_BYTES:
            target = protocol.written(replace(asked, text=paging.first_page(asked.text)))
            if len(target) <= protocol.URL_BYTES:
                response.headers["Link"] = str(Link(f"{PATH}?{target}", "first"))
        if self.asking.lowers(asked.timeout):
            response.headers["Clausegraph-Timeout"] = f"{self.asking.settings.timeout:g}"
        return response

    def _refuse(self, request: Request, outcome: Outcome, detail: str) -> Response:
        return self.errors.send(request, Problem(outcome, detail, request.url.path))

    def _other_method(self, request: Request) -> Response:
        """Answer a method that the endpoint does not serve (RFC 9110, 15.5.6)."""
        problem = Problem(
            METHOD,
            f"{request.method} is not served at {PATH}.",
            request.url.path,
            headers={"Allow": SPARQL_METHODS},
        )
        return self.errors.send(request, problem)
