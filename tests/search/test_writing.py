"""Writing an index: whole or not at all, the same content each time, and read without a file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from clausegraph.errors import InputError
from clausegraph.search import Index, Request, schema, telling, write, writing

TITLE = NamedNode("http://purl.org/dc/terms/title")


def store_of(*titles: str) -> Store:
    """Return a store of things with these titles."""
    found = Store()
    found.extend(
        Quad(NamedNode(f"https://example.org/{number}"), TITLE, Literal(title))
        for number, title in enumerate(titles)
    )
    return found


def ranked(path: Path, text: str) -> list[tuple[str, float]]:
    """Return what an index finds, in order."""
    return list(Index.open(path).search(Request(text, limit=100)).scored)


def test_same_graph_gives_the_same_answers(store: Store, tmp_path: Path) -> None:
    """Scores and the order of equals too, whatever the files are called."""
    for name in ("one", "other"):
        assert write(store, tmp_path / name) > 1000
    for text in ("safety", "risk", "", "安全", "manag*"):
        assert ranked(tmp_path / "one", text) == ranked(tmp_path / "other", text)


def test_order_of_triples_does_not_show(tmp_path: Path) -> None:
    """A store on disk and one in memory keep triples in orders of their own."""
    titles = [f"title {number}" for number in range(50)]
    quads = list(store_of(*titles))
    backwards = Store()
    backwards.extend(reversed(quads))
    write(store_of(*titles), tmp_path / "one")
    write(backwards, tmp_path / "other")
    assert ranked(tmp_path / "one", "title") == ranked(tmp_path / "other", "title")


def test_empty_graph_has_an_index_that_finds_nothing(tmp_path: Path) -> None:
    assert write(Store(), tmp_path / "search") == 0
    assert ranked(tmp_path / "search", "x") == []


def test_place_that_is_taken_is_an_error_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "search").write_text("mine")
    with pytest.raises(InputError, match="cannot be written"):
        write(store_of("a"), tmp_path / "search")
    assert (tmp_path / "search").read_text() == "mine"


def test_folder_that_is_there_is_an_error_and_stays_as_it_is(tmp_path: Path) -> None:
    """What somebody else has made is not cleared away."""
    mine = tmp_path / "search" / "mine"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(InputError, match="File exists"):
        write(store_of("a"), mine.parent)
    assert mine.read_text() == "mine"


def test_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """setrlimit(2), RLIMIT_FSIZE: the process that writes may make no large file."""
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from test_writing import store_of\nfrom clausegraph.errors import InputError\n"
        "from clausegraph.search import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "words = [f'word{n} ' * 3 for n in range(20_000)]\n"
        "try:\n    write(store_of(*words), Path(sys.argv[1]))\n"
        "except InputError as error:\n    print(error)\n"
    )
    path = tmp_path / "search"
    run = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(
        run, capture_output=True, text=True, cwd=Path(__file__).parent, check=False, timeout=120
    )
    assert "The search index cannot be written" in done.stdout, done.stderr
    assert not path.exists()


def test_index_that_was_not_finished_cannot_be_opened(tmp_path: Path) -> None:
    """What the process had made when its input ended before it said so."""
    path = tmp_path / "search"
    path.mkdir()
    code = "import sys; from clausegraph.search.indexer import main; sys.exit(main(sys.argv[1]))"
    entry = b'{"iri": ["https://example.org/1"], "name": ["a"]}\n'
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], input=entry, check=False, timeout=60
    )
    assert done.returncode != 0
    with pytest.raises(InputError, match="not whole"):
        Index.open(path)


def test_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while things are read."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_entry", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(store_of("a"), tmp_path / "search")
    assert not (tmp_path / "search").exists()


def test_progress_is_told_from_the_first_stage_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the time goes by before the first thing is indexed."""
    monkeypatch.setattr(telling, "_FIRST", 0.0)
    monkeypatch.setattr(telling, "_TOLD", 0.0)
    monkeypatch.setattr(telling, "_CHECKED", 10)
    said: list[str] = []
    write(store_of(*map(str, range(100))), tmp_path / "search", said.append)
    assert said[:2] == [
        "Reading names and texts for the search index.",
        "Reading names and texts for the search index: 10 so far.",
    ]
    assert "Reading kinds of things for the search index." in said
    assert said[-1].startswith("Writing the search index: 90 of 100, ")
    assert said[-1].endswith(" s left.")


