"""`clausegraph validate`: what the shapes find wrong with data, with file, line and column."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_HELP = """Check RDF data against shapes (SHACL), and say file, line and column of what is wrong.

Reads Turtle, TriG, N-Triples, N-Quads, JSON-LD and RDF/XML, by suffix, from files, folders, globs,
standard input (-) or a SPARQL endpoint. Without --shapes, our own shapes judge; without PATHS, all
that ships is judged. What is judged is read together with a background (what ships here, or
--background), so that it can refer to concepts, sources and documents there; the background itself
is never judged. A constraint that the compiler does not cover is given to pySHACL, and the report
says so: nothing is skipped.

\b
    clausegraph validate data/documents/my-law.ttl
    clausegraph validate data/ --shapes shapes/ --no-background --format sarif --output out.sarif
    clausegraph validate . --changed-since origin/main --baseline known.json

\b
Exit codes:
    0  no result at or above --severity
    1  results at or above --severity
    2  the call is wrong
    3  data or shapes cannot be read or used, or an engine or endpoint failed
    4  nothing is wrong, but nothing was checked: no data, nothing that a shape is about, or a
       target class that nobody knows (a misspelt one, say); --allow-empty accepts that
"""


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    TURTLE = "turtle"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    CSV = "csv"


class Color(StrEnum):
    """Whether a text report is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Threshold(StrEnum):
    """The severities, by the names of SHACL."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


class Evaluator(StrEnum):
    """The engines."""

    CLAUSEGRAPH = "clausegraph"
    PYSHACL = "pyshacl"


def register(app: typer.Typer) -> None:
    """Add the command `validate`."""
    app.command("validate", help=_HELP)(validate)


def validate(  # noqa: PLR0913, PLR0917 - one parameter an option
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders or globs to judge, or -; all that ships if none."),
    ] = None,
    shapes: Annotated[
        list[str] | None,
        typer.Option(help="Judge by these shapes (files, folders, globs), not ours; repeatable."),
    ] = None,
    background: Annotated[
        list[str] | None,
        typer.Option(help="Context that is not judged, in place of what ships; repeatable."),
    ] = None,
    no_background: Annotated[
        bool, typer.Option("--no-background", help="Judge the data by themselves.")
    ] = False,
    endpoint: Annotated[
        str | None, typer.Option(help="Judge what this SPARQL endpoint holds; nothing is changed.")
    ] = None,
    graph: Annotated[
        str | None, typer.Option(help="Of an endpoint, judge only this named graph (an IRI).")
    ] = None,
    input_format: Annotated[
        str | None,
        typer.Option(help="Syntax of standard input: ttl, trig, nt, nq, jsonld, rdf."),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="Judge only the files that changed since this git revision, and what points at "
            "what they define.",
        ),
    ] = None,
    engine: Annotated[
        Evaluator, typer.Option(help="pyshacl asks pySHACL for a second opinion; it is slow.")
    ] = Evaluator.CLAUSEGRAPH,
    severity: Annotated[
        Threshold, typer.Option(case_sensitive=False, help="The least that fails (exit code 1).")
    ] = Threshold.VIOLATION,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Accept the findings that this file lists; new ones fail, mended ones are told.",
        ),
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Write the findings to --baseline, and pass.")
    ] = False,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Accept that nothing was checked (exit code 4).")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to write the report.")] = (
        Format.TEXT
    ),
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report here.")
    ] = None,
    max_results: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Write so many results, and the number of others."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Write out repeated warnings too, not their number.")
    ] = False,
    color: Annotated[
        Color, typer.Option(help="Colour the text; auto is for a terminal, without NO_COLOR.")
    ] = Color.AUTO,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Validate again whenever a file changes; ends by Ctrl-C."),
    ] = False,
) -> None:
    from clausegraph.cli import validating  # noqa: PLC0415  (time that --help saves)

    given = {
        "paths": paths,
        "shapes": shapes,
        "background": background,
        "no_background": no_background,
        "endpoint": endpoint,
        "graph": graph,
        "input_format": input_format,
        "changed_since": changed_since,
        "engine": engine.value,
        "severity": severity.name,
        "baseline": baseline,
        "allow_empty": allow_empty,
    }
    outlet = validating.Outlet(form.value, output, max_results, everything, color.value)
    run = validating.Run(validating.request_of(given), outlet, update_baseline)
    raise typer.Exit(run.repeatedly() if watch else run.once())
