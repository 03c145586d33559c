"""`clausegraph serve --store`: what is there is opened, what has changed is loaded."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

import stored
from clausegraph import generate
from clausegraph.stores.folder import Stored, StoreFolder
from services import until

TURTLE = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

<https://w3id.org/clausegraph/id/document/{slug}> a cg:Document ;
    dcterms:title "{slug}"@en .
"""


@dataclass
class Service:
    """A running `clausegraph serve` and what it has said so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    _said: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Collect the lines of standard error until the process ends."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._said:
                self.lines.append(line)
                self._said.notify_all()

    def wait_for(self, pattern: str, seconds: float = 40) -> re.Match[str]:
        """Return the first match of `pattern` in what the service says."""
        with self._said:
            match = self._said.wait_for(lambda: re.search(pattern, self.said), seconds)
        assert match, self.said
        return match

    @property
    def said(self) -> str:
        """All that it has said."""
        return "".join(self.lines)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.wait_for(r"http://127\.0\.0\.1:\d+")[0]

    def title(self, slug: str) -> str:
        """Return what it says of a document."""
        return httpx.get(f"{self.url}/id/document/{slug}.ttl", follow_redirects=True).text

    def release(self) -> str:
        """Return the release that it serves."""
        return httpx.get(f"{self.url}/health").headers["clausegraph-release"]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[..., Service]]:
    """Start services; what still runs at the end of the module is ended by its process."""
    with contextlib.ExitStack() as stack:

        def run(*arguments: str | Path) -> Service:
            words = ["serve", "--port", "0", "--workers", "2", "--access-log", "off"]
            command = [sys.executable, "-m", "clausegraph", *words, *map(str, arguments)]
            process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            service = Service(process)
            thread = threading.Thread(target=service.listen, daemon=True)
            thread.start()

            def end() -> None:
                if process.poll() is None:
                    service.stop()
                thread.join(10)
                assert process.stderr is not None
                process.stderr.close()

            stack.callback(end)
            return service

        yield run


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Where a service has its own files."""
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


