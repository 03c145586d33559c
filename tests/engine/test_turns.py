"""Who gets a worker when many ask: shares, the queue, deadlines from arrival, and patience."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from clausegraph.engine import Limits, Query
from clausegraph.engine.turns import Turn, Turns
from clausegraph.errors import EngineBusy, QueryTimeout

SLACK = 0.5  # seconds that an answer may come after its deadline


async def started(engine, *queries: Query) -> list[asyncio.Task]:
    """Start queries, and let each get its worker or its place in the queue."""
    tasks = [asyncio.ensure_future(engine.query(query)) for query in queries]
    await asyncio.sleep(0.02)
    return tasks


async def stopped(*tasks: asyncio.Task) -> None:
    """Leave queries."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_client_runs_its_share_and_more_only_while_a_quarter_stays_free(run, ask, endless) -> None:
    async def scenario(engine):
        greedy = await started(engine, *(ask(endless, client="a") for _ in range(8)))
        assert engine.statistics().running == 6
        assert engine.statistics().waiting == 2
        others = await started(engine, *(ask(endless, client=name) for name in "bc"))
        assert engine.statistics().running == 8
        await stopped(*greedy, *others)

    run(scenario, workers=8, per_client=2)


def test_client_at_its_share_waits_while_others_are_served(run, ask, endless) -> None:
    """Eight endless queries of one client leave room for everybody else."""

    async def scenario(engine):
        greedy = await started(engine, *(ask(endless, client="a") for _ in range(8)))
        for name in "bcd":
            assert (await engine.query(ask("ASK {}", client=name))).kind == "boolean"
        assert (await engine.query(ask("ASK {}"))).kind == "boolean"
        await stopped(*greedy)

    run(scenario, workers=4, per_client=2)


def test_lone_client_gets_its_share_of_few_workers(run, ask) -> None:
    async def scenario(engine):
        queries = (engine.query(ask("ASK {}", client="a")) for _ in range(20))
        assert len(await asyncio.gather(*queries)) == 20

    run(scenario, workers=1, queue=40)


def test_queries_of_our_own_have_no_share(run, ask, endless) -> None:
    async def scenario(engine):
        tasks = await started(engine, *(ask(endless) for _ in range(4)))
        assert engine.statistics().running == 4
        await stopped(*tasks)

    run(scenario, workers=4, per_client=1)


def test_who_has_waited_longest_below_its_share_is_next() -> None:
    turns = Turns(Limits(workers=4, per_client=1))
    turns.begin(Turn("a", 1.0), None)
    waiting = [Turn("a", 1.0, came=1), Turn("b", 1.0, came=2), Turn("c", 1.0, came=3)]
    for turn in waiting:
        turns.wait(turn)
    assert turns.next(1) is waiting[1]
    assert turns.next(1) is waiting[2]
    assert turns.next(1) is None
    assert turns.next(2) is waiting[0]
    assert turns.waiting == 0


def test_what_is_optional_leaves_a_quarter_free_and_half_of_the_queue() -> None:
    """A diagnosis costs nobody the answer to a query."""
    turns = Turns(Limits(workers=8, queue=3))
    optional = [Turn(name, 1.0, is_optional=True, came=at) for at, name in enumerate("ab")]
    query = Turn("c", 1.0, came=2)
    assert turns.may_begin(optional[0], 3)
    assert not turns.may_begin(optional[0], 2)
    assert turns.may_begin(query, 1)
    for turn in optional:
        turns.wait(turn)
    with pytest.raises(EngineBusy, match="half of the queue"):
        turns.wait(Turn("d", 1.0, is_optional=True))
    turns.wait(query)
    assert turns.next(2) is query
    assert turns.next(2) is None
    assert turns.next(3) is optional[0]


def test_one_client_fills_at_most_half_of_the_queue(run, ask, endless) -> None:
    async def scenario(engine):
        tasks = await started(engine, *(ask(endless, client="a") for _ in range(3)))
        with pytest.raises(EngineBusy, match=r"2 queries from this address wait already"):
            await engine.query(ask("ASK {}", client="a"))
        tasks += await started(engine, ask(endless, client="b"), ask(endless))
        with pytest.raises(EngineBusy, match="the queue is full, 4 queries wait"):
            await engine.query(ask("ASK {}", client="c"))
        await stopped(*tasks)
        assert engine.statistics().waiting == 0

    run(scenario, workers=1, queue=4)


def test_busy_says_that_it_is_the_client_s_own_doing(run, ask, endless) -> None:
    async def scenario(engine):
        tasks = await started(engine, ask(endless, client="a"))
        with pytest.raises(EngineBusy, match=r"this address runs 1 queries already.* 0\.2 seconds"):
            await engine.query(ask("ASK {}", client="a", timeout=0.4))
        await stopped(*tasks)

    run(scenario, workers=1, per_client=1)


def test_deadline_counts_from_when_the_query_comes(run, ask, endless) -> None:
    """It waits for at most half of its time, and runs for the rest."""

    async def scenario(engine):
        first = await started(engine, ask(endless, timeout=0.4))
        start = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"waited for 0\.[345] seconds.* limit is 1 seconds"):
            await engine.query(ask(endless, timeout=1.0))
        took = time.monotonic() - start
        await asyncio.gather(*first, return_exceptions=True)
        return took

    assert 1.0 <= run(scenario, workers=1) < 1.0 + SLACK


