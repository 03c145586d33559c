"""Rows of a table of text (RFC 4180): cells and the line they start in, read as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from clausegraph.errors import InputError
from clausegraph.importers.csvlines import LIMIT, BadText, read_lines

DELIMITERS: Mapping[str, str] = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What usually stands between cells, and what it is called."""


@dataclass(frozen=True)
class Dialect:
    """How a table is written; `quote` is None where no cell is quoted, `doubled` says that a quote
    in a quoted cell is written twice, not behind a backslash.

    Rows that begin with `comment`, the first `skipped` lines and, with `skip_space`, the spaces
    before a cell are passed over.
    """

    delimiter: str = ","
    quote: str | None = '"'
    doubled: bool = True
    encoding: str = "utf-8"
    comment: str | None = None
    skipped: int = 0
    skip_space: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row and the line it starts in; `whole` is false where the file ends in it."""

    line: int
    cells: list[str]
    whole: bool = True


@dataclass
class _Cursor:
    """Where in the lines of the file the reading is."""

    lines: Iterator[tuple[int, str]]
    line: int
    text: str
    at: int = 0
    cells: list[str] = field(default_factory=list)


def read_rows(path: Path, dialect: Dialect) -> Iterator[Row]:
    """Yield the rows of a table, header and blank ones included (a blank one has one empty cell).

    Raises InputError, with file, line and the number of the cell as column, for quotes out of
    balance, a cell that is larger than LIMIT, and whatever csvlines refuses.
    """
    reader = _Reader(path, dialect)
    lines = read_lines(path, dialect.encoding)
    while (row := reader.next_row(lines)) is not None:
        yield row


class _Reader:
    """Takes rows apart; remembers the quoted cell that is open, for the errors."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self._path = path
        self._dialect = dialect
        self._quote = dialect.quote
        self._open: tuple[int, int] | None = None
        self._is_first_row = True
        if self._quote:
            quote = re.escape(self._quote)
            other = f"[^{quote}]" if dialect.doubled else rf"[^{quote}\\]"
            pair = quote * 2 if dialect.doubled else r"\\."
            self._inside = re.compile(f"{other}*(?:{pair}{other}*)*", re.DOTALL)

    def next_row(self, lines: Iterator[tuple[int, str]]) -> Row | None:
        """Return the next row, or None at the end of the file."""
        started = self._first_line(lines)
        if started is None:
            return None
        line, text = started
        if self._quote is not None and self._quote in text:
            cursor = _Cursor(lines, line, text)
            self._read_cells(cursor)
            self._is_first_row = False
            return Row(line, cursor.cells, cursor.text.endswith("\n"))
        self._is_first_row = False
        return Row(line, self._plain_cells(line, text), text.endswith("\n"))

    def _first_line(self, lines: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
        """Return the next line that begins a row."""
        comment, skipped = self._dialect.comment, self._dialect.skipped
        while (started := self._next_line(lines)) is not None:
            if started[0] > skipped and not (comment and started[1].startswith(comment)):
                break
        return started

    def _next_line(self, lines: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
        try:
            line = next(lines, None)
        except BadText as fault:
            self._fail(fault.message, fault.remedy, fault.line, self._column_after(fault.before))
        if line is not None and len(line[1]) > LIMIT:
            self._refuse_large(line[0], self._column_after(line[1]))
        return line

    def _plain_cells(self, line: int, text: str) -> list[str]:
        body = _without_end(text)
        cells = body.split(self._dialect.delimiter)
        if "\r" in body:
            self._refuse_return(line, body)
        return [cell.lstrip() for cell in cells] if self._dialect.skip_space else cells

    def _read_cells(self, cursor: _Cursor) -> None:
        """Read the cells of a row that has quotes, over as many lines as it takes."""
        quote, delimiter = str(self._quote), self._dialect.delimiter
        while True:
            while self._dialect.skip_space and cursor.text.startswith(" ", cursor.at):
                cursor.at += 1
            quoted = cursor.text.startswith(quote, cursor.at)
            opened = (cursor.line, len(cursor.cells) + 1)
            cursor.cells.append(
                self._quoted_cell(cursor, opened) if quoted else self._bare_cell(cursor)
            )
            if cursor.text.startswith(delimiter, cursor.at):
                cursor.at += len(delimiter)
            elif rest := _without_end(cursor.text[cursor.at :]):
                self._refuse_text_after_quote(cursor.line, opened, rest)
            else:
                return

    def _quoted_cell(self, cursor: _Cursor, opened: tuple[int, int]) -> str:
        parts: list[str] = []
        cursor.at += 1
        size = 0
        self._open = opened
        while True:
            match = self._inside.match(cursor.text, cursor.at)
            end = match.end() if match else cursor.at
            parts.append(cursor.text[cursor.at : end])
            size += end - cursor.at
            if size > LIMIT:
                self._refuse_large(*opened)
            if end < len(cursor.text):
                break
            cursor.line, cursor.text, cursor.at = self._continuation(cursor, opened)
        self._open = None
        cursor.at = end + 1
        return self._unquoted("".join(parts))

    def _continuation(self, cursor: _Cursor, opened: tuple[int, int]) -> tuple[int, str, int]:
        following = self._next_line(cursor.lines)
        if following is None:
            self._fail(
                f"The quote that opens {_cell(opened[1])} of this row is never closed.",
                "Close it, or get the file again if it is cut off.",
                *opened,
            )
        return (*following, 0)

    def _bare_cell(self, cursor: _Cursor) -> str:
        end = cursor.text.find(self._dialect.delimiter, cursor.at)
        rest = cursor.text[cursor.at :] if end < 0 else cursor.text[cursor.at : end]
        cell = _without_end(rest) if end < 0 else rest
        if "\r" in cell:
            self._refuse_return(cursor.line, cell, len(cursor.cells))
        if str(self._quote) in cell:
            self._fail(
                "A quote stands in a cell that does not begin with one.",
                "Put the whole cell in quotes, without a space before it, and write quotes within "
                "it twice.",
                cursor.line,
                len(cursor.cells) + 1,
            )
        cursor.at += len(cell)
        return cell

    def _unquoted(self, text: str) -> str:
        quote = str(self._quote)
        if self._dialect.doubled:
            return text.replace(quote * 2, quote)
        return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)

    def _column_after(self, before: str) -> int:
        """Return the number of the cell that a text from the start of a line ends in."""
        earlier, start = 0, before
        if self._open is not None:
            earlier, start = self._open[1] - 1, f"{self._quote}{before}"
        cells = _Reader(self._path, self._dialect)
        try:
            row = cells.next_row(iter([(self._dialect.skipped + 1, start[:LIMIT])]))
        except InputError as error:
            return earlier + (error.column or 1)
        return earlier + (len(row.cells) if row else 1)

    def _refuse_large(self, line: int, column: int) -> NoReturn:
        self._fail(
            f"{_cell(column).capitalize()} of this row is larger than {LIMIT >> 20} MiB.",
            "Look for a quote that is not closed, or for line ends that got lost; cut the cell "
            "where it is really so large.",
            *(self._open or (line, column)),
        )

    def _refuse_text_after_quote(self, line: int, opened: tuple[int, int], rest: str) -> NoReturn:
        used, other = self._dialect.delimiter, DELIMITERS.get(rest[0])
        if self._is_first_row and opened[1] == 1 and other:
            names = DELIMITERS.get(used, f"'{used}'")
            self._fail(
                f"The cells seem to be separated by {other}, not by {names}.",
                f"Save the table with {names} between the cells.",
                *opened,
            )
        self._fail(
            f"The quote that opens {_cell(opened[1])} of this row closes{_on(line, opened[0])} "
            "with other text after it.",
            "Close the quote at the end of the cell, and write quotes within it twice.",
            *opened,
        )

    def _refuse_return(self, line: int, body: str, earlier: int = 0) -> NoReturn:
        before = body.partition("\r")[0]
        self._fail(
            "A carriage return stands alone, as in files of old Macintosh programs.",
            "Save the file with the line ends of Windows or Unix.",
            line,
            earlier + before.count(self._dialect.delimiter) + 1,
        )

    def _fail(self, message: str, remedy: str, line: int, column: int) -> NoReturn:
        raise InputError(message, file=self._path, line=line, column=column, remedy=remedy)


def _without_end(text: str) -> str:
    """Return a line without its line feed, and the carriage return before that."""
    return text.removesuffix("\n").removesuffix("\r")


def _cell(column: int) -> str:
    return f"cell {column}"


def _on(line: int, opened: int) -> str:
    return "" if line == opened else f" on line {line}"
