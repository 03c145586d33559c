"""The engine inside the service: pyoxigraph in processes that can be killed."""

from __future__ import annotations

import asyncio
import math
import signal
from collections.abc import Callable

from clausegraph.engine import messages, spawning
from clausegraph.engine.begun import Begun, answer_of
from clausegraph.engine.channel import Ended
from clausegraph.engine.family import Nursery, nursery_gone
from clausegraph.engine.interface import (
    Answer,
    Diagnosis,
    Limits,
    Loaded,
    Query,
    Statistics,
    Symptom,
)
from clausegraph.engine.kinship import Nursery as AnyNursery
from clausegraph.engine.messages import Frame
from clausegraph.engine.pool import End, Pool
from clausegraph.engine.process import can_fork
from clausegraph.engine.turns import Turn, closing
from clausegraph.engine.worker import memory_exceeded
from clausegraph.errors import (
    BadRequest,
    ClausegraphError,
    EngineBusy,
    QueryCrashed,
    QueryError,
    QueryTimeout,
    UsageError,
)

_PAUSE = 1.0  # seconds between attempts to load again after the graph's process was lost
_DIAGNOSIS = 2.0  # seconds for finding out why a query gave nothing
_NOTICED = 0.1  # seconds of waiting from which on an error tells of it
_OF_ITS_OWN = "diagnosis of "  # A client's diagnoses are counted apart from its queries.


