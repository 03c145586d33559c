"""Media types of query results: each form of result, defaults, weights, and what does not fit.

The lines M1 to M23 of the HTTP contract; each test is named by those that it holds the service to.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

SELECT = "SELECT ?b ?a WHERE { VALUES (?a ?b) { (1 'x'@en) (<http://example.org/> 'y\"z') } }"
CONSTRUCT = "CONSTRUCT { <http://example.org/s> <http://example.org/p> ?o } WHERE { VALUES ?o { 1 'x'@en } }"
DESCRIBE = "DESCRIBE <https://w3id.org/clausegraph/id/document/ai-safety-commitments>"
ASK = "ASK { ?s ?p ?o }"

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TSV = "text/tab-separated-values"
GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


def get(client: httpx.Client, query: str, accept: str | None = None) -> httpx.Response:
    """Ask `query` by GET."""
    headers = {} if accept is None else {"Accept": accept}
    return client.get("/sparql", params={"query": query}, headers=headers)


def kind(answer: httpx.Response) -> str:
    """Return the media type without its parameters."""
    return answer.headers["content-type"].partition(";")[0]


def read_table(answer: httpx.Response) -> list[tuple[str, ...]]:
    """Return the rows of a SELECT in JSON, XML or TSV."""
    formats = {
        JSON: QueryResultsFormat.JSON,
        XML: QueryResultsFormat.XML,
        TSV: QueryResultsFormat.TSV,
    }
    found = parse_query_results(answer.content, formats[kind(answer)])
    return [tuple(str(term) for term in row) for row in found]


def read_csv(answer: httpx.Response) -> list[tuple[str, ...]]:
    """Return the rows of a SELECT in CSV, header aside."""
    return [tuple(row) for row in csv.reader(io.StringIO(answer.text, newline=""))][1:]


@pytest.mark.parametrize(
    ("accept", "read", "rows"),
    [
        (JSON, read_table, [('"x"@en', "1"), ('"y\\"z"', "<http://example.org/>")]),
        (XML, read_table, [('"x"@en', "1"), ('"y\\"z"', "<http://example.org/>")]),
        (TSV, read_table, [('"x"@en', "1"), ('"y\\"z"', "<http://example.org/>")]),
        ("text/csv", read_csv, [("x", "1"), ('y"z', "http://example.org/")]),
    ],
)
def test_m1_m2_m3_m4_a_select_comes_in_each_results_format(
    client: httpx.Client,
    accept: str,
    read: Callable[[httpx.Response], Any],
    rows: list[tuple[str, ...]],
) -> None:
    """SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats."""
    answer = get(client, SELECT, accept)
    assert answer.status_code == 200
    assert kind(answer) == accept
    integer = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    found = [tuple("1" if cell == integer else cell for cell in row) for row in read(answer)]
    assert sorted(found) == sorted(rows)


@pytest.mark.parametrize(
    ("alias", "media_type", "query"),
    [
        ("application/json", JSON, SELECT),
        ("application/json", JSON, ASK),
        ("application/xml", XML, SELECT),
        ("application/xml", "application/rdf+xml", CONSTRUCT),
    ],
)
def test_m5_an_alias_gets_the_type_that_it_stands_for(
    client: httpx.Client, alias: str, media_type: str, query: str
) -> None:
    """SPARQL 1.1 Protocol, section 2.1.6: the body says what it is."""
    answer = get(client, query, alias)
    assert answer.status_code == 200
    assert kind(answer) == media_type


def test_m5_text_plain_stands_for_nothing(client: httpx.Client) -> None:
    """RFC 9110, section 12.5.1: it would not say which format is meant."""
    for query in (SELECT, ASK, CONSTRUCT):
        assert get(client, query, "text/plain").status_code == 406


@pytest.mark.parametrize(
    "accept", [None, JSON, XML, "text/csv;q=0.9, application/sparql-results+xml;q=0.1"]
)
@pytest.mark.parametrize(("query", "expected"), [(ASK, True), ("ASK { ?s <urn:none> ?o }", False)])
def test_m6_an_ask_has_a_boolean(
    client: httpx.Client, accept: str | None, query: str, *, expected: bool
) -> None:
    """SPARQL 1.1 Query Results JSON Format, section 3.3; XML Format, section 2.3.2."""
    answer = get(client, query, accept)
    found = XML if accept and XML in accept else JSON
    assert answer.headers["content-type"] == found
    form = QueryResultsFormat.XML if found == XML else QueryResultsFormat.JSON
    assert bool(parse_query_results(answer.content, form)) is expected


@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_m7_m8_m9_a_graph_comes_in_each_syntax(
    client: httpx.Client, media_type: str, query: str
) -> None:
    """RDF 1.1 Turtle, N-Triples, XML Syntax."""
    answer = get(client, query, media_type)
    assert answer.status_code == 200
    assert kind(answer) == media_type
    found = {(q.subject, q.predicate, q.object) for q in parse(answer.content, GRAPHS[media_type])}
    turtle = get(client, query, "text/turtle").content
    assert found == {(q.subject, q.predicate, q.object) for q in parse(turtle, RdfFormat.TURTLE)}
    assert len(found) >= 2


def test_m10_a_construct_as_json_ld_names_our_context(client: httpx.Client) -> None:
    """JSON-LD 1.1: compacted with the hosted context, not with an inlined one."""
    answer = get(client, CONSTRUCT, "application/ld+json")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.json()["@context"] == "https://w3id.org/clausegraph/context/1.jsonld"


@pytest.mark.parametrize("accept", [None, "*/*", "application/*", "application/json", ""])
def test_m11_a_select_is_json_by_default(client: httpx.Client, accept: str | None) -> None:
    """SPARQL 1.1 Protocol, section 2.1.6."""
    answer = get(client, SELECT, accept)
    assert answer.headers["content-type"] == JSON
    assert answer.json()["head"]["vars"] == ["b", "a"]


@pytest.mark.parametrize("accept", [None, "*/*", ""])
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_m12_a_graph_is_turtle_by_default(
    client: httpx.Client, accept: str | None, query: str
) -> None:
    """SPARQL 1.1 Protocol, section 2.1.6."""
    assert get(client, query, accept).headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (f"text/csv;q=0.5, {XML};q=0.9", XML),
        ("*/*;q=0.1, text/csv", "text/csv"),
        (f"{JSON};q=0, */*", XML),
        ("text/*", "text/csv"),
        (f"{TSV};q=0.001", TSV),
        ("text/csv;q=x, " + TSV, TSV),
        ("text/csv;q=1.5, " + TSV, TSV),
        (f"TEXT/CSV;Q=0.9, {XML};q=0.8", "text/csv"),
    ],
)
def test_m13_weights_decide(client: httpx.Client, accept: str, media_type: str) -> None:
    """RFC 9110, section 12.4.2."""
    assert kind(get(client, SELECT, accept)) == media_type


@pytest.mark.parametrize(
    ("accept", "table", "graph"),
    [
        (f"{XML}, application/rdf+xml", XML, "application/rdf+xml"),
        ("application/ld+json, text/csv", "text/csv", "application/ld+json"),
        (f"text/turtle;q=0.1, {TSV};q=0.9", TSV, "text/turtle"),
    ],
)
def test_m14_m15_a_mixed_accept_is_resolved_by_the_form_of_the_query(
    client: httpx.Client, accept: str, table: str, graph: str
) -> None:
    """SPARQL 1.1 Protocol, section 2.1.6: SELECT and CONSTRUCT have types of their own."""
    assert kind(get(client, SELECT, accept)) == table
    assert kind(get(client, CONSTRUCT, accept)) == graph


@pytest.mark.parametrize(
    ("query", "accept", "listed"),
    [
        (SELECT, "image/png", "text/csv"),
        (SELECT, "text/turtle", JSON),
        (CONSTRUCT, "text/csv", "text/turtle"),
        (SELECT, "*/*;q=0", JSON),
    ],
)
def test_m16_what_fits_nothing_is_406_and_lists_what_would(
    client: httpx.Client, query: str, accept: str, listed: str
) -> None:
    """RFC 9110, section 15.5.7."""
    answer = get(client, query, accept)
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert listed in answer.json()["hint"]


def test_m17_m18_csv_names_its_charset_and_ends_lines_with_crlf(client: httpx.Client) -> None:
    """SPARQL 1.1 Query Results CSV Format, section 3; RFC 4180."""
    answer = get(client, SELECT, "text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") == 3
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert rows[0] == ["b", "a"]
    assert ['y"z', "http://example.org/"] in rows
    assert get(client, SELECT, TSV).headers["content-type"] == f"{TSV}; charset=utf-8"


@pytest.mark.parametrize("names", ["c a b", "b a c", "a c b"])
def test_m19_columns_come_in_the_order_of_select(client: httpx.Client, names: str) -> None:
    """SPARQL 1.1 Query Results JSON Format, section 3.1.1."""
    columns = names.split()
    listed = " ".join(f"?{name}" for name in columns)
    query = f"SELECT {listed} WHERE {{ VALUES (?a ?b ?c) {{ (1 2 3) }} }}"
    assert get(client, query, TSV).text.splitlines()[0] == "\t".join(f"?{name}" for name in columns)
    assert get(client, query, "text/csv").text.splitlines()[0] == ",".join(columns)
    assert get(client, query, JSON).json()["head"]["vars"] == columns
    head = ElementTree.fromstring(get(client, query, XML).content)[0]  # noqa: S314 - our own answer
    assert [variable.get("name") for variable in head] == columns


@pytest.mark.parametrize("accept", ["text/csv", TSV])
def test_m20_an_ask_has_no_form_in_csv_or_tsv(client: httpx.Client, accept: str) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats, section 1: for SELECT alone."""
    answer = get(client, ASK, accept)
    assert answer.status_code == 406
    assert XML in answer.json()["hint"]


