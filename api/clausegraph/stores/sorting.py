"""Sorting more lines than memory holds: by graph, in runs on disk, which are merged when read."""

from __future__ import annotations

import contextlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from clausegraph.stores.lines import Block, merged

BUFFER = 32 * 2**20  # bytes of lines that are sorted at once
FIRST = 4 * 2**20  # the same of the first run; each after it may have twice as many
LONG = 8 * 2**20  # bytes of a line, half of what the parser can hold
_PIECE = 4 * 2**20  # bytes that are handed on at once
BLOCK = 2**20  # bytes that are read at once from each of several runs

_Segment = tuple[int, int]  # offset and size in the file


class Run(NamedTuple):
    """A sorted part of the lines: where it lies in the file, the size of each graph's, how many
    they are, and whether one of them is very long."""

    offset: int
    parts: tuple[tuple[bytes, int], ...]
    lines: int
    is_long: bool

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(size for _, size in self.parts)

    def quads(self, stream: BinaryIO) -> Iterator[bytes]:
        """Yield its text, read from the file, as it is and as lines of the default graph, some
        graphs at a time."""
        stream.seek(self.offset)
        named: list[bytes] = []
        size = 0
        for graph, length in self.parts:
            text = stream.read(length)
            named += (text, merged(text, graph))
            size += length
            if size > _PIECE:
                yield b"".join(named)
                named, size = [], 0
        yield b"".join(named)


def has_long(lines: list[bytes], size: int) -> bool:
    """Whether one of some lines, of so many bytes in all, is very long."""
    return size > LONG and max(map(len, lines)) > LONG


class Runs:
    """Lines by graph, in any order and any number; each run is handed on when it is written."""

    def __init__(self, path: Path, handed: Callable[[Run], None] | None = None) -> None:
        self.path = path
        self._handed = handed
        self._file: BinaryIO = path.open("wb")
        self._held: defaultdict[bytes, list[bytes]] = defaultdict(list)
        self._size = 0
        self._most = min(FIRST, BUFFER)
        self._end = 0
        self._segments: defaultdict[bytes, list[_Segment]] = defaultdict(list)

    def add(self, block: Block) -> None:
        """Take the lines of a block."""
        if not block.lines:
            return
        self._held[block.graph] += block.lines
        self._size += block.size
        if self._size >= self._most:
            self.flush()
            self._most = min(2 * self._most, BUFFER)

    def flush(self) -> None:
        """Write what is held, so that it can be read."""
        if not self._held:
            return
        parts, start, count, is_long = [], self._end, 0, False
        for graph, lines in self._held.items():
            lines.sort()
            each = _once(lines)
            count += len(each)
            text = b"\n".join(each) + b"\n"
            is_long = is_long or has_long(each, len(text))
            self._file.write(text)
            self._segments[graph].append((self._end, len(text)))
            self._end += len(text)
            parts.append((graph, len(text)))
        self._file.flush()
        self._held.clear()
        self._size = 0
        if self._handed is not None:
            self._handed(Run(start, tuple(parts), count, is_long))

    def close(self) -> None:
        """Write nothing more; what is held is given up. Harmless when done twice."""
        self._held.clear()
        with contextlib.suppress(OSError):  # A full disk was told before.
            self._file.close()

    def sorted(self, graph: bytes) -> Iterator[list[bytes]]:
        """Yield the lines of a graph sorted, each once and without its line feed, some at a time:
        those of one subject all at once."""
        segments = self._segments.get(graph, [])
        with self.path.open("rb") as stream:
            if len(segments) == 1:
                yield _once(_Reader(stream, segments[0], segments[0][1]).more())
            elif segments:
                yield from _aligned(_merge([_Reader(stream, each, BLOCK) for each in segments]))


class _Reader:
    """Reads the lines of a segment."""

    def __init__(self, stream: BinaryIO, segment: _Segment, block: int) -> None:
        self._stream = stream
        self._offset, self._left = segment
        self._block = block
        self._rest = b""
        self.lines: list[bytes] = []

    @property
    def is_done(self) -> bool:
        """Whether all is in `lines`."""
        return not self._left

    def more(self) -> list[bytes]:
        """Have some lines, if there are any."""
        while self._left and not self.lines:
            self._stream.seek(self._offset)
            text = self._rest + self._stream.read(min(self._block, self._left))
            self._offset += min(self._block, self._left)
            self._left -= min(self._block, self._left)
            *self.lines, self._rest = text.split(b"\n")
        return self.lines

    def take(self, limit: bytes | None) -> list[bytes]:
        """Take the lines up to `limit`, None for all."""
        end = len(self.lines) if limit is None else bisect_right(self.lines, limit)
        taken, self.lines = self.lines[:end], self.lines[end:]
        return taken


def _merge(readers: list[_Reader]) -> Iterator[list[bytes]]:
    """Yield the lines of sorted segments sorted, each once."""
    while lists := [reader.more() for reader in readers]:
        if not any(lists):
            return
        unfinished = [reader.lines[-1] for reader in readers if not reader.is_done]
        limit = min(unfinished, default=None)
        taken = [line for reader in readers for line in reader.take(limit)]
        taken.sort()
        yield _once(taken)


def _aligned(lists: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
    """Yield sorted lines again, those of one subject all at once."""
    kept: list[bytes] = []
    for lines in lists:
        kept += lines
        start = kept[-1].split(b" ", 1)[0] + b" "
        end = bisect_left(kept, start)
        if end:
            yield kept[:end]
            kept = kept[end:]
    if kept:
        yield kept


def _once(lines: list[bytes]) -> list[bytes]:
    """Return sorted lines without repetitions."""
    return list(dict.fromkeys(lines))
