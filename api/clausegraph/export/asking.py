"""Asking the application in this process: one GET, one whole answer, no socket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

SCHEME, HOST = "https", "static.invalid"  # never a host (RFC 6761, 6.4): it cannot stay by chance
ORIGIN = f"{SCHEME}://{HOST}"


@dataclass(frozen=True)
class Reply:
    """A status, the header with names in lower case, and a body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is a page."""
        return self.headers.get("content-type", "").startswith("text/html")


async def get(app: ASGIApp, address: str, accept: str = "") -> Reply:
    """Return what `app` answers at a path with its query, both percent-encoded."""
    path, _, query = address.partition("?")
    fields = [(b"host", HOST.encode())]
    if accept:
        fields.append((b"accept", accept.encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": SCHEME,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": fields,
        "client": None,
        "server": (HOST, None),
    }
    answer = _Whole()
    await app(scope, _Nothing(), answer)
    return Reply(answer.status, answer.headers, b"".join(answer.pieces))


class _Nothing:
    """A `receive` that gives a body of nothing once; a client in this process never leaves."""

    def __init__(self) -> None:
        self._is_given = False

    async def __call__(self) -> Message:
        if self._is_given:
            await asyncio.get_running_loop().create_future()
        self._is_given = True
        return {"type": "http.request", "body": b"", "more_body": False}


class _Whole:
    """A `send` that keeps what it is given."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.pieces: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in message["headers"]
            }
        elif message["type"] == "http.response.body":
            self.pieces.append(message.get("body", b""))
