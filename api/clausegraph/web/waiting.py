"""Work for a client that waits: once the client has left, the work is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")

_BRIEF = 0.1  # seconds; work that is done sooner need not be watched


class Left(Exception):
    """The client has closed the connection: nobody reads an answer."""


async def unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` gives; cancel it and raise Left if the client goes away before.

    The request's body must have been read: what comes after it is the end of the connection.
    """
    task = asyncio.ensure_future(work)
    watch: asyncio.Future[None] | None = None
    try:
        done, _ = await asyncio.wait((task,), timeout=_BRIEF)
        if not done:
            watch = asyncio.ensure_future(_left(request))
            await asyncio.wait((task, watch), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Left
        return task.result()
    finally:
        task.cancel()
        if watch is not None:
            watch.cancel()


async def _left(request: Request) -> None:
    """Return once the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
