"""Filling a store beside what else is done: runs of lines go in by themselves, some at a time.

The bulk load leaves the interpreter alone meanwhile. A run goes in as it is, and as part of the
merge, in one go: what both name is then written once. Each go leaves tables behind that are merged
later, at a cost: the fewer the better, while memory holds all that goes in at once.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections import deque
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from clausegraph.stores.folder import unwritable
from clausegraph.stores.sorting import Run

if sys.platform == "linux":
    import fcntl

# Lines that go in at once, twice each; about 1 GB of memory. The engine makes its tables of a
# million quads each: a little more would be some more tables.
TOGETHER = 499_000
TWICE = 300_000  # the same where two go in beside each other, and there is much more to come

# So that a small load is done beside the reading of it: the first goes need not be large.
EARLY_GOES = 3
EARLY = 30_000  # lines

_FEW = 2_000_000  # lines, of which not much else is held

_PIPE = 2**20  # bytes that a pipe is to hold; its own are 64 KiB


class Filling:
    """Fills the store in the folder `store` with runs of the file `lines`."""

    def __init__(self, store: Path, lines: Path) -> None:
        self.store = Store(str(store))
        self.filled = 0  # lines
        self._path = store
        self._lines = lines
        self._waiting: deque[Run] = deque()
        self._changed = threading.Condition()
        self._loading = 0  # goes
        self._goes = 0  # so far
        self._is_settling = False
        self._is_closed = False
        self._errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def put(self, run: Run) -> None:
        """Have a run loaded soon; raises what the loading of an earlier one raised."""
        self._raise()
        with self._changed:
            self._waiting.append(run)
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until all is loaded, and help meanwhile; raises InputError where it cannot be."""
        self._settle(True)
        while runs := self._next():
            self._take(runs)
        with self._changed:
            self._changed.wait_for(lambda: not self._loading)
        self._settle(False)
        self._raise()

    def close(self) -> None:
        """End, whether all is loaded or not; what runs comes to its end first."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()
        self._thread.join()
        del self.store

    def _raise(self) -> None:
        if self._errors:
            raise unwritable(self._path, self._errors[0]) from self._errors[0]

    def _work(self) -> None:
        """Load runs once enough of them wait."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_enough() or self._is_closed)
                if self._is_closed:
                    return
            self._take(self._next())

    def _settle(self, is_settling: bool) -> None:
        """Say whether nothing more is to be waited for."""
        with self._changed:
            self._is_settling = is_settling
            self._changed.notify_all()

    def _is_enough(self) -> bool:
        """Whether one more of the runs that wait would be too much for one go."""
        if not self._waiting:
            return False
        lines = [run.lines for run in self._waiting]
        is_early = self._goes < EARLY_GOES and sum(lines) > EARLY
        return self._is_settling or is_early or sum(lines) + max(lines) > TOGETHER

    def _next(self) -> list[Run]:
        """Return runs that wait, for the next go."""
        runs: list[Run] = []
        with self._changed:
            are_many = self.filled + sum(run.lines for run in self._waiting) > _FEW
            most = TWICE if self._is_settling and are_many else TOGETHER
            while self._waiting and (not runs or self._waiting[0].lines <= most):
                runs.append(self._waiting.popleft())
                most -= runs[-1].lines
            self._loading += bool(runs)
            self._goes += bool(runs)
        return runs

    def _take(self, runs: list[Run]) -> None:
        """Load runs, unless loading has failed."""
        try:
            if runs and not self._errors:
                self._load(runs)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._errors.append(error)
        finally:
            with self._changed:
                self.filled += sum(run.lines for run in runs)
                self._loading -= bool(runs)
                self._changed.notify_all()

    def _load(self, runs: list[Run]) -> None:
        """Load runs in one go, through a pipe; a parser that reads one takes no very long line."""
        if any(run.is_long for run in runs):
            with self._lines.open("rb") as stream:
                for run in runs:
                    text = b"".join(run.quads(stream))
                    self.store.bulk_load(input=text, format=RdfFormat.N_QUADS, lenient=True)
            return
        reading, writing = _pipe()
        feeder = threading.Thread(target=self._feed, args=(runs, writing))
        feeder.start()
        try:
            self.store.bulk_load(path=f"/dev/fd/{reading}", format=RdfFormat.N_QUADS, lenient=True)
        finally:
            os.close(reading)
            feeder.join()

    def _feed(self, runs: list[Run], writing: int) -> None:
        """Write runs into a pipe until nobody reads it any more."""
        try:
            with os.fdopen(writing, "wb", buffering=0) as pipe, self._lines.open("rb") as stream:
                for run in runs:
                    for text in run.quads(stream):
                        _write(pipe.fileno(), text)
        except BrokenPipeError:
            pass  # The load has failed, and says why.
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._errors.append(error)


def _pipe() -> tuple[int, int]:
    """Return both ends of a pipe, which holds much where it may."""
    reading, writing = os.pipe()
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE)
    return reading, writing


def _write(descriptor: int, text: bytes) -> None:
    """Write all of a text, of which a pipe takes what it has room for."""
    left = memoryview(text)
    while left:
        left = left[os.write(descriptor, left) :]
