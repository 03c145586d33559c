"""`clausegraph generate`: a made-up graph of any size."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.cli.interruption import interruptible

_PATIENCE = 2.0  # seconds before a message says how far it is, and between two of them


def register(app: typer.Typer) -> None:
    """Add the command `generate`."""
    app.command("generate")(generate)


def generate(
    triples: Annotated[
        int,
        typer.Option(
            "--triples", "-n", min=1, help="How many triples; as whole documents, so some more."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The N-Quads file to write; standard output if none."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number makes another graph.")] = 0,
    flaws: Annotated[
        int, typer.Option(min=0, help="Add so many things that break a rule of our shapes each.")
    ] = 0,
) -> None:
    """Write a made-up graph in the shape of ours as N-Quads, to measure with or to try things out.

    Documents, clauses, classifications, actors and milestones under our concepts, by two sources
    that disagree, in one named graph a document and source. Titles say that it is generated. The
    same numbers give the same bytes; a million triples take some seconds, and memory stays flat.
    It keeps to our shapes, but for the flaws that are asked for: their kinds take turns, each lies
    in a thing of its own, and the end of its IRI says what is wrong, as in flaw-000007-no-title.

    \b
    Example:
        clausegraph generate --triples 1000000 --output big.nq
        clausegraph serve --data big.nq
        clausegraph generate --triples 100000 --flaws 50 --output flawed.nq
    """
    from clausegraph import generate as made  # noqa: PLC0415  (time that --help saves)
    from clausegraph import textfiles  # noqa: PLC0415  (the same)

    parts = _Counted(made.quads(triples, seed, flaws))
    if output is None:
        for part in parts:
            sys.stdout.write(part)
    else:
        with interruptible(f"{output} was not written."):
            textfiles.write_atomically(output, parts)
    name = output or "standard output"
    print(f"Wrote {parts.lines:,} triples to {name} in {parts.seconds:.1f} s.", file=sys.stderr)
    if flaws:
        kinds = ", ".join(f"{number} {kind}" for kind, number in made.tally(flaws).items())
        print(f"{flaws:,} of the things in it break a rule: {kinds}.", file=sys.stderr)


class _Counted:
    """Passes parts on, counts their lines, and says now and then how many there were."""

    def __init__(self, parts: Iterator[str]) -> None:
        self._parts = parts
        self._start = time.monotonic()
        self.lines = 0

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._start

    def __iter__(self) -> Iterator[str]:
        due = _PATIENCE
        for part in self._parts:
            self.lines += part.count("\n")
            yield part
            if self.seconds >= due:
                due = self.seconds + _PATIENCE
                print(f"{self.lines:,} triples so far.", file=sys.stderr, flush=True)
