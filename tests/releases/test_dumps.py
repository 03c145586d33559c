"""The dumps of a release: each says what the graph says, compressed or not."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
import zstandard
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, Triple, parse

from clausegraph import formats
from clausegraph.build import Build
from clausegraph.releases import Folder, Manifest
from clausegraph.releases.dumps import Read

SYNTAXES = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG, ".jsonld": RdfFormat.JSON_LD}


@pytest.fixture(scope="module")
def kept(built: Build, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    """The shipped graph as a release: its folder and its manifest."""
    folder = Folder(tmp_path_factory.mktemp("releases"))
    manifest = folder.add(built)
    return folder.path / built.release, manifest


def plain(path: Path) -> bytes:
    """Return what is in a file, compressed or not."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return data


def test_every_syntax_is_there_in_every_coding(kept: tuple[Path, Manifest]) -> None:
    folder, manifest = kept
    names = [formats.dump(s, c) for s in formats.DUMPED for c in formats.CODINGS]
    assert [file.name for file in manifest.files] == names
    assert len(names) == 12
    assert sorted([*names, "manifest.json"]) == sorted(path.name for path in folder.iterdir())


def test_manifest_has_the_size_and_digest_of_each_file(kept: tuple[Path, Manifest]) -> None:
    folder, manifest = kept
    for file in manifest.files:
        data = (folder / file.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.bytes, file.sha256)


@pytest.mark.parametrize("suffix", [syntax.suffix for syntax in formats.DUMPED])
def test_compressed_files_hold_the_plain_one(kept: tuple[Path, Manifest], suffix: str) -> None:
    """RFC 1952 and RFC 8878; no time of day in them."""
    folder, _ = kept
    expected = (folder / f"clausegraph{suffix}").read_bytes()
    for coding in (".gz", ".zst"):
        assert plain(folder / f"clausegraph{suffix}{coding}") == expected
    assert (folder / f"clausegraph{suffix}.gz").read_bytes()[4:8] == bytes(4)


@pytest.mark.parametrize("suffix", sorted(SYNTAXES))
def test_datasets_hold_every_graph(kept: tuple[Path, Manifest], store: Store, suffix: str) -> None:
    """RDF 1.1 Datasets: the named graphs; the default graph is their merge, and is not repeated."""
    folder, manifest = kept
    found = set(parse(path=str(folder / f"clausegraph{suffix}"), format=SYNTAXES[suffix]))
    expected = {quad for quad in store if not isinstance(quad.graph_name, DefaultGraph)}
    assert found == expected
    assert manifest.graphs == len({quad.graph_name for quad in expected})


def test_turtle_holds_the_merge_each_triple_once(
    kept: tuple[Path, Manifest], store: Store, built: Build
) -> None:
    folder, manifest = kept
    found = [
        quad.triple for quad in parse(path=str(folder / "clausegraph.ttl"), format=RdfFormat.TURTLE)
    ]
    merge: set[Triple] = {
        quad.triple for quad in store if isinstance(quad.graph_name, DefaultGraph)
    }
    assert set(found) == merge
    assert len(found) == len(merge) == manifest.triples == len(built)


def test_same_release_gives_the_same_bytes_from_a_build_and_from_its_dump(
    kept: tuple[Path, Manifest], tmp_path: Path
) -> None:
    folder, manifest = kept
    again = Folder(tmp_path).add(Read(manifest.release, folder / "clausegraph.nq"))
    assert again.files == manifest.files


def test_empty_release_has_empty_dumps(tmp_path: Path) -> None:
    path = tmp_path / "empty.nq"
    path.touch()
    manifest = Folder(tmp_path / "releases").add(Read("0" * 64, path))
    assert (manifest.triples, manifest.graphs, len(manifest.files)) == (0, 0, 12)


def test_literals_that_look_like_ends_of_lines_survive(tmp_path: Path) -> None:
    """N-Quads, section 3: a graph's lines are told by their whole end."""
    path = tmp_path / "odd.nq"
    lines = sorted(
        f'<urn:s> <urn:p> "{text}" <urn:g> .\n'
        for text in ("a <urn:g> .", "\u2028", "x <urn:h> . \\n", '\\"', "漢")
    )
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    folder = Folder(tmp_path / "releases")
    manifest = folder.add(Read("1" * 64, path))
    assert manifest.triples == 5
    turtle = folder.file("1" * 64, "clausegraph.ttl")
    found = {Quad(*quad.triple) for quad in parse(path=str(turtle), format=RdfFormat.TURTLE)}
    expected = parse("".join(lines), RdfFormat.N_QUADS)
    assert found == {Quad(*quad.triple) for quad in expected}
