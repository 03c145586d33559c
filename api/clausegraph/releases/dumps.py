"""The dumps of a release: the whole graph as files, plain and compressed, the same bytes each time.

N-Quads come first, sorted by graph; the others are made from them line by line, so that memory
stays flat however large the graph is.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Protocol, TypeVar, cast

from pyoxigraph import Quad, RdfFormat, parse, serialize

from clausegraph import formats
from clausegraph.formats import Syntax
from clausegraph.releases.manifest import File
from clausegraph.releases.tee import Tee
from clausegraph.vocabulary import prefixes

NQUADS = formats.dump(formats.N_QUADS)

_BATCH = 5_000  # lines parsed at a time

_Item = TypeVar("_Item")


class Content(Protocol):
    """What a release is written from."""

    @property
    def release(self) -> str:
        """Its identifier (64 hex)."""

    def lines(self) -> Iterator[str]:
        """Yield its N-Quads graph by graph, sorted, each line with its line feed."""


@dataclass(frozen=True)
class Read:
    """A release that was written as N-Quads before, by Build.write or as a dump."""

    release: str
    path: Path

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file."""
        with self.path.open(encoding="utf-8", newline="\n") as stream:
            yield from stream


@dataclass(frozen=True)
class Written:
    """What was written: the files, the graphs, the triples of their merge, each counted once."""

    files: tuple[File, ...]
    graphs: int
    triples: int


def write(content: Content, folder: Path, progress: Callable[[str], None]) -> Written:
    """Write every dump of a release into a folder; raises OSError where that cannot be done."""
    progress(f"Writing {NQUADS}.")
    with Tee(folder, formats.N_QUADS) as tee:
        for lines in _batches(content.lines()):
            tee.write("".join(lines).encode())
    files, triples, graphs = list(tee.files), 0, 0
    path = folder / NQUADS
    for syntax in formats.DUMPED:
        if syntax == formats.N_QUADS:
            continue
        progress(f"Writing {formats.dump(syntax)}.")
        with Tee(folder, syntax) as tee:
            if syntax == formats.TURTLE:
                graphs, triples = _write_merge(path, tee)
            else:
                _write(parse(path=path, format=RdfFormat.N_QUADS), tee, syntax)
        files += tee.files
    return Written(tuple(files), graphs, triples)


def _write(quads: Iterable[Quad], tee: Tee, syntax: Syntax) -> None:
    assert isinstance(syntax.engine, RdfFormat)  # noqa: S101
    serialize(quads, cast("IO[bytes]", tee), syntax.engine, prefixes=dict(prefixes()))


def _write_merge(path: Path, tee: Tee) -> tuple[int, int]:
    """Write the merge of all graphs, each triple once; return how many graphs and triples."""
    triples = 0

    def quads() -> Iterator[Quad]:
        nonlocal triples
        for lines in _batches(line for line, _ in groupby(merge(*sections))):
            triples += len(lines)
            yield from parse(b"".join(lines), RdfFormat.N_TRIPLES)

    with path.open("rb") as stream:
        if not path.stat().st_size:
            return 0, 0
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            sections = [_triples(data, *place) for place in _sections(data)]
            _write(quads(), tee, formats.TURTLE)
            count = len(sections)
            sections.clear()
    return count, triples


def _sections(data: mmap.mmap) -> list[tuple[int, int, bytes]]:
    """Return where each graph's lines begin and end, and what each of them ends with."""
    found: list[tuple[int, int, bytes]] = []
    for line in iter(data.readline, b""):
        end = data.tell()
        if found and line.endswith(found[-1][2]):
            found[-1] = (found[-1][0], end, found[-1][2])
        else:
            ending = line[line.rindex(b" <") :]
            found.append((end - len(line), end, ending))
    return found


def _triples(data: mmap.mmap, start: int, end: int, ending: bytes) -> Iterator[bytes]:
    """Yield the lines of a graph as N-Triples, in the order in which they stand."""
    while start < end:
        after = data.find(b"\n", start) + 1
        yield data[start : after - len(ending)] + b" .\n"
        start = after


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
