"""Lines of N-Quads and N-Triples: those in canonical form are taken as they are, without a parser.

What the pattern matches, the parser would accept and write back byte by byte: IRIs and literals of
the usual kinds. Every other line goes to the parser. Both syntaxes are made of lines, one triple
or quad each (RDF 1.1 N-Quads, section 3), so that each can be taken for itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from clausegraph import textfiles
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
# These are written as escapes.
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())


class Block(NamedTuple):
    """Quads of one named graph: its name, the lines, each with its line feed, their terms, and
    about how many bytes they take."""

    graph: bytes
    lines: list[bytes]
    columns: Columns
    size: int


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


def recognise(text: bytes, own: bytes | None) -> Recognised:
    """Take lines of N-Quads, or of N-Triples, which make the graph `own`."""
    pattern = _QUADS if own is None else _TRIPLES
    is_odd = not text.isascii() and any(mark in text for mark in _NONCHARACTERS)
    found = [] if is_odd else pattern.findall(text)
    others = b""
    lines = text.splitlines(keepends=True)
    if len(lines) != len(found):
        lines, others = _separate(text, pattern, is_odd)
        found = pattern.findall(b"".join(lines))
    return Recognised(list(_blocks(found, lines, own)), others)


def suffix(graph: bytes) -> bytes:
    """Return how each line of a graph ends."""
    return b" " + graph + b" .\n"


def merged(text: bytes, graph: bytes) -> bytes:
    """Return the lines of one graph as lines of the default graph."""
    return text.replace(suffix(graph), b" .\n")


def named(text: bytes, graph: bytes) -> bytes:
    """Return lines of the default graph as lines of a named one."""
    return text.replace(b" .\n", suffix(graph))


def block(text: bytes, graph: bytes, columns: Columns) -> Block:
    """Return lines of the default graph as a block of a named one, given their terms."""
    text = named(text, graph)
    return Block(graph, text.splitlines(keepends=True), columns, len(text))


def _separate(text: bytes, pattern: re.Pattern[bytes], is_odd: bool) -> tuple[list[bytes], bytes]:
    """Return the canonical lines of a text, and the others."""
    canonical: list[bytes] = []
    others: list[bytes] = []
    for line in text.split(b"\n")[:-1]:
        whole = line + b"\n"
        is_canonical = not is_odd and pattern.fullmatch(whole)
        (canonical if is_canonical else others).append(whole)
    return canonical, b"".join(others)


def _blocks(
    found: list[tuple[bytes, ...]], lines: list[bytes], own: bytes | None
) -> Iterator[Block]:
    """Yield a block for each graph."""
    if not found:
        return
    terms = list(zip(*found, strict=True))
    if own is not None:
        end = suffix(own)
        named = [line[:-3] + end for line in lines]
        yield Block(own, named, Columns(*terms), sum(map(len, named)))
        return
    graphs = terms.pop()
    counts = Counter(graphs)
    if len(counts) > 1:
        order = itemgetter(*sorted(range(len(graphs)), key=graphs.__getitem__))
        lines, terms = list(order(lines)), [order(column) for column in terms]
    start, size = 0, len(b"".join(lines))
    for graph in sorted(counts):
        part = slice(start, start + counts[graph])
        columns = Columns(*(column[part] for column in terms))
        yield Block(graph, lines[part], columns, size * counts[graph] // len(lines))
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
