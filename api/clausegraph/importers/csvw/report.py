"""What an import read and made, in counts that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausegraph.importers.csvw.mapping import Column


@dataclass
class ColumnCount:
    """The cells of a column: `filled` and `empty` make the rows; `statements` are the triples."""

    column: Column
    becomes: str
    filled: int = 0
    empty: int = 0
    values: int = 0
    statements: int = 0


@dataclass
class TableCount:
    """The rows of a table, its columns, and the headings that the mapping does not describe."""

    url: str
    file: str
    rows: int = 0
    columns: list[ColumnCount] = field(default_factory=list)
    undescribed: tuple[str, ...] = ()


@dataclass
class Report:
    """The counts of an import: `things` by class, `added` the triples that no column made (source,
    agent, activity and status of statements), `about` those about the graph itself, `repeated`
    statements that rows made again, `sample` what the first row says, as Turtle."""

    tables: list[TableCount] = field(default_factory=list)
    things: Counter[str] = field(default_factory=Counter)
    triples: int = 0
    added: int = 0
    about: int = 0
    repeated: int = 0
    notes: list[str] = field(default_factory=list)
    sample: str = ""

    def as_json(self) -> Mapping[str, Any]:
        """Return the counts as JSON has them."""
        return {
            "tables": [_table(table) for table in self.tables],
            "things": dict(sorted(self.things.items())),
            "triples": self.triples,
            "triplesOfColumns": sum(c.statements for t in self.tables for c in t.columns),
            "triplesAdded": self.added,
            "triplesAboutTheGraph": self.about,
            "repeated": self.repeated,
            "notes": self.notes,
        }


def _table(table: TableCount) -> Mapping[str, Any]:
    return {
        "url": table.url,
        "file": table.file,
        "rows": table.rows,
        "notDescribed": list(table.undescribed),
        "columns": [
            {
                "name": count.column.name,
                "heading": None if count.column.virtual else count.column.heading,
                "virtual": count.column.virtual,
                "becomes": count.becomes,
                "filled": count.filled,
                "empty": count.empty,
                "values": count.values,
                "triples": count.statements,
            }
            for count in table.columns
        ],
    }
