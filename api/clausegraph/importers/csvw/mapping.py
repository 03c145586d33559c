"""What a mapping says: its tables, their columns, and how each becomes part of the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clausegraph.importers.csvcells import Dialect
from clausegraph.importers.csvw.datatypes import Datatype
from clausegraph.importers.csvw.jsonfile import Node
from clausegraph.importers.csvw.templates import Template


@dataclass(frozen=True)
class Column:
    """A column of a table, or a virtual one, which only makes statements.

    `own_subject` says that the column names the subject of its statements itself; `nulls` are the
    texts that stand for no value; `node` is where the mapping describes it.
    """

    node: Node
    name: str
    titles: tuple[str, ...] = ()
    virtual: bool = False
    suppressed: bool = False
    required: bool = False
    separator: str | None = None
    default: str = ""
    nulls: frozenset[str] = frozenset({""})
    language: str | None = None
    datatype: Datatype = field(default_factory=Datatype)
    subject: Template | None = None
    own_subject: bool = False
    predicate: Template | None = None
    value: Template | None = None

    @property
    def heading(self) -> str:
        """How messages call the column: by its heading in the table."""
        return self.titles[0] if self.titles else self.name


@dataclass(frozen=True)
class Layout:
    """What stands around the records of a table's file, and the spaces in its cells.

    `headers` is the number of header rows; `columns` that of the cells to pass over in each row.
    """

    dialect: Dialect = field(default_factory=Dialect)
    headers: int = 1
    columns: int = 0
    trim: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must be in columns of another table; `table` is its place."""

    node: Node
    columns: tuple[str, ...]
    table: int
    referenced: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table; `url` is its name in the mapping, `base` the IRI that relative ones are resolved
    against, None where the mapping gives none."""

    node: Node
    url: str
    columns: tuple[Column, ...]
    layout: Layout
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    suppressed: bool = False

    @property
    def cells(self) -> tuple[Column, ...]:
        """The columns that the file has."""
        return tuple(column for column in self.columns if not column.virtual)


@dataclass(frozen=True)
class Notes:
    """What the mapping says of the tables as a whole: `left` are further properties, not used."""

    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    creators: tuple[tuple[str, str], ...] = ()
    license: str | None = None
    url: str | None = None
    date: str | None = None
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableMapping:
    """A whole mapping file."""

    node: Node
    tables: tuple[Table, ...]
    notes: Notes
