"""What a service loads: the stored graph that is there, or one that is loaded anew, or memory."""

from __future__ import annotations

import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyoxigraph import Store

import stored
from clausegraph.errors import ClausegraphError, InputError, UsageError
from clausegraph.releases import loading
from clausegraph.releases.loading import GraphLoader
from clausegraph.settings import Settings
from clausegraph.stores.folder import Stored, StoreFolder
from clausegraph.stores.machine import Memory
from clausegraph.vocabulary import ID
from services import family, until

TURTLE = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

<https://w3id.org/clausegraph/id/document/{slug}> a cg:Document ;
    dcterms:title "{slug}"@en .
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A file of one document."""
    return write(tmp_path / "mine.ttl", "first")


@pytest.fixture
def kept(tmp_path: Path, mine: Path) -> Stored:
    """The stored graph of that file."""
    return stored.stored(tmp_path / "graphs", [mine])


def write(path: Path, slug: str) -> Path:
    """Write a file of one document."""
    path.write_text(TURTLE.format(slug=slug), encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, int]:
    """Return what lies in a folder, with the times of change."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def titles(store: Store | Path) -> set[str]:
    """Return the titles of documents."""
    found = store if isinstance(store, Store) else Store.read_only(str(store))
    query = "SELECT ?t { ?d a cg:Document ; <http://purl.org/dc/terms/title> ?t }"
    prefixes = {"cg": "https://w3id.org/clausegraph/ontology#"}
    return {row["t"].value for row in found.query(query, prefixes=prefixes)}  # type: ignore[union-attr]


def test_what_is_there_is_not_changed(kept, capfd) -> None:
    """Without --data: what the folder holds, whatever it is."""
    before = contents(kept.path.parent)
    loaded = GraphLoader(store=kept.path.parent)()
    assert (loaded.store, loaded.release) == (kept.store, kept.release)
    assert contents(kept.path.parent) == before
    assert re.fullmatch(
        r"Opened [\d,]+ triples in .* s, release \w+, in .*\n", capfd.readouterr().err
    )


def test_files_that_have_not_changed_are_not_loaded_again(kept, mine, capfd) -> None:
    """By size and time; by content where only the time differs, and that is noted."""
    loader = GraphLoader((mine,), store=kept.path.parent)
    assert loader().release == kept.release
    os.utime(mine, (1, 1))
    assert loader().release == kept.release
    current = StoreFolder(kept.path.parent).current()
    assert current is not None
    assert current.path == kept.path
    [known] = [item for item in current.manifest.inputs if item.path == str(mine.resolve())]
    assert known.mtime_ns == mine.stat().st_mtime_ns
    assert "again" not in capfd.readouterr().err


def test_a_file_that_has_changed_is_loaded_and_that_is_said(kept, mine, capfd) -> None:
    """Beside a store that is open: its threads are not in a child, which would wait for them."""
    opened = Store.read_only(str(kept.store))
    write(mine, "second")
    loaded = GraphLoader((mine,), store=kept.path.parent)()
    assert (titles(loaded.store), titles(opened)) == ({"second"}, {"first"})
    assert re.search(r"loaded again: .*mine\.ttl has changed\.", capfd.readouterr().err)


def test_other_data_than_before_are_loaded(kept, mine, tmp_path, capfd) -> None:
    """What counts is which files a load would read now."""
    other = write(tmp_path / "other.ttl", "other")
    loaded = GraphLoader((mine, other), store=kept.path.parent)()
    assert titles(loaded.store) == {"first", "other"}
    assert "other.ttl has changed" in capfd.readouterr().err


def test_what_changed_is_told_where_no_data_are_named(kept, mine, capfd) -> None:
    """It is served as it was loaded, and the way to have it loaded again is named."""
    write(mine, "second")
    assert GraphLoader(store=kept.path.parent)().release == kept.release
    said = capfd.readouterr().err
    assert re.search(r"as it was loaded, though .*mine\.ttl has changed\. Name .* --data", said)


def test_a_damaged_manifest_stops_without_data_and_is_loaded_anew_with_them(
    kept, mine, capfd
) -> None:
    (kept.path / "manifest.json").write_text("{")
    folder = kept.path.parent
    with pytest.raises(InputError, match="Remove its folder, and load the graph again"):
        GraphLoader(store=folder)()
    assert GraphLoader((mine,), store=folder)().release == kept.release
    assert "The graph is loaded again: " in capfd.readouterr().err


