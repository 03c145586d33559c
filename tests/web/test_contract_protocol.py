"""The SPARQL Protocol, line by line: how a query comes in, over which dataset, and what is refused.

The lines P0 to P22 of the HTTP contract; each test is named by those that it holds the service to.
"""

from __future__ import annotations

import httpx
import pytest

from clausegraph.engine import MAXIMUM_BYTES
from clausegraph.web.answers import host_base
from clausegraph.web.protocol import MOST_PARAMETERS
from services import FORM, PROBLEM, QUERY, UNRESOLVABLE, post, trap

ASK = "ASK {}"
UPDATE = "INSERT DATA { <http://example.org/s> <http://example.org/p> <http://example.org/o> }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
RELEASE = "https://w3id.org/clausegraph/graph/release"
ACTORS = "https://w3id.org/clausegraph/graph/data/actors/parties"
METHODS = "GET, HEAD, POST, QUERY, OPTIONS"


def count(client: httpx.Client, query: str = COUNT, **parameters: str | list[str]) -> int:
    """Return how many triples the default graph of a request has."""
    answer = client.get("/sparql", params={"query": query, **parameters})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def every_way(client: httpx.Client, text: str, **more: str) -> dict[str, httpx.Response]:
    """Send a query by each way that there is; `more` are parameters beside it."""
    direct = {"content": text.encode(), "headers": {"Content-Type": QUERY}, "params": more}
    return {
        "GET": client.get("/sparql", params={"query": text, **more}),
        "form": client.post("/sparql", data={"query": text, **more}),
        "direct": client.post("/sparql", **direct),
        "QUERY": client.request("QUERY", "/sparql", **direct),
    }


def test_p0_p1_p2_p3_p21_a_query_is_asked_by_address_form_or_body_alike(
    client: httpx.Client,
) -> None:
    """SPARQL 1.1 Protocol, sections 2.1.1 to 2.1.3; QUERY as in RFC 10008: same bytes, same tag."""
    query = "SELECT ?x WHERE { VALUES ?x { 'ü' '人' } } ORDER BY ?x"
    answers = every_way(client, query)
    assert {way: answer.status_code for way, answer in answers.items()} == dict.fromkeys(
        answers, 200
    )
    assert len({answer.content for answer in answers.values()}) == 1
    assert "人" in answers["GET"].text
    tags = {answer.headers.get("etag") for answer in answers.values()}
    assert len(tags) == 1
    assert None not in tags


def test_p3_a_form_may_come_by_query_too(client: httpx.Client) -> None:
    """RFC 10008: QUERY has a body like POST, and is safe."""
    content = httpx.QueryParams({"query": ASK})
    answer = client.request(
        "QUERY", "/sparql", content=str(content), headers={"Content-Type": FORM}
    )
    assert answer.status_code == 200


def test_p2_a_content_type_may_name_utf_8(client: httpx.Client) -> None:
    """RFC 9110, section 8.3.2."""
    assert post(client, ASK, **{"Content-Type": f'{QUERY}; charset="UTF-8"'}).status_code == 200


