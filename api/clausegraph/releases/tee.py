"""One text into several files at once: plain, and in each compression, with sizes and digests."""

from __future__ import annotations

import hashlib
import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import zstandard

from clausegraph import formats
from clausegraph.formats import Coding, Syntax
from clausegraph.releases.manifest import File

_GZIP_LEVEL = 9
_GZIP_WINDOW = 16 + zlib.MAX_WBITS  # 16: with the header and trailer of gzip, and no time of day
_ZSTD_LEVEL = 12  # higher ones take many times as long for a few percent


class _Work(Protocol):
    """What compresses a text piece by piece."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Plain:
    """Compresses nothing."""

    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


def _work(coding: Coding) -> _Work:
    if coding == formats.GZIP:
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    if coding == formats.ZSTD:
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    return _Plain()


class _Output:
    """One file, and what is known of its bytes so far."""

    def __init__(self, folder: Path, syntax: Syntax, coding: Coding) -> None:
        self._syntax = syntax
        self._coding = coding
        self._name = formats.dump(syntax, coding)
        self._work = _work(coding)
        self._digest = hashlib.sha256()
        self._size = 0
        self._stream = (folder / self._name).open("wb")

    def write(self, data: bytes) -> None:
        self._put(self._work.compress(data))

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._size += len(data)
        self._stream.write(data)

    def finish(self) -> File:
        """Write out what is left, so that it survives a loss of power."""
        self._put(self._work.flush())
        self._stream.flush()
        os.fsync(self._stream.fileno())
        digest = self._digest.hexdigest()
        return File(self._name, self._syntax.media_type, self._coding.name, self._size, digest)

    def close(self) -> None:
        self._stream.close()


class Tee:
    """Takes the bytes of a dump and writes them in every coding; `files` is known at its end."""

    def __init__(self, folder: Path, syntax: Syntax) -> None:
        self.files: tuple[File, ...] = ()
        self._outputs = [_Output(folder, syntax, coding) for coding in formats.CODINGS]

    def write(self, data: bytes) -> int:
        """Write a piece; return how long it was."""
        for output in self._outputs:
            output.write(data)
        return len(data)

    def flush(self) -> None:
        """What is under way is written at the end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.files = tuple(output.finish() for output in self._outputs)
        finally:
            for output in self._outputs:
                output.close()
