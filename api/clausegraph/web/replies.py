"""Replies of the endpoint as raw ASGI: nothing between a body and the wire but its header."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from clausegraph.engine import Spool
from clausegraph.errors import EngineBusy
from clausegraph.web import coding
from clausegraph.web.edge import BODILESS
from clausegraph.web.fieldlines import WHOLE, known_lines, lines_of
from clausegraph.web.waiting import gone

RawHeaders = Iterable[tuple[bytes, bytes]]

_PIECE = 256 * 1024  # bytes read, coded and sent at a time


class Short(NamedTuple):
    """A whole answer that was found at once, and the query that it answers, if it is one."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    query: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a header and a whole body.

    `is_plain`: the header says what the answer's release is and how it may vary, it is no page, and
    `own` are the fields that hardly any other answer has: it can be sent in one message.
    """

    status: int
    headers: RawHeaders
    body: bytes = b""
    own: RawHeaders = ()
    is_plain: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        if self.is_plain and WHOLE in scope.get("extensions", ()):
            lines = [known_lines(tuple(self.headers)), lines_of(self.own)]
            await send({"type": WHOLE, "status": self.status, "lines": lines, "body": self.body})
            return
        headers = [*self.headers, *self.own]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


class Downloads:
    """The large bodies that are being sent: one client has `most` of them at once.

    Each takes room on the disk for as long as its client takes to read it, which may be for ever.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._clients: Counter[str] = Counter()

    def begin(self, client: str) -> None:
        """Count one more, to be ended, or raise EngineBusy."""
        if self._clients[client] >= self._most:
            raise EngineBusy(
                f"This address reads {self._most} large answers already.",
                remedy="Read them to their end, or close their connections.",
            )
        self._clients[client] += 1

    def end(self, client: str) -> None:
        """Count one less."""
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]


def pieces(spool: Spool) -> Iterator[bytes]:
    """Yield a large body piece by piece; blocks as long as a disk may."""
    for offset in range(0, spool.size, _PIECE):
        yield spool.read(offset, _PIECE)


@dataclass(frozen=True, slots=True)
class SpooledReply:
    """A large body from its file, piece by piece, as fast as the client reads it.

    `ended` is called once, however it ends.
    """

    headers: RawHeaders
    spool: Spool
    gzip: bool
    ended: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and give the room of the file back, whatever happens."""
        left = asyncio.ensure_future(gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.headers})
            pieces = iter(()) if scope.get(BODILESS) else self._pieces()
            while not left.done():
                piece = await run_in_threadpool(next, pieces, None)
                if piece is None:
                    await send({"type": "http.response.body", "body": b""})
                    return
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            left.cancel()
            self.spool.close()
            self.ended()

    def _pieces(self) -> Iterator[bytes]:
        """Yield the body, coded if it is to be; blocks as long as a disk may."""
        work = coding.compressor() if self.gzip else None
        for piece in pieces(self.spool):
            yield work.compress(piece) if work else piece
        if work:
            yield work.flush()
