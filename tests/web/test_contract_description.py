"""What the service says of itself, and the proof that no line of the HTTP contract lacks a test.

Lines D1 to D8 of the HTTP contract; each test is named by those that it holds the service to.
"""

from __future__ import annotations

import ast
import asyncio
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.requests import Request

from clausegraph import formats
from clausegraph.engine import Answer, Query
from clausegraph.errors import QueryTimeout
from clausegraph.vocabulary import DATASET
from clausegraph.web.pages import Pages
from clausegraph.web.sparql import Endpoint

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SYNTAXES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}

Triples = set[tuple[str, str, str]]


def value(term: object) -> str:
    """Return an IRI, or the text of any other term."""
    return term.value if isinstance(term, NamedNode) else str(term)


@pytest.fixture(scope="module")
def description(client: httpx.Client) -> Triples:
    """What a bare GET of the endpoint says, as texts."""
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    found = parse(answer.content, RdfFormat.TURTLE)
    return {(value(q.subject), value(q.predicate), value(q.object)) for q in found}


def objects(triples: Triples, predicate: str) -> set[str]:
    """Return every object of a predicate."""
    return {found for _, name, found in triples if name == predicate}


class Large:
    """An engine whose graphs take long to count."""

    def __init__(self, store: Any) -> None:
        self.release = "0" * 64
        self.asked: list[float | None] = []
        self._store = store

    async def query(self, query: Query) -> Answer:
        """Answer, unless that would take long."""
        self.asked.append(query.timeout)
        if "COUNT" in query.text:
            raise QueryTimeout("The query ran out of time.")
        body = self._store.query(query.text).serialize(format=RdfFormat.TURTLE)
        return Answer("graph", formats.TURTLE, body, self.release)


def test_d1_a_large_graph_is_described_without_counting_each_of_its_graphs(store: Any) -> None:
    """Nobody waits for it twice; how many triples there are is known without counting."""
    engine: Any = Large(store)
    nobody: Any = None
    endpoint = Endpoint(engine, Pages(), nobody, nobody)
    headers = [(b"accept", b"text/turtle"), (b"host", b"here")]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/sparql",
        "headers": headers,
        "scheme": "http",
    }
    scope |= {"query_string": b"", "server": ("here", 80)}
    first, second = (asyncio.run(endpoint.describe(Request(scope))) for _ in range(2))
    assert engine.asked == [5.0, None, None]
    assert first.body == second.body
    found = {(q.subject, q.predicate.value, q.object) for q in parse(first.body, RdfFormat.TURTLE)}
    names = {target for _, name, target in found if name == f"{SD}namedGraph"}
    assert names == {*store.named_graphs()}
    counts = {subject.value: int(n.value) for subject, name, n in found if name == f"{VOID}triples"}
    total = next(iter(store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))["n"]
    assert counts == {f"{DATASET}#default": int(total.value)}


def test_d1_a_bare_get_describes_the_service(client: httpx.Client, description: Triples) -> None:
    """SPARQL 1.1 Service Description, sections 2 and 3.4."""
    service = next(
        subject for subject, name, kind in description if (name, kind) == (RDF_TYPE, f"{SD}Service")
    )
    assert objects(description, f"{SD}endpoint") == {str(client.base_url.join("/sparql"))}
    assert objects(description, f"{SD}supportedLanguage") == {f"{SD}SPARQL11Query"}
    regime = "http://www.w3.org/ns/entailment/Simple"
    assert (service, f"{SD}defaultEntailmentRegime", regime) in description
    for predicate in ("endpoint", "supportedLanguage", "resultFormat", "defaultDataset"):
        assert any((s, p) == (service, SD + predicate) for s, p, _ in description)