def test_p4_a_form_has_its_query_in_the_body(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.2."""
    assert client.post("/sparql", params={"query": ASK}, data={"x": "y"}).status_code == 400
    assert client.post("/sparql", params={"query": ASK}, data={"query": ASK}).status_code == 400


@pytest.mark.parametrize(
    "pairs",
    [
        [("query", ASK), ("query", ASK)],
        [("query", ASK), ("query", "SELECT * {}")],
        [("query", ASK), ("update", UPDATE)],
        [("query", ASK), ("query", "")],
    ],
)
def test_p5_one_operation_a_request(client: httpx.Client, pairs: list[tuple[str, str]]) -> None:
    """SPARQL 1.1 Protocol, section 2.1: exactly one query."""
    assert client.get("/sparql", params=pairs).status_code == 400
    body = str(httpx.QueryParams(pairs))
    answer = client.post("/sparql", content=body, headers={"Content-Type": FORM})
    assert answer.status_code == 400


@pytest.mark.parametrize("text", ["", "   ", "SELECT", "SELECT * WHERE { ?s ?p }", "nonsense"])
def test_p6_p7_an_empty_or_malformed_query_is_400(client: httpx.Client, text: str) -> None:
    """SPARQL 1.1 Protocol, section 2.1.7."""
    for answer in every_way(client, text).values():
        assert answer.status_code == 400
        assert answer.headers["content-type"] == PROBLEM


def test_p8_an_unknown_parameter_is_passed_over(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol leaves others' parameters to them."""
    for answer in every_way(client, ASK, format="x", output="y").values():
        assert answer.status_code == 200


def test_p9_p10_an_update_changes_nothing(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.2: not offered here."""
    before = count(client)
    update_type = {"Content-Type": "application/sparql-update"}
    answers = [
        *every_way(client, UPDATE).values(),
        client.get("/sparql", params={"update": UPDATE}),
        client.post("/sparql", data={"update": UPDATE}),
        client.post("/sparql", params={"update": UPDATE}, data={"x": "y"}),
        client.post("/sparql", content=UPDATE, headers=update_type),
        client.request("QUERY", "/sparql", content=UPDATE, headers=update_type),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == PROBLEM
    assert count(client) == before


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/json", "", "multipart/form-data", "x", ";;"]
)
def test_p11_another_content_type_is_415(client: httpx.Client, media_type: str) -> None:
    """RFC 9110, section 15.5.16."""
    for method in ("POST", "QUERY"):
        request = client.build_request(method, "/sparql", content=ASK)
        if media_type:
            request.headers["Content-Type"] = media_type
        assert client.send(request).status_code == 415


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1"])
def test_p12_a_query_in_another_charset_is_refused(client: httpx.Client, charset: str) -> None:
    """SPARQL 1.1 Protocol, section 2.1.3: unencoded UTF-8."""
    body = ASK.encode("utf-16" if charset == "utf-16" else charset)
    answer = post(client, body, **{"Content-Type": f"{QUERY}; charset={charset}"})
    assert answer.status_code == 415


def test_p12_bytes_that_are_not_utf_8_are_refused(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.3."""
    assert post(client, ASK.encode("utf-16")).status_code == 400
    assert client.get("/sparql?query=%FF%FE").status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_p13_another_method_is_405_and_lists_those_that_are_served(
    client: httpx.Client, method: str
) -> None:
    """RFC 9110, section 15.5.6."""
    for parameters in ({}, {"query": ASK}):
        answer = client.request(method, "/sparql", params=parameters)
        assert answer.status_code == 405
        assert answer.headers["allow"] == METHODS


def test_p14_the_request_names_the_dataset(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4."""
    one = count(client, **{"default-graph-uri": RELEASE})
    other = count(client, **{"default-graph-uri": ACTORS})
    both = count(client, **{"default-graph-uri": [RELEASE, ACTORS]})
    assert 0 < one < both == one + other < count(client)
    assert count(client, **{"default-graph-uri": [RELEASE, RELEASE]}) == one


def test_p14_named_graphs_of_the_request_are_all_there_is(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4."""
    query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    answer = client.post("/sparql", data={"query": query, "named-graph-uri": RELEASE})
    graphs = [row["g"]["value"] for row in answer.json()["results"]["bindings"]]
    assert graphs == [RELEASE]
    assert count(client, **{"named-graph-uri": RELEASE}) == 0
    of_default = client.get("/sparql", params={"query": query, "default-graph-uri": RELEASE})
    assert of_default.json()["results"]["bindings"] == []


def test_p14_the_dataset_stands_in_the_address_of_a_direct_post_and_in_a_form_s_body(
    client: httpx.Client,
) -> None:
    """SPARQL 1.1 Protocol, sections 2.1.2 and 2.1.3."""
    answers = every_way(client, COUNT, **{"default-graph-uri": RELEASE})
    assert len({answer.content for answer in answers.values()}) == 1
    bindings = answers["GET"].json()["results"]["bindings"]
    assert int(bindings[0]["n"]["value"]) == count(client, **{"default-graph-uri": RELEASE})


def test_p15_the_dataset_of_the_request_wins_over_from(client: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4."""
    query = COUNT.replace("WHERE", f"FROM <{ACTORS}> WHERE")
    here = count(client, **{"default-graph-uri": RELEASE})
    assert count(client, query) == count(client, **{"default-graph-uri": ACTORS}) != here
    assert count(client, query, **{"default-graph-uri": RELEASE}) == here
    assert count(client, query, **{"named-graph-uri": RELEASE}) == 0


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_p15b_an_unknown_graph_is_empty_and_never_fetched(client: httpx.Client, name: str) -> None:
    """CWE-918: a graph that is not here has no triples, wherever its name leads."""
    query = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    with trap() as listener:
        for iri in (listener.url, f"http://{UNRESOLVABLE}/x", "file:///etc/hostname"):
            assert count(client, query, **{name: iri}) == 0
        assert listener.calls == 0


@pytest.mark.parametrize("iri", ["x", "", "/x", "a b", "<urn:x>", "urn:x y"])
def test_p14_a_graph_without_an_absolute_iri_is_wrong(client: httpx.Client, iri: str) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4: graphs are named by IRIs."""
    parameters = {"query": ASK, "default-graph-uri": iri}
    assert client.get("/sparql", params=parameters).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        ASK,
        "SELECT ?s WHERE { ?s ?p ?o } LIMIT 300",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3",
        "nonsense",
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_p16_head_is_get_without_a_body(client: httpx.Client, query: str, accept: str) -> None:
    """RFC 9110, section 9.3.2."""
    varying = {"date", "clausegraph-request", "clausegraph-cache"}
    parameters = {"query": query}
    get = client.get("/sparql", params=parameters, headers={"Accept": accept})
    head = client.head("/sparql", params=parameters, headers={"Accept": accept})
    assert head.status_code == get.status_code
    assert head.content == b""
    found, expected = (
        {name: value for name, value in answer.headers.items() if name not in varying}
        for answer in (head, get)
    )
    if get.status_code >= 400:  # a problem document names its own request
        found.pop("content-length")
        expected.pop("content-length")
    assert found == expected


def test_p17_a_long_address_is_answered_or_refused_with_a_way_out(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.15."""
    query = "ASK {} #" + "x" * 20_000
    assert client.get("/sparql", params={"query": query}).status_code == 200
    refused = client.get("/sparql", params={"query": "ASK {} #" + "x" * 40_000})
    assert refused.status_code == 414
    problem = refused.json()
    assert "POST" in f"{problem['detail']} {problem.get('hint', '')}"


def test_p18_a_relative_iri_is_resolved_against_the_endpoint(client: httpx.Client) -> None:
    """SPARQL 1.1 Query, section 4.1.1.1."""
    query = "SELECT ?x ?y WHERE { BIND(<x> AS ?x) BIND(<> AS ?y) }"
    for answer in every_way(client, query).values():
        row = answer.json()["results"]["bindings"][0]
        assert row["x"]["value"] == str(client.base_url.join("/x"))
        assert row["y"]["value"] == str(client.base_url.join("/sparql"))


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.2-basic"])
def test_p19_a_version_that_is_spoken_is_accepted(client: httpx.Client, version: str) -> None:
    """SPARQL 1.2 Protocol, section 2.1: as a parameter, or of the media type."""
    for way in ("GET", "form"):
        assert every_way(client, ASK, version=version)[way].status_code == 200
    for media_type in (f"{QUERY};version={version}", f'{QUERY}; Version="{version}"'):
        assert post(client, ASK, **{"Content-Type": media_type}).status_code == 200


def test_p19_what_is_claimed_of_1_2_is_so(client: httpx.Client) -> None:
    """SPARQL 1.2 Query, sections 4.1 and 17.4: triple terms, directional language, VERSION."""
    query = """VERSION "1.2" SELECT ?x ?y WHERE {
        BIND(<<( <urn:s> <urn:p> 1 )>> AS ?x) BIND('a'@ar--rtl AS ?y) }"""
    answer = client.get("/sparql", params={"query": query, "version": "1.2"})
    assert answer.status_code == 200, answer.text
    row = answer.json()["results"]["bindings"][0]
    assert row["x"]["type"] == "triple"
    assert row["y"]["its:dir"] == "rtl"


@pytest.mark.parametrize("version", ["2.0", "1.3", "x", "1.2-full-of-it", "1"])
def test_p19_a_version_that_is_not_spoken_is_400_and_names_those_that_are(
    client: httpx.Client, version: str
) -> None:
    """SPARQL 1.2 Protocol, section 2.1."""
    answers = [
        every_way(client, ASK, version=version)["GET"],
        every_way(client, ASK, version=version)["form"],
        post(client, ASK, **{"Content-Type": f'{QUERY}; version="{version}"'}),
    ]
    for answer in answers:
        assert answer.status_code == 400
        problem = answer.json()
        for spoken in ("1.1", "1.2"):
            assert spoken in f"{problem['detail']} {problem.get('hint', '')}"


def test_p20_a_large_body_is_413(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.14."""
    for size in (300_000, 2_000_000):
        answer = post(client, "#" * size)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 413)])
def test_p20_a_query_past_the_cap_is_413_by_every_way_in(
    client: httpx.Client, extra: int, status: int
) -> None:
    """RFC 9110, section 15.5.14: one cap, and the byte after it."""
    text = ASK + "#" * (MAXIMUM_BYTES - len(ASK) + extra)
    assert client.post("/sparql", data={"query": text}).status_code == status
    assert post(client, text).status_code == status


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("*/*;q=0.1, text/csv", "text/csv; charset=utf-8"),
    ],
)
def test_p22_what_is_not_asked_for_comes_as_the_default(
    client: httpx.Client, accept: str | None, media_type: str
) -> None:
    """SPARQL 1.1 Protocol, section 2.1.6; RFC 9110, section 12.5.1."""
    headers = {} if accept is None else {"Accept": accept}
    answer = client.get("/sparql", params={"query": COUNT}, headers=headers)
    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize("value", ["0", "-1", "x", "nan", "inf", ""])
