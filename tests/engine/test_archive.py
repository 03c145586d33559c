"""Older releases beside the current one: loaded when asked for, a few at a time, never in the way."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from clausegraph.engine import Archive, EmbeddedEngine, Limits, Pinned
from clausegraph.errors import EngineBusy, QueryTimeout
from loads import History

TEXT = "SELECT ?o { ?s ?p ?o }"

Scenario = Callable[[EmbeddedEngine, Archive], Awaitable[Any]]


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A load whose current release is the one of the letter a."""
    (tmp_path / "current").write_text("a")
    return History(tmp_path)


@pytest.fixture
def run(history: History) -> Callable[..., Any]:
    """Run a scenario with an engine and an archive beside it, and close both after."""

    def run_scenario(
        scenario: Scenario, isolation: str = "auto", timeout: float = 10.0, **given: Any
    ) -> Any:
        async def whole() -> Any:
            limits = Limits(workers=2, timeout=timeout)
            engine = EmbeddedEngine(history, limits, isolation)
            archive = Archive(engine, limits, **given)
            await engine.start()
            try:
                return await scenario(engine, archive)
            finally:
                await archive.close()
                await engine.close()

        return asyncio.run(whole())

    return run_scenario


def loads(history: History) -> str:
    """The older releases that were loaded, in order."""
    log = history.folder / "loads"
    return log.read_text() if log.exists() else ""


def processes(archive: Archive, letter: str) -> list[int]:
    """The processes that answer about a release."""
    engine = archive._ready(letter * 64)
    assert engine is not None
    return list(engine.statistics().processes)


