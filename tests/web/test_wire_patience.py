"""Clients that take their time: what each is waited for, and that nobody else waits meanwhile."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator

import pytest
import uvloop

from clausegraph.web.gate import Gate, Patience
from raw import LARGE, Raw, Small, ask, get, serving

PATIENCE = Patience(
    header=0.5, body=1.0, pause=0.4, idle=0.6, write=0.5, linger=0.5, left=0.3, sweep=0.1
)
SLACK = 1.5  # seconds that a busy machine may take longer


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[int, Small]]:
    """A small server of the real wire that is in a hurry, and its application."""
    app = Small()
    with serving(app, Gate(PATIENCE), uvloop.new_event_loop) as found:
        yield found, app


@pytest.fixture(scope="module")
def port(running: tuple[int, Small]) -> int:
    """Where it listens."""
    return running[0]


@pytest.fixture(autouse=True)
def others(port: int) -> Iterator[None]:
    """Whatever happens in a test, someone else is answered at once after it."""
    yield
    start = time.monotonic()
    assert ask(port, get()).status == 200
    assert time.monotonic() - start < 2


def trickle(raw: Raw, data: bytes, pause: float) -> None:
    """Send a byte at a time until an answer comes."""
    raw.socket.settimeout(0)
    for byte in data:
        raw.send(bytes([byte]))
        time.sleep(pause)
        try:
            if raw.socket.recv(1, socket.MSG_PEEK):
                break
        except BlockingIOError:
            continue
    raw.socket.settimeout(10)


def timed(work: Callable[[], object], least: float, most: float) -> None:
    """Do something that takes so many seconds, with slack."""
    start = time.monotonic()
    work()
    assert least - 0.15 < time.monotonic() - start < most + SLACK


def test_a_connection_on_which_nothing_comes_is_closed(port: int) -> None:
    """Nothing was asked, so nothing is answered."""
    with Raw(port) as raw:
        timed(raw.is_closed, PATIENCE.header, PATIENCE.header)
        assert raw.is_closed()


@pytest.mark.parametrize("part", [b"G", b"GET / HTTP/1.1\r\n", get()[:-1], get() + b"GET /"])
def test_a_header_that_stops_is_408(port: int, part: bytes) -> None:
    """RFC 9110, section 15.5.9."""
    with Raw(port) as raw:
        raw.send(part)
        if part.count(b"GET /") > 1:
            assert raw.reply().status == 200

        def late() -> None:
            answer = raw.reply()
            assert (answer.status, answer.slug) == (408, "request-timeout")
            assert raw.is_closed()

        timed(late, PATIENCE.header, PATIENCE.header)


def test_a_header_that_trickles_is_408(port: int) -> None:
    """Its time counts from the start, whatever still comes."""
    with Raw(port) as raw:
        timed(lambda: trickle(raw, get() * 10, 0.1), PATIENCE.header, PATIENCE.header)
        assert raw.reply().slug == "request-timeout"


def test_empty_lines_do_not_hold_a_connection(port: int) -> None:
    """RFC 9112, section 2.2: they are skipped, and begin nothing."""
    with Raw(port) as raw:
        start = time.monotonic()
        while time.monotonic() - start < 5:
            try:
                raw.socket.sendall(b"\r\n")
            except ConnectionError:
                break
            time.sleep(0.1)
        assert time.monotonic() - start < PATIENCE.header + SLACK


@pytest.mark.parametrize("kind", [b"Content-Length: 1000\r\n", b"Transfer-Encoding: chunked\r\n"])
@pytest.mark.parametrize("path", ["/echo", "/slow?300"])
def test_a_body_that_stops_is_408(port: int, kind: bytes, path: str) -> None:
    """RFC 9110, section 15.5.9; an answer that needs no body may come first."""
    with Raw(port) as raw:
        raw.send(get(path, kind) + b"a\r\n")
        answer = raw.reply()
        assert path != "/echo" or answer.slug == "request-timeout"
        assert answer.fields["connection"] == "close"
        assert raw.is_closed()


def test_a_body_that_trickles_is_408(port: int) -> None:
    """A byte now and then is no reason to wait for ever."""
    with Raw(port) as raw:
        raw.send(get("/echo", b"Content-Length: 1000\r\n"))
        timed(lambda: trickle(raw, b"x" * 1000, 0.1), PATIENCE.body, PATIENCE.body)
        assert raw.reply().slug == "request-timeout"


def test_an_application_that_takes_long_is_no_fault_of_the_client(port: int) -> None:
    """What a client waits for is not its own delay."""
    with Raw(port) as raw:
        raw.send(get("/slow?900") + get()[:-1])
        assert raw.reply().body == b"late"
        raw.send(b"\n" + get("/slow?900", b"Content-Length: 3\r\n") + b"abc")
        assert raw.reply().status == 200
        assert raw.reply().body == b"late"


def test_an_idle_connection_is_closed(port: int) -> None:
    """RFC 9112, section 9.8: without a word."""
    with Raw(port) as raw:
        raw.send(get())
        assert raw.reply().status == 200
        timed(raw.is_closed, PATIENCE.idle, PATIENCE.idle)


def test_a_connection_in_use_is_not_closed(port: int) -> None:
    """Each request begins anew."""
    with Raw(port) as raw:
        for _ in range(6):
            time.sleep(0.3)
            raw.send(get())
            assert raw.reply().status == 200


@pytest.mark.parametrize("loop", [uvloop.new_event_loop, asyncio.SelectorEventLoop])
def test_an_answer_that_nobody_reads_is_given_up(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    """So that what holds it comes back."""
    app = Small()
    with serving(app, Gate(PATIENCE), loop) as port, Raw(port) as raw:
        raw.send(get("/large"))
        time.sleep(PATIENCE.write + SLACK)
        assert app.sent == LARGE  # it was let go on, into nothing
        with pytest.raises(ConnectionError):
            raw.reply()


def test_an_answer_that_is_read_slowly_is_not_given_up(running: tuple[int, Small]) -> None:
    """Any progress counts."""
    port, app = running
    app.sent = 0
    with Raw(port) as raw:
        raw.send(get("/large"))
        taken = 0
        while taken < 20 * 2**20:
            taken += len(raw.socket.recv(2**20))
            time.sleep(0.02)
        assert ask(port, get()).status == 200


def test_many_slow_clients_at_once_are_all_ended(port: int) -> None:
    """While they last, someone else is answered."""
    raws = [Raw(port) for _ in range(100)]
    try:
        for raw in raws:
            raw.send(b"GET / HT")
        start = time.monotonic()
        assert ask(port, get()).status == 200
        assert time.monotonic() - start < 2
        for raw in raws:
            assert raw.reply().slug == "request-timeout"
            assert raw.is_closed()
    finally:
        for raw in raws:
            raw.__exit__()
