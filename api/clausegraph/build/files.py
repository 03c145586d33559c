"""Which files make the graph, and the IRI of the named graph that each becomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph import bundle, formats
from clausegraph.errors import InputError
from clausegraph.vocabulary import GRAPH

_SUFFIXES = {syntax.suffix for syntax in formats.READABLE}
# What files of other people are read against; their own data come beside it, not in place of it.
CONTEXT_FOLDERS: tuple[str, ...] = ("ontology", "shapes")
CONTEXT_FOLDERS += ("data/activities", "data/actors", "data/concepts", "data/sources")


@dataclass(frozen=True)
class AuthoredFile:
    """A file, the graph it becomes, and whether it is held to the rules of this repository."""

    path: Path
    graph: str
    ours: bool


def shipped() -> list[AuthoredFile]:
    """Return the files of ontology, shapes and data that ship, in path order."""
    return _below(("ontology", "shapes", "data"))


def given(paths: Sequence[Path]) -> list[AuthoredFile]:
    """Return the files below `paths`, after the ontology, shapes and schemes that they are read by.

    Raises InputError for a path that does not exist or holds no RDF file, and for two files that
    would become the same named graph.
    """
    files = _below(CONTEXT_FOLDERS)
    for path in paths:
        found = sorted(_rdf_files(path)) if path.is_dir() else [path]
        if not path.exists():
            raise InputError("There is no such file or folder.", file=path)
        if not found:
            raise InputError("The folder holds no RDF file.", file=path)
        base = path if path.is_dir() else path.parent
        files += [AuthoredFile(file, _graph_iri("data", file, base), ours=False) for file in found]
    return _distinct(files)


def _below(folders: Iterable[str]) -> list[AuthoredFile]:
    root = bundle.root()
    return [
        AuthoredFile(path, _graph_iri("", path, root), ours=True)
        for folder in folders
        for path in sorted(_rdf_files(root / folder))
    ]


def _rdf_files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in _SUFFIXES and path.name != "context.jsonld" and not _hidden(path, folder)
    ]


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _graph_iri(start: str, path: Path, base: Path) -> str:
    parts = path.relative_to(base).with_suffix("").parts
    return GRAPH + "/".join([start, *parts] if start else parts)


def _distinct(files: list[AuthoredFile]) -> list[AuthoredFile]:
    """Return `files` without repetitions; a shipped file that is also given counts as ours."""
    by_path: dict[Path, AuthoredFile] = {}
    for file in files:
        by_path.setdefault(file.path.resolve(), file)
    by_graph: dict[str, AuthoredFile] = {}
    for file in by_path.values():
        other = by_graph.setdefault(file.graph, file)
        if other is not file:
            raise InputError(
                f"This file and {other.path} would both become {file.graph}.",
                file=file.path,
                remedy="Rename one of them.",
            )
    return list(by_graph.values())
