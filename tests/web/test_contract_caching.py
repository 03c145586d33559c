"""Caching and cross-origin reading of query results.

The lines H1 to H9 of the HTTP contract; each test is named by those that it holds the service to.
"""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import pytest

from clausegraph.web.answers import FOREVER, LATEST
from services import FORM, PROBLEM, QUERY

TABLE = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 20"
ASK = "ASK { ?s ?p ?o }"
JSON = "application/sparql-results+json"
ACCEPT = f"{JSON}, text/turtle"
CONCEPT = "/doc/concept/mit-risk-domain/2.1"
METHODS = "GET, HEAD, POST, QUERY, OPTIONS"
EXPOSED = (
    "ETag",
    "Link",
    "Location",
    "Content-Location",
    "Retry-After",
    "Memento-Datetime",
    "RateLimit",
    "Clausegraph-Release",
)
# What each query can call to get another answer the next time (SPARQL 1.1 Query, section 17.4).
VOLATILE = (
    "SELECT (NOW() AS ?x) {}",
    "SELECT (RAND() AS ?x) {}",
    "SELECT (UUID() AS ?x) {}",
    "SELECT (STRUUID() AS ?x) {}",
    "SELECT (BNODE() AS ?x) {}",
    "SELECT (BNODE('a') AS ?x) {}",
    "ASK { FILTER(rAnD() < 2) }",
    "SELECT ?x { BIND(now () AS ?x) }",
    "SELECT (nOw#comment\n() AS ?x) {}",
)
STABLE = (
    "SELECT ('NOW()' AS ?x) {}",
    "SELECT (1 AS ?now) {} # RAND()",
    "SELECT (<http://example.org/uuid()> AS ?x) {}",
)


