"""Which columns a table of AGORA has: those that are known, tags, and others, which are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clausegraph.importers.agora import fields
from clausegraph.importers.agora.fields import cell, listed, truth
from clausegraph.importers.csvfile import Record

# What the names of tags begin with.
_GROUPS = ("Applications: ", "Harms: ", "Incentives: ", "Risk factors: ", "Strategies: ")
# What is longer, or on several lines, is prose.
_LONGEST_NOTE = 200


@dataclass(frozen=True)
class Columns:
    """The columns of a table; `tags` are known ones, `new_tags` only look like tags."""

    missing: tuple[str, ...]
    tags: tuple[str, ...]
    new_tags: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def flags(self) -> tuple[str, ...]:
        """All columns that say of a tag whether it applies."""
        return self.tags + self.new_tags


@dataclass(frozen=True)
class Tagging:
    """The tags of a row, A to Z, and how its cells come to them.

    `yes`, `no` and `blank` count the cells of the columns of tags; `unlisted` are tags of such
    columns that the list in the column Tags lacks, `unflagged` tags of the list whose column does
    not say true.
    """

    tags: tuple[str, ...]
    yes: int
    no: int
    blank: int
    unlisted: tuple[str, ...]
    unflagged: tuple[str, ...]


def sort_columns(header: Sequence[str], fixed: Collection[str], tags: Mapping[str, str]) -> Columns:
    """Sort the names of a header."""
    rest = [name for name in header if name not in fixed]
    new_tags = [name for name in rest if name not in tags and name.startswith(_GROUPS)]
    return Columns(
        missing=tuple(name for name in fixed if name not in header),
        tags=tuple(name for name in rest if name in tags),
        new_tags=tuple(new_tags),
        unknown=tuple(name for name in rest if name not in tags and name not in new_tags),
    )


def read_tags(record: Record, columns: Columns) -> Tagging:
    """Return the tags of a row, from its columns of tags and its list; InputError for a cell that
    is neither true nor false."""
    values = {name: truth(record, name) for name in columns.flags}
    flagged = [name for name, value in values.items() if value]
    names = listed(cell(record, fields.TAGS))
    has_list = fields.TAGS in record.cells
    return Tagging(
        tags=tuple(sorted({*flagged, *names})),
        yes=len(flagged),
        no=sum(value is False for value in values.values()),
        blank=sum(value is None for value in values.values()),
        unlisted=tuple(sorted(set(flagged) - set(names))) if has_list else (),
        unflagged=tuple(sorted(set(names) - set(flagged))) if columns.flags else (),
    )


def other_cells(record: Record, columns: Columns) -> Iterator[tuple[str, str, bool]]:
    """Yield name and value of each unknown column that has one, and whether that is prose."""
    for name in columns.unknown:
        if value := cell(record, name):
            yield name, value, is_prose(value)


def is_prose(value: str) -> bool:
    """Tell whether a value is more than a note."""
    return len(value) > _LONGEST_NOTE or "\n" in value or "\r" in value
