"""A worker: a process that can only read one store, and answer one query after the other."""

from __future__ import annotations

import os
import socket
from typing import Any

from clausegraph import jsonld, vocabulary
from clausegraph.engine import messages
from clausegraph.engine.evaluation import Evaluator
from clausegraph.engine.interface import Limits
from clausegraph.engine.messages import Frame
from clausegraph.engine.process import confine, peak_memory
from clausegraph.errors import ClausegraphError, QueryMemoryExceeded

_GROWTH = 256 * 2**20  # bytes; a worker that has grown by more retires after its answer
_DRAWS = 100  # by itself: more 16-byte identifiers than the 64 KiB after which the engine reseeds


def warm_up() -> None:
    """Read everything that answers may need from files: a worker can open none."""
    vocabulary.prefixes()
    jsonld.compact(b"[]")


def serve(sock: socket.socket, evaluator: Evaluator) -> None:
    """Answer queries from `sock` until it is closed; the first frame sent says that we can."""
    os.environ["RUST_BACKTRACE"] = "0"
    _reseed(evaluator)
    sock.setblocking(True)
    confine(evaluator.limits.memory)
    baseline = peak_memory()
    try:
        messages.send(sock, {"ready": True})
        while (frame := messages.receive(sock)) is not None:
            header, body = _reply(evaluator, frame)
            header["retire"] = retire = peak_memory() - baseline > _GROWTH
            messages.send(sock, header, body)
            if retire:
                return
    except (BrokenPipeError, ConnectionResetError):
        return


def _reply(evaluator: Evaluator, frame: Frame) -> Frame:
    """Return the answer to a query, or the error, as a frame."""
    try:
        kind, body = evaluator.answer(messages.query_of(*frame))
    except ClausegraphError as error:
        return messages.error_header(error), b""
    except MemoryError:
        return messages.error_header(memory_exceeded(evaluator.limits)), b""
    return {"kind": kind}, body


def memory_exceeded(limits: Limits) -> QueryMemoryExceeded:
    """Return the error for a query that needs more memory than it may have."""
    return QueryMemoryExceeded(
        f"The query needed more than the {limits.memory / 2**20:.0f} MiB that one query may have.",
        remedy="Sort, group or join less of the graph at once.",
    )


def _reseed(evaluator: Evaluator) -> None:
    """Make RAND, UUID, STRUUID and BNODE differ from those of the other workers.

    A fork copies the state of the engine's random numbers, and it takes a fresh seed from the
    system only after 64 KiB of them.
    """
    values = " ".join("0" for _ in range(_DRAWS))
    drawn: Any = evaluator.store.query(
        "SELECT (COUNT(?drawn) AS ?count)"
        f"{{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} BIND(UUID() AS ?drawn) }}"
    )
    next(drawn)
