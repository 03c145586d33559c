"""The grid that is asked for: which documents, which concepts, and what is known of each pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clausegraph.web import summaries
from clausegraph.web.columns import Concepts, Pair
from clausegraph.web.documents import Documents
from clausegraph.web.explorer.figures import corpus
from clausegraph.web.explorer.figures.corpus import Listed
from clausegraph.web.explorer.figures.grid import Cell, Evidence, Grid, Group, Row, Thing
from clausegraph.web.summaries import Summary

MOST_ROWS = 50  # documents in one heat map


@dataclass(frozen=True)
class Wanted:
    """What a grid is to show: documents in their order, concepts as columns, how to group rows."""

    listed: Sequence[Listed]
    concepts: Concepts
    level: str
    group: str
    review: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The concepts that are columns."""
        return self.concepts.parts(self.level)

    @property
    def counting(self) -> tuple[list[Pair], list[str], str | None, list[tuple[str, str]]]:
        """What is to be counted, as `summaries` takes it."""
        parts, scheme = self.parts, self.concepts.scheme
        documents = [item.thing.iri for item in self.listed]
        tallied = [(part, scheme[part]) for part in parts]
        return self.concepts.related(parts), documents, self.review, tallied


async def read(documents: Documents, wanted: Wanted) -> Grid:
    """Return the grid, each document once, by group and title."""
    parts = wanted.parts
    found = await summaries.count(documents, *wanted.counting)
    tops = [_top(wanted.concepts, part) for part in parts]
    names = await corpus.things(documents, [*parts, *tops, *(cell.level for cell in found)])
    proofs = await corpus.evidence(documents, [cell.best for cell in found if cell.best])
    cells = {(cell.document, cell.column): _cell(cell, names, proofs) for cell in found}
    groups: dict[str, list[Row]] = {}
    for item in wanted.listed:
        row = Row(
            item.thing,
            tuple(
                cells.get((item.thing.iri, part)) or Cell(Summary(item.thing.iri, part))
                for part in parts
            ),
        )
        groups.setdefault(item.group(wanted.group), []).append(row)
    return Grid(
        tuple(names[part] for part in parts),
        tuple(Group(name, tuple(rows)) for name, rows in sorted(groups.items(), key=_last_unnamed)),
        _spans([names[top] for top in tops]),
    )


def of_cells(cells: Sequence[Cell], listed: Sequence[Listed], parts: Mapping[str, Thing]) -> Grid:
    """Return the grid of cells that are known already; what is missing was not assessed."""
    known = {(cell.summary.document, cell.summary.column): cell for cell in cells}
    rows = tuple(
        Row(
            item.thing,
            tuple(
                known.get((item.thing.iri, part)) or Cell(Summary(item.thing.iri, part))
                for part in parts
            ),
        )
        for item in listed
    )
    return Grid(tuple(parts.values()), (Group("", rows),))


async def cells_of(documents: Documents, found: Sequence[Summary]) -> list[Cell]:
    """Return summaries with the names of their levels and what is known of their evidence."""
    names = await corpus.things(documents, [cell.level for cell in found if cell.level])
    proofs = await corpus.evidence(documents, [cell.best for cell in found if cell.best])
    return [_cell(cell, names, proofs) for cell in found]


def _cell(summary: Summary, names: Mapping[str, Thing], proofs: Mapping[str, Evidence]) -> Cell:
    level = names.get(summary.level)
    named = (level.code, level.title) if level else ("", "")
    return Cell(summary, proofs.get(summary.best, Evidence()), named)


def _top(concepts: Concepts, part: str) -> str:
    """Return the concept at the top above a column; itself, where there is none."""
    tops = [item for item in concepts.above[part] if not concepts.above[item]]
    return tops[0] if tops else part


def _spans(tops: Sequence[Thing]) -> tuple[tuple[Thing, int], ...]:
    """Return each top concept with how many columns in a row lie below it."""
    found: list[tuple[Thing, int]] = []
    for top in tops:
        if found and found[-1][0] == top:
            found[-1] = (top, found[-1][1] + 1)
        else:
            found.append((top, 1))
    return tuple(found)


def _last_unnamed(item: tuple[str, list[Row]]) -> tuple[bool, str]:
    return item[0].startswith("No "), item[0]