def test_a_graph_of_another_version_of_the_package_is_loaded_anew(kept, mine, capfd) -> None:
    """Its rules may derive something else."""
    path = kept.path / "manifest.json"
    version = kept.manifest.version
    path.write_text(path.read_text().replace(f'"{version}"', '"0.0.1"'))
    GraphLoader((mine,), store=kept.path.parent)()
    assert f"made by version 0.0.1, and this is {version}" in capfd.readouterr().err


def test_a_folder_of_other_things_is_refused(tmp_path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(InputError, match="holds other things"):
        GraphLoader(store=tmp_path)()


def test_hold_memory_reads_a_stored_graph_into_memory(kept, tmp_path) -> None:
    loaded = GraphLoader(store=kept.path.parent, written=tmp_path, hold="memory")()
    assert isinstance(loaded.store, Store)
    assert titles(loaded.store) == {"first"}
    assert len(loaded.store) == kept.manifest.triples + kept.manifest.quads


def test_the_word_shipped_stands_for_what_ships(mine, built) -> None:
    """`--data shipped --data mine`: both, saved queries too."""
    loaded = GraphLoader((Path("shipped"), mine))()
    assert isinstance(loaded.store, Store)
    assert "first" in titles(loaded.store)
    assert loaded.store.query(f"ASK {{ <{ID}query/risks/gaps> ?p ?o }}")
    assert len(loaded.store) > sum(map(len, built.graphs.values()))


def test_what_does_not_fit_is_put_on_disk_and_that_is_said(
    mine, tmp_path, monkeypatch, capfd
) -> None:
    """From the measured size, and the memory that is free."""
    monkeypatch.setattr(loading.machine, "memory", lambda: Memory(1_000, "are free"))
    loaded = GraphLoader((mine,), written=tmp_path)()
    assert isinstance(loaded.store, Path)
    assert tmp_path in loaded.store.parents
    assert titles(loaded.store) == {"first"}
    assert re.search(
        r"0 MB are free: the graph is put on disk.*--hold memory", capfd.readouterr().err
    )


def test_a_small_graph_is_held_in_memory_without_a_word(mine, tmp_path, capfd) -> None:
    loaded = GraphLoader((mine,), written=tmp_path)()
    assert isinstance(loaded.store, Store)
    assert capfd.readouterr().err.count("\n") == 1


def test_a_graph_in_memory_has_a_search_index_beside_it(mine, tmp_path) -> None:
    """As one on disk has; those of graphs that nobody serves any more go."""
    loader = GraphLoader((mine,), written=tmp_path, hold="memory")
    first = loader()
    assert isinstance(first.store, Store)
    made = [first.index, *(loader._indexed(first.store, first.release) for _ in range(3))]
    assert [index.is_dir() for index in made if index] == [False, True, True, True]


def test_an_older_release_is_found_on_disk(kept, mine, tmp_path) -> None:
    write(mine, "second")
    newer = stored.stored(kept.path.parent, [mine])
    loader = GraphLoader(store=kept.path.parent, releases=tmp_path / "releases")
    assert loader(kept.release).store == kept.store
    assert loader().store == newer.store


@pytest.mark.parametrize(
    ("name", "text"), [("store", __file__), ("hold", "nowhere"), ("store", "")]
)
def test_a_setting_that_cannot_be_used_is_told(name, text) -> None:
    with pytest.raises(UsageError, match=f"--{name}=.* cannot be used"):
        Settings.read({}, {name: text})


def test_a_load_whose_process_dies_is_an_error(mine, tmp_path) -> None:
    """Killed by the system: said, and nothing is left."""
    folder = StoreFolder(tmp_path / "graphs")
    others = set(family(os.getpid()))  # among them the service that all tests share
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(GraphLoader((mine,), store=folder.path))
        assert until(lambda: any(folder.path.glob(".loading-*")), 30)
        assert until(lambda: set(family(os.getpid())) - others, 30)
        for process in set(family(os.getpid())) - others:
            os.kill(process, signal.SIGKILL)
        with pytest.raises(ClausegraphError, match=r"has ended\. .*too little memory"):
            loading.result()
    folder.sweep()
    assert not list(folder.path.iterdir())
