"""Messages between our processes: a length-prefixed JSON header and a body of bytes.

A frame is a big-endian 4-byte length of the header, an 8-byte length of the body, the 8-byte float
of a lease, the header in UTF-8, the body. The lease of a question is the time of the monotonic
clock after which it is not to be begun, 0 for none. Sockets are used blocking: a process that may
open no file cannot poll either.
Most headers are the same as one before, and are written and read once.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from pyoxigraph import QueryResultsFormat, RdfFormat

from clausegraph.engine.guard import MAXIMUM_BYTES, MAXIMUM_OWN, encoded
from clausegraph.engine.interface import Dataset, Kind, Query, Symptom
from clausegraph.errors import OUTCOMES, ClausegraphError, UnknownResource, UsageError
from clausegraph.formats import Syntax

Header = Mapping[str, Any]
Frame = tuple[Header, bytes]

HEAD = struct.Struct("!IQd")

_LEASE = struct.Struct("!d")
_LEASE_AT = HEAD.size - _LEASE.size  # bytes from the start

_SMALL = 64 * 1024
_READ = 16 * 1024  # bytes; hardly any query has more
_SHORT = 1024  # bytes of a header that may come again
_KEPT = 512  # headers
_FRAME = b'"frame":{'
_ERRORS = {kind.__name__: kind for kind in OUTCOMES}


class Stream(Protocol):
    """What blocks until it has sent, or received something: a socket, for one."""

    def recv_into(self, buffer: memoryview, /) -> int:
        """Fill some of the buffer, and return how much; 0 once the other side has closed."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of it."""


def head(header: Header) -> bytes:
    """Return a header as bytes."""
    return json.dumps(header, separators=(",", ":")).encode()


