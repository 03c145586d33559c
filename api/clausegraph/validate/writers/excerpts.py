"""The line of a file that a finding is about, with marks under what is at fault."""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from clausegraph.positions.places import Place
from clausegraph.textfiles import BYTE_ORDER_MARK
from clausegraph.validate.sources import is_compressed
from clausegraph.validate.wording import safe

Open = Callable[[Path], TextIO]

_TAB = "    "
_CONTEXT = 0.3  # of the width that is kept before the fault in a line that is cut


def open_file(path: Path) -> TextIO:
    """Open a text file; bytes that are not UTF-8 are shown as such, and hide nothing else."""
    if is_compressed(path):
        return gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n")
    return path.open(encoding="utf-8", errors="replace", newline="\n")


class Excerpts:
    """Reads files forwards, one at a time and one line at a time: findings come in this order."""

    def __init__(self, opened: Open = open_file) -> None:
        self._open = opened
        self._path: Path | None = None
        self._lines: Iterator[str] = iter(())
        self._stream: TextIO | None = None
        self._number = 0
        self._line: str | None = None

    def line(self, path: Path, number: int) -> str | None:
        """Return a line without its end, None where there is none; numbers count from 1."""
        if path != self._path or number < self._number:
            self._begin(path)
        while self._number < number:
            self._line = next(self._lines, None)
            self._number += 1
        return None if self._line is None else self._line.rstrip("\r\n")

    def close(self) -> None:
        """Close the file that is open."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _begin(self, path: Path) -> None:
        self.close()
        self._path, self._number, self._line = path, 0, None
        try:
            self._stream = self._open(path)
        except OSError:  # it is gone, or was never a file
            self._lines = iter(())
            return
        self._lines = _without_mark(self._stream)


def _without_mark(stream: TextIO) -> Iterator[str]:
    first = stream.readline()
    if first:
        yield first.removeprefix(BYTE_ORDER_MARK)
    yield from stream


def marked(line: str, place: Place, width: int) -> tuple[str, str]:
    """Return the line as it is shown, at most `width` columns of it, and the marks below it."""
    start = min(place.column - 1, len(line))
    end = min(place.end_column - 1, len(line)) if place.end_line == place.line else len(line)
    end = max(end, start)
    left, right = _window(line, start, width)
    before, fault, after = line[left:start], line[start : min(end, right)], line[end:right]
    head = "…" if left else ""
    tail = "…" if right < len(line) else ""
    shown_before, shown_fault = head + _shown(before), _shown(fault)
    shown = (shown_before + shown_fault + _shown(after)).rstrip() + tail
    return shown, " " * columns(shown_before) + "^" * max(columns(shown_fault), 1)


def _window(line: str, start: int, width: int) -> tuple[int, int]:
    """Return from where to where a line is shown, as offsets into it."""
    if len(line) <= width and columns(_shown(line)) <= width:
        return 0, len(line)
    room = width - 2  # for the marks of what is cut off
    left, used = _reach(line[max(0, start - room) : start][::-1], int(room * _CONTEXT))
    right, more = _reach(line[start : start + room], room - used)
    if start + right == len(line):
        left, _ = _reach(line[max(0, start - room) : start][::-1], room - more)
    return start - left, start + right


def _reach(text: str, room: int) -> tuple[int, int]:
    """Return how many characters of a text fit, and how many columns they take."""
    used = 0
    for number, character in enumerate(text):
        cost = columns(_shown(character))
        if used + cost > room:
            return number, used
        used += cost
    return len(text), used


def _shown(text: str) -> str:
    return safe(text.replace("\t", _TAB))


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Mn":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
