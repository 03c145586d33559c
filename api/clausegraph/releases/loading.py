"""Loading a graph for the engine, in a process of its own: the current one, or one that is kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, Store, parse

from clausegraph import locks, search
from clausegraph.build import build, files
from clausegraph.engine import Loaded, opening, process
from clausegraph.errors import InputError
from clausegraph.releases.folder import Folder
from clausegraph.stores import machine
from clausegraph.stores.apart import load_apart
from clausegraph.stores.choice import Size, choose, refuse_too_large
from clausegraph.stores.folder import Stored, StoreFolder
from clausegraph.stores.opening import opened

_BATCH = 5_000  # lines
_INDEX = ".search"
_INDEXES = 3  # of graphs that were loaded one after the other: workers of the last may still come
_STORED = "stored"  # in a service's own folder, where the graph is too large for memory
_TOLD = 200_000  # triples from which on it is told where they are held
_UNCONFINED = (
    "This system cannot keep the processes that run queries from opening files: the store has more "
    "than they open at once."
)
_PATIENCE = 2.0  # seconds for a process that was killed to be gone
_NICE = 5  # by how much older releases give way to the current one


def say(message: str) -> None:
    """Tell the operator something; data never go to standard error, messages never elsewhere."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201


@dataclass(frozen=True)
class GraphLoader:
    """Loads the graph of `data`, the shipped one by default, and writes its N-Quads into `written`,
    as `written_file` names it; called with a release, loads that one from the folder `releases`.

    With `store` the graph is that of a folder of stored graphs, which is opened where it is there.
    `hold` says where queries find it: `memory`, `disk`, or `auto`. It can be sent to another
    process, and is called once in each: what it opens stays locked until that process ends.
    """

    data: tuple[Path, ...] = ()
    written: Path | None = None
    releases: Path | None = None
    store: Path | None = None
    hold: str = "auto"

    def __call__(self, release: str | None = None) -> Loaded:
        """Load, and tell the operator."""
        return self._current() if release is None else self._older(release)

    def tidy(self) -> None:
        """Remove what a load that was stopped has left."""
        deadline = time.monotonic() + _PATIENCE
        while self.store is not None and not StoreFolder(self.store).sweep():
            if time.monotonic() > deadline:  # Somebody else loads there.
                return
            time.sleep(0.05)

    def _current(self) -> Loaded:
        """Open or load the graph that is to be served."""
        if self.store is not None:
            return self._opened(StoreFolder(self.store))
        if self._fits():
            return self._built()
        assert self.written is not None  # noqa: S101  (else nothing fits but memory)
        return self._opened(StoreFolder(self.written / _STORED))

    def _fits(self) -> bool:
        """Whether the graph is to be held in memory; what was chosen is told if it is large."""
        if self.hold == "memory":
            return True
        if self.hold == "disk" and self.written is not None:
            return False
        size = Size.of(files.inputs(self.data or None))
        choice = choose(size, machine.memory(), self.written)
        if size.triples > _TOLD or not choice.is_memory:
            say(choice.reason)
        return choice.is_memory

    def _opened(self, folder: StoreFolder) -> Loaded:
        """Open a stored graph, which is loaded first where it is not there."""
        stored = opened(folder, self.data, load_apart, say)
        start = time.monotonic()
        locks.read(stored.path)
        if self.written is not None:
            _link(stored.graph, written_file(self.written, stored.release))
        if self.hold == "memory":
            return self._remembered(stored)
        size = f"{stored.manifest.triples:,} triples"
        seconds = time.monotonic() - start
        say(f"Opened {size} in {seconds:.1f} s, release {stored.release[:12]}, in {stored.path}")
        if opening.is_many(stored.store) and not process.can_only_read():
            say(_UNCONFINED)
        return Loaded(stored.store, stored.release, stored.index)

    def _remembered(self, stored: Stored) -> Loaded:
        """Load a stored graph into memory."""
        start = time.monotonic()
        store, _ = read(stored.graph)
        seconds = time.monotonic() - start
        size = f"{stored.manifest.triples:,} triples"
        say(f"Loaded {size} in {seconds:.1f} s, release {stored.release[:12]}, from {stored.path}")
        return Loaded(store, stored.release, stored.index)

    def _built(self) -> Loaded:
        """Build the graph; where its N-Quads cannot be written, say so and go on."""
        start = time.monotonic()
        built = build(self.data or None)
        store = _store(_parsed(built.lines()))
        seconds = time.monotonic() - start
        say(f"Built {len(built):,} triples in {seconds:.1f} s, release {built.release[:12]}")
        if self.written is not None:
            path = written_file(self.written, built.release)
            try:
                built.write(path)
            except InputError as error:
                say(f"clausegraph: release {built.release[:12]} has no dumps: {error}")
        return Loaded(store, built.release, self._indexed(store, built.release))

    def _indexed(self, store: Store, release: str) -> Path | None:
        """Return the search index of a graph in memory, which is written; where it cannot be, say
        so and go on."""
        if self.written is None:
            return None
        indexes = sorted(self.written.glob(f"*{_INDEX}"), key=lambda path: path.stat().st_mtime_ns)
        for old in indexes[: 1 - _INDEXES]:
            shutil.rmtree(old, ignore_errors=True)
        path = self.written / f"{release}-{time.time_ns()}{_INDEX}"
        try:
            search.write(store, path, say)
        except InputError as error:
            say(f"clausegraph: release {release[:12]} has no search: {error}")
            return None
        return path

    def _older(self, release: str) -> Loaded:
        """Load a release that is kept, or raise InputError where its file is not what it was."""
        if hasattr(os, "nice"):
            os.nice(_NICE)
        stored = None if self.store is None else StoreFolder(self.store).find(release)
        if stored is not None and locks.read(stored.path) is not None:
            return Loaded(stored.store, release, stored.index)
        assert self.releases is not None  # noqa: S101
        start = time.monotonic()
        folder = Folder(self.releases)
        path = folder.nquads(release)
        manifest = folder.manifest(release)
        file = manifest.file(path.name) if manifest is not None else None
        if manifest is not None and file is not None:
            refuse_too_large(Size(file.bytes, manifest.triples), machine.memory())
        store, digest = read(path)
        if file is None or digest != file.sha256:
            raise InputError(
                "This file is not what was written.",
                file=path,
                remedy="Remove its folder, and add the release again.",
            )
        seconds = time.monotonic() - start
        say(f"Release {release[:12]} was loaded in {seconds:.1f} s, since somebody asked for it")
        return Loaded(store, release)


