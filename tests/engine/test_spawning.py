"""Spawned workers: the same answers and the same deadlines where a system cannot fork."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import loads
from clausegraph import formats
from clausegraph.engine import Dataset, EmbeddedEngine, Limits, Loaded, Query
from clausegraph.errors import (
    ClausegraphError,
    EngineBusy,
    InputError,
    NotAcceptable,
    QueryCrashed,
    QueryMemoryExceeded,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
    UpdateRefused,
    UsageError,
)

SLACK = 0.5  # seconds past the limit in which a query has ended
MANY = " ".join(str(number) for number in range(300))
PRODUCT = f"VALUES ?a {{ {MANY} }} VALUES ?b {{ {MANY} }} VALUES ?c {{ {MANY} }}"

Scenario = Callable[[EmbeddedEngine], Awaitable[Any]]


@pytest.fixture
def spawned(tmp_path) -> Callable[..., Any]:
    """Run a scenario with an engine of spawned workers that has been started, and close it after;
    nothing may be left of it in the folder of its files."""

    def run_scenario(
        scenario: Scenario, load: Callable[[], Loaded] = loads.small, **limits: Any
    ) -> Any:
        async def whole() -> Any:
            engine = EmbeddedEngine(load, make_limits(tmp_path, **limits), isolation="spawn")
            await engine.start()
            try:
                return await scenario(engine)
            finally:
                await engine.close()

        result = asyncio.run(whole())
        assert not list(tmp_path.glob("clausegraph-*"))
        return result

    return run_scenario


def make_limits(folder: Path, **limits: Any) -> Limits:
    return Limits(**{"workers": 1, "timeout": 10.0, "spool": folder, **limits})


async def outcome(engine: EmbeddedEngine, query: Query) -> tuple[object, ...]:
    """What a query gives: an answer, all of it, or an error in all its parts."""
    try:
        answer = await engine.query(query)
    except ClausegraphError as error:
        return type(error), str(error), error.line, error.column
    body = answer.body
    if answer.spool is not None:
        body = answer.spool.read(0, answer.spool.size)
        answer.spool.close()
    facts = answer.kind, answer.release, answer.prefixes, answer.is_empty, answer.is_volatile
    return body, answer.spool is not None, *facts


QUERIES = {
    "select": {"text": "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?p"},
    "select xml": {
        "text": "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?p",
        "solutions": formats.RESULTS_XML,
    },
    "select empty": {"text": "SELECT * { <urn:nothing> ?p ?o }"},
    "ask": {"text": "ASK { ?s ?p ?o }"},
    "construct": {"text": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"},
    "describe": {
        "text": f"DESCRIBE <{loads.EXAMPLE}law>",
        "graph": formats.JSON_LD,
        "compact": True,
    },
    "prefixes": {"text": "ASK { ?s skos:prefLabel ?o }"},
    "named graphs": {"text": "SELECT ?g { GRAPH ?g {} } ORDER BY ?g"},
    "merged": {
        "text": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "dataset": Dataset((loads.EXAMPLE + "one", loads.EXAMPLE + "two")),
    },
    "bound": {
        "text": "SELECT ?o { ?s ?p ?o } ORDER BY ?o",
        "substitutions": {"s": f"<{loads.EXAMPLE}law>"},
    },
    "large": {
        "text": f"SELECT ?a ?b ?c {{ {PRODUCT} }} LIMIT 200000",
        "solutions": formats.CSV,
        "may_spool": True,
    },
    "large, in memory": {
        "text": f"SELECT ?a ?b ?c {{ {PRODUCT} }} LIMIT 200000",
        "solutions": formats.CSV,
    },
    "too large": {"text": f"SELECT * {{ {PRODUCT} }}", "may_spool": True},
    "no such form": {"text": "ASK {}", "boolean": None},
    "wrong": {"text": "SELECT ?s {\n ?s ?p }"},
    "service": {"text": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"},
    "update": {"text": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"},
    "deep": {"text": "SELECT * " + "{" * 100 + "?s ?p ?o" + "}" * 100},
}


def test_answers_are_those_of_forked_workers(ask, tmp_path) -> None:
    """One interface, two ways to keep queries apart."""
    queries = {name: ask(**fields) for name, fields in QUERIES.items()}
    limits = make_limits(tmp_path, result=8_000_000)

    async def answers(isolation: str) -> dict[str, tuple[object, ...]]:
        engine = EmbeddedEngine(loads.small, limits, isolation=isolation)
        await engine.start()
        try:
            return {name: await outcome(engine, query) for name, query in queries.items()}
        finally:
            await engine.close()

    forked = asyncio.run(answers("fork"))
    spawned = asyncio.run(answers("spawn"))
    for name in QUERIES:
        assert spawned[name] == forked[name], name
    assert spawned["large"][1] is True
    kinds = {name: spawned[name][0] for name in QUERIES}
    assert kinds["too large"] is ResultTooLarge
    assert kinds["no such form"] is NotAcceptable
    assert kinds["wrong"] is QuerySyntaxError
    assert kinds["service"] is QueryRefused
    assert kinds["update"] is UpdateRefused


def test_deadline_ends_a_query_and_the_next_is_answered(spawned, ask, endless) -> None:
    """The kill at the deadline needs nothing of the query's process."""

    async def scenario(engine):
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            await engine.query(ask(endless, timeout=0.5))
        assert time.monotonic() - start < 0.5 + SLACK
        assert (await engine.query(ask("ASK {}"))).kind == "boolean"

    spawned(scenario)


