"""`clausegraph import csv`: anyone's spreadsheet as a graph, by a mapping in CSV on the Web."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.progress import progress

if TYPE_CHECKING:
    from clausegraph.importers.csvw.importing import Imported
    from clausegraph.importers.csvw.report import Report, TableCount


def csv(
    mapping: Annotated[
        Path, typer.Option(help="The mapping: CSV on the Web metadata, a JSON file.")
    ],
    tables: Annotated[
        list[Path] | None,
        typer.Argument(help="The tables; those that the mapping names, beside it, if none."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Folder for the file; data/imported/NAME of the checkout if none.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the import here; from the table's file if none.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing: say what would be made, or what is wrong."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Import tables (CSV) by a mapping in CSV on the Web, the standard of W3C.

    The mapping says for each column what it becomes; its values become literals, IRIs or concepts
    of this graph. The result is one named graph in one Turtle file, with who made the table, the
    digests of table and mapping, and what was left out. A fault anywhere in a table is told with
    file, line and cell, and leaves the file as it was; importing again changes nothing.

    Examples:

      clausegraph import csv risks.csv --mapping risks.json --check

      clausegraph import csv risks.csv --mapping risks.json --output my-graph

      clausegraph serve --data my-graph

    Exit codes: 0 imported, 2 a wrong call, 3 mapping or table cannot be read, with file and line.
    """
    from clausegraph.importers.csvw import importing  # noqa: PLC0415  (costly, and seldom needed)

    given = tables or []
    target = None if check else output or importing.default_folder(mapping, given, name)
    with progress() as told:
        result = importing.import_csv(mapping, given, target, name=name, progress=told.say)
    if as_json:
        facts = {"file": str(result.file) if result.file else None, "changed": result.changed}
        typer.echo(json.dumps({**facts, **result.report.as_json()}, ensure_ascii=False, indent=2))
        return
    _print(result, sample=check)
    for note in result.report.notes:
        typer.echo(f"note: {note}", err=True)


def _print(result: Imported, *, sample: bool) -> None:
    report = result.report
    for table in report.tables:
        _print_table(table)
    things = ", ".join(f"{count:,} {kind}" for kind, count in sorted(report.things.items()))
    typer.echo(f"{_made(report)}{f': {things}' if things else ''}.")
    if result.file is None:
        typer.echo("Nothing was written (--check).")
    else:
        what = "Wrote" if result.changed else "Nothing changed in"
        typer.echo(f"{what} {result.file}.")
    if sample and report.sample:
        typer.echo(f"The first row says:\n\n{report.sample}", nl=False)


def _made(report: Report) -> str:
    stated = report.triples - report.added - report.about
    return (
        f"{report.triples:,} triples: {stated:,} from the cells, {report.added:,} on who says so, "
        f"{report.about:,} on the graph"
    )


def _print_table(table: TableCount) -> None:
    """Print a table's columns; filled and empty cells make its rows."""
    lines = [("column", "filled", "empty", "values", "triples", "becomes")]
    for count in table.columns:
        if count.column.virtual:
            cells, name = ("", "", ""), f"({count.column.name})"
        else:
            cells = (str(count.filled), str(count.empty), str(count.values))
            name = count.column.heading
        lines.append((name, *cells, str(count.statements), count.becomes))
    widths = [max(len(line[place]) for line in lines) for place in range(5)]
    typer.echo(f"{table.file}: {table.rows:,} rows")
    for name, *counts, becomes in lines:
        told = [name.ljust(widths[0])]
        told += [text.rjust(width) for text, width in zip(counts, widths[1:], strict=True)]
        typer.echo(f"  {'  '.join(told)}  {becomes}".rstrip())
