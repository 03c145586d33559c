"""A grid of documents by concepts: what a heat map shows, on a page, in a file, or as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausegraph.web import addresses
from clausegraph.web.summaries import COVERED, NOT_ASSESSED, Summary

ABSENT, BROADER, PARTLY = "assessed-not-covered", "only-broader-named", "assessed-partly-unknown"
REVIEWED = "reviewed"
MACHINE = "machine"

HEAD = (
    *("group", "document", "document_label", "concept", "concept_code", "concept_label"),
    *("state", "level", "level_label", "statements", "contested"),
    *("evidence", "evidence_review", "evidence_machine_made"),
)
_LEVELS = {"1": "level-0", "2": "level-1", "3": "level-3"}  # of coverage-3, the one scale there is


@dataclass(frozen=True)
class Look:
    """How a kind of cell looks: the class of its ground, what stands in it, what it means."""

    style: str
    mark: str
    words: str


GOOD = Look("level-3", "3", "covered, level Good")
UNSTATED = Look("level-2", "yes", "covered, level not stated")
MINIMAL = Look("level-1", "2", "covered, level Minimal")
DENIED = Look("level-0", "no", "assessed, not covered")
UNKNOWN = Look("partly", "?", "assessed, covered set partly unknown")
ABOVE = Look("broader", "~", "only a broader concept is named")
NOBODY = Look("not-assessed", "", "not assessed: nobody looked, or nobody noted it")
LOOKS = (GOOD, UNSTATED, MINIMAL, DENIED, UNKNOWN, ABOVE, NOBODY)

# What stands beside the mark of a cell, by the status of its best evidence, and what it means.
FLAGS = {
    "m": "machine-made, unreviewed",
    "u": "unreviewed",
    "p": "preliminary",
    "d": "disputed",
}
CONTESTED = "!"
_STATES = {ABSENT: DENIED, PARTLY: UNKNOWN, BROADER: ABOVE, NOT_ASSESSED: NOBODY}


@dataclass(frozen=True)
class Thing:
    """A document or a concept: its IRI, its code if it has one, what it is called."""

    iri: str
    title: str
    code: str = ""

    @property
    def href(self) -> str:
        """The page about it."""
        return addresses.href(self.iri) or ""

    @property
    def short(self) -> str:
        """Its code, else its title."""
        return self.code or self.title

    @property
    def full(self) -> str:
        """Its title, after its code if that is a number."""
        is_number = self.code[:1].isdigit() and self.code != self.title
        return f"{self.code} {self.title}" if is_number else self.title


@dataclass(frozen=True)
class Evidence:
    """The status of a statement, and whether a machine made it."""

    status: str = ""
    is_machine: bool = False

    @property
    def flag(self) -> str:
        """One letter for what a reader has to be told, none for what a person has reviewed."""
        if self.status == "unreviewed":
            return "m" if self.is_machine else "u"
        return {"preliminary": "p", "disputed": "d"}.get(self.status, "")


@dataclass(frozen=True)
class Cell:
    """What is known of one document and one concept; `level` is the code and name of its level."""

    summary: Summary
    evidence: Evidence = Evidence()
    level: tuple[str, str] = ("", "")

    @property
    def look(self) -> Look:
        """How it looks."""
        state, (code, name) = self.summary.state, self.level
        if state != COVERED:
            return _STATES[state]
        if not code:
            return UNSTATED
        known = {"2": MINIMAL, "3": GOOD}.get(code)
        return known or Look(_LEVELS.get(code, "level-2"), code, f"covered, level {name or code}")

    @property
    def href(self) -> str:
        """The statement that shows it best."""
        return addresses.href(self.summary.best) or "" if self.summary.best else ""

    @property
    def flag(self) -> str:
        """A letter for who has looked at the evidence."""
        return self.evidence.flag if self.summary.best else ""

    @property
    def mark(self) -> str:
        """What stands in it."""
        return self.look.mark + (CONTESTED if self.summary.counter else "")

    @property
    def words(self) -> str:
        """All of it in words."""
        flag = FLAGS.get(self.flag)
        contested = "contested" if self.summary.counter else None
        return "; ".join(filter(None, (self.look.words, flag, contested)))


@dataclass(frozen=True)
class Row:
    """A document or a concept, and its cells, one for each column of the grid."""

    head: Thing
    cells: tuple[Cell, ...]

    @property
    def is_assessed(self) -> bool:
        """Whether anything is known in it."""
        return any(cell.summary.state != NOT_ASSESSED for cell in self.cells)


@dataclass(frozen=True)
class Group:
    """Rows that belong together, and by what; an empty name groups nothing."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Grid:
    """Groups of rows below columns; `tops` say which columns lie below which broader concept."""

    columns: tuple[Thing, ...]
    groups: tuple[Group, ...]
    tops: tuple[tuple[Thing, int], ...] = ()

    @property
    def rows(self) -> list[Row]:
        """All rows."""
        return [row for group in self.groups for row in group.rows]

    @property
    def cells(self) -> list[Cell]:
        """All cells."""
        return [cell for row in self.rows for cell in row.cells]

    def count(self, look: Look) -> int:
        """Return how many cells look so."""
        return sum(cell.look == look for cell in self.cells)

    @property
    def looks(self) -> list[Look]:
        """The looks that occur, in the order of the legend."""
        found = {cell.look for cell in self.cells}
        return [*(look for look in LOOKS if look in found), *sorted(found - {*LOOKS}, key=str)]

    @property
    def flags(self) -> list[tuple[str, str]]:
        """The flags that occur, each with what it means."""
        found = {cell.flag for cell in self.cells}
        told = [(flag, words) for flag, words in FLAGS.items() if flag in found]
        if any(cell.summary.counter for cell in self.cells):
            told.append((CONTESTED, "contested: another statement about the same says less"))
        return told

    @property
    def said(self) -> str:
        """The whole in a sentence."""
        counted = [f"{self.count(look)} {look.words}" for look in self.looks]
        return f"{len(self.rows)} rows by {len(self.columns)} columns: {'; '.join(counted)}."

    @property
    def caution(self) -> str:
        """How much of it nobody has reviewed, in a sentence; nothing where all was."""
        shown = [cell for cell in self.cells if cell.summary.best]
        open_ = [cell for cell in shown if cell.flag]
        if not open_:
            return ""
        counts = [(sum(cell.flag == flag for cell in open_), FLAGS[flag]) for flag in FLAGS]
        told = ", ".join(f"{count} {words}" for count, words in counts if count)
        return (
            f"Of {len(shown)} cells with evidence, the best evidence is not reviewed in "
            f"{len(open_)}: {told}."
        )

    def table(self) -> Iterator[Sequence[str]]:
        """Yield the grid as the rows of a table, the head first; a row for each cell."""
        yield HEAD
        for group in self.groups:
            for row in group.rows:
                for column, cell in zip(self.columns, row.cells, strict=True):
                    yield _line(group, row, column, cell)


def _line(group: Group, row: Row, column: Thing, cell: Cell) -> Sequence[str]:
    summary = cell.summary
    return (
        *(group.name, row.head.iri, row.head.title),
        *(column.iri, column.code, column.title),
        *(summary.state, summary.level, cell.level[1]),
        *(str(sum(summary.counts[:1])), "true" if summary.counter else "false"),
        *(summary.best, cell.evidence.status if summary.best else ""),
        ("true" if cell.evidence.is_machine else "false") if summary.best else "",
    )
