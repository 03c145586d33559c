"""The result of a query as a file with typed columns: for Excel, and for data frames."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import Query
from clausegraph.errors import BadRequest, ClausegraphError, ResultTooLarge
from clausegraph.web.answers import LATEST, LICENSE, NO_STORE, Answer, Link, base, cache_of, respond
from clausegraph.web.call import kind_of
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.explorer.query import parquet, workbook
from clausegraph.web.explorer.query.table import Table
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.permalink import Permalink
from clausegraph.web.record import record_of

PATH = "/queries/result"
LARGEST = 64 * 2**20  # bytes of a result that a file is made from
AT_ONCE = 8  # results that are held for that


@dataclass(frozen=True)
class Form:
    """A form that a table of results is offered in; `write` blocks."""

    suffix: str
    media_type: str
    write: Callable[[Table, Mapping[str, str]], bytes]


FORMS = (
    Form(".xlsx", workbook.MEDIA_TYPE, workbook.write),
    Form(".parquet", parquet.MEDIA_TYPE, parquet.write),
)


@dataclass(frozen=True)
class Downloads:
    """Serves results as files; one is written at a time, since writing takes a processor."""

    explorer: Explorer
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def handler(self, form: Form) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of a form."""

        async def handle(request: Request) -> Response:
            text = _text(request)
            try:
                async with self._room:
                    return await self._send(request, form, text)
            except ClausegraphError as error:
                return self.explorer.errors.respond(request, error, text=text)

        return handle

    async def _send(self, request: Request, form: Form, text: str) -> Response:
        documents = self.explorer.documents
        where = f"{base(request)}/sparql"
        parts = (documents.engine.release, PATH + form.suffix, where, text)
        if kept := await documents.kept(request, parts):
            return kept
        record = record_of(request.scope)
        record.query = text
        # No syntax for graphs: a query that gives one is refused before it runs.
        asked = Query(text, formats.RESULTS_JSON, None, None, base=where, client=record.client)
        result = await documents.engine.query(asked)
        record.seconds, record.release = result.seconds, result.release
        if len(result.body) > LARGEST:
            raise ResultTooLarge(
                f"The result has {len(result.body):,} bytes; a file is made from {LARGEST:,} here.",
                remedy="Add LIMIT and OFFSET with an ORDER BY, or take CSV.",
            )
        about = _about(result.release, text)
        async with self._turn:
            body = await run_in_threadpool(_write, form, result.body, about)
        name = f"clausegraph-{result.release[:12]}{form.suffix}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            RELEASE_HEADER: result.release,
        }
        links = (Link(about["Address"], "cite-as"), Link(LICENSE, "license"))
        if result.is_volatile:
            return respond(request, Answer(body, form.media_type, (), NO_STORE, links, headers))
        parts = (result.release, *parts[1:])
        cache = cache_of(request, LATEST)
        return await documents.keep(
            request, Answer(body, form.media_type, parts, cache, links, headers)
        )


def _text(request: Request) -> str:
    """Return the query of a request, or raise BadRequest."""
    texts = request.query_params.getlist("query")
    if len(texts) != 1:
        raise BadRequest(
            f"`query` is there {len(texts)} times; it is needed once.",
            remedy=f"{PATH}.xlsx?query=SELECT...",
        )
    if kind_of(texts[0]) not in {"", "solutions"}:
        raise BadRequest(
            "Only the rows of a SELECT are a table.",
            remedy="Ask a SELECT, or take the graph in one of the syntaxes of /sparql.",
        )
    return texts[0]


def _about(release: str, text: str) -> dict[str, str]:
    """Return where a table is from, as its file says it."""
    return {
        "Query": text,
        "Release": release,
        "Address": Permalink(release, text).iri,
        "Licence": LICENSE,
        "Graph": vocabulary.BASE,
    }


def _write(form: Form, body: bytes, about: Mapping[str, str]) -> bytes:
    return form.write(Table.read(body), about)