@pytest.mark.parametrize("accept", [*SYNTAXES, "application/ld+json"])
def test_d1_the_description_comes_in_each_syntax(
    client: httpx.Client, description: Triples, accept: str
) -> None:
    """RFC 9110, section 12.5.1."""
    answer = client.get("/sparql", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == accept
    assert answer.headers["etag"]
    if accept in SYNTAXES:
        found = parse(answer.content, SYNTAXES[accept])
        assert {
            (value(q.subject), value(q.predicate), value(q.object)) for q in found
        } == description


def test_d1_the_description_lists_every_format_that_is_served(
    client: httpx.Client, description: Triples
) -> None:
    """SPARQL 1.1 Service Description, section 3.4.16: and each that is listed is served."""
    table, graph = "SELECT * {} LIMIT 1", "CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}"
    types = {
        "SPARQL_Results_JSON": (table, "application/sparql-results+json"),
        "SPARQL_Results_XML": (table, "application/sparql-results+xml"),
        "SPARQL_Results_CSV": (table, "text/csv"),
        "SPARQL_Results_TSV": (table, "text/tab-separated-values"),
        "Turtle": (graph, "text/turtle"),
        "JSON-LD": (graph, "application/ld+json"),
        "N-Triples": (graph, "application/n-triples"),
        "RDF_XML": (graph, "application/rdf+xml"),
    }
    listed = objects(description, f"{SD}resultFormat")
    assert listed == {FORMATS + name for name in types}
    for query, accept in types.values():
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == accept


def test_d2_the_dataset_is_described_as_it_is(client: httpx.Client, description: Triples) -> None:
    """SPARQL 1.1 Service Description, sections 3.4.9 to 3.4.13; VoID, section 4.1."""

    def ask(query: str) -> list[dict[str, str]]:
        rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    counted = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    graphs = {row["g"]: row["n"] for row in ask(counted)}
    assert objects(description, f"{SD}name") == set(graphs)
    names = {s: o for s, p, o in description if p == f"{SD}name"}
    graph_of = {s: o for s, p, o in description if p == f"{SD}graph"}
    triples = {
        s: re.sub(r"\D", "", o.partition("^^")[0])
        for s, p, o in description
        if p == f"{VOID}triples"
    }
    assert objects(description, f"{SD}namedGraph") == set(names)
    for node, name in names.items():
        assert triples[graph_of[node]] == graphs[name]
    (default,) = objects(description, f"{SD}defaultGraph")
    assert triples[default] == ask("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0]["n"]


def test_d2_no_feature_is_claimed_that_is_not_there(
    client: httpx.Client, description: Triples
) -> None:
    """SPARQL 1.1 Service Description, section 3.3."""
    features = objects(description, f"{SD}feature")
    assert f"{SD}BasicFederatedQuery" not in features
    assert f"{SD}DereferencesURIs" not in features
    assert features <= {f"{SD}UnionDefaultGraph"}
    union = "ASK { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }"
    is_union = not client.get("/sparql", params={"query": union}).json()["boolean"]
    assert (f"{SD}UnionDefaultGraph" in features) is is_union


def test_d2_every_registered_prefix_is_declared(client: httpx.Client, description: Triples) -> None:
    """SHACL, section 5.2.1: sh:declare, and each can be used."""
    sh = "http://www.w3.org/ns/shacl#"
    declared = objects(description, f"{sh}declare")
    prefixes = {s: o.partition("^^")[0].strip('"') for s, p, o in description if p == f"{sh}prefix"}
    assert declared
    assert declared == set(prefixes)
    for prefix in prefixes.values():
        answer = client.get("/sparql", params={"query": f"ASK {{ {prefix}:x ?p ?o }}"})
        assert answer.status_code == 200
        assert answer.headers["clausegraph-prefixes"] == prefix


def test_d1_d2_the_description_comes_at_once(client: httpx.Client) -> None:
    """Clients read it before each query: 100 ms, with room for a loaded machine."""
    client.get("/sparql", headers={"Accept": "text/turtle"})
    seconds = []
    for _ in range(5):
        start = time.monotonic()
        client.get("/sparql", headers={"Accept": "text/turtle"})
        seconds.append(time.monotonic() - start)
    assert min(seconds) < 0.3


def test_d3_a_reader_gets_a_form_that_works_without_a_script(client: httpx.Client) -> None:
    """HTML: a form that sends GET to the endpoint."""
    answer = client.get("/sparql", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.search('<form [^>]*method="get" action="/sparql"', answer.text)
    assert '<textarea id="query" name="query"' in answer.text


def test_d5_health_says_that_the_process_is_up(client: httpx.Client) -> None:
    """For a supervisor: quick, and nothing of the engine in it."""
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_d6_ready_names_the_release_that_is_loaded(client: httpx.Client) -> None:
    """For a load balancer; test_faults has it without one: 503."""
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["release"] == answer.headers["clausegraph-release"]
    assert answer.headers["cache-control"] == "no-store"


SAMPLE = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{[^}]*\})? (?:[0-9.eE+-]+|\+Inf|NaN)")


def test_d7_metrics_are_prometheus_text(client: httpx.Client) -> None:
    """Prometheus text format 0.0.4: latencies, queries, cache, restarts and memory."""
    client.get("/sparql", params={"query": "ASK {}"})
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in lines)
    for wanted in (
        "_bucket{",
        "running",
        "kill",
        "cache",
        "workers",
        "forks|restarts",
        "memory|resident",
        "waiting|queue",
    ):
        assert any(re.search(wanted, line) for line in lines), wanted


