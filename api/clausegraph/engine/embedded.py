"""The engine inside the service: pyoxigraph in processes that can be killed."""

from __future__ import annotations

import asyncio
import math
import signal
from collections.abc import Callable

from clausegraph.engine import messages
from clausegraph.engine.channel import Ended
from clausegraph.engine.family import Nursery, Worker, nursery_gone
from clausegraph.engine.interface import Answer, Limits, Loaded, Query
from clausegraph.engine.messages import Frame
from clausegraph.engine.pool import Pool, closing
from clausegraph.engine.process import can_fork
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
from clausegraph.formats import Syntax

_PAUSE = 1.0  # seconds between attempts to load again after the graph's process was lost


class EmbeddedEngine:
    """An engine that loads a graph and answers queries about it in worker processes.

    `load` is called in a process of its own, at start and at each reload. All methods belong to one
    event loop.
    """

    def __init__(self, load: Callable[[], Loaded], limits: Limits | None = None) -> None:
        self._load = load
        self._limits = limits or Limits()
        self._pool = Pool(self._limits)
        self._nursery: Nursery | None = None
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
        if not can_fork():
            raise UsageError(
                "This platform cannot fork processes, which the embedded engine needs.",
                remedy="Run the service on Linux or macOS.",
            )
        if self._nursery is not None:
            raise UsageError("The engine was started before.")
        self._nursery = Nursery.start(self._load, self._limits)
        try:
            await self.reload()
        except BaseException:
            await self.close()
            raise

    async def reload(self) -> None:
        """Load again, for queries that come afterwards; on failure go on with what was loaded."""
        async with self._loading:
            if self._nursery is None or self._closed:
                raise UsageError("The engine is not running.")
            zygote = await self._nursery.load()
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
        if self._pool.zygote is None:
            raise self._absent()
        frame = messages.query_frame(query)
        seconds = self._seconds(query)
        worker = await self._pool.borrow(seconds)
        usable = False
        try:
            async with asyncio.timeout(seconds):
                header, body = await worker.ask(frame)
            usable = not header["retire"]
        except TimeoutError as error:
            raise QueryTimeout(
                f"The query ran for {seconds:g} seconds, and was stopped.",
                remedy="Match less at a time, or add a LIMIT.",
            ) from error
        except Ended as error:
            raise await self._cause(worker) from error
        finally:
            self._pool.give_back(worker, usable=usable)
        return _answer(query, (header, body), worker.zygote.release)

    async def close(self) -> None:
        """End every process; queries that still run or wait get an EngineBusy."""
        self._closed = True
        if self._revival is not None:
            self._revival.cancel()
        self._pool.close()
        if self._nursery is not None:
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

    async def _cause(self, worker: Worker) -> QueryError:
        """Return the error for a query whose worker has ended.

        The engine's allocator aborts where it gets no more memory; nothing else in it does.
        """
        if self._closed:
            return closing()
        status = await worker.status()
        if status == -signal.SIGABRT:
            return memory_exceeded(self._limits)
        return QueryCrashed(
            f"The process that ran the query {await worker.fate()}.",
            remedy="Nobody else was affected. Write the query with less nesting and fewer parts.",
        )

    def _revive(self, _: object) -> None:
        """Load again if the graph's process has ended without being told to."""
        if not self._closed and self._pool.zygote is None:
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


def _answer(query: Query, frame: Frame, release: str) -> Answer:
    """Return the answer of a frame, or raise the error that it tells of."""
    header, body = frame
    if "error" in header:
        raise messages.error_of(header)
    syntaxes: dict[str, Syntax | None] = {
        "solutions": query.solutions,
        "boolean": query.boolean,
        "graph": query.graph,
    }
    kind = header["kind"]
    syntax = syntaxes[kind]
    if syntax is None:
        raise QueryCrashed(f"The worker answered with a {kind} that was not asked for.")
    return Answer(kind, syntax, body, release)
