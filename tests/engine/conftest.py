"""A small store, and an engine for the length of one scenario."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, Literal, Quad, Store

from clausegraph import formats
from clausegraph.engine import EmbeddedEngine, Limits, Loaded, Query
from clausegraph.engine.evaluation import Evaluator
from clausegraph.vocabulary import prefixes
from loads import RELEASE, term

Ask = Callable[..., Query]
Scenario = Callable[[EmbeddedEngine], Awaitable[Any]]


def make_store() -> Store:
    """Two graphs that share one triple, and a default graph that is their merge."""
    shared = (term("law"), term("title"), Literal("Law, the “first”", language="en"))
    other = (term("law"), term("part"), term("clause"))
    store = Store()
    store.extend(
        Quad(*triple, graph)
        for triple, graphs in (
            (shared, (term("one"), term("two"), DefaultGraph())),
            (other, (term("two"), DefaultGraph())),
        )
        for graph in graphs
    )
    return store


def load_small() -> Loaded:
    return Loaded(make_store(), RELEASE)


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Make a Query; keyword arguments go on top of JSON for tables and Turtle for graphs."""

    def make(text: str, **fields: Any) -> Query:
        known = {
            "solutions": formats.RESULTS_JSON,
            "boolean": formats.RESULTS_JSON,
            "graph": formats.TURTLE,
        }
        return Query(text, **{**known, **fields})

    return make


@pytest.fixture
def evaluator() -> Evaluator:
    """What a worker runs, on the small store, in this process."""
    return Evaluator(make_store(), prefixes(), Limits(result=1_000_000, merged=10))


@pytest.fixture
def run() -> Callable[..., Any]:
    """Run a scenario with an engine that has been started, and close it after."""

    def run_scenario(
        scenario: Scenario, load: Callable[[], Loaded] = load_small, **limits: Any
    ) -> Any:
        async def whole() -> Any:
            engine = EmbeddedEngine(load, Limits(**{"workers": 2, "timeout": 10.0, **limits}))
            await engine.start()
            try:
                return await scenario(engine)
            finally:
                await engine.close()

        return asyncio.run(whole())

    return run_scenario


@pytest.fixture(scope="session")
def endless() -> str:
    """A query that would run for years and reads no data."""
    values = " ".join(str(number) for number in range(1000))
    columns = " ".join(f"VALUES ?v{n} {{ {values} }}" for n in range(6))
    return f"SELECT (COUNT(*) AS ?count) {{ {columns} }}"


@pytest.fixture(scope="session")
def is_alive() -> Callable[[int], bool]:
    """Whether a process runs; one that has ended and nobody has waited for does not."""

    def check(process: int) -> bool:
        try:
            os.kill(process, 0)
            status = Path(f"/proc/{process}/stat")
            return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
        except (ProcessLookupError, FileNotFoundError):
            return False

    return check


@pytest.fixture(scope="session")
def until() -> Callable[..., Awaitable[bool]]:
    """Wait for a condition; return whether it came true within `seconds`."""

    async def wait(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.01)
        return True

    return wait


@pytest.fixture(scope="session")
def workers() -> Callable[[EmbeddedEngine], list[int]]:
    """The identifiers of an engine's worker processes."""

    def identify(engine: EmbeddedEngine) -> list[int]:
        return [worker.process for worker in (*engine._pool._idle, *engine._pool._lent)]

    return identify
