"""What takes long says so, on standard error; what is quick says nothing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 2.0  # seconds before a message says what takes so long


class Progress:
    """Prints the newest message once it is clear that the work takes a while."""

    def __init__(self) -> None:
        self._message = ""
        self._late = False

    def say(self, message: str) -> None:
        """Take note of what is being done."""
        self._message = message
        if self._late:
            self._print()

    def late(self) -> None:
        """Begin to print."""
        self._late = True
        self._print()

    def _print(self) -> None:
        if self._message:
            print(self._message, file=sys.stderr, flush=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """Lend a Progress for the time of some work."""
    told = Progress()
    timer = threading.Timer(_PATIENCE, told.late)
    timer.daemon = True
    timer.start()
    try:
        yield told
    finally:
        timer.cancel()
