"""One request and its answer: what the application receives, and how what it sends is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, Protocol

from starlette.types import ASGIApp, Message, Scope

from clausegraph.web import refusals
from clausegraph.web.fieldlines import WHOLE, Fields, lines_of
from clausegraph.web.gate import Ready
from clausegraph.web.outlet import Outlet

HELD_BODY = 64 * 1024  # bytes of a request's body that wait for the application

_JOINED = 64 * 1024  # bytes of a body that are written in one piece with the header
_BODILESS = frozenset({204, 304})
_HOP_BY_HOP = frozenset({b"connection", b"transfer-encoding"})  # set here, whatever is sent
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_END = b"0\r\n\r\n"
_EXTENSIONS: dict[str, dict[str, object]] = {WHOLE: {}}

log = logging.getLogger("clausegraph.web")


class Line(Protocol):
    """The connection, as one exchange on it sees it."""

    def wants_body(self) -> None:
        """The application has taken the body so far."""

    def answered(self, exchange: Exchange) -> None:
        """The answer is whole."""

    def hand_over(self, exchange: Exchange) -> asyncio.Task[None]:
        """Have the application answer."""


def head(status: int, fields: Fields, date: bytes, closing: bytes = b"") -> bytes:
    """Return the header of an answer; raises ValueError if a field would be two (CWE-113)."""
    return b"%b%b%b%b\r\n" % (refusals.status_line(status), date, lines_of(fields), closing)


class Exchange:
    """One request on its way through the application.

    `receiving` until the whole request is here; `keep_alive` while the connection may serve more.
    """

    __slots__ = (
        "_chunked",
        "_event",
        "_expects",
        "_head",
        "_left",
        "_line",
        "_outlet",
        "_told",
        "body",
        "complete",
        "keep_alive",
        "receiving",
        "scope",
        "started",
        "target",
    )

    def __init__(
        self, line: Line, outlet: Outlet, scope: Scope, *, keep_alive: bool, expects: bool = False
    ) -> None:
        self._line = line
        self._outlet = outlet
        self._expects = expects  # waits for leave to send its body
        self._event: asyncio.Event | None = None
        self._told = False  # the application knows that the body has ended
        self._head = b""
        self._chunked = False
        self._left: int | None = None  # bytes that Content-Length still promises
        self.scope = scope
        scope["extensions"] = _EXTENSIONS
        self.target: bytes = scope["raw_path"]
        self.keep_alive = keep_alive
        self.body = bytearray()
        self.receiving = True
        self.started = False
        self.complete = False

    @property
    def can_write(self) -> bool:
        """Whether the connection takes an answer now."""
        return not self._outlet.is_clogged

    def hand_over(self) -> asyncio.Task[None]:
        """Have the application answer what was to be answered without it."""
        return self._line.hand_over(self)

    async def run(self, app: ASGIApp) -> None:
        """Have the application answer; what it fails to is answered here."""
        try:
            await app(self.scope, self.receive, self.send)
        except asyncio.CancelledError:
            if not self.complete:
                self._outlet.abort()
            raise
        except Exception:
            if not self.complete:  # else it was told of where it was caught
                log.exception("%s %r failed", self.scope["method"], self.target)
        else:
            if not self.complete:
                log.error("%s %r got no whole answer", self.scope["method"], self.target)
        if not self.complete:
            self._fail()

    def _fail(self) -> None:
        """End an answer that the application left unfinished."""
        if self.started:
            self._outlet.abort()
            return
        self.started = self.complete = True
        self.keep_alive = False
        problem = refusals.fault(self.target)
        bodiless = self.scope["method"] == "HEAD"
        self._outlet.write(refusals.written(problem, self._outlet.date, bodiless=bodiless))
        self._line.answered(self)

    # What comes in

    def feed(self, piece: bytes) -> None:
        """Take a piece of the request's body."""
        self.body += piece
        self._wake()

    def end(self) -> None:
        """The request is whole."""
        self.receiving = False
        self._wake()

    def leave(self) -> None:
        """The client is gone: the application is told, and what it sends is dropped."""
        self.started = self.complete = True
        self._wake()

    def _wake(self) -> None:
        if self._event is not None:
            self._event.set()

    async def receive(self) -> Message:
        """Return the next piece of the body, or that the client has left (ASGI)."""
        if self._expects and self.receiving and not (self.body or self.started):
            self._outlet.write(_CONTINUE)
        self._expects = False
        while not self.complete:
            if self.body or not (self.receiving or self._told):
                piece, more = bytes(self.body), self.receiving
                self.body.clear()
                self._told = not more
                self._line.wants_body()  # which may bring the rest, for the next time
                return {"type": "http.request", "body": piece, "more_body": more}
            if self._event is None:
                self._event = asyncio.Event()
            self._event.clear()
            await self._event.wait()
        return {"type": "http.disconnect"}

    # What goes out

    async def send(self, message: Message) -> None:
        """Write the next part of the answer (ASGI); the header goes out with the body's start."""
        if self._outlet.is_clogged:
            await self._outlet.drain()
        if self.complete:
            return
        kind = message["type"]
        if kind == WHOLE and not self._head:
            self._write_whole(message["status"], message["lines"], message["body"])
        elif kind == "http.response.start" and not self._head:
            self._begin(message["status"], message.get("headers", ()))
        elif kind == "http.response.body" and self._head:
            self._write(message.get("body", b""), more=message.get("more_body", False))
        else:
            raise RuntimeError(f"{kind} was sent out of order.")

    def write(self, status: int, lines: list[bytes], body: bytes) -> None:
        """Write a whole answer, unless nobody reads it; `lines` are what `lines_of` returned."""
        if not self.complete:
            self._write_whole(status, lines, body)

    def _write_whole(self, status: int, lines: list[bytes], body: bytes) -> None:
        """Write a whole answer."""
        if self.receiving:
            self.keep_alive = False
        is_old = self.scope["http_version"] == "1.0"
        last = closing(self.keep_alive, is_old=is_old)
        parts = [refusals.status_line(status), self._outlet.date, *lines, last, b"\r\n"]
        if self.scope["method"] != "HEAD" and status not in _BODILESS:
            parts.append(body)
        self._outlet.write(b"".join(parts))
        self._end()

    def _end(self) -> None:
        """Take in that the answer is whole."""
        self.started = self.complete = True
        self._wake()
        self._line.answered(self)

    def _begin(self, status: int, given: Iterable[Any]) -> None:
        """Set the header, and how the end of the body is told (RFC 9112, section 6)."""
        fields = [(bytes(name).lower(), bytes(value)) for name, value in given]
        named = dict(fields)
        if self.receiving or b"close" in named.get(b"connection", b"").lower():
            self.keep_alive = False
        length = named.get(b"content-length")
        if not _HOP_BY_HOP.isdisjoint(named):
            fields = [one for one in fields if one[0] not in _HOP_BY_HOP]
        is_old = self.scope["http_version"] == "1.0"
        if self.scope["method"] == "HEAD" or status in _BODILESS:
            self._left = -1
        elif length is not None:
            self._left = int(length)
        elif is_old:
            self.keep_alive = False
        else:
            self._chunked = True
            fields.append((b"transfer-encoding", b"chunked"))
        self._head = head(
            status, fields, self._outlet.date, closing(self.keep_alive, is_old=is_old)
        )

    def _write(self, body: bytes, *, more: bool) -> None:
        """Write a piece of the body, after the header if that was not written yet."""
        if self._left is not None:
            body = self._counted(body, more=more)
        elif self._chunked:
            piece = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            body = piece if more else piece + _END
        if self.started:
            self._outlet.write(body)
        elif len(body) <= _JOINED:
            self._outlet.write(self._head + body)
        else:
            self._outlet.write(self._head)
            self._outlet.write(body)
        self.started = True
        if not more:
            self._end()

    def _counted(self, body: bytes, *, more: bool) -> bytes:
        """Return `body` if it is what Content-Length promised; b"" where there is to be none."""
        assert self._left is not None  # noqa: S101
        if self._left < 0:
            return b""
        self._left -= len(body)
        if self._left < 0 or (self._left and not more):
            raise RuntimeError("The body is not as long as Content-Length says.")
        return body


def closing(keep_alive: bool, *, is_old: bool) -> bytes:
    """Return the Connection field that an answer needs (RFC 9112, section 9.3)."""
    if not keep_alive:
        return b"connection: close\r\n"
    return b"connection: keep-alive\r\n" if is_old else b""


def whole(ready: Ready | bytes, date: bytes, last: bytes, method: str) -> bytes:
    """Return the bytes of an answer that is ready, with the field lines that the wire adds."""
    if isinstance(ready, bytes):
        cut = ready.index(b"\n") + 1
        return b"%b%b%b%b" % (ready[:cut], date, last, ready[cut:])
    status, fields, body = ready
    return head(status, fields, date, last) + (b"" if method == "HEAD" else body)
