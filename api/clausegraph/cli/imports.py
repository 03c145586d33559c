"""`clausegraph import`: other people's tables as Turtle files of this graph."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.cli.import_agora import agora
from clausegraph.cli.import_csv import csv
from clausegraph.cli.import_rdf import rdf
from clausegraph.cli.import_text import text
from clausegraph.cli.interruption import interruptible
from clausegraph.importers.sssom import import_sssom


def register(app: typer.Typer) -> None:
    """Add `import` with a command for each kind of input."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Turn other people's tables, texts and vocabularies into files of a graph, with who "
        "made them and how.",
    )
    for name, command in (
        ("agora", agora),
        ("csv", csv),
        ("rdf", rdf),
        ("sssom", sssom),
        ("text", text),
    ):
        group.command(name)(_told_of_its_end(command))
    app.add_typer(group, name="import")


def _told_of_its_end(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command; when it is told to end, it takes away what it began, and says so."""

    @functools.wraps(command)
    def run(**given: object) -> None:
        with interruptible("The files are as they were, or all written; run the import again."):
            command(**given)

    return run


def sssom(
    file: Annotated[Path, typer.Argument(help="The table: SSSOM/TSV, UTF-8.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Folder for the files; data/imported/NAME of the checkout if none.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the mapping set here; from the file's if none.")
    ] = None,
) -> None:
    """Import an SSSOM mapping table.

    Rows with nexus:isCategorizedAs make each subject (A0086_Framework2024) a clause of its
    framework, classified under the concept; rows with a SKOS mapping property match concepts.
    Author, date and justification go with each, and a comment as the reason of its match.
    Importing the same table again changes nothing; a fault anywhere in it leaves every file as
    it was.

    Example: clausegraph import sssom mappings.sssom.tsv --output my-graph

    Exit codes: 0 imported, 2 a bad name, 3 the table cannot be read, with file and line.
    """
    result = import_sssom(file, output, name)
    written, removed = len(result.changes.written), len(result.changes.removed)
    made = (
        _many(result.documents, "document"),
        _many(result.measures, "measure"),
        _many(result.classifications, "classification"),
        _many(result.matches, "match", "matches"),
    )
    typer.echo(
        f"{', '.join(made)} in {result.folder}: {written + removed} files changed "
        f"({written} written, {removed} removed)."
    )
    for note in result.notes:
        typer.echo(f"note: {note}", err=True)


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"
