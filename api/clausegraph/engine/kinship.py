"""What the engine needs of the processes behind it, whether they are forked or spawned.

    Nursery --load--> Zygote (one release) --fork--> Worker (one query at a time)

`engine.family` has those that fork, `engine.spawning` those for systems that cannot. What happens
within a worker is the same for both: `worker.Desk` answers each frame.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from clausegraph.engine.interface import Spool
from clausegraph.engine.messages import Frame


class Room(Protocol):
    """The service's end of the file that one worker puts its large answers into."""

    @property
    def is_busy(self) -> bool:
        """Whether an answer that is in it has not been closed yet."""

    def hold(self, size: int) -> Spool:
        """Return the answer of `size` bytes that the worker has just put into it."""

    def close(self) -> None:
        """Let go of the file: at once, or as soon as the answer that is in it has been closed."""


class Worker(Protocol):
    """A process that answers queries, one at a time.

    `room` is None where it has no file: then large answers that may be spooled are refused
    (SpoolFailed). `gone` is settled once the process has ended. `carries`: it may be sent queries
    with a lease before it has answered (see `riding`).
    """

    carries: bool

    @property
    def process(self) -> int:
        """The process identifier."""

    @property
    def zygote(self) -> Zygote:
        """Whose worker it is."""

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done once the process has ended."""

    @property
    def room(self) -> Room | None:
        """Where its large answers are."""

    def ask(self, frame: bytes, on_reply: Callable[[Frame | None], None]) -> None:
        """Send a frame, and have `on_reply` called with the answer: None if the process ends before
        there is one."""

    def dismiss(self) -> None:
        """Close the line: an idle worker ends, and its room is closed."""

    async def status(self) -> int | None:
        """Return how the process has ended: its exit status, minus the signal, or None if that is
        not heard of in time."""

    async def fate(self) -> str:
        """Return how the process has ended, in words: `was ended by SIGSEGV`."""


class Zygote(Protocol):
    """What has loaded a release, or is about to, and makes workers that have it."""

    @property
    def release(self) -> str:
        """The release that is loaded (64 hex); empty before `loaded` has returned."""

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done once it has ended, or is to: its workers end too."""

    async def loaded(self) -> None:
        """Wait for the load, or raise what it raises."""

    async def fork(self) -> Worker:
        """Return a new worker once it is ready for queries, or raise ClausegraphError."""

    def kill(self, worker: Any) -> None:
        """End a worker of its own at once, whatever it does, and dismiss it."""

    def close(self) -> None:
        """End it and all its workers."""


class Nursery(Protocol):
    """What makes a zygote for each load; `start(load, limits)` makes one of these."""

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done once it has ended: nothing can be loaded any more."""

    async def load(self, *release: str) -> Zygote:
        """Return a new zygote once it has loaded the current graph, or the older `release` that is
        named; or raise what its load raises."""

    async def close(self) -> None:
        """End it, and wait for it."""
