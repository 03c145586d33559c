"""Large answers in files without a name: the worker writes, the service reads.

Each worker has one file, open before the worker loses the right to open any, and the service has a
descriptor of the same open file. Whatever happens to either, nothing is left on the disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import threading
import weakref
from pathlib import Path

from clausegraph.errors import QueryError, ResultTooLarge, SpoolFailed

_NO_SUCH_FLAG = {errno.EISDIR, errno.ENOENT, errno.EOPNOTSUPP, errno.EINVAL, errno.EACCES}


def make(folder: Path | None) -> int | None:
    """Return a new file without a name in `folder`, or in the system's for temporary files; None
    where there is no room for one."""
    where = folder or Path(tempfile.gettempdir())
    try:
        return _unnamed(where)
    except OSError:
        return None


def _unnamed(folder: Path) -> int:
    """Return the descriptor of a new file that never had a name, or has lost it."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is not None:
        try:
            return os.open(folder, os.O_RDWR | flag | os.O_CLOEXEC, 0o600)
        except OSError as error:  # Not every file system knows the flag.
            if error.errno not in _NO_SUCH_FLAG:
                raise
    descriptor, name = tempfile.mkstemp(dir=folder)
    os.unlink(name)  # noqa: PTH108, a name, not a path
    return descriptor


def too_large(cap: int) -> ResultTooLarge:
    """Return the error for an answer of more than `cap` bytes."""
    return ResultTooLarge(
        f"The answer has more than {cap} bytes.",
        remedy="Ask for it in pages, with ORDER BY, LIMIT and OFFSET.",
    )


class Outlet:
    """The worker's end: a file to write one answer after the other into, or None for none."""

    def __init__(self, descriptor: int | None, cap: int) -> None:
        self._descriptor = descriptor
        self._cap = cap
        self._is_used = False

    def clear(self) -> None:
        """Begin anew, and give back the room that was taken; raises SpoolFailed."""
        if self._descriptor is None or not self._is_used:
            return
        try:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        except OSError as error:
            raise self._refused(error) from error

    def give_up(self) -> None:
        """Give back the room that was taken, where that can be done."""
        with contextlib.suppress(SpoolFailed):
            self.clear()

    def write(self, data: bytes) -> None:
        """Write all of `data`; raises SpoolFailed where the disk does not take it."""
        if self._descriptor is None:
            raise _failed("no file could be made there")
        self._is_used = True
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> QueryError:
        """Return the error for a write that failed."""
        if error.errno == errno.EFBIG:
            return too_large(self._cap)
        return _failed(os.strerror(error.errno or 0))


def _failed(reason: str) -> SpoolFailed:
    """Return the error for a large answer that the disk does not take."""
    return SpoolFailed(
        f"The folder for large results cannot take this one: {reason}.",
        remedy="Ask for less, with LIMIT, or again later; small results are not affected.",
    )


class _File:
    """A descriptor that is closed once, by whoever has it last."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.RLock()  # Who reads in a thread must never read another file.
        self._close = weakref.finalize(self, os.close, descriptor)
        self._is_leaving = False
        self.is_busy = False

    def read(self, offset: int, size: int) -> bytes:
        """Read from the file, which is busy."""
        with self._lock:
            if not self.is_busy:
                raise ValueError("this answer has been closed")
            return _read_at(self._descriptor, size, offset)

    def free(self) -> None:
        """Give the room of an answer back."""
        with self._lock:
            self.is_busy = False
            if self._is_leaving:
                self._close()
            else:
                with contextlib.suppress(OSError):  # The next answer truncates it again.
                    os.ftruncate(self._descriptor, 0)

    def leave(self) -> None:
        """Close the descriptor now, or as soon as the file is free."""
        with self._lock:
            self._is_leaving = True
            if not self.is_busy:
                self._close()


def _read_at(descriptor: int, size: int, offset: int) -> bytes:
    """Read from a file, of which the worker has a descriptor of its own where there is no pread."""
    if hasattr(os, "pread"):
        return os.pread(descriptor, size, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)


class Room:
    """The service's end: where a worker's large answers are."""

    def __init__(self, descriptor: int) -> None:
        self._file = _File(descriptor)

    @property
    def is_busy(self) -> bool:
        """Whether an answer that is in it has not been closed yet."""
        return self._file.is_busy

    def hold(self, size: int) -> Body:
        """Return the answer of `size` bytes that the worker has just put into it."""
        self._file.is_busy = True
        return Body(self._file, size)

    def close(self) -> None:
        """Let go of the file: at once, or as soon as the answer that is in it has been closed."""
        self._file.leave()


class Body:
    """A large answer; its room is given back when it is closed, or nobody has it any more."""

    def __init__(self, file: _File, size: int) -> None:
        self.size = size
        self._file = file
        self._end = weakref.finalize(self, file.free)

    def read(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset`; blocks for as long as a disk may."""
        if not self._end.alive:
            raise ValueError("this answer has been closed")
        return self._file.read(offset, max(0, min(size, self.size - offset)))

    def close(self) -> None:
        """Give the room back; harmless when done twice."""
        self._end()