def test_worker_that_dies_costs_its_own_query_only(spawned, ask, endless, until) -> None:
    """A crash is an error for its client, and nobody else's."""

    async def scenario(engine):
        task = asyncio.ensure_future(engine.query(ask(endless)))
        assert await until(lambda: engine.statistics().running == 1)
        other = asyncio.ensure_future(engine.query(ask("ASK {}")))
        await asyncio.sleep(0.05)
        [victim] = [worker.process for worker in engine._pool._lent]
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(QueryCrashed, match="SIGKILL"):
            await task
        assert (await other).kind == "boolean"

    spawned(scenario)


@pytest.mark.skipif(sys.platform != "linux", reason="address space is counted on Linux")
def test_memory_bomb_is_an_error_and_no_more(spawned, ask) -> None:
    """Where the system knows such a limit, it holds for spawned workers too."""

    async def scenario(engine):
        with pytest.raises(QueryMemoryExceeded, match="64 MiB"):
            await engine.query(ask(f"SELECT DISTINCT * {{ {PRODUCT} }}"))
        await engine.query(ask("ASK {}"))

    spawned(scenario, memory=64 * 2**20)


def test_reload_serves_the_new_release_and_lets_running_queries_finish(
    spawned, ask, tmp_path, until
) -> None:
    """A new release is taken up without dropping a request; the old one then leaves the disk."""
    load = loads.Releases(tmp_path / "graph")
    load.file.write_text("a")
    slow = (
        f"SELECT ?o {{ {{ SELECT (COUNT(*) AS ?n) {{ {PRODUCT} FILTER(?a < 200) }} }} ?s ?p ?o }}"
    )

    def releases() -> list[str]:
        return sorted(path.name for path in tmp_path.glob("clausegraph-*/release-*"))

    async def scenario(engine):
        running = asyncio.ensure_future(engine.query(ask(slow)))
        assert await until(lambda: engine.statistics().running == 1)
        load.file.write_text("b")
        await engine.reload()
        assert not running.done()
        fresh = await engine.query(ask("SELECT ?o { ?s ?p ?o }"))
        assert releases() == ["release-1", "release-2"]
        finished = await running
        assert await until(lambda: releases() == ["release-2"])
        load.file.write_text("wrong")
        with pytest.raises(InputError) as caught:
            await engine.reload()
        assert releases() == ["release-2"]
        return fresh, finished, caught.value, await engine.query(ask("ASK {}"))

    fresh, finished, error, last = spawned(scenario, load=load, timeout=60.0)
    assert fresh.release == last.release == "b" * 64
    assert b'"b"' in fresh.body
    assert finished.release == "a" * 64
    assert b'"a"' in finished.body
    assert str(error) == f"{load.file}:7:3: The title has no language tag. Add @en."


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be removed there")
def test_graph_that_is_lost_from_the_disk_is_loaded_again(spawned, ask, tmp_path, until) -> None:
    """A service whose folder somebody has cleaned comes back by itself."""

    async def scenario(engine):
        lost = engine._pool.zygote
        [store] = tmp_path.glob("clausegraph-*/release-1/store")
        shutil.rmtree(store)
        for process in engine.statistics().processes:
            os.kill(process, signal.SIGKILL)
        assert await until(lambda: engine._pool.zygote not in {lost, None})
        assert (await engine.query(ask("ASK { ?s ?p ?o }"))).kind == "boolean"

    spawned(scenario)


