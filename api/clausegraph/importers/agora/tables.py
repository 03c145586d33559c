"""The files of a copy of AGORA: where they lie, and their records with all faults at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from clausegraph.errors import InputError, InputErrors
from clausegraph.importers.agora.fields import cell
from clausegraph.importers.csvfile import Record, read_header, read_records

DOCUMENTS, SEGMENTS = "documents", "segments"
AUTHORITIES, COLLECTIONS = "authorities", "collections"
_TEXTS = "fulltext"
_TOLD_AT_ONCE = 20
_PART = 1 << 20
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}

_Taken = TypeVar("_Taken")


@dataclass(frozen=True)
class Copy:
    """A copy of AGORA: its tables by name, those that are there, and its folder of texts."""

    tables: Mapping[str, Path]
    texts: Path | None

    @property
    def documents(self) -> Path:
        """The table of documents."""
        return self.tables[DOCUMENTS]


def find_copy(path: Path) -> Copy:
    """Return the tables at a folder, or beside a table of documents, whatever its name.

    Raises InputError where there is none.
    """
    if path.suffix.lower() == ".zip":
        raise InputError(
            "This is an archive.", file=path, remedy="Unpack it, and name the folder that results."
        )
    if not path.exists():
        raise InputError("There is no such file or folder.", file=path, remedy="Check its path.")
    folder = path if path.is_dir() else path.parent
    documents = path / f"{DOCUMENTS}.csv" if path.is_dir() else path
    if not documents.is_file():
        raise InputError(
            f"The folder holds no {DOCUMENTS}.csv.",
            file=path,
            remedy="Name the folder of AGORA's tables, or the table of documents itself.",
        )
    others = {name: folder / f"{name}.csv" for name in (AUTHORITIES, COLLECTIONS, SEGMENTS)}
    found = {name: other for name, other in others.items() if other.is_file()}
    texts = folder / _TEXTS
    return Copy({DOCUMENTS: documents, **found}, texts if texts.is_dir() else None)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in lower-case hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_columns(path: Path, required: Sequence[str]) -> tuple[str, ...]:
    """Return the header of a table, or raise InputError.

    Names of tags hold commas, so that a header with another delimiter is not one cell here.
    """
    first = read_header(path)[0]
    rest = first.removeprefix(required[0])
    if rest != first and rest[:1] in _DELIMITERS:
        raise InputError(
            f"The cells seem to be separated by {_DELIMITERS[rest[0]]}, not by commas.",
            file=path,
            line=1,
            column=1,
            remedy="Save the table with commas between the cells.",
        )
    return read_header(path, required=required)


def count_lines(path: Path) -> int:
    """Return the number of lines of a file, at least 1."""
    with path.open("rb") as stream:
        return max(1, sum(part.count(b"\n") for part in iter(lambda: stream.read(_PART), b"")))


def taken(records: Iterable[Record], take: Callable[[Record], _Taken]) -> Iterator[_Taken]:
    """Yield what `take` makes of each record, up to the first that it refuses.

    From there on the records are only checked, so that one run tells several faults: they are
    raised together, twenty at most.
    """
    errors: list[InputError] = []
    stream = iter(records)
    while len(errors) < _TOLD_AT_ONCE:
        try:
            record = next(stream, None)
        except InputError as error:
            errors.append(error)
            break
        if record is None:
            break
        try:
            value = take(record)
        except InputError as error:
            if error.file != record.file:  # no fault of this table
                raise
            errors.append(error)
            continue
        if not errors:
            yield value
    if errors:
        raise InputErrors(errors) if len(errors) > 1 else errors[0]


def count_collections(path: Path | None, codes: Mapping[str, str]) -> dict[str, int] | None:
    """Return how many rows of collections.csv name a collection that is known, one that is new,
    and the part of a name that its commas cut."""
    if path is None:
        return None
    names = [cell(record, "Name") for record in read_records(path, required=("Name",))]
    parts = {part.strip() for name in names for part in name.split(",") if "," in name}
    known = sum(name in codes for name in names)
    halves = sum(name in parts and name not in codes for name in names)
    rest = len(names) - known - halves
    return {"rows": len(names), "known": known, "parts of another name": halves, "new": rest}