def test_m23_bindings_keep_language_and_datatype(client: httpx.Client) -> None:
    """SPARQL 1.1 Query Results JSON Format, section 3.2.2."""
    query = (
        """SELECT ?x WHERE { VALUES ?x { 'a'@en-GB 1.50 '2026-01-01'^^xsd:date 'b' <urn:x> } }"""
    )
    query = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> {query}"
    rows = [row["x"] for row in get(client, query).json()["results"]["bindings"]]
    assert {"type": "uri", "value": "urn:x"} in rows
    assert {"type": "literal", "value": "b"} in rows
    found = {
        (row.get("xml:lang", "").lower(), row.get("datatype", "").rpartition("#")[2])
        for row in rows
    }
    assert {("en-gb", ""), ("", "decimal"), ("", "date")} <= found


def test_a_media_type_in_the_address_wins_over_accept(client: httpx.Client) -> None:
    """W3C, Content Negotiation by Profile, section 8: query string arguments."""
    parameters = {"query": SELECT, "_mediatype": "text/csv"}
    answer = client.get("/sparql", params=parameters, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_json_results_are_whole(client: httpx.Client) -> None:
    """A body is sent only when it is complete."""
    query = {"query": "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"}
    answer = client.get("/sparql", params=query, headers={"Accept-Encoding": "identity"})
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert len(json.loads(answer.content)["results"]["bindings"]) > 10_000


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT ?x WHERE { BIND('a\\u0008b' AS ?x) }", XML),
        ("SELECT ?x WHERE { BIND('\\uFFFF' AS ?x) }", XML),
        ("CONSTRUCT { <urn:s> <urn:p> 'a\\u0001b' } WHERE {}", "application/rdf+xml"),
        ("CONSTRUCT { <urn:s> <http://example.org/1> 2 } WHERE {}", "application/rdf+xml"),
        ("CONSTRUCT { <urn:s> <http://example.org/> 2 } WHERE {}", "application/rdf+xml"),
    ],
)
def test_xml_is_well_formed_or_406(client: httpx.Client, query: str, accept: str) -> None:
    """XML 1.0, section 2.2; RDF 1.1 XML Syntax, section 5.1: some terms have no form in XML."""
    answer = get(client, query, accept)
    if answer.status_code == 200:
        ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer
    else:
        assert answer.status_code == 406
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", [SELECT, ASK, CONSTRUCT, DESCRIBE])
def test_a_reader_gets_a_page_with_the_result(client: httpx.Client, query: str) -> None:
    """HTML Living Standard: the query stays in its field, the result below it."""
    answer = get(client, query, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<textarea id="query"' in answer.text


@pytest.mark.parametrize("query", [SELECT, ASK, CONSTRUCT])
@pytest.mark.parametrize(
    "accept",
    [
        f"{JSON}, text/turtle;q=0.5, application/xhtml+xml",
        "text/html, */*",
        "text/*",
        "text/html;q=0, */*",
    ],
)
def test_what_is_sent_is_what_it_is_said_to_be(
    client: httpx.Client, query: str, accept: str
) -> None:
    """RFC 9110, section 8.3: no page under the name of data, nor data under that of a page."""
    answer = get(client, query, accept)
    assert answer.status_code == 200
    is_page = answer.text.lower().startswith("<!doctype html>")
    assert (kind(answer) == "text/html") is is_page
    again = get(client, query, kind(answer))
    assert is_page or again.content == answer.content


def test_of_a_long_accept_field_the_start_is_read(client: httpx.Client) -> None:
    """RFC 9110, section 12.5.1: it is advice; thousands of members would hold everyone up."""
    for first, status in (("text/csv", 200), ("a/b", 406)):
        accept = f"{first}{', c/d;q=0.1' * 3000}, application/sparql-results+json"
        answer = client.get(
            "/sparql", params={"query": "SELECT * {} LIMIT 1"}, headers={"Accept": accept}
        )
        assert answer.status_code == status
        assert len(answer.content) < 10_000
