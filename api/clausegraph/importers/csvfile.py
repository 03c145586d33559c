"""Tables with a header (CSV by RFC 4180): a stream of records, each with the line it starts in.

What makes a table unsafe to read is refused, with the file, the line, and the number of the cell in
its row as column: bytes that are no UTF-8 (with what they seem to be), quotes out of balance (where
they open), rows of another width than the header, another delimiter, a column that is missing or
doubled, NUL, a cell larger than 16 MiB. Memory does not grow with the number of rows.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.importers.csvcells import DELIMITERS, Dialect, Row, read_rows


@dataclass(frozen=True, slots=True)
class Record:
    """One row by column, in the order of the header; `line` is where it starts."""

    line: int
    cells: Mapping[str, str]
    file: Path

    def error(self, column: str, message: str, remedy: str) -> InputError:
        """Return an InputError about a cell; its message names the column."""
        return InputError(
            f"Column '{column}': {message}",
            file=self.file,
            line=self.line,
            column=list(self.cells).index(column) + 1 if column in self.cells else None,
            remedy=remedy,
        )


def read_records(
    path: Path, *, delimiter: str | None = None, required: Sequence[str] = ()
) -> Iterator[Record]:
    """Yield the records of the table at `path`; blank lines are none.

    Cells are as they are written, without quotes, not trimmed. Without `delimiter` it is the comma,
    and the tab for `.tsv`. Raises InputError, at the first record already for a header that lacks
    one of `required`.
    """
    rows = read_rows(path, _dialect(path, delimiter))
    columns = _read_header(path, rows, delimiter, required)
    for row in rows:
        if row.cells == [""]:
            continue
        if len(row.cells) != len(columns):
            raise wrong_width(path, row, columns)
        yield Record(row.line, dict(zip(columns, row.cells, strict=True)), path)


def read_header(
    path: Path, *, delimiter: str | None = None, required: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the names of the columns, checked as read_records does it."""
    return _read_header(path, read_rows(path, _dialect(path, delimiter)), delimiter, required)


def _dialect(path: Path, delimiter: str | None) -> Dialect:
    return Dialect(delimiter or ("\t" if path.suffix.lower() in (".tsv", ".tab") else ","))


def _read_header(
    path: Path, rows: Iterator[Row], delimiter: str | None, required: Sequence[str]
) -> tuple[str, ...]:
    header = next((row for row in rows if row.cells != [""]), None)
    if header is None:
        raise InputError("The file is empty.", file=path, line=1, remedy="Give a table.")
    _refuse_wrong_delimiter(path, header, delimiter, required)
    _refuse_bad_names(path, header)
    for name in required:
        if name not in header.cells:
            raise _missing(path, header, name)
    return tuple(header.cells)


def _refuse_wrong_delimiter(
    path: Path, header: Row, delimiter: str | None, required: Sequence[str]
) -> None:
    """Raise InputError for a header that is one cell, and several by another delimiter."""
    if len(header.cells) > 1 or header.cells[0] in required:
        return
    text = header.cells[0]
    counts = {other: text.count(other) for other in DELIMITERS}
    likely = max(counts, key=lambda other: counts[other])
    if counts[likely] and (delimiter is None or required):
        used = _dialect(path, delimiter).delimiter
        raise InputError(
            f"The header is one cell; the cells seem to be separated by {DELIMITERS[likely]}, "
            f"not by {DELIMITERS.get(used, used)}.",
            file=path,
            line=header.line,
            column=1,
            remedy=f"Save the table with {DELIMITERS.get(used, used)} between the cells.",
        )


def _refuse_bad_names(path: Path, header: Row) -> None:
    first: dict[str, int] = {}
    for number, name in enumerate(header.cells, start=1):
        if not name.strip():
            raise InputError(
                f"Column {number} of {len(header.cells)} has no name.",
                file=path,
                line=header.line,
                column=number,
                remedy="Name it in the header, or remove the column.",
            )
        if first.setdefault(name, number) != number:
            raise InputError(
                f"The column '{name}' is there twice (cells {first[name]} and {number}).",
                file=path,
                line=header.line,
                column=number,
                remedy="Rename or remove one of them.",
            )


def _missing(path: Path, header: Row, name: str) -> InputError:
    near = difflib.get_close_matches(name, header.cells, n=1)
    found = f"; the nearest is '{near[0]}'" if near else ""
    return InputError(
        f"The column '{name}' is missing{found}.",
        file=path,
        line=header.line,
        remedy="Add it, or check that this is the right table.",
    )


def wrong_width(path: Path, row: Row, columns: Sequence[str]) -> InputError:
    """Return the error of a row of another width, with what it most likely means."""
    have, want = len(row.cells), len(columns)
    counts = f"{have} {'cell' if have == 1 else 'cells'}; the header has {want}"
    if not row.whole and have < want:
        return InputError(
            f"The file ends in the middle of this row: it has {counts}.",
            file=path,
            line=row.line,
            column=have,
            remedy="Get the file again; it is cut off.",
        )
    where = f" Column '{columns[have]}' is the first without one." if have < want else ""
    return InputError(
        f"The row has {counts}.{where}",
        file=path,
        line=row.line,
        column=min(have, want) + 1,
        remedy="Give every row the cells of the header; put cells that hold a delimiter in quotes.",
    )
