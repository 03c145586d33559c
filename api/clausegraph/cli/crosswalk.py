"""`clausegraph crosswalk`: what of one vocabulary leads to what of another, and what does not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.errors import InputError, UsageError

if TYPE_CHECKING:
    from clausegraph.crosswalks import Crosswalk

FORMATS = ("text", "csv", "json")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("crosswalk")(crosswalk)


def crosswalk(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A scheme (agora-tag), or a prefix (dpv, airo).")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    steps: Annotated[
        int, typer.Option(min=1, max=2, help="Mappings that a walk may take: 1 or 2.")
    ] = 2,
    format: Annotated[  # noqa: A002 - the option's name
        str, typer.Option("--format", "-f", help=f"One of: {', '.join(FORMATS)}.")
    ] = FORMATS[0],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            help="Read these files or folders, not what ships; the word shipped: beside what "
            "ships. Repeatable.",
        ),
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="Read the graph stored in this folder.")
    ] = None,
) -> None:
    """Walk from one vocabulary to another by mappings, and see where the walk breaks off.

    For each concept of A: what of B it is mapped to, by which SKOS property, who judged so, when,
    how and why. A mapping that is stated from B's side is marked inverse. Where no single mapping
    leads to B, two may, by way of a third vocabulary: they are marked, and nothing follows from
    them unless both are exact. Then: what of A has no counterpart, and what of B is not reached.

    \b
        clausegraph crosswalk agora-tag mit-risk-domain
        clausegraph crosswalk agora-tag dpv --format csv > agora-dpv.csv
        clausegraph crosswalk mit-mitigation-v1 mit-mitigation-v2 --steps 1

    Exit codes: 0 done (also when nothing maps), 2 an unknown vocabulary or format, 3 a file or
    store cannot be read.
    """
    if format not in FORMATS:
        raise UsageError(f"'{format}' is no format.", remedy=f"Choose: {', '.join(FORMATS)}.")
    if data and store:
        raise UsageError("Both --data and --store are given.", remedy="Give one of them.")
    found, release = _walked(first, second, steps, data, store)
    if format == "text":
        from clausegraph.cli.crosswalktext import print_crosswalk  # noqa: PLC0415 - --help is quick

        print_crosswalk(found, release)
        return
    from clausegraph.crosswalks import writing  # noqa: PLC0415

    if format == "csv":
        # The rows end as RFC 4180 wants them, whatever the platform makes of a line end.
        sys.stdout.buffer.write(writing.table(found).encode())
    else:
        typer.echo(json.dumps(writing.document(found, release), ensure_ascii=False, indent=2))


def _walked(
    first: str, second: str, steps: int, data: list[Path] | None, store: Path | None
) -> tuple[Crosswalk, str]:
    """Return the crosswalk, with all that it names read, and the release that it was made from."""
    from pyoxigraph import Store  # noqa: PLC0415

    from clausegraph import crosswalks, library  # noqa: PLC0415

    if store is None:
        graph = library.open(data, progress=_progress)
        return crosswalks.crosswalk(graph.store, first, second, steps), graph.release
    from clausegraph.stores.folder import StoreFolder, reading  # noqa: PLC0415

    stored = StoreFolder(store).current()
    if stored is None:
        raise InputError(
            "No graph is stored in this folder.",
            file=store,
            remedy="Load one with `clausegraph load PATH --store FOLDER`.",
        )
    with reading(stored.path):
        try:
            opened = Store.read_only(str(stored.store))
        except OSError as error:
            raise InputError(f"The store cannot be opened: {error}.", file=stored.store) from error
        return crosswalks.crosswalk(opened, first, second, steps), stored.release


def _progress(message: str) -> None:
    """Say what is going on, to people who wait at a terminal."""
    if sys.stderr.isatty():
        typer.echo(message, err=True)
