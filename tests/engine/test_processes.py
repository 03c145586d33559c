"""The life and death of the processes behind the engine."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Store

from clausegraph.engine import MAXIMUM_BYTES, EmbeddedEngine, Limits, Loaded
from clausegraph.errors import (
    BadRequest,
    ClausegraphError,
    EngineBusy,
    QueryCrashed,
    QueryMemoryExceeded,
    UsageError,
)

PRODUCT = "VALUES ?a {{ {0} }} VALUES ?b {{ {0} }} VALUES ?c {{ {0} }}".format(
    " ".join(str(number) for number in range(300))
)

DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))


def first_child(process: int) -> int:
    """Return the process that `process` forked first, of those that run."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()[0])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_worker_that_dies_costs_its_own_query_only(run, ask, endless, number, until) -> None:
    """A crash is an error for its client, and nobody else's."""

    async def scenario(engine):
        task = asyncio.ensure_future(engine.query(ask(endless)))
        assert await until(lambda: len(engine._pool._lent) == 1)
        await asyncio.sleep(0.05)
        for worker in engine._pool._lent:
            os.kill(worker.process, number)
        with pytest.raises(QueryCrashed, match=number.name):
            await task
        await engine.query(ask("ASK {}"))

    run(scenario, workers=1)


def test_worker_that_dies_while_idle_is_replaced_unnoticed(run, ask, until, workers) -> None:

    async def scenario(engine):
        before = workers(engine)
        for process in before:
            os.kill(process, signal.SIGKILL)
        assert await until(lambda: not set(before) & set(workers(engine)))
        assert await until(lambda: len(workers(engine)) == 2)
        await engine.query(ask("ASK {}"))

    run(scenario)


def test_worker_that_dies_as_a_query_comes_is_replaced(run, ask, until, workers) -> None:
    """The query is there before anyone has been told of the death."""

    async def scenario(engine):
        before = workers(engine)
        for worker in tuple(engine._pool._idle):
            worker.gone.set_result(None)
        await engine.query(ask("ASK {}"))
        assert await until(lambda: len(workers(engine)) == 2)
        assert not set(before) & set(workers(engine))

    run(scenario)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ {PRODUCT} }} ORDER BY ?c ?b",
        f"SELECT DISTINCT * {{ {PRODUCT} }}",
        f"SELECT (SAMPLE(?a) AS ?x) {{ {PRODUCT} }} GROUP BY ?a ?b ?c",
        f"SELECT (GROUP_CONCAT(DISTINCT ?d) AS ?x) {{ {PRODUCT} BIND(UUID() AS ?d) }}",
        f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('aaaaaaaa' AS ?x0) {DOUBLED} }}",
        f"CONSTRUCT {{ ?d <urn:p> 1 }} {{ {PRODUCT} BIND(UUID() AS ?d) }}",
    ],
)
def test_memory_bomb_is_an_error_and_no_more(run, ask, text) -> None:

    async def scenario(engine):
        with pytest.raises(QueryMemoryExceeded, match="64 MiB"):
            await engine.query(ask(text))
        await engine.query(ask("ASK {}"))

    run(scenario, workers=1, memory=64 * 2**20)


def test_worker_that_has_grown_is_replaced_after_its_answer(
    run, ask, is_alive, until, workers
) -> None:
    """Memory that one query took is not kept from the next."""
    text = f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {PRODUCT} }} LIMIT 3000000 }}"

    async def scenario(engine):
        [process] = workers(engine)
        body = (await engine.query(ask(text))).body
        assert b'"3000000"' in body
        assert await until(lambda: not is_alive(process))
        await engine.query(ask("ASK {}"))

    run(scenario, workers=1, timeout=30.0)


@pytest.mark.parametrize("goes_on", [False, True], ids=["idle", "in use"])
def test_worker_that_has_worked_hard_is_replaced_once_it_has_rested(
    run, ask, is_alive, until, workers, goes_on: bool
) -> None:
    """Reading copies the pages that workers share: what one has copied is given back."""
    text = f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {PRODUCT} }} LIMIT 300000 }}"

    async def scenario(engine):
        [process] = workers(engine)
        await engine.query(ask(text))
        assert is_alive(process)

        def is_gone() -> bool:
            return not is_alive(process)

        if goes_on:
            while not is_gone():
                await engine.query(ask("ASK {}"))
        assert await until(is_gone)
        await engine.query(ask("ASK {}"))
        assert engine.statistics().retired == 1

    run(scenario, workers=1, patience=0.01, rest=0.2, timeout=30.0)


def test_close_ends_what_runs_and_what_waits(ask, endless, is_alive, until, workers) -> None:
    """Nothing outlives the engine, and nobody waits for an answer that never comes."""

    async def scenario() -> None:
        engine = EmbeddedEngine(lambda: Loaded(Store(), "e" * 64), Limits(workers=1))
        await engine.start()
        processes = [*workers(engine), engine._nursery._process]
        tasks = [asyncio.ensure_future(engine.query(ask(endless))) for _ in range(3)]
        await asyncio.sleep(0.05)
        await engine.close()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(outcome, EngineBusy)
        assert await until(lambda: not any(is_alive(process) for process in processes))

    asyncio.run(scenario())