def write(path: Path, slug: str) -> Path:
    """Write a file of one document."""
    path.write_text(TURTLE.format(slug=slug), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """A stored graph that nobody changes."""
    folder = tmp_path_factory.mktemp("ready")
    return stored.stored(folder / "graphs", [write(folder / "mine.ttl", "first")])


@pytest.fixture(scope="module")
def service(start, ready) -> Service:
    """A service of that graph."""
    made: Service = start("--store", ready.path.parent)
    return made


def test_what_is_there_is_opened_and_that_is_said(service, ready) -> None:
    """Nothing is built or loaded: the release is that of the folder."""
    assert "first" in service.title("first")
    assert service.release() == ready.release
    service.wait_for(rf"Opened [\d,]+ triples in 0\.\d s, release {ready.release[:12]}, in /")
    assert "Built" not in service.said


def test_dumps_of_a_store_are_made_of_its_file(service, ready) -> None:
    """The N-Quads lie in the folder already; they stay there."""
    url = f"{service.url}/dumps/clausegraph"
    dump = httpx.get(f"{url}.nq", timeout=60)
    assert dump.headers["clausegraph-release"] == ready.release
    assert dump.content == ready.graph.read_bytes()
    merge = parse(httpx.get(f"{url}.ttl", timeout=60).content, format=RdfFormat.TURTLE)
    assert sum(1 for _ in merge) == ready.manifest.triples
    assert ready.graph.is_file()


def test_queries_are_answered_from_spawned_processes_too(start, ready, spool) -> None:
    """Where a system cannot fork: the same store, which stays when the service ends."""
    service = start("--store", ready.path.parent, "--isolation", "spawn", "--spool", spool)
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    answer = httpx.get(f"{service.url}/sparql", params=query, timeout=40)
    [row] = answer.json()["results"]["bindings"]
    assert int(row["n"]["value"]) == ready.manifest.triples
    assert service.stop() == 0
    assert ready.store.is_dir()
    assert not list(spool.iterdir())


def test_a_reload_takes_up_what_was_loaded_meanwhile_and_keeps_the_old(start, tmp_path) -> None:
    """SIGHUP, after another process has loaded; the graph that is served is not pruned, and an
    older release is answered from its store (/v/{release})."""
    folder, mine = tmp_path / "graphs", tmp_path / "mine.ttl"
    first = stored.stored(folder, [write(mine, "first")])
    service = start("--store", folder, "--releases", tmp_path / "releases")
    service.wait_for(f"Release {first.release[:12]} is kept")
    for slug in ("second", "third", "fourth"):
        last = stored.stored(folder, [write(mine, slug)])
    assert first.store.is_dir(), "a service reads it"
    service.process.send_signal(signal.SIGHUP)
    service.wait_for(f"Release {last.release[:12]} is served now")
    assert "fourth" in service.title("fourth")
    query = {"query": "ASK { ?d dcterms:title 'first'@en }"}
    answer = httpx.get(f"{service.url}/v/{first.release}/sparql", params=query, timeout=40)
    assert answer.json()["boolean"] is True
    assert answer.headers["clausegraph-release"] == first.release
    assert "was loaded in" not in service.said
    assert service.stop() == 0
    StoreFolder(folder).prune(1)
    assert not first.store.exists()


def test_an_empty_folder_gets_the_graph_and_a_changed_file_a_new_one(start, tmp_path) -> None:
    """Loaded once; SIGHUP loads again when a file has changed, and says so."""
    folder, mine = tmp_path / "graphs", write(tmp_path / "mine.ttl", "first")
    service = start("--store", folder, "--data", mine)
    assert "first" in service.title("first")
    found = StoreFolder(folder).current()
    assert found is not None
    assert found.release == service.release()
    write(mine, "second")
    service.process.send_signal(signal.SIGHUP)
    service.wait_for(r"is loaded again: .*mine\.ttl has changed\.")
    service.wait_for("is served now")
    assert "second" in service.title("second")


def test_bad_data_are_one_line_and_leave_the_graph_that_was_there(start, tmp_path) -> None:
    """Exit code 3, file and line; no partial output, the old data untouched."""
    mine = write(tmp_path / "mine.ttl", "first")
    before = stored.stored(tmp_path / "graphs", [mine])
    mine.write_text("<urn:a> <urn:b> .\n", encoding="utf-8")
    service = start("--store", tmp_path / "graphs", "--data", mine)
    assert service.process.wait(40) == 3
    service.wait_for(r"mine\.ttl:1")
    assert "Traceback" not in service.said
    assert StoreFolder(tmp_path / "graphs").current() == before
    names = sorted(item.name for item in (tmp_path / "graphs").iterdir())
    assert names == [before.path.name, "current"]


def test_hold_disk_puts_the_graph_into_the_spool_and_leaves_nothing(start, tmp_path, spool) -> None:
    """Without --store: for as long as the service runs."""
    mine = write(tmp_path / "mine.ttl", "first")
    service = start("--data", mine, "--hold", "disk", "--spool", spool)
    assert "first" in service.title("first")
    assert list(spool.rglob("CURRENT"))
    assert service.stop() == 0
    assert until(lambda: not list(spool.iterdir()))


def test_a_load_that_is_interrupted_leaves_nothing(start, tmp_path, spool) -> None:
    """Ctrl-C half-way: nothing half is left, and what was there is current."""
    mine = tmp_path / "mine.nq"
    mine.write_text("".join(generate.quads(200)), encoding="utf-8")
    before = stored.stored(tmp_path / "graphs", [mine])
    mine.write_text("".join(generate.quads(100_000)), encoding="utf-8")
    folder = StoreFolder(tmp_path / "graphs")
    service = start("--store", folder.path, "--data", mine, "--spool", spool)
    assert until(lambda: any(folder.path.glob(".loading-*")), 40)
    assert service.stop(signal.SIGINT) == 0
    assert not list(folder.path.glob(".loading-*"))
    assert folder.current() == before
    assert until(lambda: not list(spool.iterdir()))
