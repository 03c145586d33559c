"""Build: authored files in, one dataset out, the same bytes every time.

A pure function of the files: no clock, no network, no random name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store, Triple

from clausegraph import authored, textfiles
from clausegraph.build import (
    about,
    checks,
    files,
    reading,
    registry,
    release,
    retired,
    rules,
    saved,
)

__all__ = ["Build", "build"]

Progress = Callable[[str], None]
_Graphs = dict[str, tuple[Path, tuple[Triple, ...]]]


def _silent(_: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Build:
    """The built dataset.

    `graphs` maps the IRI of each named graph to its triples: the authored ones, those of
    `graph/derived/...`, and `graph/release`. `release` is the identifier, 64 hexadecimal digits.
    """

    graphs: Mapping[str, tuple[Triple, ...]]
    release: str
    _size: int

    def __len__(self) -> int:
        """The number of triples in the merge of all graphs, each counted once."""
        return self._size

    def store(self) -> Store:
        """Return a new in-memory store: every named graph, and their merge as default graph."""
        store = Store()
        for graph, triples in self.graphs.items():
            name = NamedNode(graph)
            _add(store, triples)
            store.extend(Quad(t.subject, t.predicate, t.object, name) for t in triples)
        return store

    def write(self, path: Path) -> str:
        """Write the dataset as sorted N-Quads, whole or not at all; return the file's SHA-256."""
        digest = hashlib.sha256()

        def digested() -> Iterator[str]:
            for line in self.lines():
                digest.update(line.encode())
                yield line

        textfiles.write_atomically(path, digested())
        return digest.hexdigest()

    def lines(self) -> Iterator[str]:
        """Yield the dataset as N-Quads, graph by graph, sorted, each line with its line feed."""
        for graph in sorted(self.graphs):
            for line in release.canonical_lines(graph, self.graphs[graph]):
                yield line + "\n"


def build(paths: Sequence[Path] | None = None, *, progress: Progress = _silent) -> Build:
    """Build what ships, or the files and folders `paths` in the context of our vocabulary.

    Raises InputError with file and line for a file that does not parse or says what no graph may
    say: a literal that the store would rewrite, a blank node in data, an identifier that nothing
    describes, one statement made twice, a name used again that was withdrawn.
    """
    chosen = files.chosen(paths)
    progress(f"Reading {len(chosen)} files.")
    stated = _read(chosen)
    stated[registry.GRAPH_IRI] = registry.graph()
    is_complete = files.includes_shipped(paths)
    if is_complete:
        stated.update(saved.graphs())
    authored.refuse_doubled_statements(stated.values())
    elsewhere = frozenset if is_complete else reading.shipped_subjects
    checks.refuse_dangling_references(stated, elsewhere)
    retired.refuse_reuse(stated)
    retired.refuse_circles(stated)
    graphs = {graph: triples for graph, (_, triples) in sorted(stated.items())}
    merge = Store()
    for triples in graphs.values():
        _add(merge, triples)
    progress(f"Deriving from {len(merge):,} triples.")
    for rule in rules.load():
        graphs[rule.graph] = rules.derive(rule, merge)
        _add(merge, graphs[rule.graph])
    digests = {graph: release.graph_digest(graph, triples) for graph, triples in graphs.items()}
    identifier = release.identifier(digests)
    graphs[release.GRAPH_IRI] = about.describe(graphs, identifier, digests)
    _add(merge, graphs[release.GRAPH_IRI])
    progress(f"Built {len(merge):,} triples in {len(graphs)} graphs, release {identifier[:12]}.")
    return Build(graphs, identifier, len(merge))


def _add(store: Store, triples: Sequence[Triple]) -> None:
    """Add triples to a store's default graph, which holds each once."""
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)


def _read(chosen: Sequence[files.GraphFile]) -> _Graphs:
    """Parse and check the files; a dataset syntax brings its own named graphs."""
    graphs: _Graphs = {}
    for file in chosen:
        for graph, triples in reading.read(file).items():
            before = graphs.get(graph, (file.path, ()))[1]
            graphs[graph] = (file.path, (*before, *triples))
    return graphs
