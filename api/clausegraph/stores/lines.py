"""Lines of N-Quads and N-Triples: those in canonical form are taken as they are, without a parser.

What the pattern matches, the parser would accept and write back byte by byte: IRIs and literals of
the usual kinds. Every other line goes to the parser. Both syntaxes are made of lines, one triple
or quad each (RDF 1.1 N-Quads, section 3), so that each can be taken for itself.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import itemgetter, not_
from pathlib import Path
from typing import NamedTuple

from clausegraph import textfiles
from clausegraph.build import terms
from clausegraph.build.terms import Columns
from clausegraph.errors import InputError
from clausegraph.vocabulary import XSD

CHUNK = 4 * 2**20  # bytes

_BOM = textfiles.BYTE_ORDER_MARK.encode()
_PATH = rb"[A-Za-z0-9._~!$&'()*+,;=:@/?-]*+"
_IRI = rb"<https?://[A-Za-z0-9.-]++/" + _PATH + rb"(?:#" + _PATH + rb")?+>"
_TEXT = rb'"[^"\\\x00-\x1f\x7f]*+(?:\\["\\nrtbf][^"\\\x00-\x1f\x7f]*+)*+"'
_TAG = rb"@[a-z]{2,3}(?:-[a-z]{4})?+(?:-[a-z]{2})?+"
_TYPE = rb"\^\^<" + re.escape(XSD.encode()) + rb"(?!string>)[A-Za-z]++>"
_LITERAL = _TEXT + rb"(?:" + _TAG + rb"|" + _TYPE + rb")?+"
_TRIPLE = rb"^(" + _IRI + rb") (" + _IRI + rb") (" + _IRI + rb"|" + _LITERAL + rb") "
_QUADS = re.compile(_TRIPLE + rb"(" + _IRI + rb") \.\n", re.MULTILINE)
_TRIPLES = re.compile(_TRIPLE + rb"\.\n", re.MULTILINE)
_NAME = re.compile(_IRI)
_OBJECT = re.compile(_IRI + rb"|" + _LITERAL)
_TERMS = 3  # of a line, beside its graph
# These are written as escapes.
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())


@dataclass(frozen=True)
class Block:
    """Quads of one named graph: its name, the lines, each without its line feed, about how many
    bytes they take, and their terms, if these are known already."""

    graph: bytes
    lines: list[bytes]
    size: int
    known: Columns | None = None

    @cached_property
    def columns(self) -> Columns:
        """The terms."""
        if self.known is not None:
            return self.known
        end = 1 - len(suffix(self.graph))
        return terms.split(line[:end] for line in self.lines)


class Section(NamedTuple):
    """Lines of N-Quads that come after each other and name the same graph: its name, their text,
    and each without its line feed."""

    graph: bytes
    text: bytes
    rows: list[bytes]


class Recognised(NamedTuple):
    """The blocks of a text, and the lines that a parser is to see."""

    blocks: list[Block]
    others: bytes


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a UTF-8 file in pieces that end with a line; a byte order mark is left out.

    Raises InputError for a file that cannot be read, and for bytes that are not UTF-8, with their
    line.
    """
    try:
        with path.open("rb") as stream:
            rest, before = stream.read(len(_BOM)).removeprefix(_BOM), 0
            while piece := stream.read(CHUNK):
                whole, feed, after = piece.rpartition(b"\n")
                if not feed:
                    rest += piece
                    continue
                text = b"".join((rest, whole, feed))
                _refuse_other_encodings(text, path, before)
                yield text
                before += text.count(b"\n")
                rest = after
            if rest:
                _refuse_other_encodings(rest, path, before)
                yield rest + b"\n"
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}.", file=path, remedy="Check its path."
        ) from error


def sections(text: bytes) -> list[Section] | None:
    """Return lines of N-Quads as sections, or None where these are not sorted by graph."""
    found: list[Section] = []
    for graph, rows in _stretches(text):
        if not graph or (found and graph[1:-1] <= found[-1].graph[1:-1]):
            return None
        found.append(_section(graph, rows))
    return found


def recognise(text: bytes, own: bytes | None) -> Recognised:
    """Take lines of N-Quads, or of N-Triples, which make the graph `own`."""
    if own is not None:
        return _recognised(text, own)
    by_graph: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for graph, rows in _stretches(text):
        by_graph[graph] += rows
    return recognise_sections([_section(graph, by_graph[graph]) for graph in sorted(by_graph)])


def _section(graph: bytes, rows: list[bytes]) -> Section:
    return Section(graph, b"\n".join(rows) + b"\n", rows)


def _stretches(text: bytes) -> Iterator[tuple[bytes, list[bytes]]]:
    """Yield graphs, and lines of theirs that stand one after the other."""
    rows = text.split(b"\n")
    rows.pop()
    start = 0
    while start < len(rows):
        graph = graph_of(rows[start])
        end = _end_of_stretch(rows, start, suffix(graph)[:-1]) if graph else start + 1
        yield graph, rows[start:end]
        start = end


