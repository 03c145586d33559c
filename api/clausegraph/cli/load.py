"""`clausegraph load`: files of any size in, a stored graph out, which a service opens at once."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausegraph.cli.interruption import interruptible
from clausegraph.errors import UsageError

if TYPE_CHECKING:
    from clausegraph.stores.folder import StoreFolder
    from clausegraph.stores.manifest import Manifest


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
        release: Annotated[
            str | None,
            typer.Option(
                "--release",
                help="The identifier (64 digits) of the release that the one file must hold; "
                "nothing of it is derived and checked anew then.",
                metavar="ID",
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
        quicker. Give --release where you know which one it has to be, say from a citation: the
        identifier follows from every line, so that only the digests need be verified, which is
        quicker still, and any other file is refused.

        \b
        Example:
            clausegraph load big.nq --store graphs
            clausegraph load shipped my-agora --store graphs
            clausegraph load dump.nq --store graphs --release 0123456789abcdef...
            clausegraph serve --store graphs
        """
        from clausegraph.stores import loading  # noqa: PLC0415 - much that others do not need
        from clausegraph.stores.folder import StoreFolder  # noqa: PLC0415

        start = time.monotonic()
        expected = None if release is None else _identifier(release)
        folder = StoreFolder(store)
        with interruptible(_left(folder)):
            stored = loading.load(paths or None, folder, progress=_progress, expected=expected)
        _progress(_summary(stored.manifest, time.monotonic() - start))
        print(stored.release)


def _left(folder: StoreFolder) -> Callable[[], str]:
    """Return what tells in which state an interruption has left a folder: the new graph is current
    before those that are too old are removed."""
    before = folder.current_name()

    def tell() -> str:
        if folder.current_name() == before:
            return f"{folder.path} is as it was; run the load again."
        return f"{folder.path} has the new graph, whole; it need not be loaded again."

    return tell


def _summary(made: Manifest, seconds: float) -> str:
    """Return what was loaded; what went by as it was loaded is more where graphs say the same."""
    text = (
        f"Loaded {made.triples:,} triples in {made.graphs:,} graphs in {seconds:.1f} s, "
        f"{made.quads / seconds:,.0f} a second."
    )
    if repeated := made.quads - made.triples:
        text += f" {made.quads:,} were written: {repeated:,} repeat what another graph states."
    return text


def _identifier(text: str) -> str:
    """Return the identifier of a release, or of the IRI that ends with it."""
    found = re.search(r"(?:^|/v/)([0-9a-fA-F]{64})/?$", text.strip())
    if found is None:
        raise UsageError(
            f"{text!r} is no identifier of a release.",
            remedy="It has 64 hexadecimal digits; `clausegraph build` prints it, and a service "
            "names it in the header Clausegraph-Release.",
        )
    return found[1].lower()


def _progress(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
