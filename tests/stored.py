"""Stores on disk for tests, in a module of its own: a spawned process imports it from here."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

from clausegraph.build import Build, build, files
from clausegraph.engine import Loaded
from clausegraph.stores.folder import Stored, StoreFolder
from clausegraph.stores.manifest import InputFile, Manifest
from loads import RELEASE, small

ITEMS = 300  # in each of the parts of a store of many tables


@dataclass(frozen=True)
class OnDisk:
    """A load that gives a store which lies on disk already."""

    store: Path

    def __call__(self) -> Loaded:
        return Loaded(self.store, RELEASE)


def small_on_disk(folder: Path) -> OnDisk:
    """The graph of loads.small, in a few tables."""
    loaded = small()
    assert isinstance(loaded.store, Store)
    store = Store(folder)
    store.bulk_extend(loaded.store)
    for graph in loaded.store.named_graphs():
        store.add_graph(graph)
    store.flush()
    return OnDisk(folder)


def many_on_disk(folder: Path, parts: int = 8) -> OnDisk:
    """Parts of a graph, each in tables of its own: more of them than are opened with the store."""
    store = Store(folder)
    for part in range(parts):
        store.bulk_extend(
            Quad(
                NamedNode(f"https://example.org/{part}/{item}"),
                NamedNode("https://example.org/number"),
                Literal(f"{part} {item}"),
            )
            for item in range(ITEMS)
        )
    store.flush()
    return OnDisk(folder)


def stored(folder: Path, paths: Sequence[Path], built: Build | None = None) -> Stored:
    """Put the graph of some files into a folder of stored graphs, without the loader."""
    inputs = tuple(InputFile.of(path) for path in files.inputs(paths))
    made = built or build(paths)
    place = StoreFolder(folder)
    with place.begin() as working:
        store = Store(working.store)
        store.bulk_extend(made.store())
        store.flush()
        del store
        made.write(working.graph)
        return place.commit(working, manifest(made.release, len(made), paths, inputs))


def manifest(
    release: str, triples: int = 1, data: Sequence[Path] = (), inputs: tuple[InputFile, ...] = ()
) -> Manifest:
    """The manifest of a stored graph."""
    version = importlib.metadata.version("clausegraph")
    named = tuple(map(str, data))
    return Manifest(release, triples, triples, 1, named, inputs, version)
