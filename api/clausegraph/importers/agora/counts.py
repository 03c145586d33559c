"""What an import counts as it goes; nothing here grows with the number of rows but the numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from clausegraph.importers.agora import fields
from clausegraph.importers.agora.columns import Tagging
from clausegraph.importers.agora.known import Known
from clausegraph.importers.agora.rows import DocumentRow
from clausegraph.importers.agora.segments import Segment
from clausegraph.importers.csvfile import Record

_LISTED = 1000  # faults that are told one by one; the others are counted


@dataclass(frozen=True)
class Fault:
    """Something in a table that is kept, and that its reader should know."""

    file: str
    line: int
    row: str
    message: str


@dataclass
class Cells:
    """The cells of columns of tags, and how lists of tags differ from them."""

    rows: int = 0
    yes: int = 0
    no: int = 0
    blank: int = 0
    unlisted: int = 0
    unflagged: int = 0
    stated: int = 0

    def take(self, tagging: Tagging) -> None:
        """Add those of a row."""
        self.rows += 1
        self.yes += tagging.yes
        self.no += tagging.no
        self.blank += tagging.blank
        self.unlisted += len(tagging.unlisted)
        self.unflagged += len(tagging.unflagged)
        self.stated += len(tagging.tags)


@dataclass
class Texts:
    """The files of the folder of texts: taken, left out, and those that no row is about."""

    taken: int = 0
    divided: int = 0
    empty: int = 0
    left_out: int = 0
    others: list[str] = field(default_factory=list)

    def sums(self) -> dict[str, int]:
        """Return the number of files by what became of them."""
        found = {
            "taken": self.taken,
            "left out (--with-text takes them)": self.left_out,
            "of documents in segments": self.divided,
            "empty": self.empty,
            "of no row": len(self.others),
        }
        return {name: number for name, number in found.items() if number}

    def as_json(self) -> dict[str, object]:
        """Return the counts as a tree."""
        numbers = {name: number for name, number in vars(self).items() if name != "others"}
        files = sum(numbers.values()) + len(self.others)
        return {"files": files, **numbers, "of_no_row": self.others}


@dataclass
class Counts:
    """The numbers of an import.

    `lost` counts what segments without a document had; `other_numbers` has, by document, how many
    segments there are and how many its row states, where these differ: as many as are told one by
    one.
    """

    known: Known
    joined: dict[str, str] = field(default_factory=dict)
    cells: Cells = field(default_factory=Cells)
    segment_cells: Cells = field(default_factory=Cells)
    states: Counter[str] = field(default_factory=Counter)
    unknown_terms: dict[str, Counter[str]] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    prose: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    all_faults: int = 0
    other_numbers: dict[str, tuple[int, int]] = field(default_factory=dict)
    all_other_numbers: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    texts: Texts | None = None

    def take_row(self, row: DocumentRow) -> None:
        """Add a row of documents.csv."""
        if described := self.known.documents.get(row.agora_id):
            self.joined[row.agora_id] = described.iri
        self.cells.take(row.tagging)
        self.states[row.state.name] += 1
        self._terms("agora-tag", row.tagging.tags)
        self._terms("agora-status", (row.status,) if row.status else ())
        self._terms("agora-collection", row.collections)
        self.notes.update(column for column, _ in (*row.notes, *row.unknown))
        self.prose.update(column for column, _ in row.prose)
        self._find_faults(row)

    def take_segment(self, segment: Segment, tagging: Tagging) -> None:
        """Add a row of segments.csv."""
        self.segment_cells.take(tagging)
        self._terms("agora-tag", segment.tags)
        self.notes.update(f"segments: {column}" for column, _ in segment.notes)
        self.prose.update(f"segments: {column}" for column, _ in segment.texts)

    def take_number(self, row: DocumentRow, segments: int) -> None:
        """Compare the number of a document's segments with the one that its row states."""
        stated = row.stated_segments
        if stated is None or stated == segments:
            return
        self.all_other_numbers += 1
        if len(self.other_numbers) < _LISTED:
            self.other_numbers[row.agora_id] = (segments, stated)

    def fault(self, record: Record, row: str, message: str) -> None:
        """Take down a fault."""
        self.add_fault(Fault(record.file.name, record.line, row, message))

    def add_fault(self, fault: Fault) -> None:
        """Take down a fault; from some number on they are only counted."""
        self.all_faults += 1
        if len(self.faults) < _LISTED:
            self.faults.append(fault)

    def _terms(self, scheme: str, names: tuple[str, ...]) -> None:
        for name in names:
            if self.known.concept(scheme, name) is None:
                self.unknown_terms.setdefault(scheme, Counter())[name] += 1

    def _find_faults(self, row: DocumentRow) -> None:
        for message in faults_of(row):
            self.fault(row.record, row.agora_id, message)


def faults_of(row: DocumentRow) -> list[str]:
    """Return what is wrong with a row that can be imported all the same."""
    found = []
    if row.is_proposed_too_late and row.proposed and row.status_date:
        found.append(
            f"is proposed on {row.proposed.text}, after {fields.ACTIVITIES[row.status]} on "
            f"{row.status_date.text}"
        )
    found += row.contradictions
    if any(column == fields.LINK for column, _ in row.notes):
        found.append(f"has a '{fields.LINK}' that is no address; kept as a note")
    for names, what in (
        (row.tagging.unlisted, "flagged and not listed"),
        (row.tagging.unflagged, "listed and not flagged"),
    ):
        if names:
            found.append(f"has tags that are {what}: {'; '.join(names)}")
    return found
