"""Limits, safety and errors: what one client can do to others, and what it is told.

The lines L1 to L19 of the HTTP contract; each test is named by those that it holds the service to.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import Store

from clausegraph.web import problems
from services import (
    ENDLESS,
    PROBLEM,
    QUERY,
    UNRESOLVABLE,
    Trap,
    busiest,
    client_at,
    cpu_load,
    family,
    memory,
    post,
    product,
    resident,
    trap,
    until,
    watch,
)

BASE = "https://w3id.org/clausegraph/problem/"
ASK = "ASK {}"
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
SERVICES = Callable[..., Any]
SHORT = 1.0  # seconds: the deadline of the service `short`
GRACE = 0.5  # seconds: what is promised beyond a deadline
SLACK = 1.0  # seconds: what a loaded machine may add


@pytest.fixture
def listener() -> Iterator[Trap]:
    """A listener that must not be called."""
    with trap() as found:
        yield found
        assert found.calls == 0


@pytest.fixture(scope="module")
def short(serve: SERVICES) -> Any:
    """A service whose queries have one second, and whose results one MiB."""
    service = serve("--timeout", f"{SHORT:g}", "--result", "1")
    assert service.url
    return service


@pytest.fixture(scope="module")
def patient(serve: SERVICES) -> Any:
    """A service that waits long and gives a query little memory."""
    service = serve("--timeout", "60", "--memory", "64")
    assert service.url
    return service


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Check that an answer is a problem document of that kind, and return it."""
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["cache-control"] == "no-store"
    document: dict[str, Any] = answer.json()
    assert document["type"] == BASE + slug
    assert document["status"] == status
    return document


def get(url: str, query: str, **more: str) -> httpx.Response:
    """Ask by GET."""
    return httpx.get(f"{url}/sparql", params={"query": query, **more}, timeout=90)


ROWS_FIRST = f"""SELECT ?x WHERE {{
    {{ {{ SELECT (?s AS ?x) WHERE {{ ?s ?p ?o }} LIMIT 10 }} }}
    UNION {{ {product()} BIND(?v0 AS ?x) FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 < 0) }} }}"""


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(ENDLESS, id="no stored data"),
        pytest.param(
            "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
            id="joins",
        ),
        pytest.param(ROWS_FIRST, id="ten rows at once"),
        pytest.param(f"ASK {{ {product()} FILTER(?v0 + ?v5 < 0) }}", id="ASK"),
        pytest.param(
            f"CONSTRUCT {{ ?v0 ?v1 ?v2 }} WHERE {{ {product()} FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 < 0) }}",
            id="CONSTRUCT",
        ),
    ],
)
def test_l1_l1b_a_query_past_its_deadline_is_504_and_its_worker_gone(
    short: Any, query: str
) -> None:
    """RFC 9110, section 15.6.5: no part of an answer is sent, and nothing goes on running."""
    with client_at(short.url) as client:
        start = time.monotonic()
        answer = post(client, query)
        assert time.monotonic() - start < SHORT + GRACE + SLACK
    problem(answer, 504, "query-timeout")
    assert until(lambda: cpu_load(short.process.pid, 0.2) < 0.2)


def test_l1_the_reason_for_a_time_out_is_told(short: Any) -> None:
    """RFC 9457, section 3.1.4: what helps to mend it."""
    query = """SELECT (COUNT(?a) AS ?n) WHERE { ?a ?b ?c
        FILTER NOT EXISTS { ?x ?y ?c . ?z ?w ?x . ?v ?u ?z . ?v ?t ?a . ?v ?t ?x } }"""
    found = problem(get(short.url, query), 504, "query-timeout")
    assert "MINUS" in found["hint"]
    assert "NOT EXISTS" not in found["instead"]
    Store().query(found["instead"])  # it parses


def test_l2_a_trivial_query_is_quick_during_and_after(short: Any) -> None:
    """One client's endless query is its own affair."""
    with watch(short.url) as others:
        problem(get(short.url, ENDLESS), 504, "query-timeout")
    start = time.monotonic()
    assert get(short.url, ASK).status_code == 200
    assert time.monotonic() - start < 1
    assert not others.failures
    assert len(others.seconds) > 3
    assert max(others.seconds) < 1


