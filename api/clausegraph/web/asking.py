"""From a query to its reply: what the client holds, what is kept, what the engine says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Scope

from clausegraph.engine import Answer, Begun, Diagnosis, Engine
from clausegraph.errors import EngineBusy
from clausegraph.formats import HTML
from clausegraph.settings import Settings
from clausegraph.web import coding
from clausegraph.web.answercache import AnswerCache, Headers, Kept, RawKey, raw_key
from clausegraph.web.answers import LATEST, MEDIA_TYPE_PARAMETER, NO_STORE, choice
from clausegraph.web.call import KINDS, Call
from clausegraph.web.citable import cited, cited_by_get
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.pages import Pages
from clausegraph.web.permalink import digest_of
from clausegraph.web.replies import Downloads, Reply, Short, SpooledReply, pieces
from clausegraph.web.suspicion import Suspicion
from clausegraph.web.waiting import Patrol

LARGEST_SHOWN = 4 * 2**20  # bytes of a result that a page is made from
HIT = (b"clausegraph-cache", b"hit")
MISS = (b"clausegraph-cache", b"miss")
BEGUN = "clausegraph.begun"  # in the scope of a request whose query has been asked already

_OK = 200
_PAGE = (b"content-type", HTML.content_type.encode())
_UNCHANGED = 304
_VARY = b"Accept, Accept-Encoding"
_PUBLIC = (b"cache-control", LATEST.encode())
_NAMED = frozenset({b"vary", RELEASE_HEADER.lower().encode()})
_OTHER_DIGEST = b"The answer is not byte for byte the one whose digest the address names."
_LONGEST_HINT = 1000  # characters of a field
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Asking:
    """Answers queries from the cache, or from the engine."""

    engine: Engine
    pages: Pages
    settings: Settings
    cache: AnswerCache
    downloads: Downloads
    patrol: Patrol = field(default_factory=Patrol)

    async def answer(self, call: Call) -> ASGIApp:
        """Return the reply to a query, or raise the ClausegraphError that it met."""
        begun: Begun | None = call.scope.get(BEGUN)
        if begun is not None:  # It was asked since it is not kept, and the client does not hold it.
            return await self._fresh(call, begun)
        release = call.record.release = self.engine.release
        plain = call.etag(release)
        forms = (coding.tagged(plain), plain) if call.takes_gzip else (plain,)
        for form in forms:
            # Only a tag that was handed out is held, and only for an answer that stays the same.
            if form in call.held:
                call.record.cache = "held"
                return self._unchanged(call, form, release)
        kept = next((found for form in forms if (found := self.cache.get(form))), None)
        if kept is None:
            return await self._fresh(call)
        call.record.cache = "hit"
        return await self._reply(call, kept, HIT)

    async def _fresh(self, call: Call, begun: Begun | None = None) -> ASGIApp:
        """Ask the engine, unless that has `begun`."""
        call.record.cache = "miss"
        query = call.query()
        seconds = min(query.timeout or self.settings.timeout, self.settings.timeout)
        since = None if begun is None else begun.turn.came
        with Suspicion(self.engine, query, seconds, since) as suspicion:
            asked = self.engine.query(query) if begun is None else begun.whole()
            work = self.patrol.unless_left(call.receive, asked, suspicion.wait)
            result = await suspicion.explained(work)
        call.record.seconds, call.record.release = result.seconds, result.release
        why = None
        if result.is_empty and call.explains_empty:
            why = await self.engine.diagnose(query, "empty")
        plain = call.etag(result.release)
        headers = _headers(call, result, why)
        is_page = call.is_page(result.kind)
        if result.spool is not None and not is_page:
            return await self._spooled(call, result, plain, headers)
        body, digest = result.body, ""
        if is_page:
            body = await run_in_threadpool(self._page, call, result, why)
        elif not call.profile:  # A permalink names a media type, and no form of it.
            digest = digest_of((body,))
        kept = _kept(call.asked.text, plain, headers, body, digest)
        # Why there is nothing may be found out the next time: a page is another one then.
        is_unexplained = why is None and result.is_empty and call.explains_empty
        changes = result.is_volatile or (is_unexplained and is_page)
        if changes or call.kind not in {"", result.kind}:
            return await self._reply(call, kept, MISS, stays=False)
        if not is_unexplained:
            self.cache.put(kept)
        return await self._reply(call, kept, MISS)

    async def _reply(
        self, call: Call, kept: Kept, seen: tuple[bytes, bytes], *, stays: bool = True
    ) -> Reply:
        """Return an answer as it is sent to this client: coded if it takes that."""
        if call.takes_gzip and len(kept.body) >= coding.SMALLEST and not _is_coded(kept):
            kept = await self._coded(kept, keep=stays and self.cache.get(kept.etag) is not None)
        if seen is HIT:  # What is asked a second time may be asked a third.
            self.cache.remember(self._raw_key(call), kept.etag)
        if stays and "*" in call.held:
            return self._unchanged(call, kept.etag, call.record.release)
        return self._sent(call, kept, seen, stays=stays)

    def at_once(self, call: Call, result: Answer) -> Reply | None:
        """Return the reply with an answer that has just come, or None where more is to be done than
        to send it as it is: `call` is as its form announces, and holds nothing."""
        body = result.body
        if (
            result.spool is not None
            or result.is_volatile
            or result.kind != call.kind
            or result.release != call.record.release
            or (call.takes_gzip and len(body) >= coding.SMALLEST)
        ):
            return None
        call.record.cache, call.record.seconds = "miss", result.seconds
        digest = "" if call.profile else digest_of((body,))
        headers = _headers(call, result, None)
        kept = _kept(call.asked.text, call.etag(result.release), headers, body, digest)
        self.cache.put(kept)
        return self._sent(call, kept, MISS, stays=True)

    def _sent(self, call: Call, kept: Kept, seen: tuple[bytes, bytes], *, stays: bool) -> Reply:
        """Return an answer with the fields that it is sent with."""
        headers = (*kept.headers, _caching(call, stays=stays), seen)
        own = self._fields(call, kept.etag if stays else "")
        if stays:
            own += _citing(call, headers[0][1], kept.digest)
        is_plain = headers[0] != _PAGE
        return Reply(_OK, headers, kept.body, own, is_plain)

    async def _coded(self, kept: Kept, *, keep: bool) -> Kept:
        """Return the gzip form of an answer."""
        if len(kept.body) > coding.INLINE:
            body = await run_in_threadpool(coding.compress, kept.body)
        else:
            body = coding.compress(kept.body)
        headers = {**dict(kept.headers), b"content-encoding": coding.GZIP}
        coded = _kept(kept.query, coding.tagged(kept.etag), headers, body, kept.digest)
        if keep:
            self.cache.put(coded)
        return coded

    async def _spooled(
        self, call: Call, result: Answer, plain: str, headers: dict[bytes, bytes]
    ) -> SpooledReply:
        """Return the reply that sends a body from its file."""
        assert result.spool is not None  # noqa: S101
        client = call.record.client
        try:
            self.downloads.begin(client)
        except EngineBusy:
            result.spool.close()
            raise
        try:
            digest = (
                "" if call.profile else await run_in_threadpool(digest_of, pieces(result.spool))
            )
        except BaseException:
            result.spool.close()
            self.downloads.end(client)
            raise
        tag = coding.tagged(plain) if call.takes_gzip else plain
        if call.takes_gzip:
            headers[b"content-encoding"] = coding.GZIP
        else:
            headers[b"content-length"] = str(result.spool.size).encode()
        stays = not result.is_volatile
        fields = self._fields(call, tag if stays else "")
        if stays:
            fields += _citing(call, headers[b"content-type"], digest)
        return SpooledReply(
            [*headers.items(), _caching(call, stays=stays), *fields, MISS],
            result.spool,
            call.takes_gzip,
            partial(self.downloads.end, client),
        )

    def _unchanged(self, call: Call, tag: str, release: str) -> Reply:
        """Return 304 (RFC 9110, 15.4.5)."""
        named = [(b"vary", _VARY), (RELEASE_HEADER.lower().encode(), release.encode())]
        return Reply(_UNCHANGED, [*named, _caching(call, stays=True), *self._fields(call, tag)])

    def _fields(self, call: Call, tag: str) -> list[tuple[bytes, bytes]]:
        """Return the fields that hardly any other answer has; `tag` is empty for no validator."""
        fields = [(b"etag", tag.encode())] if tag else []
        if self.lowers(call.asked.timeout):
            fields.append((b"clausegraph-timeout", f"{self.settings.timeout:g}".encode()))
        return fields

    def lowers(self, timeout: float | None) -> bool:
        """Whether a client's own deadline is lowered to ours."""
        return timeout is not None and timeout > self.settings.timeout

    @staticmethod
    def _raw_key(call: Call) -> RawKey | None:
        """Return what finds the answer to a GET again before it is read."""
        asked = call.asked
        is_plain = call.scope["method"] == "GET" and asked.timeout is None and not asked.digest
        return raw_key(call.scope, call.record.release) if is_plain else None

    def shortcut(self, scope: Scope, release: str) -> Short | None:
        """Return what answers a GET whose query was asked before, found by its bytes alone."""
        kept = self.cache.find(raw_key(scope, release))
        if kept is None:
            return None
        tag = kept.etag.encode()
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                if value != tag:
                    return None
                named = [item for item in kept.headers if item[0] in _NAMED]
                return Short(_UNCHANGED, (*named, _PUBLIC, (b"etag", tag)), b"", kept.query)
        link = cited_by_get(scope["query_string"], release, kept.headers[0][1], kept.digest)
        own = (_PUBLIC, (b"etag", tag), HIT, *([] if link is None else [(b"link", link)]))
        return Short(_OK, (*kept.headers, *own), kept.body, kept.query)

    def _page(self, call: Call, result: Answer, why: Diagnosis | None) -> bytes:
        """Return the page that shows a result; blocks, so it runs in a thread."""
        shown: dict[str, Any] = {"kind": result.kind, "release": result.release}
        body, shown["size"] = _to_show(result)
        if body is None:
            shown["kind"] = "large"
        elif result.kind == "graph":
            shown["text"] = body.decode()
        else:
            shown["data"] = json.loads(body)
        downloads = []
        request = Request(call.scope)
        for item in KINDS[result.kind] if request.method == "GET" else ():
            url = request.url.include_query_params(**{MEDIA_TYPE_PARAMETER: item.media_type})
            downloads.append((item.name, f"/sparql?{url.query}"))
        return self.pages.render(
            "sparql.html", query=call.asked.text, result=shown, downloads=downloads, why=why
        )


