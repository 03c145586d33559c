"""A file as a reply: read piece by piece in threads, as fast as the client takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from io import FileIO
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from clausegraph.web.edge import BODILESS
from clausegraph.web.waiting import gone

_PIECE = 256 * 1024  # bytes read and sent at a time


class Span(NamedTuple):
    """The bytes from `start` up to `end`, which is not one of them."""

    start: int
    end: int


class FileReply(Response):
    """Sends a span of an open file, and closes it, however that ends."""

    def __init__(self, stream: FileIO, span: Span, status: int, headers: Mapping[str, str]) -> None:
        length = {"Content-Length": str(span.end - span.start)}
        super().__init__(None, status, {**headers, **length})
        self._stream = stream
        self._span = span

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; who goes away is not read for any more."""
        left = asyncio.ensure_future(gone(receive))
        start = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        try:
            await send(start)
            place, end = (0, 0) if scope.get(BODILESS) else self._span
            while place < end and not left.done():
                piece = await run_in_threadpool(self._read, place, min(_PIECE, end - place))
                place += len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            if place >= end:
                await send({"type": "http.response.body", "body": b""})
        finally:
            left.cancel()
            self._stream.close()

    def _read(self, place: int, size: int) -> bytes:
        self._stream.seek(place)
        piece = self._stream.read(size)
        if not piece:
            raise EOFError(f"{self._stream.name} is shorter than it was.")
        return piece
