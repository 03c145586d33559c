"""Requests cut and damaged anyhow: the wire never fails, and never mistakes one for another."""

from __future__ import annotations

import itertools
import json
import logging
import socket
from collections.abc import Iterator

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausegraph.web.gate import Gate
from raw import Raw, Small, ask, get, serving

SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
BODY = b"x" * 70_000
CHUNKED = b"Transfer-Encoding: chunked\r\n"
UPGRADE = b"Upgrade: h2c\r\nConnection: upgrade\r\n"
REQUESTS = [
    get("/a"),
    get("/b?c=d", b"A: b\r\n" * 50),
    get("/echo", b"Content-Length: 5\r\n") + b"hello",
    get("/echo", b"Content-Length: 70000\r\n") + BODY,
    get("/echo", CHUNKED) + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
    get("/echo", UPGRADE + b"Content-Length: 5\r\n") + b"GET /",
    get("/c", UPGRADE),
    get("http://there/d"),
]
PARTS = st.sampled_from(
    [
        *(piece for request in REQUESTS for piece in request.splitlines(keepends=True)),
        *(b"\r\n", b"\n", b"\r", b"\0", b" ", b":", b"\xff", b"0\r\n\r\n", b"Host: x\r\n"),
        *(CHUNKED, UPGRADE, b"Content-Length: 3\r\n", b"HTTP/1.1", b"Connection: close\r\n"),
    ]
)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A small server of the real wire."""
    with serving(Small(), Gate(), uvloop.new_event_loop) as found:
        yield found


def expected(request: bytes) -> bytes:
    """Return what the body of the answer is, or the path that it tells."""
    if b"/echo" not in request:
        target = request.split()[1]
        return b"/" + target.rpartition(b"/")[2].partition(b"?")[0]
    if CHUNKED in request:
        return b"abcde"
    return request.partition(b"\r\n\r\n")[2]


@SETTINGS
@given(
    numbers=st.lists(st.integers(0, len(REQUESTS) - 1), min_size=1, max_size=6),
    cuts=st.lists(st.floats(0, 1), max_size=8),
)
def test_answers_do_not_depend_on_packets(port: int, numbers: list[int], cuts: list[float]) -> None:
    """RFC 9112, sections 2.1 and 9.3.2."""
    requests = [REQUESTS[number] for number in numbers]
    data = b"".join(requests)
    places = [0, *sorted(int(cut * len(data)) for cut in cuts), len(data)]
    with Raw(port) as raw:
        raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start, end in itertools.pairwise(places):
            raw.send(data[start:end])
        for request in requests:
            answer = raw.reply()
            assert answer.status == 200
            if b"/echo" in request:
                assert answer.body == expected(request)
            else:
                assert json.loads(answer.body)["path"].encode() == expected(request)


@SETTINGS
@given(parts=st.lists(PARTS, max_size=12), noise=st.binary(max_size=8))
def test_whatever_comes_is_answered_or_closed(
    port: int, parts: list[bytes], noise: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 9112, section 2.2: with answers that are answers, and not a line in the log."""
    caplog.clear()
    with caplog.at_level(logging.WARNING), Raw(port) as raw:
        raw.send(b"".join(parts) + noise)
        raw.socket.shutdown(socket.SHUT_WR)
        rest = b""
        while piece := raw.socket.recv(2**16):
            rest += piece
    assert rest == b"" or rest.startswith(b"HTTP/1.1 ")
    assert b" 500 " not in rest.partition(b"\r\n")[0]
    assert not caplog.records
    assert ask(port, get()).status == 200
