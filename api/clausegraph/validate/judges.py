"""Who judges documents for the service: processes that are made ahead, lent once, and killed.

Nothing is started before the first job. Turns, the queue, deadlines and priorities are those of
queries (`engine.pool`), in numbers of their own.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from dataclasses import replace
from pathlib import Path

from clausegraph.engine import Limits, Statistics
from clausegraph.engine.channel import Ended
from clausegraph.engine.messages import Frame
from clausegraph.engine.pool import End, Pool
from clausegraph.engine.process import can_fork
from clausegraph.engine.turns import Turn, closing
from clausegraph.errors import (
    ClausegraphError,
    EngineBusy,
    QueryCrashed,
    QueryError,
    QueryTimeout,
)
from clausegraph.validate.cradles import Cradle, ForkedCradle, SpawningCradle
from clausegraph.validate.jobs import Job, Verdict, job_frame, verdict_of
from clausegraph.validate.sandbox import Terms, memory_exceeded

_FEWER = 4  # queries that may run for one validation that may
_NOTICED = 0.1  # seconds of waiting from which on an error tells of it
_TIRED = -getattr(signal, "SIGXCPU", 0)  # how a process ends that has used up its time


log = logging.getLogger("clausegraph.validate")


def fewer(limits: Limits) -> Limits:
    """Return the limits of validations, given those of queries: a quarter of their numbers."""
    return replace(
        limits,
        workers=-(-limits.workers // _FEWER),
        queue=-(-limits.queue // _FEWER),
        per_client=-(-limits.per_client // _FEWER),
    )


class Judges:
    """Judges jobs, each in a process of its own; all methods belong to one event loop.

    `background` is the context of the data, none for what ships. `isolation` says where processes
    come from: `fork`, `spawn`, or `auto`, which is `fork` where the platform has it.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        background: tuple[Path, ...] = (),
        isolation: str = "auto",
    ) -> None:
        limits = limits or fewer(Limits())
        self._limits = limits
        around = tuple(path.absolute() for path in background)
        self._terms = Terms(limits.timeout, limits.memory, limits.result, around)
        forks = isolation == "fork" or (isolation == "auto" and can_fork())
        self._cradle: type[Cradle] = ForkedCradle if forks else SpawningCradle
        self._cradles: list[Cradle] = []
        self._pool = Pool(limits)
        self._release = ""
        self._beginning: asyncio.Task[None] | None = None
        self._closed = False

    async def judge(
        self, job: Job, release: str, client: str | None = None, seconds: float | None = None
    ) -> Verdict:
        """Return the verdict, or raise the error that the job met.

        The first job begins the processes, and so does the first one after `release`, the graph
        that is served, has changed. `seconds` can only shorten the limit; `client` is the address
        that asks, for fairness among clients.
        """
        frame = await asyncio.to_thread(job_frame, job)
        await self._begin(release)
        limit = self._limits.timeout if seconds is None else min(seconds, self._limits.timeout)
        turn = Turn(client, limit, frame)
        return verdict_of(await self._asked(turn), turn.took)

    def statistics(self) -> Statistics:
        """Return what there is to tell now."""
        return self._pool.statistics()

    async def close(self) -> None:
        """End every process; jobs that still run or wait get an EngineBusy."""
        self._closed = True
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.wait((self._beginning,))
        self._pool.close()
        await asyncio.gather(*(cradle.ended() for cradle in self._cradles))

    async def _begin(self, release: str) -> None:
        """Wait until there are judges who know the release; many may wait for the same."""
        while self._pool.zygote is None or self._release != release:
            if self._closed:
                raise closing()
            if self._beginning is None or self._beginning.done():
                self._beginning = asyncio.create_task(self._replace(release))
            await asyncio.shield(self._beginning)

    async def _replace(self, release: str) -> None:
        """Make judges who know the release; what runs with those before them finishes there."""
        self._cradles = [cradle for cradle in self._cradles if not cradle.has_ended]
        cradle = self._cradle(self._terms)
        self._cradles.append(cradle)
        is_taken = False
        try:
            await cradle.loaded()
            await self._pool.take_over(cradle)
            is_taken = True
        except ClausegraphError as error:  # What the operator has to mend is no client's fault.
            log.error("Nothing can be validated: %s", error)
            raise EngineBusy(
                "Nothing can be validated now: no judge could be prepared.",
                remedy="The operator was told. Try again later.",
            ) from error
        finally:
            if not is_taken:
                cradle.close()
        self._release = release

    async def _asked(self, turn: Turn) -> Frame:
        """Return what a judge answers in a turn, or raise what came of it."""
        answer = self._pool.enter(turn)
        end: End = "left"
        try:
            return await answer
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if not turn.is_overdue or (task is not None and task.cancelling()):
                raise
            end = "timeout"
            raise _overdue(turn) from error
        except Ended as error:
            end, cause = await self._cause(turn)
            raise cause from error
        finally:
            self._pool.end(turn, end)

    async def _cause(self, turn: Turn) -> tuple[End, QueryError]:
        """Return what has ended the judge of a turn, and the error for who asked.

        The allocator behind us aborts where it gets no more memory; nothing else in it does.
        """
        worker = turn.worker
        if self._closed or worker is None:
            return "closed", closing()
        status = await worker.status()
        if status == -signal.SIGABRT:
            return "memory", memory_exceeded(self._terms)
        if status == _TIRED:
            return "timeout", _overdue(turn)
        return "crash", QueryCrashed(
            f"The process that judged the data {await worker.fate()}.",
            remedy="Nobody else was affected. Send less at once, and nest it less deeply.",
        )


def _overdue(turn: Turn) -> QueryTimeout:
    """Return the error for a job that was stopped."""
    waited = (
        f", after it had waited for {turn.waited:.1f} seconds" if turn.waited > _NOTICED else ""
    )
    return QueryTimeout(
        f"The validation ran for {turn.ran:.1f} seconds{waited}, and was stopped: "
        f"its limit is {turn.seconds:g} seconds.",
        remedy="Send less at once, or run `clausegraph validate` yourself.",
    )