class EmbeddedEngine:
    """An engine that loads a graph and answers queries about it in worker processes.

    `load` is called in a process of its own, at start and at each reload; with a release, it is to
    load that one. `isolation` says where processes come from: `fork`, `spawn`, or `auto`, which is
    `fork` where the platform has it. All methods belong to one event loop.
    """

    def __init__(
        self,
        load: Callable[..., Loaded],
        limits: Limits | None = None,
        isolation: str = "auto",
    ) -> None:
        self._load = load
        self._limits = limits or Limits()
        self._isolation = isolation
        self._pool = Pool(self._limits)
        self._nursery: AnyNursery | None = None
        self._older: tuple[str, ...] = ()
        self._loading = asyncio.Lock()
        self._revival: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def release(self) -> str:
        """The release that new queries are asked of (64 hex), or EngineBusy while there is none."""
        if self._pool.zygote is None:
            raise self._absent()
        return self._pool.zygote.release

    async def start(self) -> None:
        """Fork, load, and be ready for queries; raises what the load raises.

        To be called before the process has another thread: the fork comes first of all.
        """
        forks = self._isolation == "fork" or (self._isolation == "auto" and can_fork())
        if forks and not can_fork():
            raise UsageError(
                "This platform cannot fork processes.",
                remedy="Choose the isolation spawn, or run the service on Linux or macOS.",
            )
        if self._nursery is not None:
            raise UsageError("The engine was started before.")
        start = Nursery.start if forks else spawning.Spawner.start
        self._nursery = start(self._load, self._limits)
        try:
            await self.reload()
        except BaseException:
            await self.close()
            raise

    async def beside(self, release: str, limits: Limits) -> EmbeddedEngine:
        """Return another engine, which has loaded an older release; raises what the load raises.

        Its processes come from where ours do, and it ends with us at the latest.
        """
        other = EmbeddedEngine(self._load, limits, self._isolation)
        other._nursery, other._older = self._nursery, (release,)
        try:
            await other.reload()
        except BaseException:
            await other.close()
            raise
        return other

    @property
    def is_up(self) -> bool:
        """Whether there is a graph to ask."""
        return self._pool.zygote is not None

    async def reload(self) -> None:
        """Load again, for queries that come afterwards; on failure go on with what was loaded."""
        async with self._loading:
            if self._nursery is None or self._closed:
                raise UsageError("The engine is not running.")
            zygote = await self._nursery.load(*self._older)
            try:
                await self._pool.take_over(zygote)
            except BaseException:
                zygote.close()
                raise
            zygote.gone.add_done_callback(self._revive)

    async def lost(self) -> ClausegraphError:
        """Return, once the engine can load no graph any more, the error that says why.

        Its processes are forked by one that was forked at the start: a service of several threads
        cannot fork another.
        """
        if self._nursery is None:
            raise UsageError("The engine is not running.")
        await asyncio.shield(self._nursery.gone)
        return nursery_gone()

    async def query(self, query: Query) -> Answer:
        """Return the whole answer, or raise the QueryError, NotAcceptable or BadRequest it got."""
        frame = messages.query_frame(query)
        turn = Turn(query.client, self._seconds(query), frame)
        return answer_of(query, await self._asked(turn), turn)

    def begin(self, query: Query, on_end: Callable[[], None]) -> Begun | None:
        """Ask a query now, and have `on_end` called once it has ended: what is answered soon takes
        no task and no future. None where it cannot be asked, as `query` says."""
        if self._pool.zygote is None:
            return None
        try:
            turn = Turn(query.client, self._seconds(query), messages.query_frame(query))
            begun = turn.answer = Begun(query, turn, on_end, self)
            self._pool.begin(turn)
        except ClausegraphError:
            return None
        return begun

    async def finish(self, begun: Begun) -> Answer:
        """Return the answer to a query that was begun, or raise what `query` does."""
        turn = begun.turn
        return answer_of(begun.query, await self._awaited(turn, begun.future()), turn)

    def give_up(self, begun: Begun) -> None:
        """End a query that was begun, unless it has ended."""
        if begun.turn.spool is not None:
            begun.turn.spool.close()
        self._pool.end(begun.turn, "left")

    async def diagnose(self, query: Query, symptom: Symptom) -> Diagnosis | None:
        """Return what is known of why `query` gave nothing, within 2 s, or None; never raises a
        QueryError.

        A client has as many diagnoses at once as it has queries, and none of them waits for those;
        all of them give way to everyone's queries.
        """
        client = None if query.client is None else _OF_ITS_OWN + query.client
        try:
            frame = messages.query_frame(query, symptom)
            seconds = min(_DIAGNOSIS, self._limits.timeout)
            header, _ = await self._asked(Turn(client, seconds, frame, is_optional=True))
        except ClausegraphError:
            return None
        found = header.get("diagnosis")
        return None if found is None else Diagnosis(**found)

    def statistics(self) -> Statistics:
        """Return what there is to tell now."""
        return self._pool.statistics()

    async def _asked(self, turn: Turn) -> Frame:
        """Return what a worker answers in a turn, or raise what came of it."""
        if self._pool.zygote is None:
            raise self._absent()
        return await self._awaited(turn, self._pool.enter(turn))

    async def _awaited(self, turn: Turn, answer: asyncio.Future[Frame]) -> Frame:
        """Return what a worker answers in a turn that has begun, or raise what came of it."""
        end: End = "left"
        try:
            return await answer
        except asyncio.CancelledError as error:
            if turn.spool is not None:  # It was answered in this very moment.
                turn.spool.close()
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

    async def close(self) -> None:
        """End every process; queries that still run or wait get an EngineBusy."""
        self._closed = True
        if self._revival is not None:
            self._revival.cancel()
        self._pool.close()
        if self._nursery is not None and not self._older:
            await self._nursery.close()

    def _absent(self) -> EngineBusy:
        """Return the error for a query while there is no graph."""
        if self._closed:
            return closing()
        return EngineBusy("The graph is not loaded yet.", remedy="Ask again in a moment.")

    def _seconds(self, query: Query) -> float:
        """Return how long a query may run: as long as it asks for, at most as long as we allow."""
        wanted = self._limits.timeout if query.timeout is None else query.timeout
        if math.isnan(wanted) or wanted <= 0:
            raise BadRequest(f"A time limit of {wanted:g} seconds is none.")
        return min(wanted, self._limits.timeout)

    async def _cause(self, turn: Turn) -> tuple[End, QueryError]:
        """Return what has ended a query's worker, and the error for the query.

        The engine's allocator aborts where it gets no more memory; nothing else in it does.
        """
        worker = turn.worker
        if self._closed or worker is None:
            return "closed", closing()
        status = await worker.status()
        if status == -signal.SIGABRT:
            return "memory", memory_exceeded(self._limits)
        return "crash", QueryCrashed(
            f"The process that ran the query {await worker.fate()}.",
            remedy="Nobody else was affected. Write the query with less nesting and fewer parts.",
        )

    def _revive(self, _: object) -> None:
        """Load again if the graph's process has ended without being told to."""
        if not self._closed and not self._older and self._pool.zygote is None:
            self._revival = asyncio.get_running_loop().create_task(self._reload_until_up())

    async def _reload_until_up(self) -> None:
        """Load again and again until it works, or cannot work any more."""
        while (
            self._pool.zygote is None
            and self._nursery is not None
            and not self._nursery.gone.done()
        ):
            try:
                await self.reload()
            except ClausegraphError:
                await asyncio.sleep(_PAUSE)


def _overdue(turn: Turn) -> QueryTimeout:
    """Return the error for a query that was stopped."""
    waited = (
        f", after it had waited for {turn.waited:.1f} seconds" if turn.waited > _NOTICED else ""
    )
    return QueryTimeout(
        f"The query ran for {turn.ran:.1f} seconds{waited}, and was stopped: "
        f"its limit is {turn.seconds:g} seconds.",
        remedy="Match less at a time, or add a LIMIT.",
    )
