"""Telling how far an index is: what is quick says nothing, what takes long says so now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[str], None]

_FIRST = 1.0  # seconds before anything is told
_TOLD = 5.0  # seconds between two lines
_CHECKED = 1000  # items between two looks at the clock

_Item = TypeVar("_Item")


def _silent(_: str) -> None:
    """Report progress to nobody."""


class Telling:
    """Passes on what is told, unless something was a moment ago."""

    def __init__(
        self, progress: Progress = _silent, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._progress = progress
        self._clock = clock
        self._due = clock() + _FIRST

    def counted(self, items: Iterable[_Item], work: str) -> Iterator[_Item]:
        """Yield items, and tell what is done and how many they were so far; before the first of
        them too, since a store may look for it for seconds."""
        if self._is_due():
            self._progress(f"{work}.")
        for number, item in enumerate(items):
            if number and number % _CHECKED == 0 and self._is_due():
                self._progress(f"{work}: {number:,} so far.")
            yield item

    def rated(self, items: Iterable[_Item], total: int, work: str) -> Iterator[_Item]:
        """Yield items, and tell how many of all they were so far, how fast that went, and how long
        the rest may take."""
        start = 0.0
        for number, item in enumerate(items):
            start = start or self._clock()  # The first one may have taken long to come.
            if number and number % _CHECKED == 0 and self._is_due():
                rate = number / max(self._clock() - start, 1e-6)
                self._progress(
                    f"{work}: {number:,} of {total:,}, {rate:,.0f} a second, "
                    f"about {(total - number) / rate:.0f} s left."
                )
            yield item

    def _is_due(self) -> bool:
        """Whether it is time to tell something, which is told then."""
        now = self._clock()
        is_due = now >= self._due
        if is_due:
            self._due = now + _TOLD
        return is_due