def test_lookups_are_answered_beside_endless_queries(spawned, ask, endless) -> None:
    """With 8 endless queries running, none of the others fails."""

    async def scenario(engine):
        running = [
            asyncio.ensure_future(engine.query(ask(endless, timeout=1.5, client=f"192.0.2.{n}")))
            for n in range(8)
        ]
        await asyncio.sleep(0.2)
        for _ in range(20):
            await engine.query(ask("SELECT ?o { ?s ?p ?o }", client="198.51.100.1"))
        assert not any(task.done() for task in running)
        for ended in await asyncio.gather(*running, return_exceptions=True):
            assert isinstance(ended, QueryTimeout)

    spawned(scenario, workers=10)


def test_close_ends_what_runs_and_what_waits_and_leaves_nothing(
    ask, endless, tmp_path, is_alive, workers
) -> None:
    """Nothing outlives the engine, and nobody waits for an answer that never comes."""

    async def scenario() -> None:
        engine = EmbeddedEngine(loads.small, make_limits(tmp_path), isolation="spawn")
        await engine.start()
        processes = workers(engine)
        tasks = [asyncio.ensure_future(engine.query(ask(endless))) for _ in range(3)]
        await asyncio.sleep(0.05)
        loading = asyncio.ensure_future(engine.reload())
        await asyncio.sleep(0.05)
        await engine.close()
        assert not list(tmp_path.iterdir())
        assert not any(is_alive(process) for process in processes)
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(ended, EngineBusy)
        with pytest.raises(ClausegraphError):
            await loading

    asyncio.run(scenario())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("load", "kind", "message"),
    [
        (loads.dying, ClausegraphError, "has ended"),
        (loads.on_full_disk, ClausegraphError, "cannot be written to .*Make room"),
        (lambda: 1 / 0, UsageError, "top level of a module"),
    ],
)
def test_load_that_fails_says_why_and_leaves_nothing(tmp_path, load, kind, message) -> None:
    """One clear line, and neither a process nor a file."""

    async def scenario() -> None:
        with pytest.raises(kind, match=message) as caught:
            await EmbeddedEngine(load, make_limits(tmp_path), isolation="spawn").start()
        assert type(caught.value) is kind

    asyncio.run(scenario())
    assert not list(tmp_path.iterdir())


def test_load_that_a_new_process_cannot_import_is_told_so(tmp_path, monkeypatch) -> None:
    """A function of the main script is one of another script there."""
    monkeypatch.setattr(loads.small, "__module__", "__main__")
    monkeypatch.setattr(sys.modules["__main__"], "small", loads.small, raising=False)
    engine = EmbeddedEngine(loads.small, make_limits(tmp_path), isolation="spawn")
    with pytest.raises(UsageError, match="top level of a module"):
        asyncio.run(engine.start())


def test_folder_that_takes_no_file_is_named(tmp_path) -> None:
    """One clear line with the folder and what to do."""
    file = tmp_path / "file"
    file.touch()
    engine = EmbeddedEngine(loads.small, make_limits(file), isolation="spawn")
    with pytest.raises(ClausegraphError, match=r"cannot be written to .*file.*--spool"):
        asyncio.run(engine.start())