@pytest.mark.parametrize("clause", ["FROM <{}>", "FROM NAMED <{}>", "FROM <urn:x> FROM <{}>"])
@pytest.mark.parametrize("form", ["SELECT (COUNT(*) AS ?n)", "ASK", "CONSTRUCT { ?s ?p ?o }"])
def test_l3_l4_from_reads_nothing(
    client: httpx.Client, listener: Trap, clause: str, form: str
) -> None:
    """CWE-918: a dataset clause names what is here, and fetches nothing."""
    files = (
        "file:///etc/hostname",
        Path(__file__).as_uri(),
        listener.url,
        f"http://{UNRESOLVABLE}/",
    )
    for iri in files:
        query = f"{form} {clause.format(iri)} WHERE {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
        answer = post(client, query, Accept="*/*")
        assert answer.status_code in {200, 403}
        if answer.status_code == 200 and form.startswith("SELECT"):
            assert answer.json()["results"]["bindings"][0]["n"]["value"] == "0"
        elif answer.status_code == 200 and form == "ASK":
            assert answer.json()["boolean"] is False
        elif answer.status_code == 200:
            assert "<" not in re.sub(r"(?m)^@prefix.*$", "", answer.text)


def test_l3_l4_a_graph_pattern_reads_nothing(client: httpx.Client, listener: Trap) -> None:
    """CWE-918."""
    for iri in ("file:///etc/hostname", listener.url):
        answer = post(client, f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")
        assert answer.json()["boolean"] is False


@pytest.mark.parametrize("silent", ["", "SILENT "])
@pytest.mark.parametrize("host", ["127.0.0.1", UNRESOLVABLE])
def test_l7_l8_a_call_to_another_service_is_403_and_no_packet_leaves(
    client: httpx.Client, listener: Trap, silent: str, host: str
) -> None:
    """SPARQL 1.1 Federated Query is not offered: an empty solution would be a false row."""
    target = listener.url.replace("127.0.0.1", host)
    for keyword in ("SERVICE", "service", "SeRvIcE"):
        query = f"SELECT * WHERE {{ {keyword} {silent}<{target}> {{ ?s ?p ?o }} }}"
        for answer in (
            client.get("/sparql", params={"query": query}),
            client.post("/sparql", data={"query": query}),
            post(client, query),
        ):
            found = problem(answer, 403, "federation-disabled")
            assert found["line"] == 1
            assert found["column"] == query.index(keyword) + 1


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * WHERE {{ {product(4)} }} ORDER BY ?v3 ?v2 ?v1 ?v0",
        f"SELECT DISTINCT * WHERE {{ {product(4)} }}",
    ],
    ids=["ORDER BY", "DISTINCT"],
)
def test_l9_a_memory_bomb_is_503_and_the_memory_comes_back(patient: Any, query: str) -> None:
    """RFC 9110, section 15.6.4: one query has a ceiling of its own."""
    pid = patient.process.pid
    get(patient.url, ASK)
    before = memory(pid)
    own = resident(pid)
    problem(get(patient.url, query), 503, "query-memory")
    assert until(lambda: memory(pid) < before + 64 * 2**20)
    assert resident(pid) < own + 64 * 2**20
    assert get(patient.url, ASK).status_code == 200


def test_l10_a_request_may_shorten_its_deadline(client: httpx.Client) -> None:
    """RFC 9110, section 15.6.5: no part of an answer is sent."""
    answer = client.get("/sparql", params={"query": ENDLESS, "timeout": "0.3"})
    problem(answer, 504, "query-timeout")
    assert answer.elapsed.total_seconds() < 0.3 + GRACE + SLACK
    assert "clausegraph-timeout" not in answer.headers


@pytest.mark.parametrize(("query", "status"), [(ASK, 200), (ENDLESS, 504), ("nonsense", 400)])
def test_l10_a_longer_deadline_than_the_service_s_is_clamped_and_reported(
    short: Any, query: str, status: int
) -> None:
    """A client that asks for more learns what it gets."""
    for method, where in (("GET", "params"), ("POST", "data")):
        given: dict[str, Any] = {where: {"query": query, "timeout": "3600"}}
        answer = httpx.request(method, f"{short.url}/sparql", timeout=30, **given)
        assert answer.status_code == status
        assert answer.headers["clausegraph-timeout"] == f"{SHORT:g}"
    assert "clausegraph-timeout" not in get(short.url, ASK).headers


