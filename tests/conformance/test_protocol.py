"""The W3C test suite of the SPARQL 1.1 Protocol, run over HTTP.

Suite: w3c/rdf-tests, sparql11/protocol, the 34 cases approved on 20 November 2012. All 20 cases of
the query operation are to pass, and the 7 that send a wrong update; the 7 that change the graph
are refused, since this service only reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
CASE = Namespace("http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#")

QUERIES = (
    "query_post_form",
    "query_dataset_default_graphs_get",
    "query_dataset_default_graphs_post",
    "query_dataset_named_graphs_post",
    "query_dataset_named_graphs_get",
    "query_dataset_full",
    "query_multiple_dataset",
    "query_get",
    "query_content_type_select",
    "query_content_type_ask",
    "query_content_type_describe",
    "query_content_type_construct",
    "query_post_direct",
    "bad_query_method",
    "bad_multiple_queries",
    "bad_query_wrong_media_type",
    "bad_query_missing_form_type",
    "bad_query_missing_direct_type",
    "bad_query_non_utf8",
    "bad_query_syntax",
)
WRONG_UPDATES = (
    "bad_update_get",
    "bad_multiple_updates",
    "bad_update_wrong_media_type",
    "bad_update_missing_form_type",
    "bad_update_non_utf8",
    "bad_update_syntax",
    "bad_update_dataset_conflict",
)
# The graph is changed by changing its files and building again: there is no write path, so that
# what these cases expect (2xx, and the change) cannot be.
REFUSED = (
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
)

TABULAR = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "text/csv": None,
}
RDF_TYPES = {
    "application/rdf+xml": RdfFormat.RDF_XML,
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
}
EVERYTHING = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"


@dataclass(frozen=True)
class Exchange:
    """One request of a case and what its answer must be; `statuses` are classes such as `2xx`."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[str]
    boolean: bool | None
    format: str | None

    def send(self, client: httpx.Client) -> httpx.Response:
        """Send it; the suite says `/sparql/` for whatever path the endpoint has."""
        path = self.path.replace("/sparql/", "/sparql", 1)
        request = client.build_request(self.method, path, headers=self.headers, content=self.body)
        if "content-type" not in self.headers:
            request.headers.pop("content-type", None)
        return client.send(request)

    def check(self, answer: httpx.Response) -> None:
        """Compare status, format and boolean with what the manifest expects."""
        assert f"{answer.status_code // 100}xx" in self.statuses, answer.text
        media_type = answer.headers["content-type"].partition(";")[0]
        if self.format == "tabular":
            assert media_type in TABULAR
        elif self.format == "RDF":
            list(parse(answer.content, RDF_TYPES[media_type]))
        elif self.format == "boolean":
            result = parse_query_results(answer.content, TABULAR[media_type])
            assert self.boolean in {None, bool(result)}


@dataclass(frozen=True)
class Suite:
    """The manifest, read."""

    graph: Graph

    def names(self) -> list[str]:
        """Return the names of the entries, in order."""
        manifest = self.graph.value(None, RDF.type, MF.Manifest)
        entries = self.graph.value(manifest, MF.entries)
        return [str(entry).removeprefix(CASE) for entry in Collection(self.graph, entries)]

    def exchanges(self, name: str) -> list[Exchange]:
        """Return the requests of a case, in order."""
        action = self.graph.value(CASE[name], MF.action)
        requests = self.graph.value(action, HT.requests)
        return [self._exchange(node) for node in Collection(self.graph, requests)]

    def _exchange(self, node: Node) -> Exchange:
        answer = self.graph.value(node, HT.resp)
        body = self.graph.value(node, HT.body)
        headers = self.graph.value(node, HT.headers)
        boolean = self.graph.value(answer, MF.expectedBoolean)
        expected = self.graph.value(answer, MF.expectedFormat)
        statuses = self.graph.objects(answer, MF.expectedStatus)
        return Exchange(
            method=str(self.graph.value(node, HT.methodName)),
            path=str(self.graph.value(node, HT.absolutePath)),
            headers={
                str(self.graph.value(field, HT.fieldName)): str(
                    self.graph.value(field, HT.fieldValue)
                )
                for field in (Collection(self.graph, headers) if headers else ())
            },
            body=self._body(body) if body else b"",
            statuses=frozenset(str(status).rpartition("StatusCode")[2] for status in statuses),
            boolean=None if boolean is None else bool(boolean.toPython()),
            format=None if expected is None else str(expected),
        )

    def _body(self, node: Node) -> bytes:
        text = str(self.graph.value(node, CNT.chars))
        return text.encode(str(self.graph.value(node, CNT.characterEncoding)))

    def data(self) -> dict[str, Path]:
        """Return the files that the cases want to be served, by the name of their graph."""
        found = {}
        for node in self.graph.objects(None, UT.graphData):
            file = self.graph.value(node, UT.graph)
            assert isinstance(file, URIRef)
            found[str(self.graph.value(node, RDFS.label))] = Path(httpx.URL(file).path)
        return found


@pytest.fixture(scope="module")
def suite(shared: Path) -> Suite:
    """The manifest of the suite."""
    manifest = shared / "w3c" / "sparql11" / "protocol" / "manifest.ttl"
    return Suite(Graph().parse(manifest, format="turtle", publicID=manifest.as_uri()))


@pytest.fixture(scope="module")
def client(
    suite: Suite, serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of a service over the suite's data, each file in the graph that the suite names."""
    file = tmp_path_factory.mktemp("suite") / "data.nq"
    lines = [
        triple.rpartition(".")[0] + f"<{name}> ."
        for name, source in sorted(suite.data().items())
        for triple in source.read_text(encoding="utf-8").splitlines()
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with httpx.Client(base_url=serve("--data", str(file)).url, timeout=30) as client:
        del client.headers["accept"]
        yield client


def test_every_case_of_the_manifest_is_run(suite: Suite) -> None:
    """W3C, SPARQL 1.1 Protocol test suite: none is left out."""
    assert sorted(suite.names()) == sorted((*QUERIES, *WRONG_UPDATES, *REFUSED))
    assert len(suite.names()) == 34


def test_the_data_of_the_suite_are_served_under_its_names(
    suite: Suite, client: httpx.Client
) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4: the cases name these graphs."""
    assert len(suite.data()) == 3
    for name in suite.data():
        query = f"ASK {{ GRAPH <{name}> {{ <{name}> a <http://xmlns.com/foaf/0.1/Document> }} }}"
        assert client.get("/sparql", params={"query": query}).json()["boolean"] is True


@pytest.mark.parametrize("name", [*QUERIES, *WRONG_UPDATES])
def test_case(suite: Suite, client: httpx.Client, name: str) -> None:
    """W3C, SPARQL 1.1 Protocol test suite: the case of that name."""
    exchanges = suite.exchanges(name)
    assert exchanges
    for exchange in exchanges:
        exchange.check(exchange.send(client))


@pytest.mark.parametrize("name", REFUSED)
def test_case_that_would_change_the_graph_is_refused(
    suite: Suite, client: httpx.Client, name: str
) -> None:
    """SPARQL 1.1 Protocol, section 2.2.4: 403, and the graph is what it was."""

    def everything() -> str:
        return client.get(
            "/sparql", params={"query": EVERYTHING}, headers={"Accept": "text/csv"}
        ).text

    before = everything()
    update, *questions = suite.exchanges(name)
    answer = update.send(client)
    assert answer.status_code == 403
    assert answer.json()["type"] == "https://w3id.org/clausegraph/problem/read-only"
    for question in questions:
        assert question.send(client).json()["boolean"] is False
    assert everything() == before
