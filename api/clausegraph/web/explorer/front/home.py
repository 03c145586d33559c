"""The first page: search, what is in here, and a few questions with their answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import questions, vocabulary
from clausegraph.errors import QueryTimeout
from clausegraph.formats import HTML
from clausegraph.questions import SavedQuery
from clausegraph.vocabulary import CG, compact
from clausegraph.web import summaries, texts
from clausegraph.web.addresses import href
from clausegraph.web.answers import CATALOG, DESCRIBED, LATEST, Answer, cache_of
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.explorer.front import worked
from clausegraph.web.explorer.front.worked import Worked
from clausegraph.web.model import Value
from clausegraph.web.pages import Pages

LISTED = 24  # documents, and concept schemes, on the first page
# What there is of each kind, and the page that lists it.
FIGURES = (
    ("documents", "/documents"),
    ("clauses", "/search?type=clause"),
    ("concepts", "/concepts"),
    ("actors", "/actors"),
    ("sources", "/sources"),
    ("classifications", "/coverage"),
)
REVIEWS = ("unreviewed", "preliminary", "disputed", "reviewed")  # as they are shown
PATIENCE = 4.0  # seconds for each thing that the first page tells
_AGAIN = 600  # seconds after which what took longer is asked once more
_AFRESH = "no-cache"  # of a page that lacks something

TRIES = ("human oversight", "watermark*", "incident reporting", "red teaming")


@dataclass(frozen=True)
class Home:
    """Serves the first page of a release."""

    documents: Documents
    pages: Pages
    _read: dict[str, SavedQuery] = field(default_factory=dict)

    async def get(self, request: Request) -> Response:
        """Answer `/`: what is in here, and where to begin."""
        release = self.documents.engine.release
        whole = (release, "/")
        lacking = (*whole, str(int(time.monotonic() / _AGAIN)))
        for parts in (whole, lacking):
            if kept := await self.documents.kept(request, parts):
                return kept
        values, is_whole = await self._values()
        page = await run_in_threadpool(
            self.pages.render,
            "home.html",
            release=release,
            figures=FIGURES,
            tries=TRIES,
            reviews=REVIEWS,
            **values,
        )
        parts, cache = (whole, LATEST) if is_whole else (lacking, _AFRESH)
        links = (DESCRIBED, CATALOG)
        answer = Answer(page, HTML.content_type, parts, cache_of(request, cache), links)
        return await self.documents.keep(request, answer)

    async def _values(self) -> tuple[dict[str, Any], bool]:
        """Return what the page tells of the release, and whether that is all it could."""
        counts, reviewed, listed, schemes, answers = await asyncio.gather(
            self._rows(texts.query("counts")),
            self._rows(texts.query("review-counts")),
            self._listed(CG + "Document"),
            self._listed(vocabulary.SKOS + "ConceptScheme"),
            asyncio.gather(*(self._answers(item) for item in worked.WORKED)),
        )
        names = await self._names(rows or [] for _, _, rows in answers)
        values = {
            "counts": _counted(counts or [], "kind"),
            "reviewed": None if reviewed is None else _counted(reviewed, "status"),
            "documents": listed or (),
            "schemes": schemes or (),
            "answers": [worked.answered(*answer, names) for answer in answers],
            "patience": int(PATIENCE),
        }
        asked = (counts, reviewed, listed, schemes, *(rows for _, _, rows in answers))
        return values, all(rows is not None for rows in asked)

    async def _rows(self, text: str) -> Rows | None:
        """Return the rows of a query, or None where they would have the page wait: there is much
        in the graph."""
        try:
            return await self.documents.rows(text, PATIENCE)
        except QueryTimeout:
            return None

    async def _listed(self, kind: str) -> Rows | None:
        """Return the first LISTED things of a class, with what the first page calls them."""
        values = {"class": str(NamedNode(kind)), "most": str(LISTED)}
        return await self._rows(fill(texts.query("listed"), values))

    async def _answers(self, item: Worked) -> tuple[Worked, SavedQuery, Rows | None]:
        """Return a worked question with the rows that answer it, if they came in time."""
        question = self._read.get(item.query)
        if question is None:
            question = await run_in_threadpool(questions.load, item.query)
            self._read[item.query] = question
        return item, question, await self._rows(question.text)

    async def _names(self, tables: Iterable[Rows]) -> dict[str, Value]:
        """Return what the things in answers are called, each as a link."""
        iris = {
            value
            for rows in tables
            for row in rows
            for value in row.values()
            if value.startswith(vocabulary.ID)
        }
        if not iris:
            return {}
        things = summaries.terms(sorted(iris))
        rows = await self.documents.rows(fill(texts.query("names"), {"things": things}))
        return {iri: _named(iri, rows) for iri in iris}


def _named(iri: str, rows: Rows) -> Value:
    """Return a link to a thing: by its English name, or by one of any language."""
    labels = [row for row in rows if row["thing"] == iri and row["part"] == "label"]
    labels.sort(key=lambda row: row.get("language", "") not in {"en", ""})
    if not labels:
        return Value(compact(iri), href(iri), iri)
    language = labels[0].get("language") or None
    return Value(labels[0]["value"], href(iri), iri, None if language == "en" else language)


def _counted(rows: Rows, name: str) -> dict[str, int]:
    """Return how many there are of each kind, which is in the column `name`."""
    return {row[name]: int(row["count"]) for row in rows}
