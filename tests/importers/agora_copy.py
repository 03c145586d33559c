"""A made-up copy of AGORA: tables of the same shape, with rows that nobody else wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from clausegraph.importers.agora import Report, fields, import_agora
from clausegraph.importers.agora.known import load_known
from helpers import facts

TAGS = tuple(sorted(load_known().schemes["agora-tag"]))
AUTHORITIES = (
    "\ufeffName,Jurisdiction,Parent authority\n"
    "Other authorities,,\n"
    "Chinese central government,China,\n"
    "United Nations,Multinational,\n"
    "State governments,United States,\n"
    "Ruritania,,State governments\n"
)
COLLECTIONS = (
    "\ufeffName,Description\n"
    "executive orders,\n"
    "U.S. federal laws,Laws.\n"
    '"U.S. regulations, executive orders, and agency policies",Rules.\n'
)
PLAIN = {
    fields.ID: "9001",
    fields.NAME: "Made-up Act",
    fields.OTHER_NAME: "The Act",
    fields.LINK: "https://example.org/act",
    fields.AUTHORITY: "Ruritania",
    fields.COLLECTIONS: "U.S. federal laws",
    fields.STATUS: "Enacted",
    fields.STATUS_DATE: "2023-07-10",
    fields.PROPOSED: "2022-05-03",
    fields.ANNOTATED: "true",
    fields.VALIDATED: "false",
    fields.GOVERNMENT: "false",
    fields.PRIVATE: "true",
    fields.SHORT: "It asks for logs.",
    fields.LONG: "It asks for logs.\n\nIt does so at length.",
    fields.MACHINE: "false",
    fields.TEXT_RETRIEVED: "2024-10-29",
    fields.TEXT_SOURCE: "https://example.org/act",
    fields.NO_TEXT: "false",
    fields.PDF_SOURCE: "",
    fields.PDF_RETRIEVED: "",
    fields.SEGMENTS: "2",
}
SEGMENT = {
    fields.DOCUMENT: "9001",
    fields.POSITION: "1",
    fields.TEXT: "Keep a log.",
    fields.SUMMARY: "Asks for a log.",
    fields.TAGS: "Strategies: Disclosure",
}


def row(*tags: str, **changes: str) -> dict[str, str]:
    """A row of documents.csv with these tags; `changes` are its columns by their name in fields."""
    named = {getattr(fields, name): value for name, value in changes.items()}
    cells = {**PLAIN, fields.TAGS: ";".join(tags), **named}
    return {column: cells[column] for column in fields.DOCUMENT_COLUMNS} | {
        tag: str(tag in tags) for tag in TAGS
    }


def segment(**changes: str) -> dict[str, str]:
    """A row of segments.csv."""
    return SEGMENT | {getattr(fields, name): value for name, value in changes.items()}


def table(rows: Sequence[Mapping[str, str]], *, delimiter: str = ",") -> str:
    """Rows as CSV text."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_copy(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    segments: Sequence[Mapping[str, str]] = (),
) -> Path:
    """Write a copy of AGORA, and return its folder."""
    copy = folder / "agora"
    copy.mkdir(exist_ok=True)
    (copy / "documents.csv").write_text(table(rows), encoding="utf-8")
    (copy / "authorities.csv").write_text(AUTHORITIES, encoding="utf-8")
    (copy / "collections.csv").write_text(COLLECTIONS, encoding="utf-8")
    if segments:
        (copy / "segments.csv").write_text(table(segments), encoding="utf-8")
    return copy


def run(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    segments: Sequence[Mapping[str, str]] = (),
    *,
    with_text: bool = False,
) -> Report:
    """Import a copy with these rows to `folder`/out."""
    return import_agora(write_copy(folder, rows, segments), folder / "out", with_text=with_text)


def said(folder: Path, name: str = "agora-9001") -> set[str]:
    """What a file of the import says."""
    return facts(folder / "out" / f"{name}.ttl")


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}
