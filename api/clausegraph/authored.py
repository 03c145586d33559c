"""Authored files: which there are, the named graph that each becomes, and what only one may say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from clausegraph import bundle, formats, turtle
from clausegraph.errors import InputError
from clausegraph.vocabulary import ATTRIBUTED, CG, GENERATED, GRAPH, PROV, SOURCE, TYPE, compact

SHIPPED = ("ontology", "shapes", "data")
# A statement is made once, in one file; documents, clauses and actors may be described by many.
STATED_ONCE = frozenset(
    NamedNode(CG + name)
    for name in ("Classification", "Participation", "Sanction", "Milestone", "Tally", "Review")
)
# What a data graph states of itself.
PROVENANCE = (SOURCE, ATTRIBUTED, GENERATED)
_SUFFIXES = {syntax.suffix for syntax in formats.READABLE}


@dataclass(frozen=True)
class Found:
    """A file, and the folder below which it was found."""

    path: Path
    base: Path

    @property
    def name(self) -> str:
        """The file's path below its folder, without suffix, with `/` between its parts."""
        return self.path.relative_to(self.base).with_suffix("").as_posix()


def shipped(folders: Sequence[str] = SHIPPED) -> list[Found]:
    """Return the RDF files that ship below these folders, folder by folder, in path order."""
    root = bundle.root()
    return [Found(path, root) for folder in folders for path in _rdf_files(root / folder)]


def shipped_graph(file: Found) -> str:
    """Return the IRI of the named graph that a shipped file becomes."""
    return GRAPH + file.name


def found(paths: Sequence[Path]) -> list[Found]:
    """Return the RDF files at and below `paths`, each once.

    Raises InputError for a path that does not exist and for a folder without any RDF file.
    """
    files: dict[Path, Found] = {}
    for path in paths:
        if not path.exists():
            raise InputError(
                "There is no such file or folder.", file=path, remedy="Check its path."
            )
        below = [Found(file, path) for file in _rdf_files(path)] if path.is_dir() else []
        if path.is_dir() and not below:
            raise InputError(
                "The folder holds no RDF file.",
                file=path,
                remedy=f"Files are read by their suffix: {', '.join(sorted(_SUFFIXES))}.",
            )
        for file in below or [Found(path, path.parent)]:
            files.setdefault(file.path.resolve(), file)
    return list(files.values())


def describe_graph(
    graph: NamedNode,
    sources: Iterable[NamedNode],
    agents: Iterable[NamedNode],
    activity: NamedNode,
) -> Iterator[Triple]:
    """Return what a data graph says of itself: its sources, who made it, and how (PROVENANCE)."""
    yield Triple(graph, TYPE, NamedNode(PROV + "Entity"))
    yield from (Triple(graph, SOURCE, source) for source in sources)
    yield from (Triple(graph, ATTRIBUTED, agent) for agent in agents)
    yield Triple(graph, GENERATED, activity)


def refuse_doubled_statements(files: Iterable[tuple[Path, Iterable[Triple]]]) -> None:
    """Raise InputError for a statement that two files make under one identifier."""
    stated: dict[str, Path] = {}
    for path, triples in files:
        for triple in triples:
            name = triple.subject
            if triple.predicate != TYPE or triple.object not in STATED_ONCE:
                continue
            if not isinstance(name, NamedNode) or stated.setdefault(name.value, path) == path:
                continue
            raise InputError(
                f"{compact(name.value)} is stated here and in {stated[name.value]}.",
                file=path,
                line=turtle.find_line(path, *turtle.spellings(name.value)),
                remedy="A statement is made once: give this one an identifier of its own.",
            )


def _rdf_files(folder: Path) -> list[Path]:
    """Return the files below `folder` with a suffix that we read, hidden ones aside.

    Raises InputError for a folder that cannot be read: without its files it would be another graph.
    """
    files: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_refuse_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(place, name) for name in names if not name.startswith("."))
        files += [path for path in paths if path.suffix in _SUFFIXES]
    return sorted(path for path in files if path.name != "context.jsonld")


def _refuse_unreadable(error: OSError) -> None:
    if isinstance(error, FileNotFoundError):  # What is not there has no files.
        return
    raise InputError(
        f"The folder cannot be read: {error.strerror}.",
        file=error.filename,
        remedy="Check its permissions, or name the files that are to be read.",
    ) from error
