"""An endpoint as data: our own service, and endpoints that misbehave."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl.remote import RemoteData
from clausegraph.vocabulary import CG, XSD

ALL = "SELECT ?s ?o WHERE { ?s ?p ?o }"
EMPTY = {"head": {"vars": ["s"]}, "results": {"bindings": []}}


@dataclass
class Endpoint:
    """An endpoint that answers as it is told, and remembers what it was asked."""

    url: str
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)


Answer = tuple[int, dict[str, str], bytes]


@contextlib.contextmanager
def endpoint(*answers: Answer) -> Iterator[Endpoint]:
    """Serve these answers one after the other, the last one again and again."""
    waiting = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.asked.append((self.path, parse_qs(body)))
            status, headers, data = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found = Endpoint(f"http://127.0.0.1:{server.server_port}/sparql?x=1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(*rows: dict[str, object], names: tuple[str, ...] = ("s", "o")) -> Answer:
    """A result of a SELECT query."""
    said = {"head": {"vars": names}, "results": {"bindings": rows}}
    return 200, {}, json.dumps(said).encode()


def said(error: Callable[[], object]) -> str:
    """What an InputError says."""
    with pytest.raises(InputError) as caught:
        error()
    return str(caught.value)


def test_our_own_service_is_an_endpoint(server: str) -> None:
    """The terms are those of the graph."""
    data = RemoteData(f"{server}/sparql")
    assert data.count() > 10_000
    assert not data.is_exact
    rows = list(
        data.select(f"SELECT ?x (1.50 AS ?n) ?none WHERE {{ ?x a <{CG}Register> }} LIMIT 1")
    )
    number = Literal("1.5", datatype=NamedNode(XSD + "decimal"))
    assert all(isinstance(x, NamedNode) and n == number and none is None for x, n, none in rows)


def test_every_kind_of_term_is_read() -> None:
    """SPARQL 1.1 Query Results JSON, section 3.2.2."""
    rows = [
        {"s": {"type": "uri", "value": "urn:x:a"}, "o": {"type": "literal", "value": "x"}},
        {"s": {"type": "bnode", "value": "b0"}, "o": {"type": "literal", "value": "x", "xml:lang": "en"}},
        {"s": {"type": "bnode", "value": "nodeID://b-1"}, "o": {"type": "typed-literal", "value": "1.50", "datatype": XSD + "decimal"}},
        {"o": {"type": "literal", "value": "1.50", "datatype": XSD + "decimal"}},
    ]  # fmt: skip
    with endpoint(answer(*rows)) as found:
        got = list(RemoteData(found.url, ["urn:x:g", "urn:x:h"]).select(ALL))
    number = Literal("1.50", datatype=NamedNode(XSD + "decimal"))
    assert got[0] == (NamedNode("urn:x:a"), Literal("x"))
    assert got[1] == (BlankNode("b0"), Literal("x", language="en"))
    assert isinstance(got[2][0], BlankNode)
    assert got[2][1] == number
    assert got[3] == (None, number)
    graphs = ["urn:x:g", "urn:x:h"]
    assert found.asked == [("/sparql?x=1", {"query": [ALL], "default-graph-uri": graphs})]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((404, {}, b"no such page"), "404 Not Found: no such page"),
        ((500, {}, b"<html>\n" + b"x" * 9000), "500 Internal Server Error: <html> xxx"),
        ((200, {}, b"<sparql/>"), "no JSON: <sparql/>"),
        ((200, {}, b'{"boolean": true}'), "no result of a SELECT query"),
        ((200, {}, b"[" * 100_000), "no JSON"),
        (answer({"s": {"type": "uri", "value": "not an IRI"}}), "no result of a SELECT query"),
        (answer({"s": {"type": "triple", "value": {}}}), "no result of a SELECT query"),
        (answer(names=("s" * 2_000_000,)), "longer than 1,000,000 bytes"),
        ((307, {"Location": "/sparql"}, b""), "redirects more than 3 times"),
        ((307, {"Location": "file:///etc/passwd"}, b""), "no address of an endpoint"),
        ((302, {"Location": "/sparql"}, b""), "302"),
        ((200, {"Content-Length": "500"}, b"short"), "ends too early"),
    ],
)
def test_what_is_no_answer_is_named(given: Answer, named: str) -> None:
    """With the endpoint, the status and the beginning of what it said."""
    with endpoint(given) as found:
        data = RemoteData(found.url, seconds=5, most_bytes=1_000_000)
        text = said(lambda: list(data.select(ALL)))
    assert text.startswith(found.url)
    assert named in text
    assert len(text) < 1000
    assert len(found.asked) <= 4


def test_a_redirection_that_keeps_the_method_is_followed() -> None:
    """RFC 9110, section 15.4.8."""
    moved = (308, {"Location": "/other"}, b"")
    with endpoint(moved, answer()) as found:
        assert list(RemoteData(found.url).select(ALL)) == []
    assert [path for path, _ in found.asked] == ["/sparql?x=1", "/other"]


def test_an_endpoint_that_is_silent_or_away_is_named() -> None:
    """In bounded time."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        assert "timed out" in said(lambda: list(RemoteData(url, seconds=0.2).select(ALL)))
    assert "refused" in said(lambda: list(RemoteData(url, seconds=5).select(ALL)))
    away = "http://nowhere.invalid/sparql"
    assert away in said(lambda: list(RemoteData(away, seconds=5).select(ALL)))


def test_single_blank_nodes_cannot_be_asked_about() -> None:
    """A label means nothing in another query."""
    data = RemoteData("http://127.0.0.1:1/")
    text = said(lambda: list(data.select(ALL, bindings={"s": BlankNode("b")})))
    assert "blank nodes" in text
