"""`clausegraph import`: other people's tables as Turtle files of this graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clausegraph.importers.sssom import import_sssom


def register(app: typer.Typer) -> None:
    """Add `import sssom`."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Turn other people's tables into Turtle files, with who made them and how.",
    )
    group.command("sssom")(sssom)
    app.add_typer(group, name="import")


def sssom(
    file: Annotated[Path, typer.Argument(help="The table: SSSOM/TSV, UTF-8.")],
    output: Annotated[
        Path | None,
        typer.Option(help="Folder for the files; data/imported/NAME of the checkout if none."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the mapping set here; from the file's if none.")
    ] = None,
) -> None:
    """Import an SSSOM mapping table.

    Rows with nexus:isCategorizedAs make each subject (A0086_Framework2024) a clause of its
    framework, classified under the concept; rows with a SKOS mapping property match concepts.
    Author, date and justification go with each. Importing the same table again changes nothing;
    a fault anywhere in it leaves every file as it was.

    Example: clausegraph import sssom mappings.sssom.tsv --output my-graph

    Exit codes: 0 imported, 2 a bad name, 3 the table cannot be read, with file and line.
    """
    result = import_sssom(file, output, name)
    written, removed = len(result.changes.written), len(result.changes.removed)
    typer.echo(
        f"{result.documents} documents, {result.measures} measures, "
        f"{result.classifications} classifications, {result.matches} matches in {result.folder}: "
        f"{written + removed} files changed ({written} written, {removed} removed)."
    )
    for note in result.notes:
        typer.echo(f"note: {note}", err=True)
