"""Import a copy of AGORA: its tables row by row, one file a document, all of them or none."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from clausegraph.authored import describe_graph
from clausegraph.errors import InputError
from clausegraph.importers.agora import about, fields, tables, texts
from clausegraph.importers.agora.authorities import (
    Authorities,
    describe_authorities,
    read_authorities,
)
from clausegraph.importers.agora.columns import Columns, sort_columns
from clausegraph.importers.agora.counts import Counts, Fault, Texts
from clausegraph.importers.agora.documents import Writer
from clausegraph.importers.agora.known import Known, load_known
from clausegraph.importers.agora.report import Report
from clausegraph.importers.agora.rows import DocumentRow, read_row
from clausegraph.importers.agora.segments import Shelf, read_segment, shelf
from clausegraph.importers.agora.states import AGORA
from clausegraph.importers.agora.tables import Copy, find_copy, taken
from clausegraph.importers.csvfile import Record, read_records
from clausegraph.importers.folder import graph_base, update
from clausegraph.importers.provenance import PROJECT
from clausegraph.turtle import render

_MARKER = "Imported by `clausegraph import agora`:"
_COMMENT = f"{_MARKER}\nchange AGORA's tables and import them again, not this file."
_START = "agora-"
_WIDTH = 110

Progress = Callable[[str, int, float], None]


def _silent(_what: str, _rows: int, _share: float) -> None:
    """Report progress to nobody."""


def import_agora(
    path: Path, output: Path, *, with_text: bool = False, progress: Progress = _silent
) -> Report:
    """Write the copy of AGORA at `path` (a folder, or its documents.csv) to a folder as Turtle.

    The names of all files begin with `agora-`: one for each document, and with `with_text` one
    more for its prose; one for the authorities and one for the import. Files of an earlier import
    that are no longer needed are removed; nothing else is touched, and nothing at all where
    anything is wrong. `progress` is told what is read, how many rows of it and which share. Raises
    InputError, or InputErrors for several faults, with file, line and column.
    """
    copy, known = find_copy(path), load_known()
    authorities = read_authorities(copy.tables.get(tables.AUTHORITIES), known)
    tags = known.schemes["agora-tag"]
    header = tables.read_columns(copy.documents, (fields.ID, fields.NAME))
    columns = sort_columns(header, fields.DOCUMENT_COLUMNS, tags)
    collections = tables.count_collections(
        copy.tables.get(tables.COLLECTIONS), known.schemes["agora-collection"]
    )
    with shelf() as kept:
        run = _Import(copy, output, with_text, progress, kept, known, authorities, columns)
        run.read_segments()
        changes = update(output, run.files(), _MARKER)
    written = len(changes.written)
    return Report(
        folder=output,
        tables=copy.tables,
        columns=columns,
        segment_columns=run.segment_columns,
        counts=run.counts,
        made=run.made,
        authorities=run.count_authorities(),
        unlisted_authorities=run.unlisted_authorities(),
        collections=collections,
        with_text=with_text,
        files={
            "written": written,
            "unchanged": run.file_count - written,
            "removed": len(changes.removed),
        },
    )


@dataclass
class _Import:
    """One run: what it reads from, what it writes with, and what it has counted so far."""

    copy: Copy
    output: Path
    with_text: bool
    progress: Progress
    shelf: Shelf
    known: Known
    authorities: Authorities
    columns: Columns
    segment_columns: Columns | None = None
    made: Counter[str] = field(default_factory=Counter)
    file_count: int = 0
    used: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counts = Counts(self.known, texts=Texts() if self.copy.texts else None)
        self._writer = Writer(self.known, self.authorities, self.made)
        self._graphs = graph_base(self.output)

    def read_segments(self) -> None:
        """Put the rows of segments.csv on the shelf."""
        path = self.copy.tables.get(tables.SEGMENTS)
        if path is None:
            return
        header = tables.read_columns(path, (fields.DOCUMENT, fields.POSITION, fields.TAGS))
        tags = self.known.schemes["agora-tag"]
        self.segment_columns = sort_columns(header, fields.SEGMENT_COLUMNS, tags)
        lines = tables.count_lines(path)
        taken_lines = taken(read_records(path), self._take_segment)
        for number, line in enumerate(taken_lines, start=1):
            self.progress(path.name, number, line / lines)

    def _take_segment(self, record: Record) -> int:
        assert self.segment_columns is not None  # noqa: S101  (read_segments has set it)
        segment, tagging = read_segment(record, self.segment_columns)
        self.shelf.add_segment(record, segment, with_text=self.with_text)
        self.counts.take_segment(segment, tagging)
        return record.line

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of each file."""
        path = self.copy.documents
        lines = tables.count_lines(path)
        rows = taken(read_records(path), self._read_row)
        for number, row in enumerate(rows, start=1):
            self.counts.take_row(row)
            if self.segment_columns is not None:
                self.counts.take_number(row, self.shelf.count(row.agora_id))
            self.progress(path.name, number, row.record.line / lines)
            yield from self._document_files(row)
        if not self.counts.cells.rows:
            raise InputError(
                "The table has no rows.", file=path, line=1, remedy="Give a whole copy of AGORA."
            )
        self._count_orphans()
        self._count_texts()
        found = describe_authorities(self.authorities, self.used, path)
        table = tables.AUTHORITIES if tables.AUTHORITIES in self.copy.tables else tables.DOCUMENTS
        yield self._file(f"{_START}authorities", found, table)
        unknown = (*self.columns.new_tags, *self.columns.unknown)
        found = about.describe_import(self.copy, unknown)
        yield self._file(f"{_START}import", found, tables.DOCUMENTS, agent=PROJECT)

    def _read_row(self, record: Record) -> DocumentRow:
        row = read_row(record, self.columns)
        if (first := self.shelf.add_document(row.agora_id, record.line)) is not None:
            raise record.error(
                fields.ID, f"{row.agora_id} is on line {first} already.", "Remove one of the rows."
            )
        if row.authority:
            self.used.setdefault(row.authority, record.line)
        return row

    def _document_files(self, row: DocumentRow) -> Iterator[tuple[str, str]]:
        segments = self.shelf.segments(row.agora_id) if self.segment_columns else ()
        name = f"{_START}{row.agora_id}"
        yield self._file(name, self._writer.describe(row, segments), tables.DOCUMENTS)
        if self.with_text:
            yield from self._text_file(row)

    def _text_file(self, row: DocumentRow) -> Iterator[tuple[str, str]]:
        segments = self.shelf.segments(row.agora_id) if self.segment_columns else ()
        whole = self._whole_text(row)
        described = self.known.documents.get(row.agora_id)
        document = self._writer.document(row)
        triples = list(texts.describe_texts(document, row, segments, described, whole))
        if not triples:
            return
        name = f"{_START}{row.agora_id}-text"
        triples += texts.describe_terms(NamedNode(self._graphs + name))
        yield self._file(name, triples, tables.DOCUMENTS, _wrap(texts.TERMS))

    def _whole_text(self, row: DocumentRow) -> str:
        """Return a document's text as a whole, empty where its segments have it."""
        found, counts = texts.full_text(self.copy.texts, row), self.counts.texts
        if found is None or counts is None:
            return ""
        divided = any(map(texts.has_text, self.shelf.segments(row.agora_id)))
        counts.divided += divided
        counts.empty += not divided and not found
        counts.taken += not divided and bool(found)
        return "" if divided else found

    def _file(
        self,
        name: str,
        triples: Iterable[Triple],
        table: str,
        comment: str = "",
        agent: NamedNode = AGORA,
    ) -> tuple[str, str]:
        """Return a file with what its graph says of itself."""
        self.file_count += 1
        graph = NamedNode(self._graphs + name)
        header = describe_graph(graph, (about.source_of(table),), (agent,), about.IMPORT)
        text = f"{_COMMENT}\n{comment}" if comment else _COMMENT
        return f"{name}.ttl", render((*header, *triples), comment=text)

    def _count_orphans(self) -> None:
        path = self.copy.tables.get(tables.SEGMENTS)
        for lost in self.shelf.orphans() if path else ():
            assert path is not None  # noqa: S101
            self.counts.left_out[lost.document] = lost.number
            self.counts.lost.update(tags=lost.tags, prose=lost.prose)
            many = f"{lost.number} segment{'s' if lost.number > 1 else ''}"
            message = f"has {many}, and no row in {self.copy.documents.name}"
            self.counts.add_fault(Fault(path.name, lost.line, lost.document, message))

    def _count_texts(self) -> None:
        """Tell the files of the folder of texts that no row took."""
        found = self.counts.texts
        for identifier, name in texts.files(self.copy.texts) if found else ():
            assert found is not None  # noqa: S101
            if not self.shelf.has_document(identifier):
                found.others.append(name)
            elif not self.with_text:
                found.left_out += 1

    def count_authorities(self) -> dict[str, int] | None:
        """Return how many authorities of the table the documents name."""
        if tables.AUTHORITIES not in self.copy.tables:
            return None
        entries = self.authorities.entries
        named = sum(name in entries for name in self.used)
        return {"rows": len(entries), "named by documents": named, "others": len(entries) - named}

    def unlisted_authorities(self) -> dict[str, str]:
        """Return the authorities that the table lacks, with the first place that names each."""
        path = self.copy.tables.get(tables.AUTHORITIES)
        if path is None:
            return {}
        entries = self.authorities.entries
        rows = {name: f"{self.copy.documents.name}:{line}" for name, line in self.used.items()}
        parents = {entry.parent: path.name for entry in entries.values() if entry.parent}
        return {name: place for name, place in (parents | rows).items() if name not in entries}


def _wrap(text: str) -> str:
    lines = textwrap.wrap(text, _WIDTH, break_on_hyphens=False, break_long_words=False)
    return "\n".join(lines)
