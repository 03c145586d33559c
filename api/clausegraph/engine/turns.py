"""Whose turn it is: a share for each client, and a queue that no client can fill alone."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from clausegraph.engine.interface import Limits, Spool
from clausegraph.engine.kinship import Worker
from clausegraph.engine.messages import Frame, Header
from clausegraph.errors import EngineBusy

_KEPT_FREE = 4  # one in so many workers is kept for clients below their share
_WAITS = 2  # one part in so many of its time is what a query waits for a worker


class Answering(Protocol):
    """What takes the answer to a query: a future, for one."""

    def done(self) -> bool:
        """Whether it has ended."""

    def set_result(self, result: Frame, /) -> None:
        """Take the answer."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Take the reason for which there is none."""

    def cancel(self) -> bool:
        """End it; return whether it had not ended before."""


@dataclass(eq=False, slots=True)
class Turn:
    """A query of a client (None: ourselves) that waits for a worker, or has one.

    Times are those of the monotonic clock, in seconds; `seconds` is what it may take in all.
    `frame` is what its worker is asked, `asked` how many workers it was sent to; the `lease` of one
    that rides is when its worker begins it no more. `is_optional`: it gives way to every other.
    """

    client: str | None
    seconds: float
    frame: bytes = b""
    is_optional: bool = False
    came: float = field(default_factory=time.monotonic)
    began: float = 0.0
    worker: Worker | None = None
    answer: Answering | None = None
    is_overdue: bool = False
    is_slowed: bool = False
    took: float = 0.0
    spool: Spool | None = None
    lease: float = 0.0
    asked: int = 0

    def take(self, header: Header) -> None:
        """Take in the header of the answer, before another query can have the worker."""
        self.took = self.ran
        size = header.get("size")
        if size is not None and self.worker is not None and self.worker.room is not None:
            self.spool = self.worker.room.hold(size)

    @property
    def waited(self) -> float:
        """How long it has waited, or did before it got its worker."""
        return (self.began or time.monotonic()) - self.came

    @property
    def ran(self) -> float:
        """How long it has had its worker."""
        return time.monotonic() - self.began

    @property
    def deadline(self) -> float:
        """When it is stopped."""
        return self.came + self.seconds

    @property
    def patience(self) -> float:
        """How long it waits."""
        return self.seconds / _WAITS


class Turns:
    """How many queries each client runs, and those that wait, oldest first.

    A client runs `per_client` queries, and more only while a quarter of the workers stays free.
    What is optional runs within its share, and only while a quarter stays free; it waits only in
    the first half of the queue.
    """

    def __init__(self, limits: Limits) -> None:
        self._share = limits.per_client
        self._queue = limits.queue
        self._kept_free = -(-limits.workers // _KEPT_FREE)
        self._kept_for_others = limits.workers // _KEPT_FREE  # Few workers do what is optional too.
        self._running: dict[str | None, int] = {}
        self._waiting: dict[str | None, deque[Turn]] = {}
        self.waiting = 0

    def may_begin(self, turn: Turn, free: int) -> bool:
        """Whether a query may have one of `free` workers now."""
        is_below = self._is_below(turn.client)
        if turn.is_optional:
            return is_below and free > self._kept_for_others
        return free > 0 and (is_below or free > self._kept_free)

    def begin(self, turn: Turn, worker: Worker) -> None:
        """Take in that a query has a worker from now on."""
        turn.worker, turn.began = worker, time.monotonic()
        self._running[turn.client] = self._running.get(turn.client, 0) + 1

    def end(self, turn: Turn) -> None:
        """Take in that a query has no worker any more."""
        left = self._running[turn.client] - 1
        if left:
            self._running[turn.client] = left
        else:
            del self._running[turn.client]

    def wait(self, turn: Turn) -> None:
        """Put a query at the end of the queue, or raise EngineBusy where there is no place."""
        line = self._waiting.get(turn.client, ())
        if self.waiting >= self._queue:
            raise busy(f"the queue is full, {self.waiting} queries wait already")
        half = -(-self._queue // 2)
        if turn.client is not None and len(line) >= half:
            raise busy(f"{len(line)} queries from this address wait already, half of the queue")
        if turn.is_optional and self.waiting >= half:
            raise busy(f"{self.waiting} queries wait already, half of the queue")
        self._waiting.setdefault(turn.client, deque()).append(turn)
        self.waiting += 1

    def put_back(self, turn: Turn) -> None:
        """Put a query that `next` has taken back to where it was."""
        self._waiting.setdefault(turn.client, deque()).appendleft(turn)
        self.waiting += 1

    def leave(self, turn: Turn) -> None:
        """Take a query out of the queue, if it is there."""
        line = self._waiting.get(turn.client, deque())
        if turn in line:
            line.remove(turn)
            self.waiting -= 1
            if not line:
                del self._waiting[turn.client]

    def next(self, free: int) -> Turn | None:
        """Take the query whose turn it is, with `free` workers, out of the queue: the oldest of
        the clients below their share, else the oldest of all if enough workers stay free, and what
        is optional last."""
        heads = [line[0] for line in self._waiting.values() if self.may_begin(line[0], free)]
        if not heads:
            return None
        turn = min(heads, key=self._place)
        self.leave(turn)
        return turn

    def _place(self, turn: Turn) -> tuple[bool, bool, float]:
        """Return what orders the queries whose turn it may be."""
        return turn.is_optional, not self._is_below(turn.client), turn.came

    def gave_up(self, turn: Turn) -> EngineBusy:
        """Return the error for a query that has waited for as long as it may."""
        waited = f"{turn.patience:g} seconds"
        if self._is_below(turn.client):
            return busy(f"none was free for {waited}, half of the query's time")
        return busy(
            f"this address runs {self._running[turn.client]} queries already, and none of them "
            f"has ended for {waited}, half of the query's time"
        )

    def everyone(self) -> list[Turn]:
        """Return those that wait."""
        return [turn for line in self._waiting.values() for turn in line]

    def _is_below(self, client: str | None) -> bool:
        """Whether a client runs fewer queries than its share; we always do."""
        return client is None or self._running.get(client, 0) < self._share


def busy(reason: str) -> EngineBusy:
    """Return the error for a query that nobody is free for."""
    return EngineBusy(f"No worker is free: {reason}.", remedy="Ask again in a moment.")


def closing() -> EngineBusy:
    """Return the error for a query that comes, or still runs, as the engine closes."""
    return EngineBusy("The engine is closing.", remedy="Ask again when the service is back.")
