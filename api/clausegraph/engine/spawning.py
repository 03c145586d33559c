"""Workers that are spawned, for systems that cannot fork: each reads the graph from disk.

The same queries get the same answers as from forked workers. What is missing: a worker may open
files, so that only the check of a query's text keeps it from that; the graph is on disk, and a new
worker is a new Python.
"""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path

from clausegraph import locks
from clausegraph.engine import messages
from clausegraph.engine.channel import Ended, OnReply
from clausegraph.engine.interface import Limits, Loaded
from clausegraph.engine.opening import Opening
from clausegraph.engine.spawning_files import (
    STORE,
    PrivateFolder,
    forget,
    make_folder,
    not_importable,
    remove,
    shared,
)
from clausegraph.engine.spawning_line import Line
from clausegraph.engine.spool import Room
from clausegraph.errors import ClausegraphError

_AT_ONCE = 2 * (os.cpu_count() or 1)  # processes that start at the same time


class SpawnedWorker:
    """A process that answers queries about a store on disk, one at a time."""

    carries = False

    def __init__(self, line: Line, copy: Copy, room: Room | None) -> None:
        self.process = line.process
        self.zygote = copy
        self.room = room
        self.gone = line.gone
        self.line = line

    def ask(self, frame: bytes, on_reply: OnReply) -> None:
        """Send a query, and have `on_reply` called with the answer."""
        self.line.ask(frame, on_reply)

    def dismiss(self) -> None:
        """Close the line: the worker ends. Its file goes once nobody reads it."""
        self.line.close()
        if self.room is not None:
            self.room.close()

    async def status(self) -> int | None:
        """Return how the process has ended, or None if that is not heard of in time."""
        return await self.line.heard()

    async def fate(self) -> str:
        """Return how the process has ended, in words."""
        return await self.line.fate()


class Copy:
    """A release in a store on disk, and the workers that read it; `folder` is our own, in which the
    store lies if it was made for us."""

    def __init__(self, folder: Path, opening: Opening, held: int | None) -> None:
        self.release = opening.loaded.release
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._folder = folder
        self._opening = opening
        self._held = held
        self._lines: set[Line] = set()
        self._starts: set[asyncio.Task[SpawnedWorker]] = set()
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._number = 0
        self._removal: asyncio.Task[None] | None = None

    async def loaded(self) -> None:
        """Return at once: a copy is made when its release is loaded."""

    async def fork(self) -> SpawnedWorker:
        """Return a new worker once it is ready, or raise ClausegraphError if it never is."""
        start = asyncio.get_running_loop().create_task(self._start())
        self._starts.add(start)
        start.add_done_callback(self._starts.discard)
        try:
            return await asyncio.shield(start)
        except asyncio.CancelledError:
            start.add_done_callback(self._forget)
            raise

    def kill(self, worker: SpawnedWorker) -> None:
        """End a worker at once."""
        worker.dismiss()
        worker.line.kill()

    def is_removed(self) -> bool:
        """Whether nothing is left of it."""
        return self._removal is not None and self._removal.done()

    def close(self) -> None:
        """End all workers, then remove the store."""
        if self._removal is None:
            self.gone.set_result(None)
            self._removal = asyncio.get_running_loop().create_task(self._remove())

    async def closed(self) -> None:
        """Close, and wait until nothing is left."""
        self.close()
        if self._removal is not None:
            await self._removal

    async def _start(self) -> SpawnedWorker:
        """Start a worker, when it is its turn."""
        async with self._turns:
            self._refuse_if_gone()
            self._number += 1
            file = self._folder / f"large-{self._number}"
            room = await asyncio.to_thread(_room, file)
            worker = None
            try:
                worker = SpawnedWorker(await self._ready(file), self, room)
            finally:
                await asyncio.to_thread(forget, file)
                if worker is None and room is not None:
                    room.close()
            return worker

    async def _ready(self, file: Path) -> Line:
        """Return the line to a new process that is ready for queries."""
        work = pickle.dumps((self._opening, file))
        line = await Line.spawn("serve", self._folder / STORE, work)
        self._lines.add(line)
        line.status.add_done_callback(lambda _: self._lines.discard(line))
        try:
            self._refuse_if_gone()
            header, _ = await line.next_frame()
        except Ended as error:
            raise ClausegraphError(f"A worker {await line.fate()} as it started.") from error
        except BaseException:
            line.kill()
            raise
        if "error" in header:
            self.close()  # Whoever watches makes another.
            raise messages.error_of(header)
        return line

    def _refuse_if_gone(self) -> None:
        """Raise ClausegraphError if no worker is wanted any more."""
        if self.gone.done():
            raise ClausegraphError("The release that the worker was to read has been removed.")

    def _forget(self, start: asyncio.Task[SpawnedWorker]) -> None:
        """End a worker that nobody waits for any more."""
        if not start.cancelled() and start.exception() is None:
            self.kill(start.result())

    async def _remove(self) -> None:
        """End the workers; let go of the store when none has it open any more."""
        while self._starts or self._lines:
            await asyncio.gather(*(line.end() for line in tuple(self._lines)))
            await asyncio.gather(*self._starts, return_exceptions=True)
        locks.leave(self._held)
        await asyncio.to_thread(remove, self._folder)