def test_platform_without_fork_is_told_so(monkeypatch) -> None:
    """One clear line in place of a traceback."""
    monkeypatch.delattr(os, "fork")
    with pytest.raises(UsageError, match="cannot fork"):
        asyncio.run(EmbeddedEngine(lambda: Loaded(Store(), "e" * 64), isolation="fork").start())


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="limits are read from /proc")
def test_worker_can_open_nothing_and_dump_nothing(run, workers) -> None:
    """No new file or socket: one socket, one file without a name and the standard streams are all
    that it has."""

    def inspect(process: int) -> tuple[dict[str, list[str]], int]:
        lines = Path(f"/proc/{process}/limits").read_text().splitlines()[1:]
        limits = {line[:26].strip(): line[26:].split()[:2] for line in lines}
        return limits, len(list(Path(f"/proc/{process}/fd").iterdir()))

    async def scenario(engine):
        return inspect(*workers(engine))

    limits, descriptors = run(scenario, workers=1)
    assert limits["Max open files"] == ["0", "0"]
    assert limits["Max core file size"] == ["0", "0"]
    assert int(limits["Max address space"][1]) > 2 * 2**30
    assert limits["Max file size"] == [str(256 * 2**20)] * 2
    assert descriptors == 5


SERVICE = """
    import asyncio, os, signal, sys
    from pyoxigraph import Store
    from clausegraph.engine import EmbeddedEngine, Limits, Loaded, Query
    from clausegraph.formats import RESULTS_JSON

    def load():
        print("process", os.getpid(), os.getppid(), flush=True)
        return Loaded(Store(), "a" * 64)

    async def main():
        engine = EmbeddedEngine(load, Limits(workers=2))
        await engine.start()
        print("process", *(worker.process for worker in engine._pool._idle), flush=True)
        query = Query(sys.argv[1], RESULTS_JSON, RESULTS_JSON, None)
        task = asyncio.ensure_future(engine.query(query))
        await asyncio.sleep(0.1)
        print("up", flush=True)
        try:
            await task
        finally:
            await engine.close()

    asyncio.run(main())
"""


def start_service(text: str) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a service that runs a query; return it and the processes of its engine."""
    command = [sys.executable, "-c", textwrap.dedent(SERVICE), text]
    service = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert service.stdout is not None
    processes: list[int] = []
    for line in service.stdout:
        if line.startswith("up"):
            return service, processes
        processes += [int(word) for word in line.split()[1:]]
    raise AssertionError("the service did not come up: " + service.communicate()[1])


def all_end(processes: list[int], is_alive: Callable[[int], bool], seconds: float) -> bool:
    """Wait for the processes to end; return whether they did in time."""
    deadline = time.monotonic() + seconds
    while any(is_alive(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_whole_family_ends_when_the_service_is_killed(endless, is_alive) -> None:
    """Nothing outlives the service, not even in the middle of a query."""
    service, processes = start_service(endless)
    assert len(processes) == 4
    assert all(is_alive(process) for process in processes)
    service.kill()
    service.communicate(timeout=5)
    assert all_end(processes, is_alive, 2.0)


def test_signals_of_the_terminal_are_for_the_service_alone(endless, is_alive) -> None:
    """Ctrl-C reaches the whole group: the service decides, and no worker prints a traceback."""
    service, processes = start_service(endless)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        for process in processes:
            os.kill(process, number)
    time.sleep(0.2)
    assert all(is_alive(process) for process in processes)
    os.killpg(service.pid, signal.SIGINT)
    _, errors = service.communicate(timeout=5)
    assert errors.count("Traceback") <= 1 + errors.count("During handling")
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert all_end(processes, is_alive, 2.0)


def test_children_keep_no_descriptor_of_the_service(ask) -> None:
    """A port that the service has closed is free, though workers were forked while it listened."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()

    async def scenario() -> None:
        engine = EmbeddedEngine(lambda: Loaded(Store(), "e" * 64))
        await engine.start()
        listener.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=1).close()
        assert (await engine.query(ask("ASK {}"))).kind == "boolean"
        await engine.close()

    asyncio.run(scenario())


def test_engine_can_be_started_in_a_thread_of_a_test_or_notebook(ask) -> None:
    """Its processes then last as long as the process, not the thread."""
    found: list[object] = []

    async def scenario() -> None:
        engine = EmbeddedEngine(lambda: Loaded(Store(), "e" * 64))
        await engine.start()
        found.append(await engine.query(ask("ASK {}")))
        await engine.close()

    thread = threading.Thread(target=lambda: asyncio.run(scenario()))
    thread.start()
    thread.join()
    assert len(found) == 1


def test_query_on_a_graph_that_is_lost_fails_at_once(run, ask, endless, until) -> None:
    """Nobody is left who could tell how its worker ended."""

    async def scenario(engine):
        task = asyncio.ensure_future(engine.query(ask(endless)))
        assert await until(lambda: len(engine._pool._lent) == 1)
        os.kill(first_child(engine._nursery._process), signal.SIGKILL)
        start = time.monotonic()
        with pytest.raises(QueryCrashed, match="was lost"):
            await task
        assert time.monotonic() - start < 1
        assert await until(lambda: engine._pool.zygote is not None)
        await engine.query(ask("ASK {}"))

    run(scenario)


def test_engine_says_when_it_can_load_no_more(run, ask) -> None:
    """A service of several threads cannot fork the process that forks."""

    async def scenario(engine):
        lost = asyncio.ensure_future(engine.lost())
        await engine.query(ask("ASK {}"))
        assert not lost.done()
        os.kill(engine._nursery._process, signal.SIGKILL)
        error = await asyncio.wait_for(lost, 5)
        assert "Start the service again" in str(error)
        with pytest.raises(ClausegraphError, match="has ended"):
            await engine.reload()

    run(scenario)


def test_text_of_our_own_may_be_longer_than_a_client_s(run, ask) -> None:
    """It lists what was found."""
    text = "ASK {} #" + "a" * MAXIMUM_BYTES

    async def scenario(engine):
        with pytest.raises(BadRequest):
            await engine.query(ask(text))
        assert (await engine.query(ask(text, is_ours=True))).kind == "boolean"

    run(scenario)
