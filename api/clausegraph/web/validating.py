"""`/validate`: documents of others, judged by our shapes or theirs, in processes of their own.

Whether they conform or not, the answer is 200: the report says which, and so do fields of the
header, for who does not read reports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from clausegraph import formats
from clausegraph.errors import ClausegraphError, EngineBusy
from clausegraph.formats import HTML, Syntax
from clausegraph.settings import Settings
from clausegraph.validate.jobs import Job, Part, Verdict
from clausegraph.validate.judges import Judges
from clausegraph.web import bodies, problems, validating_page
from clausegraph.web.answers import (
    CATALOG,
    DESCRIBED,
    NO_STORE,
    Answer,
    Choice,
    as_meant,
    best,
    choose,
    respond,
)
from clausegraph.web.errorpages import Errors
from clausegraph.web.pages import Pages
from clausegraph.web.problems import TOO_LARGE, VACUOUS, Problem
from clausegraph.web.protocol import BodyTooLarge
from clausegraph.web.record import record_of
from clausegraph.web.validating_requests import Asked, read
from clausegraph.web.waiting import Left, Patrol

PATH = "/validate"
BODY_BYTES = 16 * 2**20
CONFORMS, PASSES = "Clausegraph-Conforms", "Clausegraph-Passes"
JSON = Syntax("JSON", "application/json", ".json")
SARIF = Syntax("SARIF", "application/sarif+json", ".sarif")
TEXT = Syntax("Text", "text/plain", ".txt", None, formats.UTF_8)
# Of each syntax on offer, the format in which the report is made; first = default.
FORMATS: Mapping[Syntax, str] = {
    formats.TURTLE: "turtle",
    JSON: "json",
    formats.JSON_LD: "jsonld",
    formats.N_TRIPLES: "ntriples",
    formats.RDF_XML: "rdfxml",
    SARIF: "sarif",
    formats.CSV: "csv",
    TEXT: "text",
    HTML: "json",
}
OFFERS = tuple(FORMATS)

_LARGE_AT_ONCE = 4  # large bodies that one client may have here at the same time
_LARGE_IN_ALL = 16
_NOBODY = 499  # sent to a client that has left


@dataclass(frozen=True)
class Loads:
    """The large bodies that are in memory, read or about to be: each client has a few at once."""

    _clients: Counter[str] = field(default_factory=Counter)

    def begin(self, client: str) -> None:
        """Count one more, to be ended, or raise EngineBusy."""
        if self._clients[client] >= _LARGE_AT_ONCE:
            raise EngineBusy(
                f"{_LARGE_AT_ONCE} large documents of this address are being validated.",
                remedy="Wait for what was found in one of them.",
            )
        if self._clients.total() >= _LARGE_IN_ALL:
            raise EngineBusy(
                f"{_LARGE_IN_ALL} large documents are being validated.",
                remedy="Send it again in a moment.",
            )
        self._clients[client] += 1

    def end(self, client: str) -> None:
        """Count one less."""
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]


@dataclass(frozen=True)
class Validating:
    """Validates what is sent. Nothing is fetched, and nothing is kept."""

    judges: Judges
    pages: Pages
    errors: Errors
    settings: Settings
    patrol: Patrol = field(default_factory=Patrol)
    loads: Loads = field(default_factory=Loads)

    async def get(self, request: Request) -> Response:
        """Answer `GET /validate`: a form for a reader."""
        choose(request, (HTML,))
        page = validating_page.form(self.pages)
        parts, links = (PATH, page.decode()), (DESCRIBED, CATALOG)
        return respond(request, Answer(page, HTML.content_type, parts, "no-cache", links))

    async def post(self, request: Request) -> Response:
        """Answer `POST /validate`: the report, or the problem that the data or the shapes are."""
        record = record_of(request.scope)
        record.is_validation = True
        large: list[str] = []

        def weighs() -> None:
            self.loads.begin(record.client)
            large.append(record.client)

        try:
            body = await bodies.whole(request, BODY_BYTES, weighs)
            return await self._answer(request, body)
        except BodyTooLarge as error:
            problem = Problem(TOO_LARGE, str(error), request.url.path)
            return self.errors.send(request, problem)
        except (Left, ClientDisconnect):
            return Response(status_code=_NOBODY, headers={"Cache-Control": NO_STORE})
        finally:
            for client in large:
                self.loads.end(client)

    async def _answer(self, request: Request, body: bytes) -> Response:
        """Return the report about a body."""
        content_type = request.headers.get("content-type", "")
        query = request.query_params.multi_items()
        asked = await run_in_threadpool(read, body, content_type, query)
        chosen = _wanted(request, asked)
        options = replace(asked.options, format=FORMATS[chosen.syntax], profile=chosen.profile)
        try:
            verdict = await self._judged(request, Job(asked.data, asked.shapes, options), asked)
        except ClausegraphError as error:
            return await self._problem(request, error, asked)
        if verdict.vacuous:
            more = {"hint": "Send `allow-empty=true` to accept that."}
            return self.errors.send(request, Problem(VACUOUS, verdict.vacuous, PATH, more))
        headers = {
            CONFORMS: str(verdict.conforms).lower(),
            PASSES: str(verdict.passes).lower(),
            **self._clamped(asked),
        }
        report = verdict.report
        if chosen.syntax == HTML:
            report = await run_in_threadpool(validating_page.report, self.pages, verdict, asked)
        answer = Answer(report, chosen.content_type, (), NO_STORE, chosen.links, headers)
        return respond(request, answer)

    async def _judged(self, request: Request, job: Job, asked: Asked) -> Verdict:
        """Return the verdict, unless the client leaves before."""
        record = record_of(request.scope)
        release = self.errors.release() or ""
        work = self.judges.judge(job, release, record.client, asked.seconds)
        verdict = await self.patrol.unless_left(request.receive, work, lambda: None)
        record.seconds, record.release = verdict.seconds, release
        return verdict

    async def _problem(self, request: Request, error: ClausegraphError, asked: Asked) -> Response:
        """Return the problem that a document, or something else, met; with its line at fault."""
        part = _part(asked, error)
        text = "" if part is None else await run_in_threadpool(part.data.decode, errors="replace")
        problem = problems.describe(error, request.url.path, text=text)
        named = None if part is None else part.name
        response = self.errors.send(request, replace(problem, more={**problem.more, "part": named}))
        response.headers.update(self._clamped(asked))
        return response

    def _clamped(self, asked: Asked) -> Mapping[str, str]:
        """Return the field that tells a client whose limit was lowered to ours."""
        if asked.seconds is None or asked.seconds <= self.settings.timeout:
            return {}
        return {"Clausegraph-Timeout": f"{self.settings.timeout:g}"}


def _wanted(request: Request, asked: Asked) -> Choice:
    """Return the syntax that the client prefers, or raise NotAcceptable: what a form says wins over
    the address, and that over the Accept field."""
    if not asked.media_type:
        return choose(request, OFFERS)
    accept = as_meant(asked.media_type)
    chosen = best(accept, OFFERS) if formats.parse_accept(accept) else None
    if chosen is None:
        raise formats.not_acceptable(accept, OFFERS)
    return chosen


def _part(asked: Asked, error: ClausegraphError) -> Part | None:
    """Return the document that an error speaks of, if it is one."""
    named = str(error.file)
    return next((part for part in (*asked.data, *asked.shapes) if part.name == named), None)
