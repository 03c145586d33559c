"""`clausegraph import text`: a numbered text as clauses in order."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.progress import progress

if TYPE_CHECKING:
    from clausegraph.importers.text import Imported, Plan

_SHOWN = 20  # findings of one kind that are listed before the rest is counted
_WIDTH = 100


def text(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: Annotated[Path, typer.Argument(help="The text, as plain UTF-8.")],
    document: Annotated[
        str, typer.Option(help="The document whose text it is: a name like ai-act, or its IRI.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for the files; the checkout's if none."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the outline, and write nothing.")
    ] = False,
    title: Annotated[
        str | None, typer.Option(help="Title of the document, if nothing describes it as yet.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Language of the text, as in zh; by its words if none.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Name of the source here; from the file's if none.")
    ] = None,
    source_title: Annotated[
        str | None, typer.Option(help="Title of the source; the file's name if none.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Web address of the source.")] = None,
    with_text: Annotated[
        bool,
        typer.Option("--with-text", help="Take the words too, into a file apart (...-text.ttl)."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outline as JSON.")] = False,
) -> None:
    """Import a numbered text: each numbered part becomes a clause, in order.

    Recognised are numbers at the start of a line: 5.1.2, Article 3, Art. 3(2)(b), Sec. 12(b),
    § 5, Chapter II, Annex I, 第三条, 第十二条之一, （一）, 1., (a) and their kin. Numbers in
    running text, tables of contents and page headers are passed over; gaps, repetitions and
    numbers that go back are told and never mended. Look at the outline first with --dry-run.

    A clause gets its number, place, parent, heading and its passage in the file, by position and
    digest. The words themselves stay out unless --with-text asks for them, and then they are for
    you, not for publication. Importing the same text again changes nothing.

    \b
    Example:
        clausegraph import text act.txt --document made-up-act --dry-run
        clausegraph import text act.txt --document made-up-act --title "Made-Up Act" -o my-graph
        clausegraph serve --data my-graph

    Exit codes: 0 done, 2 the call is wrong, 3 the text cannot be read or has no numbered clause.
    """
    from clausegraph.importers.text import (  # noqa: PLC0415  (time that --help saves)
        Import,
        import_text,
        plan,
    )

    asked = Import(file, document, output, title, source, source_title, url, language, with_text)
    with progress() as told:
        told.say(f"Reading {file}.")
        imported = None if dry_run else import_text(asked)
        planned = imported.plan if imported else plan(asked)
    if as_json:
        print(json.dumps(_as_json(planned, imported), ensure_ascii=False, indent=2))
        return
    if imported is None:
        for line in _outline(planned):
            print(line)
    print(_total(planned, imported))
    for note in (*planned.notes(), *_findings(planned)):
        typer.echo(f"note: {note}", err=True)


def _outline(planned: Plan) -> Iterator[str]:
    """Yield a line for each clause: its number, its heading, and where it stands."""
    shown = ["  " * entry.depth + entry.number for entry in planned.outline.entries]
    column = min(max(map(_columns, shown)), 40)
    for entry, number in zip(planned.outline.entries, shown, strict=True):
        heading = planned.titles.get(entry.slug, "")
        room = _WIDTH - column - len(f"  line {entry.line}") - 2
        yield f"{_padded(number, column)}  {_padded(_cut(heading, room), room)}  line {entry.line}"


def _columns(line: str) -> int:
    """Return how many columns of a terminal a text takes: wide characters take two."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in line)


def _padded(line: str, width: int) -> str:
    return line + " " * (width - _columns(line))


def _cut(line: str, width: int) -> str:
    kept = line
    while _columns(kept) > width:
        kept = kept[: -2 if kept is line else -4].rstrip() + "..."
    return kept


def _total(planned: Plan, imported: Imported | None) -> str:
    entries = planned.outline.entries
    depth = 1 + max(entry.depth for entry in entries)
    count = f"{len(entries)} clauses" if len(entries) > 1 else "1 clause"
    levels = f"{depth} levels" if depth > 1 else "1 level"
    what = f"{count} on {levels}, {len(planned.titles)} with a heading"
    if imported is None:
        return f"{what}. Nothing was written."
    written, removed = len(imported.changes.written), len(imported.changes.removed)
    return (
        f"{what}, in {imported.folder}: {written + removed} files changed "
        f"({written} written, {removed} removed)."
    )


def _findings(planned: Plan) -> Iterator[str]:
    counts: dict[str, int] = {}
    for finding in planned.outline.findings:
        counts[finding.kind] = counts.get(finding.kind, 0) + 1
        if counts[finding.kind] <= _SHOWN:
            yield f"line {finding.line}: {finding.message}"
    for kind, count in counts.items():
        if count > _SHOWN:
            yield f"{kind}: {count - _SHOWN} more; --json lists all"


def _as_json(planned: Plan, imported: Imported | None) -> dict[str, object]:
    return {
        "document": planned.document,
        "source": planned.source,
        "language": planned.language or None,
        "clauses": [
            {
                "number": entry.number,
                "name": entry.slug,
                "parent": entry.parent,
                "position": entry.position,
                "heading": planned.titles.get(entry.slug),
                "line": entry.line,
                "start": entry.start,
                "end": entry.end,
            }
            for entry in planned.outline.entries
        ],
        "findings": [
            {"line": finding.line, "kind": finding.kind, "message": finding.message}
            for finding in planned.outline.findings
        ],
        "notes": list(planned.notes()),
        "written": list(imported.changes.written) if imported else [],
        "removed": list(imported.changes.removed) if imported else [],
    }
