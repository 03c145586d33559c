"""Waiting until files change: by their times and sizes, so that no system needs to help."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from clausegraph import formats

_PAUSE = 0.3  # seconds between two looks
_SETTLED = 2  # looks in a row that see the same: an editor may write in several steps
_SUFFIXES = frozenset(syntax.suffix for syntax in formats.READABLE)

Seen = Mapping[str, tuple[int, int]]


def look(paths: Iterable[str | Path]) -> Seen:
    """Return times and sizes of the files at, below and among `paths`: files, folders, globs.

    What is not there, or goes away meanwhile, is left out: a file may come back.
    """
    seen: dict[str, tuple[int, int]] = {}
    for path in _files(paths):
        try:
            state = path.stat()
        except OSError:
            continue
        seen[os.path.realpath(path)] = (state.st_mtime_ns, state.st_size)
    return seen


def wait(
    now: Callable[[], Seen], before: Seen, *, sleep: Callable[[float], None] = time.sleep
) -> Seen:
    """Return what is seen once it differs from `before` and has come to rest."""
    last, same = before, 0
    while True:
        sleep(_PAUSE)
        seen = now()
        same = same + 1 if seen == last else 1
        last = seen
        if seen != before and same >= _SETTLED:
            return seen


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for path in paths:
        for name in _matches(str(path)):
            if name.is_dir():
                yield from (file for file in name.rglob("*") if file.suffix in _SUFFIXES)
            else:
                yield name


def _matches(path: str) -> list[Path]:
    if Path(path).exists() or not glob.has_magic(path):
        return [Path(path)]
    return [Path(name) for name in glob.iglob(path, recursive=True)]  # noqa: PTH207 - any root
