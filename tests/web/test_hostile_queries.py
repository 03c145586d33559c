"""Hostile queries over HTTP: each is answered or refused in time, and nobody else notices.

The whole set is sent to one service with a deadline of two seconds and 256 MiB for a query, several
at a time and from several addresses, while someone else keeps asking `ASK {}`.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hostile
from clausegraph import questions
from clausegraph.web import problems
from services import (
    FORM,
    PROBLEM,
    QUERY,
    Trap,
    Watch,
    client_at,
    family,
    memory,
    post,
    trap,
    until,
    watch,
)

DEADLINE = 2.0  # seconds
SLACK = 3.0  # seconds: eight run at once where there may be two processors
CROWD = 8  # queries at once
BASE = "https://w3id.org/clausegraph/problem/"
REFUSED = {501, 503, 504, *range(400, 500)}
COUNT = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
CASES: Mapping[str, Mapping[str, str | bytes]] = {
    "deep": hostile.DEEP,
    "chain": hostile.CHAINS,
    "wide": hostile.WIDE,
    "slow": hostile.SLOW,
    "memory": hostile.MEMORY,
    "huge": hostile.HUGE,
    "malformed": hostile.MALFORMED,
}
NAMES = [(group, name) for group, table in CASES.items() for name in table]


@dataclass
class Target:
    """The service under attack: where it is, its process, and what it took before."""

    url: str
    process: int
    members: int
    bytes: int
    answers: dict[tuple[str, str], httpx.Response] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    others: Watch = field(default_factory=Watch)


@pytest.fixture(scope="module")
def target(serve: Callable[..., Any]) -> Target:
    """A service with small limits."""
    service = serve("--timeout", f"{DEADLINE:g}", "--memory", "256")
    url = service.url
    for _ in range(3):
        assert httpx.get(f"{url}/sparql", params={"query": COUNT}).status_code == 200
    process = service.process.pid
    return Target(url, process, len(family(process)), memory(process))


@pytest.fixture(scope="module")
def attacked(target: Target) -> Target:
    """The target after the set of texts was sent to it."""

    def send(case: tuple[int, tuple[str, str]]) -> None:
        number, (group, name) = case
        with client_at(target.url, f"127.0.1.{1 + number % CROWD}") as client:
            try:
                target.answers[group, name] = post(client, CASES[group][name], Accept="*/*")
            except httpx.HTTPError as error:
                target.failures[group, name] = repr(error)

    with watch(target.url) as target.others, ThreadPoolExecutor(CROWD) as threads:
        list(threads.map(send, enumerate(NAMES)))
    return target


@pytest.fixture(scope="module")
def client(target: Target) -> Iterator[httpx.Client]:
    """A client of the target."""
    with client_at(target.url, "127.0.0.3") as found:
        yield found


@pytest.fixture(scope="module")
def listener() -> Iterator[Trap]:
    """A listener that must not be called."""
    with trap() as found:
        yield found


def check(answer: httpx.Response) -> None:
    """Check that an answer is whole, or a problem document; never a fault, never a trace."""
    assert answer.status_code in {200, *REFUSED}, answer.text[:300]
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.status_code in REFUSED:
        assert answer.headers["content-type"] == PROBLEM
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["type"].removeprefix(BASE) in problems.HELP
        assert problem["detail"]
        assert "content-length" in answer.headers
    elif "json" in answer.headers["content-type"]:
        json.loads(answer.content)


@pytest.mark.parametrize(("group", "name"), NAMES)
def test_a_hostile_text_is_answered_or_refused_in_time(
    attacked: Target, group: str, name: str
) -> None:
    """CWE-400, CWE-674, CWE-1333: a client hurts itself alone, and is told how."""
    assert (group, name) not in attacked.failures
    answer = attacked.answers[group, name]
    check(answer)
    assert answer.elapsed.total_seconds() < DEADLINE + SLACK


@pytest.mark.parametrize("name", hostile.DEEP)
def test_nesting_past_the_limit_is_refused_before_evaluation(attacked: Target, name: str) -> None:
    """CWE-674: the stack is never tried."""
    answer = attacked.answers["deep", name]
    assert answer.status_code == 400
    assert answer.json()["type"] == f"{BASE}query-syntax"


@pytest.mark.parametrize("name", hostile.SLOW)
def test_an_endless_query_gives_no_answer_at_all(attacked: Target, name: str) -> None:
    """RFC 9110, section 15.6.5: no part of an answer that is not whole; a refusal is fine too."""
    if name in {"regex that goes back", "limit past the end"}:
        return  # an engine may be cleverer than these
    assert attacked.answers["slow", name].status_code in {400, 503, 504}


@pytest.mark.parametrize("name", ["past the cap", "two megabytes"])
def test_what_is_past_the_cap_is_413(attacked: Target, name: str) -> None:
    """RFC 9110, section 15.5.14."""
    assert attacked.answers["huge", name].status_code == 413


def test_nobody_else_notices(attacked: Target) -> None:
    """`ASK {}` from another address is answered within two seconds, all the while."""
    assert not attacked.others.failures
    assert len(attacked.others.seconds) > 20
    assert max(attacked.others.seconds) < 2


# --- calls to elsewhere


@pytest.mark.parametrize("name", hostile.OUTBOUND)
def test_a_call_to_elsewhere_is_refused_and_no_packet_leaves(
    client: httpx.Client, listener: Trap, name: str
) -> None:
    """CWE-918: in every spelling and place; text that does not parse may be told so instead."""
    text = hostile.OUTBOUND[name].replace("{trap}", listener.url)
    text = text.replace("{trap_tail}", listener.url[1:])
    answers = [
        post(client, text, Accept="*/*"),
        client.get("/sparql", params={"query": text}),
        client.post("/sparql", data={"query": text}),
    ]
    for answer in answers:
        check(answer)
        assert answer.status_code in {400, 403}
        if name.startswith("as"):
            assert answer.status_code == 403
    assert listener.calls == 0


@pytest.mark.parametrize("name", hostile.HARMLESS)
def test_what_only_names_elsewhere_is_answered_from_here(
    client: httpx.Client, listener: Trap, name: str
) -> None:
    """SPARQL 1.1 Query, section 13.2: a dataset is what this service has under that name."""
    answer = post(client, hostile.HARMLESS[name].replace("{trap}", listener.url), Accept="*/*")
    check(answer)
    assert answer.status_code == 200
    if answer.headers["content-type"].endswith("json") and "bindings" in answer.text:
        assert answer.json()["results"]["bindings"] == []
    assert "root:" not in answer.text
    assert listener.calls == 0


# --- updates


@pytest.mark.parametrize("name", hostile.UPDATES)
def test_an_update_is_refused_by_every_way_in(client: httpx.Client, name: str) -> None:
    """SPARQL 1.1 Protocol, section 2.2: not offered here, whatever it is called."""
    text = hostile.UPDATES[name]
    update = {"Content-Type": "application/sparql-update"}
    answers = [
        post(client, text),
        client.get("/sparql", params={"query": text}),
        client.post("/sparql", data={"query": text}),
        client.get("/sparql", params={"update": text}),
        client.post("/sparql", data={"update": text}),
        client.post("/sparql", content=text, headers=update),
        client.post("/sparql", params={"using-graph-uri": "urn:x"}, content=text, headers=update),
        client.request("QUERY", "/sparql", content=text, headers=update),
    ]
    for answer in answers:
        check(answer)
        assert answer.status_code == 403


def test_nothing_has_changed(attacked: Target, client: httpx.Client, server: str) -> None:
    """The graph is the one of a service that nobody attacked."""
    del attacked
    expected = httpx.get(f"{server}/sparql", params={"query": COUNT}).json()
    assert client.get("/sparql", params={"query": COUNT}).json() == expected


# --- parameters, addresses and bodies


def raw(
    target: Target, method: str, path: str, body: bytes = b"", **headers: str
) -> httpx.Response:
    """Send an address as it is, which a careful client would mend first."""
    url = httpx.URL(target.url)
    connection = http.client.HTTPConnection(url.host, url.port, timeout=30)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, text in headers.items():
            connection.putheader(name.replace("_", "-"), text)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())
    finally:
        connection.close()


ADDRESSES = {
    "percent without digits": "query=ASK%20{}%",
    "percent with letters": "query=%zz%20%g1",
    "percent twice": "query=ASK%2520%257B%257D",
    "NUL": "query=ASK%00{}",
    "invalid UTF-8": "query=%ff%fe%fd",
    "overlong UTF-8": "query=%c0%af",
    "surrogate": "query=%ed%a0%80",
    "line ends": "query=ASK%7B%7D%0d%0aSet-Cookie:%20x=y",
    "line ends in a timeout": "query=ASK%7B%7D&timeout=1%0d%0aX-Injected:%201",
    "line ends in a type": "query=ASK%7B%7D&_mediatype=text/csv%0d%0aX-Injected:%201",
    "line ends in a graph": "query=ASK%7B%7D&default-graph-uri=urn:x%0d%0aX-Injected:%201",
    "line ends in a version": "query=ASK%7B%7D&version=1.1%0d%0aX-Injected:%201",
    "no value": "query",
    "no name": "=ASK%7B%7D",
    "ampersands": "&" * 30_000,
    "equals": "=" * 30_000,
    "semicolons": "query=ASK%7B%7D;query=x",
    "plus": "query=ASK+%7B+%7D",
    "two queries": "query=ASK%7B%7D&query=ASK%7B%7D",
    "query and update": "query=ASK%7B%7D&update=DROP%20ALL",
    "name in capitals": "QUERY=ASK%7B%7D",
    "encoded name": "%71uery=ASK%7B%7D",
    "brackets": "query[]=ASK%7B%7D&query[0]=x",
    "a thousand parameters": "query=ASK%7B%7D&" + "&".join(f"x{n}={n}" for n in range(1000)),
    "a thousand graphs": "query=ASK%7B%7D&"
    + "&".join(f"default-graph-uri=urn:{n}" for n in range(1000)),
    "timeouts": "query=ASK%7B%7D&timeout=1&timeout=2",
    "a long timeout": "query=ASK%7B%7D&timeout=" + "9" * 400,
    "a timeout of another kind": "query=ASK%7B%7D&timeout=0x10",
    "a tiny timeout": "query=ASK%7B%7D&timeout=1e-300",
    "question marks": "?query=ASK%7B%7D?query=x",
    "a hash": "query=ASK%7B%7D%23",
    "33 kB": "query=ASK%7B%7D%23" + "x" * 33_000,
    "100 kB": "query=ASK%7B%7D%23" + "x" * 100_000,
}


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_a_hostile_address_is_answered_or_refused(target: Target, name: str, accept: str) -> None:
    """RFC 3986, section 2.1; CWE-113, CWE-235."""
    answer = raw(target, "GET", f"/sparql?{ADDRESSES[name]}", Accept=accept)
    assert answer.status_code in {200, *REFUSED}
    assert "Traceback" not in answer.text
    assert "x-injected" not in answer.headers
    assert "set-cookie" not in answer.headers
    if accept == "*/*":
        check(answer)
    if name in {"33 kB", "100 kB"}:
        assert answer.status_code in {414, 431}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_hostile_form_is_answered_or_refused(target: Target, name: str) -> None:
    """HTML, form submission; the same texts, as a body."""
    body = ADDRESSES[name].encode()
    check(raw(target, "POST", "/sparql", body, Content_Type=FORM))
    check(raw(target, "POST", f"/sparql?{ADDRESSES[name][:30_000]}", b"ASK {}", Content_Type=QUERY))


@pytest.mark.parametrize(
    "body",
    [
        b"x=" + b"y" * 2_000_000,
        b"&".join(b"a=%d" % n for n in range(100_000)),
        b"%" * 900_000,
        b"query=" + b"%20" * 300_000,
    ],
    ids=["2 MB", "parameters", "percent", "spaces"],
)
def test_a_large_form_is_refused(client: httpx.Client, body: bytes) -> None:
    """CWE-400: before it is taken apart, or soon after."""
    answer = client.post("/sparql", content=body, headers={"Content-Type": FORM})
    check(answer)
    assert answer.status_code in {400, 413}
    assert answer.elapsed.total_seconds() < 2


# --- header fields

FIELDS: dict[str, list[tuple[str, bytes]]] = {
    "many types": [("Accept", b"a/b," * 5_000)],
    "many fields": [("Accept", b"text/csv")] * 80,
    "long type": [("Accept", b"a/" + b"b" * 30_000)],
    "bad weights": [("Accept", b"text/csv;q=x, text/html;q=-1, */*;q=1e9, a/b;q=, c/d;q=0.00001")],
    "no weight": [("Accept", b"*/*;q=0")],
    "semicolons": [("Accept", b";" * 20_000)],
    "commas": [("Accept", b"," * 20_000)],
    "slashes": [("Accept", b"/, //, */, /*, */*/*")],
    "quotes": [("Accept", b'text/csv;x="\\",text/html')],
    "bytes": [("Accept", bytes(range(128, 256)))],
    "tabs": [("Accept", b"text/csv\t;\tq=1")],
    "weak tags": [("If-None-Match", b'W/"x", W/W/"y", W/')],
    "open tag": [("If-None-Match", b'"x')],
    "many tags": [("If-None-Match", b'"x",' * 6_000)],
    "stars": [("If-None-Match", b"*, *, **")],
    "tag bytes": [("If-None-Match", b'"\xff\xfe"')],
    "if match": [("If-Match", b'"x"'), ("If-Unmodified-Since", b"yesterday")],
    "since": [("If-Modified-Since", b"Thu, 99 Foo 9999 99:99:99 GMT")],
    "range": [("Range", b"bytes=0-0,-1,5-1"), ("If-Range", b"x")],
    "coding weights": [("Accept-Encoding", b"gzip;q=abc, br;q=2, *;q=0")],
    "no coding": [("Accept-Encoding", b"identity;q=0, *;q=0")],
    "many codings": [("Accept-Encoding", b"gzip," * 6_000)],
    "unknown coding": [("Accept-Encoding", b"\x80\x81, ../../etc/passwd")],
    "coded body": [("Content-Encoding", b"gzip")],
    "coded body of another kind": [("Content-Encoding", b"zstd, br, deflate")],
    "charset": [("Content-Type", b'application/sparql-query; charset="')],
    "many parameters": [("Content-Type", b"application/sparql-query" + b"; a=b" * 3_000)],
    "charset twice": [("Content-Type", b"application/sparql-query; charset=utf-8; charset=utf-16")],
    "type twice": [
        ("Content-Type", b"application/sparql-query, application/x-www-form-urlencoded")
    ],
    "boundary": [("Content-Type", b"multipart/form-data; boundary=" + b"x" * 5_000)],
    "override": [("X-HTTP-Method-Override", b"DELETE"), ("X-Original-URL", b"/etc/passwd")],
    "forwarded": [("X-Forwarded-For", b"127.0.0.1, ::1, x" * 500), ("Forwarded", b"for=;;=")],
    "host": [("Host", b"a<b>")],
    "host with a path": [("Host", b"x/../y")],
    "host with a user": [("Host", b"u@h:99999999")],
    "cookies": [("Cookie", b"x=y;" * 5_000)],
    "authorization": [("Authorization", b"Bearer " + b"x" * 10_000)],
    "origin": [("Origin", b"null, https://evil.example\x80")],
    "languages": [("Accept-Language", b"xx-" * 5_000)],
    "expect": [("Expect", b"200-maybe")],
    "upgrade": [("Upgrade", b"h2c, websocket"), ("Connection", b"Upgrade")],
    "trailers": [("TE", b"trailers, deflate;q=x"), ("Trailer", b"Content-Length")],
}


@pytest.mark.parametrize("name", FIELDS)
def test_hostile_fields_are_passed_over_or_refused(client: httpx.Client, name: str) -> None:
    """RFC 9110, sections 5.5, 12.5 and 13.1; CWE-113, CWE-20."""
    fields = FIELDS[name]
    has_type = any(field == "Content-Type" for field, _ in fields)
    posted = [*fields] if has_type else [("Content-Type", QUERY.encode()), *fields]
    for answer in (
        client.get("/sparql", params={"query": "ASK {}"}, headers=fields),
        client.post("/sparql", content="ASK {}", headers=posted),
        client.get("/sparql", headers=fields),
    ):
        if answer.status_code == 304:
            assert name == "stars"
        elif not answer.headers.get("content-type", "").startswith("text/html"):
            check(answer)


def test_a_thousand_fields_are_refused_or_passed_over(target: Target) -> None:
    """CWE-400."""
    url = httpx.URL(target.url)
    lines = "".join(f"X-{number}: y\r\n" for number in range(1000))
    head = f"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n{lines}Connection: close\r\n\r\n"
    with socket.create_connection((url.host, url.port or 80), 10) as connection:
        connection.sendall(head.encode())
        answer = connection.makefile("rb").read()
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 4"))
    assert b"Traceback" not in answer


def test_a_body_in_pieces_is_read_like_any_other(client: httpx.Client) -> None:
    """RFC 9112, section 7.1."""
    pieces = (bytes([byte]) for byte in b"ASK {} #" + b"x" * 500)
    answer = client.post("/sparql", content=pieces, headers={"Content-Type": QUERY})
    assert answer.status_code == 200
    endless = (b"#" * 65_536 for _ in range(40))
    answer = client.post("/sparql", content=endless, headers={"Content-Type": QUERY})
    check(answer)
    assert answer.status_code == 413


# --- what chance finds

by_chance = settings(
    max_examples=150,
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
SAVED = sorted(item.text for item in questions.load_all().values())


def asked(client: httpx.Client, text: str | bytes) -> None:
    """Send a text with a short deadline, and check what comes."""
    parameters = {"timeout": "0.5", "empty": "explain"}
    fields = {"Content-Type": QUERY, "Accept": "*/*"}
    check(client.post("/sparql", params=parameters, content=text, headers=fields))


@given(
    parts=st.lists(st.sampled_from(hostile.TOKENS), max_size=40),
    gap=st.sampled_from(["", " ", "\n"]),
)
@by_chance
def test_tokens_in_any_order(client: httpx.Client, parts: list[str], gap: str) -> None:
    """SPARQL 1.1 Query, section 19.8: whatever they make together."""
    asked(client, gap.join(parts))


@given(body=st.binary(max_size=500), media_type=st.sampled_from([QUERY, FORM]))
@by_chance
def test_any_bytes_as_a_body(client: httpx.Client, body: bytes, media_type: str) -> None:
    """SPARQL 1.1 Protocol, sections 2.1.2 and 2.1.3."""
    answer = client.post("/sparql", content=body, headers={"Content-Type": media_type})
    check(answer)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """Return a saved query with some of its text cut, doubled, moved or overwritten."""
    text = draw(st.sampled_from(SAVED))
    for _ in range(draw(st.integers(1, 6))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        other = draw(st.sampled_from(["", text[start:end] * 2, *hostile.TOKENS]))
        text = text[:start] + other + text[min(end, start + 20) :]
    return text[:20_000]


@given(text=mutations())
@by_chance
def test_a_saved_query_with_mistakes(client: httpx.Client, text: str) -> None:
    """RFC 9457: a mistake is told, and never breaks anything."""
    asked(client, text)


field_values = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=80
).map(lambda text: text.strip().encode("latin-1"))


@given(
    name=st.sampled_from(
        [
            "Accept",
            "Accept-Encoding",
            "If-None-Match",
            "Content-Type",
            "Origin",
            "Range",
            "Accept-Language",
        ]
    ),
    value=field_values,
)
@by_chance
def test_any_value_of_a_field(client: httpx.Client, name: str, value: bytes) -> None:
    """RFC 9110, section 5.5: any visible byte may come."""
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers={name: value})
    if answer.status_code != 304:
        check(answer)


weights = st.sampled_from(
    ["", ";q=0", ";q=0.5", ";q=1", ";q=2", ";q=x", ";charset=utf-8", ";q=0.001;x=y"]
)
ranges = st.sampled_from(
    "*/* text/* application/* text/html text/csv text/turtle text/plain application/json "
    "application/xml application/ld+json application/rdf+xml application/n-triples image/png "
    "application/sparql-results+json application/sparql-results+xml application/xhtml+xml "
    "text/tab-separated-values * / text".split()
)
codings = st.sampled_from("gzip x-gzip identity * br deflate GZIP".split())


def members(names: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return lists such as Accept has, each name with a weight or without."""
    return st.lists(st.tuples(names, weights).map("".join), max_size=5).map(", ".join)