def test_a_timeout_is_a_number_of_seconds(client: httpx.Client, value: str) -> None:
    """A deadline that cannot be read is an error, not a default."""
    assert client.get("/sparql", params={"query": ASK, "timeout": value}).status_code == 400


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("ASK { ?x a cg:Document }", {"cg"}),
        ("ASK { documents:x a cg:Document ; cg:y cg:z }", {"cg", "documents"}),
        ("PREFIX cg: <urn:x> ASK { documents:x a cg:Document }", {"documents"}),
        ("ASK { ?x ?y 'cg:Document' }", None),
        ("ASK {}", None),
    ],
)
def test_registered_prefixes_need_no_declaration_and_the_answer_names_them(
    client: httpx.Client, query: str, names: set[str] | None
) -> None:
    """SPARQL 1.1 Query, section 4.1.1: undeclared prefixes are an error elsewhere, so it is said."""
    for answer in every_way(client, query).values():
        assert answer.status_code == 200
        named = answer.headers.get("clausegraph-prefixes")
        assert (None if named is None else set(named.split(", "))) == names


@pytest.mark.parametrize("form", ["SELECT ?x", "CONSTRUCT { ?x a ?y }"])
def test_an_empty_answer_says_why_when_asked(client: httpx.Client, form: str) -> None:
    """An empty answer is an answer: status and body stay, a field explains."""
    query = f"{form} WHERE {{ ?x a <https://w3id.org/clausegraph/ontology#Documnt> ; ?y ?z }}"
    plain = every_way(client, query)
    asked = {
        "GET": client.get("/sparql", params={"query": query, "empty": "explain"}),
        "form": client.post("/sparql", params={"empty": "explain"}, data={"query": query}),
        "form body": client.post("/sparql", data={"query": query, "empty": "explain"}),
        "direct": client.post(
            "/sparql",
            params={"empty": "explain"},
            content=query,
            headers={"Content-Type": QUERY},
        ),
    }
    for answer in asked.values():
        assert answer.status_code == 200
        assert answer.content == plain["GET"].content
        hint = answer.headers["clausegraph-hint"]
        assert hint.isascii()
        assert "Document" in hint
    assert not any("clausegraph-hint" in answer.headers for answer in plain.values())
    page = client.get(
        "/sparql", params={"query": query, "empty": "explain"}, headers={"Accept": "text/html"}
    )
    assert "Documnt" in page.text.partition("Why there is nothing")[2].partition("<form")[0]


