"""The processes between the service and the workers.

    service --fork, once, at start--> nursery --fork, one a load--> zygote --fork--> workers

The nursery never loads data and has one thread, so that it can always fork. A zygote loads one
release and forks workers that share its memory. Each end of a socket that the service is to have is
passed to it; a process whose socket the service has closed, or that the service has left by dying,
ends, and takes its children with it.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from clausegraph.engine import messages, spool, worker
from clausegraph.engine.interface import Limits, Loaded
from clausegraph.engine.opening import Opening
from clausegraph.engine.process import aloft, spawn
from clausegraph.errors import ClausegraphError

Load = Callable[..., Loaded]  # of the current graph, or of the older release that it is given

_MANY = 4096  # bytes, one for each signal


def hand_over(
    control: socket.socket,
    name: str,
    work: Callable[[socket.socket], None],
    file: int | None = None,
) -> int | None:
    """Fork a child with a socket of its own, and pass the other end to the service as `name`, with
    a `file` that the child keeps too.

    Returns the child's process identifier, or None (and tells the service) if there is no room for
    another process.
    """
    files = [] if file is None else [file]
    ours, theirs = socket.socketpair()
    theirs = socket.socket(fileno=aloft(theirs.detach()))
    with ours, theirs:
        try:
            child = spawn(partial(work, theirs), (theirs.fileno(), *files))
        except OSError as error:
            control.sendall(messages.pack({"failed": name, "message": str(error)}))
            return None
        header = messages.pack({name: child, "has_file": file is not None})
        socket.send_fds(control, [header], [ours.fileno(), *files])
    return child


def nursery(control: socket.socket, load: Load, limits: Limits) -> None:
    """Fork a zygote whenever the service asks for one, until it closes `control`."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # The system clears zygotes away.
    while (frame := messages.receive(control)) is not None:
        work = partial(zygote, load=partial(load, *frame[0]["load"]), limits=limits)
        hand_over(control, "zygote", work)


def zygote(control: socket.socket, *, load: Load, limits: Limits) -> None:
    """Load, then fork and kill workers as the service asks, until it closes `control`."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        loaded = load()
    except ClausegraphError as error:
        messages.send(control, messages.error_header(error))
        return
    worker.warm_up()
    gc.collect()
    gc.freeze()
    messages.send(control, {"ready": loaded.release})
    family = _Family(control, Opening(loaded, limits))
    try:
        family.tend()
    except (BrokenPipeError, ConnectionResetError):
        return
    finally:
        family.end()


class _Family:
    """Workers that nobody has waited for yet, so that their identifiers are still theirs."""

    def __init__(self, control: socket.socket, opening: Opening) -> None:
        self._control = control
        self._opening = opening
        self._members: set[int] = set()

    def tend(self) -> None:
        """Do what the service asks, and tell it of each worker that ends."""
        reader, writer = socket.socketpair()
        for end in (reader, writer):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with reader, writer, selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(reader, selectors.EVENT_READ)
            signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
            try:
                while self._turn(selector, reader):
                    pass
            finally:
                signal.set_wakeup_fd(-1)

    def _turn(self, selector: selectors.BaseSelector, reader: socket.socket) -> bool:
        """Wait for the next thing to do, and do it; return False once the service has left."""
        ready = {key.fileobj for key, _ in selector.select()}
        if reader in ready:
            reader.recv(_MANY)
            self._clear_away()
        if self._control in ready:
            frame = messages.receive(self._control)
            if frame is None:
                return False
            self._obey(frame[0])
        return True

    def end(self) -> None:
        """Kill every worker, and wait for it."""
        for member in self._members:
            os.kill(member, signal.SIGKILL)
        for member in self._members:
            os.waitpid(member, 0)

    def _obey(self, order: Mapping[str, Any]) -> None:
        """Fork a worker, or kill one."""
        if "fork" in order:
            self._fork()
        elif order["kill"] in self._members:
            os.kill(order["kill"], signal.SIGKILL)

    def _fork(self) -> None:
        """Fork a worker; without a file for large answers where none can be made."""
        file = spool.make(self._opening.limits.spool)
        if file is not None:
            file = aloft(file)
        work = partial(worker.serve, opening=self._opening, file=file)
        try:
            child = hand_over(self._control, "worker", work, file)
        finally:
            if file is not None:
                os.close(file)
        if child is not None:
            self._members.add(child)

    def _clear_away(self) -> None:
        """Wait for the workers that have ended, and tell the service how."""
        while self._members:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            self._members.discard(child)
            code = os.waitstatus_to_exitcode(status)
            messages.send(self._control, {"ended": child, "status": code})
