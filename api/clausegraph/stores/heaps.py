"""Heaps: texts under keys, in any order, on disk as soon as they are many."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

HELD = 16 * 2**20  # bytes in memory


class Heaps:
    """Texts under keys, which can be read at any time; `counts` are what they are said to hold."""

    def __init__(self, path: Path) -> None:
        self.counts: defaultdict[bytes, int] = defaultdict(int)
        self._path = path
        self._file: BinaryIO = path.open("w+b")
        self._held: defaultdict[bytes, list[bytes]] = defaultdict(list)
        self._places: defaultdict[bytes, list[tuple[int, int]]] = defaultdict(list)
        self._size = 0
        self._end = 0

    def add(self, key: bytes, text: bytes, count: int) -> None:
        """Take a text that holds so many lines."""
        self._held[key].append(text)
        self.counts[key] += count
        self._size += len(text)
        if self._size >= HELD:
            self._write()

    def texts(self, key: bytes) -> Iterator[bytes]:
        """Yield the texts under a key."""
        for offset, size in self._places.get(key, ()):
            self._file.seek(offset)
            yield self._file.read(size)
        yield from self._held.get(key, ())

    def close(self) -> None:
        """Give up all texts; harmless when done twice."""
        self._held.clear()
        with contextlib.suppress(OSError):  # A full disk was told before.
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        """Put what is held on disk."""
        self._file.seek(self._end)
        for key, texts in self._held.items():
            text = b"".join(texts)
            self._file.write(text)
            self._places[key].append((self._end, len(text)))
            self._end += len(text)
        self._held.clear()
        self._size = 0
