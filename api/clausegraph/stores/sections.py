"""Sections: lines of one graph after the other, as a release has them, verified as they go by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from operator import lt

from clausegraph.stores.lines import Section
from clausegraph.stores.sorting import Run, has_long

BUFFER = 12 * 2**20  # bytes of a run


class NotSortedError(Exception):
    """The lines are not sorted by graph and then by themselves, each once."""


class Sections:
    """Takes a file piece by piece; `handed` is given runs of its lines, in their order.

    `digests` are those of the graphs so far, by their names as they are written.
    """

    def __init__(self, handed: Callable[[Run], None]) -> None:
        self.lines = 0
        self.digests: dict[bytes, str] = {}
        self._handed = handed
        self._graph = b""
        self._last = b""  # line
        self._digest = hashlib.sha256()
        self._start = self._end = 0
        self._parts: list[tuple[bytes, int]] = []  # graphs of the run, and their sizes
        self._count = 0  # lines of the run
        self._is_long = False  # whether one of them is very long

    def add(self, found: Iterable[Section]) -> None:
        """Take the sections that come next; raises NotSortedError."""
        for section in found:
            self._take(section)
        if self._end - self._start >= BUFFER:
            self._hand()

    def close(self) -> None:
        """Hand over what is left."""
        self._hand()
        if self._graph:
            self.digests[self._graph] = self._digest.hexdigest()

    def _take(self, section: Section) -> None:
        graph, text, rows = section
        if graph != self._graph:
            self._begin(graph)
        if not (self._last < rows[0] and all(map(lt, rows, rows[1:]))):
            raise NotSortedError("its lines are not sorted")
        self._last = rows[-1]
        self._digest.update(text)
        self._parts.append((graph, len(text)))
        self._end += len(text)
        self.lines += len(rows)
        self._count += len(rows)
        self._is_long = self._is_long or has_long(rows, len(text))

    def _begin(self, graph: bytes) -> None:
        """Begin a graph, which must come after the one before it."""
        if self._graph:
            self.digests[self._graph] = self._digest.hexdigest()
        if graph[1:-1] <= self._graph[1:-1]:
            raise NotSortedError("its graphs are not sorted")
        self._graph, self._last = graph, b""
        self._digest = hashlib.sha256()

    def _hand(self) -> None:
        """Hand over a run."""
        if self._parts:
            self._handed(Run(self._start, tuple(self._parts), self._count, self._is_long))
        self._start = self._end
        self._parts, self._count, self._is_long = [], 0, False