def pack(header: Header, body: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    return framed(head(header), body)


def framed(written: bytes, body: bytes) -> bytes:
    """Return a frame, its header written already, as bytes."""
    return b"".join((HEAD.pack(len(written), len(body), 0.0), written, body))


def leased(frame: bytes, lease: float) -> bytes:
    """Return a frame with another lease."""
    return b"".join((frame[:_LEASE_AT], _LEASE.pack(lease), frame[HEAD.size :]))


def header_of(written: bytes) -> Header:
    """Return a header that was received; it may be another frame's too: it is not to be changed."""
    is_common = len(written) <= _SHORT and _FRAME not in written  # A frame may be written into.
    found: Header = _read(written) if is_common else json.loads(written)
    return found


_read = lru_cache(_KEPT)(json.loads)


def send(sock: Stream, header: Header, body: bytes = b"") -> None:
    """Send a frame over a blocking socket."""
    send_framed(sock, head(header), body)


def send_framed(sock: Stream, written: bytes, body: bytes) -> None:
    """Send a frame, its header written already, over a blocking socket."""
    if len(body) <= _SMALL:
        sock.sendall(framed(written, body))
        return
    sock.sendall(HEAD.pack(len(written), len(body), 0.0) + written)
    sock.sendall(body)


def receive(sock: Stream) -> Frame | None:
    """Wait for a frame on a blocking socket; None once the other side has closed it."""
    head = _exactly(sock, HEAD.size)
    if head is None:
        return None
    header_size, body_size, _ = HEAD.unpack(head)
    payload = _exactly(sock, header_size + body_size)
    if payload is None:
        return None
    return header_of(bytes(payload[:header_size])), bytes(payload[header_size:])


class Inbox:
    """What a worker is asked over a blocking socket; one read may get several questions."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._read = b""

    def next(self) -> tuple[Frame, float] | None:
        """Wait for a question and its lease; None once the other side has closed."""
        data = self._read or self._sock.recv(_READ)
        if not data:
            return None
        if (missing := HEAD.size - len(data)) > 0:
            data += _exactly(self._sock, missing) or b""
            if len(data) < HEAD.size:
                return None
        header_size, body_size, lease = HEAD.unpack_from(data)
        start = HEAD.size + header_size
        end = start + body_size
        if (missing := end - len(data)) > 0:
            rest = _exactly(self._sock, missing)
            if rest is None:
                return None
            data += rest
        self._read = data[end:]
        return (header_of(data[HEAD.size : start]), data[start:end]), lease


def _exactly(sock: Stream, size: int) -> bytearray | None:
    """Read `size` bytes, or return None where the other side closes before."""
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = sock.recv_into(view[got:])
        if count == 0:
            return None
        got += count
    return data


def error_header(error: ClausegraphError) -> Header:
    """Return a header that tells of an error."""
    return {
        "error": type(error).__name__,
        "message": error.message,
        "file": None if error.file is None else str(error.file),
        "line": error.line,
        "column": error.column,
        "offset": error.offset,
        "expected": error.expected,
        "remedy": error.remedy,
    }


def error_of(header: Header) -> ClausegraphError:
    """Return the error that a header tells of."""
    kind = _ERRORS.get(header["error"], ClausegraphError)
    if issubclass(kind, UnknownResource):
        return kind(header["message"])
    return kind(
        header["message"],
        file=header["file"],
        line=header["line"],
        column=header["column"],
        offset=header["offset"],
        expected=tuple(header["expected"]),
        remedy=header["remedy"],
    )


def query_frame(query: Query, symptom: Symptom | None = None) -> bytes:
    """Return a query as a frame, or what asks why it gave nothing; raises what guard.encoded
    raises."""
    body = encoded(query.text, MAXIMUM_OWN if query.is_ours else MAXIMUM_BYTES)
    syntaxes = tuple(map(_engine_name, (query.solutions, query.boolean, query.graph)))
    flags = (query.compact, query.may_spool, query.is_ours)
    given = query.dataset or query.substitutions or query.first or query.profile
    if given or query.frame is not None or symptom or query.task != "query":
        return framed(_query_head(syntaxes, flags, query.base, query, symptom), body)
    return framed(_plain_head(syntaxes, flags, query.base), body)


def query_of(header: Header, body: bytes) -> Query:
    """Return the query of a frame; its syntaxes know no more than what the engine calls them."""
    dataset = header["dataset"]
    solutions, boolean, graph = header["syntaxes"]
    compact, may_spool, is_ours = header["flags"]
    return Query(
        text=body.decode(),
        solutions=_results_syntax(solutions),
        boolean=_results_syntax(boolean),
        graph=_graph_syntax(graph),
        dataset=None if dataset is None else Dataset(*(tuple(graphs) for graphs in dataset)),
        substitutions=header["substitutions"],
        base=header["base"],
        compact=compact,
        first=header["first"],
        frame=header["frame"],
        profile=header["profile"],
        is_ours=is_ours,
        may_spool=may_spool,
        task=header["task"],
    )


@lru_cache(_KEPT)
def answer_head(
    kind: Kind, size: int | None, flags: tuple[bool, bool, bool, bool], prefixes: tuple[str, ...]
) -> bytes:
    """Return the header of an answer: its kind, its size if it is in the worker's file, whether it
    is empty, is volatile, was the last before the worker leaves, and came quickly, and the prefixes
    it needed."""
    is_empty, is_volatile, retire, is_quick = flags
    header = {
        "kind": kind,
        "size": size,
        "empty": is_empty,
        "volatile": is_volatile,
        "retire": retire,
        "quick": is_quick,
        "prefixes": prefixes,
    }
    return head(header)


@lru_cache(_KEPT)
def _plain_head(
    syntaxes: tuple[str | None, ...], flags: tuple[bool, ...], base: str | None
) -> bytes:
    """Return the header of a query that has a text and nothing else."""
    return _query_head(syntaxes, flags, base, None, None)


def _query_head(
    syntaxes: tuple[str | None, ...],
    flags: tuple[bool, ...],
    base: str | None,
    query: Query | None,
    symptom: Symptom | None,
) -> bytes:
    """Return the header of a query."""
    named = query.dataset if query else None
    header = {
        "syntaxes": syntaxes,
        "flags": flags,
        "base": base,
        "dataset": named and [named.default_graphs, named.named_graphs],
        "substitutions": dict(query.substitutions) if query else {},
        "first": query.first if query else None,
        "frame": None if query is None or query.frame is None else dict(query.frame),
        "profile": query.profile if query else "",
        "task": query.task if query else "query",
        "diagnose": symptom,
    }
    return head(header)


def _engine_name(syntax: Syntax | None) -> str | None:
    """Return the media type by which the engine knows a syntax."""
    if syntax is None:
        return None
    if syntax.engine is None:
        raise UsageError(f"The engine writes no {syntax.name}.")
    return syntax.engine.media_type


@lru_cache(_KEPT)
def _results_syntax(media_type: str | None) -> Syntax | None:
    """Return the syntax for SELECT and ASK that has an engine's media type."""
    engine = media_type and QueryResultsFormat.from_media_type(media_type)
    return Syntax(engine.name, engine.media_type, "", engine) if engine else None


@lru_cache(_KEPT)
def _graph_syntax(media_type: str | None) -> Syntax | None:
    """Return the syntax for graphs that has an engine's media type."""
    engine = media_type and RdfFormat.from_media_type(media_type)
    return Syntax(engine.name, engine.media_type, "", engine) if engine else None
