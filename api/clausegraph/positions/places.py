"""What is looked for in a file, and where it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from pyoxigraph import NamedNode

from clausegraph.naming import AnyTerm

_LINE_FEED = re.compile("\n")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text: lines and columns from 1, in code points; the end is just after it."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statement whose place is looked for: that of its object, which an author would edit.

    Without an object, the place of the predicate; without both, where the subject is described.
    """

    subject: AnyTerm
    predicate: NamedNode | None = None
    object: AnyTerm | None = None


class Lines:
    """The lines of a text: offsets in, places out. Lines end in a line feed."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_FEED.finditer(text))]

    def point(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def place(self, start: int, end: int) -> Place:
        """Return the place from `start` to just before `end`."""
        return Place(*self.point(start), *self.point(end))
