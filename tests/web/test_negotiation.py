"""Media types of answers: each result kind, defaults, weights, and what does not fit."""

from __future__ import annotations

import csv
import io
import json

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

SELECT = "SELECT ?b ?a WHERE { VALUES (?a ?b) { (1 'x'@en) (<http://example.org/> 'y\"z') } }"
CONSTRUCT = "CONSTRUCT { <http://example.org/s> <http://example.org/p> ?o } WHERE { VALUES ?o { 1 'x'@en } }"
ASK = "ASK { ?s ?p ?o }"

RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": None,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


def get(client: httpx.Client, query: str, accept: str | None = None) -> httpx.Response:
    """Ask `query` by GET."""
    headers = {} if accept is None else {"Accept": accept}
    return client.get("/sparql", params={"query": query}, headers=headers)


@pytest.mark.parametrize("media_type", RESULTS)
def test_a_select_comes_in_each_results_format(client: httpx.Client, media_type: str) -> None:
    """SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats."""
    answer = get(client, SELECT, media_type)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    if RESULTS[media_type] is not None:
        rows = list(parse_query_results(answer.content, RESULTS[media_type]))
        assert len(rows) == 2


@pytest.mark.parametrize("media_type", GRAPHS)
def test_a_construct_comes_in_each_graph_syntax(client: httpx.Client, media_type: str) -> None:
    """RDF 1.1 Turtle, N-Triples, XML Syntax."""
    answer = get(client, CONSTRUCT, media_type)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert len(list(parse(answer.content, GRAPHS[media_type]))) == 2


def test_a_construct_as_json_ld_names_our_context(client: httpx.Client) -> None:
    """JSON-LD 1.1: compacted with the hosted context, not with an inlined one."""
    answer = get(client, CONSTRUCT, "application/ld+json")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.json()["@context"] == "https://w3id.org/clausegraph/context/1.jsonld"


@pytest.mark.parametrize("accept", [None, "*/*", "application/*", "application/json"])
def test_a_select_is_json_by_default(client: httpx.Client, accept: str | None) -> None:
    """SPARQL 1.1 Protocol, section 2.1.6."""
    answer = get(client, SELECT, accept)
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert answer.json()["head"]["vars"] == ["b", "a"]


@pytest.mark.parametrize("accept", [None, "*/*"])
def test_a_construct_is_turtle_by_default(client: httpx.Client, accept: str | None) -> None:
    """SPARQL 1.1 Protocol, section 2.1.6."""
    assert get(client, CONSTRUCT, accept).headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["application/sparql-results+json", "application/sparql-results+xml"]
)
def test_an_ask_has_a_boolean(client: httpx.Client, accept: str) -> None:
    """SPARQL 1.1 Query Results JSON Format, section 3.3."""
    answer = get(client, ASK, accept)
    assert answer.headers["content-type"] == accept
    assert "true" in answer.text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("*/*;q=0.1, text/csv", "text/csv"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
    ],
)
def test_weights_decide(client: httpx.Client, accept: str, media_type: str) -> None:
    """RFC 9110, section 12.4.2."""
    assert get(client, SELECT, accept).headers["content-type"].partition(";")[0] == media_type


def test_a_mixed_accept_is_resolved_by_the_form_of_the_query(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.6: SELECT and CONSTRUCT have types of their own."""
    accept = "application/sparql-results+xml, application/rdf+xml"
    assert get(client, SELECT, accept).headers["content-type"] == "application/sparql-results+xml"
    assert get(client, CONSTRUCT, accept).headers["content-type"] == "application/rdf+xml"


@pytest.mark.parametrize(
    ("query", "accept", "listed"),
    [
        (SELECT, "image/png", "text/csv"),
        (SELECT, "text/turtle", "application/sparql-results+json"),
        (CONSTRUCT, "text/csv", "text/turtle"),
        (ASK, "text/csv", "application/sparql-results+xml"),
    ],
)
def test_what_fits_nothing_is_406_and_lists_what_would(
    client: httpx.Client, query: str, accept: str, listed: str
) -> None:
    """RFC 9110, section 15.5.7; CSV and TSV have no form for a boolean."""
    answer = get(client, query, accept)
    assert answer.status_code == 406
    assert listed in answer.json()["hint"]


def test_csv_names_its_charset_and_ends_lines_with_crlf(client: httpx.Client) -> None:
    """SPARQL 1.1 Query Results CSV Format, section 3; RFC 4180."""
    answer = get(client, SELECT, "text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.count(b"\r\n") == 3
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert rows[0] == ["b", "a"]
    assert ['y"z', "http://example.org/"] in rows


def test_columns_come_in_the_order_of_select(client: httpx.Client) -> None:
    """SPARQL 1.1 Query Results JSON Format, section 3.1.1."""
    assert get(client, SELECT, "text/tab-separated-values").text.splitlines()[0] == "?b\t?a"


def test_bindings_keep_language_and_datatype(client: httpx.Client) -> None:
    """SPARQL 1.1 Query Results JSON Format, section 3.2.2."""
    bindings = get(client, SELECT).json()["results"]["bindings"]
    assert {"type": "literal", "value": "x", "xml:lang": "en"} in [row["b"] for row in bindings]
    assert any(row["a"].get("datatype", "").endswith("#integer") for row in bindings)


def test_a_media_type_in_the_address_wins_over_accept(client: httpx.Client) -> None:
    """W3C, Content Negotiation by Profile, section 8: query string arguments."""
    parameters = {"query": SELECT, "_mediatype": "text/csv"}
    answer = client.get("/sparql", params=parameters, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_json_results_are_whole(client: httpx.Client) -> None:
    """A body is sent only when it is complete."""
    answer = get(client, "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert len(json.loads(answer.content)["results"]["bindings"]) > 10_000
