"""`clausegraph load`: files of any size in, a stored graph out, which a service opens at once."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command `load`."""

    @app.command("load")
    def command(
        store: Annotated[
            Path,
            typer.Option(
                "--store",
                help="The folder of stored graphs; made where there is none.",
                metavar="DIR",
            ),
        ],
        paths: Annotated[
            list[Path] | None,
            typer.Argument(
                help="Files or folders; the word `shipped` stands for what ships, which is also "
                "what is loaded without any.",
                show_default=False,
            ),
        ] = None,
    ) -> None:
        """Load a graph of any size into a folder on disk, for `clausegraph serve --store`.

        The graph is the one that `build` makes of the same files, with the same release, the same
        checks and the same N-Quads, which lie in the folder as graph.nq. Memory holds the names of
        things only, so that tens of millions of triples need no large machine. The folder keeps the
        graph before, and points to the new one once all of it is on disk: a load that fails or is
        interrupted leaves everything as it was, and is simply run again.

        A file that is a release already, such as a dump, is verified and taken as it is, which is
        quicker.

        \b
        Example:
            clausegraph load big.nq --store graphs
            clausegraph load shipped my-agora --store graphs
            clausegraph serve --store graphs
        """
        from clausegraph.stores import loading  # noqa: PLC0415 - much that others do not need
        from clausegraph.stores.folder import StoreFolder  # noqa: PLC0415

        start = time.monotonic()
        stored = loading.load(paths or None, StoreFolder(store), progress=_progress)
        seconds = time.monotonic() - start
        made = stored.manifest
        print(
            f"Loaded {made.triples:,} triples in {made.graphs:,} graphs in {seconds:.1f} s, "
            f"{made.quads / seconds:,.0f} a second.",
            file=sys.stderr,
        )
        print(stored.release)


def _progress(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
