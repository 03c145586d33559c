"""Opening: what a process that is to answer queries does before it may open nothing any more."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from clausegraph import vocabulary
from clausegraph.engine.evaluation import Evaluator
from clausegraph.engine.interface import Limits, Loaded
from clausegraph.errors import ClausegraphError
from clausegraph.search import Index

_AT_ONCE = 16  # tables that a store opens when it is opened (RocksDB, kInitialLoadLimit)

_DESCRIPTORS = Path("/proc/self/fd")


@dataclass(frozen=True)
class Opening:
    """What was loaded, and the limits of each answer; what lies on disk is opened by each process
    for itself."""

    loaded: Loaded
    limits: Limits

    def open(self) -> Evaluator:
        """Return what answers queries, or raise ClausegraphError where a file cannot be read."""
        return Evaluator(self._store(), vocabulary.prefixes(), self.limits, self._index())

    def reads(self) -> tuple[Path, ...]:
        """Return the folders from which a process that has opened them still needs to read files;
        none where it has all of them open."""
        if not isinstance(self.loaded.store, Path) or not has_shut(self.loaded.store):
            return ()
        index = self.loaded.index
        return (self.loaded.store,) if index is None else (self.loaded.store, index)

    def _store(self) -> Store:
        """Return the store: the one in memory, or the one on disk, to read only."""
        if not isinstance(self.loaded.store, Path):
            return self.loaded.store
        try:
            return Store.read_only(str(self.loaded.store))
        except (OSError, RuntimeError) as error:
            reason = str(error).rstrip(".")
            raise ClausegraphError(
                f"The graph cannot be read from {self.loaded.store}: {reason}.",
                remedy="If the disk is sound, remove that folder and load the graph again.",
            ) from error

    def _index(self) -> Index | None:
        """Return the search index, where there is one."""
        return None if self.loaded.index is None else Index.open(self.loaded.index)


def has_shut(folder: Path) -> bool:
    """Whether a store that this process has opened has tables which it opens when it needs them."""
    tables = {str(path.resolve()) for path in folder.glob("*.sst")}
    if not _DESCRIPTORS.is_dir():
        return is_many(folder)
    for entry in _DESCRIPTORS.iterdir():
        with contextlib.suppress(OSError):
            tables.discard(str(entry.readlink()))
    return bool(tables)


def is_many(folder: Path) -> bool:
    """Whether a store has more tables than are opened with it."""
    return sum(1 for _ in folder.glob("*.sst")) > _AT_ONCE
