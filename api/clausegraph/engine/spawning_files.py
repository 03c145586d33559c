"""The private folder of a service that spawns its workers: stores, large bodies, left-overs.

A folder is held by a lock, not by the process identifier that its name carries for people:
identifiers are used again, and containers that share a disk do not share them. The lock is on the
folder itself, which systemd-tmpfiles then leaves alone (tmpfiles.d, "Age"); on Windows, which does
not remove what is open, it is an open file.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path

from clausegraph.errors import ClausegraphError, UsageError

if sys.platform != "win32":
    import fcntl

STORE = "store"  # in the folder of a release

_PREFIX = "clausegraph-"
_NAME = re.compile(re.escape(_PREFIX) + r"\d+-\w+")
_MARK = "spawned"  # a file that only folders of ours have
_YOUNG = 2.0  # seconds in which a folder may not be locked yet


class PrivateFolder:
    """A folder that nobody else may read, and that is removed with all in it."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def make(cls, parent: Path | None) -> PrivateFolder:
        """Return a new folder in `parent`, None the system's, or raise ClausegraphError.

        Those of services that were killed are removed first.
        """
        above = parent or Path(tempfile.gettempdir())
        try:
            sweep(above)
            path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=above))
            (path / _MARK).touch()
            return cls(path, _held(path))
        except OSError as error:
            raise no_room(above, error) from error

    def remove(self) -> None:
        """Remove the folder; harmless when done twice."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
            remove(self.path)


def make_folder(path: Path) -> None:
    """Make the folder of a release, or raise ClausegraphError."""
    try:
        path.mkdir()
    except OSError as error:
        raise no_room(path.parents[1], error) from error


def shared(path: Path, *, create: bool = False) -> int:
    """Return the descriptor of a file that another process opens by its name too."""
    flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_TEMPORARY", 0)
    return os.open(path, flags | (os.O_CREAT | os.O_EXCL if create else 0), 0o600)


def forget(path: Path) -> None:
    """Remove the name of a file that all who share it have open.

    Windows does not, and removes the file by itself when the last of them closes it.
    """
    with contextlib.suppress(OSError):
        path.unlink()


def no_room(folder: Path, error: Exception) -> ClausegraphError:
    """Return the error for a folder that takes no file, or not enough."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    reason = reason.removeprefix("IO error: ").partition(": While ")[0]
    return ClausegraphError(
        f"The graph cannot be written to {folder}: {reason.rstrip('.')}.",
        remedy="Make room there, or name another folder with --spool.",
    )


def not_importable(reason: str) -> UsageError:
    """Return the error for a load that cannot be handed to another process."""
    return UsageError(
        f"What loads the graph cannot be handed to a new process: {reason.rstrip('.')}.",
        remedy="Define it at the top level of a module that can be imported.",
    )


def remove(path: Path) -> None:
    """Remove a folder, or what can be removed of it: the mark last, by which the rest is known."""
    for entry in path.iterdir() if path.is_dir() else ():
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name != _MARK:
            with contextlib.suppress(OSError):
                entry.unlink()
    shutil.rmtree(path, ignore_errors=True)


def sweep(above: Path) -> None:
    """Remove the folders in `above` whose service was killed."""
    for path in above.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if _NAME.fullmatch(path.name) and _is_left_over(path):
                remove(path)


def _is_left_over(path: Path) -> bool:
    """Whether a folder is one of ours, and nobody holds it; raises OSError where that cannot be
    said."""
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or time.time() - status.st_mtime < _YOUNG:
        return False
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        return False
    if sys.platform == "win32":
        (path / _MARK).unlink()  # What a process has open is not removed.
        return True
    os.close(_held(path))
    return (path / _MARK).exists()


def _held(path: Path) -> int:
    """Return the descriptor that holds a folder until it is closed; raises OSError if somebody
    holds it already."""
    if sys.platform == "win32":
        return os.open(path / _MARK, os.O_RDWR)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
