"""A worker: a process that can only read one store, and answer one query after the other."""

from __future__ import annotations

import gc
import os
import socket
import time
from dataclasses import asdict
from typing import Any

from clausegraph import jsonld, vocabulary
from clausegraph.engine import diagnosis, messages
from clausegraph.engine.evaluation import Evaluator
from clausegraph.engine.interface import Limits
from clausegraph.engine.messages import Frame
from clausegraph.engine.opening import Opening
from clausegraph.engine.process import confine, peak_memory, spare_the_allocator
from clausegraph.engine.spool import Outlet
from clausegraph.errors import ClausegraphError, QueryMemoryExceeded

_GROWTH = 256 * 2**20  # bytes; a worker that has grown by more retires after its answer
_COLLECTED_AFTER = (20_000, 20, 50)  # objects; collections of the younger generation
_QUICK = 0.0005  # seconds; an answer that took less came quickly
_UNSEEN = 64  # quick answers, in which memory cannot grow by much: each has time for a few MiB
_LATE = messages.head({"late": True})
_ROWS, _NUMBERS = 100, 90  # of 8 bytes: more than the 64 KiB after which the engine reseeds


def warm_up() -> None:
    """Read everything that answers may need from files: a worker can open none."""
    vocabulary.prefixes()
    jsonld.warm_up()
    diagnosis.warm_up()


def serve(sock: socket.socket, opening: Opening, file: int | None = None) -> None:
    """Answer queries from `sock` until it is closed; the first frame sent says that we can.

    Large answers go into `file`, a descriptor of a file that is open already.
    """
    os.environ["RUST_BACKTRACE"] = "0"
    try:
        evaluator = opening.open()
    except ClausegraphError as error:
        messages.send(sock, messages.error_header(error))
        return
    _reseed(evaluator)
    gc.set_threshold(*_COLLECTED_AFTER)
    sock.setblocking(True)
    spare_the_allocator()
    confine(evaluator.limits.memory, evaluator.limits.result, reads=opening.reads())
    desk = Desk(evaluator, Outlet(file, evaluator.limits.result))
    try:
        messages.send(sock, {"ready": True})
        inbox = messages.Inbox(sock)
        while not desk.is_closed and (asked := inbox.next()) is not None:
            messages.send_framed(sock, *desk.turn(*asked))
    except (BrokenPipeError, ConnectionResetError):
        return


class Desk:
    """Where a worker answers queries; it is closed after an answer that took much memory."""

    def __init__(self, evaluator: Evaluator, outlet: Outlet) -> None:
        self._evaluator = evaluator
        self._outlet = outlet
        self._baseline = peak_memory()
        self._has_spooled = False
        self._is_exhausted = False  # whether memory was refused: what was got is not given back
        self._unseen = 0  # quick answers since memory was looked at
        self.is_closed = False

    def turn(self, frame: Frame, lease: float) -> tuple[bytes, bytes]:
        """Return the answer to a frame, or that it comes too late: its lease has ended, or the file
        for large answers has one in it that the service may still be reading."""
        if lease and (self._has_spooled or time.monotonic() > lease):
            return _LATE, b""
        return self.reply(frame)

    def reply(self, frame: Frame) -> tuple[bytes, bytes]:
        """Return the header, written out, and the body of the answer to a frame, or of the
        error."""
        header, body = frame
        start = time.monotonic()
        self._has_spooled = False
        try:
            if header["diagnose"]:
                return self._diagnosis(frame), b""
            answer = self._evaluator.answer(messages.query_of(header, body), self._outlet)
        except ClausegraphError as error:
            return self._error(error), b""
        except MemoryError:
            self._is_exhausted = True
            return self._error(memory_exceeded(self._evaluator.limits)), b""
        self._has_spooled = answer.size is not None
        is_quick = time.monotonic() - start < _QUICK
        self._unseen = self._unseen + 1 if is_quick else _UNSEEN
        retires = self._unseen >= _UNSEEN and self._retires()
        flags = (answer.is_empty, answer.is_volatile, retires, is_quick)
        head = messages.answer_head(answer.kind, answer.size, flags, answer.prefixes)
        return head, answer.body

    def _error(self, error: ClausegraphError) -> bytes:
        """Return the header of an error; what has been written of an answer is given up."""
        self._outlet.give_up()
        return messages.head({**messages.error_header(error), "retire": self._retires()})

    def _diagnosis(self, frame: Frame) -> bytes:
        """Return the header of the answer to why a query gave nothing."""
        query = messages.query_of(*frame)
        found = diagnosis.diagnose(self._evaluator, query, frame[0]["diagnose"])
        known = None if found is None else asdict(found)
        return messages.head({"diagnosis": known, "retire": self._retires()})

    def _retires(self) -> bool:
        """Whether the worker has taken so much that it leaves after this answer."""
        self._unseen = 0
        self.is_closed = self._is_exhausted or peak_memory() - self._baseline > _GROWTH
        return self.is_closed


def memory_exceeded(limits: Limits) -> QueryMemoryExceeded:
    """Return the error for a query that needs more memory than it may have."""
    return QueryMemoryExceeded(
        f"The query needed more than the {limits.memory / 2**20:.0f} MiB that one query may have.",
        remedy="Sort, group or join less of the graph at once.",
    )


def _reseed(evaluator: Evaluator) -> None:
    """Make RAND, UUID, STRUUID and BNODE differ from those of the other workers.

    A fork copies the state of the engine's random numbers, and it takes a fresh seed from the
    system only after 64 KiB of them: many in one expression are the fastest way to get there.
    """
    rows = " ".join("0" for _ in range(_ROWS))
    numbers = "+".join("RAND()" for _ in range(_NUMBERS))
    drawn: Any = evaluator.store.query(
        f"SELECT (COUNT(?drawn) AS ?count) {{ VALUES ?row {{ {rows} }} BIND({numbers} AS ?drawn) }}"
    )
    next(drawn)
