"""Serving the analysis views: what is asked, what is found, and how it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats
from clausegraph.engine import Query
from clausegraph.formats import Syntax
from clausegraph.web import comparing, coverage, gaps, tracing
from clausegraph.web.analyses import COMPARE, COVERAGE, GAPS, PROVENANCE, Analysis
from clausegraph.web.answers import (
    LATEST,
    Answer,
    Link,
    cache_of,
    is_held,
    respond,
    view_signs,
)
from clausegraph.web.documents import Documents
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.enquiry import Enquiry, Found

Finder = Callable[[Documents, Enquiry], Awaitable[Found]]

_FINDERS: Mapping[str, Finder] = {
    COVERAGE.name: coverage.find,
    GAPS.name: gaps.find,
    COMPARE.name: comparing.find,
    PROVENANCE.name: tracing.find,
}


@dataclass(frozen=True)
class Analyses:
    """Serves the analysis views."""

    documents: Documents

    def handler(
        self, analysis: Analysis, fixed: Syntax | None = None
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of `analysis`, in one syntax or in the one that is asked for."""

        async def handle(request: Request) -> Response:
            return await self._serve(request, Enquiry.read(request, analysis, fixed))

        handle.__doc__ = analysis.summary
        return handle

    async def _serve(self, request: Request, enquiry: Enquiry) -> Response:
        chosen, cache = enquiry.chosen, cache_of(request, LATEST)
        parts = _parts(self.documents.engine.release, enquiry)
        if is_held(request, parts):
            return respond(request, Answer(b"", chosen.content_type, parts, cache))
        found = await _FINDERS[enquiry.analysis.name](self.documents, enquiry)
        result = await self.documents.engine.query(_query(enquiry, found))
        links = [Link(target, rel) for rel, target in found.pages.items()]
        links += [*_signs(enquiry, result.release), *chosen.links]
        answered = _parts(result.release, enquiry)
        headers = {RELEASE_HEADER: result.release}
        answer = Answer(result.body, chosen.content_type, answered, cache, links, headers)
        return respond(request, answer)


def _query(enquiry: Enquiry, found: Found) -> Query:
    """Return the query that writes what was found, in the syntax and form that is wanted."""
    chosen = enquiry.chosen
    if enquiry.is_table:
        return Query(found.query, chosen.syntax, None, None, is_ours=True)
    frame = None
    if chosen.syntax == formats.JSON_LD:
        frame = {**enquiry.analysis.frame, "@order": list(found.order)}
    return Query(
        found.query, None, None, chosen.syntax, frame=frame, profile=chosen.profile, is_ours=True
    )


def _parts(release: str, enquiry: Enquiry) -> tuple[str, ...]:
    """Return what an answer depends on."""
    chosen = enquiry.chosen
    return (release, enquiry.here, chosen.content_type, chosen.profile)


def _signs(enquiry: Enquiry, release: str) -> list[Link]:
    """Return the links of any answer: how to cite it, its licence, what describes the service, its
    other form."""
    beyond = replace(enquiry, suffix="").here.removeprefix(enquiry.root)
    links = view_signs(release, beyond)
    if enquiry.analysis.table and not enquiry.is_table:
        table = enquiry.address(formats.CSV.suffix)
        links.append(Link(table, "alternate", formats.CSV.media_type))
    if enquiry.suffix:
        links.append(Link(enquiry.address(), "canonical"))
    return links
