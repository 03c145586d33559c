"""Releases in files: N-Quads that say which release they are, and so what they must hold.

A release that was written, as by `build` or as a dump, has its graphs sorted by name, and a graph
that names the release and gives the digest of every other. It is found without reading the file,
and what it says is compared with what it must say. Whether the file holds that is not known yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from clausegraph.build import dataset, release, rules, terms
from clausegraph.stores.described import counted
from clausegraph.stores.lines import graph_of
from clausegraph.vocabulary import RELEASE, SCHEMA, VOID

MADE = terms.written(release.GRAPH_IRI)

_DIGEST = NamedNode(SCHEMA + "sha256")
_TRIPLES = NamedNode(VOID + "triples")
EMPTY = hashlib.sha256().hexdigest()
_LONGEST = 64 * 2**20  # bytes of a line that is read


Graphs = Iterable[tuple[str, Iterable[Triple]]]  # by name


@dataclass(frozen=True)
class Released:
    """A file, the release that it says it is, the digests of its graphs by name, and how many
    triples their merge has, each counted once."""

    path: Path
    identifier: str
    digests: Mapping[bytes, str]
    triples: int

    @property
    def derived(self) -> Set[bytes]:
        """The graphs that rules derived."""
        return {name for name in self.digests if is_derived(name)}

    def rests_on(self, graphs: Graphs) -> bool:
        """Whether it holds these graphs, the same triple by triple, and no other that is empty: the
        file would not bring it."""
        ours = {terms.written(name): release.graph_digest(name, found) for name, found in graphs}
        empty = {name for name, digest in self.digests.items() if digest == EMPTY}
        return ours.items() <= self.digests.items() and empty <= ours.keys() | self.derived


def is_derived(graph: bytes) -> bool:
    """Whether a graph, as its name is written, is one that a rule derives."""
    return graph.startswith(f"<{rules.GRAPHS}".encode())


def find(path: Path) -> Released | None:
    """Return the release that a file says it is, or None where it says none, or what a release
    would not say of itself."""
    try:
        text = _section(path)
        return _read(path, [quad.triple for quad in parse(text, RdfFormat.N_QUADS)])
    except (AttributeError, KeyError, OSError, SyntaxError, TypeError, ValueError):
        return None


def _section(path: Path) -> bytes:
    """Return the lines of the graph that speaks of the release, if the graphs are sorted."""
    with path.open("rb") as stream:
        stream.seek(_place(stream, path.stat().st_size))
        return b"".join(_of_release(stream))


def _of_release(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of that graph which come next."""
    while graph_of(line := stream.readline(_LONGEST)) == MADE:
        yield line


def _place(stream: BinaryIO, size: int) -> int:
    """Return where the first line lies whose graph does not come before that of the release."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        start, line = _line_after(stream, middle)
        if line and graph_of(line)[1:-1] < MADE[1:-1]:
            low = start + len(line)
        else:
            high = middle
    return low


def _line_after(stream: BinaryIO, place: int) -> tuple[int, bytes]:
    """Return the first line that begins at a place or after it, and where it does."""
    stream.seek(max(place - 1, 0))
    before = stream.readline(_LONGEST) if place else b""
    start = max(place - 1, 0) + len(before)
    return start, stream.readline(_LONGEST)


def _read(path: Path, said: list[Triple]) -> Released | None:
    """Return what the graph of a release says, or None where that is not what it must say."""
    digests = _values(said, _DIGEST)
    identifier = release.identifier(digests)
    version = RELEASE + identifier
    must = {*release.description(identifier, digests), *dataset.description(identifier)}
    count = _values(said, _TRIPLES).get(version, "")
    names = {terms.written(name): digest for name, digest in digests.items()}
    if {*said} != must | counted(said, NamedNode(version)):
        return None
    return Released(path, identifier, names, int(count))


def _values(said: Iterable[Triple], predicate: NamedNode) -> dict[str, str]:
    """Return which literal each thing has for a predicate."""
    return {
        triple.subject.value: triple.object.value
        for triple in said
        if triple.predicate == predicate
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, Literal)
    }
