"""Riding along: quick queries that a worker gets before it has answered the one before.

A worker that finds its next query at once does not fall asleep, and nobody has to wake it; with
many connections that ask for little, that takes a fifth off its time. A rider has a lease: its
worker begins it before that ends, or says that it is late. So a rider behind a query that takes
long is asked of another worker, and never runs twice.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Mapping

from clausegraph.engine.kinship import Worker
from clausegraph.engine.turns import Turn

LEASE = 0.02  # seconds from when a rider is sent until its worker begins it no more
TICK = 0.01  # seconds between two looks at those who ride

_MOST = 15  # riders of one worker, all of which a socket's buffer holds
_LEAST = 3
_SURE = 8  # quick answers in a row from which on the next is taken to be quick
_LIGHT = 4096  # bytes of the frame of one that may ride


class Riders:
    """Who rides with which worker, in the order in which they were sent."""

    def __init__(self) -> None:
        self._aboard: dict[Worker, deque[Turn]] = {}
        self._due: list[Turn] = []  # whose lease had ended at the last look
        self._latest: Worker | None = None
        self._quick = 0
        # Where few processors are, more workers than those only take turns.
        self._most = max(_LEAST, _MOST // max(1, (os.cpu_count() or 1) - 1))

    def __bool__(self) -> bool:
        """Whether anyone rides."""
        return bool(self._aboard)

    def __len__(self) -> int:
        """How many ride."""
        return sum(map(len, self._aboard.values()))

    def lent(self, worker: Worker | None) -> None:
        """Take in which worker was lent last: the next quick queries may ride with it; None for
        one of another zygote."""
        self._latest = worker

    def answered(self, *, is_quick: bool) -> None:
        """Take in how an answer came."""
        self._quick = self._quick + 1 if is_quick else 0

    def carrier(self, turn: Turn, lent: Mapping[Worker, Turn]) -> Worker | None:
        """Return the worker that a query may ride with, or None: one that has just begun, while
        answers come quickly."""
        worker = self._latest
        if worker is None or self._quick < _SURE or turn.is_optional or len(turn.frame) > _LIGHT:
            return None
        head = lent.get(worker)
        if head is None or not worker.carries or worker.gone.done():
            return None
        if time.monotonic() - head.began > TICK or len(self._aboard.get(worker, ())) >= self._most:
            return None
        return worker

    def board(self, turn: Turn, worker: Worker) -> None:
        """Have a query ride with a worker."""
        turn.lease = time.monotonic() + LEASE
        self._aboard.setdefault(worker, deque()).append(turn)

    def next(self, worker: Worker) -> Turn | None:
        """Return who is asked next of those who ride with a worker, and rides no more."""
        line = self._aboard.get(worker)
        if line is None:
            return None
        turn = line.popleft()
        if not line:
            del self._aboard[worker]
        return turn

    def leave(self, turn: Turn) -> bool:
        """Have a query ride no more; return whether it did."""
        line = None if turn.worker is None else self._aboard.get(turn.worker)
        if line is None or turn.worker is None or turn not in line:
            return False
        line.remove(turn)
        if not line:
            del self._aboard[turn.worker]
        return True

    def stranded(self, worker: Worker) -> list[Turn]:
        """Return those who ride with a worker that goes no further; they ride no more."""
        return list(self._aboard.pop(worker, ()))

    def late(self) -> list[Turn]:
        """Return those whose workers will not begin them any more; they ride no more.

        To be called again and again, with the loop's other work between: their lease had ended at
        the last call already, and what their workers had said by then has been read since. So none
        of them has begun.
        """
        gone = [turn for turn in self._due if self.leave(turn)]
        now = time.monotonic()
        self._due = [turn for line in self._aboard.values() for turn in line if turn.lease < now]
        return gone
