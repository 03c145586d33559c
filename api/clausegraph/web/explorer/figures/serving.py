"""Serving a figure: as a page, as a picture to take away, and as the table behind it."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.errors import BadRequest
from clausegraph.formats import HTML, Syntax
from clausegraph.web.analyses import Analysis
from clausegraph.web.answers import LATEST, Answer, Link, base, cache_of, view_signs
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.explorer.figures.painter import Painter
from clausegraph.web.explorer.figures.picture import PNG, SVG, Caption, Chart, Picture
from clausegraph.web.explorer.site import Explorer

FOLDER = "/figures/"
FORMS = (SVG, PNG, formats.CSV)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

Table = Iterable[Sequence[str]]


@dataclass(frozen=True)
class Shown:
    """What there is to see: words for the caption, what draws the chart, the table behind it.

    `draw` is handed a name for what the chart defines. Without it there is nothing to draw yet:
    `page` has what the page's template is given.
    """

    title: str
    lead: str
    page: Mapping[str, Any]
    draw: Callable[[str], Chart] | None = None
    table: Callable[[], Table] = tuple
    notes: tuple[str, ...] = ()


async def _unchanging(_explorer: Explorer, _release: str) -> str:
    """Tell that a figure stays the same as long as its release does."""
    return ""


@dataclass(frozen=True)
class Figure:
    """A figure: its name among the files, what it is asked, its template, and who gathers it.

    The page is at the path of its analysis. A page that is `inline` has the chart in it. `state`
    tells what else than the release it depends on; `cache` how long it may be kept.
    """

    name: str
    analysis: Analysis
    template: str
    gather: Callable[[Explorer, Enquiry], Awaitable[Shown]]
    is_inline: bool = False
    state: Callable[[Explorer, str], Awaitable[str]] = _unchanging
    cache: str = LATEST

    def file(self, form: Syntax, query: str) -> str:
        """Return the address of the figure in a form."""
        return f"{FOLDER}{self.name}{form.suffix}{query}"


@dataclass(frozen=True)
class Serving:
    """Serves one figure in all its forms."""

    explorer: Explorer
    figure: Figure
    painter: Painter

    def handler(self, form: Syntax) -> Callable[[Request], Awaitable[Response]]:
        """Return the route handler of one form."""

        async def handle(request: Request) -> Response:
            if any(value == "" for value in request.query_params.values()):
                return _without_blanks(request)
            return await self._serve(request, form)

        handle.__doc__ = self.figure.analysis.summary
        return handle

    async def _serve(self, request: Request, form: Syntax) -> Response:
        documents = self.explorer.documents
        enquiry = replace(Enquiry.read(request, self.figure.analysis, form), suffix="")
        release = documents.engine.release
        date = await day(self.explorer, release)
        state = await self.figure.state(self.explorer, release)
        parts = (release, base(request), enquiry.here, form.content_type, date, state)
        if kept := await documents.kept(request, parts):
            return kept
        shown = await self.figure.gather(self.explorer, enquiry)
        if shown.draw is None and form != HTML:
            raise BadRequest(f"There is nothing to draw yet: {shown.lead}", remedy=enquiry.path)
        if documents.engine.release != release:
            return await self._serve(request, form)  # Another was loaded meanwhile: ask that one.
        made = _Made(self, enquiry, shown, (release, date))
        body = await run_in_threadpool(made.body, SVG if form == PNG else form)
        if form == PNG and (picture := made.picture):
            body = await self.painter.png(body, picture.zoom)
        page = enquiry.path + enquiry.asked.query()
        links = [*view_signs(release, page)]
        if form == HTML and shown.draw:
            query = enquiry.asked.query()
            files = [(self.figure.file(item, query), item.media_type) for item in FORMS]
            links += [Link(address, "alternate", type_) for address, type_ in files]
        headers = {RELEASE_HEADER: release}
        if form == SVG:  # A browser that opens it by itself takes it for a document.
            headers["Content-Security-Policy"] = _POLICY
        cache = cache_of(request, self.figure.cache)
        answer = Answer(body, form.content_type, parts, cache, links, headers)
        return await documents.keep(request, answer)


@dataclass(frozen=True)
class _Made:
    """A figure with what was gathered for it, of the release and day in `made`."""

    serving: Serving
    enquiry: Enquiry
    shown: Shown
    made: tuple[str, str]

    def body(self, form: Syntax) -> bytes:
        """Return the figure in one form."""
        if form == HTML:
            return self._page()
        if form == formats.CSV:
            return written(self.shown.table())
        return self.picture.svg if self.picture else b""

    @property
    def picture(self) -> Picture | None:
        """The chart with its caption."""
        shown, (release, date) = self.shown, self.made
        if shown.draw is None:
            return None
        page = self.enquiry.path + self.enquiry.asked.query()
        address = f"{vocabulary.RELEASE}{release}{page}"
        notes = tuple(filter(None, shown.notes))
        caption = Caption(shown.title, shown.lead, notes, address, release, date)
        return Picture(shown.draw(self.serving.figure.name), caption)

    def _page(self) -> bytes:
        figure, query = self.serving.figure, self.enquiry.asked.query()
        picture = self.picture if figure.is_inline else None
        files = [(form.name, figure.file(form, query)) for form in FORMS]
        return self.serving.explorer.pages.render(
            figure.template,
            title=self.shown.title,
            lead=self.shown.lead,
            notes=[note for note in self.shown.notes if note],
            picture=picture.inline if picture else None,
            files=files if self.shown.draw else [],
            file_name=f"clausegraph-{figure.name}-{self.made[0][:12]}",
            release=self.made[0],
            date=self.made[1],
            path=self.enquiry.path,
            query=query,
            asked=self.enquiry.asked.given,
            **self.shown.page,
        )


def written(table: Table) -> bytes:
    """Return a table as CSV (RFC 4180)."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode()


async def day(explorer: Explorer, release: str) -> str:
    """Return the day of a release if that is known, else today, when a figure is drawn."""
    known = "" if explorer.shelf is None else await explorer.shelf.day(release)
    return f"of {known}" if known else f"drawn on {datetime.now(UTC).date().isoformat()}"


def _without_blanks(request: Request) -> Response:
    """Return the redirect to the same without what a form left empty."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if value]
    query = f"?{urlencode(asked)}" if asked else ""
    headers = {"Location": request.scope["path"] + query, "Cache-Control": LATEST}
    return Response(status_code=302, headers=headers)
