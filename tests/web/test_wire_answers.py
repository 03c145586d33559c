"""Answers on the wire: their order, their ends, and clients that close early, late or never."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import httpx
import pytest
import uvloop
from starlette.types import Scope
from uvicorn.server import ServerState

from clausegraph.web.gate import Gate, Ready
from clausegraph.web.outlet import Outlet
from raw import HOST, LARGE, LAST, Raw, Small, ask, get, serving

LOOPS = [uvloop.new_event_loop, asyncio.SelectorEventLoop]
BODY = b"from the shortcut"


def shortcut(scope: Scope) -> Ready | bytes | None:
    """Answer two paths without the application."""
    if scope["path"] == "/ready":
        return 200, [(b"content-length", str(len(BODY)).encode())], BODY
    if scope["path"] == "/bytes":
        return b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    if scope["path"] == "/broken":
        raise ZeroDivisionError
    return None


@pytest.fixture(scope="module", params=LOOPS, ids=["uvloop", "asyncio"])
def running(request: pytest.FixtureRequest) -> Iterator[tuple[int, Small]]:
    """A small server of the real wire, and its application."""
    app = Small()
    with serving(app, Gate(shortcut=shortcut), request.param) as found:
        yield found, app


@pytest.fixture(scope="module")
def port(running: tuple[int, Small]) -> int:
    """Where it listens."""
    return running[0]


def test_a_hundred_requests_in_one_packet_are_answered_in_order(port: int) -> None:
    """RFC 9112, section 9.3.2."""
    paths = [("/slow?1", "/ready", "/plain", "/bytes")[n % 4] + f"&{n}" for n in range(100)]
    paths = [path.partition("&")[0] if path.startswith("/slow") else path for path in paths]
    with Raw(port) as raw:
        raw.send(b"".join(get(path) for path in paths))
        for path in paths:
            body = raw.reply().body
            if path.startswith("/plain"):
                assert json.loads(body)["path"] == path
            elif path.startswith("/slow"):
                assert body == b"late"


def test_requests_with_bodies_in_one_packet_are_answered_in_order(port: int) -> None:
    """RFC 9112, sections 6.3 and 9.3.2: each body belongs to its request."""
    with Raw(port) as raw:
        for n in range(50):
            body = str(n).encode() * 3000
            raw.send(get("/echo", b"Content-Length: %d\r\n" % len(body)) + body)
        raw.socket.shutdown(socket.SHUT_WR)
        for n in range(50):
            assert raw.reply().body == str(n).encode() * 3000
        assert raw.is_closed()


@pytest.mark.parametrize("size", [0, 1, 4096, 65_536, 65_537, 140_000, 5_000_000])
def test_a_body_of_any_size_reaches_the_application_whole(port: int, size: int) -> None:
    """RFC 9112, section 6.3: reading pauses while the application has not taken it."""
    body = bytes(n % 251 for n in range(4999)) * (size // 4999 + 1)
    with Raw(port) as raw:
        sender = threading.Thread(
            target=raw.send,
            args=(get("/echo", b"Content-Length: %d\r\n" % size) + body[:size] + get(),),
        )
        sender.start()
        assert raw.reply().body == body[:size]
        assert raw.reply().status == 200
        sender.join(10)


def test_a_malformed_request_is_told_after_the_answers_before_it(port: int) -> None:
    """RFC 9112, section 9.3.2."""
    with Raw(port) as raw:
        raw.send(get("/slow?200") + get() + b"nonsense\r\n\r\n" + get())
        assert raw.reply().body == b"late"
        assert raw.reply().status == 200
        assert raw.reply().status == 501
        assert raw.is_closed()


def test_what_follows_the_last_request_is_not_served(port: int) -> None:
    """RFC 9112, section 9.6: the client announced it as its last."""
    with Raw(port) as raw:
        raw.send(get("/plain", LAST) + get() + b"nonsense")
        answer = raw.reply()
        assert (answer.status, answer.fields["connection"]) == (200, "close")
        assert raw.is_closed()


@pytest.mark.parametrize("path", ["/plain", "/ready", "/bytes"])
def test_http_1_0_is_closed_unless_the_client_asks(port: int, path: str) -> None:
    """RFC 9112, section 9.3."""
    with Raw(port) as raw:
        raw.send(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        assert raw.reply().fields["connection"] == "close"
        assert raw.is_closed()
    with Raw(port) as raw:
        for _ in range(2):
            raw.send(get(path, b"Connection: keep-alive\r\n", version="1.0"))
            assert raw.reply().fields["connection"] == "keep-alive"


@pytest.mark.parametrize("path", ["/plain", "/ready", "/bytes"])
def test_http_1_1_is_kept_unless_the_client_declines(port: int, path: str) -> None:
    """RFC 9112, section 9.3."""
    with Raw(port) as raw:
        for _ in range(3):
            raw.send(get(path))
            assert "connection" not in raw.reply().fields
        raw.send(get(path, LAST))
        assert raw.reply().fields["connection"] == "close"
        assert raw.is_closed()


@pytest.mark.parametrize("path", ["/plain", "/ready", "/large", "/boom"])
def test_head_gets_the_header_alone(port: int, path: str) -> None:
    """RFC 9110, section 9.3.2."""
    with Raw(port) as raw:
        raw.send(f"HEAD {path} HTTP/1.1\r\n".encode() + HOST + LAST + b"\r\n")
        assert int(raw.reply(bodiless=True).fields["content-length"]) > 0
        assert raw.is_closed()


def test_a_shortcut_that_fails_is_passed_over(port: int, caplog: pytest.LogCaptureFixture) -> None:
    """A fault in what saves time costs time, and no answer."""
    with caplog.at_level(logging.ERROR, logger="clausegraph.web"):
        assert json.loads(ask(port, get("/broken")).body)["path"] == "/broken"
    assert len(caplog.records) == 1


def test_a_shortcut_sees_no_request_with_a_body(port: int) -> None:
    """What is announced has to be read."""
    with Raw(port) as raw:
        raw.send(get("/ready", b"Content-Length: 2\r\n") + b"ab")
        assert json.loads(raw.reply().body)["path"] == "/ready"
        raw.send(get("/ready"))
        assert raw.reply().body == BODY


@pytest.mark.parametrize("path", ["/echo", "/slow?100"])
def test_a_client_that_closes_its_side_gets_its_answer(port: int, path: str) -> None:
    """RFC 9112, section 9.6."""
    data = get(path, b"Content-Length: 3\r\n") + b"abc"
    assert ask(port, data, half_close=True).body in (b"abc", b"late")
    with Raw(port) as raw:
        raw.send(data * 5)
        raw.socket.shutdown(socket.SHUT_WR)
        for _ in range(5):
            assert raw.reply().body in (b"abc", b"late")
        assert raw.is_closed()


@pytest.mark.parametrize("more", [b"", get(), get() * 1000])
def test_a_client_that_leaves_is_noticed_within_a_second(
    running: tuple[int, Small], more: bytes
) -> None:
    """Its query is work for nobody; requests that wait behind it change nothing."""
    port, app = running
    app.gone.clear()
    with Raw(port) as raw:
        raw.send(get("/slow?2000") + more)
        time.sleep(0.1)
    assert app.gone.wait(1)


def test_a_client_that_leaves_in_mid_body_is_noticed(running: tuple[int, Small]) -> None:
    """RFC 9112, section 8: an incomplete request is not served."""
    port, app = running
    app.gone.clear()
    with Raw(port) as raw:
        raw.send(get("/echo", b"Content-Length: 10\r\n") + b"abc")
        raw.socket.shutdown(socket.SHUT_WR)
        assert raw.is_closed()
    assert app.gone.wait(1)


@pytest.mark.parametrize("path", ["/plain", "/boom"])
def test_an_early_answer_survives_the_body_that_nobody_reads(port: int, path: str) -> None:
    """RFC 9112, section 9.6: no reset before the client has read it; then no more is read."""
    with Raw(port) as raw:
        raw.send(get(path, b"Content-Length: 1000000000\r\n") + bytes(3_000_000))
        answer = raw.reply()
        assert answer.status == (500 if path == "/boom" else 200)
        assert answer.fields["connection"] == "close"
        raw.send(bytes(1_000_000))
        start = time.monotonic()
        assert raw.is_closed()
        assert time.monotonic() - start < 5


def test_a_body_without_end_is_cut_off_once_it_is_answered(port: int) -> None:
    """RFC 9112, section 9.3: a server reads the whole body or closes."""
    with Raw(port) as raw:
        raw.send(get("/plain", b"Content-Length: 100000000000\r\n"))
        start = time.monotonic()
        with pytest.raises(ConnectionError):
            raw.socket.sendall(bytes(2**28))
        assert time.monotonic() - start < 8


@pytest.mark.parametrize("protocol", ["websocket", "h2c", "TLS/1.0"])
@pytest.mark.parametrize("body", [b"", b"hello"])
def test_an_upgrade_is_ignored(
    port: int, protocol: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 9110, section 7.8: the request is served as HTTP/1.1, its body with it."""
    fields = f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: {protocol}\r\n".encode()
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    with caplog.at_level(logging.WARNING), Raw(port) as raw:
        raw.send((get("/echo", fields + length) + body) * 3 + get())
        for _ in range(3):
            assert raw.reply().body == body
        assert raw.reply().status == 200
    assert not caplog.records


