"""The file of a table, bound to its description: which cell is which column, and its values."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.importers.csvcells import Row, read_rows
from clausegraph.importers.csvfile import wrong_width
from clausegraph.importers.csvw.datatypes import KEEP_SPACES
from clausegraph.importers.csvw.known import CONCEPT
from clausegraph.importers.csvw.mapping import Column, Table

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """A table with its file; `places` are the cells of its columns, `headings` all of the file's,
    empty where it has no header."""

    table: Table
    path: Path
    headings: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def undescribed(self) -> tuple[str, ...]:
        """The headings of columns that the mapping does not describe."""
        taken = set(self.places.values())
        skipped = self.table.layout.columns
        return tuple(
            name
            for place, name in enumerate(self.headings)
            if place not in taken and place >= skipped
        )

    @cached_property
    def slugged(self) -> tuple[Column, ...]:
        """The columns whose values are spelled as identifiers of this graph somewhere, but for
        codes of concepts, which may be spelled in any way that has the same identifier."""
        templates = [
            template
            for column in self.table.columns
            for template in (column.subject, column.value)
            if template is not None and template.slugged and CONCEPT not in template.absolute
        ]
        names = {name for template in templates for name in template.names}
        return tuple(column for column in self.table.cells if column.name in names)

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header, blank ones left out.

        Raises InputError for a row of another width.
        """
        rows = read_rows(self.path, self.table.layout.dialect)
        width = len(self.headings) or self.table.layout.columns + len(self.table.cells)
        columns = self.headings or tuple(column.heading for column in self.table.cells)
        for number, row in enumerate(_not_blank(rows)):
            if number < self.table.layout.headers:
                continue
            if len(row.cells) != width:
                raise wrong_width(self.path, row, columns)
            yield row

    def error(self, row: Row, column: Column, message: str, remedy: str) -> InputError:
        """Return an InputError about a cell."""
        place = self.places.get(column.name)
        return InputError(
            f"Column '{column.heading}': {message}",
            file=self.path,
            line=row.line,
            column=None if place is None else place + 1,
            remedy=remedy,
        )


def open_sheet(table: Table, path: Path) -> Sheet:
    """Read the header of a table's file and find the described columns in it, by title or name.

    Raises InputError for a column that is not there, or there twice.
    """
    rows = _not_blank(read_rows(path, table.layout.dialect))
    headers = list(islice(rows, table.layout.headers))
    if len(headers) < table.layout.headers:
        raise InputError("The file has no header.", file=path, line=1, remedy="Give a table.")
    if not headers:
        places = {
            column.name: table.layout.columns + number for number, column in enumerate(table.cells)
        }
        return Sheet(table, path, (), places)
    headings = tuple(headers[0].cells)
    places = {}
    for number, column in enumerate(table.cells):
        place = _place(column, number + table.layout.columns, headers)
        if place is None:
            raise _not_found(path, headers[0], column)
        if place in places.values():
            raise column.node.error(
                f"The column '{headings[place]}' is described twice.", "Remove one description."
            )
        places[column.name] = place
    return Sheet(table, path, headings, places)


def _not_blank(rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if row.cells != [""])


def _place(column: Column, number: int, headers: list[Row]) -> int | None:
    """Return the cell of a column: where a header says a title of it, or its name; by its place
    where the mapping gives neither."""
    names = [*column.titles, column.name]
    found = [
        place
        for header in headers
        for place, heading in enumerate(header.cells)
        if heading.strip() in names
    ]
    if len(set(found)) > 1:
        wanted = column.heading
        raise column.node.error(
            f"The table has several columns called '{wanted}' (cells "
            f"{' and '.join(str(place + 1) for place in found)}).",
            "Rename all but one of them.",
        )
    if not found and not column.titles and column.name.startswith("col."):
        return number if number < len(headers[0].cells) else None
    return found[0] if found else None


def _not_found(path: Path, header: Row, column: Column) -> InputError:
    near = difflib.get_close_matches(column.heading, header.cells, n=1)
    one = len(header.cells) == 1
    found = f"; the nearest is '{near[0]}'" if near else ""
    found = (
        "; the header is one cell, so another character may separate the cells" if one else found
    )
    return InputError(
        f"The column '{column.heading}' is missing{found}.",
        file=path,
        line=header.line,
        remedy='Correct the mapping\'s "titles", or its "dialect" ("delimiter").',
    )


def cell_values(column: Column, text: str, trim: tuple[bool, bool]) -> tuple[str, ...]:
    """Return the values of a cell, none if it is empty; ValueError says what is wrong with it.

    By "Model for Tabular Data and Metadata on the Web", section 6.4.
    """
    text = text.lstrip() if trim[0] else text
    text = text.rstrip() if trim[1] else text
    if column.datatype.base not in KEEP_SPACES:
        text = " ".join(text.split())
    text = text or column.default
    if text in column.nulls:
        if column.required:
            raise ValueError("it is empty, and required")
        return ()
    if column.separator is None:
        return (column.datatype.value(text),)
    start, end = (True, True) if column.datatype.base not in KEEP_SPACES else trim
    parts = [part.lstrip() if start else part for part in text.split(column.separator)]
    parts = [part.rstrip() if end else part for part in parts]
    filled = (part or column.default for part in parts)
    return tuple(column.datatype.value(part) for part in filled if part not in column.nulls)
