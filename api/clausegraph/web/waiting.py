"""Work for a client that waits: once the client has left, the work is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import Receive

T = TypeVar("T")

_BRIEF = 0.1  # seconds; work that is done sooner need not be watched


class Left(Exception):
    """The client has closed the connection: nobody reads an answer."""


async def unless_left(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` gives; cancel it and raise Left if the client goes away before.

    The request's body must have been read: what comes after it is the end of the connection.
    """
    watch = _Watch(receive)
    handle = asyncio.get_running_loop().call_later(_BRIEF, watch.begin, asyncio.current_task())
    try:
        return await work
    except asyncio.CancelledError:
        if watch.has_left():
            raise Left from None
        raise
    finally:
        handle.cancel()
        watch.end()


async def gone(receive: Receive) -> None:
    """Return once the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


class _Watch:
    """Cancels a task when the client closes the connection."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self._watched: asyncio.Task[Any] | None = None
        self._left = False

    def begin(self, task: asyncio.Task[Any] | None) -> None:
        """Watch from now on."""
        if task is None:
            return
        self._watched = task
        self._watching = asyncio.ensure_future(self._watch(task))

    def end(self) -> None:
        """Watch no longer."""
        if self._watching is not None:
            self._watching.cancel()

    def has_left(self) -> bool:
        """Whether the cancellation was ours, which is taken back then."""
        return self._left and self._watched is not None and self._watched.uncancel() == 0

    async def _watch(self, task: asyncio.Task[Any]) -> None:
        await gone(self._receive)
        self._left = True
        task.cancel()
