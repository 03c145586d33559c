"""The layer that every answer passes: HEAD, OPTIONS, cross-origin reading, gzip, common fields."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausegraph.web import coding
from clausegraph.web.fieldlines import WHOLE, lines_of

RELEASE_HEADER = "Clausegraph-Release"
READ_METHODS = "GET, HEAD, OPTIONS"
BODY_METHODS = "GET, HEAD, POST, OPTIONS"
SPARQL_METHODS = "GET, HEAD, POST, QUERY, OPTIONS"
BODILESS = "clausegraph.bodiless"  # in the scope of a HEAD that is answered as a GET

EXPOSED = (
    "ETag, Link, Location, Content-Location, Retry-After, Memento-Datetime, RateLimit, "
    f"RateLimit-Policy, {RELEASE_HEADER}, Clausegraph-Request, Clausegraph-Prefixes, "
    "Clausegraph-Timeout, Clausegraph-Hint, Clausegraph-Cache, Clausegraph-Notice, "
    "Clausegraph-Conforms, Clausegraph-Passes"
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
_COMMON = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
COMMON_LINES = lines_of(_COMMON)
_PAGE = (*_COMMON, (b"content-security-policy", _CSP.encode()))
_RELEASE = RELEASE_HEADER.lower().encode()
_NEGOTIATED = b"accept-encoding"
_UNCHANGED = 304


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
        outgoing = _Outgoing(scope, send, self.fields)
        method = scope["method"]
        if method == "OPTIONS":
            await _options(scope)(scope, receive, outgoing)
            return
        scope = {**scope, "headers": _plain_tags(scope["headers"])} if outgoing.gzip else scope
        if method == "HEAD":
            scope = {**scope, "method": "GET", BODILESS: True}
        path = scope["path"]
        if scope["method"] == "GET" and path != "/" and path.endswith("/"):
            await _without_slash(scope)(scope, receive, outgoing)
            return
        await self._app(scope, receive, outgoing)

    def fields(self, headers: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """Return what is to be added to the header of an answer."""
        is_page = headers.get(b"content-type", b"").startswith(b"text/html")
        added = [*(_PAGE if is_page else _COMMON)]
        release = None if _RELEASE in headers else self._release()
        if release is not None:
            added.append((_RELEASE, release.encode()))
        return added


class _Outgoing:
    """Sends an answer: with our fields, as gzip if the client takes it, without body for HEAD.

    An answer that comes whole and says nothing of codings is coded here; one that has
    Accept-Encoding in its Vary field has seen to it. The size does not matter: the validator must
    follow from the request, since an answer of 304 has no body.
    """

    def __init__(
        self,
        scope: Scope,
        send: Send,
        fields: Callable[[dict[bytes, bytes]], list[tuple[bytes, bytes]]],
    ) -> None:
        self._bodiless = scope["method"] == "HEAD"
        self._send = send
        self._fields = fields
        self._start: Message | None = None
        self._headers = scope["headers"]
        is_query = _is_endpoint(scope["path"])
        self.gzip = not is_query and coding.accepts_gzip(self._field(_NEGOTIATED).decode("latin-1"))

    def _field(self, name: bytes) -> bytes:
        """Return a field of the request."""
        return b",".join([value for given, value in self._headers if given == name])

    async def __call__(self, message: Message) -> None:
        """Take one message of the application (ASGI, HTTP connection scope)."""
        if message["type"] == WHOLE:
            message["lines"].append(COMMON_LINES)
            if self._bodiless:
                message["body"] = b""
            await self._send(message)
            return
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            message = {**message, "headers": [*message["headers"], *self._fields(headers)]}
            if _NEGOTIATED in headers.get(b"vary", b"").lower():
                await self._send(message)
                return
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            message = await self._coded(start, message)
        if self._bodiless:
            message = {**message, "body": b""}
        await self._send(message)

    async def _coded(self, start: Message, message: Message) -> Message:
        """Send the start of an answer, and return its body, coded if that is to be."""
        headers = {name: value for name, value in start["headers"] if name != b"link"}
        body = message.get("body", b"")
        kind = headers.get(b"content-type", b"").decode("latin-1")
        can_be_coded = start["status"] == _UNCHANGED or (
            coding.compressible(kind) and bool(body) and not message.get("more_body", False)
        )
        if not can_be_coded:
            await self._send(start)
            return message
        changed = {b"vary": _with_encoding(headers.get(b"vary", b""))}
        tag = headers.get(b"etag", b'""').decode("latin-1")
        coded = coding.tagged(tag).encode("latin-1")
        if start["status"] == _UNCHANGED:
            held = self._field(b"if-none-match")
            if self.gzip and (coded in held or held.strip() == b"*"):
                changed[b"etag"] = coded
        elif self.gzip:
            if len(body) > coding.INLINE:
                body = await run_in_threadpool(coding.compress, body)
            else:
                body = coding.compress(body)
            changed[b"content-encoding"] = coding.GZIP
            changed[b"content-length"] = str(len(body)).encode()
            if b"etag" in headers:
                changed[b"etag"] = coded
            message = {**message, "body": body}
        kept = [(name, value) for name, value in start["headers"] if name not in changed]
        await self._send({**start, "headers": [*kept, *changed.items()]})
        return message


def _with_encoding(vary: bytes) -> bytes:
    """Return a Vary field that names Accept-Encoding too (RFC 9110, 12.5.5)."""
    return vary + b", Accept-Encoding" if vary else b"Accept-Encoding"


def _plain_tags(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return a header in which If-None-Match names the plain forms of what it names."""
    return [
        (name, coding.untagged(value.decode("latin-1")).encode("latin-1"))
        if name == b"if-none-match"
        else (name, value)
        for name, value in headers
    ]


def _is_endpoint(path: str) -> bool:
    """Whether a path is that of the endpoint, of the release that is served now or of another."""
    return path == "/sparql" or (path.startswith("/v/") and path.endswith("/sparql"))


def takes_bodies(path: str) -> bool:
    """Whether a path is served by POST too; the endpoint aside, which takes QUERY as well."""
    is_resolve = path == "/resolve" or (path.startswith("/v/") and path.endswith("/resolve"))
    return is_resolve or path == "/validate"


def _options(scope: Scope) -> Response:
    """Return 204 with the methods of the path; for a preflight, what it may send (Fetch, 3.2)."""
    path = scope["path"]
    methods = READ_METHODS
    if _is_endpoint(path):
        methods = SPARQL_METHODS
    elif takes_bodies(path):
        methods = BODY_METHODS
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
