"""What a spawned process runs: it writes a graph to disk, or answers queries about one.

`python -m clausegraph.engine.spawned load FOLDER` and `... serve FOLDER` speak frames on the pipes
that are their standard input and output; the body of the first frame is a pickle. The end of the
input is the end of the process, in the middle of a query too.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn, cast

from pyoxigraph import Store

from clausegraph.engine import messages, process, worker
from clausegraph.engine.interface import Loaded
from clausegraph.engine.messages import Frame
from clausegraph.engine.opening import Opening
from clausegraph.engine.spawning_files import no_room, not_importable, shared
from clausegraph.engine.spool import Outlet
from clausegraph.errors import ClausegraphError

_IGNORED = ("SIGHUP", "SIGINT", "SIGTERM", "SIGBREAK", "SIGXFSZ")
_STACK = 64 * 2**20


class Pipes:
    """The pipes to the service, blocking, with what `messages` needs of a socket."""

    def __init__(self) -> None:
        """Take over standard input and output; what is printed goes to standard error."""
        self._input = os.fdopen(os.dup(0), "rb", buffering=0)
        self._output = os.fdopen(os.dup(1), "wb", buffering=0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)

    def recv_into(self, buffer: memoryview) -> int:
        """Read what there is, at least a byte; 0 at the end."""
        return self._input.readinto(buffer) or 0

    def sendall(self, data: bytes) -> None:
        """Write all of `data`."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._output.write(rest) :]


def main(task: str, folder: Path) -> NoReturn:
    """Do what the service has spawned this process for."""
    status = process.FAILED
    try:
        pipes = cast("socket.socket", Pipes())  # as far as `messages` uses one
        for name in _IGNORED:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        process.die_with_parent()
        frames = _listen(pipes)
        _, body = frames.get()
        if task == "load":
            load(pipes, body, folder)
        else:
            _in_deep_thread(partial(serve, pipes, frames, body))
        status = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(status)


def _listen(pipes: socket.socket) -> queue.SimpleQueue[Frame]:
    """Return where frames arrive; once there are no more to come, the process ends."""
    frames: queue.SimpleQueue[Frame] = queue.SimpleQueue()

    def listen() -> None:
        while (frame := messages.receive(pipes)) is not None:
            frames.put(frame)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return frames


def load(pipes: socket.socket, pickled: bytes, folder: Path) -> None:
    """Load, write the graph to a new store in `folder`, and tell the service of it."""
    try:
        loaded = _unpickled(pickled)()
        if isinstance(loaded.store, Store):
            write(loaded.store, folder)
            loaded = replace(loaded, store=folder)
    except ClausegraphError as error:
        messages.send(pipes, messages.error_header(error))
    else:
        messages.send(pipes, {"ready": loaded.release}, pickle.dumps(loaded))


def _unpickled(pickled: bytes) -> Callable[[], Loaded]:
    """Return what loads the graph, or raise UsageError where this process cannot import it."""
    try:
        made: Callable[[], Loaded] = pickle.loads(pickled)  # noqa: S301  (from the service itself)
    except (AttributeError, ImportError) as error:
        raise not_importable(str(error)) from error
    return made


def write(store: Store, folder: Path) -> None:
    """Write a copy of `store` to a new folder, or raise ClausegraphError where it has no room."""
    try:
        copy = Store(folder)
        for graph in store.named_graphs():
            copy.add_graph(graph)
        copy.bulk_extend(store)
        copy.flush()
    except (OSError, RuntimeError) as error:
        raise no_room(folder.parents[2], error) from error


def _in_deep_thread(work: Callable[[], None]) -> None:
    """Do `work` in a thread whose stack is deep enough for queries that nest deep; raise what it
    raises."""
    failures: list[BaseException] = []

    def attempt() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (raised again below)
            failures.append(error)

    threading.stack_size(_STACK)
    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    for failure in failures:
        raise failure


def serve(pipes: socket.socket, frames: queue.SimpleQueue[Frame], work: bytes) -> None:
    """Answer queries about a store on disk, one after the other."""
    opening: Opening
    opening, file = pickle.loads(work)  # noqa: S301  (from the service itself)
    worker.warm_up()
    try:
        evaluator = opening.open()
    except ClausegraphError as error:
        messages.send(pipes, messages.error_header(error))
        return
    limits = opening.limits
    outlet = Outlet(_opened(file), limits.result)
    process.confine(limits.memory, limits.result, may_open=True)
    desk = worker.Desk(evaluator, outlet)
    messages.send(pipes, {"ready": True})
    while not desk.is_closed:
        messages.send_framed(pipes, *desk.reply(frames.get()))


def _opened(file: Path) -> int | None:
    """Return the descriptor of the file for large answers, or None where there is none."""
    try:
        return shared(file)
    except OSError:
        return None


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
