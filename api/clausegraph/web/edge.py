"""The outermost layer: HEAD, OPTIONS, cross-origin reading, and headers that every answer has."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

RELEASE_HEADER = "Clausegraph-Release"
READ_METHODS = "GET, HEAD, OPTIONS"
SPARQL_METHODS = "GET, HEAD, POST, QUERY, OPTIONS"

_EXPOSED = (
    "ETag, Link, Location, Content-Location, Retry-After, Memento-Datetime, RateLimit, "
    + RELEASE_HEADER
)
_REQUEST_HEADERS = (
    "Content-Type, Accept, Accept-Profile, Accept-Datetime, If-None-Match, Authorization"
)
_PATH = "%/:@!$&'()*+,;=-._~"  # what a path may hold as it is (RFC 3986, 3.3)
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class Edge:
    """Wraps the application; plain ASGI, since a middleware class costs a fifth of the speed."""

    def __init__(self, app: ASGIApp, release: Callable[[], str | None]) -> None:
        self._app = app
        self._release = release

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (RFC 9110, section 9.3.2: HEAD is GET without a body)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        outgoing = self._sender(send, bodiless=method == "HEAD")
        if method == "OPTIONS":
            await _options(scope)(scope, receive, outgoing)
            return
        if method == "HEAD":
            scope = {**scope, "method": "GET"}
        path = scope["path"]
        if scope["method"] == "GET" and path != "/" and path.endswith("/"):
            await _without_slash(scope)(scope, receive, outgoing)
            return
        await self._app(scope, receive, outgoing)

    def _sender(self, send: Send, *, bodiless: bool) -> Send:
        """Return a `send` that adds our headers and, for HEAD, drops the body."""

        async def outgoing(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message))
            elif bodiless and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        return outgoing

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = _EXPOSED
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        if headers.get("content-type", "").startswith("text/html"):
            headers["Content-Security-Policy"] = _CSP
        release = self._release()
        if release and RELEASE_HEADER not in headers:
            headers[RELEASE_HEADER] = release


def _options(scope: Scope) -> Response:
    """Return 204 with the methods of the path; for a preflight, what it may send (Fetch, 3.2)."""
    methods = SPARQL_METHODS if scope["path"] == "/sparql" else READ_METHODS
    return Response(
        status_code=204,
        headers={
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": _REQUEST_HEADERS,
            "Access-Control-Max-Age": "86400",
        },
    )


def _without_slash(scope: Scope) -> Response:
    """Return 308 to the one canonical path of a thing."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    # Quoted, since a browser reads `\` as `/`, and two of them as another host.
    path = "/" + quote(raw.partition(b"?")[0].strip(b"/"), safe=_PATH)
    query = scope["query_string"].decode("latin-1")
    location = f"{path}?{query}" if query else path
    return Response(status_code=308, headers={"Location": location})
