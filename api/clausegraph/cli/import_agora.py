"""`clausegraph import agora`: a copy of AGORA as Turtle files of this graph."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

_PATIENCE = 2.0  # seconds before a message says how far it is, and between two of them


def agora(
    path: Annotated[
        Path, typer.Argument(help="The folder of AGORA's tables, or its documents.csv.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the files.")],
    with_text: Annotated[
        bool,
        typer.Option(
            "--with-text",
            help="Take the summaries and texts too, into files of their own (agora-*-text.ttl).",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Import a copy of AGORA, the archive of documents that govern AI.

    Documents with names, links, dates, status, authority, jurisdiction, collections and tags, each
    statement with what AGORA says of its checking; segments.csv, where it is there, as clauses in
    order. Facts only: summaries and texts stay out unless --with-text asks for them, and then they
    are for you, not for publication. Documents that this graph describes already are joined by
    their AGORA ID. The report accounts for every row and every tag; what has no term here is kept
    as a note. The same tables give the same files, and a fault that is none to live with leaves
    every file as it was.

    \b
    Example:
        clausegraph import agora agora/ --output my-agora
        clausegraph validate my-agora
        clausegraph serve --data my-agora

    Exit codes: 0 imported, 2 the call is wrong, 3 a table cannot be read, with file, line and cell.
    """
    from clausegraph.importers.agora import import_agora  # noqa: PLC0415  (time that --help saves)

    report = import_agora(path, output, with_text=with_text, progress=_Progress())
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in report.lines():
            print(line)


class _Progress:
    """Says on standard error how far a table is, every other second."""

    def __init__(self) -> None:
        self._what = ""
        self._start = self._told = time.monotonic()

    def __call__(self, what: str, rows: int, share: float) -> None:
        now = time.monotonic()
        if what != self._what:
            self._what, self._start = what, now
        elif now - self._told >= _PATIENCE:
            self._told = now
            spent = now - self._start
            left = spent * (1 - share) / share
            print(
                f"{what}: {rows:,} rows, {rows / spent:,.0f} a second, about {left:,.0f} s to go",
                file=sys.stderr,
                flush=True,
            )