@pytest.mark.parametrize(
    "query",
    [
        ALL,
        ALL + " ORDER BY ?s ?p ?o",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "PREFIX x: <urn:x>\n" + ALL + " LIMIT 100000 # all",
        "SELECT * { { SELECT ?s WHERE { ?s ?p ?o } LIMIT 1 } ?a ?b ?c }",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_l11_what_is_too_large_is_refused_whole_with_a_way_to_page(
    short: Any, query: str, method: str
) -> None:
    """RFC 8288; RFC 9110, section 15.3.7: 206 is for ranges of bytes, and a cut answer is a lie."""
    given: dict[str, Any] = {"params" if method == "GET" else "data": {"query": query}}
    answer = httpx.request(method, f"{short.url}/sparql", timeout=30, **given)
    problem(answer, 400, "result-too-large")
    first, link = answer, ""
    for _ in range(4):  # a page that is too large too has a way to smaller ones
        found = re.search(r'<([^>]*)>;[^,]*\brel="?first"?', first.headers["link"])
        assert found
        link = found[1]
        first = httpx.get(httpx.URL(short.url).join(link), timeout=30)
        if first.status_code == 200:
            break
    assert first.status_code == 200, first.text[:300]
    if query.startswith("CONSTRUCT"):
        assert first.headers["content-type"].startswith("text/turtle")
        return
    rows = first.json()["results"]["bindings"]
    assert "LIMIT" in httpx.QueryParams(httpx.URL(link).query)["query"]
    assert rows
    if "ORDER BY" in query:
        head = get(short.url, f"{query} LIMIT 10").json()["results"]["bindings"]
        assert rows[:10] == head


def test_l11_the_way_to_page_keeps_the_other_parameters(short: Any) -> None:
    """RFC 8288: the link leads to the same question, page by page."""
    graph = "https://w3id.org/clausegraph/graph/ontology/external"
    query = f"SELECT * WHERE {{ ?s ?p ?o . {product(1, 50)} }}"
    more = {"default-graph-uri": graph, "timeout": "0.9"}
    asked = {"query": query, **more}
    for answer in (
        get(short.url, query, **more),
        httpx.post(f"{short.url}/sparql", data=asked, timeout=30),
        httpx.post(
            f"{short.url}/sparql", params=more, content=query, headers={"Content-Type": QUERY}
        ),
    ):
        link = answer.headers["link"]
        found = httpx.QueryParams(httpx.URL(link.partition(">")[0].lstrip("<")).query)
        assert {name: found[name] for name in more} == more


def test_l11_an_address_that_nobody_could_ask_for_is_no_way_to_page(short: Any) -> None:
    """RFC 9110, section 15.5.15: it would be answered with 414, and makes a field of its length."""
    query = f"{ALL} # {'x' * 40_000}"
    answer = httpx.post(f"{short.url}/sparql", data={"query": query}, timeout=30)
    problem(answer, 400, "result-too-large")
    assert "link" not in answer.headers


@pytest.fixture(scope="module")
def rated(serve: SERVICES) -> str:
    """A service that takes five requests a minute from one address."""
    url: str = serve("--rate", "5/60").url
    return url


def test_l12_over_the_rate_is_429_and_says_when_to_come_again(rated: str) -> None:
    """RFC 6585, section 4; RateLimit header fields for HTTP (draft): structured fields."""
    with client_at(rated, "127.0.0.3") as client, client_at(rated, "127.0.0.4") as other:
        statuses = [client.get("/sparql", params={"query": ASK}).status_code for _ in range(5)]
        assert statuses == [200] * 5
        refused = client.get("/sparql", params={"query": ASK})
        problem(refused, 429, "rate-limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 66  # a window, and what it is cut into
        policy = re.fullmatch(r'("[a-z0-9-]+");q=5;w=60', refused.headers["ratelimit-policy"])
        assert policy
        assert re.fullmatch(rf"{policy[1]};r=0;t=\d+", refused.headers["ratelimit"])
        assert other.get("/sparql", params={"query": ASK}).status_code == 200


@pytest.fixture(scope="module")
def narrow(serve: SERVICES) -> str:
    """A service where one query runs, one waits, and the next is one too many."""
    url: str = serve("--workers", "1", "--queue", "1", "--timeout", "2").url
    return url


def test_l13_a_full_queue_is_503_and_says_when_to_come_again(narrow: str) -> None:
    """RFC 9110, section 15.6.4."""

    def ask(number: int) -> httpx.Response:
        with client_at(narrow, f"127.0.0.{10 + number}") as client:
            return client.get("/sparql", params={"query": f"{ENDLESS} # {number}"})

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(ask, range(6)))
    refused = [answer for answer in answers if answer.elapsed.total_seconds() < 1]
    assert len(refused) == 4
    for answer in refused:
        problem(answer, 503, "busy")
        assert int(answer.headers["retry-after"]) >= 1
    for answer in answers:
        assert answer.status_code in {503, 504}
        assert answer.elapsed.total_seconds() < 2 + GRACE + SLACK


REQUEST_ID = r"[A-Za-z0-9._-]{8,64}"


def test_l5_an_error_is_a_problem_document_with_its_place(client: httpx.Client) -> None:
    """RFC 9457, section 3: standard members, and those of our own."""
    query = "# one\nSELECT *\nWHERE { ?s ?p }"
    answer = client.get("/sparql", params={"query": query})
    found = problem(answer, 400, "query-syntax")
    assert found["title"] == problems.OUTCOMES["query-syntax"].title
    assert found["detail"]
    assert found["instance"] == "/sparql"
    assert found["line"] == 3
    assert found["column"] in {15, 16}  # at the bracket that comes too soon, or just after it
    assert found["offset"] == query.rindex("\n") + found["column"]
    assert found["excerpt"].splitlines()[0] == "WHERE { ?s ?p }"
    assert found["excerpt"].splitlines()[1].index("^") == found["column"] - 1
    assert "SERVICE" not in found.get("expected", ())  # it is refused here
    assert found["hint"]
    assert found["release"] == answer.headers["clausegraph-release"]
    assert found["queryId"] == answer.headers["clausegraph-request"]
    assert re.fullmatch(REQUEST_ID, found["queryId"])


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * WHERE { ?x a cgg:Document }", "cg:"),
        ("SELECT * WHERE { ?x dcterm:title ?t }", "dcterms:"),
    ],
)
def test_l5_an_unknown_prefix_is_told_with_the_nearest_known(
    client: httpx.Client, query: str, says: str
) -> None:
    """RFC 9457, section 3.1.4: what helps to mend it."""
    found = problem(client.get("/sparql", params={"query": query}), 400, "query-syntax")
    assert says in found["hint"]
    assert found["line"] == 1


