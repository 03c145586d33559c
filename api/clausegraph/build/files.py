"""Which files make the graph: what ships, or what is given in the context of what ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph import authored, bundle
from clausegraph.errors import InputError
from clausegraph.vocabulary import GRAPH

# What files of other people are read against; their own data stand in place of ours.
CONTEXT = ("ontology", "shapes", "data/activities", "data/actors", "data/concepts", "data/sources")

# The word that stands for what ships, beside files of other people. A folder of that name is meant
# by its absolute path.
SHIPPED = Path("shipped")


@dataclass(frozen=True)
class GraphFile:
    """A file, the graph that it becomes, and whether it is held to the rules for our own."""

    path: Path
    graph: str
    ours: bool


def shipped() -> list[GraphFile]:
    """Return the files of ontology, shapes and data that ship."""
    return _ours(authored.SHIPPED)


def chosen(paths: Sequence[Path] | None) -> list[GraphFile]:
    """Return the files that make the graph of `paths`, None for what ships; raises what `given`
    raises."""
    return shipped() if paths is None else given(paths)


def includes_shipped(paths: Sequence[Path] | None) -> bool:
    """Whether the graph of `paths` holds all that ships, saved queries too."""
    return paths is None or SHIPPED in paths


def inputs(paths: Sequence[Path] | None) -> list[Path]:
    """Return every file that the graph of `paths` follows from: its own, the registry of prefixes,
    the rules, and the saved queries if they are part of it."""
    ontology, queries = bundle.folder("ontology"), bundle.folder("queries")
    read = [file.path for file in chosen(paths)]
    read += [ontology / "context.jsonld", *sorted((ontology / "rules").glob("*.rq"))]
    if includes_shipped(paths):
        read += sorted(queries.rglob("*.rq"))
    return read


def given(paths: Sequence[Path]) -> list[GraphFile]:
    """Return the files at and below `paths`, after the ontology, shapes and schemes they rest on,
    or after all that ships where one of `paths` is SHIPPED.

    Raises InputError for a path that is not there or holds no RDF file, and for two files that
    would become the same named graph.
    """
    ours = authored.SHIPPED if SHIPPED in paths else CONTEXT
    files = {file.path.resolve(): file for file in _ours(ours)}
    for found in authored.found([path for path in paths if path != SHIPPED]):
        graph = f"{GRAPH}data/{found.name}"
        files.setdefault(found.path.resolve(), GraphFile(found.path, graph, ours=False))
    by_graph: dict[str, GraphFile] = {}
    for file in files.values():
        other = by_graph.setdefault(file.graph, file)
        if other is not file:
            raise InputError(
                f"This file and {other.path} would both become {file.graph}.",
                file=file.path,
                remedy="Rename one of them.",
            )
    return list(by_graph.values())


def _ours(folders: Sequence[str]) -> list[GraphFile]:
    return [
        GraphFile(file.path, authored.shipped_graph(file), ours=True)
        for file in authored.shipped(folders)
    ]
