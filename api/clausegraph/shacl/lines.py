"""N-Triples and N-Quads straight into the data: by the megabyte where nothing needs a closer look.

Such a look is what blank nodes, literals that are kept otherwise, and mistakes need.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import BinaryIO

from pyoxigraph import Literal, NamedNode, RdfFormat

from clausegraph.shacl import exact
from clausegraph.shacl.store import LocalData

_CHUNK = 1 << 20
_AT_ONCE = 2  # parts that are loaded at the same time; parsing is half of the work
_TYPED = b'"^^<'
_END = b"> .\n"  # of a line that names a graph, as such lines are usually written
_REMEMBERED = 1 << 17  # literals that were looked at
_LONG = 64  # bytes of one that is not remembered

Slow = Callable[[bytes, int, int], int]
"""Takes a text, and how many lines and bytes stand before it; returns how many quads it had."""


@dataclass
class _Part:
    """A part of a file, what stands before it, and its loading."""

    text: bytes
    lines: int
    size: int
    done: Future[None] = field(default_factory=Future)


class Lines:
    """Reads one file of lines; `slow` loads what needs a closer look, and raises what is wrong.

    What holds the text `watched` is left to it, too.
    """

    def __init__(
        self, data: LocalData, syntax: RdfFormat, slow: Slow, watched: bytes | None = None
    ) -> None:
        self._data = data
        self._marks = (b"_:", b"<<") if watched is None else (b"_:", b"<<", watched)
        self._has_graphs = syntax == RdfFormat.N_QUADS
        self._slow = slow
        self._plain: set[tuple[bytes, bytes]] = set()  # literals that are kept as they are
        self._graphs: set[bytes] = set()

    def load(self, stream: BinaryIO, progress: Callable[[int], None]) -> int:
        """Load a file and return how many lines of it hold triples, about.

        Parts are looked at in their order while others are parsed and stored, which needs no turn
        of the interpreter. `progress` is told the bytes of each part.
        """
        number = lines = size = 0
        waiting: deque[_Part] = deque()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for chunk in _chunks(stream):
                more = chunk.count(b"\n")
                part = _Part(chunk, lines, size)
                triples = self._as_it_is(chunk, more)
                if triples is None:
                    self._finish(waiting, 0)
                    number += self._slow(chunk, lines, size)
                else:
                    part.done = pool.submit(self._data.load_lines, triples)
                    waiting.append(part)
                    self._finish(waiting, 2 * _AT_ONCE)
                    number += more
                lines += more
                size += len(chunk)
                progress(len(chunk))
            self._finish(waiting, 0)
        return number

    def _finish(self, waiting: deque[_Part], most: int) -> None:
        """Wait until at most so many parts are waiting; what cannot be loaded is looked at."""
        while len(waiting) > most:
            part = waiting.popleft()
            try:
                part.done.result()
            except SyntaxError:
                self._slow(part.text, part.lines, part.size)

    def _as_it_is(self, chunk: bytes, lines: int) -> bytes | None:
        """Return the triples of a part that needs no closer look, as far as that can be seen."""
        if any(mark in chunk for mark in self._marks):
            return None
        if not self._is_plain(chunk) or not _is_utf8(chunk):
            return None
        return self._without_graph(chunk, lines) if self._has_graphs else chunk

    def _is_plain(self, chunk: bytes) -> bool:
        """Whether all typed literals of a part are kept as they are."""
        parts = chunk.split(_TYPED)
        if len(parts) <= chunk.count(_TYPED[:-1]):
            return False
        if len(self._plain) > _REMEMBERED:
            self._plain.clear()
        found = {
            (before[before.rfind(b'"') - 1 :], after[: after.find(b">")])
            for before, after in pairwise(parts)
        }
        for pair in found - self._plain:
            if not _is_kept_as_it_is(*pair):
                return False
            if len(pair[0]) <= _LONG:
                self._plain.add(pair)
        return True

    def _without_graph(self, chunk: bytes, lines: int) -> bytes | None:
        """Return the triples of a part whose lines all name a graph, else None.

        A triple of the default graph whose object is an IRI loses that, and no parser takes the
        rest for a triple: such a part is not loaded as it is.
        """
        parts = chunk.split(_END)
        if parts.pop() or len(parts) != lines:
            return None
        split = [part.rpartition(b" <") for part in parts]
        named = {name for _, _, name in split} - self._graphs
        if not all(map(_is_iri, named)):
            return None
        self._graphs |= named
        return b" .\n".join([triple for triple, _, _ in split]) + b" .\n"


def _is_iri(text: bytes) -> bool:
    try:
        NamedNode(text.decode())
    except ValueError:
        return False
    return True


def _is_kept_as_it_is(form: bytes, datatype: bytes) -> bool:
    """Whether a literal is; `form` begins with its quotation mark and the byte before that."""
    if b"\\" in form:
        return False
    try:
        literal = Literal(form[2:].decode(), datatype=NamedNode(datatype.decode()))
    except ValueError:
        return False
    return exact.encode(literal) == literal


def _is_utf8(chunk: bytes) -> bool:
    if chunk.isascii():
        return True
    try:
        chunk.decode()
    except UnicodeDecodeError:
        return False
    return True


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a file in parts of whole lines, each of which ends with a line feed."""
    while chunk := stream.read(_CHUNK):
        chunk += stream.readline()
        yield chunk if chunk.endswith(b"\n") else chunk + b"\n"