def _end_of_stretch(rows: list[bytes], start: int, end: bytes) -> int:
    """Return behind which row after `start` is the last that ends so, and all between them: their
    number is found by doubling and halving, and then they are looked at all at once."""
    low, step = start, 1
    while low + step < len(rows) and rows[low + step].endswith(end):
        low, step = low + step, 2 * step
    high = min(low + step, len(rows))
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if rows[middle].endswith(end) else (low, middle)
    if (b"\n".join(rows[start:high]) + b"\n").count(end + b"\n") == high - start:
        return high
    return next(place for place in range(start, high) if not rows[place].endswith(end))


def recognise_sections(found: list[Section]) -> Recognised:
    """Take lines of N-Quads. A line is canonical if each of its terms is, and most of these are in
    several lines."""
    blocks, others = [], []
    for section in found:
        end, text = suffix(section.graph), section.text
        parts = [row.split(b" ", 2) for row in text[: -len(end)].split(end)]
        is_odd = not text.isascii() and any(map(text.__contains__, _NONCHARACTERS))
        is_plain = text.count(end) == len(section.rows) and min(map(len, parts)) == _TERMS
        if is_odd or not is_plain or not _NAME.fullmatch(section.graph):
            part = _recognised(text, None)
            blocks += part.blocks
            others.append(part.others)
            continue
        columns = Columns(*zip(*parts, strict=True))
        lines = section.rows
        odd = _odd(columns)
        if odd:
            flags = [odd.isdisjoint(part) for part in parts]
            others += [line + b"\n" for line in compress(lines, map(not_, flags))]
            lines = list(compress(lines, flags))
            columns = Columns(*(tuple(compress(column, flags)) for column in columns))
        if lines:
            blocks.append(Block(section.graph, lines, len(section.text), columns))
    return Recognised(blocks, b"".join(others))


def _odd(columns: Columns) -> set[bytes]:
    """Return the terms that are not canonical where they stand, as they may be elsewhere."""
    names = {*columns.subjects, *columns.predicates}
    odd = {term for term in names if not _NAME.fullmatch(term)}
    return odd.union(term for term in set(columns.objects) if not _OBJECT.fullmatch(term))


def _recognised(text: bytes, own: bytes | None) -> Recognised:
    """Take lines in any order."""
    pattern = _QUADS if own is None else _TRIPLES
    is_odd = not text.isascii() and any(mark in text for mark in _NONCHARACTERS)
    found = [] if is_odd else pattern.findall(text)
    others = b""
    lines = text.split(b"\n")
    lines.pop()
    if len(lines) != len(found):
        lines, others = _separate(lines, pattern, is_odd)
        found = pattern.findall(b"".join(line + b"\n" for line in lines))
    return Recognised(list(_blocks(found, lines, own)), others)


def graph_of(line: bytes) -> bytes:
    """Return the name of the graph of a line of N-Quads, with or without its line feed; nothing
    where it has none."""
    parts = line.removesuffix(b"\n").rsplit(b" ", 2)
    is_named = len(parts) > 1 and parts[-1] == b"." and parts[1].startswith(b"<")
    return parts[1] if is_named else b""


def suffix(graph: bytes) -> bytes:
    """Return how each line of a graph ends."""
    return b" " + graph + b" .\n"


def merged(text: bytes, graph: bytes) -> bytes:
    """Return the lines of one graph as lines of the default graph."""
    return text.replace(suffix(graph), b" .\n")


def named(text: bytes, graph: bytes) -> bytes:
    """Return lines of the default graph as lines of a named one."""
    return text.replace(b" .\n", suffix(graph))


def block(text: bytes, graph: bytes) -> Block:
    """Return lines of the default graph as a block of a named one."""
    rows = named(text, graph).split(b"\n")
    rows.pop()
    return Block(graph, rows, len(text))


def _separate(
    lines: list[bytes], pattern: re.Pattern[bytes], is_odd: bool
) -> tuple[list[bytes], bytes]:
    """Return the canonical ones of some lines, and the text of the others."""
    canonical: list[bytes] = []
    others: list[bytes] = []
    for line in lines:
        if not is_odd and pattern.fullmatch(line + b"\n"):
            canonical.append(line)
        else:
            others += (line, b"\n")
    return canonical, b"".join(others)


def _blocks(
    found: list[tuple[bytes, ...]], lines: list[bytes], own: bytes | None
) -> Iterator[Block]:
    """Yield a block for each graph."""
    if not found:
        return
    found_terms = list(zip(*found, strict=True))
    if own is not None:
        end = suffix(own)[:-1]
        named = [line[:-2] + end for line in lines]
        yield Block(own, named, sum(map(len, named)), Columns(*found_terms))
        return
    graphs = found_terms.pop()
    counts = Counter(graphs)
    if len(counts) > 1:
        order = itemgetter(*sorted(range(len(graphs)), key=graphs.__getitem__))
        lines, found_terms = list(order(lines)), [order(column) for column in found_terms]
    start, size = 0, len(b"".join(lines))
    for graph in sorted(counts):
        part = slice(start, start + counts[graph])
        columns = Columns(*(column[part] for column in found_terms))
        yield Block(graph, lines[part], size * counts[graph] // len(lines), columns)
        start += counts[graph]


def _refuse_other_encodings(text: bytes, path: Path, before: int) -> None:
    """Raise InputError for bytes that are not UTF-8; `before` are the lines before them."""
    if text.isascii():
        return
    try:
        textfiles.decode(text, path)
    except InputError as error:
        error.line = (error.line or 0) + before
        raise
