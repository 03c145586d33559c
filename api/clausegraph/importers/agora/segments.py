"""segments.csv: passages of documents, kept on disk until the row of their document comes."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.importers.agora import fields
from clausegraph.importers.agora.columns import Columns, Tagging, other_cells, read_tags
from clausegraph.importers.agora.fields import cell, number, truth
from clausegraph.importers.csvfile import Record

_MARKS = (fields.NOT_OPERATIVE, fields.NOT_AI)
# Kept as notes too: a segment without tags has no statement whose activity would tell.
_KEPT_IF_TRUE = (fields.SEGMENT_ANNOTATED, fields.SEGMENT_VALIDATED)
_PRAGMAS = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
_TABLES = """
CREATE TABLE document (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID;
CREATE TABLE segment (
    document TEXT, position INTEGER, line INTEGER, tags INTEGER, prose INTEGER, facts TEXT
);
CREATE UNIQUE INDEX place ON segment (document, position);
"""


@dataclass(frozen=True)
class Segment:
    """A passage: its position as AGORA numbers it, what AGORA says of it, its texts.

    `annotated` and `validated` are None where the table has no such column or the cell is empty;
    `marks` names the columns by which it is not operative or not about AI.
    """

    position: int
    tags: tuple[str, ...]
    marks: tuple[str, ...]
    annotated: bool | None
    validated: bool | None
    notes: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Orphans:
    """Segments of a document without a row: the line of the first, and how much they have."""

    document: str
    line: int
    number: int
    tags: int
    prose: int


class Shelf:
    """Rows of an import by document, in a file of their own, so that memory stays flat."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(f"{_PRAGMAS}{_TABLES}BEGIN;")

    def add_document(self, agora_id: str, line: int) -> int | None:
        """Note the row of a document; return the line of an earlier row with its identifier."""
        with _disk():
            found = self._connection.execute(
                "INSERT OR IGNORE INTO document VALUES (?, ?)", (agora_id, line)
            )
            return None if found.rowcount else self._line("document WHERE id = ?", agora_id)

    def add_segment(self, record: Record, segment: Segment, *, with_text: bool) -> None:
        """Keep a segment, without its texts if so told, or raise InputError where its document has
        one at that position."""
        document = number(record, fields.DOCUMENT)
        facts = json.dumps(
            [
                *(segment.tags, segment.marks, segment.annotated, segment.validated),
                *(segment.notes, segment.texts if with_text else ()),
            ]
        )
        sizes = (len(segment.tags), len(segment.texts))
        row = (document, segment.position, record.line, *sizes, facts)
        with _disk():
            found = self._connection.execute(
                "INSERT OR IGNORE INTO segment VALUES (?, ?, ?, ?, ?, ?)", row
            )
        if not found.rowcount:
            where = "segment WHERE document = ? AND position = ?"
            first = self._line(where, document, segment.position)
            raise record.error(
                fields.POSITION,
                f"Segment {segment.position} of document {document} is on line {first} already.",
                "Remove one of the rows.",
            )

    def segments(self, agora_id: str) -> Iterator[Segment]:
        """Yield the segments of a document in their order."""
        rows = self._connection.execute(
            "SELECT position, facts FROM segment WHERE document = ? ORDER BY position", (agora_id,)
        )
        for position, facts in rows:
            tags, marks, annotated, validated, notes, texts = json.loads(facts)
            yield Segment(
                position=position,
                tags=tuple(tags),
                marks=tuple(marks),
                annotated=annotated,
                validated=validated,
                notes=tuple((name, value) for name, value in notes),
                texts=tuple((name, value) for name, value in texts),
            )

    def count(self, agora_id: str) -> int:
        """Return the number of a document's segments."""
        found = self._connection.execute(
            "SELECT COUNT(*) FROM segment WHERE document = ?", (agora_id,)
        )
        return int(found.fetchone()[0])

    def has_document(self, agora_id: str) -> bool:
        """Tell whether a row of a document was noted."""
        found = self._connection.execute("SELECT 1 FROM document WHERE id = ?", (agora_id,))
        return found.fetchone() is not None

    def orphans(self) -> Iterator[Orphans]:
        """Yield the segments of each document that only segments name."""
        rows = self._connection.execute(
            "SELECT document, MIN(line), COUNT(*), SUM(tags), SUM(prose) FROM segment "
            "WHERE document NOT IN (SELECT id FROM document) GROUP BY document ORDER BY MIN(line)"
        )
        for row in rows:
            yield Orphans(*row)

    def _line(self, where: str, *values: object) -> int:
        found = self._connection.execute(f"SELECT line FROM {where}", values)  # noqa: S608
        return int(found.fetchone()[0])


@contextlib.contextmanager
def shelf() -> Iterator[Shelf]:
    """Lend a shelf in the system's folder for temporary files."""
    with tempfile.TemporaryDirectory(prefix="clausegraph-") as folder, _disk():
        connection = sqlite3.connect(Path(folder) / "rows", isolation_level=None)
        try:
            yield Shelf(connection)
        finally:
            connection.close()


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """Turn a fault of the temporary file into an error that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise InputError(
            f"The temporary file cannot be written: {error}.",
            file=tempfile.gettempdir(),
            remedy="Free some space there, or name another folder in TMPDIR.",
        ) from error


def read_segment(record: Record, columns: Columns) -> tuple[Segment, Tagging]:
    """Read a row, or raise InputError that names the column."""
    number(record, fields.DOCUMENT)
    tagging = read_tags(record, columns)
    others = list(other_cells(record, columns))
    texts = [(name, cell(record, name)) for name in (fields.SUMMARY, fields.TEXT)]
    texts += [(name, value) for name, value, prose in others if prose]
    notes = [(name, "true") for name in _KEPT_IF_TRUE if truth(record, name)]
    notes += [(name, value) for name, value, prose in others if not prose]
    segment = Segment(
        position=int(number(record, fields.POSITION)),
        tags=tagging.tags,
        marks=tuple(name for name in _MARKS if truth(record, name)),
        annotated=truth(record, fields.SEGMENT_ANNOTATED),
        validated=truth(record, fields.SEGMENT_VALIDATED),
        notes=tuple(notes),
        texts=tuple((name, text) for name, text in texts if text),
    )
    return segment, tagging
