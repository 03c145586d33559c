"""Finding out why a query takes long, while it still runs: at its deadline it is too late."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from clausegraph.engine import Answer, Diagnosis, Engine, Query
from clausegraph.errors import QueryTimeout
from clausegraph.web.waiting import BRIEF

_PART = 0.5  # of its time that a query may take before it is looked into
_GRACE = 0.1  # seconds beyond the deadline for a diagnosis that is nearly there


class Suspicion:
    """Has the engine look into a query that has taken half of its `seconds`.

    `since` is when it began (seconds of the monotonic clock), None for now.
    """

    def __init__(
        self, engine: Engine, query: Query, seconds: float, since: float | None = None
    ) -> None:
        self._engine = engine
        self._query = query
        self._seconds = seconds
        self._since = since
        self._handle: asyncio.TimerHandle | None = None
        self._work: asyncio.Task[Diagnosis | None] | None = None

    def __enter__(self) -> Suspicion:
        """Begin to wait; what may take long is to say so by itself once it does."""
        if self._since is None:
            self._since = asyncio.get_running_loop().time()
        if self._seconds * _PART < 2 * BRIEF:
            self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no further."""
        if self._handle is not None:
            self._handle.cancel()
        if self._work is not None:
            self._work.cancel()

    def wait(self) -> None:
        """Wait until half of the time has passed."""
        if self._handle is None and self._since is not None:
            moment = self._since + self._seconds * _PART
            self._handle = asyncio.get_running_loop().call_at(moment, self._begin)

    async def explained(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Return what `work` gives; a QueryTimeout says what costs, if that was found out."""
        try:
            return await work
        except QueryTimeout as error:
            why = await self._found()
            if why is None:
                raise
            raise QueryTimeout(
                error.message,
                line=why.line,
                column=why.column,
                remedy=why.message,
                instead=why.suggestion,
            ) from error

    def _begin(self) -> None:
        self._work = asyncio.ensure_future(self._engine.diagnose(self._query, "timeout"))

    async def _found(self) -> Diagnosis | None:
        """Return what was found out by now."""
        if self._work is None:
            return None
        done, _ = await asyncio.wait((self._work,), timeout=_GRACE)
        return self._work.result() if done else None