def test_an_explanation_in_another_script_stays_in_one_line_of_ascii(client: httpx.Client) -> None:
    """RFC 9110, section 5.5: fields are ASCII; CWE-113: what a client sent ends no line."""
    query = "SELECT ?x WHERE { ?x <http://example.org/päth> 'a\\r\\nSet-Cookie: x' }"
    answer = client.get("/sparql", params={"query": query, "empty": "explain"})
    assert answer.status_code == 200
    assert answer.headers["clausegraph-hint"].isascii()
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("value", ["", "x", "explain\r\nX: y"])
def test_an_explanation_is_asked_for_by_its_name_alone(client: httpx.Client, value: str) -> None:
    """A value that is not known is refused or passed over, and never sent back in a field."""
    query = "SELECT ?x WHERE { ?x a <urn:none> }"
    answer = client.get("/sparql", params={"query": query, "empty": value})
    assert answer.status_code in {200, 400}
    assert "clausegraph-hint" not in answer.headers
    assert "x" not in answer.headers


def test_an_answer_with_rows_needs_no_explanation(client: httpx.Client) -> None:
    """There is nothing to explain."""
    answer = client.get("/sparql", params={"query": COUNT, "empty": "explain"})
    assert answer.status_code == 200
    assert "clausegraph-hint" not in answer.headers


def test_a_form_with_more_parameters_than_are_read_is_400(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.1: a million of them would hold everyone up."""
    answer = client.post(
        "/sparql",
        content=b"query=ASK%7B%7D&" + b"a&" * MOST_PARAMETERS,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 400
    assert answer.json()["detail"] == "There are more than 20,000 parameters."
    answer = client.get("/sparql", params=[("query", "ASK {}"), *[("a", "b")] * 1000])
    assert answer.status_code == 200


def test_p18_a_request_without_a_host_has_the_address_that_it_came_in_by() -> None:
    """RFC 9110, section 7.2; RFC 3986, section 3.2.2."""
    assert host_base({"scheme": "http", "server": ("::1", 8000)}, None) == "http://[::1]:8000"
    assert host_base({"scheme": "http", "server": ("192.0.2.1", 80)}, None) == "http://192.0.2.1:80"
