"""Workers over a store on disk: the same answers, and no more rights than they need."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import loads
import stored
from clausegraph import formats
from clausegraph.engine import EmbeddedEngine, Limits, Query, landlock, seccomp
from clausegraph.engine.opening import has_shut, is_many
from clausegraph.engine.process import confine
from clausegraph.errors import (
    ClausegraphError,
    QueryError,
    QueryMemoryExceeded,
    QueryTimeout,
    ResultTooLarge,
)
from lacking import lacking

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NUMBERS = " ".join(str(number) for number in range(300))
PRODUCT = f"VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} VALUES ?c {{ {NUMBERS} }}"

linux = pytest.mark.skipif(sys.platform != "linux", reason="these rights are Linux's")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> stored.OnDisk:
    """A store whose tables are all opened with it."""
    return stored.small_on_disk(tmp_path_factory.mktemp("few") / "store")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> stored.OnDisk:
    """A store that opens some of its tables when it needs them."""
    made = stored.many_on_disk(tmp_path_factory.mktemp("many") / "store")
    assert is_many(made.store)
    return made


def told(process: int, name: str, file: str = "status") -> str:
    """Return what the system says of a process."""
    text = Path(f"/proc/{process}/{file}").read_text(encoding="ascii")
    match = re.search(rf"^{name}:?\s+(\S+)", text, re.MULTILINE)
    assert match
    return match[1]


def rows(answer: Any) -> list[str]:
    """Return the lines of a table in CSV, in an order of ours."""
    return sorted(answer.body.decode().splitlines()[1:])


QUERIES = {
    "select": {"text": "SELECT ?s ?p ?o { ?s ?p ?o }", "solutions": formats.CSV},
    "graphs": {"text": "SELECT ?g { GRAPH ?g {} }", "solutions": formats.CSV},
    "named": {"text": "SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }", "solutions": formats.CSV},
    "bound": {
        "text": "SELECT ?s ?o { ?s ?p ?o }",
        "substitutions": {"s": f"<{loads.EXAMPLE}law>"},
        "solutions": formats.CSV,
    },
}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_answers_are_those_of_memory(run, ask, few, name) -> None:
    """One engine, wherever the graph lies; order aside, which no query of these asks for."""

    async def answer(engine: EmbeddedEngine) -> list[str]:
        return rows(await engine.query(ask(**QUERIES[name])))

    assert run(answer, load=few) == run(answer, load=loads.small) != []


@linux
def test_worker_over_few_tables_can_open_nothing(run, few) -> None:
    """RLIMIT_NOFILE 0, as over a store in memory (getrlimit(2))."""

    async def scenario(engine: EmbeddedEngine) -> list[str]:
        processes = [worker.process for worker in engine._pool._idle]
        return [told(process, "Max open files", "limits") for process in processes]

    assert run(scenario, load=few) == ["0", "0"]


@linux
def test_worker_over_many_tables_reads_them_all_and_is_sealed(run, ask, many) -> None:
    """What it needs of the store is opened as it needs it; seccomp(2) refuses the rest."""

    async def scenario(engine: EmbeddedEngine) -> tuple[list[str], list[str]]:
        answer = await engine.query(ask(COUNT, solutions=formats.CSV))
        processes = [worker.process for worker in engine._pool._idle]
        return rows(answer), [told(process, "Seccomp") for process in processes]

    counts, modes = run(scenario, load=many)
    assert counts == [str(8 * stored.ITEMS)]
    assert set(modes) == {"2"}


@linux
def test_store_with_few_tables_has_none_shut_and_one_with_many_has(few, many) -> None:
    """What decides between the two ways is what this process has open, not a guess."""
    opened = [few, many]
    stores = [load().store for load in opened]
    for path, expected in zip(stores, (False, True), strict=True):
        kept = stored.Store.read_only(str(path))
        assert has_shut(path) is expected
        del kept


ATTEMPTS: dict[str, Callable[[Path], object]] = {
    "read beside the store": lambda folder: (folder.parent / "beside").read_bytes(),
    "read of the system": lambda _: Path("/etc/hostname").read_bytes(),
    "write to the store": lambda folder: (folder / "CURRENT").open("ab"),
    "write a new file": lambda folder: (folder / "new").write_bytes(b""),
    "remove": lambda folder: (folder / "CURRENT").unlink(),
    "rename": lambda folder: (folder / "CURRENT").rename(folder / "other"),
    "folder": lambda folder: (folder / "new").mkdir(),
    "link": lambda folder: (folder / "new").symlink_to("/etc"),
    "mode": lambda folder: (folder / "CURRENT").chmod(0o777),
    "socket": lambda _: socket.socket(),
    "pair of sockets": lambda _: socket.socketpair(),
    "fork": lambda _: os.fork() or os._exit(0),
    "program": lambda _: os.execv("/bin/true", ["true"]),  # noqa: S606
    "signal": lambda _: os.kill(os.getppid(), 0),
    "file in memory": lambda _: os.memfd_create("new"),
}


def is_refused(folder: Path, name: str, *, confined: bool = True) -> bool:
    """Whether a child is refused something, after it was confined as a worker is."""
    child = os.fork()
    if child == 0:
        status = 2
        try:
            if confined:
                confine(2**30, 2**20, reads=[folder])
            (folder / "CURRENT").read_bytes()
            status = 1
            ATTEMPTS[name](folder)
        except PermissionError:
            os._exit(0 if status == 1 else status)
        finally:
            os._exit(status)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 1), "the store cannot be read"
    return code == 0


@pytest.fixture
def fenced(tmp_path: Path) -> Path:
    """A folder as that of a store, with a file beside it."""
    folder = tmp_path / "store"
    folder.mkdir()
    for file in (folder / "CURRENT", tmp_path / "beside"):
        file.write_text("here")
    return folder


@linux
@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_only_reads_its_store_is_refused_all_else(fenced, name) -> None:
    """landlock(7) and seccomp(2): nothing but reading below one folder."""
    if platform.machine() not in ("x86_64", "aarch64"):
        lacking("the filter knows the system calls of x86_64 and aarch64")
    before = sorted(fenced.parent.rglob("*"))
    assert is_refused(fenced, name)
    assert sorted(fenced.parent.rglob("*")) == before


@pytest.mark.parametrize("name", ["read beside the store", "write a new file", "socket", "fork"])
def test_without_being_confined_it_is_allowed(fenced, name) -> None:
    """The test above can fail."""
    assert not is_refused(fenced, name, confined=False)


@linux
@pytest.mark.parametrize(
    ("column", "header"),
    [
        (1, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        (2, "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_numbers_of_system_calls_are_those_of_the_kernel(column: int, header: str) -> None:
    """A wrong number would refuse something else."""
    if not Path(header).is_file():
        lacking(f"{header} is not here: it comes with the system's C library")
    text = Path(header).read_text(encoding="ascii")
    known = {
        match[1]: int(match[2])
        for match in re.finditer(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)$", text, re.MULTILINE)
    }
    ours = seccomp.numbers(column)
    assert {name: known.get(name) for name in ours} == ours


def test_a_fence_around_a_folder_that_is_not_there_is_none(tmp_path) -> None:
    """Whoever relies on it is told."""
    assert landlock.fence(tmp_path / "missing") is False


@pytest.fixture
def on_disk(few: stored.OnDisk, tmp_path: Path) -> stored.OnDisk:
    """A store that a test may harm."""
    shutil.copytree(few.store, tmp_path / "store")
    return stored.OnDisk(tmp_path / "store")


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_store_that_is_not_there_is_named(tmp_path, isolation) -> None:
    """One clear line with the folder, and no process left."""

    async def scenario() -> None:
        load = stored.OnDisk(tmp_path / "missing")
        engine = EmbeddedEngine(load, Limits(workers=1, spool=tmp_path), isolation=isolation)
        with pytest.raises(ClausegraphError, match=r"cannot be read from .*missing"):
            await engine.start()

    asyncio.run(scenario())


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_store_stays_when_the_engine_is_closed(ask, on_disk, tmp_path, isolation) -> None:
    """What a load has found on disk is not ours to remove."""
    before = sorted(path.name for path in on_disk.store.iterdir())

    async def scenario() -> None:
        limits = Limits(workers=1, spool=tmp_path)
        engine = EmbeddedEngine(on_disk, limits, isolation=isolation)
        await engine.start()
        await engine.query(ask("ASK { ?s ?p ?o }"))
        await engine.close()

    asyncio.run(scenario())
    assert sorted(path.name for path in on_disk.store.iterdir()) == before


def test_worker_that_dies_is_replaced_by_one_that_opens_the_store_again(
    run, ask, few, until
) -> None:
    """A store on disk is opened after the fork, each time."""

    async def scenario(engine: EmbeddedEngine) -> bool:
        before = {worker.process for worker in engine._pool._idle}
        for process in before:
            os.kill(process, signal.SIGKILL)
        assert await until(lambda: len(engine._pool._idle) == 2 and not before & _idle(engine))
        return (await engine.query(ask("ASK { ?s ?p ?o }"))).is_empty

    assert run(scenario, load=few) is False


def _idle(engine: EmbeddedEngine) -> set[int]:
    return {worker.process for worker in engine._pool._idle}


def test_store_that_is_lost_is_loaded_again(run, ask, on_disk, until) -> None:
    """Workers that can open nothing are no use: whoever loads finds the graph, or says why not."""
    kept = on_disk.store.with_name("kept")

    async def scenario(engine: EmbeddedEngine) -> None:
        lost = engine._pool.zygote
        on_disk.store.rename(kept)
        for process in _idle(engine):
            os.kill(process, signal.SIGKILL)
        assert await until(lambda: engine._pool.zygote is None)
        kept.rename(on_disk.store)
        assert await until(lambda: engine._pool.zygote not in {lost, None})
        await engine.query(ask("ASK { ?s ?p ?o }"))

    run(scenario, load=on_disk)


@pytest.mark.parametrize("load", ["few", "many"])
def test_limits_hold_over_a_store_on_disk(run, ask, endless, request, load) -> None:
    """Deadline, memory, size of the answer, files for large answers: as over one in memory."""

    async def scenario(engine: EmbeddedEngine) -> int:
        with pytest.raises(QueryTimeout):
            await engine.query(ask(endless, timeout=0.3))
        with pytest.raises(QueryMemoryExceeded):
            await engine.query(
                ask(f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {PRODUCT} }} }}")
            )
        with pytest.raises(ResultTooLarge):
            await engine.query(ask(f"SELECT * {{ {PRODUCT} }}", may_spool=True))
        large = ask(f"SELECT * {{ {PRODUCT} }} LIMIT 50000", may_spool=True)
        answer = await engine.query(large)
        assert answer.spool is not None
        answer.spool.close()
        return answer.spool.size

    found = run(scenario, load=request.getfixturevalue(load), memory=64 * 2**20, result=16 * 2**20)
    assert found > 10**6


def damaged(source: Path, folder: Path, least: int) -> stored.OnDisk:
    """Return a copy of a store whose tables of `least` bytes or more are damaged."""
    shutil.copytree(source, folder)
    for table in folder.glob("*.sst"):
        data = bytearray(table.read_bytes())
        if len(data) >= least:
            data[:40] = bytes(40)
            table.write_bytes(data)
    return stored.OnDisk(folder)


def test_a_store_that_is_damaged_where_it_is_opened_is_named(few, tmp_path) -> None:
    """RocksDB finds the fault by its checksums; the start says which file, and the way out."""
    load = damaged(few.store, tmp_path / "store", 0)

    async def scenario() -> None:
        with pytest.raises(ClausegraphError, match=r"Corruption: .*\.sst.* load the graph again"):
            await EmbeddedEngine(load, Limits(workers=2)).start()

    asyncio.run(scenario())


def test_a_damaged_table_is_an_error_for_whoever_needs_it(run, ask, many, tmp_path) -> None:
    """No answer that lacks what could not be read, and the worker lives on."""

    async def scenario(engine: EmbeddedEngine) -> None:
        before = _idle(engine)
        with pytest.raises(QueryError, match=r"gave the query up: .*Corruption"):
            await engine.query(ask("SELECT * { ?s ?p ?o }"))
        await engine.query(ask("ASK {}"))
        assert _idle(engine) == before

    run(scenario, load=damaged(many.store, tmp_path / "store", 4096))


def test_query_is_asked_of_what_is_on_disk_while_it_is_loaded_anew(run, few) -> None:
    """Readers of one store do not exclude one another."""

    async def scenario(engine: EmbeddedEngine) -> int:
        asked = Query("ASK { ?s ?p ?o }", None, formats.RESULTS_JSON, None)
        asks = asyncio.gather(*(engine.query(asked) for _ in range(20)))
        await engine.reload()
        return len(await asks)

    assert run(scenario, load=few) == 20
