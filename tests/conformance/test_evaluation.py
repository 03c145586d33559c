"""SPARQL 1.1 Query over HTTP loses nothing against the engine alone.

Every query form, every syntax of an answer, every way to name a dataset, every way to send a query.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from pyoxigraph import parse_query_results

from conformance.evaluation import DATA, TABLES, TRIPLES, Oracle, graph, plain, table
from conformance.evaluation_cases import ASK, DECLARED, GRAPHS, OVER_DATASETS, SELECT

WAYS = ("GET", "form", "direct", "QUERY")
EXAMPLE = "http://example.org/"

# What another evaluation may name or draw anew: no two bodies need be equal.
VOLATILE = re.compile(r"BNODE|NOW|RAND|UUID|CONSTRUCT \{[^}]*(?:\[|_:|\()")

Send = Callable[..., httpx.Response]
Parameters = tuple[tuple[str, str], ...]


@pytest.fixture(scope="module")
def client(serve: Callable[..., Any]) -> Iterator[httpx.Client]:
    """A client of a service over the data of the cases, without an Accept of its own."""
    with httpx.Client(base_url=serve("--data", str(DATA)).url, timeout=30) as found:
        del found.headers["accept"]
        yield found


@pytest.fixture(scope="module")
def oracle(client: httpx.Client) -> Oracle:
    """The engine alone; relative IRIs are resolved against the endpoint (section 4.1.1)."""
    return Oracle(str(client.base_url.join("/sparql")))


@pytest.fixture(scope="module")
def send(client: httpx.Client) -> Send:
    """Send a query one of the four ways, with the parameters of a dataset."""

    def run(
        text: str, accept: str | None = None, way: str = "direct", dataset: Parameters = ()
    ) -> httpx.Response:
        headers = {"Accept": accept} if accept else {}
        asked = [("query", text), *dataset]
        if way == "GET":
            answer = client.get("/sparql", params=asked, headers=headers)
        elif way == "form":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            content = str(httpx.QueryParams(asked))
            answer = client.post("/sparql", content=content, headers=headers)
        else:
            headers["Content-Type"] = "application/sparql-query"
            method = "POST" if way == "direct" else "QUERY"
            answer = client.request(
                method, "/sparql", params=list(dataset), content=text.encode(), headers=headers
            )
        assert answer.status_code == 200, (text, answer.text)
        return answer

    return run


def cases(of: Mapping[str, str]) -> pytest.MarkDecorator:
    """Run a test for each of some cases, by name."""
    return pytest.mark.parametrize("text", [DECLARED + text for text in of.values()], ids=list(of))


@pytest.mark.parametrize("media_type", TABLES)
@cases(SELECT)
def test_select_has_the_rows_of_the_engine(
    oracle: Oracle, send: Send, text: str, media_type: str
) -> None:
    """SPARQL 1.1 Query, sections 2 to 18; Results JSON, XML, CSV and TSV."""
    answer = send(text, media_type)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    found, expected = table(answer.content, media_type), oracle.table(text)
    if media_type == "text/csv":
        expected = plain(expected)
    assert found.names == expected.names
    assert found.counted == expected.counted
    if re.search(r"\}\s*ORDER BY [^}]*$", text):
        assert found.rows == expected.rows


@pytest.mark.parametrize("media_type", list(TABLES)[:2])
@cases(ASK)
def test_ask_has_the_answer_of_the_engine(
    oracle: Oracle, send: Send, text: str, media_type: str
) -> None:
    """SPARQL 1.1 Query, section 16.3; CSV and TSV have no form for it."""
    found: Any = parse_query_results(send(text, media_type).content, TABLES[media_type])
    assert bool(found) is bool(oracle.ask(text))


@pytest.mark.parametrize("media_type", TRIPLES)
@cases(GRAPHS)
def test_construct_and_describe_have_the_triples_of_the_engine(
    oracle: Oracle, send: Send, text: str, media_type: str
) -> None:
    """SPARQL 1.1 Query, sections 16.2 and 16.4; graphs are equal up to their blank nodes."""
    answer = send(text, media_type)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert graph(answer.content, TRIPLES[media_type]) == graph(list(oracle.ask(text)))
    if media_type == "application/n-triples":
        lines = answer.text.splitlines()
        assert len(lines) == len(set(lines))


EVERY = {**SELECT, **ASK, **GRAPHS}


@cases({name: text for name, text in EVERY.items() if not VOLATILE.search(text)})
def test_four_ways_to_ask_give_the_same_bytes(send: Send, text: str) -> None:
    """SPARQL 1.1 Protocol, sections 2.1.1 to 2.1.3; QUERY as in SPARQL 1.2 Protocol."""
    answers = [send(text, way=way) for way in WAYS]
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["content-type"] for answer in answers}) == 1


def named(parameter: str, *names: str) -> Parameters:
    """Return parameters that name graphs of the example."""
    return tuple((parameter, EXAMPLE + name) for name in names)


def combined(keys: tuple[str, str], *names: tuple[tuple[str, ...], ...]) -> list[Parameters]:
    """Return the parameters for every choice of default and named graphs."""
    return [
        (*named(keys[0], *defaults), *named(keys[1], *others))
        for defaults, others in itertools.product(*names)
    ]


REQUEST = ("default-graph-uri", "named-graph-uri")
CLAUSE = ("FROM", "FROM NAMED")
REQUESTED = combined(REQUEST, ((), ("one",), ("one", "two")), ((), ("two",), ("one", "three")))
CLAUSES = combined(CLAUSE, ((), ("three",), ("two", "three")), ((), ("one",), ("one", "nowhere")))
UNKNOWN = (("nowhere",), ("nowhere", "two"), ("two", "two"))
DATASETS = [
    *itertools.product(REQUESTED, CLAUSES),
    *itertools.product(combined(REQUEST, UNKNOWN, ((), ("nowhere",))), CLAUSES[:2]),
    *itertools.product([()], combined(CLAUSE, UNKNOWN, ((), ("nowhere",)))),
]


def described(dataset: Parameters) -> str:
    """Return a short name for a test."""
    short = {"default-graph-uri": "d", "named-graph-uri": "n", "FROM": "d", "FROM NAMED": "n"}
    return ".".join(f"{short[key]}={iri.removeprefix(EXAMPLE)}" for key, iri in dataset) or "none"


@pytest.mark.parametrize(("requested", "clauses"), DATASETS, ids=described)
def test_dataset_is_exactly_what_is_named(
    oracle: Oracle, send: Send, requested: Parameters, clauses: Parameters
) -> None:
    """SPARQL 1.1 Query, section 13.2, and Protocol, section 2.1.4: several default graphs are
    merged, a triple in two of them counts once, what the request names wins over the query's own
    clauses, an unknown graph is empty."""
    wins = requested or clauses
    store = None
    if wins:
        defaults = [iri for key, iri in wins if key in {"default-graph-uri", "FROM"}]
        names = [iri for key, iri in wins if key in {"named-graph-uri", "FROM NAMED"}]
        store = oracle.over(defaults, names)
    written = " ".join(f"{clause} <{iri}>" for clause, iri in clauses)
    for way, (name, form) in zip(itertools.cycle(WAYS), OVER_DATASETS.items(), strict=False):
        text = DECLARED + form.format(dataset=written)
        plainly = DECLARED + form.format(dataset="")
        answer = send(text, way=way, dataset=requested)
        if form.startswith("SELECT"):
            found = table(answer.content, "application/sparql-results+json")
            expected = oracle.table(plainly, store)
            assert found.names == expected.names, name
            assert found.counted == expected.counted, name
        elif form.startswith("ASK"):
            assert answer.json()["boolean"] is bool(oracle.ask(plainly, store)), name
        else:
            expected = graph(list(oracle.ask(plainly, store)))
            assert graph(answer.content, TRIPLES["text/turtle"]) == expected, name


def test_cases_are_enough_and_no_two_are_alike() -> None:
    """A table of cases that shrinks unseen proves nothing."""
    texts = [*SELECT.values(), *ASK.values(), *GRAPHS.values(), *OVER_DATASETS.values()]
    assert len(texts) == len(set(texts)) >= 240
