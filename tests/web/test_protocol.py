"""The SPARQL 1.1 Protocol, case by case."""

from __future__ import annotations

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from clausegraph.engine import MAXIMUM_BYTES

ASK = "ASK {}"
QUERY = "application/sparql-query"
UPDATE = "INSERT DATA { <http://example.org/s> <http://example.org/p> <http://example.org/o> }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
RELEASE = "https://w3id.org/clausegraph/graph/release"
ACTORS = "https://w3id.org/clausegraph/graph/data/actors/parties"


def count(client: httpx.Client, **parameters: str | list[str]) -> int:
    """Return how many triples the default graph of a request has."""
    answer = client.get("/sparql", params={"query": COUNT, **parameters})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_a_query_is_asked_by_address_form_or_body_alike(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, sections 2.1.1 to 2.1.3; QUERY as in the 1.2 draft."""
    query = "SELECT ?x WHERE { VALUES ?x { 'ü' '人' } } ORDER BY ?x"
    answers = [
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", content=query.encode(), headers={"Content-Type": QUERY}),
        client.request("QUERY", "/sparql", content=query.encode(), headers={"Content-Type": QUERY}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers}) == 1
    assert "人" in answers[0].text


def test_a_content_type_may_name_utf_8(client: httpx.Client) -> None:
    """RFC 9110, section 8.3.2."""
    headers = {"Content-Type": f'{QUERY}; charset="UTF-8"'}
    assert client.post("/sparql", content=ASK, headers=headers).status_code == 200


def test_a_form_has_its_query_in_the_body(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.2."""
    assert client.post("/sparql", params={"query": ASK}, data={"x": "y"}).status_code == 400
    assert client.post("/sparql", params={"query": ASK}, data={"query": ASK}).status_code == 400


@pytest.mark.parametrize(
    "query", [[("query", ASK), ("query", ASK)], [("query", ASK), ("update", UPDATE)]]
)
def test_one_operation_a_request(client: httpx.Client, query: list[tuple[str, str]]) -> None:
    """SPARQL 1.1 Protocol, section 2.1: exactly one query."""
    assert client.get("/sparql", params=query).status_code == 400


@pytest.mark.parametrize("text", ["", "   ", "SELECT", "SELECT * WHERE { ?s ?p }", "nonsense"])
def test_an_empty_or_malformed_query_is_400(client: httpx.Client, text: str) -> None:
    """SPARQL 1.1 Protocol, section 2.1.7."""
    for answer in (
        client.get("/sparql", params={"query": text}),
        client.post("/sparql", content=text, headers={"Content-Type": QUERY}),
    ):
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_parameter_is_passed_over(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol leaves others' parameters to them."""
    assert client.get("/sparql", params={"query": ASK, "format": "x"}).status_code == 200


def test_an_update_changes_nothing(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.2: not offered here."""
    before = count(client)
    for answer in (
        client.get("/sparql", params={"query": UPDATE}),
        client.get("/sparql", params={"update": UPDATE}),
        client.post("/sparql", data={"update": UPDATE}),
        client.post("/sparql", content=UPDATE, headers={"Content-Type": QUERY}),
        client.post(
            "/sparql", content=UPDATE, headers={"Content-Type": "application/sparql-update"}
        ),
    ):
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == "application/problem+json"
    assert count(client) == before


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/json", "", "multipart/form-data"]
)
def test_another_content_type_is_415(client: httpx.Client, media_type: str) -> None:
    """RFC 9110, section 15.5.16."""
    request = client.build_request("POST", "/sparql", content=ASK)
    if media_type:
        request.headers["Content-Type"] = media_type
    assert client.send(request).status_code == 415


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1"])
def test_a_query_in_another_charset_is_refused(client: httpx.Client, charset: str) -> None:
    """SPARQL 1.1 Protocol, section 2.1.3: unencoded UTF-8."""
    headers = {"Content-Type": f"{QUERY}; charset={charset}"}
    body = ASK.encode("utf-16" if charset == "utf-16" else charset)
    assert client.post("/sparql", content=body, headers=headers).status_code == 415


def test_bytes_that_are_not_utf_8_are_refused(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.3."""
    answer = client.post("/sparql", content=ASK.encode("utf-16"), headers={"Content-Type": QUERY})
    assert answer.status_code == 400
    assert client.get("/sparql?query=%FF%FE").status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_405_and_lists_those_that_are_served(
    client: httpx.Client, method: str
) -> None:
    """RFC 9110, section 15.5.6."""
    answer = client.request(method, "/sparql")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"


def test_the_request_names_the_dataset(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4."""
    one = count(client, **{"default-graph-uri": RELEASE})
    other = count(client, **{"default-graph-uri": ACTORS})
    both = count(client, **{"default-graph-uri": [RELEASE, ACTORS]})
    assert 0 < one < both == one + other < count(client)


def test_named_graphs_of_the_request_are_all_there_is(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4."""
    query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    answer = client.post("/sparql", data={"query": query, "named-graph-uri": RELEASE})
    graphs = [row["g"]["value"] for row in answer.json()["results"]["bindings"]]
    assert graphs == [RELEASE]
    assert count(client, **{"named-graph-uri": RELEASE}) == 0


def test_an_unknown_graph_is_empty_and_a_relative_one_wrong(client: httpx.Client) -> None:
    """Nothing is fetched: a graph that is not here has no triples."""
    assert count(client, **{"default-graph-uri": "http://127.0.0.1:9/x"}) == 0
    answer = client.get("/sparql", params={"query": ASK, "default-graph-uri": "x"})
    assert answer.status_code == 400


def test_a_relative_iri_is_resolved_against_the_endpoint(client: httpx.Client) -> None:
    """SPARQL 1.1 Query, section 4.1.1.1."""
    answer = client.get("/sparql", params={"query": "SELECT ?x WHERE { BIND(<x> AS ?x) }"})
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == str(client.base_url.join("/x"))


def test_a_bare_get_describes_the_service(client: httpx.Client) -> None:
    """SPARQL 1.1 Service Description, section 2."""
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    triples = {
        (q.predicate.value.rpartition("#")[2], str(q.object))
        for q in parse(answer.content, RdfFormat.TURTLE)
    }
    url = str(client.base_url.join("/sparql"))
    assert ("endpoint", f"<{url}>") in triples
    assert (
        "supportedLanguage",
        "<http://www.w3.org/ns/sparql-service-description#SPARQL11Query>",
    ) in triples
    text = answer.text
    assert "BasicFederatedQuery" not in text
    assert "DereferencesURIs" not in text
    assert "SPARQL11Update" not in text


def test_the_description_lists_every_format_that_is_served(client: httpx.Client) -> None:
    """SPARQL 1.1 Service Description, section 3.2.8."""
    text = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    names = (
        "SPARQL_Results_JSON",
        "SPARQL_Results_XML",
        "SPARQL_Results_CSV",
        "SPARQL_Results_TSV",
    )
    graphs = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML")
    for name in (*names, *graphs):
        assert f"<http://www.w3.org/ns/formats/{name}>" in text


def test_a_reader_gets_a_form_that_works_without_a_script(client: httpx.Client) -> None:
    """HTML: a form that sends GET to the endpoint."""
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    assert '<form method="get" action="/sparql">' in page
    assert '<textarea id="query" name="query"' in page
    assert "<script" not in page


@pytest.mark.parametrize("value", ["0", "-1", "x", "nan", "inf", ""])
def test_a_timeout_is_a_number_of_seconds(client: httpx.Client, value: str) -> None:
    """A deadline that cannot be read is an error, not a default."""
    assert client.get("/sparql", params={"query": ASK, "timeout": value}).status_code == 400


def test_a_request_may_shorten_its_deadline(client: httpx.Client) -> None:
    """RFC 9110, section 15.6.5: no part of an answer is sent."""
    values = " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(60)))} }}" for i in range(6))
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ {values} }}"
    answer = client.get("/sparql", params={"query": query, "timeout": "0.3"})
    assert answer.status_code == 504
    assert answer.json()["type"].endswith("/query-timeout")
    assert answer.elapsed.total_seconds() < 3


def test_a_long_address_is_answered_or_refused_with_a_way_out(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.15."""
    query = "ASK {} #" + "x" * 20_000
    assert client.get("/sparql", params={"query": query}).status_code == 200
    refused = client.get("/sparql", params={"query": "ASK {} #" + "x" * 40_000})
    assert refused.status_code == 414
    assert "POST" in refused.json()["detail"]


def test_a_large_body_is_413(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.14."""
    for size in (300_000, 2_000_000):
        answer = client.post("/sparql", content="#" * size, headers={"Content-Type": QUERY})
        assert answer.status_code == 413


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 413)])
def test_a_query_past_the_cap_is_413_by_every_way_in(
    client: httpx.Client, extra: int, status: int
) -> None:
    """RFC 9110, section 15.5.14: one cap, and the byte after it."""
    text = ASK + "#" * (MAXIMUM_BYTES - len(ASK) + extra)
    assert client.post("/sparql", data={"query": text}).status_code == status
    sent = client.post("/sparql", content=text, headers={"Content-Type": QUERY})
    assert sent.status_code == status