BAD: dict[str, Callable[[httpx.Client], httpx.Response]] = {
    "syntax": lambda client: client.get("/sparql", params={"query": "x"}),
    "federation": lambda client: post(client, "ASK { SERVICE <urn:x> {} }"),
    "update": lambda client: client.post("/sparql", data={"update": "CLEAR ALL"}),
    "accept": lambda client: post(client, ASK, Accept="image/png"),
    "media type": lambda client: client.post("/sparql", content="x"),
    "method": lambda client: client.delete("/sparql"),
    "body": lambda client: post(client, "#" * 2_000_000),
    "address": lambda client: client.get("/sparql", params={"query": "x" * 40_000}),
    "timeout": lambda client: client.get("/sparql", params={"query": ENDLESS, "timeout": "0.2"}),
    "path": lambda client: client.get("/nothing"),
    "thing": lambda client: client.get("/doc/document/nothing"),
}


@pytest.mark.parametrize("name", BAD)
def test_l5_every_error_has_the_same_members(client: httpx.Client, name: str) -> None:
    """RFC 9457, section 3.1; RFC 9111, section 5.2.2.5: an error is not kept."""
    answer = BAD[name](client)
    slug = answer.json()["type"].removeprefix(BASE)
    found = problem(answer, answer.status_code, slug)
    assert slug in problems.HELP
    assert {"title", "detail", "instance", "queryId", "release"} <= found.keys()
    assert found["queryId"] == answer.headers["clausegraph-request"]
    assert "etag" not in answer.headers


def test_l5_each_request_has_an_identifier_of_its_own(client: httpx.Client) -> None:
    """What a client quotes is what stands in the log."""
    answers = [client.get(path) for path in ("/sparql?query=ASK%7B%7D", "/", "/health", "/x")]
    answers += [client.options("/sparql"), client.head("/sparql")]
    identifiers = [answer.headers["clausegraph-request"] for answer in answers]
    assert len(set(identifiers)) == len(answers)
    assert all(re.fullmatch(REQUEST_ID, item) for item in identifiers)


