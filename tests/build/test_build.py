"""The build: authored files in, one dataset out, the same bytes every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store

from clausegraph import bundle
from clausegraph.build import Build, build, release
from clausegraph.errors import InputError
from clausegraph.vocabulary import CG, GRAPH, ID, SKOS, prefixes

HEAD = f"""@base <{ID}> .
@prefix cg: <{CG}> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix mit-risk-domain: <{ID}concept/mit-risk-domain/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def data_file(folder: Path, body: str, name: str = "mine.ttl") -> Path:
    """Write a data file with the usual prefixes; its body starts on line 6."""
    path = folder / name
    path.write_text(HEAD + body, encoding="utf-8")
    return path


def refusal(path: Path) -> InputError:
    """Return the error with which the build refuses `path`."""
    with pytest.raises(InputError) as caught:
        build([path])
    return caught.value


def test_each_authored_file_is_one_named_graph(built: Build, root: Path) -> None:
    expected = {
        GRAPH + str(path.relative_to(root).with_suffix(""))
        for folder in ("ontology", "shapes", "data")
        for path in (root / folder).rglob("*.ttl")
    } | {GRAPH + "ontology/context"}
    authored = {
        g for g in built.graphs if g.startswith(tuple(GRAPH + f for f in ("o", "s", "data")))
    }
    assert authored == expected


def test_each_registered_prefix_is_declared_in_the_graph(store: Store) -> None:
    """SHACL, section 5.2.1: a query editor asks for sh:prefix and sh:namespace."""
    rows = store.query(
        "SELECT ?prefix ?namespace { GRAPH ?graph { ?dataset sh:declare ?declaration . "
        "?declaration sh:prefix ?prefix ; sh:namespace ?namespace } }",
        prefixes=dict(prefixes()),
    )
    assert {row["prefix"].value: row["namespace"].value for row in rows} == prefixes()


