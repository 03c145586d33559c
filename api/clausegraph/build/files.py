"""Which files make the graph: what ships, or what is given in the context of what ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph import authored
from clausegraph.errors import InputError
from clausegraph.vocabulary import GRAPH

# What files of other people are read against; their own data stand in place of ours.
CONTEXT = ("ontology", "shapes", "data/activities", "data/actors", "data/concepts", "data/sources")


@dataclass(frozen=True)
class GraphFile:
    """A file, the graph that it becomes, and whether it is held to the rules for our own."""

    path: Path
    graph: str
    ours: bool


def shipped() -> list[GraphFile]:
    """Return the files of ontology, shapes and data that ship."""
    return _ours(authored.SHIPPED)


def given(paths: Sequence[Path]) -> list[GraphFile]:
    """Return the files at and below `paths`, after the ontology, shapes and schemes they rest on.

    Raises InputError for a path that is not there or holds no RDF file, and for two files that
    would become the same named graph.
    """
    files = {file.path.resolve(): file for file in _ours(CONTEXT)}
    for file in authored.found(paths):
        graph = f"{GRAPH}data/{file.name}"
        files.setdefault(file.path.resolve(), GraphFile(file.path, graph, ours=False))
    by_graph: dict[str, GraphFile] = {}
    for chosen in files.values():
        other = by_graph.setdefault(chosen.graph, chosen)
        if other is not chosen:
            raise InputError(
                f"This file and {other.path} would both become {chosen.graph}.",
                file=chosen.path,
                remedy="Rename one of them.",
            )
    return list(by_graph.values())


def _ours(folders: Sequence[str]) -> list[GraphFile]:
    return [
        GraphFile(file.path, authored.shipped_graph(file), ours=True)
        for file in authored.shipped(folders)
    ]