def test_a_client_that_waits_for_leave_to_send_gets_it(port: int) -> None:
    """RFC 9110, section 10.1.1."""
    fields = b"Expect: 100-continue\r\nContent-Length: 2\r\n"
    with Raw(port) as raw:
        raw.send(get("/echo", fields))
        assert raw.reply().status == 100
        raw.send(b"ab")
        assert raw.reply().body == b"ab"
        raw.send(get("/plain", fields))
        assert raw.reply().status == 200
        assert raw.is_closed()


def test_a_fault_of_the_application_is_a_problem_and_one_line(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 9110, section 15.6.1; CWE-209."""
    for path in ("/boom", "/nothing"):
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            answer = ask(port, get(path))
        assert (answer.status, answer.slug) == (500, "internal")
        assert b"secret" not in answer.body
        assert len(caplog.records) == 1


def test_an_answer_that_breaks_off_is_not_taken_for_whole(port: int) -> None:
    """RFC 9112, section 8: without the last chunk the answer is incomplete."""
    with Raw(port) as raw:
        raw.send(get("/half"))
        with pytest.raises((ConnectionError, ValueError)):
            raw.reply()


def test_a_large_answer_waits_for_its_reader(running: tuple[int, Small]) -> None:
    """Back-pressure: memory does not grow with what is not read."""
    port, app = running
    app.sent = 0
    with Raw(port) as raw:
        raw.send(get("/large"))
        time.sleep(0.5)
        assert app.sent < LARGE / 2
        assert ask(port, get()).status == 200
        assert len(raw.reply().body) == LARGE


@pytest.mark.parametrize("fields", [[(b"a", b"b\r\nc: d")], [(b"a\n", b"b")], [(b"a", b"\0")]])
@pytest.mark.parametrize("loop", LOOPS)
def test_a_field_that_would_be_two_is_not_sent(
    fields: list[tuple[bytes, bytes]], loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    """CWE-113."""

    async def app(_: Scope, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": b""})

    with serving(app, Gate(), loop) as port:
        assert ask(port, get()).slug == "internal"


def test_a_library_that_offers_http_2_can_post_a_query(server: str) -> None:
    """RFC 9110, section 7.8: Java's client sends this with every first request."""
    query = b"ASK {}"
    fields = (
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
        b"Content-Type: application/sparql-query\r\nContent-Length: 6\r\n"
    )
    line = b"POST /sparql HTTP/1.1\r\n"
    answer = ask(httpx.URL(server).port or 80, line + HOST + fields + b"\r\n" + query)
    assert json.loads(answer.body)["boolean"] is True


def test_an_old_client_that_asks_for_another_protocol_stays_an_old_client(port: int) -> None:
    """RFC 9110, section 7.8, and RFC 9112, section 7.1: nothing is chunked for HTTP/1.0."""
    with Raw(port) as raw:
        raw.send(get("/plain", b"Connection: Upgrade\r\nUpgrade: h2c\r\n", version="1.0"))
        answer = raw.reply()
        assert answer.status == 200
        assert json.loads(answer.body)["http_version"] == "1.0"


async def _closed_while_looked_at() -> bytes:
    """Return what a client gets if its connection is looked at just when it has been closed."""
    transports: list[asyncio.BaseTransport] = []

    class Taken(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            transports.append(transport)
            outlet = Outlet(cast("asyncio.Transport", transport), ServerState())
            outlet.write(BODY)
            outlet.close()
            outlet.expire(now=1000.0, patience=60.0)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(Taken, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            return await reader.read()
        finally:
            writer.close()


@pytest.mark.parametrize("loop", LOOPS, ids=["uvloop", "asyncio"])
def test_an_answer_is_not_reset_where_the_connection_has_just_been_closed(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    """RFC 9112, section 9.6: a reset may cost the client what it has not read yet."""
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(_closed_while_looked_at()) == BODY