def test_l14_a_reader_gets_the_same_facts_as_a_page(client: httpx.Client) -> None:
    """RFC 9457, section 3: other representations may be negotiated."""
    query = {"query": "SELECT *\nWHERE { ?s ?p }"}
    page = client.get("/sparql", params=query, headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert "Line 2" in page.text
    assert "WHERE { ?s ?p }" in page.text
    assert page.headers["clausegraph-request"] in page.text
    assert "/problem/query-syntax" in page.text
    found = client.get("/sparql", params=query).json()
    assert found["title"] in page.text
    assert found["release"][:12] in page.text


def test_l6_a_large_answer_is_sent_compressed_to_who_reads_that(client: httpx.Client) -> None:
    """RFC 9110, sections 8.4.1.3 and 12.5.3."""
    parameters = {"query": ALL + " ORDER BY ?s ?p ?o"}
    plain = client.get("/sparql", params=parameters, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    request = client.build_request(
        "GET", "/sparql", params=parameters, headers={"Accept-Encoding": "gzip"}
    )
    answer = client.send(request, stream=True)
    packed = b"".join(answer.iter_raw())
    answer.close()
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < len(plain.content) / 3
    assert gzip.decompress(packed) == plain.content
    for found in (answer, plain):
        assert "accept-encoding" in found.headers["vary"].lower()


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip;q=0", False),
        ("gzip;q=0.5, identity;q=1", False),
        ("identity;q=0.5, gzip;q=0.8", True),
        ("br", False),
        ("*", True),
        ("gzip;q=0, *", False),
        ("x-gzip", True),
        ("", False),
        ("GZIP", True),
    ],
)
def test_l6_the_field_decides(client: httpx.Client, accepted: str, *, is_packed: bool) -> None:
    """RFC 9110, section 12.5.3."""
    headers = {"Accept-Encoding": accepted}
    answer = client.get("/sparql", params={"query": f"{ALL} LIMIT 500"}, headers=headers)
    assert answer.status_code == 200
    assert (answer.headers.get("content-encoding") == "gzip") is is_packed


def test_l6_a_small_answer_is_not_compressed(client: httpx.Client) -> None:
    """Below 1 kB it costs more than it saves."""
    answer = client.get("/sparql", params={"query": ASK}, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert "accept-encoding" in answer.headers["vary"].lower()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_l15_the_query_of_a_client_that_leaves_ends_within_a_second(
    patient: Any, method: str
) -> None:
    """Nobody waits for it: its process is gone."""
    given: dict[str, Any] = {"params" if method == "GET" else "data": {"query": ENDLESS}}
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(busiest(patient.process.pid, 0.5)))
    thread.start()
    with pytest.raises(httpx.ReadTimeout):
        httpx.request(method, f"{patient.url}/sparql", timeout=0.8, **given)
    left = time.monotonic()
    thread.join()
    assert found[0] != patient.process.pid
    assert until(lambda: found[0] not in family(patient.process.pid), 3)
    assert time.monotonic() - left < 1


def test_l15_metrics_tell_of_queries_whose_client_left(patient: Any) -> None:
    """Prometheus text: running queries are a gauge, killed ones a counter by reason."""
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{patient.url}/sparql", params={"query": ENDLESS + " # x"}, timeout=0.5)

    def nothing_runs() -> bool:
        text = httpx.get(f"{patient.url}/metrics").text
        running = re.search(r"(?m)^clausegraph_\w*running\w*(?:\{[^}]*\})? (\d+)", text)
        return running is not None and int(running[1]) == 0

    assert until(nothing_runs, 1.5)
    text = httpx.get(f"{patient.url}/metrics").text
    assert re.search(r'(?m)^clausegraph_\w*kill\w*\{[^}]*"left"[^}]*\} [1-9]', text)


@pytest.mark.parametrize("address", ["127.0.0.2", "127.0.0.1"])
def test_l16_eight_slow_queries_do_not_hold_up_a_fast_one(patient: Any, address: str) -> None:
    """Others are answered; and while workers are plenty, so is the client that sends the eight."""
    slow = httpx.Client(base_url=patient.url, timeout=30)
    with ThreadPoolExecutor(8) as threads, client_at(patient.url, address) as fast:
        parameters = [{"query": f"{ENDLESS} # {n}", "timeout": "3"} for n in range(8)]
        answers = [threads.submit(slow.get, "/sparql", params=item) for item in parameters]
        time.sleep(0.5)
        seconds = []
        for number in range(10):
            start = time.monotonic()
            answer = fast.get("/sparql", params={"query": f"ASK {{}} # {number}"})
            assert answer.status_code == 200
            seconds.append(time.monotonic() - start)
        assert max(seconds) < 1
        for answer in answers:
            problem(answer.result(), 504, "query-timeout")
    slow.close()
    assert until(lambda: cpu_load(patient.process.pid, 0.2) < 0.2)


