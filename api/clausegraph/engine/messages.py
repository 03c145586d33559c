"""Messages between our processes: a length-prefixed JSON header and a body of bytes.

A frame is a big-endian 4-byte length of the header, an 8-byte length of the body, the header in
UTF-8, the body. Sockets are used blocking: a process that may open no file cannot poll either.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

from pyoxigraph import QueryResultsFormat, RdfFormat

from clausegraph.engine.guard import MAXIMUM_BYTES, MAXIMUM_OWN, encoded
from clausegraph.engine.interface import Dataset, Query
from clausegraph.errors import OUTCOMES, ClausegraphError, UnknownResource, UsageError
from clausegraph.formats import Syntax

Header = dict[str, Any]
Frame = tuple[Header, bytes]

HEAD = struct.Struct("!IQ")

_SMALL = 64 * 1024
_ERRORS = {kind.__name__: kind for kind in OUTCOMES}


def pack(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    head = json.dumps(header, separators=(",", ":")).encode()
    return b"".join((HEAD.pack(len(head), len(body)), head, body))


def send(sock: socket.socket, header: Mapping[str, Any], body: bytes = b"") -> None:
    """Send a frame over a blocking socket."""
    if len(body) <= _SMALL:
        sock.sendall(pack(header, body))
        return
    head = json.dumps(header, separators=(",", ":")).encode()
    sock.sendall(HEAD.pack(len(head), len(body)) + head)
    sock.sendall(body)


def receive(sock: socket.socket) -> Frame | None:
    """Wait for a frame on a blocking socket; None once the other side has closed it."""
    head = _exactly(sock, HEAD.size)
    if head is None:
        return None
    header_size, body_size = HEAD.unpack(head)
    payload = _exactly(sock, header_size + body_size)
    if payload is None:
        return None
    return json.loads(payload[:header_size]), bytes(payload[header_size:])


def _exactly(sock: socket.socket, size: int) -> bytearray | None:
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
        remedy=header["remedy"],
    )


def query_frame(query: Query) -> bytes:
    """Return a query as a frame; raises what guard.encoded raises."""
    named = query.dataset
    header = {
        "solutions": _engine_name(query.solutions),
        "boolean": _engine_name(query.boolean),
        "graph": _engine_name(query.graph),
        "dataset": None if named is None else [named.default_graphs, named.named_graphs],
        "substitutions": dict(query.substitutions),
        "base": query.base,
        "compact": query.compact,
        "first": query.first,
        "frame": None if query.frame is None else dict(query.frame),
    }
    return pack(header, encoded(query.text, MAXIMUM_OWN if query.is_ours else MAXIMUM_BYTES))


def query_of(header: Header, body: bytes) -> Query:
    """Return the query of a frame; its syntaxes know no more than what the engine calls them."""
    dataset = header["dataset"]
    return Query(
        text=body.decode(),
        solutions=_results_syntax(header["solutions"]),
        boolean=_results_syntax(header["boolean"]),
        graph=_graph_syntax(header["graph"]),
        dataset=None if dataset is None else Dataset(*(tuple(graphs) for graphs in dataset)),
        substitutions=header["substitutions"],
        base=header["base"],
        compact=header["compact"],
        first=header["first"],
        frame=header["frame"],
    )


def _engine_name(syntax: Syntax | None) -> str | None:
    """Return the media type by which the engine knows a syntax."""
    if syntax is None:
        return None
    if syntax.engine is None:
        raise UsageError(f"The engine writes no {syntax.name}.")
    return syntax.engine.media_type


def _results_syntax(media_type: str | None) -> Syntax | None:
    """Return the syntax for SELECT and ASK that has an engine's media type."""
    engine = media_type and QueryResultsFormat.from_media_type(media_type)
    return Syntax(engine.name, engine.media_type, "", engine) if engine else None


def _graph_syntax(media_type: str | None) -> Syntax | None:
    """Return the syntax for graphs that has an engine's media type."""
    engine = media_type and RdfFormat.from_media_type(media_type)
    return Syntax(engine.name, engine.media_type, "", engine) if engine else None
