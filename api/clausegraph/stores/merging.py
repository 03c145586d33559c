"""Merging: all lines once more, sorted, each once: written, digested, counted, checked."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from clausegraph.build import about, release, terms
from clausegraph.build.usage import Usage
from clausegraph.stores import lines
from clausegraph.stores.ledger import Elsewhere, Ledger
from clausegraph.stores.lines import Block
from clausegraph.stores.sorting import Runs

_MADE = terms.written(release.GRAPH_IRI)


@dataclass(frozen=True)
class Merged:
    """What was written: the release, its triples, each counted once, its quads, its graphs."""

    release: str
    triples: int
    quads: int
    graphs: int


class Merging:
    """Writes the lines of all graphs to the file `output`, sorted, and counts them."""

    def __init__(self, runs: Runs, ledger: Ledger, output: Path, elsewhere: Elsewhere) -> None:
        self._runs = runs
        self._ledger = ledger
        self._output = output
        self._elsewhere = elsewhere
        names = [name[1:-1].decode() for name in ledger.graphs]
        known = ledger.overview
        self._usage = Usage(known.types, known.subjects, known.doubtful(about.named(names)))
        self._digests: dict[str, str] = {}
        self._quads = 0

    def merge(self, scratch: Path, made: Callable[[Block], None]) -> Merged:
        """Write all graphs, and that which describes them, which is handed to `made`."""
        graphs = self._ledger.graphs
        before = [name for name in graphs if name[1:-1] < _MADE[1:-1]]
        tail = scratch / "tail"
        with self._output.open("wb") as stream, tail.open("wb") as rest:
            for name in graphs:
                self._write(name, stream if name in before else rest)
            identifier = release.identifier(self._digests)
            block = self._describe(identifier)
            made(block)
            stream.writelines(line + b"\n" for line in block.lines)
        with self._output.open("ab") as stream, tail.open("rb") as source:
            shutil.copyfileobj(source, stream, lines.CHUNK)
        tail.unlink()
        return Merged(
            identifier,
            sum(self._usage.triples().values()),
            self._quads + len(block.lines),
            len(graphs) + 1,
        )

    def _write(self, name: bytes, stream: BinaryIO) -> None:
        digest = hashlib.sha256()
        is_stated = name in self._ledger.files
        for rows in self._runs.sorted(name):
            text = b"\n".join(rows) + b"\n"
            digest.update(text)
            stream.write(text)
            self._quads += len(rows)
            columns = terms.columns(text, lines.suffix(name))
            if is_stated:
                self._ledger.refuse_dangling(name, set(columns.objects), self._elsewhere)
            self._usage.add(columns, is_derived=not is_stated)
        self._digests[name[1:-1].decode()] = digest.hexdigest()

    def _describe(self, identifier: str) -> Block:
        """Return the graph that describes the release."""
        triples = about.described(self._usage, identifier, self._digests)
        text = terms.lines(triples)
        block = lines.block(text, _MADE)
        block.lines.sort()
        return block