SERVICE = """
    import asyncio, sys
    from pathlib import Path
    import loads
    from clausegraph.engine import Dataset, EmbeddedEngine, Limits, Query
    from clausegraph.formats import RESULTS_JSON

    async def main():
        limits = Limits(workers=1, spool=Path(sys.argv[1]))
        engine = EmbeddedEngine(loads.small, limits, isolation=sys.argv[2])
        await engine.start()
        processes = [worker.process for worker in engine._pool._idle]
        answer = await engine.query(Query("ASK {}", RESULTS_JSON, RESULTS_JSON, None))
        values = "VALUES ?a { 0 } VALUES ?b { 0 } VALUES ?c { 0 }".replace("0", "1 " * 40)
        large = "SELECT * { " + values + " }"
        table = await engine.query(Query(large, RESULTS_JSON, None, None, may_spool=True))
        assert table.spool is not None
        assert table.spool.read(table.spool.size - 3, 9).endswith(b"}")
        table.spool.close()
        print(answer.body.decode(), *processes, flush=True)
        if len(sys.argv) > 3:
            await engine.query(Query(sys.argv[3], RESULTS_JSON, RESULTS_JSON, None))
        await engine.close()
"""
PRINTED = "What a load prints is no answer.\n"
RUN = "\n    asyncio.run(main())\n"
RUN_FAST = "\n    import uvloop\n    uvloop.run(main())\n"


def service(*arguments: str, program: str = SERVICE + RUN, path: str = "") -> subprocess.Popen[str]:
    """Start a service in a process of its own."""
    known = os.pathsep.join(filter(None, (path, *sys.path)))
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": known},
        start_new_session=True,
    )


def test_whole_family_ends_when_the_service_is_killed(endless, is_alive, tmp_path) -> None:
    """Nothing outlives the service but its folder, which the next service removes."""
    killed = service(str(tmp_path), "spawn", endless)
    assert killed.stdout is not None
    processes = [int(word) for word in killed.stdout.readline().split()[1:]]
    assert len(processes) == 1
    assert all(is_alive(process) for process in processes)
    time.sleep(0.1)
    killed.kill()
    killed.communicate(timeout=5)
    deadline = time.monotonic() + 2
    while any(is_alive(process) for process in processes):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    [left] = tmp_path.iterdir()
    long_ago = time.time() - 60
    os.utime(left, (long_ago, long_ago))
    foreign = tmp_path / "clausegraph-12-mine"
    foreign.mkdir()
    os.utime(foreign, (long_ago, long_ago))
    held = service(str(tmp_path), "spawn", endless)
    assert held.stdout is not None
    held.stdout.readline()
    assert not left.exists()
    [folder] = set(tmp_path.iterdir()) - {foreign}
    os.utime(folder, (long_ago, long_ago))
    _, errors = service(str(tmp_path), "spawn").communicate(timeout=20)
    assert errors == PRINTED
    assert set(tmp_path.iterdir()) == {foreign, folder}
    held.kill()
    held.communicate(timeout=5)


WITHOUT = """
import os, socket, sys
sys.modules["resource"] = None
for module, names in ((os, "fork forkpty setpriority pread O_TMPFILE"), (socket, "send_fds recv_fds")):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""


def test_platform_without_fork_gets_spawned_workers(tmp_path) -> None:
    """Where fork or `resource` is missing the same interface answers, in every process."""
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    folder = tmp_path / "files"
    folder.mkdir()
    output, errors = service(str(folder), "auto", path=str(tmp_path)).communicate(timeout=20)
    assert errors == PRINTED
    assert '"boolean":true' in output.replace(" ", "")
    assert not list(folder.iterdir())


def test_workers_are_spawned_from_uvloop_too(tmp_path) -> None:
    """The service runs on it where it can."""
    pytest.importorskip("uvloop")
    run = service(str(tmp_path), "spawn", program=SERVICE + RUN_FAST)
    output, errors = run.communicate(timeout=20)
    assert errors == PRINTED
    assert "true" in output
    assert not list(tmp_path.iterdir())