def clausegraph(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that is to end by itself."""
    command = [sys.executable, "-m", "clausegraph", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


DOCUMENT = {"@id": "https://w3id.org/clausegraph/id/document/x", "name": "x"}


def test_l17_a_remote_context_is_refused_and_not_fetched(tmp_path: Path, listener: Trap) -> None:
    """JSON-LD 1.1 API, section 9.4: documents are loaded from nowhere but the package."""
    for number, url in enumerate(
        (listener.url, f"http://{UNRESOLVABLE}/c", "file:///etc/hostname")
    ):
        file = tmp_path / f"{number}.jsonld"
        file.write_text(f'{{"@context": "{url}", "@id": "urn:x", "name": "x"}}', encoding="utf-8")
        ended = clausegraph("build", "--data", str(file), "--output", str(tmp_path / "x.nq"))
        assert ended.returncode == 3
        assert "Traceback" not in ended.stderr
        assert str(file) in ended.stderr


def test_l17_an_import_is_a_statement_and_is_not_followed(
    tmp_path: Path, listener: Trap, serve: SERVICES
) -> None:
    """OWL 2, section 3.4: what is not asked for is not imported."""
    file = tmp_path / "x.ttl"
    target = f"<{listener.url}ontology>"
    file.write_text(
        f"<urn:x> a <http://www.w3.org/2002/07/owl#Ontology> ; "
        f"<http://www.w3.org/2002/07/owl#imports> {target} .",
        encoding="utf-8",
    )
    service = serve("--data", str(file))
    assert get(service.url, f"ASK {{ ?x ?y {target} }}").json()["boolean"] is True


@pytest.mark.parametrize(
    "media_type", ["application/ld+json", "application/rdf+xml", "text/turtle"]
)
def test_l17_l18_data_that_are_sent_are_not_read(
    client: httpx.Client, listener: Trap, media_type: str
) -> None:
    """RFC 9110, sections 15.5.6 and 15.5.16: there is no way in for data."""
    body = f'{{"@context": "{listener.url}"}} <!DOCTYPE x SYSTEM "{listener.url}"> @base <{listener.url}> .'
    for path in ("/sparql", "/graph/release", "/dataset", "/"):
        for method in ("POST", "PUT"):
            headers = {"Content-Type": media_type}
            answer = client.request(method, path, content=body, headers=headers)
            assert answer.status_code in {404, 405, 415}
            assert answer.headers["content-type"] == PROBLEM


ENTITIES = {
    "file": '<!ENTITY x SYSTEM "file:///etc/hostname">',
    "http": '<!ENTITY x SYSTEM "{url}">',
    "parameter": '<!ENTITY % p SYSTEM "{url}"> %p; <!ENTITY x "y">',
    # 12 MB of text: enough to tell, and no harm where it is read after all.
    "bomb": '<!ENTITY a "{long}">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in ("ab", "bx")),
}


@pytest.mark.parametrize("name", ENTITIES)
def test_l18_an_entity_from_elsewhere_or_without_end_is_refused(
    tmp_path: Path, listener: Trap, name: str
) -> None:
    """CWE-611, CWE-776: RDF/XML is read without what it asks to be fetched or multiplied."""
    entity = ENTITIES[name].replace("{url}", listener.url).replace("{long}", "z" * 5000)
    file = tmp_path / "x.rdf"
    file.write_text(
        f"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [{entity}]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">
<rdf:Description rdf:about="urn:x"><e:p>&x;</e:p></rdf:Description></rdf:RDF>""",
        encoding="utf-8",
    )
    ended = clausegraph("build", "--data", str(file), "--output", str(tmp_path / "x.nq"))
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
PAGES = (
    "/",
    "/docs",
    "/queries",
    "/sparql",
    "/sparql?query=ASK%7B%7D",
    "/sparql?query=nonsense",
    "/doc/concept/mit-risk-domain/2.1.html",
    "/ontology.html",
    "/problem/busy",
    "/nothing",
)


@pytest.mark.parametrize("path", PAGES)
def test_l19_pages_have_a_strict_policy_and_ask_for_nothing_from_elsewhere(
    client: httpx.Client, path: str
) -> None:
    """Content Security Policy Level 3."""
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"]
    # What a page says as data (JSON-LD 1.1, section 7.1) is no script.
    scripts = r"<script(?! type=\"application/ld\+json\">)(?![^>]*\bsrc=\"/static/)"
    assert not re.search(scripts, answer.text)
    for loaded in ('src="http', 'rel="stylesheet" href="http', "@import", "url(http"):
        assert loaded not in answer.text
