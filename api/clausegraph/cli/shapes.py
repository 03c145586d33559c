"""`clausegraph shapes`: for those who write shapes, what these mean and cost, and their faults."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


class Threshold(StrEnum):
    """The least that fails."""

    ERROR = "error"
    WARNING = "warning"


def register(app: typer.Typer) -> None:
    """Add `shapes explain` and `shapes lint`."""
    group = typer.Typer(no_args_is_help=True, help="Explain and check shapes (SHACL).")
    group.command("explain")(explain)
    group.command("lint")(lint)
    app.add_typer(group, name="shapes")


def explain(
    shape: Annotated[
        str, typer.Argument(help="The shape: an IRI, a name with a prefix, or the end of one.")
    ],
    shapes: Annotated[
        list[str] | None,
        typer.Option(help="Files, folders or globs that hold the shape, if not ours; repeatable."),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(help="Ask the queries of these files, not of what ships; repeatable."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = (Format.TEXT),
) -> None:
    """Say what a shape means, which SPARQL queries it becomes, and what they cost.

    Each query is asked once of the data, for its rows and milliseconds. Constraints on single
    values share one query.

    Example: clausegraph shapes explain Classification-source

    Exit codes: 0 explained, 2 no such shape (the nearest is named), 3 a file cannot be read, or the
    shapes cannot be used.
    """
    from clausegraph.validate import authoring  # noqa: PLC0415  (time that --help saves)

    told = authoring.explain(shape, shapes or None, data or None)
    if form is Format.JSON:
        _print_json(told.as_object())
    else:
        for line in told.lines():
            typer.echo(line)


def lint(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files, folders or globs of shapes; ours if none.")
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(help="What the shapes are for: do targets and paths match? Repeatable."),
    ] = None,
    severity: Annotated[
        Threshold, typer.Option(case_sensitive=False, help="The least that fails (exit code 1).")
    ] = Threshold.ERROR,
    form: Annotated[Format, typer.Option("--format", help="How to write the faults.")] = (
        Format.TEXT
    ),
    everything: Annotated[
        bool, typer.Option("--all", help="Write out notes too: what is defined and not used yet.")
    ] = False,
) -> None:
    """Find what shapes say that cannot be meant, with file and line.

    Mistyped names of SHACL, demands that contradict each other, targets and paths that match
    nothing in the data, shapes that nobody uses, queries that do not parse, and more. Our own
    shapes are held against what ships, others against --data.

    Example: clausegraph shapes lint shapes/ --data data/

    Exit codes: 0 nothing as grave as --severity, 1 some, 2 the call is wrong, 3 a file cannot be
    read.
    """
    from clausegraph.shacl.lint import Severity  # noqa: PLC0415  (as above)
    from clausegraph.validate import authoring  # noqa: PLC0415

    linted = authoring.lint(paths or None, data or None)
    if form is Format.JSON:
        _print_json([located.as_object() for located in linted.faults])
    else:
        for line in linted.lines(everything=everything):
            typer.echo(line)
    if not linted.passes(Severity(severity.value)):
        raise typer.Exit(1)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
