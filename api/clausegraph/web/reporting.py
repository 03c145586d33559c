"""Serving the reports: a query with what is asked for in it, as a table, as RDF, or as a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import Query
from clausegraph.errors import BadRequest, ResultTooLarge
from clausegraph.formats import HTML, Syntax
from clausegraph.vocabulary import RDF
from clausegraph.web import conditions, filters, texts
from clausegraph.web.answers import (
    LATEST,
    RELEASE,
    Answer,
    Choice,
    Link,
    base,
    cache_of,
    choose,
    fixed,
    is_held,
    respond,
    view_signs,
)
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.enquiry import HYDRA, Enquiry, Triple, described, fact
from clausegraph.web.pages import Pages
from clausegraph.web.reporting_page import Page
from clausegraph.web.reports import DIRECT, OFFERS, ROUTES, VIA_MAPPINGS, Report
from clausegraph.web.summaries import term, text

_STATEMENT = "classification"  # a row names it; half of what it says would be no statement

MOST_ROWS = 10_000  # of a report as RDF; a table may have more


Draw = Callable[[Report, Rows], Markup | None]


def draw_nothing(_report: Report, _rows: Rows) -> Markup | None:
    """Leave a page without a picture."""
    return None


@dataclass(frozen=True)
class Reports:
    """Serves the reports; `draw` makes the picture on a page of one."""

    documents: Documents
    pages: Pages
    draw: Draw = draw_nothing

    def handler(
        self, report: Report, suffix: Syntax | None = None
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of a report, in one syntax or in the one that is asked for."""

        async def handle(request: Request) -> Response:
            return await self._serve(request, report, _read(request, report, suffix))

        handle.__doc__ = report.analysis.summary
        return handle

    async def _serve(self, request: Request, report: Report, enquiry: Enquiry) -> Response:
        chosen, cache = enquiry.chosen, cache_of(request, LATEST)
        parts = _parts(self.documents.engine.release, enquiry)
        if is_held(request, parts):
            return respond(request, Answer(b"", chosen.content_type, parts, cache))
        written = query(report, enquiry)
        if enquiry.is_table:
            asked = Query(written, chosen.syntax, None, None, is_ours=True)
            result = await self.documents.engine.query(asked)
            body, release = result.body, result.release
            if body.count(b"\n") <= 1:  # the names of the columns alone
                await filters.check(self.documents, enquiry.asked)
        else:
            body, release = await self._told(report, enquiry, written)
        answer = Answer(
            body,
            chosen.content_type,
            _parts(release, enquiry),
            cache,
            [*_signs(enquiry, release), *chosen.links],
            {RELEASE_HEADER: release},
        )
        return respond(request, answer)

    async def _told(self, report: Report, enquiry: Enquiry, written: str) -> tuple[bytes, str]:
        """Return the report as a page or as RDF, and the release that it is of."""
        rows = await self.documents.rows(written)
        if not rows:
            await filters.check(self.documents, enquiry.asked)
        if enquiry.chosen.syntax == HTML:
            release = self.documents.engine.release
            page = Page(self.pages, report, self.draw, release)
            return await run_in_threadpool(page.render, enquiry, rows), release
        if len(rows) > MOST_ROWS:
            raise ResultTooLarge(
                f"This report has {len(rows):,} rows; as RDF it may have {MOST_ROWS:,}.",
                remedy="Ask for it as a table (.csv), or use a filter.",
            )
        asked = await run_in_threadpool(_graph, report, enquiry, rows)
        result = await self.documents.engine.query(asked)
        return result.body, result.release


def query(report: Report, enquiry: Enquiry) -> str:
    """Return the query of a report, with what is asked for where the planner sees it."""
    asked = dict(enquiry.asked.terms)
    _check_via(enquiry)
    routes = ROUTES if "via" in enquiry.asked.given else (DIRECT,)
    names = [item.name for item in report.analysis.parameters if item.name != "via"]
    terms = {name: enquiry.term(name) or "" for name in names}
    written = conditions.keep(texts.query(report.query), asked)
    values = {**terms, "routes": " ".join(text(route) for route in routes)}
    return fill(written, values)


def _check_via(enquiry: Enquiry) -> None:
    via = enquiry.asked.given.get("via", VIA_MAPPINGS)
    if via != VIA_MAPPINGS:
        raise BadRequest(
            f"`via`: there is no {via[:80]!r} here.", remedy=f"Known is: {VIA_MAPPINGS}."
        )


def _read(request: Request, report: Report, suffix: Syntax | None) -> Enquiry:
    """Read a request, or raise BadRequest that lists what is known; a `suffix` fixes the syntax."""
    chosen: Choice = fixed(request, suffix) if suffix else choose(request, OFFERS)
    asked = filters.read(request, report.analysis.parameters, paged=False)
    release = request.scope.get(RELEASE)
    return Enquiry(
        report.analysis,
        asked,
        chosen,
        base(request),
        "" if release is None else f"/v/{release}",
        suffix=suffix.suffix if suffix else "",
    )


def _graph(report: Report, enquiry: Enquiry, rows: Sequence[Mapping[str, str]]) -> Query:
    """Return the query that writes the rows as RDF: a collection, and one member a row."""
    view = enquiry.view
    facts: list[Triple] = [
        fact(view, RDF + "type", HYDRA + "Collection"),
        fact(view, HYDRA + "totalItems", len(rows)),
    ]
    order: list[str] = []
    things: dict[str, None] = {}
    for number, row in enumerate(rows, start=1):
        iri = enquiry.named(f"row-{number}")
        order.append(iri)
        facts.append(fact(view, HYDRA + "member", iri))
        facts.append(fact(iri, RDF + "type", vocabulary.CG + "ReportRow"))
        for column, property_ in report.terms.items():
            if value := row.get(column, ""):
                facts.append((term(iri), term(property_), _value(value)))
                if _is_iri(value) and column != _STATEMENT:
                    things[value] = None
    syntax = enquiry.chosen.syntax
    frame = None
    if syntax == formats.JSON_LD:
        frame = {**enquiry.analysis.frame, "@order": order}
    written = described(enquiry, facts, (), things)
    profile = enquiry.chosen.profile
    return Query(written, None, None, syntax, frame=frame, profile=profile, is_ours=True)


def _value(value: str) -> str:
    if _is_iri(value):
        return term(value)
    return value if value.isascii() and value.isdecimal() else text(value)


def _is_iri(value: str) -> bool:
    """Whether a value of a row is an IRI; its texts are words of ours, its numbers bare."""
    return value.startswith(("http://", "https://", "urn:"))


def _parts(release: str, enquiry: Enquiry) -> tuple[str, ...]:
    """Return what an answer depends on."""
    chosen = enquiry.chosen
    return (release, enquiry.here, chosen.content_type, chosen.profile)


def _signs(enquiry: Enquiry, release: str) -> list[Link]:
    """Return the links of any answer: how to cite it, its licence, its description, its forms."""
    beyond = enquiry.path + enquiry.asked.query()
    links = view_signs(release, beyond)
    if not enquiry.is_table:
        table = enquiry.address(formats.CSV.suffix)
        links.append(Link(table, "alternate", formats.CSV.media_type))
    if enquiry.suffix:
        links.append(Link(enquiry.address(), "canonical"))
    return links
