"""A folder of stored graphs: each made whole or not at all, one of them current.

    DIR/current             the name of the folder below that is served
    DIR/{release}/          a stored graph, never changed once it is there:
        manifest.json       what it holds, and which files it was made from
        store/              the store, which opens at once (RocksDB)
        graph.nq            its sorted canonical N-Quads: the dump, and the way back
        search              the search index: a file or a folder, where it has one
    DIR/.loading-*          work in progress, removed when whoever did it has died

Reading takes no lock: what is there is whole. One process loads at a time, and holds the lock of
DIR meanwhile; whoever reads a stored graph holds a shared lock of its folder, which is not pruned
then.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clausegraph import locks, textfiles
from clausegraph.errors import InputError
from clausegraph.stores import manifest
from clausegraph.stores.manifest import Manifest

KEPT = 2  # stored graphs: the current one, and the one before it

CURRENT = "current"
STORE, GRAPH, SEARCH = "store", "graph.nq", "search"

_LOADING = ".loading-"
_NAME = re.compile(r"[0-9a-f]{64}(\.[1-9]\d*)?")  # a number where that release was there already
_READABLE = 0o755  # as other folders are; mkdtemp's are private
_FOREIGN = frozenset({"lost+found"})  # what a folder may hold that is not ours


@dataclass(frozen=True)
class Stored:
    """A stored graph, which may be opened to read only."""

    path: Path
    manifest: Manifest

    @property
    def release(self) -> str:
        """The release that it holds (64 hex)."""
        return self.manifest.release

    @property
    def store(self) -> Path:
        """The folder of its store."""
        return self.path / STORE

    @property
    def graph(self) -> Path:
        """Its N-Quads, graph by graph, sorted."""
        return self.path / GRAPH

    @property
    def index(self) -> Path | None:
        """Its search index, where it has one."""
        path = self.path / SEARCH
        return path if path.exists() else None


@dataclass(frozen=True)
class Working:
    """A folder in which a graph is being made; what is left in it becomes the stored graph."""

    path: Path

    @property
    def store(self) -> Path:
        """Where its store is to be made, and closed before the commit."""
        return self.path / STORE

    @property
    def graph(self) -> Path:
        """Where its N-Quads are to be written."""
        return self.path / GRAPH

    @property
    def search(self) -> Path:
        """Where its search index may be written."""
        return self.path / SEARCH

    @property
    def scratch(self) -> Path:
        """A folder for what is needed while it is made: removed before the commit."""
        path = self.path / "scratch"
        path.mkdir(exist_ok=True)
        return path


@dataclass(frozen=True)
class StoreFolder:
    """The stored graphs in a folder, which need not be there before the first is made."""

    path: Path

    def current(self) -> Stored | None:
        """Return the graph that is to be served, or None where there is none yet; raises InputError
        where one is named but cannot be had."""
        file = self.path / CURRENT
        try:
            name = file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise _unusable(file, error) from error
        if not _NAME.fullmatch(name) or not (self.path / name).is_dir():
            raise InputError(
                "The current graph that this file names is not here.",
                file=file,
                remedy="Remove this file, and load the graph again.",
            )
        return self._stored(name)

    def current_name(self) -> str:
        """Return the name of the folder that is current, which need not be there; "" for none."""
        with contextlib.suppress(OSError, ValueError):
            return (self.path / CURRENT).read_text(encoding="ascii").strip()
        return ""

    def find(self, release: str) -> Stored | None:
        """Return the stored graph of a release, or None where it is not here."""
        for name in self._names():
            if name.partition(".")[0] == release:
                with contextlib.suppress(InputError):
                    return self._stored(name)
        return None

    @contextlib.contextmanager
    def begin(self) -> Iterator[Working]:
        """Lend a folder to make a graph in, and remove it afterwards unless it was committed.

        Holds the lock of the whole folder; raises InputError where another process has it, and
        where the folder holds other things or cannot be written.
        """
        try:
            self._refuse_foreign()
            self.path.mkdir(parents=True, exist_ok=True)
            with locks.changing(self.path) as is_ours:
                if not is_ours:
                    raise _busy(self.path)
                self._sweep()
                working = Working(Path(tempfile.mkdtemp(prefix=_LOADING, dir=self.path)))
                try:
                    yield working
                finally:
                    shutil.rmtree(working.path, ignore_errors=True)
        except OSError as error:
            raise _unusable(self.path, error) from error

    def commit(self, working: Working, made: Manifest) -> Stored:
        """Make what lies in `working` the current graph, and prune; return it.

        To be called within `begin`. Everything is on the disk before it counts.
        """
        for needed in (working.store, working.graph):
            if not needed.exists():
                raise ValueError(f"{needed.name} is missing: there is nothing to commit")
        shutil.rmtree(working.path / "scratch", ignore_errors=True)
        made.write(working.path)
        working.path.chmod(_READABLE)
        for path in (*working.path.rglob("*"), working.path):
            _sync(path)
        target = self._free(made.release)
        working.path.rename(target)
        _sync(self.path)
        self._point_to(target.name)
        self.prune(KEPT)
        return Stored(target, made)

    def renew(self, stored: Stored, made: Manifest) -> Stored:
        """Replace the manifest of a stored graph, whose content is the same; make it current."""
        made.write(stored.path)
        self._point_to(stored.path.name)
        return Stored(stored.path, made)

    def prune(self, keep: int = KEPT) -> tuple[str, ...]:
        """Remove all but the newest `keep` stored graphs, and those that somebody reads; return the
        releases that are removed. The current one stays in any case, and of a release that was
        stored again the newest: the way back leads to another one."""
        current = self.current_name()
        newest = {_release(current): current}
        names = [name for name in self._names() if name != current]
        for name in names:
            newest.setdefault(_release(name), name)
        kept = set(list(newest.values())[: max(keep, 1)])
        removed = []
        for name in names:
            if name in kept:
                continue
            path = self.path / name
            with contextlib.suppress(OSError), locks.changing(path) as is_ours:
                if is_ours:
                    gone = Path(tempfile.mkdtemp(prefix=_LOADING, dir=self.path)) / name
                    path.rename(gone)
                    shutil.rmtree(gone.parent, ignore_errors=True)
                    removed.append(_release(name))
        return tuple(removed)

    def sweep(self) -> bool:
        """Remove what killed processes have left; return False, and leave it, where somebody is
        loading."""
        if not self.path.is_dir():
            return True
        try:
            with locks.changing(self.path) as is_ours:
                if is_ours:
                    self._sweep()
                return is_ours
        except OSError:
            return True

    def _stored(self, name: str) -> Stored:
        path = self.path / name
        return Stored(path, manifest.read(path))

    def _names(self) -> list[str]:
        """Return the names of the stored graphs, newest first."""
        if not self.path.is_dir():
            return []
        found = [path for path in self.path.iterdir() if _NAME.fullmatch(path.name)]
        dated = [(_time(path / manifest.NAME), path.name) for path in found if path.is_dir()]
        return [name for _, name in sorted(dated, reverse=True)]

    def _free(self, release: str) -> Path:
        """Return where a release can be put: one that is there may be being read."""
        path, number = self.path / release, 1
        while path.exists():
            number += 1
            path = self.path / f"{release}.{number}"
        return path

    def _point_to(self, name: str) -> None:
        textfiles.write_atomically(self.path / CURRENT, [name + "\n"])
        _sync(self.path)

    def _sweep(self) -> None:
        for left in self.path.glob(f"{_LOADING}*"):
            shutil.rmtree(left, ignore_errors=True)

    def _refuse_foreign(self) -> None:
        """Raise InputError for a folder that was made for something else."""
        if not self.path.exists() or (self.path / CURRENT).is_file():
            return
        if not self.path.is_dir():
            raise InputError("This is no folder.", file=self.path, remedy="Name one with --store.")
        for entry in self.path.iterdir():
            is_known = entry.name in _FOREIGN or _NAME.fullmatch(entry.name)
            if not (is_known or entry.name.startswith(".")):
                raise InputError(
                    f"This folder holds other things, such as {entry.name}.",
                    file=self.path,
                    remedy="Name a new or an empty one with --store.",
                )


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Keep a stored graph, whose folder is `path`, from being pruned meanwhile."""
    held = locks.read(path)
    try:
        yield
    finally:
        locks.leave(held)


def _release(name: str) -> str:
    """Return the release that lies in the folder `name`."""
    return name.partition(".")[0]


def _time(path: Path) -> int:
    """Return when a file was changed, 0 where there is none."""
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


def _sync(path: Path) -> None:
    """Have a file, or the names in a folder, survive a loss of power; not every system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _busy(folder: Path) -> InputError:
    return InputError(
        "Another process is loading a graph into this folder.",
        file=folder,
        remedy="Wait until it is done, or name another folder with --store.",
    )


def _unusable(path: Path, error: Exception) -> InputError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    name = error.filename if isinstance(error, OSError) and error.filename else path
    return InputError(
        f"Graphs cannot be stored here: {reason}.",
        file=name,
        remedy="Check the folder, its permissions and the free space.",
    )


def unwritable(path: Path, error: BaseException) -> InputError:
    """Return what is to be told of a store in a stored graph that cannot be written."""
    reason = str(error).rpartition(": ")[2].rstrip(".")
    return InputError(
        f"The store cannot be written: {reason}.",
        file=path.parent.parent,
        remedy="Check the folder, its permissions and the free space.",
    )
