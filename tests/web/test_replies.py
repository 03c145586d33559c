"""Replies of the endpoint: what a field may hold, and large bodies that clients are slow to read."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from clausegraph.engine import Diagnosis
from clausegraph.errors import EngineBusy
from clausegraph.web.asking import hint
from clausegraph.web.replies import Downloads
from raw import Raw, get
from services import until

LARGE = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 12000"  # some MB


def test_a_hint_is_one_line_of_printable_ascii() -> None:
    """CWE-113: a diagnosis repeats what a client wrote, and SPARQL has NUL in strings."""
    why = Diagnosis('no "a\0b\x1b[31m\x7f"\r\nSet-Cookie: \xe9', suggestion="x\ty")
    assert hint(why) == r'no "a\x00b\x1b[31m\x7f" Set-Cookie: \xe9 Try: x y'


def test_a_client_reads_so_many_large_answers_at_once() -> None:
    downloads = Downloads(2)
    downloads.begin("a")
    downloads.begin("a")
    with pytest.raises(EngineBusy, match="reads 2 large answers"):
        downloads.begin("a")
    downloads.begin("b")
    downloads.end("a")
    downloads.begin("a")


def test_clients_that_are_slow_to_read_do_not_fill_the_disk(serve: Any) -> None:
    """CWE-400: a large answer takes its room until it is read, and whoever reads can wait."""
    url = httpx.URL(serve("--per-client", "1").url)
    request = get(f"/sparql?query={quote(LARGE)}")

    def asked() -> int:
        return httpx.get(url.join("/sparql"), params={"query": LARGE}, timeout=30).status_code

    assert url.port is not None
    with Raw(url.port) as one, Raw(url.port) as two:
        for raw in (one, two):
            raw.send(request)
            assert raw.socket.recv(12) == b"HTTP/1.1 200"
        assert asked() == 503
    assert until(lambda: asked() == 200)