class Spawner:
    """What makes a copy of the graph on disk for each load."""

    def __init__(self, load: Callable[..., Loaded], limits: Limits, private: PrivateFolder) -> None:
        self._load = load
        self._limits = limits
        self._private = private
        self._copies: list[Copy] = []
        self._number = 0
        self._busy = asyncio.Lock()
        self._loading: Line | None = None
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    def start(cls, load: Callable[..., Loaded], limits: Limits) -> Spawner:
        """Return a spawner with a folder, from which left-overs of others have been removed; raises
        UsageError where `load` cannot be handed to a process, ClausegraphError without a folder."""
        _pickled(load)
        return cls(load, limits, PrivateFolder.make(limits.spool))

    async def load(self, *release: str) -> Copy:
        """Return a copy of the graph, or of the older `release` that is named, once it is on disk;
        or raise what its load raises."""
        async with self._busy:
            self._number += 1
            folder = self._private.path / f"release-{self._number}"
            copy = None
            try:
                await asyncio.to_thread(make_folder, folder)
                work = _pickled(partial(self._load, *release))
                loaded, held = await self._loaded(folder, work)
                copy = Copy(folder, Opening(loaded, self._limits), held)
            finally:
                if copy is None:
                    await asyncio.to_thread(remove, folder)
            self._copies = [kept for kept in self._copies if not kept.is_removed()] + [copy]
            return copy

    async def close(self) -> None:
        """End every process, and remove the folder."""
        if not self.gone.done():
            self.gone.set_result(None)
        if self._loading is not None:
            self._loading.kill()
        async with self._busy:
            await asyncio.gather(*(copy.closed() for copy in self._copies))
            await asyncio.to_thread(self._private.remove)

    async def _loaded(self, folder: Path, load: bytes) -> tuple[Loaded, int | None]:
        """Load into `folder`, or find on disk, in a process of its own; return what was loaded, and
        the lock that keeps its store from being removed."""
        self._refuse_if_gone()
        line = self._loading = await Line.spawn("load", folder / STORE, load)
        held = None
        try:
            self._refuse_if_gone()
            header, body = await line.next_frame()
            if "error" in header:
                raise messages.error_of(header)
            loaded: Loaded = pickle.loads(body)  # noqa: S301  (from a process of ours)
            held = locks.read(Path(str(loaded.store)).parent)  # It has one until it ends.
        except Ended as error:
            raise ClausegraphError(
                "The process that loads the graph has ended.",
                remedy="If nobody stopped it, there was too little memory for the graph.",
            ) from error
        finally:
            self._loading = None
            await line.end()
        if self.gone.done():
            locks.leave(held)
        self._refuse_if_gone()
        return loaded, held

    def _refuse_if_gone(self) -> None:
        """Raise ClausegraphError if nothing is to be loaded any more."""
        if self.gone.done():
            raise ClausegraphError("The engine is closing: nothing is loaded any more.")


def _room(file: Path) -> Room | None:
    """Return the room for a worker's large answers, or None where a file cannot be made."""
    try:
        return Room(shared(file, create=True))
    except OSError:
        return None


def _pickled(load: Callable[..., Loaded]) -> bytes:
    """Return `load` for another process, or raise UsageError."""
    try:
        return pickle.dumps(load)
    except (AttributeError, TypeError, pickle.PicklingError) as error:
        raise not_importable(str(error)) from error
