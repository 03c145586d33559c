"""The choice between memory and disk: from the size of the files and what the machine has free."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.stores.machine import Memory, is_in_memory

# Bytes of a file for one triple, by suffix, as the shipped graph is written; files of lines are
# measured instead.
_A_TRIPLE = {".ttl": 60, ".trig": 60, ".jsonld": 130, ".rdf": 140}
_A_LINE = 210  # of a file of lines too short to be measured
_SAMPLE = 2**20  # bytes of a file of lines that are looked at

# Measured with `clausegraph generate` at 1M and 10M triples.
_DERIVED = 1.3  # triples in the built graph for one in the files
_HELD = 730  # bytes of memory for a triple of the built graph, its copy in the merge included
_BUILT = 1_100  # bytes of memory for the same at the worst moment of a build
_STORED = 650  # bytes on disk for the same: store, N-Quads, search index
_SHARE = 0.75  # of the free memory; workers that read a graph copy pages of it


@dataclass(frozen=True)
class Size:
    """How much is to be loaded: bytes in files, and about how many triples the graph will have."""

    files: int
    triples: int

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Size:
        """Measure files; raises InputError for one that cannot be read."""
        total, triples = 0, 0.0
        for path in paths:
            try:
                size = path.stat().st_size
                total += size
                triples += size / _bytes_a_triple(path, size)
            except OSError as error:
                raise InputError(
                    f"The file cannot be read: {error.strerror}.", file=path
                ) from error
        return cls(total, int(triples * _DERIVED))

    @property
    def memory(self) -> int:
        """The bytes of memory that building and holding it takes at the worst moment."""
        return self.triples * _BUILT

    @property
    def held(self) -> int:
        """The bytes of memory that it takes once it is loaded."""
        return self.triples * _HELD

    @property
    def disk(self) -> int:
        """The bytes on disk that it takes as a stored graph."""
        return self.triples * _STORED


@dataclass(frozen=True)
class Choice:
    """Where a graph is to be held, and why, in a sentence for the operator."""

    is_memory: bool
    reason: str


def choose(size: Size, free: Memory | None, folder: Path | None) -> Choice:
    """Return memory where the graph fits, else disk, in `folder`.

    Raises InputError where it fits nowhere: `folder` is None where there is none, and may have too
    little room, or be in memory itself.
    """
    takes = f"About {size.triples:,} triples take up to {_gb(size.memory)} of memory"
    if free is None:
        return Choice(True, f"{takes}; how much is free is not known. {_TO_DISK}")
    has = f"{_gb(free.free)} {free.origin}"
    if size.memory <= free.free * _SHARE:
        return Choice(True, f"{takes}, and {has}: the graph is held in memory. {_TO_DISK}")
    if folder is None or is_in_memory(folder):
        where = (
            "there is no folder" if folder is None else f"what lies in {folder} takes memory too"
        )
        raise InputError(f"{takes}, {has}, and {where}.", remedy=_ELSEWHERE)
    left = shutil.disk_usage(folder).free
    if size.disk > left:
        raise InputError(
            f"{takes}, and {has}; on disk it takes about {_gb(size.disk)}, and {folder} has "
            f"{_gb(left)}.",
            remedy=_ELSEWHERE,
        )
    return Choice(
        False,
        f"{takes}, and {has}: the graph is put on disk, about {_gb(size.disk)} below {folder}, for "
        "as long as the service runs. --store DIR keeps it for the next start; --hold memory holds "
        "it in memory all the same.",
    )


def refuse_too_large(size: Size, free: Memory | None) -> None:
    """Raise InputError for a graph that memory cannot hold."""
    if free is not None and size.held > free.free * _SHARE:
        raise InputError(
            f"About {size.triples:,} triples take {_gb(size.held)} of memory, and "
            f"{_gb(free.free)} {free.origin}.",
            remedy="The last two graphs of a folder that --store names are answered from disk.",
        )


_TO_DISK = "--store DIR puts it on disk, and keeps it for the next start."
_ELSEWHERE = "Name a folder with room: --store DIR; or give it memory: --hold memory."


def _gb(count: int) -> str:
    """Return a number of bytes for a reader."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"  # noqa: PLR2004


def _bytes_a_triple(path: Path, size: int) -> float:
    """Return about how many bytes of a file make a triple."""
    known = _A_TRIPLE.get(path.suffix)
    if known is not None:
        return known
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    lines = sample.count(b"\n")
    return len(sample) / lines if lines and size else _A_LINE
