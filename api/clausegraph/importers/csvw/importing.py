"""Import tables by a mapping: one Turtle file, whole or not at all, and a report."""

from __future__ import annotations

import filecmp
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

from clausegraph import bundle
from clausegraph.errors import InputError, UsageError
from clausegraph.importers import shipped
from clausegraph.importers.csvw.conversion import Conversion
from clausegraph.importers.csvw.keys import open_keys
from clausegraph.importers.csvw.known import load_known
from clausegraph.importers.csvw.mapping import Table, TableMapping
from clausegraph.importers.csvw.provenance import Origin, describe
from clausegraph.importers.csvw.reading import read_mapping
from clausegraph.importers.csvw.report import Report
from clausegraph.importers.csvw.sheet import open_sheet
from clausegraph.textfiles import write_atomically
from clausegraph.turtle import render
from clausegraph.vocabulary import GRAPH, code_slug

_BATCH = 5_000  # triples that are laid out together
_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_MARKER_WITHIN = 64 * 1024
_UNCHANGED = "Check the folder, its permissions and the free space; nothing was changed."


@dataclass(frozen=True)
class Imported:
    """What an import made; `file` is where it is, None after a check, `changed` whether the file
    is another than before."""

    file: Path | None
    changed: bool
    report: Report


def import_csv(
    mapping: Path,
    tables: Sequence[Path] = (),
    output: Path | None = None,
    *,
    name: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Imported:
    """Write what the tables state, as a mapping in CSV on the Web says it, to a Turtle file.

    `tables` stand in for the files that the mapping names; `name` is that of the import here, by
    default from the first table's file. Without `output`, a folder, nothing is written: the tables
    are checked. Raises UsageError for a wrong call, InputError with file, line and column for a
    fault in mapping or tables; then nothing was written.
    """
    described = read_mapping(mapping)
    paths = _locate(described, tables)
    for path in paths:
        _refuse_pipe(path)
    slug = _slug(paths[0], name)
    graph = f"{_graph_base(output)}{slug}"
    sheets = tuple(map(open_sheet, described.tables, paths))
    origin = Origin(slug, graph, described.notes, mapping, sheets)
    sources = (origin.source(place) for place in range(len(sheets)))
    shipped.refuse_taken(*sources, origin.making, origin.reading)
    with open_keys() as keys:
        conversion = Conversion(origin, load_known(), keys, progress)
        texts = _texts(origin, conversion)
        if output is None:
            for _ in texts:
                pass
            return Imported(None, False, conversion.report)
        file = output / f"{slug}.ttl"
        changed = _write(file, texts, _marker(slug))
    return Imported(file, changed, conversion.report)


def default_folder(mapping: Path, tables: Sequence[Path], name: str | None) -> Path:
    """Return where an import goes that is told no folder: below data/imported of the checkout.

    Raises UsageError where there is no checkout.
    """
    root = bundle.root()
    if not (root / "pyproject.toml").is_file():
        raise UsageError(
            "There is no checkout to write to.", remedy="Choose a folder with --output."
        )
    paths = tables or _locate(read_mapping(mapping), tables)
    return root / "data" / "imported" / _slug(paths[0], name)


def _marker(slug: str) -> str:
    return f"Imported by `clausegraph import csv` from the table {slug}:"


def _texts(origin: Origin, conversion: Conversion) -> Iterator[str]:
    """Yield the Turtle of the import, a batch of triples at a time."""
    left = [
        f"column '{heading}' of {sheet.path.name}"
        for sheet in origin.sheets
        for heading in sheet.undescribed
    ]
    comment = f"{_marker(origin.slug)}\nchange the table or its mapping and import it again."
    triples = list(describe(origin, shipped.described(), left))
    report = conversion.report
    report.about = len(triples)
    report.triples += len(triples)
    for row in conversion.triples():
        triples += row
        if len(triples) >= _BATCH:
            yield render(triples, comment=comment)
            triples, comment = [], ""
    if not any(table.rows for table in report.tables):
        raise _without_rows(origin)
    if triples:
        yield render(triples, comment=comment)
    report.notes += _notes(origin, report)


def _without_rows(origin: Origin) -> InputError:
    sheet = origin.sheets[0]
    below = " below its header" if sheet.headings else ""
    return InputError(
        f"The table has no rows{below}.",
        file=sheet.path,
        line=1,
        remedy="Give the whole table; a file of an earlier import stays as it is.",
    )


def _notes(origin: Origin, report: Report) -> Iterator[str]:
    """Say what is not in the result, or not as one would expect."""
    for table in report.tables:
        if table.undescribed:
            names = ", ".join(table.undescribed)
            yield f"columns of {table.file} that the mapping does not describe, left out: {names}"
        unused = [c.column.heading for c in table.columns if c.becomes.startswith("nothing")]
        if unused:
            yield f"columns of {table.file} without propertyUrl, left out: {', '.join(unused)}"
        if not table.rows:
            yield f"{table.file} has no rows below its header"
    if origin.notes.left:
        yield f"properties of the mapping that are not used: {', '.join(origin.notes.left)}"
    predicates = [c.predicate for s in origin.sheets for c in s.table.columns if c.predicate]
    if any(predicate.absolute.startswith("http://schema.org/") for predicate in predicates):
        yield "the prefix schema: is http://schema.org/ in CSV on the Web; this graph has https://"


def _locate(mapping: TableMapping, given: Sequence[Path]) -> list[Path]:
    """Return the file of each table: the one given that has its name, else beside the mapping."""
    tables = mapping.tables
    if len(tables) == 1 and len(given) == 1:
        return list(given)
    by_name = {path.name: path for path in given}
    paths = []
    for table in tables:
        name = unquote(urlparse(table.url).path).rpartition("/")[2]
        path = by_name.pop(name, None)
        paths.append(path if path is not None else _beside(mapping, table))
    if by_name:
        raise UsageError(
            f"The mapping has no table {', '.join(by_name)}.",
            remedy=f"It has {', '.join(table.url for table in tables)}.",
        )
    return paths


def _beside(mapping: TableMapping, table: Table) -> Path:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", table.url):
        raise UsageError(
            f"The table {table.url} is not fetched: nothing here uses the network.",
            remedy="Download it, and give its file on the command line.",
        )
    return mapping.node.file.parent / unquote(table.url)


def _refuse_pipe(path: Path) -> None:
    """Raise InputError for what can be read only once: a table is read twice, and its digest."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError(
            "This is no plain file.", file=path, remedy="Save the table to a file first."
        )


def _slug(path: Path, name: str | None) -> str:
    slug = name if name is not None else code_slug(path.stem).strip(".-")
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"'{slug}' cannot name an import.",
            remedy="Give --name in lower-case letters, digits and single '-' or '.'.",
        )
    return slug


def _graph_base(output: Path | None) -> str:
    """Return the start of the graph's IRI, as a build names the files of the folder."""
    root = bundle.root().resolve()
    if output is not None and output.resolve().is_relative_to(root / "data"):
        return f"{GRAPH}{output.resolve().relative_to(root).as_posix()}/"
    return f"{GRAPH}data/"


def _write(file: Path, texts: Iterator[str], marker: str) -> bool:
    """Write the file unless it is as it should be already; return whether it was written."""
    _refuse_foreign(file, marker)
    try:
        with (
            _folder(file.parent),
            tempfile.TemporaryDirectory(dir=file.parent, prefix=".import-") as folder,
        ):
            new = Path(folder) / file.name
            _write_aside(new, texts, file)
            if file.exists() and filecmp.cmp(new, file, shallow=False):
                return False
            new.replace(file)
            return True
    except OSError as error:
        message = f"The file cannot be written: {error.strerror}."
        raise InputError(message, file=file, remedy=_UNCHANGED) from error


def _write_aside(new: Path, texts: Iterator[str], file: Path) -> None:
    """Write a file that is to take the place of `file`, which is what an error names."""
    try:
        write_atomically(new, texts)
    except InputError as error:
        if error.file != new:  # a fault of the table
            raise
        raise InputError(error.message, file=file, remedy=_UNCHANGED) from error


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Make a folder, which goes again if what is done in it fails."""
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for each in made:
                each.rmdir()
        raise


def _refuse_foreign(file: Path, marker: str) -> None:
    """Raise InputError for a file that another import, or a person, wrote."""
    if not file.exists():
        return
    try:
        with file.open("rb") as stream:
            head = stream.read(_MARKER_WITHIN).decode("utf-8", "replace")
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", file=file) from error
    if f"# {marker}" not in head.splitlines():
        raise InputError(
            "This file was not written by this import.",
            file=file,
            remedy="Move it away, or choose another folder with --output or another --name.",
        )
