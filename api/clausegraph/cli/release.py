"""`clausegraph release`: build the graph, and keep it in a folder of releases with its dumps."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.build import build
from clausegraph.releases import Folder
from clausegraph.releases.folder import KEPT


def register(app: typer.Typer) -> None:
    """Add the command `release`."""

    @app.command("release")
    def command(
        output: Annotated[
            Path,
            typer.Option(
                "--output", "-o", help="The folder of releases; it is made where there is none."
            ),
        ],
        data: Annotated[
            list[Path] | None,
            typer.Option(
                "--data",
                help="Build these files or folders instead of what ships; may be repeated.",
            ),
        ] = None,
        keep: Annotated[
            int,
            typer.Option(
                "--keep", min=1, help="Releases to keep; of older ones the manifest alone stays."
            ),
        ] = KEPT,
    ) -> None:
        """Build the graph and keep it as a release: dumps in every syntax, and a manifest.

        The folder gets DIR/{release}/ with N-Quads, TriG, Turtle and JSON-LD, each plain, as gzip
        and as zstd, and manifest.json, which says when it was added, what came before it, and the
        size and SHA-256 of each file. A release that is there already stays as it is, unless a file
        of it was lost. The service answers from such a folder with `serve --releases DIR`.

        Example: clausegraph release --output releases/
        """
        start = time.monotonic()
        folder = Folder(output)
        folder.prepare()
        built = build(data, progress=_progress)
        was_kept = folder.is_kept(built.release)
        manifest = folder.add(built, keep, _progress)
        size = sum(file.bytes for file in manifest.files) / 2**20
        seconds = time.monotonic() - start
        done = "is there already" if was_kept else f"was added in {seconds:.1f} s"
        print(
            f"Release {built.release[:12]} {done}: {manifest.triples:,} triples in "
            f"{len(manifest.files)} files of {size:.1f} MiB in {output / built.release}.",
            file=sys.stderr,
        )
        print(built.release)


def _progress(message: str) -> None:
    print(message, file=sys.stderr)
