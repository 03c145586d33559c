"""Tables for reading at a terminal: what every row shares stands above, what repeats is a ditto."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from itertools import takewhile

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clausegraph import vocabulary
from clausegraph.library.result import Result, Row

DITTO = "″"
_EMPTY = "(empty in every row)"
_WIDTH_WHEN_PIPED = 100
_LONGEST_WORD = 16
_WORD = re.compile(r"[^\s:/_-]+")
_GAP = 2  # columns between two cells
_NAME_ENDS = ("/", ":", "#")


def console() -> Console:
    """Return a console on standard output; 100 columns wide where no terminal says otherwise."""
    width = None if sys.stdout.isatty() else _WIDTH_WHEN_PIPED
    return Console(file=sys.stdout, width=width, highlight=False)


def grid(columns: Sequence[str]) -> Table:
    """Return an empty table that breaks long cells rather than cutting them."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def print_rows(result: Result) -> None:
    """Print the rows of a result, none as nothing.

    Above the table stand the columns that are the same in every row, and the start that the IRIs of
    a column share (`clause: document/x/clause/...`). A ditto mark stands for what the row above
    says, as far as all to its left is the same too. What is too wide for a table is printed as
    blocks of lines, one block a row.
    """
    if not result.rows:
        return
    columns = {column: [shown(row, column) for row in result] for column in result.columns}
    varied = [column for column, values in columns.items() if len(set(values)) > 1] or list(columns)
    out = console()
    for column, values in columns.items():
        if column not in varied:
            out.print(Text(f"{column}: {values[0] or _EMPTY}"))
        elif start := _shared_start(result, column):
            out.print(Text(f"{column}: {start}..."))
            columns[column] = [value.removeprefix(start) for value in values]
    out.print()
    kept = {column: columns[column] for column in varied}
    widths = _widths(kept, out.width)
    if widths is None:
        _print_blocks(out, kept)
    else:
        _print_table(out, kept, widths)


def _widths(columns: Mapping[str, Sequence[str]], room: int) -> list[int] | None:
    """Share `room` out among the columns, or return None if it is too little to read.

    No word is cut that has at most _LONGEST_WORD characters, the words of an IRI being its parts;
    what is left over goes to the columns that break their cells into the most lines.
    """
    texts = [(name, *values) for name, values in columns.items()]
    whole = [max(map(len, cells)) for cells in texts]
    words = [max(len(word) for cell in cells for word in _WORD.findall(cell)) for cells in texts]
    widths = [min(word, _LONGEST_WORD) for word in words]
    spare = room - sum(widths) - _GAP * (len(widths) - 1)
    if spare < 0:
        return None
    for _ in range(spare):
        place = max(range(len(widths)), key=lambda each: whole[each] / widths[each])
        widths[place] += whole[place] > widths[place]
    return widths


def _print_table(out: Console, columns: Mapping[str, Sequence[str]], widths: Sequence[int]) -> None:
    table = grid(list(columns))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    before: tuple[str, ...] = ()
    for row in zip(*columns.values(), strict=True):
        table.add_row(*(Text(cell) for cell in _with_dittos(before, row)))
        before = row
    out.print(table)


def _print_blocks(out: Console, columns: Mapping[str, Sequence[str]]) -> None:
    for number, row in enumerate(zip(*columns.values(), strict=True)):
        if number:
            out.print()
        for name, cell in zip(columns, row, strict=True):
            if cell:
                out.print(Text(f"{name}: {cell}"))


def shown(row: Row, column: str) -> str:
    """Return a cell's text: an IRI as a CURIE or a path below `id/`, which --param takes too."""
    value = row[column]
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return vocabulary.compact(text).removeprefix(vocabulary.ID) if row.is_iri(column) else text


def _shared_start(result: Result, column: str) -> str:
    """Return what the IRIs of a column begin with, up to the end of a name, or an empty text."""
    rows = [row for row in result if row[column] is not None]
    filled = {shown(row, column) for row in rows}
    if len(filled) <= 1 or not all(row.is_iri(column) for row in rows):
        return ""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(min(filled), max(filled), strict=False))
    start = "".join(one for one, _ in alike)
    return start[: 1 + max(start.rfind(mark) for mark in _NAME_ENDS)]


def _with_dittos(before: Sequence[str], row: Sequence[str]) -> list[str]:
    same = 0
    while same < min(len(before), len(row)) and before[same] == row[same]:
        same += 1
    return [DITTO if place < same and cell else cell for place, cell in enumerate(row)]