def test_default_graph_is_the_merge_of_all_graphs_each_triple_once(
    built: Build, store: Store
) -> None:
    """RDF 1.1 Semantics, section 4.1: a merge is a set."""
    in_default = {quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}
    in_graphs = {triple for triples in built.graphs.values() for triple in triples}
    assert in_default == in_graphs
    count = next(iter(store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")))["n"].value
    assert int(count) == len(in_graphs) == len(built)


def test_no_blank_node_is_in_the_built_graph(store: Store) -> None:
    assert not [q for q in store if BlankNode in (type(q.subject), type(q.object))]


def test_same_files_give_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    outputs = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.nq"
        subprocess.run(
            [sys.executable, "-m", "clausegraph", "build", "--output", str(path)],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        outputs.append(path.read_bytes())
    assert outputs[0] == outputs[1]
    lines = outputs[0].decode().splitlines()
    assert len(lines) == len(set(lines))


def test_written_file_loads_back_to_the_same_graphs(built: Build, tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    built.write(path)
    loaded = Store()
    loaded.bulk_load(path=str(path))
    counts = Counter(quad.graph_name.value for quad in loaded)
    assert counts == {g: len(set(t)) for g, t in built.graphs.items() if t}


def test_written_file_is_input_of_the_same_release(built: Build, tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    built.write(path)
    assert build([path]).release == built.release


def test_release_ignores_layout_and_follows_content(tmp_path: Path) -> None:
    body = '<document/x> a cg:Document ; dcterms:title "X"@en .\n'
    path = data_file(tmp_path, body)
    first = build([path]).release
    data_file(tmp_path, "# A comment.\n" + body.replace(" ; ", " ;\n    "))
    assert build([path]).release == first
    data_file(tmp_path, body.replace('"X"', '"Y"'))
    assert build([path]).release != first


def test_release_graph_describes_the_release_and_is_not_part_of_it(built: Build) -> None:
    digests = {
        graph: release.graph_digest(graph, triples)
        for graph, triples in built.graphs.items()
        if graph != release.GRAPH_IRI
    }
    assert release.identifier(digests) == built.release
    assert any(built.release in str(triple) for triple in built.graphs[release.GRAPH_IRI])


def test_bad_turtle_is_refused_with_file_line_and_column(tmp_path: Path) -> None:
    path = data_file(tmp_path, "<document/x> a cg:Document\n<document/y> a cg:Document .\n")
    error = refusal(path)
    assert (error.file, error.line) == (path, 7)


def test_unknown_prefix_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(data_file(tmp_path, "<document/x> a cg:Document ;\n    nosuch:thing 1 .\n"))
    assert error.line == 7
    assert "nosuch" in error.message


def test_unknown_concept_is_refused_with_its_line_and_the_nearest_code(tmp_path: Path) -> None:
    body = "<document/x> a cg:Document ;\n    cg:addressesRisk mit-risk-domain:7.9 .\n"
    error = refusal(data_file(tmp_path, body))
    assert error.line == 7
    assert "mit-risk-domain:7.9" in error.message
    assert "mit-risk-domain:7." in (error.remedy or "")


@pytest.mark.parametrize(
    "literal", ["1.50", "007", '"5"^^xsd:byte', '"2024-01-01T00:00:00+00:00"^^xsd:dateTime', "1e3"]
)
def test_literal_that_the_store_would_rewrite_is_refused(tmp_path: Path, literal: str) -> None:
    """Files, dumps and answers agree: RDF 1.1 Concepts, section 3.3, on lexical forms."""
    error = refusal(data_file(tmp_path, f"<document/x> a cg:Document ;\n    cg:rank {literal} .\n"))
    assert error.line == 7
    assert "rewrite" in error.message


def test_statement_that_two_files_make_is_refused(tmp_path: Path) -> None:
    body = "<document/x> a cg:Document .\n<document/x/tally/t> a cg:Tally .\n"
    data_file(tmp_path, body, "a.ttl")
    data_file(tmp_path, body, "b.ttl")
    error = refusal(tmp_path)
    assert error.line == 7
    assert str(error.file).endswith("b.ttl")


def test_missing_file_and_folder_without_rdf_are_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nothing.ttl").message
    assert "holds no RDF" in refusal(tmp_path).message


def test_folder_below_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left out without a word, its files would be missing from the graph; whoever runs the tests
    may be allowed to read anything."""
    (tmp_path / "below").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "a.ttl").write_text("")
    scan = os.scandir

    def closed(path: str) -> object:
        if Path(path).name in {"below", ".hidden"}:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(InputError, match=r"below: The folder cannot be read: Permission denied\."):
        build([tmp_path])


def test_suffix_of_no_syntax_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert ".ttl" in (refusal(path).remedy or "")


def test_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.ttl"
    path.write_bytes(b"# fine\n# caf\xe9\n")
    assert refusal(path).line == 2


def test_two_files_that_would_be_one_graph_are_refused(tmp_path: Path) -> None:
    data_file(tmp_path, "<document/x> a cg:Document .\n", "a.ttl")
    (tmp_path / "a.nt").write_text("")
    assert "would both become" in refusal(tmp_path).message


@pytest.fixture
def own(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Make a data file the only one of our own."""
    for folder in ("ontology", "shapes", "queries"):
        (tmp_path / folder).symlink_to(root / folder)
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(bundle, "root", lambda: tmp_path)
    return lambda body: data_file(tmp_path / "data", body)


def test_blank_node_in_our_own_data_is_refused(own: Callable[[str], Path]) -> None:
    path = own("<document/x> a cg:Document ;\n    dcterms:source [] .\n")
    with pytest.raises(InputError, match="blank node") as caught:
        build()
    assert (caught.value.file, caught.value.line) == (path, 7)


def test_data_of_our_own_that_do_not_say_where_they_come_from_are_refused(
    own: Callable[[str], Path],
) -> None:
    path = own("<document/x> a cg:Document .\n")
    with pytest.raises(InputError, match="dcterms:source of its own graph") as caught:
        build()
    assert caught.value.file == path


def test_file_of_someone_else_may_point_to_a_document_that_ships(tmp_path: Path) -> None:
    body = (
        "<document/x> a cg:Document ;\n    dcterms:references <document/ai-safety-commitments> .\n"
    )
    built = build([data_file(tmp_path, body)])
    assert GRAPH + "data/mine" in built.graphs


def test_failed_write_leaves_the_old_file_and_nothing_else(
    built: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "graph.nq"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        built.write(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_narrower_top_concepts_and_closure_are_derived(store: Store) -> None:
    """SKOS Reference, S19, S24, S25."""
    risk = ID + "concept/mit-risk-domain"
    name = NamedNode
    assert store.contains_named_graph(name(GRAPH + "derived/narrower"))
    pairs = [
        (f"{risk}/2", "narrower", f"{risk}/2.1"),
        (f"{risk}/2.1", "broaderTransitive", f"{risk}/2"),
        (risk, "hasTopConcept", f"{risk}/2"),
    ]
    for subject, local, target in pairs:
        found = store.quads_for_pattern(
            name(subject), name(SKOS + local), name(target), DefaultGraph()
        )
        assert list(found), (subject, local, target)
