"""The columns of AGORA's tables by name, and what their cells mean; a cell that means nothing is an
error that names the column."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from clausegraph.importers.csvfile import Record
from clausegraph.vocabulary import XSD

ID = "AGORA ID"
NAME = "Official name"
OTHER_NAME = "Casual name"
LINK = "Link to document"
AUTHORITY = "Authority"
COLLECTIONS = "Collections"
STATUS = "Most recent activity"
STATUS_DATE = "Most recent activity date"
PROPOSED = "Proposed date"
ANNOTATED = "Annotated?"
VALIDATED = "Validated?"
GOVERNMENT = "Primarily applies to the government"
PRIVATE = "Primarily applies to the private sector"
SHORT = "Short summary"
LONG = "Long summary"
TAGS = "Tags"
MACHINE = "Summaries and tags may include unreviewed machine output"
TEXT_RETRIEVED = "Official plaintext retrieved"
TEXT_SOURCE = "Official plaintext source"
NO_TEXT = "Official plaintext unavailable/infeasible"
PDF_SOURCE = "Official pdf source"
PDF_RETRIEVED = "Official pdf retrieved"
SEGMENTS = "Number of segments created"

DOCUMENT_COLUMNS = (
    *(ID, NAME, OTHER_NAME, LINK, AUTHORITY, COLLECTIONS, STATUS, STATUS_DATE, PROPOSED),
    *(ANNOTATED, VALIDATED, GOVERNMENT, PRIVATE, SHORT, LONG, TAGS, MACHINE, TEXT_RETRIEVED),
    *(TEXT_SOURCE, NO_TEXT, PDF_SOURCE, PDF_RETRIEVED, SEGMENTS),
)

DOCUMENT = "Document ID"
POSITION = "Segment position"
TEXT = "Text"
SUMMARY = "Summary"
NOT_OPERATIVE = "Non-operative"
NOT_AI = "Not AI-related"
SEGMENT_ANNOTATED = "Segment annotated"
SEGMENT_VALIDATED = "Segment validated"

SEGMENT_COLUMNS = (
    *(DOCUMENT, POSITION, TEXT, SUMMARY, TAGS),
    *(NOT_OPERATIVE, NOT_AI, SEGMENT_ANNOTATED, SEGMENT_VALIDATED),
)

# What a status says that its date is the date of, as a code of the scheme milestone-kind.
MILESTONES: Mapping[str, str] = {
    "Enacted": "issued",
    "Proposed": "proposed",
    "Defunct": "defunct",
}

# What a row's most recent activity was to the document, in words.
ACTIVITIES: Mapping[str, str] = {
    "Enacted": "its enactment",
    "Proposed": "its most recent proposal",
    "Defunct": "its end",
}

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_DATE = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WEB = re.compile(r"(?:https?|ftp)://[^/?#]+.*", re.IGNORECASE)
_TRUTH: Mapping[str, bool | None] = {"true": True, "false": False, "": None}
_DATATYPES = {4: "gYear", 7: "gYearMonth", 10: "date"}
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Date:
    """A date as precise as it is written: a year, a month or a day."""

    text: str

    @property
    def literal(self) -> Literal:
        """The date as RDF."""
        return Literal(self.text, datatype=NamedNode(XSD + _DATATYPES[len(self.text)]))

    @property
    def begins_month(self) -> bool:
        """Whether it is the first of a month, which may stand for the month alone."""
        return self.text.endswith("-01") and _DATATYPES[len(self.text)] == "date"

    def is_after(self, other: Date) -> bool:
        """Tell whether even its first day comes after the last day that `other` can mean."""
        size = min(len(self.text), len(other.text))
        return self.text[:size] > other.text[:size]


def cell(record: Record, column: str) -> str:
    """Return a cell without white space around it, empty where there is no such column."""
    return record.cells.get(column, "").strip()


def number(record: Record, column: str) -> str:
    """Return a number that identifies something, as it is written, or raise InputError."""
    text = cell(record, column)
    if not _NUMBER.fullmatch(text):
        what = f"'{_shown(text)}' is no whole number." if text else "The cell is empty."
        raise record.error(column, what, "Write digits only, such as 1831, not 1831.0 or 01831.")
    return text


def truth(record: Record, column: str) -> bool | None:
    """Return a yes or no, None for an empty cell or column, or raise InputError."""
    text = record.cells.get(column, "")
    plain = text.strip().lower()
    if plain not in _TRUTH:
        what = f"'{_shown(text)}' is neither true nor false."
        raise record.error(column, what, "Write true or false, or leave the cell empty.")
    return _TRUTH[plain]


def date(record: Record, column: str) -> Date | None:
    """Return a date, None for an empty cell, or raise InputError."""
    text = cell(record, column)
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError as error:
        raise record.error(
            column,
            f"'{_shown(text)}' is no date.",
            "Write it as 2023-07-10, or 2023-07 or 2023 where no more is known.",
        ) from error
    return Date(text)


def address(text: str) -> NamedNode | None:
    """Return the IRI that an address is, or None where it is none on the web."""
    if not _WEB.fullmatch(text):
        return None
    try:
        return NamedNode(text)
    except ValueError:
        return None


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a list with semicolons, each once, in their order."""
    parts = (part.strip() for part in text.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _shown(text: str) -> str:
    one_line = " ".join(text.split())
    if len(one_line) <= _LONGEST_SHOWN:
        return one_line
    return one_line[:_LONGEST_SHOWN] + "..."
