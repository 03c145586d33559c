"""Answers that were given before, found by the bytes of the request, before a route is looked for.

What may be kept says so itself: an answer to GET with a strong validator that is public, and comes
whole. It is kept as it is sent, coded or not, for one release and one host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausegraph.web import coding
from clausegraph.web.answercache import AnswerCache, Kept, RawKey
from clausegraph.web.edge import BODILESS
from clausegraph.web.record import record_of
from clausegraph.web.replies import Reply, Short

CACHE_HEADER = b"clausegraph-cache"

_OK, _UNCHANGED = 200, 304
_LONGEST = 8192  # bytes of a request by which its answer is found
_ANY = b"*"  # the answer is the same in every language
_KEYED = (b"host", b"accept", b"accept-encoding", b"accept-language", b"if-none-match")
_UNKEYED = frozenset({b"authorization", b"range", b"accept-datetime", b"accept-profile"})
_ABOUT_BODY = frozenset({b"content-length", b"content-type", b"content-encoding", b"link"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer depends on; `held` is the If-None-Match field, `gzip` if that is taken."""

    address: bytes
    host: bytes
    accept: bytes
    language: bytes
    gzip: bool
    held: bytes
    scheme: str
    release: str

    def key(self, language: bytes) -> RawKey:
        """Return what the answer is found by."""
        form = b"gzip" if self.gzip else b""
        return (
            self.release,
            self.scheme,
            self.address,
            self.host,
            self.accept + b"\n" + language,
            form,
        )


def read(scope: Scope, release: str) -> Asked | None:
    """Return what the answer to a GET depends on, or None where that takes more than its bytes."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _UNKEYED or (name in found and name in _KEYED):
            return None
        found[name] = value
    host, accept, coded, language, held = (found.get(name, b"") for name in _KEYED)
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    root = scope.get("root_path", "").encode()
    address = b"%b\n%b?%b" % (root, raw.partition(b"?")[0], scope["query_string"])
    if not host or len(address) + len(host) + len(accept) + len(language) > _LONGEST:
        return None
    gzip = coding.accepts_gzip(coded.decode("latin-1"))
    return Asked(address, host, accept, language, gzip, held, scope["scheme"], release)


@dataclass(frozen=True)
class Recall:
    """Stands before the routes; `release` names what they answer from."""

    app: ASGIApp
    cache: AnswerCache
    release: Callable[[], str | None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or have it answered and keep that."""
        release = self.release() if _is_read(scope) else None
        asked = read(scope, release) if release else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        kept = self.find(asked)
        if kept is not None:
            record = record_of(scope)
            record.release = asked.release
            reply = _reply(kept, asked)
            record.cache = "hit" if reply.status == _OK else "held"
            await reply(scope, receive, send)
        elif scope.get(BODILESS):
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, _Keeping(self, asked, scope, send))

    def shortcut(self, scope: Scope, release: str) -> Short | None:
        """Return what answers a GET that was answered before, found by its bytes alone."""
        asked = read(scope, release) if _is_read(scope) else None
        kept = None if asked is None else self.find(asked)
        if asked is None or kept is None:
            return None
        if not asked.held:
            return Short(_OK, (*kept.headers, (CACHE_HEADER, b"hit")), kept.body, "")
        if asked.held not in (value for name, value in kept.headers if name == b"etag"):
            return None
        left = tuple(item for item in kept.headers if item[0] not in _ABOUT_BODY)
        return Short(_UNCHANGED, left, b"", "")

    def find(self, asked: Asked) -> Kept | None:
        """Return the answer, or None where none is kept."""
        return self.cache.find(asked.key(_ANY)) or self.cache.find(asked.key(asked.language))

    def remember(self, asked: Asked, tag: str, vary: bytes) -> None:
        """Find the answer that is kept under `tag` for everyone who asks in the same way."""
        language = asked.language if b"accept-language" in vary.lower() else _ANY
        self.cache.remember(asked.key(language), tag)