def test_progress_is_told_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a second, then every five; a thing takes half a second here."""
    monkeypatch.setattr(telling, "_CHECKED", 1)
    now, said = [0.0], list[str]()

    def items() -> Iterator[int]:
        for number in range(24):
            yield number
            now[0] += 0.5

    told = telling.Telling(said.append, clock=lambda: now[0])
    assert list(told.counted(items(), "Reading")) == list(range(24))
    assert said == ["Reading: 2 so far.", "Reading: 12 so far.", "Reading: 22 so far."]


def test_small_graph_is_indexed_without_a_word(tmp_path: Path) -> None:
    said: list[str] = []
    write(store_of("a"), tmp_path / "search", said.append)
    assert said == []


def test_no_thread_is_left_in_the_process_that_loads(tmp_path: Path) -> None:
    """It forks others afterwards: fork(2) copies the calling thread alone."""
    code = (
        "import os, sys; from pathlib import Path\nfrom test_writing import store_of\n"
        "from clausegraph.search import write\nbefore = len(os.listdir('/proc/self/task'))\n"
        "write(store_of('a'), Path(sys.argv[1]))\n"
        "print(len(os.listdir('/proc/self/task')) - before, 'tantivy' in sys.modules)\n"
    )
    if not Path("/proc/self/task").is_dir():
        pytest.skip("this system has no /proc")
    run = [sys.executable, "-c", code, str(tmp_path / "search")]
    done = subprocess.run(
        run, capture_output=True, text=True, cwd=Path(__file__).parent, check=True
    )
    assert done.stdout.split() == ["0", "False"]


def test_open_index_needs_no_file_any_more(tmp_path: Path, small: Store) -> None:
    """getrlimit(2), RLIMIT_NOFILE 0, as in the processes that answer queries."""
    code = (
        "import resource, sys; from pathlib import Path\nfrom pyoxigraph import RdfFormat, Store\n"
        "from clausegraph.search import Index, Request, search, suggest\n"
        "store = Store(); store.load(path='small.ttl', format=RdfFormat.TURTLE)\n"
        "index = Index.open(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))\n"
        "for text in ('safety', '安全', 'manag*', '\"a b\"', '-x', '', 'a OR b'):\n"
        "    search(index, store, Request(text)); suggest(index, store, Request(text))\n"
        "    index.matching(text, 10)\n"
        "print(search(index, store, Request('安全')).total)\n"
    )
    write(small, tmp_path / "search")
    run = [sys.executable, "-c", code, str(tmp_path / "search")]
    done = subprocess.run(
        run, capture_output=True, text=True, cwd=Path(__file__).parent, check=True
    )
    assert done.stdout.strip() == "1"


def test_long_words_and_odd_characters_are_indexed(tmp_path: Path) -> None:
    odd = "\u0001\u200b \U0001f916 " + "x" * 100_000
    write(store_of(odd, "ordinary", '{"a": "\\n"}'), tmp_path / "search")
    assert len(ranked(tmp_path / "search", "x" * 900)) == 1
    assert len(ranked(tmp_path / "search", "ordinary")) == 1


def test_text_that_is_long_is_found_to_its_end(tmp_path: Path) -> None:
    write(store_of("word " * 200_000 + "needle"), tmp_path / "search")
    assert len(ranked(tmp_path / "search", "needle")) == 1


def test_every_filter_is_a_field_of_the_index() -> None:
    """What is asked for and what is written are one table."""
    from clausegraph.search import fields, filtering  # noqa: PLC0415

    assert [item.name for item in filtering.FILTERS] == list(fields.FILTERS)
    assert schema.schema() is not None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_folder_without_permission_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    code = (
        "import os, sys; from pathlib import Path\nfrom test_writing import store_of\n"
        "from clausegraph.errors import InputError\nfrom clausegraph.search import write\n"
        "store = store_of('a')\nos.setuid(65534)\n"
        "try:\n    write(store, Path(sys.argv[1]))\nexcept InputError as error:\n    print(error)\n"
    )
    run = [sys.executable, "-c", code, str(folder / "search")]
    done = subprocess.run(
        run, capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    assert "cannot be written" in done.stdout, done.stderr