def parent(process: int) -> int:
    """The process that forked another."""
    stat = Path(f"/proc/{process}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_older_releases_are_answered_beside_the_current_one(run, ask, isolation) -> None:
    """Each answer names its release."""

    async def scenario(engine, archive):
        older = await archive.query("b" * 64, ask(TEXT))
        current = await engine.query(ask(TEXT))
        again = await archive.query("b" * 64, ask(TEXT))
        return older, current, again

    older, current, again = run(scenario, isolation=isolation)
    assert (older.release, current.release) == ("b" * 64, "a" * 64)
    assert b'"b"' in older.body
    assert b'"a"' in current.body
    assert again.body == older.body


def test_those_who_ask_first_at_once_have_it_loaded_once(run, ask, history) -> None:
    """A load is shared."""

    async def scenario(_, archive):
        asked = [archive.query("b" * 64, ask(TEXT)) for _ in range(5)]
        return await asyncio.gather(*asked)

    history.seconds = 0.3
    answers = run(scenario)
    assert {answer.release for answer in answers} == {"b" * 64}
    assert loads(history) == "b"


def test_load_counts_against_the_time_of_a_query_and_goes_on_after(
    run, ask, history, until
) -> None:
    """Who has no time left is told to come again, and finds it loaded; others never wait."""

    async def scenario(engine, archive):
        start = time.monotonic()
        first = asyncio.ensure_future(archive.query("b" * 64, ask(TEXT, timeout=0.5)))
        await asyncio.sleep(0.1)
        await engine.query(ask(TEXT))
        others = time.monotonic() - start
        with pytest.raises(EngineBusy, match="is being loaded") as caught:
            await first
        waited = time.monotonic() - start
        assert await until(lambda: archive.releases == ("b" * 64,))
        later = await archive.query("b" * 64, ask(TEXT, timeout=0.5))
        return others, waited, later, caught.value

    history.seconds = 1.0
    others, waited, later, error = run(scenario)
    assert others < 0.4
    assert 0.4 < waited < 0.9
    assert later.release == "b" * 64
    assert "Ask again" in str(error)
    assert loads(history) == "b"


def test_what_a_load_took_is_taken_from_the_deadline_of_the_query(
    run, ask, history, endless
) -> None:
    """Load and evaluation together take no longer than a query may."""

    async def scenario(_, archive):
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            await archive.query("b" * 64, ask(endless, timeout=1.5))
        return time.monotonic() - start

    history.seconds = 0.8
    assert 1.3 < run(scenario) < 2.2


def test_a_few_are_held_and_the_one_asked_longest_ago_goes_first(
    run, ask, history, is_alive, until
) -> None:
    """Memory is bounded, however many releases are asked for."""

    async def scenario(_, archive):
        for letter in "bcb":
            await archive.query(letter * 64, ask(TEXT))
        old = processes(archive, "c")
        await archive.query("d" * 64, ask(TEXT))
        assert sorted(archive.releases) == ["b" * 64, "d" * 64]
        assert await until(lambda: not any(map(is_alive, old)))
        return (await archive.query("c" * 64, ask(TEXT))).release

    assert run(scenario, held=2) == "c" * 64
    assert loads(history) == "bcdc"


def test_one_that_is_being_asked_is_never_let_go(run, ask, endless) -> None:
    """Where all are busy there is no room: 503, not a query that is cut off."""

    async def scenario(_, archive):
        running = asyncio.ensure_future(archive.query("b" * 64, ask(endless, timeout=1.5)))
        await asyncio.sleep(0.5)
        with pytest.raises(EngineBusy, match="1 older releases are being asked"):
            await archive.query("c" * 64, ask(TEXT))
        with pytest.raises(QueryTimeout):
            await running
        return (await archive.query("c" * 64, ask(TEXT))).release

    assert run(scenario, held=1) == "c" * 64


def test_one_that_nobody_asks_is_let_go(run, ask, is_alive, until) -> None:
    """An idle service needs no memory for the past."""

    async def scenario(_, archive):
        await archive.query("b" * 64, ask(TEXT))
        old = processes(archive, "b")
        assert await until(lambda: archive.releases == ())
        assert await until(lambda: not any(map(is_alive, old)))
        return (await archive.query("b" * 64, ask(TEXT))).release

    assert run(scenario, idle=0.3) == "b" * 64


def test_load_that_fails_is_told_and_not_tried_at_every_request(
    run, ask, history, caplog, monkeypatch
) -> None:
    """A damaged file is 503, and a line for the operator; it can be mended meanwhile."""
    monkeypatch.setattr("clausegraph.engine.archive._FAILED", 0.5)
    wrong = history.folder / "wrong-b"
    wrong.touch()

    async def scenario(_, archive):
        for _ in range(3):
            with pytest.raises(EngineBusy, match="cannot be loaded now"):
                await archive.query("b" * 64, ask(TEXT))
        assert loads(history) == "b"
        assert await archive.diagnose("b" * 64, ask(TEXT), "empty") is None
        wrong.unlink()
        await asyncio.sleep(0.6)
        return (await archive.query("b" * 64, ask(TEXT))).release

    with caplog.at_level(logging.ERROR, "clausegraph.engine"):
        assert run(scenario) == "b" * 64
    assert [record.getMessage() for record in caplog.records] == [
        f"Release {'b' * 64} cannot be loaded: This file is not what was written."
    ]


def test_one_whose_process_is_lost_is_loaded_again(run, ask, history, until) -> None:
    """Whoever asks next has it."""

    async def scenario(_, archive):
        await archive.query("b" * 64, ask(TEXT))
        [zygote] = {parent(process) for process in processes(archive, "b")}
        os.kill(zygote, signal.SIGKILL)
        assert await until(lambda: archive.releases == ())
        return (await archive.query("b" * 64, ask(TEXT))).release

    if not Path("/proc/self/stat").exists():
        pytest.skip("the parent of a process is read from /proc")
    assert run(scenario) == "b" * 64
    assert loads(history) == "bb"


def test_pinned_release_stays_when_another_is_loaded(run, ask, history) -> None:
    """What is asked below `/v/{release}` is answered from that release, before and after."""

    async def scenario(engine, archive):
        pinned = Pinned("a" * 64, engine, archive)
        assert pinned.is_current
        before = await pinned.query(ask(TEXT))
        assert loads(history) == ""
        (history.folder / "current").write_text("b")
        await engine.reload()
        assert not pinned.is_current
        after = await pinned.query(ask(TEXT))
        assert pinned.statistics().workers == 2
        for nothing in (pinned.start, pinned.reload, pinned.close):
            await nothing()
        return before, after, pinned.release

    before, after, release = run(scenario)
    assert before.release == after.release == release == "a" * 64
    assert before.body == after.body
    assert loads(history) == "a"


def test_query_that_waits_while_another_release_is_loaded_is_asked_again(
    run, ask, history, endless
) -> None:
    """An answer from the wrong release is never given out."""

    async def scenario(engine, archive):
        busy = [asyncio.ensure_future(engine.query(ask(endless, timeout=2.0))) for _ in range(2)]
        await asyncio.sleep(0.1)
        pinned = Pinned("a" * 64, engine, archive)
        alone = Pinned("a" * 64, engine)
        waiting = [asyncio.ensure_future(each.query(ask(TEXT))) for each in (pinned, alone)]
        await asyncio.sleep(0.1)
        (history.folder / "current").write_text("b")
        await engine.reload()
        found = await waiting[0]
        with pytest.raises(EngineBusy, match="Another release has just been loaded"):
            await waiting[1]
        await asyncio.gather(*busy, return_exceptions=True)
        assert await alone.diagnose(ask(TEXT), "empty") is None
        return found.release

    assert run(scenario) == "a" * 64


def test_pinned_release_diagnoses_from_whoever_has_it(run, ask) -> None:
    """Why a query gives nothing is known for older releases too."""
    nothing = ask("SELECT ?o { ?s <urn:q> ?o }")

    async def scenario(engine, archive):
        current = await Pinned("a" * 64, engine, archive).diagnose(nothing, "empty")
        older = Pinned("b" * 64, engine, archive)
        await older.query(nothing)
        return current, await older.diagnose(nothing, "empty")

    assert all("urn:q" in found.message or found.pattern for found in run(scenario))


def test_closing_ends_loads_and_queries(run, ask, history, is_alive, until) -> None:
    """Nothing is left running, and nothing waits for ever."""

    async def scenario(engine, archive):
        await archive.query("b" * 64, ask(TEXT))
        old = processes(archive, "b")
        loading = asyncio.ensure_future(archive.query("c" * 64, ask(TEXT)))
        await asyncio.sleep(0.2)
        start = time.monotonic()
        await archive.close()
        with pytest.raises(EngineBusy, match="closing"):
            await loading
        with pytest.raises(EngineBusy, match="closing"):
            await archive.query("b" * 64, ask(TEXT))
        await engine.close()
        assert time.monotonic() - start < 3
        return await until(lambda: not any(map(is_alive, old)), 2)

    history.seconds = 1.0
    assert run(scenario)
