"""Loading into a folder of stored graphs: the graph that a build makes, byte by byte, or nothing."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from pyoxigraph import Store
from typer.testing import CliRunner

from clausegraph import generate
from clausegraph.build import Build, build, rules
from clausegraph.cli import load as load_command
from clausegraph.errors import InputError
from clausegraph.search import Index
from clausegraph.stores import deriving, intake, lines, loading, machine, sorting
from clausegraph.stores.filling import Filling
from clausegraph.stores.folder import StoreFolder
from clausegraph.stores.loading import load
from clausegraph.stores.manifest import InputFile, Manifest
from clausegraph.stores.pace import Pace
from clausegraph.stores.sorting import Run
from clausegraph.vocabulary import CG, DCTERMS, GRAPH, ID, SKOS, XSD
from datasets import TYPE, assert_same, hard, one

_LOAD = """
import sys
from pathlib import Path
from clausegraph.stores import loading
from clausegraph.stores.folder import StoreFolder
loading.load([Path(sys.argv[1])], StoreFolder(Path(sys.argv[2])), print, is_searched=False)
"""


def test_interrupted_load_does_not_wait_for_the_digests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large file they come last, and are awaited then."""
    told: list[bool] = []
    waiting = threading.Event()

    def digest(_: Path, given_up: threading.Event) -> InputFile:
        waiting.set()
        told.append(given_up.wait(20))
        raise InputError("It is given up.")

    def interrupt(*_: object) -> Manifest:
        waiting.wait(20)
        raise KeyboardInterrupt

    monkeypatch.setattr(InputFile, "of", digest)
    monkeypatch.setattr(loading, "_manifest", interrupt)
    (tmp_path / "one.nq").write_text("".join(generate.quads(100)), encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        load([tmp_path / "one.nq"], StoreFolder(tmp_path / "graphs"), is_searched=False)
    assert told == [True]


def refusal(action: Callable[[], object]) -> tuple[object, ...]:
    """Return what an InputError says."""
    with pytest.raises(InputError) as caught:
        action()
    error = caught.value
    return error.message, error.file, error.line, error.column, error.remedy


def contents(folder: Path) -> dict[str, int]:
    """What lies in a folder, and when it was changed."""
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


# --- the same graph


def test_shipped_graph_is_loaded_as_it_is_built(built: Build, tmp_path: Path) -> None:
    assert_same(load(None, StoreFolder(tmp_path), is_searched=False), built)


def test_generated_graph_is_loaded_as_it_is_built(tmp_path: Path) -> None:
    path = tmp_path / "made.nq"
    path.write_text("".join(generate.quads(6_000)), encoding="utf-8")
    assert_same(load([path], StoreFolder(tmp_path / "graphs")), build([path]))


@pytest.mark.usefixtures("bare")
def test_search_index_is_written_beside_the_store(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    title = f'<{ID}document/a> <{DCTERMS}title> "A law on airships"@en <{GRAPH}data/a> .\n'
    path.write_text(one("a") + title, encoding="utf-8")
    stored = load([path], StoreFolder(tmp_path / "graphs"))
    assert stored.index is not None
    assert Index.open(stored.index) is not None
    assert load([path], StoreFolder(tmp_path / "others"), is_searched=False).index is None


@pytest.mark.usefixtures("bare")
def test_written_dataset_is_loaded_to_the_same_release(tmp_path: Path) -> None:
    """What it says of derived graphs and of its release is said anew."""
    path = tmp_path / "a.nq"
    path.write_text(one("a"), encoding="utf-8")
    first = load([path], StoreFolder(tmp_path / "graphs"), is_searched=False)
    again = load([first.graph], StoreFolder(tmp_path / "more"), is_searched=False)
    assert again.graph.read_bytes() == first.graph.read_bytes()


@pytest.mark.usefixtures("bare")
def test_file_that_says_nothing_becomes_an_empty_graph(tmp_path: Path) -> None:
    for name in ("empty.nq", "empty.nt", "empty.ttl"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_text("# Nothing.\n\n")
        assert_same(
            load([folder], StoreFolder(folder / "graphs"), is_searched=False), build([folder])
        )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("bare")
def test_any_dataset_is_loaded_as_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Made up of what is hard: things in several graphs, derived facts that are stated, statements
    about the dataset itself, blank nodes, escapes, other people's names; in pieces of any size."""
    chance = random.Random(seed)  # noqa: S311
    monkeypatch.setattr(sorting, "BUFFER", chance.choice([300, 3_000, 2**25]))
    monkeypatch.setattr(sorting, "BLOCK", chance.choice([100, 2_000]))
    monkeypatch.setattr(lines, "CHUNK", chance.choice([60, 1_000]))
    monkeypatch.setattr(intake, "LARGE", chance.choice([0, 2**24]))
    monkeypatch.setattr(deriving, "IN_MEMORY", chance.choice([0, 2**24]))
    monkeypatch.setattr(machine, "memory", lambda: None)
    for number, suffix in enumerate(chance.choices(["nq", "nt", "ttl"], k=chance.randint(1, 3))):
        path = tmp_path / "in" / f"{number}.{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(hard(chance, number, suffix), encoding="utf-8", newline="")
    folder = StoreFolder(tmp_path / "graphs")
    assert_same(load([path.parent], folder, is_searched=False), build([path.parent]))


@pytest.mark.usefixtures("bare")
def test_blank_nodes_of_a_large_file_are_named_as_in_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their names follow from what hangs from them, which may lie far apart."""
    far = "".join(one(f"d{n}") for n in range(50))
    path = tmp_path / "blank.nq"
    tree = f"<{ID}document/d1> <{CG}rank> _:x <{GRAPH}data/d1> .\n{far}"
    path.write_text(f'{tree}_:x <{CG}rank> "1" <{GRAPH}data/d1> .\n', encoding="utf-8")
    monkeypatch.setattr(lines, "CHUNK", 100)
    assert_same(load([path], StoreFolder(tmp_path / "graphs"), is_searched=False), build([path]))


@pytest.mark.usefixtures("bare")
def test_text_of_many_megabytes_is_loaded(tmp_path: Path) -> None:
    """The parser of the store takes tokens of 16 MiB at most from a pipe."""
    path = tmp_path / "long.nq"
    text = "word " * 3_600_000
    line = f'<{ID}document/a> <{CG}summary> "{text}"@en <{GRAPH}data/a> .\n'
    path.write_text(one("a") + line, encoding="utf-8")
    stored = load([path], StoreFolder(tmp_path / "graphs"), is_searched=False)
    assert line in stored.graph.read_text(encoding="utf-8")
    assert Store.read_only(str(stored.store)).query(f'ASK {{ ?d <{CG}summary> "{text}"@en }}')


@pytest.mark.usefixtures("bare")
def test_rule_that_may_look_at_anything_sees_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"CONSTRUCT {{ ?s <{CG}rank> ?p }} WHERE {{ ?s ?p ?o }}"
    last = rules.Rule("anything", Path("99-anything.rq"), text)
    found = [*rules.load(), last]
    monkeypatch.setattr(rules, "load", lambda: found)
    path = tmp_path / "a.nq"
    path.write_text(one("a") + one("b"), encoding="utf-8")
    assert_same(load([path], StoreFolder(tmp_path / "graphs"), is_searched=False), build([path]))


# --- the same refusals


def _quad(subject: str, predicate: str, target: str) -> str:
    return f"<{ID}document/{subject}> <{predicate}> {target} <{GRAPH}data/x> .\n"


@pytest.mark.parametrize(
    "text",
    [
        _quad("a", f"{CG}rank", "nonsense"),
        _quad("a", f"{CG}rank", f'"1.50"^^<{XSD}decimal>'),
        _quad("a", f"{CG}rank", f'"007"^^<{XSD}integer>'),
        _quad("a", f"{DCTERMS}references", f"<{ID}document/nothing>"),
        _quad("a", f"{CG}concept", f"<{ID}concept/none/1>"),
        f"<relative> {TYPE} <{CG}Document> .\n",
        f"<{ID}document/a> {TYPE} <{CG}Document>\n .\n",
        f'<{ID}document/a> <{CG}rank> "1" <{GRAPH}data/x> . <{ID}document/b>\n',
        _quad("a", f"{SKOS}note", '"caf\udce9"'),
        _quad("a", f"{DCTERMS}isReplacedBy", f"<{ID}document/a>"),
        _quad("a", f"{CG}formerIdentifier", f"<{ID}document/b>") + one("b"),
    ],
)
@pytest.mark.usefixtures("bare")
def test_what_a_build_refuses_is_refused_in_the_same_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.nq"
    path.write_bytes((one("a") * 3 + text).encode("utf-8", "surrogateescape"))
    folder = tmp_path / "graphs"
    assert refusal(lambda: load([path], StoreFolder(folder))) == refusal(lambda: build([path]))
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("bare")
def test_large_file_is_refused_with_the_line_that_breaks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LARGE", 0)
    monkeypatch.setattr(lines, "CHUNK", 100)
    (tmp_path / "a.nq").write_text(one("a") * 9 + "<http://e.org/a> <b> .\n" + one("b"))
    (tmp_path / "a.ttl").write_text("# Fine.\n<http://e.org/a> a ;\n")
    for name, line in (("a.nq", 10), ("a.ttl", 2)):
        path = tmp_path / name
        expected = refusal(lambda: build([path]))  # noqa: B023
        assert refusal(lambda: load([path], StoreFolder(tmp_path / "graphs"))) == expected  # noqa: B023
        assert expected[2] == line


@pytest.mark.usefixtures("bare")
def test_statement_that_two_files_make_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        thing = f"<{ID}document/x/tally/t> {TYPE} <{CG}Tally> <{GRAPH}data/{name}> .\n"
        (tmp_path / f"{name}.nq").write_text(one(name) + thing)
    expected = refusal(lambda: build([tmp_path]))
    assert refusal(lambda: load([tmp_path], StoreFolder(tmp_path / "graphs"))) == expected


@pytest.mark.usefixtures("bare")
def test_statement_that_one_file_makes_in_two_graphs_is_not_refused(tmp_path: Path) -> None:
    thing = f"<{ID}document/x/tally/t> {TYPE} <{CG}Tally> <{GRAPH}data/%s> .\n"
    path = tmp_path / "a.nq"
    path.write_text(one("a") + thing % "a" + thing % "b")
    assert_same(load([path], StoreFolder(tmp_path / "graphs"), is_searched=False), build([path]))


@pytest.mark.usefixtures("bare")
def test_file_that_changes_while_it_is_loaded_is_refused(tmp_path: Path) -> None:
    """The manifest would vouch for what was not read."""
    path = tmp_path / "a.nq"
    path.write_text(one("a"))

    def change(message: str) -> None:
        if message.startswith("Deriving"):
            time.sleep(0.3)  # so that the file has been digested
            path.write_text(one("a") + one("b"))

    message, *_ = refusal(lambda: load([path], StoreFolder(tmp_path / "graphs"), change))
    assert "changed while it was loaded" in str(message)


# --- nothing by halves


@pytest.mark.usefixtures("bare")
def test_refused_load_leaves_the_graph_before(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    path.write_text(one("a"))
    folder = StoreFolder(tmp_path / "graphs")
    first = load([path], folder, is_searched=False)
    before = contents(folder.path)
    path.write_text(one("a") + "nonsense\n")
    refusal(lambda: load([path], folder))
    assert contents(folder.path) == before
    assert folder.current() == first


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that takes a second or two."""
    path = tmp_path / "large.nq"
    path.write_text("".join(generate.quads(12_000)), encoding="utf-8")
    return path


def _started(path: Path, folder: Path, **options: object) -> subprocess.Popen[str]:
    """Return a load in a process of its own, once it reads."""
    command = [sys.executable, "-c", _LOAD, str(path), str(folder)]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_load_that_is_ended_leaves_nothing_and_is_run_again(
    large: Path, tmp_path: Path, sign: signal.Signals
) -> None:
    folder = StoreFolder(tmp_path / "graphs")
    process = _started(large, folder.path)
    assert process.stdout is not None
    while not process.stdout.readline().startswith("Deriving"):
        assert process.poll() is None
    process.send_signal(sign)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert folder.current() is None
    if sign == signal.SIGINT:
        assert list(folder.path.iterdir()) == []
    again = load([large], folder, is_searched=False)
    assert again.release == build([large]).release
    assert {path.name for path in folder.path.iterdir()} == {"current", again.release}


def test_full_disk_is_told_and_leaves_nothing(large: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the end of the disk."""
    folder = tmp_path / "graphs"
    limit = 2**20

    def confine() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = _started(large, folder, preexec_fn=confine)
    _, errors = process.communicate(timeout=60)
    assert "InputError" in errors
    assert "File too large" in errors
    assert list(folder.iterdir()) == []


def test_store_that_cannot_be_filled_is_told(tmp_path: Path) -> None:
    path = tmp_path / "runs"
    path.write_bytes(b"nonsense\n")
    filling = Filling(tmp_path / "store", path)
    try:
        filling.put(Run(0, ((b"<urn:g>", 9),), 1, 9))
        message, *_ = refusal(filling.settle)
        assert "cannot be written" in str(message)
    finally:
        filling.close()


# --- what is told


@pytest.mark.usefixtures("bare")
def test_command_prints_the_release_and_tells_the_rest(tmp_path: Path) -> None:
    path, folder = tmp_path / "a.nq", tmp_path / "graphs"
    path.write_text(one("a"))
    app = typer.Typer()
    load_command.register(app)
    result = CliRunner().invoke(app, [str(path), "--store", str(folder)])
    current = StoreFolder(folder).current()
    assert current is not None
    assert result.stdout == f"{current.release}\n"
    assert f"Loaded {current.manifest.triples:,} triples" in result.stderr
    assert current.manifest.data == (str(path),)


def test_progress_has_a_rate_and_an_estimate() -> None:
    told: list[str] = []
    times = iter([0.0, 1.0, 10.0])
    pace = Pace(told.append, 1_000, clock=lambda: next(times))
    pace.read, pace.taken = 500, 10_000
    pace.show(1_000)
    pace.show(13_000)
    assert told == ["Loaded 13,000 of about 26,000 lines, 1,300 a second, about 10 s left."]


@pytest.fixture(autouse=True)
def _no_threads_are_left() -> Iterator[None]:
    """A load gives back what it took, whatever became of it."""
    import threading  # noqa: PLC0415

    before = threading.active_count()
    yield
    assert threading.active_count() == before
