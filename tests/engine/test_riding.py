"""Queries that ride: sent to a worker before it has answered the one before."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator

import pytest

from clausegraph.engine import messages
from clausegraph.engine.riding import LEASE, Riders
from clausegraph.engine.spool import Outlet
from clausegraph.engine.worker import Desk
from clausegraph.errors import QueryCrashed, QueryTimeout

LARGE = """SELECT ({0} AS ?mark) ?a ?b {{
VALUES ?a {{ {1} }} VALUES ?b {{ {1} }} }}"""
ROWS = " ".join(f'"a-name-as-long-as-names-are-{number}"' for number in range(150))
HUNDRED = " ".join(str(number) for number in range(100))
ENDLESS = "SELECT (COUNT(*) AS ?count) {{ {} }}".format(
    " ".join(f"VALUES ?v{column} {{ {HUNDRED} }}" for column in range(8))
)
WARM = 20  # quick answers, after which the next are taken to be quick


@pytest.fixture
def boarded(monkeypatch) -> Iterator[list[int]]:
    """A list that gets an item for each query that rides."""
    seen: list[int] = []
    board = Riders.board

    def counted(self, turn, worker):
        seen.append(worker.process)
        board(self, turn, worker)

    monkeypatch.setattr(Riders, "board", counted)
    return seen


def numbered(ask, number: int):
    """Return a query whose answer no other has."""
    return ask(f"SELECT ({number} AS ?n) {{}}")


async def warmed(engine, ask) -> None:
    """Have an answer, and let it pass for many quick ones: the machine may be busy otherwise."""
    await engine.query(ask("ASK {}"))
    engine._pool._riders._quick = WARM


def test_each_of_many_queries_at_once_gets_its_own_answer(run, ask, boarded) -> None:

    async def scenario(engine):
        await warmed(engine, ask)
        for _ in range(20):
            found = await asyncio.gather(
                *(engine.query(numbered(ask, number)) for number in range(12))
            )
            for number, answer in enumerate(found):
                assert f'"value":"{number}"'.encode() in answer.body
        return engine.statistics()

    statistics = run(scenario, workers=8)
    assert boarded
    assert statistics.running == 0
    assert statistics.kills == {"timeout": 0, "left": 0, "memory": 0, "crash": 0}


def test_query_behind_one_that_takes_long_is_answered_by_another_worker(
    run, ask, endless, boarded
) -> None:
    """The lease of what rides ends; nobody waits for the one before it."""

    async def scenario(engine):
        await warmed(engine, ask)
        slow = asyncio.ensure_future(engine.query(ask(endless, timeout=4.0)))
        quick = [asyncio.ensure_future(engine.query(numbered(ask, n))) for n in range(3)]
        for number, answer in enumerate(await asyncio.gather(*quick)):
            assert f'"value":"{number}"'.encode() in answer.body
        assert not slow.done()
        with pytest.raises(QueryTimeout):
            await slow
        return engine.statistics()

    statistics = run(scenario, workers=4, timeout=5.0)
    assert boarded
    assert (statistics.running, statistics.kills["timeout"]) == (0, 1)


def test_query_behind_one_whose_worker_ends_is_answered_by_another(
    run, ask, endless, boarded, until
) -> None:
    """A crash costs the client whose query it was an error, and nobody else anything."""

    async def scenario(engine):
        await warmed(engine, ask)
        slow = asyncio.ensure_future(engine.query(ask(endless)))
        quick = [asyncio.ensure_future(engine.query(numbered(ask, n))) for n in range(3)]
        assert await until(lambda: bool(boarded))
        os.kill(boarded[0], signal.SIGKILL)
        assert len(await asyncio.gather(*quick)) == len(quick)
        with pytest.raises(QueryCrashed):
            await slow

    run(scenario, workers=4)


def test_rider_whose_client_has_left_leaves_nothing_behind(run, ask, boarded, until) -> None:

    async def scenario(engine):
        await warmed(engine, ask)
        tasks = [asyncio.ensure_future(engine.query(numbered(ask, 1)))]
        tasks += [asyncio.ensure_future(engine.query(ask(ENDLESS))) for _ in range(2)]
        assert await until(lambda: bool(boarded))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert await until(lambda: not engine.statistics().running)
        assert await asyncio.gather(*(engine.query(numbered(ask, n)) for n in range(8)))
        return engine.statistics()

    assert run(scenario, workers=4).running == 0


def test_large_answers_at_once_are_never_mixed_up(run, ask) -> None:
    """A worker has one file, which is read after the answer: what rides then is declined."""

    async def read(engine, number):
        text = LARGE.format(number, ROWS)
        answer = await engine.query(ask(text, may_spool=True))
        if answer.spool is None:
            return answer.body
        await asyncio.sleep(0.02)
        try:
            return answer.spool.read(0, answer.spool.size)
        finally:
            answer.spool.close()

    async def scenario(engine):
        for _ in range(3):
            await warmed(engine, ask)
            found = await asyncio.gather(*(read(engine, number) for number in range(8)))
            for number, body in enumerate(found):
                assert body.count(f'"value":"{number}"'.encode()) == 150 * 150

    run(scenario, workers=8, timeout=60.0)


def test_worker_declines_what_comes_after_its_lease(evaluator, ask) -> None:
    desk = Desk(evaluator, Outlet(None, 1000))
    text = "ASK {}"
    written = messages.query_frame(ask(text))
    header = written[messages.HEAD.size : -len(text)]
    frame = messages.header_of(header), text.encode()
    assert desk.turn(frame, time.monotonic() - 1) == (b'{"late":true}', b"")
    assert b"boolean" in desk.turn(frame, time.monotonic() + 60)[0]
    assert b"boolean" in desk.turn(frame, 0.0)[0]


def test_lease_travels_with_the_frame(ask) -> None:
    frame = messages.leased(messages.query_frame(ask("ASK {}")), LEASE)
    assert messages.HEAD.unpack_from(frame)[2] == LEASE
    assert frame[messages.HEAD.size :] == messages.query_frame(ask("ASK {}"))[messages.HEAD.size :]
