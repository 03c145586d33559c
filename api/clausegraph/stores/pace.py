"""Pace: how far a load is, how fast it goes, and how long it may take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

_TOLD = 5.0  # seconds between two lines of progress
_DERIVED = 1.3  # lines of the graph for one of the files
_MINUTE = 60


@dataclass
class Pace:
    """Tells how many lines of all were loaded: a triple of several graphs is one in each. `size` is
    that of all files, in bytes."""

    tell: Callable[[str], None]
    size: int
    clock: Callable[[], float] = time.monotonic
    read: int = 0  # bytes
    taken: int = 0  # lines
    is_known: bool = False  # all that will come was taken
    _start: float = field(init=False)
    _told: float = field(init=False)

    def __post_init__(self) -> None:
        self._start = self._told = self.clock()

    @property
    def total(self) -> int:
        """How many lines there will be, as far as can be told."""
        if self.is_known or not self.read:
            return self.taken
        return int(self.taken / self.read * max(self.size, self.read) * _DERIVED)

    def show(self, loaded: int) -> None:
        """Tell how far the load is, unless that was told a moment ago."""
        now = self.clock()
        if now - self._told < _TOLD or not loaded:
            return
        self._told = now
        rate = loaded / (now - self._start)
        about, total = ("" if self.is_known else "about "), max(self.total, loaded)
        left = _duration((total - loaded) / rate)
        self.tell(
            f"Loaded {loaded:,} of {about}{total:,} lines, {rate:,.0f} a second, about {left} left."
        )

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return self.clock() - self._start


def _duration(seconds: float) -> str:
    """Return a time for a reader."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds // _MINUTE:.0f} min {seconds % _MINUTE:.0f} s"