def _caching(call: Call, *, stays: bool) -> tuple[bytes, bytes]:
    """Return the field that says how long an answer may be kept."""
    return b"cache-control", (call.cache_control if stays else NO_STORE).encode()


def _to_show(result: Answer) -> tuple[bytes | None, int]:
    """Return the body that a page is made from, None if it is too large, and its size."""
    if result.spool is None:
        return (result.body if len(result.body) <= LARGEST_SHOWN else None), len(result.body)
    try:
        size = result.spool.size
        return (result.spool.read(0, size) if size <= LARGEST_SHOWN else None), size
    finally:
        result.spool.close()


def _headers(call: Call, result: Answer, why: Diagnosis | None) -> dict[bytes, bytes]:
    """Return the fields of an answer that are the same for whoever asks for it."""
    chosen = call.wanted[result.kind] or choice(result.syntax)
    headers = dict(_common(chosen.content_type, result.release))
    if result.prefixes:
        headers[b"clausegraph-prefixes"] = ", ".join(result.prefixes).encode()
    if chosen.links and chosen.syntax != HTML:
        headers[b"link"] = ", ".join(str(link) for link in chosen.links).encode()
    if why is not None:
        headers[b"clausegraph-hint"] = hint(why).encode()
    return headers


@lru_cache(maxsize=64)
def _common(content_type: str, release: str) -> Headers:
    """Return the fields that every answer of a type and a release has."""
    return (
        (b"content-type", content_type.encode()),
        (b"vary", _VARY),
        (b"accept-ranges", b"none"),
        (RELEASE_HEADER.lower().encode(), release.encode()),
    )


