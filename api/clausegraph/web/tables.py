"""Lists as tables: one row an item, in CSV or TSV, from a saved SELECT.

A table has what the list has: the whole of it where no `limit` is asked for, since a file that
ends early would not say so.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausegraph import formats
from clausegraph.web.documents import fill
from clausegraph.web.keyset import order, split

SYNTAXES = (formats.CSV, formats.TSV)
MAXIMUM_ROWS = 10_000

Row = tuple[str, str]  # an item and its key, in N-Triples syntax


def whole(table: str, listing: str, *, is_descending: bool) -> str:
    """Return the query `table` for everything that the query `listing` lists."""
    prologue, select = split(listing)
    return _table(table, prologue, f"{{ {select} }}", is_descending=is_descending)


def part(table: str, rows: Sequence[Row], *, is_descending: bool) -> str:
    """Return the query `table` for `rows`."""
    listed = " ".join(f"({item} {key})" for item, key in rows)
    values = f"VALUES (?item ?key) {{ {listed} }}"
    return _table(table, "", values, is_descending=is_descending)


def _table(table: str, prologue: str, listing: str, *, is_descending: bool) -> str:
    """Return the query with its list in place and the prefixes of both."""
    own, _, select = table.partition("\nSELECT")
    prefixes = {line for line in (prologue + own).splitlines() if line.startswith("PREFIX ")}
    values = {"listing": listing, "order": order(is_descending=is_descending)}
    return "\n".join([*sorted(prefixes), "SELECT" + fill(select, values)])
