"""`clausegraph validate`: what the shapes find wrong with files, with file and line."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_PATIENCE = 2.0  # seconds before a message says what takes so long


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    TURTLE = "turtle"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command `validate`."""
    app.command("validate")(validate)


def validate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders to judge; all that ships if none."),
    ] = None,
    shapes: Annotated[
        list[Path] | None,
        typer.Option(help="Judge by these shapes (files or folders), not ours; repeatable."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write the report.")] = (
        Format.TEXT
    ),
    everything: Annotated[
        bool, typer.Option("--all", help="Write out repeated warnings too, not their number.")
    ] = False,
) -> None:
    """Check RDF files against the shapes (SHACL), and say file and line of what is wrong.

    Files may be Turtle, TriG, N-Triples, N-Quads, JSON-LD or RDF/XML, by their suffix. They are
    read together with what ships here, so that they can refer to our concepts, sources and
    documents; only what the files themselves describe is judged. A violation must be mended; a
    warning is a debt that is listed.

    Example: clausegraph validate data/documents/my-law.ttl

    Exit codes: 0 no violation, 1 violations, 2 the call is wrong, 3 a file cannot be read, or
    there was nothing to check.
    """
    from clausegraph import validate as validation  # noqa: PLC0415  (time that --help saves)

    with _progress() as progress:
        report = validation.validate(paths or None, shapes or None, progress=progress.say)
    if form == Format.TURTLE:
        print(report.to_turtle())
    elif form == Format.JSON:
        print(report.to_json())
    else:
        for line in report.lines(everything=everything):
            print(line)
    if paths:
        for path in report.unchecked:
            print(f"{path}: no shape is about anything in this file.", file=sys.stderr)
    if not report.conforms:
        raise typer.Exit(1)


class _Progress:
    """Prints the newest message once it is clear that the work takes a while."""

    def __init__(self) -> None:
        self._message = ""
        self._late = False

    def say(self, message: str) -> None:
        self._message = message
        if self._late:
            self._print()

    def late(self) -> None:
        self._late = True
        self._print()

    def _print(self) -> None:
        if self._message:
            print(self._message, file=sys.stderr, flush=True)


@contextmanager
def _progress() -> Iterator[_Progress]:
    progress = _Progress()
    timer = threading.Timer(_PATIENCE, progress.late)
    timer.start()
    try:
        yield progress
    finally:
        timer.cancel()