@dataclass
class _Keeping:
    """Sends an answer on, and keeps it if it may be kept."""

    recall: Recall
    asked: Asked
    scope: Scope
    send: Send
    _start: Message | None = field(default=None)

    async def __call__(self, message: Message) -> None:
        """Take one message of the application (ASGI, HTTP connection scope)."""
        if message["type"] == "http.response.start":
            headers: dict[bytes, bytes] = dict(message["headers"])
            if message["status"] == _OK and _may_be_kept(headers):
                self._start = message
                return
            if _is_public(headers) and (message["status"] == _UNCHANGED or CACHE_HEADER in headers):
                self._remember(headers, is_held=message["status"] == _UNCHANGED)
        if self._start is None:
            await self.send(message)
            return
        start, self._start = self._start, None
        if message.get("more_body"):
            await self.send(start)
            await self.send(message)
            return
        kept, vary = await _kept(start, message.get("body", b""), self.asked)
        self.recall.cache.put(kept)
        self.recall.remember(self.asked, kept.etag, vary)
        record_of(self.scope).cache = "miss"
        fields = [*kept.headers, (CACHE_HEADER, b"miss")]
        await self.send({**start, "headers": fields})
        await self.send({**message, "body": kept.body})

    def _remember(self, headers: Mapping[bytes, bytes], *, is_held: bool) -> None:
        """Find what is kept already under its validator by the request's bytes, too."""
        tag = headers.get(b"etag", b"").decode("latin-1")
        if is_held and self.asked.gzip:  # A 304 is told of the plain form at this place.
            tag = coding.tagged(tag)
        self.recall.remember(self.asked, tag, headers.get(b"vary", b""))


def _is_read(scope: Scope) -> bool:
    """Whether this is a GET; each release below `/v/` has a recall of its own."""
    is_get: bool = scope["type"] == "http" and scope["method"] == "GET"
    return is_get and not scope["path"].startswith("/v/")


def _may_be_kept(headers: Mapping[bytes, bytes]) -> bool:
    """Whether an answer says that it may be kept, and how it is told from others."""
    return (
        b"etag" in headers
        and _is_public(headers)
        and not headers.keys() & {b"set-cookie", b"content-encoding", CACHE_HEADER}
        and b"accept-encoding" not in headers.get(b"vary", b"").lower()
    )


def _is_public(headers: Mapping[bytes, bytes]) -> bool:
    """Whether an answer may be given to whoever asks the same, without asking for it anew."""
    return headers.get(b"cache-control", b"").startswith(b"public")


async def _kept(start: Message, body: bytes, asked: Asked) -> tuple[Kept, bytes]:
    """Return an answer as it is sent, coded if that is to be, and what it was chosen by."""
    headers = dict(start["headers"])
    tag, vary = headers[b"etag"].decode("latin-1"), headers.get(b"vary", b"Accept")
    kind = headers.get(b"content-type", b"").decode("latin-1")
    if asked.gzip and len(body) >= coding.SMALLEST and coding.compressible(kind):
        is_long = len(body) > coding.INLINE
        body = await run_in_threadpool(coding.compress, body) if is_long else coding.compress(body)
        tag = coding.tagged(tag)
        headers[b"content-encoding"] = coding.GZIP
    headers[b"etag"] = tag.encode("latin-1")
    headers[b"vary"] = vary + b", Accept-Encoding"
    headers[b"content-length"] = str(len(body)).encode()
    name = f"{tag} {asked.scheme} {asked.host!r} {asked.address!r}"
    return Kept("", name, tuple(headers.items()), body), vary


def unchanged(kept: Kept) -> list[tuple[bytes, bytes]]:
    """Return the fields of a 304 for whoever holds a kept answer (RFC 9110, 15.4.5)."""
    headers = dict(kept.headers)
    headers[b"etag"] = _plain_tag(kept)
    headers[b"vary"] = headers[b"vary"].removesuffix(b", Accept-Encoding")
    return [item for item in headers.items() if item[0] not in _ABOUT_BODY]


def _plain_tag(kept: Kept) -> bytes:
    tag = dict(kept.headers)[b"etag"].decode("latin-1")
    return coding.untagged(tag).encode("latin-1")


def _reply(kept: Kept, asked: Asked) -> Reply:
    """Return a kept answer, or 304 where the client holds it (RFC 9110, 15.4.5).

    What the client holds is named by the tags of plain answers: whoever codes answers later sees
    to that, and to the Vary field of a 304.
    """
    if asked.held:
        tag = _plain_tag(kept)
        tags = {item.strip().removeprefix(b"W/") for item in asked.held.split(b",")}
        if tags & {b"*", tag}:
            return Reply(_UNCHANGED, unchanged(kept))
    return Reply(_OK, [*kept.headers, (CACHE_HEADER, b"hit")], kept.body)
