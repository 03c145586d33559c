"""Who looks at the clock for all queries at once: deadlines, patience, and priorities.

One look a TICK is cheaper than a timer for each query, and a TICK late is early enough.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Mapping

from clausegraph.engine.kinship import Worker
from clausegraph.engine.turns import Turn, Turns

TICK = 0.05  # seconds
_LOWEST = 19  # of the priorities that a process may give itself
_STEPS = 5  # of priority: a third of the time of others; at the lowest, short ones let none go on
_CAN_RENICE = hasattr(os, "setpriority")  # Windows has no such priorities.


class Watch:
    """Stops queries that have run, or waited, for too long, and slows those that take long."""

    def __init__(self, patience: float, lent: Mapping[Worker, Turn], turns: Turns) -> None:
        self._patience = patience
        self._lent = lent
        self._turns = turns
        self._priority = os.getpriority(os.PRIO_PROCESS, 0) if _CAN_RENICE else 0
        self._slow = min(_LOWEST, self._priority + _STEPS)
        self._next: asyncio.TimerHandle | None = None
        self.reniced = 0

    def begin(self) -> None:
        """Look from now on, for as long as there is anyone to look at."""
        if self._next is None:
            self._next = asyncio.get_running_loop().call_later(TICK, self._look)

    def end(self) -> None:
        """Look no more."""
        if self._next is not None:
            self._next.cancel()

    def _look(self) -> None:
        """Look at everyone."""
        self._next = None
        now = time.monotonic()
        for turn in self._lent.values():
            if now >= turn.deadline:
                turn.is_overdue = turn.answer is not None and turn.answer.cancel()
            elif not turn.is_slowed and now - turn.began >= self._patience:
                self._renice(turn)
        for turn in self._turns.everyone():
            answer = turn.answer
            if answer is not None and not answer.done() and now - turn.came >= turn.patience:
                answer.set_exception(self._turns.gave_up(turn))
        if self._lent or self._turns.waiting:
            self.begin()

    def _renice(self, turn: Turn) -> None:
        """Let a query that takes long go on with less of the processor while others want it."""
        worker = turn.worker
        if not _CAN_RENICE or worker is None or worker.gone.done():
            return
        turn.is_slowed = True
        with contextlib.suppress(OSError):  # It has just ended.
            os.setpriority(os.PRIO_PROCESS, worker.process, self._slow)
            self.reniced += 1

    def restores(self, turn: Turn) -> bool:
        """Whether the worker of a query has its priority again; only the privileged may give it."""
        worker = turn.worker
        if not _CAN_RENICE or worker is None or not turn.is_slowed:
            return True
        try:
            os.setpriority(os.PRIO_PROCESS, worker.process, self._priority)
        except OSError:
            return False
        return True
