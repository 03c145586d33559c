"""SSSOM tables: a metadata block and tab-separated rows, read and checked, nothing interpreted.

Follows the SSSOM/TSV serialisation (https://mapping-commons.github.io/sssom/spec-formats-tsv/).
Every error names the file and the line.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from pyoxigraph import NamedNode

from clausegraph.errors import InputError
from clausegraph.importers import metadata
from clausegraph.importers.encodings import read_utf8
from clausegraph.textfiles import BYTE_ORDER_MARK
from clausegraph.turtle import find_line

REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
# Slots of the set that hold for every row, where no row has its own (SSSOM, "Propagation").
_PROPAGATED = ("mapping_date", "mapping_provider", "mapping_tool", "mapping_tool_version")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCHEMES = frozenset({"http", "https", "urn"})


@dataclass(frozen=True)
class Reference:
    """A CURIE of the table and the IRI that the table's prefixes make of it."""

    curie: str
    iri: str

    @property
    def local(self) -> str:
        """What follows the prefix."""
        return self.curie.partition(":")[2]


@dataclass(frozen=True)
class Row:
    """One mapping; `line` is where it starts, `cells` holds every value by column."""

    line: int
    subject: Reference
    predicate: Reference
    object: Reference
    justification: Reference
    cells: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes a mapping the same as another."""
        return (self.subject.iri, self.predicate.iri, self.object.iri)


@dataclass(frozen=True)
class Table:
    """A mapping set: its file, its metadata, its prefixes and its rows, in file order."""

    file: Path
    metadata: Mapping[str, object]
    prefixes: Mapping[str, str]
    columns: tuple[str, ...]
    empty_columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def text(self, slot: str) -> str | None:
        """Return a metadata slot as text; several values are joined by ` | `."""
        value = self.metadata.get(slot)
        if isinstance(value, list):
            return " | ".join(str(item) for item in value) or None
        return value if isinstance(value, str) and value else None

    def error(self, line: int, message: str, remedy: str) -> InputError:
        """Return an InputError about a line of this table."""
        return InputError(message, file=self.file, line=line, remedy=remedy)


def read_table(path: Path) -> Table:
    """Read an SSSOM table, with its metadata inside or in a `.sssom.yml` beside it.

    Raises InputError, with the line, for a file that is empty or not UTF-8, bad YAML, a missing
    column, a row of another width, an identifier without a declared prefix, a bad date, and a
    mapping that is there twice.
    """
    text = read_utf8(path).removeprefix(BYTE_ORDER_MARK)
    if not text.strip():
        raise InputError("The file is empty.", file=path, line=1, remedy="Give an SSSOM table.")
    block = [line.rstrip("\r") for line in takewhile(_is_metadata, text.split("\n"))]
    values = metadata.embedded(path, block) if block else metadata.external(path)
    prefixes = metadata.prefixes(path, values)
    records = _records(path, text, skip=len(block))
    line, header = next(records, (len(block) + 1, []))
    columns = _columns(path, line, header)
    bodies = list(records)
    if not bodies:
        raise InputError("The table has no rows.", file=path, line=line, remedy="Add mappings.")
    width = _width(path, columns, bodies)
    table = Table(path, values, prefixes, columns[:width], columns[width:], ())
    _refuse_bad_date(table, find_line(path, "mapping_date") or 1, table.text("mapping_date") or "")
    rows = tuple(_row(table, line, cells) for line, cells in _propagated(table, bodies))
    _refuse_repetitions(table, rows)
    return Table(path, values, prefixes, columns[:width], columns[width:], rows)


def _is_metadata(line: str) -> bool:
    return line.startswith("#")


def _records(path: Path, text: str, skip: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with its first line; quoting as in RFC 4180, blank lines passed over."""
    rest = text.split("\n", skip)[skip] if text.count("\n") >= skip else ""
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter="\t", strict=True)
    while True:
        line = skip + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _broken(path, line, str(error)) from error
        if cells is None:
            return
        if cells:
            yield line, [cell.strip() for cell in cells]


def _broken(path: Path, line: int, reason: str) -> InputError:
    """Return the error of a row that the csv module does not read, in other words than its own."""
    if "field larger" in reason:
        return InputError(
            f"A cell of this row is larger than {csv.field_size_limit() >> 10} KiB.",
            file=path,
            line=line,
            remedy="Look for a quote that is not closed, or for line ends that got lost.",
        )
    what = "a quote is never closed" if "end of data" in reason else reason
    return InputError(
        f"The quoting of this row is broken: {what}.",
        file=path,
        line=line,
        remedy='Put a value with tabs, line breaks or " in double quotes, its own doubled.',
    )


