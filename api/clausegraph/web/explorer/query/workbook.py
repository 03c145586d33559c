"""A table as an Excel workbook (ECMA-376): texts stay texts, whatever they look like."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime

import xlsxwriter

from clausegraph.errors import ResultTooLarge
from clausegraph.web.explorer.query.table import Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
LONGEST = 32_767  # characters that a cell may have
_WIDEST = 60  # characters of a column as it is first seen
_LOOKED_AT = 200  # rows that the width of a column is taken from
# So that the same answer is the same file.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FIRST_YEAR = 1900  # before which a workbook has no dates


def write(table: Table, about: Mapping[str, str]) -> bytes:
    """Return a workbook with the table, and a second sheet that says where it is from.

    No text is read as a formula, a number or a link: every cell is written by its type. Raises
    ResultTooLarge where a workbook cannot hold it.
    """
    if table.rows > MOST_ROWS:
        raise ResultTooLarge(
            f"The result has {table.rows:,} rows; a workbook is made of {MOST_ROWS:,} at most.",
            remedy="Add LIMIT and OFFSET with an ORDER BY, or take CSV or Parquet.",
        )
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"title": "Result of a query", "created": _CREATED})
    head = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Result")
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(table.columns):
        sheet.write_string(0, number, column.name, head)
        shown = [str(value) for value in column.values[:_LOOKED_AT] if value is not None]
        width = max(map(len, (column.name, *shown)))
        sheet.set_column(number, number, min(width + 2, _WIDEST))
        for row, value in enumerate(column.values, 1):
            _write(sheet, row, number, value, day)
    if table.rows and table.columns:
        sheet.autofilter(0, 0, table.rows, len(table.columns) - 1)
    _about(book, head, about)
    book.close()
    return buffer.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: object,
    day: xlsxwriter.format.Format,
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, value, day)
    else:
        text = str(value)
        if len(text) > LONGEST:
            raise ResultTooLarge(
                f"Row {row:,} has a text of {len(text):,} characters; a cell of a workbook holds "
                f"{LONGEST:,} at most.",
                remedy="Take CSV or Parquet.",
            )
        sheet.write_string(row, column, text)


def _about(
    book: xlsxwriter.Workbook, head: xlsxwriter.format.Format, about: Mapping[str, str]
) -> None:
    """Write where the table is from; a query that is longer than a cell goes on below."""
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 100)
    row = 0
    for name, text in about.items():
        sheet.write_string(row, 0, name, head)
        for start in range(0, max(len(text), 1), LONGEST):
            sheet.write_string(row, 1, text[start : start + LONGEST])
            row += 1