def get(client: httpx.Client, query: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask for JSON or Turtle; header names are written with `_`."""
    fields = {"Accept": ACCEPT, "Accept-Encoding": "identity"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    if method == "QUERY":
        fields["Content-Type"] = QUERY
        return client.request(method, "/sparql", content=query, headers=fields)
    return client.request(method, "/sparql", params={"query": query}, headers=fields)


def vary(answer: httpx.Response) -> set[str]:
    """Return the members of Vary, in lower case."""
    return {name.strip().lower() for name in answer.headers["vary"].split(",")}


@pytest.mark.parametrize("query", [TABLE, GRAPH, ASK])
@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY"])
def test_h1_h2_what_a_client_holds_is_not_sent_again(
    client: httpx.Client, query: str, method: str
) -> None:
    """RFC 9110, sections 8.8.3, 13.1.2 and 15.4.5."""
    first = get(client, query, method)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert tag.endswith('"')
    for value in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = get(client, query, method, If_None_Match=value)
        assert again.status_code == 304, value
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == LATEST
        assert {"accept", "accept-encoding"} <= vary(again)
        assert "content-type" not in again.headers
    other = get(client, query, method, If_None_Match='"other"')
    assert other.status_code == 200
    assert other.content == first.content


@pytest.mark.parametrize(
    "value", ['"', "W/", "x", ",,,", '"a" "b"', "*, *", '"' + "x" * 5000 + '"', "é"]
)
def test_h2_a_validator_that_is_none_matches_nothing(client: httpx.Client, value: str) -> None:
    """RFC 9110, section 13.1.2: the whole answer is right in any case of doubt."""
    headers = {"If-None-Match": value.encode("latin-1")}
    answer = client.get("/sparql", params={"query": ASK}, headers=headers)
    assert answer.status_code in {200, 304}
    assert answer.status_code == 200 or "*" in value


def test_h1_h3_each_representation_has_a_tag_of_its_own(client: httpx.Client) -> None:
    """RFC 9110, section 8.8.3.3: by format, coding, query, dataset; but not by spelling of Accept."""
    types = (JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
    answers = [get(client, TABLE, Accept=item) for item in types]
    answers += [get(client, TABLE, Accept=item, Accept_Encoding="gzip") for item in types]
    answers.append(get(client, TABLE + " OFFSET 1"))
    more = {"query": TABLE, "default-graph-uri": "https://w3id.org/clausegraph/graph/release"}
    answers.append(client.get("/sparql", params=more))
    answers.append(client.get("/sparql", params={**more, "named-graph-uri": "urn:x"}))
    tags = [answer.headers["etag"] for answer in answers]
    assert len(set(tags)) == len(tags)
    same = get(client, TABLE, Accept=f"image/png, {JSON};q=0.2").headers["etag"]
    assert same == tags[0]


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", f"{JSON}, text/html;q=0.1", f"text/csv;q=0, {JSON}"]
)
def test_h1_the_tag_is_that_of_the_format_however_it_was_asked_for(
    client: httpx.Client, accept: str
) -> None:
    """RFC 9110, section 8.8.3: it names a representation, not a request."""
    assert get(client, TABLE, Accept=accept).headers["etag"] == get(client, TABLE).headers["etag"]


def test_h1_a_tag_stands_for_one_sequence_of_bytes(client: httpx.Client) -> None:
    """RFC 9110, section 8.8.1: a strong validator promises it."""
    for query in (
        TABLE,
        GRAPH,
        ASK,
        "DESCRIBE <https://w3id.org/clausegraph/id/concept/mit-risk-domain>",
    ):
        answers = [get(client, query) for _ in range(3)]
        assert len({(answer.headers["etag"], answer.content) for answer in answers}) == 1


def test_h1_a_tag_depends_on_the_base_of_relative_iris(client: httpx.Client) -> None:
    """SPARQL 1.1 Query, section 4.1.1.1: by another name of the host it is another answer."""
    query = "SELECT ?x { BIND(<x> AS ?x) }"
    one, other = get(client, query), get(client, query, Host="other.example")
    assert one.content != other.content
    assert one.headers["etag"] != other.headers["etag"]


def test_h3_the_coding_has_its_own_tag_and_is_held_on_its_own(client: httpx.Client) -> None:
    """RFC 9110, sections 8.8.3 and 8.8.3.3."""
    plain, packed = get(client, TABLE), get(client, TABLE, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.content == packed.content  # httpx has unpacked it
    mine, theirs = plain.headers["etag"], packed.headers["etag"]
    assert mine != theirs
    held = get(client, TABLE, Accept_Encoding="gzip", If_None_Match=theirs)
    assert held.status_code == 304
    assert held.headers["etag"] == theirs
    assert get(client, TABLE, If_None_Match=theirs).status_code == 200
    # Who reads gzip reads plain bytes too, and may be told that those it holds are good.
    either = get(client, TABLE, Accept_Encoding="gzip", If_None_Match=mine)
    assert either.status_code == 200 or either.headers["etag"] == mine


def test_h3_compressed_bytes_are_the_same_each_time(client: httpx.Client) -> None:
    """RFC 1952, section 2.3.1: no time stamp in them, since the tag is strong."""
    bodies = set()
    for _ in range(2):
        request = client.build_request(
            "GET", "/sparql", params={"query": TABLE}, headers={"Accept-Encoding": "gzip"}
        )
        answer = client.send(request, stream=True)
        bodies.add(b"".join(answer.iter_raw()))
        answer.close()
    assert len(bodies) == 1
    assert gzip.decompress(bodies.pop())


@pytest.mark.parametrize("query", VOLATILE)
def test_h1_an_answer_that_differs_each_time_has_no_tag_and_is_not_stored(
    client: httpx.Client, query: str
) -> None:
    """RFC 9111, section 5.2.2.5."""
    for method in ("GET", "HEAD", "QUERY"):
        answer = get(client, query, method)
        assert answer.status_code == 200, answer.text
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.get("clausegraph-cache") != "hit"


def test_h1_an_answer_that_differs_each_time_is_computed_each_time(client: httpx.Client) -> None:
    """SPARQL 1.1 Query, section 17.4.2.12: a UUID is a fresh one."""
    assert get(client, VOLATILE[2]).content != get(client, VOLATILE[2]).content


def test_h1_blank_nodes_of_a_template_are_not_kept_as_if_they_had_names(
    client: httpx.Client,
) -> None:
    """RDF 1.1 Concepts, section 3.4: the same bytes under a tag, or no tag."""
    answers = [get(client, "CONSTRUCT { [] <urn:p> 1 } WHERE {}") for _ in range(2)]
    first, second = (answer.headers.get("etag") for answer in answers)
    assert first == second
    assert first is None or answers[0].content == answers[1].content


@pytest.mark.parametrize("query", STABLE)
def test_h1_a_name_in_a_text_a_comment_or_a_variable_is_no_call(
    client: httpx.Client, query: str
) -> None:
    """SPARQL 1.1 Query, section 19.8."""
    answer = get(client, query)
    assert answer.headers["etag"]
    assert answer.headers["cache-control"] == LATEST


@pytest.mark.parametrize("query", [TABLE, GRAPH, ASK])
@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY"])
def test_h4_h5_results_say_how_long_they_keep_and_what_they_depend_on(
    client: httpx.Client, query: str, method: str
) -> None:
    """RFC 9111, section 5.2.2; RFC 9110, section 12.5.5."""
    answer = get(client, query, method)
    assert answer.headers["cache-control"] == "public, max-age=300, must-revalidate"
    assert vary(answer) >= {"accept", "accept-encoding"}
    assert answer.headers["accept-ranges"] == "none"


def test_h4_h5_an_answer_to_post_is_not_stored(client: httpx.Client) -> None:
    """RFC 9111, section 5.2.2.5; a tag tells that it is the same as the one of GET."""
    expected = get(client, TABLE).headers["etag"]
    fields = {"Accept": ACCEPT, "Accept-Encoding": "identity"}
    form = client.post("/sparql", data={"query": TABLE}, headers=fields)
    direct = client.post("/sparql", content=TABLE, headers={**fields, "Content-Type": QUERY})
    for answer in (form, direct):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["etag"] == expected


def test_h4_h5_what_belongs_to_a_release_keeps_for_ever(client: httpx.Client) -> None:
    """RFC 8246: it never changes."""
    release = client.get("/ready").json()["release"]
    for path in (f"/v/{release}/ontology", f"/v/{release}/ontology.ttl"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == FOREVER == "public, max-age=31536000, immutable"


def test_an_answer_says_whether_it_was_kept(client: httpx.Client) -> None:
    """By each way in, and in each format, what was computed once is not computed again."""
    query = f"{TABLE} # test_an_answer_says_whether_it_was_kept"
    seen = [get(client, query, method) for method in ("GET", "GET", "HEAD", "QUERY")]
    assert [answer.headers["clausegraph-cache"] for answer in seen] == ["miss", "hit", "hit", "hit"]
    assert len({answer.content for answer in seen if answer.content}) == 1
    body = httpx.QueryParams({"query": query})
    headers = {"Content-Type": FORM, "Accept": ACCEPT, "Accept-Encoding": "identity"}
    posted = client.post("/sparql", content=str(body), headers=headers)
    assert posted.headers["clausegraph-cache"] == "hit"
    assert posted.content == seen[0].content


def test_a_service_may_keep_nothing(serve: Any) -> None:
    """The size of the cache is the operator's: 0 is none."""
    url = serve("--cache", "0").url
    for _ in range(2):
        answer = httpx.get(f"{url}/sparql", params={"query": ASK})
        assert answer.status_code == 200
        assert answer.headers.get("clausegraph-cache") != "hit"
        assert answer.headers["etag"]


def test_an_error_is_not_kept(client: httpx.Client) -> None:
    """RFC 9111, section 3: what failed is tried again."""
    for _ in range(2):
        answer = get(client, "SELECT", If_None_Match="*")
        assert answer.status_code == 400
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        assert answer.headers.get("clausegraph-cache") != "hit"


EVERYWHERE: dict[str, dict[str, Any]] = {
    "table": {"method": "GET", "url": "/sparql", "params": {"query": TABLE}},
    "kept table": {"method": "GET", "url": "/sparql", "params": {"query": TABLE}},
    "head": {"method": "HEAD", "url": "/sparql", "params": {"query": TABLE}},
    "form": {"method": "POST", "url": "/sparql", "data": {"query": ASK}},
    "held": {
        "method": "GET",
        "url": "/sparql",
        "params": {"query": TABLE},
        "headers": {"If-None-Match": "*"},
    },
    "error": {"method": "GET", "url": "/sparql", "params": {"query": "x"}},
    "refused": {"method": "PUT", "url": "/sparql"},
    "page": {"method": "GET", "url": "/sparql", "headers": {"Accept": "text/html"}},
    "description": {"method": "GET", "url": "/sparql"},
    "document": {"method": "GET", "url": CONCEPT},
    "redirect": {"method": "GET", "url": "/id/concept/mit-risk-domain"},
    "view": {"method": "GET", "url": "/api/documents"},
    "first page": {"method": "GET", "url": "/"},
    "nothing": {"method": "GET", "url": "/doc/document/nothing"},
    "health": {"method": "GET", "url": "/health"},
}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_h6_h7_h8_every_answer_may_be_read_from_anywhere(client: httpx.Client, name: str) -> None:
    """Fetch standard, section 3.2: CORS for anyone, without credentials; no guessing of types."""
    given = dict(EVERYWHERE[name])
    headers = {"Origin": "https://example.org", **given.pop("headers", {})}
    answer = client.request(headers=headers, **given)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    exposed = {item.strip() for item in answer.headers["access-control-expose-headers"].split(",")}
    assert set(EXPOSED) <= exposed
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"]
    assert len(answer.headers["clausegraph-release"]) == 64


def test_h8_what_our_answers_say_in_fields_of_their_own_can_be_read(client: httpx.Client) -> None:
    """Fetch standard, section 3.2.3: a script sees no other field."""
    answer = get(client, "ASK { ?x a cg:Document }", Origin="https://example.org")
    exposed = {
        item.strip().lower() for item in answer.headers["access-control-expose-headers"].split(",")
    }
    ours = {name for name in answer.headers if name.startswith("clausegraph-")}
    assert "clausegraph-request" in ours
    assert ours <= exposed
    assert {"clausegraph-hint", "clausegraph-prefixes", "clausegraph-timeout"} <= exposed


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/sparql", METHODS), (CONCEPT, "GET, HEAD, OPTIONS")],
)
def test_h9_a_preflight_is_answered(client: httpx.Client, path: str, methods: str) -> None:
    """Fetch standard, section 3.2.2."""
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = client.options(path, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["access-control-allow-methods"] == methods
    assert answer.headers["allow"] == methods
    allowed = {item.strip() for item in answer.headers["access-control-allow-headers"].split(",")}
    wanted = "Content-Type, Accept, Accept-Profile, Accept-Datetime, If-None-Match, Authorization"
    assert set(wanted.split(", ")) <= allowed
    assert answer.headers["access-control-max-age"] == "86400"


def test_a_query_without_a_fitting_type_is_refused_before_and_after_it_was_kept(
    client: httpx.Client,
) -> None:
    """RFC 9110, section 15.5.7: a kept answer is no answer in another format."""
    for _ in range(2):
        assert get(client, ASK).status_code == 200
        refused = get(client, ASK, Accept="text/csv")
        assert refused.status_code == 406
        assert refused.headers["content-type"] == PROBLEM


def test_h1_a_page_that_could_not_say_why_has_no_tag(client: httpx.Client) -> None:
    """RFC 9110, section 8.8.1: asked again, it may say why, and is another sequence of bytes."""
    parameters = {"query": "CONSTRUCT { ?s ?p ?unbound } WHERE { ?s ?p ?o }", "empty": "explain"}
    page = client.get("/sparql", params=parameters, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "etag" not in page.headers
    for _ in range(2):
        graph = client.get("/sparql", params=parameters)
        assert graph.headers["etag"]
        assert graph.headers["clausegraph-cache"] == "miss"


def test_h3_an_answer_that_is_kept_stays_coded_for_who_takes_it(client: httpx.Client) -> None:
    """L6: the second answer is as small as the first, however it was found."""
    query = "SELECT * { ?s ?p ?o } LIMIT 123"
    for coding, tail in (("gzip", '-gzip"'), ("identity", '"'), ("gzip", '-gzip"')):
        for _ in range(3):
            answer = client.get(
                "/sparql", params={"query": query}, headers={"Accept-Encoding": coding}
            )
            assert answer.headers.get("content-encoding", "identity") == coding
            assert answer.headers["etag"].endswith(tail)


def test_h2_an_answer_to_post_is_whole_whatever_the_client_holds(client: httpx.Client) -> None:
    """RFC 9110, section 13.1.2: 304 is for GET and HEAD."""
    tag = get(client, TABLE).headers["etag"]
    for value in (tag, "*"):
        fields = {"Accept": ACCEPT, "Accept-Encoding": "identity", "If-None-Match": value}
        answer = client.post("/sparql", data={"query": TABLE}, headers=fields)
        assert answer.status_code == 200
        assert answer.headers["etag"] == tag


def test_h13_the_context_is_served_as_processors_want_it(client: httpx.Client) -> None:
    """JSON-LD 1.1 API, section 9.4: its type, readable from anywhere, kept long, no redirect."""
    answer = client.get("/context/1.jsonld", headers={"Origin": "https://example.org"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "max-age=604800" in answer.headers["cache-control"]
    assert answer.headers["etag"]
    assert set(answer.json()) == {"@context"}
