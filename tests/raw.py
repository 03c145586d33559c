"""HTTP as bytes: a small server of the real wire in this process, and sockets that talk to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

from clausegraph.web.gate import Gate
from clausegraph.web.serving import Server, config

HOST = b"Host: here\r\n"
LAST = b"Connection: close\r\n"
LARGE = 50 * 2**20


@dataclass
class Small:
    """An application with a path for each behaviour that the wire has to cope with."""

    gone: threading.Event = field(default_factory=threading.Event)  # a client was seen to leave
    sent: int = 0  # bytes of a large answer that were taken from the application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the path says."""
        paths: dict[str, Callable[..., Any]] = {
            "/echo": self.echo,
            "/large": self.large,
            "/slow": self.slow,
            "/boom": self.boom,
            "/half": self.half,
            "/nothing": self.nothing,
        }
        await paths.get(scope["path"], self.plain)(scope, receive, send)

    async def plain(self, scope: Scope, _: Receive, send: Send) -> None:
        """Tell what was asked."""
        told = {key: scope[key] for key in ("method", "path", "http_version", "scheme", "client")}
        told["query"] = scope["query_string"].decode()
        told["fields"] = [[name.decode(), value.decode()] for name, value in scope["headers"]]
        await reply(send, json.dumps(told).encode())

    async def echo(self, _: Scope, receive: Receive, send: Send) -> None:
        """Give the body back."""
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone.set()
                return
            body, more = body + message["body"], message["more_body"]
        await reply(send, body)

    async def large(self, _: Scope, __: Receive, send: Send) -> None:
        """Send much, piece by piece."""
        fields = [(b"content-length", str(LARGE).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        piece = bytes(2**16)
        while self.sent < LARGE:
            more = self.sent + len(piece) < LARGE
            await send({"type": "http.response.body", "body": piece, "more_body": more})
            self.sent += len(piece)

    async def slow(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer after as many milliseconds as the query says, unless the client has left."""
        asyncio.get_running_loop().create_task(self._watch(receive))
        await asyncio.sleep(int(scope["query_string"]) / 1000)
        await reply(send, b"late")

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone.set()

    async def boom(self, *_: Any) -> None:
        """Fail as no application should."""
        raise ZeroDivisionError("secret")

    async def half(self, _: Scope, __: Receive, send: Send) -> None:
        """Fail in the middle of an answer."""
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ZeroDivisionError("secret")

    async def nothing(self, *_: Any) -> None:
        """Forget to answer."""


async def reply(send: Send, body: bytes) -> None:
    """Send 200 and a body."""
    fields = [(b"Content-Length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": body})


@contextlib.contextmanager
def serving(app: Any, gate: Gate, loop: Callable[[], asyncio.AbstractEventLoop]) -> Iterator[int]:
    """Serve `app` on a port of 127.0.0.1 in a thread, on a loop of this kind."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    port: int = listening.getsockname()[1]
    server = Server(config(app, gate), gate)

    def run() -> None:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(server.serve([listening]))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
        assert not thread.is_alive()


@dataclass(frozen=True)
class Reply:
    """One answer as it came."""

    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document that it is."""
        assert self.fields["content-type"] == "application/problem+json", self
        assert self.fields["connection"] == "close"
        assert self.fields["cache-control"] == "no-store"
        assert self.fields["x-content-type-options"] == "nosniff"
        assert self.fields["access-control-allow-origin"] == "*"
        found: dict[str, Any] = json.loads(self.body)
        assert found["status"] == self.status
        assert b"Traceback" not in self.body
        return found

    @property
    def slug(self) -> str:
        """The kind of the problem."""
        return str(self.problem["type"].rpartition("/")[2])


class Raw:
    """A connection that sends whatever bytes it is given."""

    def __init__(self, port: int, source: str = "127.0.0.1", timeout: float = 10) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send as much as the other end takes."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def reply(self, *, bodiless: bool = False) -> Reply:
        """Return the next answer."""
        line = self._file.readline()
        assert line.startswith(b"HTTP/1.1 "), line
        fields = {}
        while (field_line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = field_line.decode().partition(":")
            fields[name.lower()] = value.strip()
        if bodiless or line.split()[1] in (b"100", b"204", b"304"):
            body = b""
        elif fields.get("transfer-encoding") == "chunked":
            body = b"".join(self._chunks())
        else:
            body = self._file.read(int(fields.get("content-length", -1)))
        return Reply(int(line.split()[1]), fields, body)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._file.readline(), 16):
            yield self._file.read(size)
            self._file.readline()
        self._file.readline()

    def is_closed(self) -> bool:
        """Whether the other end closes, with nothing more to say."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True


def ask(port: int, data: bytes, *, source: str = "127.0.0.1", half_close: bool = False) -> Reply:
    """Send bytes on a connection of their own, and return the first answer."""
    with Raw(port, source) as raw:
        raw.send(data)
        if half_close:
            raw.socket.shutdown(socket.SHUT_WR)
        return raw.reply()


def get(path: str = "/", fields: bytes = b"", *, version: str = "1.1") -> bytes:
    """Return a GET request."""
    return f"GET {path} HTTP/{version}\r\n".encode() + HOST + fields + b"\r\n"
