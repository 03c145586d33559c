"""The reading half of a connection: bytes in, checked requests out."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Protocol
from urllib.parse import unquote

import httptools
from starlette.types import Scope

from clausegraph.web import refusals, target
from clausegraph.web.exchange import Exchange
from clausegraph.web.gate import Patience
from clausegraph.web.problems import Problem
from clausegraph.web.refusals import Refused
from clausegraph.web.target import TARGET_BYTES

HEADER_BYTES = 128 * 1024  # of a request's first line and fields together
MOST_FIELDS = 100

_ASGI = {"version": "3.0", "spec_version": "2.3"}
_WATCHED = frozenset({b"host", b"content-length", b"transfer-encoding", b"expect"})
_ONCE = frozenset({b"host", b"transfer-encoding"})  # two of it can be read in two ways
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+( |$)")


class Phase(IntEnum):
    """What of a request is being read."""

    NOTHING = 0
    HEADER = 1
    BODY = 2


class Taker(Protocol):
    """The connection, which takes requests in the order in which they come."""

    def located(self, scope: Scope) -> None:
        """Add to the scope of a request where it comes from."""

    def take(self, scope: Scope, *, keep_alive: bool) -> None:
        """Take a whole request without a body."""

    def expect(self, scope: Scope, *, keep_alive: bool, expects: bool) -> Exchange:
        """Take a request whose body is still to come."""


class Reader:
    """Feeds the parser, and hands over what it finds.

    `phase` is what the last byte belonged to, `since` when that began (the first header begins with
    the connection), `heard` when the last byte came; `incoming` is the exchange whose body is being
    read; `finished` is set once a request has announced that it is the last. The `on_` methods are
    the parser's (httptools.HttpRequestParser).
    """

    def __init__(self, taker: Taker, now: float) -> None:
        self._taker = taker
        self._parser = httptools.HttpRequestParser(self)
        self._fields: list[tuple[bytes, bytes]] = []
        self._watched: dict[bytes, bytes] = {}
        self._host: bytes | None = None  # the last one that was found to be a host
        self._scope: Scope | None = None
        self._keep_alive = True
        self._quiet = 0  # bytes since the start of the header, or since the last byte of the body
        self._is_upgrade = False
        self.target = b""
        self.phase = Phase.NOTHING
        self.incoming: Exchange | None = None
        self.finished = False
        self.since = self.heard = now
        self._is_first = True

    def feed(self, data: bytes) -> None:
        """Read on; raises Refused where the request can go no further."""
        if self.finished:
            return
        self._quiet += len(data)
        self._parse(data)
        if self.phase != Phase.NOTHING:
            if self._quiet > HEADER_BYTES:
                raise self._too_much()
            if len(self._fields) > MOST_FIELDS:
                raise self._too_many()

    def _parse(self, data: bytes) -> None:
        """Have the parser read on, and raise Refused for whatever it does not take."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as error:
            if isinstance(error.__context__, Refused):
                raise error.__context__ from None
            raise
        except httptools.HttpParserError as error:
            if not self.finished:  # else it is what came after the last request
                raise self._refused(error, data) from None

    def late(self, now: float, patience: Patience) -> Problem | None:
        """Return what to tell a client whose request takes too long, if it does."""
        waited = now - self.since
        if self.phase == Phase.HEADER and waited > patience.header:
            detail = f"The header was not whole after {patience.header:g} seconds."
            return refusals.too_slow(detail, self.target)
        pause = now - self.heard
        if self.phase == Phase.BODY and (waited > patience.body or pause > patience.pause):
            detail = (
                f"The body was not whole after {patience.body:g} seconds, "
                f"or paused for more than {patience.pause:g}."
            )
            return refusals.too_slow(detail, self.target)
        return None

    def close(self) -> None:
        """Let go of the parser, which holds this object."""
        self.finished = True
        self.incoming = None
        del self._parser

    def _refused(self, error: httptools.HttpParserError, data: bytes) -> Refused:
        """Return what to tell a client whose bytes the parser does not take."""
        if isinstance(error, httptools.HttpParserInvalidMethodError):
            if _TOKEN.match(data.lstrip(b"\r\n")):
                return Refused(refusals.unknown_method())
            return Refused(refusals.malformed("What was sent does not begin like a request."))
        reason = str(error)
        if reason in ("Invalid HTTP version", "Pause on PRI/Upgrade"):
            return Refused(refusals.unknown_version(self.target))
        return Refused(refusals.malformed(f"The request cannot be read: {reason}.", self.target))

    def _too_much(self) -> Refused:
        detail = (
            f"The header, or what stands between the parts of the body, has more than "
            f"{HEADER_BYTES:,} bytes."
        )
        return Refused(refusals.too_much(detail, self.target))

    def _too_many(self) -> Refused:
        detail = f"The header has more than {MOST_FIELDS} fields."
        return Refused(refusals.too_much(detail, self.target))

    def _without_upgrade(self, rest: bytes) -> None:
        """Read the request again as if it asked for no other protocol (RFC 9110, section 7.8).

        The parser stops at such a header, and takes what follows for the other protocol.
        """
        self._is_upgrade = False
        version = self._parser.get_http_version().encode("ascii")
        line = b"%b %b HTTP/%b\r\n" % (self._parser.get_method(), self.target, version)
        kept = [field for field in self._fields if field[0] != b"upgrade"]
        lines = b"".join([b"%b: %b\r\n" % field for field in kept])
        self._parser = httptools.HttpRequestParser(self)
        self.feed(line + lines + b"\r\n" + rest)

    # Called by the parser

    def on_message_begin(self) -> None:
        """A request begins."""
        self.target = b""
        self._fields = []
        self._watched = {}
        self._quiet = 0
        self.phase = Phase.HEADER
        if not self._is_first:
            self.since = self.heard
        self._is_first = False

    def on_url(self, piece: bytes) -> None:
        """A piece of the target is here."""
        self.target += piece
        if len(self.target) > TARGET_BYTES:
            raise Refused(refusals.too_long(TARGET_BYTES, self.target))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field is here; after a chunked body it goes into a list that nobody reads."""
        name = name.lower()
        if name in _WATCHED:
            if name in _ONCE and name in self._watched and self.phase == Phase.HEADER:
                detail = f"There are two {name.decode('ascii').title()} fields."
                raise Refused(refusals.malformed(detail, self.target))
            self._watched[name] = value
        self._fields.append((name, value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """The header is whole: check it, and hand over the request if a body is to come."""
        parser = self._parser
        method = parser.get_method().decode("ascii")
        if parser.should_upgrade():
            if method == "CONNECT":
                raise Refused(refusals.unknown_method())
            self._is_upgrade = True
            return
        version = parser.get_http_version()
        scope = self._checked(method, version)
        self._keep_alive = parser.should_keep_alive()
        self._fields = []
        self._quiet = 0
        watched = self._watched
        if b"content-length" in watched or b"transfer-encoding" in watched:
            self.phase = Phase.BODY
            self.since = self.heard
            expects = version == "1.1" and watched.get(b"expect", b"").lower() == b"100-continue"
            keep_alive = self._keep_alive
            self.incoming = self._taker.expect(scope, keep_alive=keep_alive, expects=expects)
        else:
            self._scope = scope

    def on_body(self, piece: bytes) -> None:
        """A piece of the body is here."""
        self._quiet = 0
        if self.incoming is not None:
            self.incoming.feed(piece)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._is_upgrade:
            return
        self.phase = Phase.NOTHING
        self.finished = not self._keep_alive
        if self.incoming is not None:
            incoming, self.incoming = self.incoming, None
            incoming.end()
        elif self._scope is not None:
            scope, self._scope = self._scope, None
            self._taker.take(scope, keep_alive=self._keep_alive)

    def _checked(self, method: str, version: str) -> Scope:
        """Return the scope of the request whose header is here, or raise Refused."""
        if version not in ("1.1", "1.0"):
            raise Refused(refusals.unknown_version(self.target))
        watched, fields = self._watched, self._fields
        host = watched.get(b"host")
        if host is None or host != self._host:
            target.check_host(version, host and host.strip(b" \t"), self.target)
            self._host = host
        if len(watched) > 1:
            target.check_coding(version, watched, self.target)
        if len(fields) > MOST_FIELDS:
            raise self._too_many()
        path, query, named = target.read(method, self.target)
        if named is not None:
            fields = [(b"host", named), *(one for one in fields if one[0] != b"host")]
        text = path.decode("ascii")
        scope: Scope = {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "method": method,
            "path": unquote(text) if "%" in text else text,
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": fields,
        }
        self._taker.located(scope)
        return scope
