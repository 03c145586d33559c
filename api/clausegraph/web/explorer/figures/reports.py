"""The bar charts of the reports: a bar a row, its parts by review status, or by route."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from markupsafe import Markup

from clausegraph.web import reporting
from clausegraph.web.documents import Rows
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.explorer.figures import bars
from clausegraph.web.explorer.figures.bars import Bar, Bars
from clausegraph.web.explorer.figures.corpus import last_part
from clausegraph.web.explorer.figures.grid import Look
from clausegraph.web.explorer.figures.picture import Caption, Picture
from clausegraph.web.explorer.figures.serving import Figure, Shown
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.reports import (
    COVERAGE,
    DIRECT,
    DOCUMENTS,
    ENFORCEMENT,
    GAPS,
    HINTED,
    MAPPED,
    REPORTS,
    REVIEWS,
    ROUTES,
    Report,
)

_MOST_BARS = 40  # of a report that may have thousands of rows

_STATUSES = ("reviewed", "unreviewed", "preliminary", "disputed")
_BY_STATUS = tuple(
    Look(f"series-{number}", "", word) for number, word in enumerate(_STATUSES, start=1)
)
_BY_MAPPING = (
    Look("series-1", "", "covered by a mapping alone"),
    Look("series-2", "", "hinted at by a related or broader concept"),
    Look("not-assessed", "", "no statement"),
)
_BY_ROUTE = (
    Look("series-1", "", "stated of the concept itself"),
    Look("series-2", "", "by a mapping"),
    Look("series-3", "", "hinted at"),
)
_BY_PERSON = (
    Look("series-1", "", "a person's review is recorded"),
    Look("series-2", "", "no person's review is recorded"),
)

Row = Mapping[str, str]


def inline(report: Report, rows: Rows) -> Markup | None:
    """Return the chart of a report as a part of its page; None where there is nothing to draw."""
    if not rows:
        return None
    name = f"report-{report.analysis.name}"
    caption = Caption(report.analysis.title, "", (), "", "", "")
    return Picture(bars.draw(of(report, rows), name), caption).inline


def of(report: Report, rows: Rows) -> Bars:
    """Return the bars of a report."""
    if report == DOCUMENTS:
        return _by_document(rows)
    make, looks, unit = _WAYS[report.analysis.name]
    return Bars([make(row) for row in rows[:_MOST_BARS]], looks, unit, len(rows[_MOST_BARS:]))


def _counted(row: Row) -> Bar:
    """Return the bar of a row that counts documents by status."""
    parts = [int(row[status]) for status in _STATUSES]
    return Bar(_label(row), parts, f"{row['documents']} of {row['of']}{_early(row)}")


def _early(row: Row) -> str:
    """Say what may not be published without the word."""
    return f", {row['preliminary']} preliminary" if row["preliminary"] != "0" else ""


def _gap(row: Row) -> Bar:
    mapped, hinted = int(row["mapped"]), int(row["hinted"])
    rest = max(0, int(row["of"]) - mapped - hinted)
    return Bar(_label(row), (mapped, hinted, rest), f"{row['finding']}{_early(row)}")


def _review(row: Row) -> Bar:
    total, never = int(row["classifications"]), int(row["neverReviewed"])
    names = (
        row.get("sourceTitle") or last_part(row["source"]),
        last_part(row["scheme"]) if row.get("scheme") else "no scheme",
        f"{row['activityKind']}, {row['status']}",
    )
    return Bar(" · ".join(names), (total - never, never), f"{total:,}, {row['status']}")


def _by_document(rows: Rows) -> Bars:
    """Return a bar a document: on how many concepts it is said to bear, by the best route."""
    best: dict[str, dict[str, str]] = {}
    for row in rows:
        of_document = best.setdefault(row["document"], {})
        routes = (row["route"], of_document.get(row["concept"], HINTED))
        of_document[row["concept"]] = min(routes, key=ROUTES.index)
    found = [
        Bar(
            last_part(document),
            [list(concepts.values()).count(route) for route in (DIRECT, MAPPED, HINTED)],
            f"{len(concepts)} concept{'' if len(concepts) == 1 else 's'}",
        )
        for document, concepts in best.items()
    ]
    unit = "concepts, each by its best route"
    return Bars(found[:_MOST_BARS], _BY_ROUTE, unit, len(found[_MOST_BARS:]))


def _label(row: Row) -> str:
    """Return what a row is called: its concept, and whatever tells it from the others."""
    name = row.get("label") or last_part(row["concept"])
    parts = [f"{row['code']} {name}" if row.get("code", "")[:1].isdigit() else name]
    parts += [row[key] for key in ("enforcementLabel", "jurisdictionLabel", "year") if key in row]
    routes = [row[key] for key in ("route", "enforcementRoute") if row.get(key, DIRECT) != DIRECT]
    return " · ".join(filter(None, [*parts, *routes]))


_WAYS: Mapping[str, tuple[Callable[[Row], Bar], Sequence[Look], str]] = {
    COVERAGE.analysis.name: (
        _counted,
        _BY_STATUS,
        "documents, by the best review status of their statements",
    ),
    ENFORCEMENT.analysis.name: (
        _counted,
        _BY_STATUS,
        "documents with both, by the weaker of two review statuses",
    ),
    GAPS.analysis.name: (_gap, _BY_MAPPING, "documents of the jurisdiction"),
    REVIEWS.analysis.name: (_review, _BY_PERSON, "classifications"),
}


def _figure(report: Report) -> Figure:
    """Return the figure of a report; its page is the report's own."""

    async def gather(explorer: Explorer, enquiry: Enquiry) -> Shown:
        rows = await explorer.documents.rows(reporting.query(report, enquiry))
        given = [f"{name} {value}" for name, value in sorted(enquiry.asked.given.items())]
        lead = f"Only {', '.join(given)}." if given else "Of the whole collection."
        draw = partial(bars.draw, of(report, rows))
        notes = ("What is preliminary is not to be published without that word.",)
        return Shown(report.analysis.title, lead, {}, draw, partial(_table, rows), notes)

    return Figure(f"report-{report.analysis.name}", report.analysis, "", gather)


def _table(rows: Rows) -> Iterator[Sequence[str]]:
    """Yield the rows of a report, the head first."""
    head = list(dict.fromkeys(name for row in rows for name in row))
    yield head
    for row in rows:
        yield [row.get(name, "") for name in head]


REPORT_FIGURES = tuple(_figure(report) for report in REPORTS)