@pytest.mark.parametrize("workers", [1, 4])
def test_every_query_ends_within_its_limit_however_many_come(run, ask, endless, workers) -> None:
    async def scenario(engine):
        start = time.monotonic()

        async def one(number: int) -> float:
            with pytest.raises((QueryTimeout, EngineBusy)):
                await engine.query(ask(endless, client=str(number % 3), timeout=0.6))
            return time.monotonic() - start

        return max(await asyncio.gather(*(one(number) for number in range(20))))

    assert run(scenario, workers=workers, queue=10) < 0.6 + SLACK


def test_query_that_takes_long_gets_a_lower_priority(run, ask, endless, workers, until) -> None:
    """Who asks little is not slowed by who asks much, who asks much is not starved by many who ask
    little, and no worker stays slow."""
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    lower = min(19, mine + 5)

    async def scenario(engine):
        [process] = workers(engine)
        [task] = await started(engine, ask(endless))
        assert os.getpriority(os.PRIO_PROCESS, process) == mine
        assert await until(lambda: os.getpriority(os.PRIO_PROCESS, process) == lower)
        assert engine.statistics().reniced == 1
        await stopped(task)
        assert await until(lambda: process not in workers(engine) and workers(engine))
        [process] = workers(engine)
        assert os.getpriority(os.PRIO_PROCESS, process) == mine

    run(scenario, workers=1, patience=0.1)


def test_worker_that_was_slowed_is_as_fast_as_others_afterwards(run, ask, workers, until) -> None:
    """Its priority is given back where that is allowed; else another worker takes its place."""
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    values = " ".join(str(number) for number in range(90))
    text = f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} VALUES ?c {{ {values} }} FILTER(?a + ?b = ?c) }}"

    async def scenario(engine):
        await engine.query(ask(text))
        assert engine.statistics().reniced == 1
        assert await until(lambda: len(workers(engine)) == 1)
        [process] = workers(engine)
        assert os.getpriority(os.PRIO_PROCESS, process) == mine

    run(scenario, workers=1, patience=0.05, timeout=60.0)


def test_statistics_count_what_happens(run, ask, endless, workers, until) -> None:
    """Kills by reason: time, leaving, memory, crash."""
    values = " ".join(str(number) for number in range(300))
    product = f"VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} VALUES ?c {{ {values} }}"

    async def scenario(engine):
        first = engine.statistics()
        assert (first.workers, first.running, first.waiting, first.forks) == (2, 0, 0, 2)
        assert sorted(first.processes) == sorted(workers(engine))
        with pytest.raises(QueryTimeout):
            await engine.query(ask(endless, timeout=0.1))
        await stopped(*await started(engine, ask(endless)))
        with pytest.raises(Exception, match="64 MiB"):
            await engine.query(ask(f"SELECT * {{ {product} }} ORDER BY ?c"))
        [task] = await started(engine, ask(endless))
        [worker] = engine._pool._lent
        os.kill(worker.process, 9)
        with pytest.raises(Exception, match="SIGKILL"):
            await task
        assert await until(lambda: engine.statistics().workers == 2)
        last = engine.statistics()
        assert last.kills == {"timeout": 1, "left": 1, "memory": 1, "crash": 1}
        assert last.forks == 6

    run(scenario, memory=64 * 2**20)


def test_answer_tells_how_long_it_ran_and_what_is_in_it(run, ask) -> None:
    async def scenario(engine):
        start = time.monotonic()
        full = await engine.query(ask("SELECT (STR(skos:broader) AS ?x) (dcterms:title AS ?y) {}"))
        assert 0 < full.seconds <= time.monotonic() - start
        assert full.prefixes == ("skos", "dcterms")
        assert not full.is_empty
        assert not full.is_volatile
        empty = await engine.query(ask("SELECT ?s { ?s <urn:none> ?o FILTER(NOW() > ?o) }"))
        assert empty.is_empty
        assert empty.is_volatile
        assert empty.prefixes == ()

    run(scenario)


def test_diagnosis_is_given_or_none_and_never_an_error(run, ask, endless) -> None:
    """Within 2 s, whatever is asked."""

    async def scenario(engine):
        assert await engine.diagnose(ask("SELECT {"), "empty") is None
        assert await engine.diagnose(ask("ASK {}" + " " * 256_000), "empty") is None
        start = time.monotonic()
        found = await engine.diagnose(ask("SELECT ?s { ?s <urn:none> ?o }", client="a"), "empty")
        assert found is None or found.message
        await engine.diagnose(ask(endless), "timeout")
        assert time.monotonic() - start < 2.0 + SLACK + 2.0
        assert (await engine.query(ask("ASK {}"))).kind == "boolean"

    run(scenario)


def test_diagnosis_is_not_held_up_by_the_client_s_queries(run, ask, endless) -> None:
    async def scenario(engine):
        tasks = await started(engine, *(ask(endless, client="a") for _ in range(2)))
        start = time.monotonic()
        await engine.diagnose(ask("SELECT ?s { ?s <urn:none> ?o }", client="a"), "empty")
        assert time.monotonic() - start < 0.5
        await stopped(*tasks)
        return engine.statistics()

    assert run(scenario, workers=2, per_client=1).kills["left"] == 1
