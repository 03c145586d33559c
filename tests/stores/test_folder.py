"""A folder of stored graphs: whole or not at all, one current, none removed that somebody reads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

import stored
from clausegraph.errors import InputError
from clausegraph.stores.folder import Stored, StoreFolder, reading
from clausegraph.stores.manifest import InputFile
from services import until


@pytest.fixture
def folder(tmp_path: Path) -> StoreFolder:
    """A folder that is not there yet."""
    return StoreFolder(tmp_path / "all" / "graphs")


def put(folder: StoreFolder, number: int, **fields: object) -> Stored:
    """Commit a graph of a few bytes."""
    with folder.begin() as working:
        working.store.mkdir()
        (working.store / "CURRENT").write_text(str(number))
        working.graph.write_text(f"{number}\n")
        (working.scratch / "sorted").write_text("no more needed")
        return folder.commit(working, stored.manifest(f"{number:064x}", **fields))  # type: ignore[arg-type]


def names(folder: StoreFolder) -> list[str]:
    """Return what is in the folder, releases by their number."""
    return sorted(path.name.lstrip("0") for path in folder.path.iterdir())


def test_nothing_is_current_before_the_first(folder) -> None:
    assert folder.current() is None
    assert not folder.path.exists()


def test_what_is_committed_is_current_and_whole(folder) -> None:
    """The layout that the module documents."""
    put(folder, 1)
    found = folder.current()
    assert found is not None
    assert found.release == f"{1:064x}"
    assert found.index is None
    assert found.graph.read_text() == "1\n"
    assert sorted(path.name for path in found.path.iterdir()) == [
        "graph.nq",
        "manifest.json",
        "store",
    ]
    assert found.path.stat().st_mode & 0o777 == 0o755
    assert names(folder) == ["1", "current"]


def test_a_search_index_is_found_where_one_was_written(folder) -> None:
    with folder.begin() as working:
        working.store.mkdir()
        working.graph.touch()
        working.search.mkdir()
        made = folder.commit(working, stored.manifest("a" * 64))
    assert made.index == made.path / "search"


def test_a_load_that_fails_leaves_nothing_and_changes_nothing(folder) -> None:
    put(folder, 1)
    with pytest.raises(ZeroDivisionError), folder.begin() as working:
        working.graph.write_text(str(1 / 0))
    assert names(folder) == ["1", "current"]


def test_a_load_that_commits_nothing_leaves_nothing(folder) -> None:
    with folder.begin() as working:
        working.store.mkdir()
    assert names(folder) == []
    assert folder.current() is None


def test_a_folder_without_a_store_is_no_graph(folder) -> None:
    with pytest.raises(ValueError, match="store is missing"), folder.begin() as working:
        folder.commit(working, stored.manifest("a" * 64))
    assert folder.current() is None


def test_a_full_disk_is_one_line_with_the_way_out(folder) -> None:
    """What the system says, the place, and what to do."""
    with pytest.raises(InputError, match=r"No space left.*free space"), folder.begin():
        raise OSError(28, "No space left on device", "graph.nq")
    assert names(folder) == []


KILLED = """
    import os, signal, sys, stored
    from pathlib import Path
    from clausegraph.stores.folder import StoreFolder
    folder = StoreFolder(Path(sys.argv[1]))
    with folder.begin() as working:
        working.store.mkdir()
        working.graph.touch()
        if sys.argv[2] == "wait":
            print("loading", flush=True)
            sys.stdin.read()
        working.path.rename(folder.path / ("f" * 64))
        os.kill(os.getpid(), signal.SIGKILL)
