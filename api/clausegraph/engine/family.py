"""The service's view of its processes: the nursery, a zygote for each load, the workers of each."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from clausegraph.engine import messages, zygote
from clausegraph.engine.channel import Channel, Ended, Link, OnReply
from clausegraph.engine.interface import Limits, Loaded
from clausegraph.engine.process import spawn
from clausegraph.engine.spool import Room
from clausegraph.errors import ClausegraphError

T = TypeVar("T")

_PATIENCE = 2.0  # seconds for a process to end by itself, or to be heard of


class Nursery:
    """The process that forks a zygote for each load."""

    def __init__(self, link: Link, process: int) -> None:
        self._link = link
        self._process = process
        loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = loop.create_future()
        self._arrivals: deque[asyncio.Future[socket.socket]] = deque()

    @classmethod
    def start(cls, load: Callable[..., Loaded], limits: Limits) -> Nursery:
        """Fork the nursery, now: from a process of one thread if it is to be sound."""
        ours, theirs = socket.socketpair()
        with theirs:
            work = partial(zygote.nursery, theirs, load, limits)
            process = spawn(work, (theirs.fileno(),))
        nursery = cls(Link(ours), process)
        nursery._link.listen(nursery._take, nursery._lost)
        return nursery

    async def load(self, *release: str) -> Zygote:
        """Return a new zygote once it has loaded, or raise what its load raises.

        It loads the current graph, or the older `release` that is named.
        """
        if self.gone.done():
            raise nursery_gone()
        arrival: asyncio.Future[socket.socket] = asyncio.get_running_loop().create_future()
        self._arrivals.append(arrival)
        self._link.send({"load": release})
        try:
            sock = await arrival
        except asyncio.CancelledError:
            if _has_result(arrival):
                arrival.result().close()
            raise
        made = Zygote(Link(sock))
        await made.loaded()
        return made

    async def close(self) -> None:
        """End the nursery, and wait for it."""
        self._link.close()
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while not self._has_ended():
            if asyncio.get_running_loop().time() > deadline:
                os.kill(self._process, signal.SIGKILL)
            await asyncio.sleep(0.005)

    def _has_ended(self) -> bool:
        """Whether the process has ended, which is cleared away then."""
        try:
            return os.waitpid(self._process, os.WNOHANG)[0] != 0
        except ChildProcessError:
            return True

    def _take(
        self,
        header: Mapping[str, Any],
        sock: socket.socket | None,
        _: int | None,
    ) -> None:
        """Take in what the nursery says."""
        if sock is None:
            message = f"There is no room for a process to load in: {header['message']}."
            _fail(self._arrivals.popleft(), ClausegraphError(message))
        elif not _settle(self._arrivals.popleft(), sock):
            sock.close()

    def _lost(self) -> None:
        """Tell who waits for a zygote that none will come."""
        _settle(self.gone, None)
        while self._arrivals:
            _fail(self._arrivals.popleft(), nursery_gone())


def nursery_gone() -> ClausegraphError:
    """Return the error for a nursery that is no more."""
    return ClausegraphError(
        "The process that makes the engine's others has ended.",
        remedy="Start the service again.",
    )


class Worker:
    """A process that answers queries, one at a time."""

    carries = True

    def __init__(self, process: int, zygote: Zygote, room: Room | None) -> None:
        loop = asyncio.get_running_loop()
        self.process = process
        self.zygote = zygote
        self.room = room
        self.fault: ClausegraphError | None = None  # that it cannot open what it is to read
        self.gone: asyncio.Future[None] = loop.create_future()
        self._status: asyncio.Future[int] = loop.create_future()
        self._channel: Channel | None = None

    async def open(self, sock: socket.socket) -> None:
        """Take the worker's socket over, and wait until it is ready for queries."""
        ready = False
        try:
            self._channel = await Channel.over(sock, partial(_settle, self.gone, None))
            header, _ = await self._channel.next_frame()
            if "error" in header:
                self.fault = messages.error_of(header)
                raise self.fault
            ready = True
        except Ended as error:
            raise ClausegraphError(f"A worker {await self.fate()} as it started.") from error
        finally:
            if self._channel is None:
                sock.close()
            if not ready:
                self.dismiss()

    def ask(self, frame: bytes, on_reply: OnReply) -> None:
        """Send a query, and have `on_reply` called with the answer."""
        if self._channel is None:
            raise Ended("the worker has no line")
        self._channel.ask(frame, on_reply)

    def dismiss(self) -> None:
        """Close the line: an idle worker ends. Its file goes once nobody reads it."""
        if self._channel is not None:
            self._channel.close()
        if self.room is not None:
            self.room.close()

    def has_ended(self, status: int) -> None:
        """Take in how the process has ended: its exit status, or minus the signal."""
        _settle(self._status, status)

    async def status(self) -> int | None:
        """Return how the process has ended, or None if that is not heard of in time, or never will
        be since whoever would tell has ended too."""
        heard = (self._status, self.zygote.gone)
        await asyncio.wait(heard, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        return self._status.result() if self._status.done() else None

    async def fate(self) -> str:
        """Return how the process has ended, in words."""
        status = await self.status()
        if status is None:
            return "was lost"
        if status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        return f"left with status {status}"


class Zygote:
    """A process that has loaded a release, or is about to, and forks workers that share it."""

    def __init__(self, link: Link) -> None:
        loop = asyncio.get_running_loop()
        self.release = ""
        self.gone: asyncio.Future[None] = loop.create_future()
        self._loaded: asyncio.Future[None] = loop.create_future()
        self._arrivals: deque[asyncio.Future[tuple[Worker, socket.socket]]] = deque()
        self._workers: dict[int, Worker] = {}
        self._fault: ClausegraphError | None = None
        self._link = link
        link.listen(self._take, self._lost)

    async def loaded(self) -> None:
        """Wait for the load, or raise what it raises."""
        finished = False
        try:
            await self._loaded
            finished = True
        finally:
            if not finished:
                self.close()

    async def fork(self) -> Worker:
        """Return a new worker once it is ready, or raise ClausegraphError if it never is."""
        if self.gone.done():
            raise ClausegraphError("The process that holds the graph has ended.")
        arrival: asyncio.Future[tuple[Worker, socket.socket]]
        arrival = asyncio.get_running_loop().create_future()
        self._arrivals.append(arrival)
        self._link.send({"fork": True})
        try:
            worker, sock = await arrival
        except asyncio.CancelledError:
            if _has_result(arrival):
                _turn_away(*arrival.result())
            raise
        try:
            await worker.open(sock)
        except ClausegraphError as error:
            if worker.fault is None:
                raise self._fault or error from error
            self._fault = worker.fault
            self.close()  # Whoever watches makes another.
            raise
        return worker

    def kill(self, worker: Worker) -> None:
        """End a worker at once."""
        worker.dismiss()
        self._link.send({"kill": worker.process})

    def close(self) -> None:
        """End the process and all its workers."""
        self._link.close()

    def _take(
        self, header: Mapping[str, Any], sock: socket.socket | None, file: int | None
    ) -> None:
        """Take in what the zygote says."""
        if sock is not None:
            room = None if file is None else Room(file)
            worker = self._workers[header["worker"]] = Worker(header["worker"], self, room)
            if not _settle(self._arrivals.popleft(), (worker, sock)):
                _turn_away(worker, sock)
        elif "ended" in header:
            self._workers.pop(header["ended"]).has_ended(header["status"])
        elif "ready" in header:
            self.release = header["ready"]
            _settle(self._loaded, None)
        elif "error" in header:
            _fail(self._loaded, messages.error_of(dict(header)))
        else:
            message = f"There is no room for another worker process: {header['message']}."
            _fail(self._arrivals.popleft(), ClausegraphError(message))

    def _lost(self) -> None:
        """Tell everyone that the process has ended, or is to."""
        error = ClausegraphError(
            "The process that holds the graph has ended.",
            remedy="If nobody stopped it, there was too little memory for the graph.",
        )
        _fail(self._loaded, error)
        while self._arrivals:
            _fail(self._arrivals.popleft(), error)
        _settle(self.gone, None)


def _turn_away(worker: Worker, sock: socket.socket) -> None:
    """Let a worker go that nobody waits for any more."""
    sock.close()
    worker.dismiss()


def _settle(future: asyncio.Future[T], result: T) -> bool:
    """Give a future its result, unless it is done with; return whether it was not."""
    if future.done():
        return False
    future.set_result(result)
    return True


def _has_result(future: asyncio.Future[T]) -> bool:
    """Whether a future has its result, which whoever waited may have left without."""
    return future.done() and not future.cancelled() and future.exception() is None


def _fail(future: asyncio.Future[T], error: ClausegraphError) -> None:
    """Give a future its error, unless it is done with; nobody need ask for it."""
    if not future.done():
        future.set_exception(error)
        future.exception()
