"""Loading: files of any size become a stored graph, the same that `build` makes of them.

Everything is done with lines of canonical N-Quads, in three passes, while the store is filled:

    files --intake--> blocks of lines --> ledger of things, sorted runs on disk --filling--> store
    what rules look at --deriving--> more blocks --> the same
    runs --merging--> graph.nq, digests, counts, checks --> graph/release --> the same

Memory holds each thing (IRI), not each triple. Nothing counts before the folder is committed.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import Store, Triple

from clausegraph import search
from clausegraph.build import files, reading, registry, rules, saved
from clausegraph.errors import InputError
from clausegraph.stores.deriving import Gathering
from clausegraph.stores.filling import Filling
from clausegraph.stores.folder import Stored, StoreFolder, Working
from clausegraph.stores.intake import Intake
from clausegraph.stores.ledger import Ledger
from clausegraph.stores.lines import Block
from clausegraph.stores.manifest import InputFile, Manifest
from clausegraph.stores.merging import Merged, Merging
from clausegraph.stores.pace import Pace
from clausegraph.stores.sorting import Run, Runs

Tell = Callable[[str], None]


def _silent(_: str) -> None:
    """Report progress to nobody."""


def load(
    paths: Sequence[Path] | None,
    folder: StoreFolder,
    progress: Tell = _silent,
    *,
    is_searched: bool = True,
) -> Stored:
    """Load what ships, or the files and folders `paths` in the context of our vocabulary, and make
    it the current graph of `folder`, with a search index if it `is_searched`.

    Raises InputError as `build` does, and where the folder cannot be written; then, and when it is
    interrupted, the folder holds what it held before.
    """
    chosen = files.chosen(paths)
    inputs = files.inputs(paths)
    with folder.begin() as working, ThreadPoolExecutor(1) as pool:
        digested = [pool.submit(InputFile.of, path) for path in inputs]
        try:
            loading = _Load(chosen, working, progress)
            merged = loading.run(files.includes_shipped(paths), is_searched)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        made = _manifest(paths, digested, merged)
        stored = folder.commit(working, made)
    progress(f"{merged.triples:,} triples in {merged.graphs:,} graphs lie in {stored.path}.")
    return stored


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

    def run(self, is_complete: bool, is_searched: bool) -> Merged:
        """Read, derive, merge, index; return what was made."""
        try:
            self._tell(f"Reading {len(self._chosen):,} files.")
            self._read(is_complete)
            self._tell(f"Deriving from {self._pace.taken:,} triples.")
            self._gathering.derive(self._derived, self._whole)
            self._gathering.close()
            self._runs.flush()
            self._pace.is_known = True
            merged = self._merge(is_complete)
            self._finish(is_searched)
        finally:
            self._gathering.close()
            self._runs.close()
            self._filling.close()
        return merged

    def _read(self, is_complete: bool) -> None:
        intake = Intake(self._ledger.open_graph, self._taken, self._count)
        for file in self._chosen:
            intake.take(file)
        for name, (path, triples) in self._made(is_complete).items():
            intake.graph(name, list(triples), path)
        self._ledger.refuse_doubled_statements()
        self._ledger.refuse_withdrawn()

    def _made(self, is_complete: bool) -> dict[str, tuple[Path, tuple[Triple, ...]]]:
        """Return the graphs that no file of RDF brings."""
        made = {registry.GRAPH_IRI: registry.graph()}
        return {**made, **saved.graphs()} if is_complete else made

    def _merge(self, is_complete: bool) -> Merged:
        elsewhere = frozenset if is_complete else reading.shipped_subjects
        merging = Merging(self._runs, self._ledger, self._working.graph, elsewhere)
        return merging.merge(self._scratch, self._take)

    def _finish(self, is_searched: bool) -> None:
        """Wait for the store, and write the search index of what is in it."""
        self._runs.flush()
        self._filling.settle()
        self._filling.store.flush()
        if is_searched:
            self._tell(f"Loaded {self._pace.taken:,} triples in {self._pace.seconds:.1f} s.")
            search.write(self._filling.store, self._working.search, self._tell)

    def _taken(self, block: Block, file: Path) -> None:
        """Take a block of a file."""
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
