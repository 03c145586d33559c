"""`clausegraph import rdf`: other people's vocabularies beside this graph."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.cli.progress import progress

_ONE = {"classes": "class", "properties": "property"}


class Syntax(StrEnum):
    """The syntaxes that are read, by the name that an option gives them."""

    TURTLE = "turtle"
    TRIG = "trig"
    N_TRIPLES = "n-triples"
    N_QUADS = "n-quads"
    JSON_LD = "json-ld"
    RDF_XML = "rdf-xml"


class Literals(StrEnum):
    """What becomes of a literal that the store would give back in another spelling."""

    REFUSE = "refuse"
    VALUE = "value"
    TEXT = "text"


def rdf(
    file: Annotated[Path, typer.Argument(help="The vocabulary: one RDF file.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Folder for the files; data/imported/NAME of the checkout if none.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the vocabulary here; from the file's if none.")
    ] = None,
    syntax: Annotated[
        Syntax | None, typer.Option(help="Its syntax; by suffix and first line if none.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Web address that the file is from.")] = None,
    literals: Annotated[
        Literals,
        typer.Option(
            help="What to do with a literal such as 1.0, which a store gives back as 1: refuse the "
            "file, keep the value, or keep the spelling as plain text."
        ),
    ] = Literals.REFUSE,
) -> None:
    """Import a vocabulary of other people: DPV, AIRO, any RDFS, OWL or SKOS.

    Its terms stay as they are, in a graph of their own that states where they are from: file,
    digest, version, licence and makers as far as the vocabulary says so. Blank nodes get IRIs, the
    same ones each time. Nothing is fetched, neither what it imports nor a JSON-LD context.
    Importing the same file again changes nothing; a fault leaves every file as it was.

    \b
    Example:
        clausegraph import rdf airo.owl --output my-graph
        clausegraph serve --data my-graph

    Exit codes: 0 imported, 2 the call is wrong, 3 the file cannot be read or kept, with the line.
    """
    from clausegraph.importers.rdf import Import, import_rdf  # noqa: PLC0415  (time for --help)

    asked = Import(
        file,
        output,
        name,
        syntax.value if syntax else None,
        url,
        literals.value,
    )
    with progress() as told:
        told.say(f"Reading {file}.")
        result = import_rdf(asked)
    kinds = ", ".join(_counted(count, kind) for kind, count in result.contents.kinds.items())
    written, removed = len(result.changes.written), len(result.changes.removed)
    print(
        f"{result.name}: {result.contents.triples:,} triples, {kinds or 'no terms'}, in "
        f"{result.folder}: {written + removed} files changed ({written} written, "
        f"{removed} removed)."
    )
    for graph in result.graphs:
        print(f"graph {graph}")
    for note in result.notes:
        typer.echo(f"note: {note}", err=True)


def _counted(count: int, kind: str) -> str:
    return f"{count:,} {kind}" if count != 1 else f"1 {_ONE.get(kind, kind.removesuffix('s'))}"
