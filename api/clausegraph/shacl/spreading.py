"""Work spread over processes: forked copies of this one, which take the next item when free."""

from __future__ import annotations

import os
import pickle
import selectors
import signal
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from clausegraph.errors import ClausegraphError, InputError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_NUMBER = struct.Struct("!I")
_HEAD = struct.Struct("!IQ")
_CHUNK = 1 << 20
_MOST = 4096  # items: their numbers fit into a pipe at once


def can_spread() -> bool:
    """Whether this platform can fork."""
    return hasattr(os, "fork")


@dataclass
class _Child:
    process: int
    reader: int
    received: bytearray


def spread(
    items: Sequence[Item], work: Callable[[Item], Iterable[Outcome]], processes: int
) -> Iterator[Outcome]:
    """Yield what `work` gives for each item, in the order of the items.

    Each of `processes` works on a copy of everything as it is now; outcomes come back pickled.
    Raises the ClausegraphError that `work` raised first, by the order of items, and InputError
    where a process was ended from outside. To be called by a process of one thread.
    """
    if len(items) > _MOST:
        yield from (outcome for item in items for outcome in work(item))
        return
    queue, feed = os.pipe()
    os.write(feed, b"".join(_NUMBER.pack(number) for number in range(len(items))))
    os.close(feed)
    children: list[_Child] = []
    try:
        for _ in range(min(processes, len(items))):
            children.append(_fork(items, work, queue))  # noqa: PERF401  (each is ended below)
        os.close(queue)
        yield from _collected(children, len(items))
    finally:
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child.process, signal.SIGKILL)
            os.close(child.reader)
            os.waitpid(child.process, 0)


def _fork(items: Sequence[Item], work: Callable[[Item], Iterable[Outcome]], queue: int) -> _Child:
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return _Child(process, reader, bytearray())
    code = 1
    try:
        os.close(reader)
        while number := os.read(queue, _NUMBER.size):
            at = _NUMBER.unpack(number)[0]
            _send(writer, at, _outcome(items[at], work))
        code = 0
    finally:
        os._exit(code)


def _outcome(
    item: Item, work: Callable[[Item], Iterable[Outcome]]
) -> list[Outcome] | ClausegraphError:
    try:
        return list(work(item))
    except ClausegraphError as error:
        return error


def _send(writer: int, number: int, outcome: object) -> None:
    body = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
    view = memoryview(_HEAD.pack(number, len(body)) + body)
    while view:
        view = view[os.write(writer, view) :]


def _collected(children: Sequence[_Child], number: int) -> Iterator[Any]:
    """Yield the outcomes of `number` items in their order, as they come in."""
    found: dict[int, Any] = {}
    due = 0
    with selectors.DefaultSelector() as selector:
        for child in children:
            selector.register(child.reader, selectors.EVENT_READ, child)
        while due < number:
            if not selector.get_map():
                raise InputError(
                    "A process of this validation was ended from outside.",
                    remedy="It may have run out of memory; validate fewer files at once.",
                )
            for key, _ in selector.select():
                part = os.read(key.data.reader, _CHUNK)
                if not part:
                    selector.unregister(key.fileobj)
                key.data.received += part
                found.update(_messages(key.data.received))
            while due in found:
                outcome = found.pop(due)
                if isinstance(outcome, ClausegraphError):
                    raise outcome
                yield from outcome
                due += 1


def _messages(received: bytearray) -> Iterator[tuple[int, Any]]:
    """Take the whole messages from what was received, and yield them."""
    while len(received) >= _HEAD.size:
        number, size = _HEAD.unpack_from(received)
        end = _HEAD.size + size
        if len(received) < end:
            return
        # What is read was written by a copy of this very process.
        yield number, pickle.loads(received[_HEAD.size : end])  # noqa: S301
        del received[:end]
