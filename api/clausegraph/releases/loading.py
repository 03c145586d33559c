"""Loading a graph for the engine, in a process of its own: the current one, or one that is kept."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, Store, parse

from clausegraph.build import build
from clausegraph.engine import Loaded
from clausegraph.errors import InputError
from clausegraph.releases.folder import Folder

_BATCH = 5_000  # lines
_NICE = 5  # by how much older releases give way to the current one


def say(message: str) -> None:
    """Tell the operator something; data never go to standard error, messages never elsewhere."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201


@dataclass(frozen=True)
class GraphLoader:
    """Loads the graph of `data`, the shipped one by default, and writes its N-Quads into `written`,
    as `written_file` names it; called with a release, loads that one from the folder `releases`.

    It can be sent to another process.
    """

    data: tuple[Path, ...] = ()
    written: Path | None = None
    releases: Path | None = None

    def __call__(self, release: str | None = None) -> Loaded:
        """Load, and tell the operator."""
        return self._current() if release is None else self._older(release)

    def _current(self) -> Loaded:
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
        return Loaded(store, built.release)

    def _older(self, release: str) -> Loaded:
        """Load a release that is kept, or raise InputError where its file is not what it was."""
        assert self.releases is not None  # noqa: S101
        if hasattr(os, "nice"):
            os.nice(_NICE)
        start = time.monotonic()
        folder = Folder(self.releases)
        path = folder.nquads(release)
        manifest = folder.manifest(release)
        file = manifest.file(path.name) if manifest is not None else None
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
