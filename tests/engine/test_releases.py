"""Loading and loading again: what is served while, and after, and when it fails."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest
from pyoxigraph import Store

from clausegraph.engine import EmbeddedEngine, Loaded
from clausegraph.errors import ClausegraphError, EngineBusy, InputError, UsageError
from loads import Releases

PRODUCT = "VALUES ?a {{ {0} }} VALUES ?b {{ {0} }} VALUES ?c {{ {0} }}".format(
    " ".join(str(number) for number in range(300))
)


def test_reload_serves_the_new_release_and_lets_running_queries_finish(
    run, ask, tmp_path, is_alive, until, workers
) -> None:
    """A new release is taken up without dropping a request."""
    load = Releases(tmp_path / "graph")
    load.file.write_text("a")
    slow = f"SELECT ?o {{ {{ SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }} }} ?s ?p ?o }}"

    async def scenario(engine):
        assert engine.release == "a" * 64
        old = workers(engine)
        running = asyncio.ensure_future(engine.query(ask(slow)))
        assert await until(lambda: len(engine._pool._lent) == 1)
        load.file.write_text("b")
        await engine.reload()
        assert not running.done()
        fresh = await engine.query(ask("SELECT ?o { ?s ?p ?o }"))
        finished = await running
        assert await until(lambda: not any(is_alive(process) for process in old))
        return engine.release, fresh, finished

    release, fresh, finished = run(scenario, load=load, timeout=60.0)
    assert release == fresh.release == "b" * 64
    assert b'"b"' in fresh.body
    assert finished.release == "a" * 64
    assert b'"a"' in finished.body


def test_no_query_fails_while_releases_come_and_go(run, ask, tmp_path) -> None:
    """A new release is taken up without dropping a request."""
    load = Releases(tmp_path / "graph")
    load.file.write_text("a")

    async def scenario(engine):
        stop = asyncio.Event()
        seen: list[str] = []

        async def client() -> None:
            while not stop.is_set():
                answer = await engine.query(ask("SELECT ?o { ?s ?p ?o }"))
                assert f'"{answer.release[0]}"'.encode() in answer.body
                seen.append(answer.release[0])

        clients = [asyncio.ensure_future(client()) for _ in range(4)]
        for name in "bcd":
            load.file.write_text(name)
            await engine.reload()
            await asyncio.sleep(0.05)
        stop.set()
        await asyncio.gather(*clients)
        return seen

    assert set(run(scenario, load=load)) == set("abcd")


def test_failed_reload_says_why_and_leaves_the_old_release_serving(run, ask, tmp_path) -> None:
    """Bad input: one clear line with file and line, and nothing half done."""
    load = Releases(tmp_path / "graph")
    load.file.write_text("a")

    async def scenario(engine):
        load.file.write_text("wrong")
        with pytest.raises(InputError) as caught:
            await engine.reload()
        assert (await engine.query(ask("SELECT ?o { ?s ?p ?o }"))).release == "a" * 64
        return caught.value

    error = run(scenario, load=load)
    assert str(error) == f"{load.file}:7:3: The title has no language tag. Add @en."


def test_failed_start_says_why_and_leaves_no_process(ask, tmp_path, is_alive) -> None:
    """Bad input: one clear line with file and line."""
    load = Releases(tmp_path / "graph")
    load.file.write_text("wrong")
    engine = EmbeddedEngine(load)

    async def scenario() -> None:
        with pytest.raises(InputError, match="no language tag") as caught:
            await engine.start()
        assert caught.value.line == 7
        with pytest.raises(EngineBusy):
            await engine.query(ask("ASK {}"))

    asyncio.run(scenario())
    assert engine._nursery is not None
    assert not is_alive(engine._nursery._process)


def test_load_that_dies_is_an_error_of_the_start() -> None:
    """A graph too large for the machine ends its own process, not the service."""

    def load() -> Loaded:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    async def scenario() -> None:
        with pytest.raises(ClausegraphError, match="has ended"):
            await EmbeddedEngine(load).start()

    asyncio.run(scenario())


def test_lost_graph_is_loaded_again(run, ask, tmp_path, until, workers) -> None:
    """A service whose graph's process is killed comes back by itself."""
    load = Releases(tmp_path / "graph")
    load.file.write_text("a")

    async def scenario(engine):
        zygote = engine._pool.zygote
        load.file.write_text("b")
        parents = {Path(f"/proc/{process}/stat") for process in workers(engine)}
        [parent] = {int(stat.read_text().rpartition(")")[2].split()[1]) for stat in parents}
        os.kill(parent, signal.SIGKILL)
        assert await until(lambda: engine._pool.zygote not in {zygote, None})
        return (await engine.query(ask("ASK {}"))).release

    if not Path("/proc/self/stat").exists():
        pytest.skip("the parent of a process is read from /proc")
    assert run(scenario, load=load) == "b" * 64


def test_load_that_is_given_up_as_its_process_arrives_leaves_no_socket_open(run, tmp_path) -> None:
    """Nothing is left open by a service that closes while it loads again."""
    load = Releases(tmp_path / "graph")
    load.file.write_text("a")

    async def scenario(engine):
        loading = asyncio.ensure_future(engine._nursery.load())
        await asyncio.sleep(0)
        ours, theirs = socket.socketpair()
        engine._nursery._arrivals[0].set_result(ours)
        loading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await loading
        theirs.close()
        return ours.fileno()

    assert run(scenario, load=load) == -1


def test_engine_that_is_not_up_says_so(ask) -> None:
    """Not ready is 503, not an error of the query."""

    async def scenario() -> None:
        engine = EmbeddedEngine(lambda: Loaded(Store(), "e" * 64))
        with pytest.raises(EngineBusy, match="not loaded yet"):
            _ = engine.release
        with pytest.raises(EngineBusy):
            await engine.query(ask("ASK {}"))
        await engine.start()
        with pytest.raises(UsageError, match="started before"):
            await engine.start()
        await engine.close()
        with pytest.raises(EngineBusy, match="closing"):
            await engine.query(ask("ASK {}"))
        with pytest.raises(UsageError):
            await engine.reload()

    asyncio.run(scenario())