def _link(graph: Path, name: Path) -> None:
    """Give a file of N-Quads a second name, from which the dumps of its release are made."""
    name.unlink(missing_ok=True)
    try:
        name.hardlink_to(graph)
    except OSError:
        try:
            name.symlink_to(graph.resolve())
        except OSError as error:
            say(f"clausegraph: release {name.stem[:12]} has no dumps: {error.strerror or error}")


def written_file(folder: Path, release: str) -> Path:
    """Return where in `folder` the N-Quads of a release are written as it is loaded."""
    return folder / f"{release}.nq"


def read(path: Path) -> tuple[Store, str]:
    """Return the store that a file of N-Quads makes, and the SHA-256 of the file; raises InputError
    where it cannot be read.

    Its default graph is the merge of the named ones, as that of a build.
    """
    try:
        with path.open("rb") as stream:
            file = _Digested(stream)
            store = _store(parse(cast("IO[bytes]", file), format=RdfFormat.N_QUADS))
    except (OSError, SyntaxError) as error:
        raise InputError(f"The release cannot be read: {error}.", file=path) from error
    return store, file.hexdigest()


def _store(quads: Iterable[Quad]) -> Store:
    """Return a store of named graphs, and of their merge as default graph.

    What a query finds comes in the order in which the quads came: a release has the same one when
    it is built and when it is read.
    """
    store = Store()
    store.bulk_extend(
        each for quad in quads for each in (quad, Quad(quad.subject, quad.predicate, quad.object))
    )
    return store


def _parsed(lines: Iterator[str]) -> Iterator[Quad]:
    """Return what lines of N-Quads say, parsed some thousands at a time."""
    while batch := "".join(islice(lines, _BATCH)):
        yield from parse(batch, format=RdfFormat.N_QUADS)


class _Digested:
    """A file that is digested as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read as a file does."""
        data = self._file.read(size)
        self._digest.update(data)
        return data

    def hexdigest(self) -> str:
        """Return the SHA-256 of what was read."""
        return self._digest.hexdigest()
