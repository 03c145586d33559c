"""`clausegraph build`: authored files in, one N-Quads file out."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.build import build


def register(app: typer.Typer) -> None:
    """Add the command `build`."""

    @app.command("build")
    def command(
        output: Annotated[
            Path,
            typer.Option("--output", "-o", help="The N-Quads file to write, such as graph.nq."),
        ],
        data: Annotated[
            list[Path] | None,
            typer.Option(
                "--data",
                help="Build these files or folders instead of what ships; may be repeated.",
            ),
        ] = None,
    ) -> None:
        """Build the graph and write it as sorted N-Quads, one named graph per authored file.

        The same files give the same bytes, on any machine. Each file is checked on the way: bad
        syntax, an unknown concept, a literal that a store would rewrite are errors with file and
        line (exit code 3), and then nothing is written.

        Example: clausegraph build --output graph.nq
        """
        start = time.monotonic()
        built = build(data, progress=_progress)
        digest = built.write(output)
        seconds = time.monotonic() - start
        print(f"Wrote {output} in {seconds:.1f} s, SHA-256 {digest}.", file=sys.stderr)
        print(built.release)


def _progress(message: str) -> None:
    print(message, file=sys.stderr)
