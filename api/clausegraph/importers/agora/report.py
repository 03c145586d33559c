"""The report of an import: what was in the tables, and what became of each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausegraph.importers.agora.columns import Columns
from clausegraph.importers.agora.counts import Cells, Counts, Fault

_SHOWN_FAULTS = 20
_SHOWN_NUMBERS = 5
_CLASSIFICATIONS = ("tags", "status", "collections", "jurisdictions", "applies to")
_OF_SEGMENTS = ("tags of segments", "marks of segments")
_STATEMENTS = (*_CLASSIFICATIONS, *_OF_SEGMENTS, "milestones", "issuers")


@dataclass(frozen=True)
class Report:
    """What an import read and made.

    `made` counts statements by what they say, and clauses; `files` counts those written, unchanged
    and removed; `authorities` and `collections` count the rows of the small tables, None where
    there is no such table. `unlisted_authorities` has the first place that names each authority
    which its table lacks.
    """

    folder: Path
    tables: Mapping[str, Path]
    columns: Columns
    segment_columns: Columns | None
    counts: Counts
    made: Mapping[str, int]
    authorities: Mapping[str, int] | None
    unlisted_authorities: Mapping[str, str]
    collections: Mapping[str, int] | None
    with_text: bool
    files: Mapping[str, int]

    @property
    def statements(self) -> int:
        """All classifications, milestones and participations."""
        return sum(self.made.get(kind, 0) for kind in _STATEMENTS)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What the tables have wrong and was kept all the same; the first thousand."""
        return tuple(self.counts.faults)

    def as_json(self) -> dict[str, Any]:
        """Return the report as a tree."""
        counts = self.counts
        rows, joined = counts.cells.rows, counts.joined
        return {
            "folder": str(self.folder),
            "tables": {name: str(path) for name, path in self.tables.items()},
            "documents": {"rows": rows, "new": rows - len(joined), "joined": dict(joined)},
            "tags": _tags(counts.cells, self.columns),
            "segments": self._segments(),
            "statements": {
                "total": self.statements,
                **{kind: self.made.get(kind, 0) for kind in _STATEMENTS},
            },
            "unknown_terms": {name: dict(found) for name, found in counts.unknown_terms.items()},
            "states": dict(counts.states),
            "notes": {"total": counts.notes.total(), **dict(sorted(counts.notes.items()))},
            "unknown_columns": self._unknown_columns(),
            "missing_columns": list(self.columns.missing),
            "prose": {
                "taken": self.with_text,
                "cells": dict(counts.prose),
                "of_no_row": counts.lost["prose"],
            },
            "texts": counts.texts and counts.texts.as_json(),
            "authorities": self.authorities,
            "unlisted_authorities": dict(self.unlisted_authorities),
            "collections": self.collections,
            "left_out": dict(counts.left_out),
            "faults": {
                "total": counts.all_faults,
                "listed": [vars(fault) for fault in counts.faults],
            },
            "files": dict(self.files),
        }

    def _segments(self) -> dict[str, Any] | None:
        if self.segment_columns is None:
            return None
        cells = self.counts.segment_cells
        left = sum(self.counts.left_out.values())
        return {
            "rows": cells.rows,
            "clauses": self.made.get("clauses", 0),
            "left_out": left,
            "tags_left_out": self.counts.lost["tags"],
            "other_number": {
                "documents": self.counts.all_other_numbers,
                "listed": {
                    document: {"here": here, "stated": stated}
                    for document, (here, stated) in self.counts.other_numbers.items()
                },
            },
            **_tags(cells, self.segment_columns),
        }

    def _unknown_columns(self) -> list[str]:
        others = self.segment_columns
        found = [*self.columns.new_tags, *self.columns.unknown]
        if others is not None:
            found += [f"segments: {name}" for name in (*others.new_tags, *others.unknown)]
        return found

    def lines(self) -> Iterator[str]:
        """Yield the report for a person to read."""
        yield f"AGORA: {self.tables['documents']} in {self.folder}"
        yield from (f"  {name:<14}{text}" for name, text in self._sums() if text)
        yield from self._notes()

    def _sums(self) -> Iterator[tuple[str, str]]:
        counts, cells = self.counts, self.counts.cells
        new = cells.rows - len(counts.joined)
        joined = f" ({', '.join(sorted(counts.joined, key=int))})" if counts.joined else ""
        yield (
            "documents",
            f"{cells.rows:,} rows = {new:,} new + {len(counts.joined)} joined with documents "
            f"described here{joined}",
        )
        if width := len(self.columns.flags):
            total = cells.yes + cells.no + cells.blank
            yield (
                "tags",
                f"{cells.rows:,} rows x {width} columns = {total:,} cells = {cells.yes:,} true + "
                f"{cells.no:,} false + {cells.blank:,} blank",
            )
        if self.segment_columns is not None:
            left = sum(counts.left_out.values())
            yield (
                "segments",
                f"{counts.segment_cells.rows:,} rows = {self.made.get('clauses', 0):,} clauses + "
                f"{left:,} left out",
            )
            tags, lost = counts.segment_cells.stated, counts.lost["tags"]
            yield "their tags", f"{tags:,} = {tags - lost:,} stated + {lost:,} left out"
        made = {kind: self.made[kind] for kind in _STATEMENTS if self.made.get(kind)}
        yield "statements", f"{self.statements:,} = {_added(made)}"
        yield "rows are", f"{counts.states.total():,} = {_added(dict(counts.states.most_common()))}"
        yield "kept as notes", f"{counts.notes.total():,} cells without a term of ours"
        yield "prose", self._prose()
        if counts.texts is not None:
            found = counts.texts.sums()
            yield "texts", f"{sum(found.values()):,} files = {_added(found)}"
        yield "authorities", _table(self.authorities, "no authorities.csv: no jurisdictions")
        yield "collections", _table(self.collections, "")
        yield "files", f"{sum(self.files.values()):,} = {_added(self.files)}"

    def _prose(self) -> str:
        number, lost = self.counts.prose.total(), self.counts.lost["prose"]
        if not self.with_text:
            return f"{number:,} cells left out (--with-text takes them)"
        taken = f"{number:,} cells taken"
        return f"{number:,} cells = {number - lost:,} taken + {lost:,} left out" if lost else taken

    def _notes(self) -> Iterator[str]:
        counts = self.counts
        if self.columns.missing:
            yield f"note: columns that this copy lacks: {', '.join(self.columns.missing)}"
        if unknown := self._unknown_columns():
            yield f"note: columns that are not known here, kept: {', '.join(unknown)}"
        for scheme, found in sorted(counts.unknown_terms.items()):
            names = "; ".join(f"{name} ({number})" for name, number in sorted(found.items()))
            yield f"note: not in the scheme {scheme}, kept in AGORA's words: {names}"
        if places := self.unlisted_authorities:
            names = "; ".join(f"{name} ({place})" for name, place in sorted(places.items()))
            yield f"note: not in authorities.csv, so without a jurisdiction: {names}"
        yield from _segment_notes(counts)
        if counts.texts and counts.texts.others:
            yield f"note: texts of no row, left out: {', '.join(counts.texts.others)}"
        for fault in counts.faults[:_SHOWN_FAULTS]:
            yield f"fault: {fault.file}:{fault.line}: row {fault.row} {fault.message}"
        if (more := counts.all_faults - _SHOWN_FAULTS) > 0:
            yield f"... and {more:,} more faults; --json lists them"


