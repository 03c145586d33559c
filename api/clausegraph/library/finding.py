"""The search index of a graph in this process."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from pyoxigraph import Store

from clausegraph import search
from clausegraph.search import Index


class Finder:
    """Makes an index when it is first needed, which takes a second for some thousand texts, and
    keeps it as long as itself; one that is at `path` already is opened instead."""

    def __init__(self, store: Store, path: Path | None = None) -> None:
        self._store = store
        self._path = path
        self._index: Index | None = None

    def index(self) -> Index:
        """Return the index; raises InputError where it cannot be made or read."""
        if self._index is None:
            self._index = Index.open(self._path or self._made())
        return self._index

    def _made(self) -> Path:
        folder = tempfile.mkdtemp(prefix="clausegraph-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / "search"
        search.write(self._store, path)
        return path
