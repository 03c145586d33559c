"""A query that was asked, and that nobody waits for: who asked it is told when it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from clausegraph.engine import messages
from clausegraph.engine.interface import Answer, Query
from clausegraph.engine.messages import Frame
from clausegraph.engine.turns import Turn
from clausegraph.errors import QueryCrashed
from clausegraph.formats import Syntax


class Finisher(Protocol):
    """The engine, as a query that it has begun sees it."""

    async def finish(self, begun: Begun) -> Answer:
        """Wait for the answer, or raise what came of the query."""

    def give_up(self, begun: Begun) -> None:
        """See that nothing goes on working for it."""


class Begun:
    """A query with a turn, whose answer this takes as a future would: `on_end` is called at once,
    once there is an answer, an error or an end. Whoever wants to wait then may still do so.

    What it has ended it lets go of: an answer may take a MiB, and a circle of objects keeps it
    until the next search for circles, thousands of queries later.
    """

    __slots__ = (
        "_engine",
        "_error",
        "_frame",
        "_future",
        "_is_cancelled",
        "_on_end",
        "query",
        "turn",
    )

    def __init__(
        self, query: Query, turn: Turn, on_end: Callable[[], None], engine: Finisher
    ) -> None:
        self.query = query
        self.turn = turn
        self._on_end: Callable[[], None] | None = on_end
        self._engine = engine
        self._frame: Frame | None = None
        self._error: BaseException | None = None
        self._is_cancelled = False
        self._future: asyncio.Future[Frame] | None = None

    @property
    def answer(self) -> Answer | None:
        """The answer, if there is one and it tells of no error."""
        frame = self._frame
        if frame is None or "error" in frame[0]:
            return None
        return answer_of(self.query, frame, self.turn)

    async def whole(self) -> Answer:
        """Wait for the answer, or raise what came of the query, as Engine.query does."""
        return await self._engine.finish(self)

    def give_up(self) -> None:
        """Have nothing go on working for this, unless someone waits for it."""
        if self._future is None:
            self._is_cancelled = True
            self._engine.give_up(self)

    def future(self) -> asyncio.Future[Frame]:
        """Return what gets, or has, the answer; to be asked for once."""
        future = self._future = asyncio.get_running_loop().create_future()
        self._on_end = None
        if self._frame is not None:
            future.set_result(self._frame)
        elif self._error is not None:
            future.set_exception(self._error)
        elif self._is_cancelled:
            future.cancel()
        return future

    # As a future

    def done(self) -> bool:
        """Whether it has ended."""
        if self._future is not None:
            return self._future.done()
        return self._frame is not None or self._error is not None or self._is_cancelled

    def set_result(self, frame: Frame) -> None:
        """Take the answer."""
        if self._future is not None:
            self._future.set_result(frame)
            return
        self._frame = frame
        self._end()

    def set_exception(self, error: BaseException) -> None:
        """Take the reason for which there is none."""
        if self._future is not None:
            self._future.set_exception(error)
            return
        self._error = error
        self._end()

    def cancel(self) -> bool:
        """End it; return whether it had not ended before."""
        if self._future is not None:
            return self._future.cancel()
        if self.done():
            return False
        self._is_cancelled = True
        self._end()
        return True

    def _end(self) -> None:
        """Tell who asked, once."""
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end()


def answer_of(query: Query, frame: Frame, turn: Turn) -> Answer:
    """Return the answer of a frame, or raise the error that it tells of."""
    header, body = frame
    if "error" in header:
        raise messages.error_of(header)
    kind, worker = header["kind"], turn.worker
    syntax: Syntax | None
    if kind == "solutions":
        syntax = query.solutions
    else:
        syntax = query.boolean if kind == "boolean" else query.graph
    if syntax is None or worker is None:
        raise QueryCrashed(f"The worker answered with a {kind} that was not asked for.")
    return Answer(
        kind,
        syntax,
        body,
        worker.zygote.release,
        turn.spool,
        header["volatile"],
        tuple(header["prefixes"]),
        header["empty"],
        turn.took,
    )