def _segment_notes(counts: Counts) -> Iterator[str]:
    """Say which segments have no document, and which documents other segments than they state."""
    for document, number in list(counts.left_out.items())[:_SHOWN_FAULTS]:
        many = f"{number} segment{'s' if number > 1 else ''}"
        yield f"note: {many} left out: no row of document {document}"
    if number := counts.all_other_numbers:
        listed = list(counts.other_numbers.items())[:_SHOWN_NUMBERS]
        told = "; ".join(f"{name} ({here} of {stated})" for name, (here, stated) in listed)
        yield (
            f"note: {number:,} {'documents have' if number > 1 else 'document has'} another "
            f"number of segments here than documents.csv states: {told}"
            f"{'; ...' if number > len(listed) else ''}"
        )


def _tags(cells: Cells, columns: Columns) -> dict[str, int]:
    return {
        "columns": len(columns.flags),
        "cells": cells.yes + cells.no + cells.blank,
        "true": cells.yes,
        "false": cells.no,
        "blank": cells.blank,
        "listed_only": cells.unflagged,
        "flagged_only": cells.unlisted,
        "stated": cells.stated,
    }


def _table(numbers: Mapping[str, int] | None, without: str) -> str:
    if numbers is None:
        return without
    parts = {name: number for name, number in numbers.items() if name != "rows"}
    return f"{numbers['rows']:,} rows = {_added(parts)}"


def _added(parts: Mapping[str, int]) -> str:
    return " + ".join(f"{number:,} {name}" for name, number in parts.items())
