"""Loading a graph: the one that is built, and one that was kept, in the same order."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from clausegraph.build import build
from clausegraph.errors import InputError, UnknownResource
from clausegraph.releases import Folder
from clausegraph.releases.loading import GraphLoader, read, written_file

ALL = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
TURTLE = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

<https://w3id.org/clausegraph/id/document/one> a cg:Document ;
    dcterms:title "One, in two\\nlines, \u2028 and “more”"@en .
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of data."""
    path = tmp_path / "mine.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    return path


def test_graph_that_is_kept_is_found_in_the_order_in_which_it_was_built(
    file: Path, tmp_path: Path
) -> None:
    """An answer without ORDER BY has the same bytes, and may keep the same validator."""
    loader = GraphLoader((file,), tmp_path, tmp_path / "releases")
    current = loader()
    Folder(tmp_path / "releases").add(build([file]))
    older = pickle.loads(pickle.dumps(loader))(current.release)  # noqa: S301  (our own bytes)
    assert older.release == current.release
    rows = [[str(row) for row in loaded.store.query(ALL)] for loaded in (current, older)]
    assert rows[0] == rows[1]
    text = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    bodies = [
        loaded.store.query(text).serialize(format=RdfFormat.TURTLE) for loaded in (current, older)
    ]
    assert bodies[0] == bodies[1]


def test_default_graph_is_the_merge_of_the_named_ones(file: Path) -> None:
    """Each triple counts once, however many graphs hold it."""
    built = build([file])
    store = GraphLoader((file,))().store
    assert set(store) == set(built.store())


def test_load_leaves_the_n_quads_of_its_release(file: Path, tmp_path: Path) -> None:
    """Dumps are made from them."""
    loaded = GraphLoader((file,), tmp_path)()
    build([file]).write(tmp_path / "expected.nq")
    path = written_file(tmp_path, loaded.release)
    assert path.read_bytes() == (tmp_path / "expected.nq").read_bytes()


def test_load_that_cannot_write_goes_on_and_says_so(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk hinders no answer."""
    loaded = GraphLoader((file,), tmp_path / "nowhere")()
    assert len(loaded.store) > 0
    assert "cannot be written" in capsys.readouterr().err


def test_release_that_is_not_what_was_written_is_refused(file: Path, tmp_path: Path) -> None:
    """A release never changes; a file that did is none."""
    built = build([file])
    folder = Folder(tmp_path / "releases")
    folder.add(built)
    path = folder.nquads(built.release)
    path.chmod(0o644)
    loader = GraphLoader(releases=folder.path)
    whole = path.read_bytes()
    for damaged, message in (
        (whole.replace(b"One", b"Two"), "not what was written"),
        (whole[:-40], "cannot be read"),
    ):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=message) as caught:
            loader(built.release)
        assert caught.value.file == path
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        loader(built.release)
    with pytest.raises(UnknownResource):
        loader("0" * 64)


def test_file_is_read_with_its_digest(tmp_path: Path) -> None:
    """SHA-256 of the bytes, all of them."""
    path = tmp_path / "empty.nq"
    path.touch()
    store, digest = read(path)
    assert len(store) == 0
    assert digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