@given(
    accept=members(ranges),
    coding=members(codings),
    query=st.sampled_from(
        ["", "ASK {}", "SELECT * { ?s ?p ?o } LIMIT 30", "DESCRIBE <urn:x>", "x"]
    ),
)
@by_chance
def test_any_list_of_types_and_codings(
    client: httpx.Client, accept: str, coding: str, query: str
) -> None:
    """RFC 9110, sections 12.4.2, 12.5.1 and 12.5.3: every choice has an answer."""
    parameters = {"query": query} if query else {}
    fields = {"Accept": accept, "Accept-Encoding": coding}
    answer = client.get("/sparql", params=parameters, headers=fields)
    if not answer.headers["content-type"].startswith("text/html"):
        check(answer)
    assert answer.status_code in {200, 400, 406}


parameter_names = st.sampled_from(
    "query update timeout version empty default-graph-uri named-graph-uri _mediatype".split()
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.just("ASK {}")


@given(pairs=st.lists(st.tuples(parameter_names, texts), max_size=6))
@by_chance
def test_any_parameters(client: httpx.Client, pairs: list[tuple[str, str]]) -> None:
    """SPARQL 1.1 Protocol, section 2.1: by address and by form alike."""
    content = str(httpx.QueryParams(pairs))
    answer = client.get("/sparql", params=httpx.QueryParams(pairs), headers={"Accept": "*/*"})
    if answer.headers["content-type"].startswith("text/html"):
        assert "<script>" not in answer.text
    else:
        check(answer)
    check(client.post("/sparql", content=content, headers={"Content-Type": FORM, "Accept": "*/*"}))


# --- afterwards


def test_afterwards_everything_is_as_before(attacked: Target) -> None:
    """As many processes, memory within 512 MiB of before, and sixteen at once are answered."""
    with client_at(attacked.url, "127.0.0.4") as asking, ThreadPoolExecutor(16) as threads:
        queries = [{"query": f"ASK {{}} # afterwards {number}"} for number in range(16)]
        answers = threads.map(lambda query: asking.get("/sparql", params=query), queries)
        assert [answer.status_code for answer in answers] == [200] * 16
    assert until(lambda: len(family(attacked.process)) == attacked.members)
    assert until(lambda: memory(attacked.process) < attacked.bytes + 512 * 2**20)
