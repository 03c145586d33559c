"""`clausegraph generate`: made-up data that are valid, reproducible, and named as made up."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from clausegraph.build import build
from clausegraph.generate import quads
from clausegraph.validate import Request, validate
from clausegraph.vocabulary import CG, DCTERMS, ID, RDF

COMMAND = [sys.executable, "-m", "clausegraph", "generate"]


def digest(triples: int, seed: int = 0) -> str:
    return hashlib.sha256("".join(quads(triples, seed)).encode()).hexdigest()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("generated") / "generated.nq"
    path.write_text("".join(quads(2000)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(file: Path) -> Store:
    store = Store()
    store.load(path=file, format=RdfFormat.N_QUADS)
    return store


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert digest(5000) == digest(5000)
    assert digest(5000) != digest(5000, 1)


def test_a_larger_graph_begins_with_the_smaller() -> None:
    small, large = "".join(quads(3000)), "".join(quads(9000))
    assert large.startswith(small)


@pytest.mark.parametrize("triples", [1, 1000, 20_000])
def test_there_are_as_many_triples_as_asked_for_and_one_document_more_at_most(triples: int) -> None:
    parts = list(quads(triples))
    counts = [part.count("\n") for part in parts]
    assert sum(counts) >= triples
    assert len(parts) == 1 or sum(counts[:-1]) < triples


def test_no_line_stands_twice() -> None:
    lines = "".join(quads(20_000)).splitlines()
    assert len(set(lines)) == len(lines)


def test_memory_does_not_grow_with_the_graph() -> None:
    """What is yielded at a time is one document, however large the graph."""
    sizes = [len(part) for part in quads(200_000)]
    assert max(sizes[len(sizes) // 2 :]) < 3 * max(sizes[: len(sizes) // 2])


def test_it_keeps_to_our_shapes_without_a_warning(file: Path) -> None:
    report = validate(Request(paths=(str(file),)))
    assert report.findings == ()


def test_it_builds_and_is_derived_from(file: Path, made: Store) -> None:
    built = build([file])
    assert len(built) > len(made)
    document = NamedNode(ID + "document/generated-000001")
    assert any(
        triple.subject == document and triple.predicate.value == CG + "addressesRisk"
        for triples in built.graphs.values()
        for triple in triples
    )


def test_every_document_and_clause_says_that_it_is_made_up(made: Store) -> None:
    titles = [
        quad.object.value
        for kind in ("Document", "Clause", "Actor", "Source")
        for thing in made.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(CG + kind))
        for quad in made.quads_for_pattern(thing.subject, NamedNode(DCTERMS + "title"), None)
    ]
    assert len(titles) > 20
    assert all("generated" in title.lower() for title in titles)


def test_sources_contradict_each_other_in_graphs_of_their_own(made: Store) -> None:
    """One named graph a document and source, as in the data that ship."""
    graphs = {graph.value.rpartition("/data/")[2] for graph in made.named_graphs()}
    first = {f"document/generated-000001/{source}" for source in ("generated-a", "generated-b")}
    assert graphs >= {"generated", *first}
    assert made.query(
        f"ASK {{ GRAPH ?a {{ ?x <{CG}concept> ?c ; <{CG}classifies> ?d ; <{CG}coverageLevel> ?l }}"
        f" GRAPH ?b {{ ?y <{CG}concept> ?c ; <{CG}classifies> ?d ; <{CG}coverageLevel> ?m }}"
        " FILTER(?l != ?m) }"
    )


def test_the_command_writes_a_file_or_standard_output(tmp_path: Path) -> None:
    path = tmp_path / "made.nq"
    told = subprocess.run(
        [*COMMAND, "--triples", "3000", "--seed", "4", "--output", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    shown = subprocess.run(
        [*COMMAND, "--triples", "3000", "--seed", "4"], capture_output=True, text=True, check=True
    )
    assert told.stdout == ""
    assert "Wrote" in told.stderr
    assert path.read_text(encoding="utf-8") == shown.stdout == "".join(quads(3000, 4))
