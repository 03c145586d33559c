"""Who answers which query: workers lent one at a time, first come first served."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from functools import partial
from typing import Any

from clausegraph.engine.family import Worker, Zygote
from clausegraph.engine.interface import Limits
from clausegraph.errors import ClausegraphError, EngineBusy

_PAUSE = 0.5  # seconds until a worker that could not be made is tried again


class Pool:
    """The workers of the current zygote, and the queries that wait for one."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._zygote: Zygote | None = None
        self._idle: deque[Worker] = deque()
        self._lent: set[Worker] = set()
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def zygote(self) -> Zygote | None:
        """The zygote whose workers get new queries."""
        return self._zygote

    async def take_over(self, zygote: Zygote) -> None:
        """Give new queries to workers of `zygote` as soon as all are ready.

        Queries that run finish where they are; then their zygote ends.
        """
        workers = await asyncio.gather(*(zygote.fork() for _ in range(self._limits.workers)))
        before, self._zygote = self._zygote, zygote
        zygote.gone.add_done_callback(lambda _: self._lose(zygote))
        while self._idle:
            self._idle.popleft().dismiss()
        if before is not None:
            self._end_if_unused(before)
        for worker in workers:
            self._welcome(worker)

    async def borrow(self, seconds: float) -> Worker:
        """Return a worker, which is to be given back; wait for it in the queue if need be.

        Raises EngineBusy where the queue is full, or nobody is free within `seconds`.
        """
        if self._closed:
            raise closing()
        while self._idle:
            worker = self._idle.popleft()
            if not worker.gone.done():
                self._lent.add(worker)
                return worker
        if len(self._waiting) >= self._limits.queue:
            raise _busy(f"{len(self._waiting)} queries wait already")
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(turn)
        except TimeoutError as error:
            self._leave(turn)
            raise _busy(f"none was free for {seconds:g} seconds") from error
        except asyncio.CancelledError:
            self._leave(turn)
            raise

    def give_back(self, worker: Worker, *, usable: bool) -> None:
        """Take a worker back; one that is not usable is killed and replaced."""
        self._lent.discard(worker)
        current = worker.zygote is self._zygote
        if usable and current and not worker.gone.done():
            self._offer(worker)
            return
        if usable:
            worker.dismiss()
        else:
            worker.zygote.kill(worker)
        if current:
            self._replace(worker.zygote)
        else:
            self._end_if_unused(worker.zygote)

    def close(self) -> None:
        """End every worker, and turn away who waits."""
        self._closed = True
        zygotes = {worker.zygote for worker in self._lent} | {self._zygote}
        self._zygote = None
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(closing())
        for worker in (*self._idle, *self._lent):
            worker.dismiss()
        self._idle.clear()
        for zygote in zygotes:
            if zygote is not None:
                zygote.close()
        for task in self._tasks:
            task.cancel()

    def _welcome(self, worker: Worker) -> None:
        """Take in a new worker."""
        worker.gone.add_done_callback(partial(self._miss, worker))
        self._offer(worker)

    def _offer(self, worker: Worker) -> None:
        """Lend a worker to who has waited longest, or keep it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                self._lent.add(worker)
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _leave(self, turn: asyncio.Future[Worker]) -> None:
        """Leave the queue; a worker that was lent in this very moment goes back."""
        if not turn.cancel() and turn.exception() is None:
            self.give_back(turn.result(), usable=True)
        elif turn in self._waiting:
            self._waiting.remove(turn)

    def _miss(self, worker: Worker, _: object) -> None:
        """Replace an idle worker that has ended."""
        if worker in self._idle:
            self._idle.remove(worker)
            self._replace(worker.zygote)

    def _lose(self, zygote: Zygote) -> None:
        """Forget the zygote, which has ended; whoever watches it makes another."""
        if self._zygote is zygote:
            self._zygote = None
            self._idle.clear()

    def _end_if_unused(self, zygote: Zygote) -> None:
        """End a zygote of the past once none of its workers is lent."""
        if all(worker.zygote is not zygote for worker in self._lent):
            zygote.close()

    def _replace(self, zygote: Zygote) -> None:
        """See to a new worker in place of one that has ended."""
        if not self._closed:
            self._begin(self._make(zygote))

    async def _make(self, zygote: Zygote) -> None:
        """Make a worker, for as long as it takes and `zygote` is the current one."""
        while self._zygote is zygote:
            try:
                worker = await zygote.fork()
            except ClausegraphError:
                await asyncio.sleep(_PAUSE)
                continue
            if self._zygote is zygote:
                self._welcome(worker)
            else:
                worker.dismiss()

            return

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a task that nobody waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def closing() -> EngineBusy:
    """Return the error for a query that comes, or still runs, as the engine closes."""
    return EngineBusy("The engine is closing.", remedy="Ask again when the service is back.")


def _busy(reason: str) -> EngineBusy:
    """Return the error for a query that nobody is free for."""
    return EngineBusy(f"No worker is free: {reason}.", remedy="Ask again in a moment.")
