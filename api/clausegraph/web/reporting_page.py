"""The page of a report: what it is asked, with links that ask for more or less, and its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from markupsafe import Markup

from clausegraph.questions import Parameter
from clausegraph.vocabulary import BASE, compact
from clausegraph.web import addresses, tables, texts
from clausegraph.web.documents import Rows
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.pages import ROWS_SHOWN, Pages
from clausegraph.web.reports import GRAPHS, REPORTS, Report

# The columns that name a thing in words, each shown as the link that the column of its IRI is.
_NAMES: Mapping[str, str] = {
    "jurisdiction": "jurisdictionLabel",
    "concept": "label",
    "enforcement": "enforcementLabel",
    "source": "sourceTitle",
    "agent": "agentTitle",
    "kind": "activityKind",
    "reviewStatus": "status",
}


class Cell(NamedTuple):
    """A cell: what it says, where that leads, and whether it is a number."""

    text: str
    href: str = ""
    is_number: bool = False


class Choice(NamedTuple):
    """A parameter: its value now, the address without it, and that of an example beside the
    others."""

    parameter: Parameter
    value: str
    without: str
    example: str


@dataclass(frozen=True)
class Page:
    """The page of a report: what renders it, what draws its chart, and which release it is of."""

    pages: Pages
    report: Report
    draw: Callable[[Report, Rows], Markup | None]
    release: str

    def render(self, enquiry: Enquiry, rows: Rows) -> bytes:
        """Return the page; takes a while, so call it off the event loop."""
        report, query = self.report, enquiry.asked.query()
        columns = _columns(report, rows)
        return self.pages.render(
            "report.html",
            report=report,
            reports=REPORTS,
            path=enquiry.path,
            asked=query,
            choices=[_choice(enquiry, item) for item in report.analysis.parameters],
            picture=self.draw(report, rows),
            columns=columns,
            rows=[[_cell(row, column) for column in columns] for row in rows[:ROWS_SHOWN]],
            count=len(rows),
            release=self.release,
            tables=tables.SYNTAXES,
            others=GRAPHS,
        )


def _choice(enquiry: Enquiry, parameter: Parameter) -> Choice:
    given = dict(enquiry.asked.given)
    value = given.pop(parameter.name, "")
    without, example = (
        enquiry.path + replace(enquiry.asked, given={**given, **more}).query()
        for more in ({}, {parameter.name: parameter.example or ""})
    )
    return Choice(parameter, value, without, example)


def _columns(report: Report, rows: Rows) -> list[str]:
    """Return the columns of a page: those of the table that are not empty in every row, without
    those that name what stands beside them."""
    head = texts.query(report.query).partition("\nSELECT ")[2].partition("\nWHERE")[0]
    names = [name.removeprefix("?") for name in head.split()]
    spoken = {_NAMES[name] for name in names if name in _NAMES}
    return [name for name in names if name not in spoken and any(name in row for row in rows)]


def _cell(row: Mapping[str, str], column: str) -> Cell:
    value = row.get(column, "")
    if value.startswith(("http://", "https://")):
        name = row.get(_NAMES.get(column, "")) or compact(value).removeprefix(BASE)
        return Cell(name, addresses.href(value) or "")
    return Cell(value, is_number=value.isascii() and value.isdecimal())
