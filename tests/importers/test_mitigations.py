"""The table of mitigation measures, and what ships of it in `data/imported/`."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from clausegraph.importers.sssom import Imported, import_sssom
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import GRAPH, ID, TYPE, cg

NAME = "mit-ai-risk-mitigation-mappings"
SCHEME = ID + "concept/mit-mitigation-v1/"


@pytest.fixture(scope="module")
def imported(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    table = shared / "corpora" / "mitigations" / "mit_ai_risk_mitigation_mappings.sssom.tsv"
    return import_sssom(table, tmp_path_factory.mktemp("imported"))


@pytest.fixture(scope="module")
def shipped(root: Path) -> list[Quad]:
    folder = root / "data" / "imported" / NAME
    return [quad for path in sorted(folder.glob("*.ttl")) for quad in parse_file(path).quads]


def count(quads: list[Quad], kind: str) -> int:
    return len({q.subject for q in quads if q.predicate == TYPE and q.object == cg(kind)})


def test_table_has_820_measures_of_13_frameworks(imported: Imported) -> None:
    assert (imported.documents, imported.measures, imported.classifications) == (13, 820, 820)
    assert imported.matches == 0


def test_table_calls_itself_by_the_name_of_another_file(imported: Imported) -> None:
    assert any("names another file" in note for note in imported.notes)
    assert "columns without cells: comment" in imported.notes


def test_what_ships_is_what_the_table_gives(imported: Imported, root: Path) -> None:
    """Only the graphs' own names differ, which follow from the folder."""
    shipped = root / "data" / "imported" / NAME
    expected = {
        path.name: path.read_text(encoding="utf-8").replace(
            "graph/data/", f"graph/data/imported/{NAME}/"
        )
        for path in imported.folder.iterdir()
    }
    assert {path.name: path.read_text(encoding="utf-8") for path in shipped.iterdir()} == expected


def test_shipped_graph_describes_itself_by_its_own_name(root: Path) -> None:
    for path in (root / "data" / "imported" / NAME).iterdir():
        graph = NamedNode(f"{GRAPH}data/imported/{NAME}/{path.stem}")
        assert any(quad.subject == graph for quad in parse_file(path).quads), path


def test_shipped_graph_has_every_measure_once(shipped: list[Quad]) -> None:
    assert count(shipped, "Document") == 13
    assert count(shipped, "Clause") == 820
    assert count(shipped, "Classification") == 820


def test_five_measures_are_at_level_1(shipped: list[Quad]) -> None:
    codes = [
        quad.object.value[len(SCHEME) :]
        for quad in shipped
        if quad.predicate == cg("concept")
        and isinstance(quad.object, NamedNode)
        and quad.object.value.startswith(SCHEME)
    ]
    assert len(codes) == 820
    assert sorted(code for code in codes if "." not in code) == ["1", "1", "2", "3", "3"]


def test_imported_measures_have_neither_number_nor_position(shipped: list[Quad]) -> None:
    """The table gives none."""
    assert not {cg("number"), cg("position")} & {quad.predicate for quad in shipped}
