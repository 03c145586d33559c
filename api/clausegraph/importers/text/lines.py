"""A text as lines that know where they stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_NEW_LINE = frozenset({"\r\n", "\n", "\r"})


@dataclass(frozen=True)
class Line:
    """A line: its number as editors count, from 1, and where it starts, in code points from 0.

    A form feed ends a line too, since a page begins with it, but editors do not count it.
    """

    number: int
    start: int
    text: str

    @property
    def is_blank(self) -> bool:
        """Whether it shows nothing."""
        return not self.text.strip(" \t\u00a0\u3000\u200b\ufeff")


def cut(text: str) -> list[Line]:
    """Return the lines of a text, blank ones too."""
    return list(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    number, start = 1, 0
    for found in _BREAK.finditer(text):
        yield Line(number, start, text[start : found.start()])
        start = found.end()
        number += found[0] in _NEW_LINE
    if start < len(text):
        yield Line(number, start, text[start:])
