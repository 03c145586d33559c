"""The page that shows two to five documents side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from clausegraph.vocabulary import ID
from clausegraph.web import addresses, comparing, conditions, texts
from clausegraph.web.analyses import COMPARE, MOST_COMPARED
from clausegraph.web.comparing import Compared
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.explorer.figures import corpus, heat, matrix
from clausegraph.web.explorer.figures.choices import Choices
from clausegraph.web.explorer.figures.grid import (
    MACHINE,
    Cell,
    Evidence,
    Grid,
    Group,
    Row,
    Thing,
)
from clausegraph.web.explorer.figures.serving import Figure, Shown
from clausegraph.web.explorer.figures.spelling import spelt
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.summaries import terms

ANALYSIS = replace(COMPARE, path="/compare", table="")

_PICKED = 500  # documents that a list to pick from may have
_LEAST = 2
_HEAD = (
    *("scheme", "concept", "concept_code", "concept_label", "document", "document_label"),
    *("state", "level", "level_label", "evidence", "evidence_review", "evidence_machine_made"),
)


@dataclass(frozen=True)
class Said:
    """One thing that is stated of a document: in words, where that leads, and the statement."""

    text: str
    href: str
    statement: str
    is_absent: bool
    evidence: Evidence

    @property
    def flag(self) -> str:
        """A letter for who has looked at it."""
        return self.evidence.flag


@dataclass(frozen=True)
class Matter:
    """A heading, and what is stated under it of each document, in their order."""

    heading: str
    said: tuple[tuple[Said, ...], ...]


async def gather(explorer: Explorer, enquiry: Enquiry) -> Shown:
    """Return what the page and its figure show; without documents, what can be picked."""
    documents = explorer.documents
    choices = await Choices.read(documents, enquiry)
    listed = await corpus.documents_of(documents, {})
    picked = [name.strip() for name in enquiry.asked.given.get("documents", "").split(",")]
    picked = [name for name in picked if name]
    page: dict[str, object] = {
        "choices": choices,
        "options": [_option(item.thing) for item in listed] if len(listed) <= _PICKED else [],
        "picked": [*(_slug(name) for name in picked), *[""] * MOST_COMPARED][:MOST_COMPARED],
        "least": _LEAST,
        "grid": None,
    }
    if len(picked) < _LEAST:
        page["too_few"] = len(picked) == 1
        return Shown("Compare documents", "Choose two to five documents.", page)
    found = await comparing.gather(documents, enquiry)
    names = await _names(documents, found)
    grid = await _grid(documents, found, names)
    stated = await _stated(documents, enquiry, found.documents)
    columns = grid.columns
    page |= {
        "grid": grid,
        "matters": _matters(stated, found.documents),
        "sparql": spelt(found.query),
        "too_few": False,
    }
    title = f"{_listed([item.title for item in columns])}, side by side"
    lead = f"{len(grid.rows)} concepts that are stated of one of them, or lie above.{choices.told}"
    draw, table = partial(heat.draw, grid), partial(_table, grid)
    return Shown(title, lead, page, draw, table, (grid.caution, _HOW))


_HOW = "An empty, hatched cell says nothing about the document: nobody assessed it, or noted it."


def _listed(titles: Sequence[str]) -> str:
    return f"{', '.join(titles[:-1])} and {titles[-1]}"


def _option(thing: Thing) -> tuple[str, str]:
    return corpus.slug(thing.iri, "document"), thing.title


def _slug(name: str) -> str:
    return corpus.slug(name, "document").removeprefix("documents:").removeprefix(f"{ID}document/")


async def _names(documents: Documents, found: Compared) -> Mapping[str, Thing]:
    columns = dict.fromkeys(cell.column for cell in found.cells)
    schemes = {found.concepts.scheme[column] for column in columns}
    return await corpus.things(documents, [*found.documents, *columns, *schemes])


async def _grid(documents: Documents, found: Compared, names: Mapping[str, Thing]) -> Grid:
    """Return concepts by documents, the concepts of one scheme together."""
    rows: dict[str, list[Cell]] = {}
    for cell in await matrix.cells_of(documents, found.cells):
        rows.setdefault(cell.summary.column, []).append(cell)
    groups: dict[str, list[Row]] = {}
    for column, cells in rows.items():
        scheme = names[found.concepts.scheme[column]].title
        groups.setdefault(scheme, []).append(Row(names[column], tuple(cells)))
    return Grid(
        tuple(names[document] for document in found.documents),
        tuple(Group(name, tuple(rows)) for name, rows in groups.items()),
    )


async def _stated(documents: Documents, enquiry: Enquiry, compared: Sequence[str]) -> Rows:
    review = enquiry.asked.terms.get("review")
    written = conditions.keep(texts.query("figure-stated"), ("review",) if review else ())
    values = {"documents": terms(compared), "review": review or ""}
    return await documents.rows(fill(written, values))


def _matters(rows: Rows, compared: Sequence[str]) -> list[Matter]:
    """Return what is stated, heading by heading; each statement once."""
    found: dict[str, dict[str, dict[str, Said]]] = {}
    for row in rows:
        of = found.setdefault(row["heading"], {iri: {} for iri in compared})[row["document"]]
        is_machine = row.get("kind") == MACHINE
        of.setdefault(
            row["statement"],
            Said(
                row["value"],
                addresses.href(row["thing"]) or "" if "thing" in row else "",
                addresses.href(row["statement"]) or "",
                row.get("absent") in {"true", "1"},
                Evidence(row["status"], is_machine),
            ),
        )
    return [
        Matter(heading, tuple(tuple(of[iri].values()) for iri in compared))
        for heading, of in found.items()
    ]


def _table(grid: Grid) -> Iterator[Sequence[str]]:
    """Yield the comparison as a table: a row for each concept and document."""
    yield _HEAD
    for group in grid.groups:
        for row in group.rows:
            for document, cell in zip(grid.columns, row.cells, strict=True):
                best = cell.summary.best
                machine = ("true" if cell.evidence.is_machine else "false") if best else ""
                yield (
                    *(group.name, row.head.iri, row.head.code, row.head.title),
                    *(document.iri, document.title),
                    *(cell.summary.state, cell.summary.level, cell.level[1]),
                    *(best, cell.evidence.status, machine),
                )


COMPARE_FIGURE = Figure("compare", ANALYSIS, "compare.html", gather)
