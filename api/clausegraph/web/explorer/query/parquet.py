"""A table as a Parquet file: columns of one type, compressed, with its query beside it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date

import arro3.core
import arro3.io

from clausegraph.errors import ResultTooLarge
from clausegraph.web.explorer.query.table import Column, Table

MEDIA_TYPE = "application/vnd.apache.parquet"
MOST_ROWS = 1_000_000

_TYPES: Mapping[type, arro3.core.DataType] = {
    str: arro3.core.DataType.utf8(),
    int: arro3.core.DataType.int64(),
    float: arro3.core.DataType.float64(),
    bool: arro3.core.DataType.bool(),
    date: arro3.core.DataType.date32(),
}
_FIRST_DAY = date(1970, 1, 1)


def write(table: Table, about: Mapping[str, str]) -> bytes:
    """Return a Parquet file; `about` is in its key-value metadata, after `clausegraph.`.

    Raises ResultTooLarge where there are too many rows.
    """
    if table.rows > MOST_ROWS:
        raise ResultTooLarge(
            f"The result has {table.rows:,} rows; a Parquet file is made of {MOST_ROWS:,} here.",
            remedy="Add LIMIT and OFFSET with an ORDER BY, or take CSV.",
        )
    arrays = [_array(column) for column in table.columns]
    fields = [
        arro3.core.Field(column.name, _TYPES[column.type], nullable=True)
        for column in table.columns
    ]
    schema = arro3.core.Schema(fields)
    buffer = io.BytesIO()
    arro3.io.write_parquet(
        arro3.core.Table.from_arrays(arrays, schema=schema),
        buffer,
        compression="zstd(3)",
        key_value_metadata={f"clausegraph.{name.lower()}": text for name, text in about.items()},
    )
    return buffer.getvalue()


def _array(column: Column) -> arro3.core.Array:
    if column.type is not date:
        return arro3.core.Array(column.values, type=_TYPES[column.type])
    days = [
        (value - _FIRST_DAY).days if isinstance(value, date) else None for value in column.values
    ]
    return arro3.core.Array(days, type=arro3.core.DataType.int32()).cast(_TYPES[date])
