"""Places in N-Triples and N-Quads: line by line, of which only those that matter are parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import IO

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from clausegraph.naming import AnyTerm, Names
from clausegraph.positions.places import Place, Wanted
from clausegraph.positions.search import Search, Spots
from clausegraph.positions.spelling import MARK, TOKEN, begins, may_spell

_Line = tuple[int, bytes]  # Its number from 1, and what stands on it.
_Spot = tuple[int, bytes, int, int]  # The same, the number of a statement in it, that of a term.
Opener = Callable[[], AbstractContextManager[IO[bytes]]]

_MARK = "\ufeff".encode()
_ODD = (b" ", b"\t", b"\r", _MARK[:1])
_BATCH = 5000
_NAMED = re.compile(rb'<[^<>]*+>|"(?:[^"\\]++|\\.)*+"')
_ESCAPES = str.maketrans({'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r"})


def locate(open_text: Opener, number: int, wanted: Sequence[Wanted]) -> dict[Wanted, Place]:
    """Return the places of what is wanted; SyntaxError if the parser refuses a line of it.

    `open_text` opens the text; it is read twice if a wanted subject is described nowhere.
    """
    search: Search[_Spot] = Search(wanted)
    with open_text() as text:
        _describe(_described(text, search), search, Names(number))
    missing = [
        term
        for term, node in search.nodes.items()
        if node.described is None and not isinstance(term, BlankNode)
    ]
    if missing:
        with open_text() as text:
            for quad, spots in _statements(_mentioning(text, missing)):
                search.mention(quad.object, spots[2])
    return search.places(_place)


def _described(text: Iterable[bytes], search: Search[_Spot]) -> Iterator[_Line]:
    """Yield the lines that begin with a wanted subject, and all blank nodes if some is wanted."""
    iris = {f"<{term.value}".encode() for term in search.nodes if isinstance(term, NamedNode)}
    takes_blank = any(
        isinstance(term, BlankNode) for one in search.wanted for term in (one.subject, one.object)
    )
    for number, line in enumerate(text, 1):
        key = line.partition(b">")[0]
        if key in iris or key[:1] in _ODD or b"\\" in key or (takes_blank and b"_:" in line):
            yield number, line


def _describe(lines: Iterable[_Line], search: Search[_Spot], names: Names) -> None:
    for quad, spots in _statements(lines):
        subject, predicate, value, _ = names.quad(quad)
        node = search.nodes.get(subject)
        if node is not None:
            node.describe(predicate, value, spots)
        if isinstance(value, BlankNode):
            search.mention(value, spots[2])


def _mentioning(text: Iterable[bytes], terms: Iterable[AnyTerm]) -> Iterator[_Line]:
    needles = {needle.encode() for term in terms if (needle := _needle(term))}
    for number, line in enumerate(text, 1):
        if not needles.isdisjoint(_NAMED.findall(line)):
            yield number, line


def _needle(term: AnyTerm) -> str:
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    return f'"{term.value.translate(_ESCAPES)}"' if isinstance(term, Literal) else ""


def _statements(lines: Iterable[_Line]) -> Iterator[tuple[Quad, Spots[_Spot]]]:
    """Parse lines, many at a time, and yield each quad with the spots of its terms."""
    rest = ((number, line.removeprefix(_MARK) if number == 1 else line) for number, line in lines)
    told = ((number, line) for number, line in rest if line.strip() and line.lstrip()[:1] != b"#")
    while batch := list(islice(told, _BATCH)):
        quads = list(parse(b"".join(_ended(line) for _, line in batch), RdfFormat.N_QUADS))
        if len(quads) == len(batch):
            for (number, line), quad in zip(batch, quads, strict=True):
                yield quad, _spots(number, line, 0)
        else:  # A lone carriage return ends a statement, too.
            for number, line in batch:
                for nth, quad in enumerate(parse(line, RdfFormat.N_QUADS)):
                    yield quad, _spots(number, line, nth)


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n"


def _spots(number: int, line: bytes, nth: int) -> Spots[_Spot]:
    return (number, line, nth, 0), (number, line, nth, 1), (number, line, nth, 2)


def _place(spot: _Spot, term: AnyTerm) -> Place | None:
    """Return the place of a term of a statement of a line, if its token may stand for it."""
    number, line, statement, nth = spot
    text = line.decode()
    seen: list[re.Match[str]] = []
    for token in TOKEN.finditer(text):
        if token[MARK] != ".":
            seen.append(token)
        elif statement:
            statement -= 1
            seen.clear()
        else:
            break
    if len(seen) <= nth or not may_spell(seen[nth], term):
        return None
    return Place(number, begins(seen[nth]) + 1, number, seen[nth].end() + 1)
