"""The engine as a whole: questions, answers, deadlines and the queue."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from pyoxigraph import NamedNode, Quad, Store

from clausegraph import formats
from clausegraph.engine import Dataset, Limits, Loaded
from clausegraph.errors import (
    BadRequest,
    EngineBusy,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
    UpdateRefused,
    UsageError,
)

SLACK = 0.5  # seconds that an answer may come after its deadline
PRODUCT = "VALUES ?a {{ {0} }} VALUES ?b {{ {0} }} VALUES ?c {{ {0} }}".format(
    " ".join(str(number) for number in range(300))
)


def load_chain() -> Loaded:
    """A graph whose joins go on for ever: a hundred things, each linked to each."""
    things = [NamedNode(f"https://example.org/{n}") for n in range(100)]
    store = Store()
    store.extend(Quad(a, NamedNode("https://example.org/p"), b) for a in things for b in things)
    return Loaded(store, "c" * 64)


def test_each_kind_of_answer_names_its_kind_syntax_and_release(run, ask) -> None:
    """Each answer names its data."""

    async def scenario(engine):
        table = await engine.query(ask("SELECT ?s { ?s ?p ?o } LIMIT 1", solutions=formats.CSV))
        truth = await engine.query(ask("ASK {}", boolean=formats.RESULTS_XML))
        graph = await engine.query(ask("CONSTRUCT WHERE { ?s ?p ?o }"))
        packed = await engine.query(
            ask("DESCRIBE <https://example.org/law>", graph=formats.JSON_LD, compact=True)
        )
        return engine.release, table, truth, graph, packed

    release, table, truth, graph, packed = run(scenario)
    assert [answer.kind for answer in (table, truth, graph, packed)] == [
        "solutions", "boolean", "graph", "graph",
    ]  # fmt: skip
    assert (table.syntax, truth.syntax, graph.syntax) == (
        formats.CSV, formats.RESULTS_XML, formats.TURTLE,
    )  # fmt: skip
    assert {answer.release for answer in (table, truth, graph, packed)} == {release}
    assert table.body == b"s\r\nhttps://example.org/law\r\n"
    assert "@context" in json.loads(packed.body)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "DESCRIBE <https://example.org/law>", "graph": formats.JSON_LD,
         "frame": {"@type": "http://www.w3.org/2004/02/skos/core#Concept"}},
        {"text": "DESCRIBE <https://example.org/law>", "graph": formats.RDF_XML},
        {"text": "SELECT * { ?s ?p ?o }", "solutions": formats.RESULTS_XML,
         "dataset": Dataset(("https://example.org/one", "https://example.org/two"))},
        {"text": "SELECT * FROM <one> FROM <two> { ?s ?p ?o }", "base": "https://example.org/"},
        {"text": "SELECT (REGEX('ſ', 's', 'i') AS ?r) (SHA512('x') AS ?h) (NOW() AS ?t) {}"},
        {"text": "SELECT (UCASE(?o) AS ?u) { ?s ?p ?o } ORDER BY LCASE(STR(?o))"},
        {"text": "SELECT ?s { ?s ?p ?o }", "substitutions": {"s": "<https://example.org/law>"}},
    ],
)  # fmt: skip
def test_worker_needs_no_file_for_any_answer(run, ask, fields) -> None:
    """What an answer may need is read before the worker loses the right to open it."""

    async def scenario(engine):
        return (await engine.query(ask(**fields))).body

    assert run(scenario, workers=1)


@pytest.mark.parametrize(
    ("fields", "error", "line"),
    [
        ({"text": "SELECT *\n{ ?s oops:p ?o }"}, QuerySyntaxError, 2),
        ({"text": "SELECT *\n{\nSERVICE <http://x/> {} }"}, QueryRefused, 3),
        ({"text": "LOAD <http://x/>"}, UpdateRefused, 1),
        ({"text": "ASK {}", "boolean": None}, NotAcceptable, None),
        ({"text": f"SELECT * {{ {PRODUCT} }}"}, ResultTooLarge, None),
        ({"text": "SELECT ?s {}", "substitutions": {"s": "oops"}}, BadRequest, None),
        ({"text": "ASK {}", "timeout": 0.0}, BadRequest, None),
        ({"text": "ASK {}", "timeout": float("nan")}, BadRequest, None),
        ({"text": "ASK {}" + " " * 256_000}, BadRequest, None),
        ({"text": "ASK {}", "boolean": formats.HTML}, UsageError, None),
    ],
)
def test_error_comes_back_as_it_was_raised(run, ask, fields, error, line) -> None:
    """Type, message, place and remedy survive the way between processes."""

    async def scenario(engine):
        with pytest.raises(error) as caught:
            await engine.query(ask(**fields))
        assert (await engine.query(ask("ASK {}"))).body == b'{"head":{},"boolean":true}'
        return caught.value

    raised = run(scenario, workers=1, result=100_000)
    assert type(raised) is error
    assert raised.line == line
    assert raised.message


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?p ?b . ?c ?p ?d . ?e ?p ?f . ?g ?p ?h . FILTER(?a = ?h && ?b = ?g) }",
        "SELECT (COUNT(*) AS ?n) { ?a <https://example.org/p>/<https://example.org/p>/"
        "<https://example.org/p>/<https://example.org/p>/<https://example.org/p> ?b }",
    ],
)
def test_joins_that_run_past_the_deadline_are_stopped(run, ask, text) -> None:

    async def scenario(engine):
        start = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"limit is 0\.5 seconds"):
            await engine.query(ask(text, timeout=0.5))
        took = time.monotonic() - start
        start = time.monotonic()
        await engine.query(ask("ASK {}"))
        return took, time.monotonic() - start

    took, after = run(scenario, load=load_chain, workers=1)
    assert 0.5 <= took < 0.5 + SLACK
    assert after < 1


def test_query_that_reads_no_data_is_stopped_and_its_worker_gone(
    run, ask, endless, is_alive, until, workers
) -> None:
    """Within limit + 0.5 s, and the worker is gone and replaced."""

    async def scenario(engine):
        [process] = workers(engine)
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            await engine.query(ask(endless, timeout=0.3))
        assert 0.3 <= time.monotonic() - start < 0.3 + SLACK
        assert await until(lambda: not is_alive(process))
        assert (await engine.query(ask("ASK {}"))).kind == "boolean"
        assert workers(engine) != [process]

    run(scenario, workers=1)


def test_asked_for_time_only_shortens_the_limit(run, ask, endless) -> None:

    async def scenario(engine):
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            await engine.query(ask(endless, timeout=1000.0))
        return time.monotonic() - start

    assert run(scenario, timeout=0.3) < 0.3 + SLACK


def test_fast_queries_are_answered_while_slow_ones_run(run, ask, endless) -> None:

    async def scenario(engine):
        slow = [asyncio.ensure_future(engine.query(ask(endless))) for _ in range(3)]
        await asyncio.sleep(0.1)
        start = time.monotonic()
        await engine.query(ask("ASK {}"))
        took = time.monotonic() - start
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return took

    assert run(scenario, workers=4) < 1


def test_deep_but_legal_queries_are_answered(run, ask) -> None:
    """What the nesting limit lets through does not overflow the stack."""
    groups = ["{", "OPTIONAL {", "FILTER EXISTS {", "FILTER NOT EXISTS {", "GRAPH ?g {",
              "MINUS { ?s ?p ?o ", "{} UNION {", "{ SELECT * {"]  # fmt: skip
    expressions = ["(", "!(", "-(", "1 + (", "IF(1, 1, ", "COALESCE(", "STR("]

    def around(before: str, openings: list[str], inside: str, after: str) -> list[str]:
        made = []
        for opening in openings:
            left = opening.replace("{}", "")
            deep = 126 // sum(left.count(bracket) for bracket in "{[(")
            closing = "".join({"{": "}", "[": "]", "(": ")"}.get(c, "") for c in reversed(left))
            made.append(f"{before}{opening * deep}{inside}{closing * deep}{after}")
        return made

    async def scenario(engine):
        for text in (
            *around("ASK { ", groups, "", " }"),
            *around("ASK { ?s ?p ", ["[ <urn:p> ", "[ <urn:p> ( "], "1", " }"),
            *around("ASK { FILTER(", expressions, "1", ") }"),
            *around("ASK { ?s ", ["(", "^("], "<urn:p>", " ?o }"),
        ):
            assert (await engine.query(ask(text))).kind == "boolean", text[:60]

    run(scenario, timeout=60.0)


def test_cancelled_query_ends_its_worker_and_frees_the_place(
    run, ask, endless, is_alive, until, workers
) -> None:
    """Dead within a second of the client's leaving."""

    async def scenario(engine):
        [process] = workers(engine)
        task = asyncio.ensure_future(engine.query(ask(endless)))
        assert await until(lambda: len(engine._pool._lent) == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await until(lambda: not is_alive(process), 1.0)
        await engine.query(ask("ASK {}"))

    run(scenario, workers=1)


def test_cancelled_wait_leaves_the_queue(run, ask, endless, workers) -> None:
    """Who has left takes no worker from who has stayed."""

    async def scenario(engine):
        slow = asyncio.ensure_future(engine.query(ask(endless, timeout=0.4)))
        await asyncio.sleep(0.05)
        leaving = asyncio.ensure_future(engine.query(ask(endless)))
        staying = asyncio.ensure_future(engine.query(ask("ASK {}")))
        await asyncio.sleep(0.05)
        leaving.cancel()
        with pytest.raises(QueryTimeout):
            await slow
        assert (await staying).kind == "boolean"
        assert leaving.cancelled()
        assert len(workers(engine)) == 1

    run(scenario, workers=1)


def test_sixteen_queries_at_once_on_four_workers_are_all_answered(run, ask) -> None:

    async def scenario(engine):
        queries = (engine.query(ask(f"SELECT ({n} AS ?n) {{}}")) for n in range(16))
        return [json.loads(answer.body) for answer in await asyncio.gather(*queries)]

    found = run(scenario, workers=4)
    values = [int(body["results"]["bindings"][0]["n"]["value"]) for body in found]
    assert values == list(range(16))


def test_queries_wait_their_turn_in_order(run, ask) -> None:
    """First come, first served."""
    done: list[int] = []

    async def scenario(engine):
        async def one(number: int) -> None:
            await engine.query(ask("ASK {}"))
            done.append(number)

        await asyncio.gather(*(one(number) for number in range(20)))

    run(scenario, workers=1)
    assert done == list(range(20))


def test_query_beyond_the_queue_is_turned_away(run, ask, endless) -> None:

    async def scenario(engine):
        running = asyncio.ensure_future(engine.query(ask(endless)))
        waiting = [asyncio.ensure_future(engine.query(ask(endless))) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(EngineBusy, match="2 queries wait"):
            await engine.query(ask("ASK {}"))
        for task in (running, *waiting):
            task.cancel()
        await asyncio.gather(running, *waiting, return_exceptions=True)
        await engine.query(ask("ASK {}"))

    run(scenario, workers=1, queue=2)


def test_query_waits_for_half_of_its_time(run, ask, endless) -> None:
    """A busy service says so in time, and a query that gets its worker late still has time."""

    async def scenario(engine):
        running = asyncio.ensure_future(engine.query(ask(endless)))
        await asyncio.sleep(0.05)
        with pytest.raises(EngineBusy, match=r"free for 0\.2 seconds"):
            await engine.query(ask("ASK {}", timeout=0.4))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run(scenario, workers=1)


def test_random_values_differ_between_workers(run, ask) -> None:
    """SPARQL 1.1 Query, 17.4.2.12: a fresh UUID each time, though workers are copies of one another."""
    text = "SELECT (UUID() AS ?u) (RAND() AS ?r) (STR(BNODE()) AS ?b) {}"

    async def scenario(engine):
        first = await asyncio.gather(*(engine.query(ask(text)) for _ in range(4)))
        await engine.reload()
        return [*first, *await asyncio.gather(*(engine.query(ask(text)) for _ in range(4)))]

    def load() -> Loaded:
        store = Store()
        store.query("ASK { FILTER(BOUND(?x) || RAND() < 2) }")  # The generator is in use already.
        return Loaded(store, "d" * 64)

    answers = run(scenario, load=load, workers=4)
    assert len({answer.body for answer in answers}) == 8


@pytest.mark.parametrize(
    "limits",
    [
        {"timeout": 0},
        {"timeout": 121},
        {"timeout": float("nan")},
        {"workers": 0},
        {"queue": -1},
        {"per_client": 0},
        {"patience": float("nan")},
    ],
)
def test_limit_that_makes_no_sense_is_refused(limits) -> None:
    """A setting that cannot work is an error at once, not at the first query."""
    with pytest.raises(UsageError):
        Limits(**limits)


ORDERS = [
    "SELECT * { ?s ?p ?o }",
    "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o",
    "SELECT DISTINCT ?o { ?s ?p ?o }",
    "SELECT * { ?a ?p ?b . ?b ?p ?c } LIMIT 2000",
    "SELECT * { <https://example.org/1> (<https://example.org/p>|^<https://example.org/p>)+ ?b }",
    "SELECT (GROUP_CONCAT(?s) AS ?x) (SAMPLE(?s) AS ?y) { ?s ?p ?o } GROUP BY ?p",
    "SELECT * { ?s ?p ?o OPTIONAL { ?o ?q ?s } } LIMIT 2000",
    "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }",
    "DESCRIBE <https://example.org/1>",
]


@pytest.mark.parametrize("text", ORDERS)
def test_every_worker_of_every_load_gives_the_same_bytes(run, ask, text) -> None:
    """Strong validators name the query and the release, not the worker: RFC 9110, 8.8.1."""

    async def scenario(engine):
        query = ask(text, graph=formats.N_TRIPLES)
        bodies = [answer.body for answer in await asyncio.gather(*map(engine.query, [query] * 4))]
        await engine.reload()
        return {*bodies, (await engine.query(query)).body}

    assert len(run(scenario, load=load_chain, workers=4)) == 1