def test_d8_openapi_describes_the_endpoint(client: httpx.Client) -> None:
    """OpenAPI 3.1: found by `service-desc` (RFC 8631), and it names the query operation."""
    answer = client.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
    assert {"get", "post"} <= answer.json()["paths"]["/sparql"].keys()
    for path in ("/", "/sparql"):
        links = ", ".join(client.get(path).headers.get_list("link"))
        assert re.search(r'</?[^>]*openapi\.json>[^,]*rel="service-desc"', links), path


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/openapi.json"])
def test_d5_d6_d7_d8_d9_head_works_too(client: httpx.Client, path: str) -> None:
    """RFC 9110, section 9.3.2."""
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


# --- the contract is covered

SECTIONS = ("1", "2", "3", "4", "5", "6")
# Not yet: releases by date (Memento), negotiation by profile, the feed of changes.
LATER = {"h15", "d13", "d14"}
_IDS = re.compile(r"\b([IMPLHD])(\d+)(b?)(?:(?:-|/)([IMPLHD]?)(\d+))?\b")


def identifiers(text: str) -> set[str]:
    """Return the identifiers that a text names, `M7-10` and `M14/15` spelt out."""
    found = set()
    for letter, first, suffix, _, last in _IDS.findall(text):
        for number in range(int(first), int(last or first) + 1):
            found.add(f"{letter}{number}{suffix}".lower())
    return found


def wanted(contract: str) -> set[str]:
    """Return the identifiers that the contract's sections define."""
    found: set[str] = set()
    for section in re.split(r"(?m)^## ", contract):
        if not section.startswith(SECTIONS):
            continue
        for line in section.splitlines():
            if line.startswith("|"):
                found |= identifiers(line.split("|")[1])
            elif section.startswith("2") and not line.startswith("2"):
                found |= identifiers(line)
    return found


def test_every_line_of_the_contract_has_a_test(shared: Path) -> None:
    """A promise without a test is a wish; a test names its promises: `test_p15b_...`."""
    promised = wanted((shared / "HTTP.md").read_text(encoding="utf-8"))
    assert {"i3", "i22", "m1", "m10", "m15", "p15b", "l1b", "h3", "d8"} <= promised
    held: set[str] = set()
    tests = Path(__file__).parents[1]
    for file in (*tests.glob("web/test_contract_*.py"), *tests.glob("deploy/test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (
                match := re.match(r"test((?:_[implhd]\d+b?(?=_))+)", node.name)
            ):
                held |= set(match[1].strip("_").split("_"))
    assert promised - held == LATER
    assert held <= promised | {"d9"}
