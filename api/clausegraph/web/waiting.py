"""Work for a client that waits: once the client has left, the work is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from starlette.types import Receive

T = TypeVar("T")

BRIEF = 0.1  # seconds; work that is done sooner need not be watched


class Left(Exception):
    """The client has closed the connection: nobody reads an answer."""


async def gone(receive: Receive) -> None:
    """Return once the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Watched(Protocol):
    """Work, as the patrol sees it."""

    def lasts(self) -> None:
        """Do what is to be done about what takes longer than BRIEF."""


class Patrol:
    """Sees to all work that takes longer than BRIEF, up to twice that later.

    One look for all is cheaper than a timer for each: most is done before.
    """

    def __init__(self) -> None:
        self._new: dict[Watched, None] = {}
        self._old: dict[Watched, None] = {}  # what was there at the last look
        self._next: asyncio.TimerHandle | None = None

    def add(self, work: Watched) -> None:
        """See to this once it has taken long."""
        self._new[work] = None
        if self._next is None:
            self._next = asyncio.get_running_loop().call_later(BRIEF, self._look)

    def drop(self, work: Watched) -> bool:
        """Look after this no more; return whether it was done before anyone did."""
        if work in self._new:
            del self._new[work]
            return True
        self._old.pop(work, None)
        return False

    async def unless_left(
        self, receive: Receive, work: Coroutine[Any, Any, T], on_long: Callable[[], None]
    ) -> T:
        """Return what `work` gives; cancel it and raise Left if the client goes away before.

        The request's body must have been read: what comes after it is the end of the connection.
        `on_long` is called once the work has taken longer than BRIEF.
        """
        watch = _Watch(receive, asyncio.current_task(), on_long)
        self.add(watch)
        try:
            return await work
        except asyncio.CancelledError:
            if watch.has_left():
                raise Left from None
            raise
        finally:
            if not self.drop(watch):
                watch.end()

    def _look(self) -> None:
        """Begin to watch what was there at the last look, and is still."""
        late, self._old, self._new, self._next = self._old, self._new, {}, None
        for work in late:
            work.lasts()
        if self._old and self._next is None:
            self._next = asyncio.get_running_loop().call_later(BRIEF, self._look)


class _Watch:
    """Cancels a task when the client closes the connection."""

    __slots__ = ("_left", "_on_long", "_receive", "_watched", "_watching")

    def __init__(
        self, receive: Receive, task: asyncio.Task[Any] | None, on_long: Callable[[], None]
    ) -> None:
        self._receive = receive
        self._watched = task
        self._on_long = on_long
        self._watching: asyncio.Task[None] | None = None
        self._left = False

    def lasts(self) -> None:
        """Watch from now on."""
        self._on_long()
        if self._watched is not None:
            self._watching = asyncio.ensure_future(self._watch(self._watched))

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
