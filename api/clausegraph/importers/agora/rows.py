"""One row of documents.csv, read and checked, nothing interpreted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from clausegraph.importers.agora import fields
from clausegraph.importers.agora.columns import Columns, Tagging, is_prose, other_cells, read_tags
from clausegraph.importers.agora.fields import Date, address, cell, date, listed, number, truth
from clausegraph.importers.agora.states import State, state_of
from clausegraph.importers.csvfile import Record

# What the row records of AGORA's own work on the text; there is no term for it, so it is kept.
_KEPT = (
    fields.TEXT_RETRIEVED,
    fields.TEXT_SOURCE,
    fields.PDF_RETRIEVED,
    fields.PDF_SOURCE,
    fields.SEGMENTS,
)
_KEPT_IF_TRUE = (fields.ANNOTATED, fields.VALIDATED, fields.MACHINE, fields.NO_TEXT)
_APPLIES = (fields.GOVERNMENT, fields.PRIVATE)
# Programs that know numbers with empty cells as fractions only write 15 as 15.0.
_COUNT = re.compile(r"([0-9]{1,9})(?:\.0)?")


@dataclass(frozen=True)
class DocumentRow:
    """What a row says of a document.

    `applies` names the columns by which it applies mainly to somebody; `notes` are the fields
    without a term of ours, `unknown` those of them in columns that are no part of AGORA as we know
    it; `prose` are the texts, by column.
    """

    record: Record
    agora_id: str
    name: str
    other_name: str
    link: NamedNode | None
    authority: str
    collections: tuple[str, ...]
    status: str
    status_date: Date | None
    proposed: Date | None
    state: State
    applies: tuple[str, ...]
    tagging: Tagging
    notes: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]
    prose: tuple[tuple[str, str], ...]

    @property
    def is_proposed_too_late(self) -> bool:
        """Whether the row dates the proposal after what it calls the most recent activity."""
        if self.proposed is None or self.status_date is None:
            return False
        return self.status in fields.MILESTONES and self.proposed.is_after(self.status_date)

    @property
    def contradictions(self) -> tuple[str, ...]:
        """How the row's flags on its checking contradict each other."""
        validated = truth(self.record, fields.VALIDATED)
        found = []
        if validated and truth(self.record, fields.MACHINE):
            found.append("is validated and may include unreviewed machine output")
        if validated and truth(self.record, fields.ANNOTATED) is False:
            found.append("is validated and not annotated")
        return tuple(found)

    @property
    def stated_segments(self) -> int | None:
        """How many segments the row says that there are, None where it gives no number."""
        found = _COUNT.fullmatch(cell(self.record, fields.SEGMENTS))
        return int(found[1]) if found else None


def read_row(record: Record, columns: Columns) -> DocumentRow:
    """Read a row, or raise InputError that names the column."""
    others = list(other_cells(record, columns))
    link = address(cell(record, fields.LINK))
    unknown = tuple((column, value) for column, value, prose in others if not prose)
    row = DocumentRow(
        record=record,
        agora_id=number(record, fields.ID),
        name=_name(record),
        other_name=_one_line(cell(record, fields.OTHER_NAME)),
        link=link,
        authority=cell(record, fields.AUTHORITY),
        collections=listed(cell(record, fields.COLLECTIONS)),
        status=cell(record, fields.STATUS),
        status_date=date(record, fields.STATUS_DATE),
        proposed=date(record, fields.PROPOSED),
        state=state_of(*(truth(record, column) for column in _KEPT_IF_TRUE[:3])),
        applies=tuple(column for column in _APPLIES if truth(record, column)),
        tagging=read_tags(record, columns),
        notes=tuple(_notes(record, link)),
        unknown=unknown,
        prose=tuple(_prose(record, others)),
    )
    _refuse_bad_dates(record)
    return row


def _name(record: Record) -> str:
    name = _one_line(cell(record, fields.NAME))
    if not name:
        raise record.error(fields.NAME, "The cell is empty.", "Give the document its name.")
    return name


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")) if "\n" in text else text


def _notes(record: Record, link: NamedNode | None) -> Iterator[tuple[str, str]]:
    if link is None and (text := cell(record, fields.LINK)):
        yield fields.LINK, _one_line(text)
    dates_nothing = cell(record, fields.STATUS) not in fields.MILESTONES
    if dates_nothing and (text := cell(record, fields.STATUS_DATE)):
        yield fields.STATUS_DATE, text
    for column in _KEPT:
        if text := cell(record, column):
            yield column, _one_line(text)
    for column in _KEPT_IF_TRUE:
        if truth(record, column):
            yield column, "true"


def _prose(record: Record, others: list[tuple[str, str, bool]]) -> Iterator[tuple[str, str]]:
    for column in (fields.SHORT, fields.LONG):
        if text := cell(record, column):
            yield column, text
    yield from ((column, value) for column, value, prose in others if prose)


def _refuse_bad_dates(record: Record) -> None:
    """Raise InputError for a date that is kept as a note and is none."""
    for column in (fields.TEXT_RETRIEVED, fields.PDF_RETRIEVED):
        if not is_prose(cell(record, column)):
            date(record, column)
