"""`clausegraph load`: what it tells of a graph that is stored."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from clausegraph.cli import load as load_command
from clausegraph.stores.folder import StoreFolder

TITLE = "<http://purl.org/dc/terms/title>"


@pytest.mark.parametrize("graphs", [1, 3])
def test_both_numbers_of_triples_are_accounted_for(tmp_path: Path, graphs: int) -> None:
    """What several graphs state counts once in the graph as a whole, and is a line in each."""
    source, folder = tmp_path / "a.nq", tmp_path / "graphs"
    source.write_text(
        "".join(
            f'<https://example.org/a> {TITLE} "a" <https://example.org/{number}> .\n'
            for number in range(graphs)
        )
    )
    app = typer.Typer()
    load_command.register(app)
    result = CliRunner().invoke(app, [str(source), "--store", str(folder)])
    assert result.exit_code == 0
    current = StoreFolder(folder).current()
    assert current is not None
    made = current.manifest
    repeated = made.quads - made.triples
    assert (
        sum(line.startswith(b"<https://example.org/a>") for line in lines(current.graph)) == graphs
    )
    assert repeated == graphs - 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith(f"Loaded {made.triples:,} triples in {made.graphs:,} graphs in ")
    said = f" {made.quads:,} were written: {repeated:,} repeat what another graph states."
    assert last.endswith(said if repeated else " a second.")


def lines(path: Path) -> list[bytes]:
    """Return the lines of a file."""
    return path.read_bytes().splitlines()
