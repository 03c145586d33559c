"""`clausegraph evidence`: point statements to passages of their sources, and check them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import Quad

from clausegraph import authored, bundle, evidence
from clausegraph.errors import InputError
from clausegraph.textfiles import read_text
from clausegraph.turtle import parse_file


def register(app: typer.Typer) -> None:
    """Add `evidence add` and `evidence check`."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Point statements to passages of their sources, without republishing them.",
    )
    group.command("add")(add)
    group.command("check")(check)
    app.add_typer(group, name="evidence")


def add(
    document: Annotated[str, typer.Option(help="Slug of the document: ai-safety-commitments.")],
    source: Annotated[str, typer.Option(help="Slug of the source: airi-navigator-1831.")],
    file: Annotated[Path, typer.Option(help="The source file that you hold, UTF-8.")],
    quote: Annotated[str, typer.Option(help="Its words; blanks and apostrophes may differ.")],
    occurrence: Annotated[int | None, typer.Option(help="Which match, from 1.")] = None,
    output: Annotated[Path | None, typer.Option(help="Append to this data file.")] = None,
) -> None:
    """Find a quote in a source and write its position and digests as Turtle.

    The quote itself is written nowhere. Without --output the Turtle is printed, ready to paste,
    and with either the line that points a statement to it.

    Example: clausegraph evidence add --document my-law --source my-page --file page.txt
    --quote "shall be registered" --output data/documents/my-law.ttl

    Exit codes: 0 written, 2 the quote is not found, or found more than once, 3 a file cannot be
    read.
    """
    passage = evidence.locate(read_text(file), quote, occurrence)
    found = evidence.describe(document, source, file, passage)
    if output is None:
        typer.echo(found.turtle())
    else:
        evidence.append(found, output)
    typer.echo(f"# On the statement:  cg:evidence {found.reference} ;")


def check(
    sources: Annotated[Path, typer.Option(help="Folder with the source files that you hold.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Data files or folders; all of ours if none.")
    ] = None,
) -> None:
    """Check that every piece of evidence still matches its source.

    A source is found by its dcterms:identifier, the name of a file in --sources. Each piece of
    evidence is: ok; stale (the file changed); out of range; mismatch (the passage has another
    digest); not held (no such file); or incomplete.

    Example: clausegraph evidence check --sources ~/sources data/documents

    Exit codes: 0 all ok, 1 some are not, 3 a file cannot be read or there is nothing to check.
    """
    findings = evidence.check(_quads(paths or [bundle.folder("data")]), sources)
    if not findings:
        raise InputError("There is no evidence to check.", remedy="Name files that have some.")
    for finding in findings:
        typer.echo(f"{finding.status}\t{finding.iri}\t{finding.detail}")
    counts = Counter(finding.status for finding in findings)
    totals = ", ".join(f"{counts[status]} {status}" for status in evidence.STATUSES)
    typer.echo(f"{len(findings)} checked: {totals}", err=True)
    if counts["ok"] != len(findings):
        raise typer.Exit(1)


def _quads(paths: list[Path]) -> Iterator[Quad]:
    """Read every RDF file at or below `paths`, and our descriptions of sources."""
    for file in authored.found([*paths, bundle.folder("data") / "sources"]):
        yield from parse_file(file.path).quads