def _columns(path: Path, line: int, header: list[str]) -> tuple[str, ...]:
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise InputError(
            f"The column {missing[0]} is missing from the header.",
            file=path,
            line=line,
            remedy=f"Give the columns {', '.join(REQUIRED)}, separated by tabs.",
        )
    doubled = [name for name in header if header.count(name) > 1]
    if doubled:
        raise InputError(
            f"The column {doubled[0]} is there twice.",
            file=path,
            line=line,
            remedy="Remove one of them.",
        )
    return tuple(header)


def _width(path: Path, columns: tuple[str, ...], bodies: list[tuple[int, list[str]]]) -> int:
    """Return the number of cells that all rows have; last columns that none fills may be left."""
    width = len(bodies[0][1])
    needed = 1 + max(columns.index(name) for name in REQUIRED)
    for line, cells in bodies:
        if len(cells) != width or not needed <= width <= len(columns):
            raise InputError(
                f"The row has {len(cells)} cells; the header has {len(columns)}"
                + (f" and the first row {width}." if len(cells) != width else "."),
                file=path,
                line=line,
                remedy="Give every row the same cells, separated by tabs; a cell may be empty.",
            )
    return width


def _propagated(
    table: Table, bodies: list[tuple[int, list[str]]]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows by column, with the set's values where no row has its own."""
    rows = [(line, dict(zip(table.columns, cells, strict=True))) for line, cells in bodies]
    own = {name for _, cells in rows for name, value in cells.items() if value}
    shared = {slot: table.text(slot) for slot in _PROPAGATED if slot not in own}
    for line, cells in rows:
        yield line, {**cells, **{slot: text for slot, text in shared.items() if text}}


def _row(table: Table, line: int, cells: Mapping[str, str]) -> Row:
    subject, predicate, target, justification = (
        _reference(table, line, name, cells[name]) for name in REQUIRED
    )
    _refuse_bad_date(table, line, cells.get("mapping_date", ""))
    return Row(line, subject, predicate, target, justification, cells)


def _reference(table: Table, line: int, column: str, curie: str) -> Reference:
    """Expand a CURIE by the table's own prefixes; full IRIs are not SSSOM."""
    prefix, colon, local = curie.partition(":")
    if not curie or not colon or not local:
        what = "is empty" if not curie else f"'{curie}' has no {'name' if colon else 'prefix'}"
        raise table.error(
            line, f"The {column} {what}.", "Write it as prefix:name, the prefix declared above."
        )
    if prefix not in table.prefixes:
        what = "is a full IRI" if prefix in _SCHEMES else f"has the undeclared prefix '{prefix}'"
        raise table.error(
            line,
            f"The {column} '{curie}' {what}.",
            "Declare a prefix under curie_map in the metadata block and write prefix:name.",
        )
    iri = table.prefixes[prefix] + local
    try:
        NamedNode(iri)
    except ValueError as error:
        raise table.error(
            line, f"The {column} '{curie}' makes no valid IRI: <{iri}>.", "Correct it."
        ) from error
    return Reference(curie, iri)


def _refuse_bad_date(table: Table, line: int, text: str) -> None:
    if not text:
        return
    try:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        datetime.date.fromisoformat(text)
    except ValueError as error:
        raise table.error(
            line, f"The mapping_date '{text}' is no date.", "Write it as 2026-02-23."
        ) from error


def _refuse_repetitions(table: Table, rows: tuple[Row, ...]) -> None:
    seen: dict[tuple[str, str, str], Row] = {}
    labels: dict[str, Row] = {}
    for row in rows:
        if (first := seen.setdefault(row.key, row)) is not row:
            raise table.error(
                row.line,
                f"The mapping of {row.subject.curie} to {row.object.curie} is on line "
                f"{first.line} already.",
                "Remove one of them.",
            )
        other = labels.setdefault(row.subject.iri, row)
        if other.cells.get("subject_label", "") != row.cells.get("subject_label", ""):
            raise table.error(
                row.line,
                f"The subject_label of {row.subject.curie} differs from the one on line "
                f"{other.line}.",
                "Give one subject one label.",
            )
