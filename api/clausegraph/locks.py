"""Locks of folders: one process changes what is in a folder, many read it.

The system gives a lock back when the process that took it has ended, however it ends. Where it
knows no such locks, everyone gets what they ask for.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextlib.contextmanager
def changing(folder: Path) -> Iterator[bool]:
    """Have a folder for oneself; give False where another process has it, or reads it."""
    if sys.platform == "win32":
        yield True
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def read(folder: Path) -> int | None:
    """Keep others from changing a folder until the descriptor that is returned is closed, or this
    process ends; return None where that cannot be."""
    if sys.platform == "win32":
        return None
    descriptor = -1
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        if descriptor >= 0:
            os.close(descriptor)
        return None
    return descriptor


def leave(descriptor: int | None) -> None:
    """Give back what `read` has taken."""
    if descriptor is not None:
        os.close(descriptor)
