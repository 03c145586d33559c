"""Intake: files become blocks of quads without blank nodes, some at a time.

N-Quads and N-Triples are taken line by line, other syntaxes that can be large quad by quad. All
else is read as the build reads it. What the build refuses is refused.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pyoxigraph import BlankNode, Quad, RdfFormat, Triple, parse

from clausegraph import formats, turtle
from clausegraph.build import checks, reading, skolem, terms
from clausegraph.build.files import GraphFile
from clausegraph.build.terms import written
from clausegraph.errors import InputError
from clausegraph.stores import lines
from clausegraph.stores.lines import Block
from clausegraph.textfiles import BYTE_ORDER_MARK

LARGE = 16 * 2**20  # bytes of a file that is not read at once

_BOM = BYTE_ORDER_MARK.encode()
_BATCH = 50_000  # quads
_KNOWN = 100_000  # literals that are known to be kept as they are
_BY_LINE = {".nq": RdfFormat.N_QUADS, ".nt": RdfFormat.N_TRIPLES}
_BY_QUAD = {".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG}


@dataclass
class Intake:
    """Reads files; `opened` is told each graph of a file, `taken` each block of it, and `read` how
    many bytes were read."""

    opened: Callable[[bytes, Path], None]
    taken: Callable[[Block, Path], None]
    read: Callable[[int], None]
    _kept: set[bytes] = field(default_factory=set)

    def take(self, file: GraphFile) -> None:
        """Read a file, or raise InputError as the build does."""
        size = file.path.stat().st_size if file.path.exists() else 0
        by_line = _BY_LINE.get(file.path.suffix)
        by_quad = _BY_QUAD.get(file.path.suffix) if size > LARGE else None
        if file.ours or not (by_line or by_quad):
            for graph, triples in reading.read(file).items():
                self.graph(graph, triples, file.path)
            self.read(size)
            return
        part = _Part(self, file)
        try:
            if by_line is not None:
                part.lines(by_line)
            elif by_quad is not None:
                part.quads(by_quad)
        except SyntaxError as error:
            raise _broken(file.path, error) from error
        except MemoryError as error:
            raise InputError(
                "The file holds a text that is too long to be read.",
                file=file.path,
                remedy="Divide it into texts of less than 16 MB.",
            ) from error
        part.close()

    def graph(self, graph: str, triples: list[Triple], file: Path) -> None:
        """Take a whole graph, checked and without blank nodes."""
        name = written(graph)
        self.opened(name, file)
        for text in _texts(triples):
            self.taken(lines.block(text, name), file)

    def refuse_rewritten(self, block: Block, file: Path) -> None:
        """Raise InputError for a literal of canonical lines that the store would rewrite."""
        typed = {
            target
            for target in set(block.columns.objects)
            if target.startswith(b'"') and target.endswith(b">")
        } - self._kept
        if typed:
            text = b"".join(b"<urn:x> <urn:x> " + target + terms.END for target in typed)
            checks.refuse_rewritten_literals(file, terms.triples(text))
            if len(self._kept) > _KNOWN:
                self._kept.clear()
            self._kept |= typed


class _Part:
    """Reads one large file of somebody else."""

    def __init__(self, intake: Intake, file: GraphFile) -> None:
        self._intake = intake
        self._file = file
        self._graphs: set[bytes] = set()
        self._blank: defaultdict[str, list[Triple]] = defaultdict(list)

    def lines(self, syntax: RdfFormat) -> None:
        """Take the file line by line."""
        own = None if syntax is RdfFormat.N_QUADS else written(self._file.graph)
        for text in lines.chunks(self._file.path):
            found = lines.recognise(text, own)
            for block in found.blocks:
                if not reading.is_made(block.graph[1:-1].decode()):
                    self._intake.refuse_rewritten(block, self._file.path)
                    self._take(block)
            if found.others:
                self._triples(parse(found.others, syntax))
            self._intake.read(len(text))

    def quads(self, syntax: RdfFormat) -> None:
        """Take the file quad by quad."""
        deque(lines.chunks(self._file.path), maxlen=0)  # It is UTF-8 to the end.
        quads = _parsed(self._file.path, syntax)
        while batch := list(islice(quads, _BATCH)):
            self._triples(batch)
        self._intake.read(self._file.path.stat().st_size)

    def close(self) -> None:
        """Name the blank nodes, now that all is known that hangs from them."""
        for graph, triples in self._blank.items():
            self._add(graph, skolem.skolemise(triples, graph))
        if not self._graphs:
            self._intake.opened(written(self._file.graph), self._file.path)

    def _triples(self, quads: Iterable[Quad]) -> None:
        """Take quads; those with blank nodes are kept until the end."""
        for graph, triples in reading.by_graph(quads, self._file.graph).items():
            checks.refuse_rewritten_literals(self._file.path, triples)
            blank = [triple for triple in triples if _is_blank(triple)]
            if blank:
                self._blank[graph] += blank
                self._graphs.add(written(graph))
                triples = [triple for triple in triples if not _is_blank(triple)]  # noqa: PLW2901
            self._add(graph, triples)

    def _add(self, graph: str, triples: list[Triple]) -> None:
        name = written(graph)
        for text in _texts(triples):
            self._take(lines.block(text, name))

    def _take(self, block: Block) -> None:
        self._graphs.add(block.graph)
        self._intake.taken(block, self._file.path)


def _texts(triples: list[Triple]) -> Iterator[bytes]:
    """Yield triples as lines, some at a time."""
    for start in range(0, len(triples), _BATCH):
        yield terms.lines(triples[start : start + _BATCH])


def _is_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _broken(path: Path, error: SyntaxError) -> InputError:
    """Return the error that names the first place of a file that breaks its syntax."""
    syntax = formats.by_suffix(path.suffix, formats.READABLE)
    assert syntax is not None  # noqa: S101
    assert isinstance(syntax.engine, RdfFormat)  # noqa: S101
    if path.stat().st_size <= LARGE:
        turtle.parse_file(path)
    try:
        deque(_parsed(path, syntax.engine), maxlen=0)
    except SyntaxError as found:
        error = found
    except MemoryError:  # A very long line; the place is that in its piece of the file.
        pass
    message = (error.msg or "bad syntax").partition(": ")[2] or error.msg
    return InputError(
        f"{syntax.name} syntax: {message}.", file=path, line=error.lineno, column=error.offset
    )


def _parsed(path: Path, syntax: RdfFormat) -> Iterator[Quad]:
    """Yield what a file says, as it is read; a byte order mark is left out."""
    with path.open("rb") as stream:
        if stream.read(len(_BOM)) != _BOM:
            stream.seek(0)
        yield from parse(stream, syntax)