def hint(why: Diagnosis) -> str:
    """Return a diagnosis as the value of a field: one line of printable ASCII."""
    place = f" (line {why.line}, column {why.column})" if why.line else ""
    text = f"{why.message}{place}" + (f" Try: {why.suggestion}" if why.suggestion else "")
    plain = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", " ".join(text.split()))
    return plain.encode("ascii", "backslashreplace").decode()[:_LONGEST_HINT]


def _kept(query: str, tag: str, headers: dict[bytes, bytes], body: bytes, digest: str) -> Kept:
    """Return an answer as it is kept; the first field of its header is its media type."""
    headers[b"content-length"] = b"%d" % len(body)
    return Kept(query, tag, tuple(headers.items()), body, digest)


def _citing(call: Call, content_type: bytes, digest: str) -> list[tuple[bytes, bytes]]:
    """Return what says how an answer is cited, and whether it is still the one that was."""
    raw, asked, release = call.scope["query_string"], call.asked, call.record.release
    if call.scope["method"] == "GET":
        link = cited_by_get(raw, release, content_type, digest)
    else:
        link = cited(asked.text, asked.dataset, release, content_type, digest)
    fields = [] if link is None else [(b"link", link)]
    if digest and asked.digest and asked.digest != digest:
        fields.append((b"clausegraph-notice", _OTHER_DIGEST))
    return fields


def _is_coded(kept: Kept) -> bool:
    """Whether an answer is the gzip form."""
    return any(name == b"content-encoding" for name, _ in kept.headers)