"""


def loading(folder: StoreFolder, how: str) -> subprocess.Popen[str]:
    """Start a process that loads."""
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder.path), how]
    path = os.pathsep.join(sys.path)
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def test_a_killed_load_is_never_current_and_is_swept(folder) -> None:
    """SIGKILL, in the middle: what is left has a name that nobody reads, and goes next time."""
    put(folder, 1)
    with loading(folder, "wait") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        assert len(names(folder)) == 3
        folder.sweep()
        assert len(names(folder)) == 3, "it still loads"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    current = folder.current()
    assert current is not None
    assert current.release == f"{1:064x}"
    folder.sweep()
    assert not [name for name in names(folder) if name.startswith(".loading")]


def test_a_load_killed_before_the_last_step_is_not_current(folder) -> None:
    put(folder, 1)
    with loading(folder, "now") as process:
        assert process.wait(20) == -signal.SIGKILL
    current = folder.current()
    assert current is not None
    assert current.release == f"{1:064x}"


def test_two_loads_at_once_are_refused_and_the_first_goes_on(folder) -> None:
    with loading(folder, "wait") as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(InputError, match=r"Another process is loading.*--store"):
            put(folder, 2)
        process.kill()
        process.wait(10)
    assert until(lambda: put(folder, 2).release == f"{2:064x}")


def test_the_one_before_the_current_is_kept_and_older_ones_go(folder) -> None:
    for number in (1, 2, 3):
        put(folder, number)
    assert names(folder) == ["2", "3", "current"]
    assert folder.find(f"{2:064x}") is not None
    assert folder.find(f"{1:064x}") is None


def test_what_somebody_reads_is_not_removed(folder) -> None:
    """A service goes on with the graph that it has opened."""
    first = put(folder, 1)
    with reading(first.path):
        for number in (2, 3, 4):
            put(folder, number)
        assert names(folder) == ["1", "3", "4", "current"]
    assert folder.prune(1) == (f"{3:064x}", f"{1:064x}")
    assert names(folder) == ["4", "current"]


def test_the_same_release_again_does_not_touch_the_one_that_is_read(folder) -> None:
    """It gets a folder of its own, and is current."""
    first = put(folder, 1)
    with reading(first.path):
        again = put(folder, 1)
        assert again.release == first.release
        assert again.path.name == f"{1:064x}.2"
        assert folder.current() == again
        assert first.graph.is_file()


def test_the_same_release_again_leaves_the_way_back_open(folder) -> None:
    """It takes the place of the one of the same content, not of the one before."""
    put(folder, 1)
    for _ in range(3):
        put(folder, 2)
    assert len(names(folder)) == 3
    assert folder.find(f"{1:064x}") is not None
    assert folder.find(f"{2:064x}") == folder.current()


def test_reading_that_is_given_up_ends(tmp_path) -> None:
    """A process that is to end would wait for the whole of a large file."""
    (tmp_path / "large.nq").write_bytes(bytes(10))
    given_up = threading.Event()
    given_up.set()
    with pytest.raises(InputError, match="given up"):
        InputFile.of(tmp_path / "large.nq", given_up)


def test_the_current_one_is_never_pruned(folder) -> None:
    first, second = put(folder, 1), put(folder, 2)
    folder.renew(first, first.manifest)
    assert folder.prune(1) == (second.release,)
    assert folder.current() == first


def test_a_folder_of_other_things_is_refused(tmp_path) -> None:
    """A slip of the pen must not fill, and later prune, somebody's documents."""
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(InputError, match=r"holds other things, such as thesis\.tex"):
        put(StoreFolder(tmp_path), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_fresh_file_system_is_an_empty_folder(tmp_path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / ".hidden").touch()
    assert put(StoreFolder(tmp_path), 1).release == f"{1:064x}"


def test_a_file_is_no_folder(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="no folder"):
        put(StoreFolder(tmp_path / "file"), 1)


def test_a_current_graph_that_was_removed_is_told(folder) -> None:
    made = put(folder, 1)
    made.path.rename(folder.path / "elsewhere")
    with pytest.raises(InputError, match=r"is not here\. Remove this file"):
        folder.current()


@pytest.mark.parametrize("name", ["../../etc", "", "x" * 64, "\n", "é"])
def test_a_current_file_that_names_anything_else_is_refused(folder, name) -> None:
    put(folder, 1)
    (folder.path / "current").write_text(name, encoding="utf-8")
    with pytest.raises(InputError, match="current"):
        folder.current()


FAULTS = {
    "no json": lambda _: "{",
    "a list": lambda _: "[]",
    "a member too many": lambda known: json.dumps({**known, "more": 1}),
    "a member missing": lambda known: json.dumps({"format": known["format"]}),
    "release": lambda known: json.dumps({**known, "release": "../x"}),
    "count": lambda known: json.dumps({**known, "triples": -1}),
    "count that is a text": lambda known: json.dumps({**known, "quads": "7"}),
    "input": lambda known: json.dumps({**known, "inputs": [{"path": "/x"}]}),
    "data": lambda known: json.dumps({**known, "data": [1]}),
    "deep": lambda _: "[" * 100_000,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_manifest_that_cannot_be_read_is_named(folder, fault) -> None:
    """One line with the file and what to do, whatever is in it."""
    path = put(folder, 1).path / "manifest.json"
    path.write_text(FAULTS[fault](json.loads(path.read_text())))
    with pytest.raises(InputError, match=r"manifest\.json: .*(load|Load)"):
        folder.current()


def test_a_graph_of_another_layout_is_refused_with_the_way_out(folder) -> None:
    path = put(folder, 1).path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(InputError, match="another version of Clausegraph"):
        folder.current()


def test_manifest_is_read_as_it_was_written(folder, tmp_path) -> None:
    source = tmp_path / "生成式 é.nq"
    source.write_text("x")
    made = put(folder, 1, inputs=(InputFile.of(source),), data=(source,))
    assert folder.current() == made
    assert made.manifest.data == (str(source),)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file that a graph is made from."""
    path = tmp_path / "source.nq"
    path.write_text("one")
    return path


def test_a_file_that_was_only_touched_is_unchanged(source) -> None:
    """By size and time, else by content."""
    known = InputFile.of(source)
    os.utime(source, (1, 1))
    assert known.is_unchanged()


@pytest.mark.parametrize("text", ["two", "longer"])
def test_a_file_that_says_something_else_has_changed(source, text) -> None:
    known = InputFile.of(source)
    source.write_text(text)
    os.utime(source, ns=(known.mtime_ns + 1, known.mtime_ns + 1))
    assert not known.is_unchanged()


def test_a_file_that_is_gone_has_changed(source) -> None:
    known = InputFile.of(source)
    source.unlink()
    assert not known.is_unchanged()


def test_files_that_are_new_gone_or_changed_are_all_named(tmp_path) -> None:
    """Whichever way the inputs of a graph differ, it is not the same graph."""
    kept, gone, changed, new = (tmp_path / name for name in ("kept", "gone", "changed", "new"))
    for path in (kept, gone, changed, new):
        path.write_text(path.name)
    made = stored.manifest("a" * 64, inputs=tuple(map(InputFile.of, (kept, gone, changed))))
    changed.write_text("something else")
    assert made.changed([kept, changed, new]) == (changed, gone, new)
    assert made.changed([kept, gone]) == (changed,)
