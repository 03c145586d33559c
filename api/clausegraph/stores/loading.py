"""Loading: files of any size become a stored graph, the same that `build` makes of them.

A file that is a release already is taken as it is, once it was verified (`taking`). All else is
done with lines of canonical N-Quads, in three passes, while the store is filled:

    files --intake--> blocks of lines --> ledger of things, sorted runs on disk --filling--> store
    what rules look at --deriving--> more blocks --> the same
    runs --merging--> graph.nq, digests, counts, checks --> graph/release --> the same

Memory holds each thing (IRI), not each triple. Nothing counts before the folder is committed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.metadata
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

from pyoxigraph import Store, Triple

from clausegraph import search
from clausegraph.build import files, reading, registry, rules, saved, terms
from clausegraph.errors import InputError
from clausegraph.stores.compacting import compacted
from clausegraph.stores.deriving import Gathering
from clausegraph.stores.filling import Filling
from clausegraph.stores.folder import Stored, StoreFolder, Working
from clausegraph.stores.intake import Intake
from clausegraph.stores.ledger import Elsewhere, Ledger
from clausegraph.stores.lines import Block
from clausegraph.stores.manifest import InputFile, Manifest
from clausegraph.stores.merging import Merged, Merging
from clausegraph.stores.pace import Pace
from clausegraph.stores.released import Graphs, Released, find
from clausegraph.stores.sorting import Run, Runs
from clausegraph.stores.taking import NoReleaseError, Taking

Tell = Callable[[str], None]


def _silent(_: str) -> None:
    """Report progress to nobody."""


def load(
    paths: Sequence[Path] | None,
    folder: StoreFolder,
    progress: Tell = _silent,
    *,
    expected: str | None = None,
    is_searched: bool = True,
) -> Stored:
    """Load what ships, or the files and folders `paths` in the context of our vocabulary, and make
    it the current graph of `folder`, with a search index if it `is_searched`.

    `expected` is the release that the only file must hold: all of it follows from its identifier,
    and is not derived and checked anew. Raises InputError where it holds another; as `build` does;
    and where the folder cannot be written. Then, and when it is interrupted before the graph is
    current, the folder holds what it held before.
    """
    chosen = files.chosen(paths)
    inputs = files.inputs(paths)
    is_complete = files.includes_shipped(paths)
    with _uncollected(), folder.begin() as working, ThreadPoolExecutor(1) as pool:
        given_up = threading.Event()
        digested = [pool.submit(InputFile.of, path, given_up) for path in inputs]
        try:
            merged = _taken(chosen, working, progress, expected, is_complete=is_complete)
            if merged is None:
                merged = _Load(chosen, working, progress).run(is_complete)
            with compacted(working.store, merged.quads, progress) as store:
                if is_searched:
                    search.write(store, working.search, progress)
                del store  # It is closed before the commit.
            made = _manifest(paths, digested, merged)
        except BaseException:
            given_up.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        stored = folder.commit(working, made)
    progress(f"{merged.triples:,} triples in {merged.graphs:,} graphs lie in {stored.path}.")
    return stored


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Do without the search for circles of objects meanwhile: there are none, and millions of
    tuples that live for a moment have it search a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Load:
    """One load into a working folder."""

    def __init__(self, chosen: Sequence[files.GraphFile], working: Working, tell: Tell) -> None:
        self._chosen = chosen
        self._working = working
        self._tell = tell
        self._scratch = working.scratch
        size = sum(file.path.stat().st_size for file in chosen if file.path.exists())
        self._pace = Pace(tell, size)
        self._ledger = Ledger()
        self._gathering = Gathering(self._scratch, rules.load())
        self._runs = Runs(self._scratch / "runs", self._written)
        self._filling = Filling(working.store, self._runs.path)
        self._replaced: frozenset[bytes] = frozenset()  # graphs that no file has a say in

    def run(self, is_complete: bool) -> Merged:
        """Read, derive, merge; return what was made."""
        try:
            self._tell(f"Reading {len(self._chosen):,} files.")
            self._read(is_complete)
            self._tell(f"Deriving from {self._pace.taken:,} lines.")
            self._gathering.derive(self._derived, self._whole)
            self._gathering.close()
            self._runs.flush()
            self._pace.is_known = True
            merged = self._merge(is_complete)
            self._finish()
        finally:
            self._gathering.close()
            self._runs.close()
            self._filling.close()
        return merged

    def _read(self, is_complete: bool) -> None:
        intake = Intake(self._ledger.open_graph, self._taken, self._count)
        made = _made(is_complete)
        self._replaced = frozenset(map(terms.written, made))
        for file in self._chosen:
            intake.take(file)
        self._replaced = frozenset()
        for name, (path, triples) in made.items():
            intake.graph(name, list(triples), path)
        self._ledger.refuse_doubled_statements()
        self._ledger.refuse_withdrawn()

    def _merge(self, is_complete: bool) -> Merged:
        output = self._working.graph
        merging = Merging(self._runs, self._ledger, output, _elsewhere(is_complete))
        return merging.merge(self._scratch, self._take)

    def _finish(self) -> None:
        """Wait for the store."""
        self._runs.flush()
        self._filling.settle()
        self._filling.store.flush()
        self._tell(f"The store is filled after {self._pace.seconds:.1f} s.")

    def _taken(self, block: Block, file: Path) -> None:
        """Take a block of a file, but for what it says in a graph that is said anew."""
        if block.graph in self._replaced:
            return
        self._ledger.learn(block, file)
        self._gathering.add(block)
        self._take(block)

    def _derived(self, block: Block) -> None:
        """Take a block that a rule derived."""
        self._ledger.derive(block)
        self._take(block)

    def _take(self, block: Block) -> None:
        self._pace.taken += len(block.lines)
        self._runs.add(block)

    def _written(self, run: Run) -> None:
        """Have a run of lines loaded."""
        self._filling.put(run)
        self._pace.show(self._filling.filled)

    def _count(self, size: int) -> None:
        self._pace.read += size
        self._pace.show(self._filling.filled)

    def _whole(self) -> Store:
        """Return the store with all that was taken so far."""
        self._runs.flush()
        self._filling.settle()
        return self._filling.store


def _taken(
    chosen: Sequence[files.GraphFile],
    working: Working,
    tell: Tell,
    expected: str | None,
    *,
    is_complete: bool,
) -> Merged | None:
    """Take what is a release already; return None, and leave nothing behind, for all else."""
    theirs = [file.path for file in chosen if not file.ours]
    released = find(theirs[0]) if len(theirs) == 1 and theirs[0].suffix == ".nq" else None
    if expected is not None:
        _refuse_other(theirs, released, expected)
    if released is None:
        return None
    how = "is verified" if expected is None else "is verified by its digests"
    tell(f"{released.path} is release {released.identifier}: it {how}, and taken as it is.")
    taking = Taking(released, working, tell, is_known=expected is not None)
    try:
        try:
            merged = taking.take(_ours(chosen, is_complete), _elsewhere(is_complete))
        finally:
            taking.close()
    except NoReleaseError as error:
        if expected is not None:
            raise _not_expected(released.path, expected, str(error)) from error
        shutil.rmtree(working.store)
        tell(f"{released.path} is not what it says: {error}. It is loaded as other data are.")
        return None
    shutil.copyfile(released.path, working.graph)
    return merged


def _refuse_other(theirs: Sequence[Path], released: Released | None, expected: str) -> None:
    """Raise InputError unless the only file says that it is the release that is expected."""
    if len(theirs) != 1:
        raise InputError(
            f"Release {expected[:12]} is expected, and {len(theirs)} files are given.",
            remedy="A release is one file of N-Quads; give this one alone.",
        )
    if released is None:
        raise _not_expected(theirs[0], expected, "it is no release in N-Quads")
    if released.identifier != expected:
        raise _not_expected(theirs[0], expected, f"it is release {released.identifier}")


def _not_expected(path: Path, expected: str, reason: str) -> InputError:
    return InputError(
        f"The file is not release {expected}: {reason}.",
        file=path,
        remedy="Get the file of that release, or leave --release out to load it as it is.",
    )


def _ours(chosen: Sequence[files.GraphFile], is_complete: bool) -> Graphs:
    """Yield the graphs of ours as they are now, by name."""
    for name, (_, triples) in _made(is_complete).items():
        yield name, triples
    for file in chosen:
        if file.ours:
            yield from reading.read(file).items()


def _made(is_complete: bool) -> dict[str, tuple[Path, tuple[Triple, ...]]]:
    """Return the graphs that no file of RDF brings."""
    made = {registry.GRAPH_IRI: registry.graph()}
    return {**made, **saved.graphs()} if is_complete else made


def _elsewhere(is_complete: bool) -> Elsewhere:
    """Return what counts as described though no file here describes it; it is read once."""
    return frozenset if is_complete else cache(reading.shipped_subjects)


def _manifest(
    paths: Sequence[Path] | None, digested: Sequence[Future[InputFile]], merged: Merged
) -> Manifest:
    """Return what is to be known of the stored graph; raises InputError for a file that changed
    while it was read."""
    inputs = tuple(future.result() for future in digested)
    for item in inputs:
        if not item.is_unchanged():
            raise InputError(
                "The file changed while it was loaded.",
                file=item.path,
                remedy="Load it again once nobody writes it.",
            )
    return Manifest(
        release=merged.release,
        triples=merged.triples,
        quads=merged.quads,
        graphs=merged.graphs,
        data=tuple(_named(path) for path in paths or ()),
        inputs=inputs,
        version=importlib.metadata.version("clausegraph"),
    )


def _named(path: Path) -> str:
    """Return a path that is the same from anywhere, or the word for what ships."""
    return str(path if path == files.SHIPPED else path.resolve())
