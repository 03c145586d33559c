"""Where a statement is written: line and column of what a file says, for the files that need it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import IO

from pyoxigraph import RdfFormat

from clausegraph import formats
from clausegraph.positions import jsonld, lines, rdfxml, turtle
from clausegraph.positions.places import Place, Wanted

__all__ = ["Place", "Wanted", "locate"]

_BYTE_ORDER_MARK = "\ufeff"
_ENGINES = {formats.TURTLE: RdfFormat.TURTLE, formats.TRIG: RdfFormat.TRIG}
_BY_LINE = (formats.N_TRIPLES, formats.N_QUADS)


def locate(
    source: str | bytes | Path,
    syntax: formats.Syntax,
    number: int,
    wanted: Sequence[Wanted],
    base: str | None = None,
) -> dict[Wanted, Place]:
    """Return the places of wanted statements in one file: its text, its bytes, or its path.

    Terms are those that the parser makes of the file, blank nodes named as in `clausegraph.naming`
    for file `number`; `base` is the IRI that relative ones were resolved against. The place of a
    statement that is not there is that of its predicate, else of its subject, else of the first
    mention of that; what has no place, as in a text that cannot be parsed, is left out.
    """
    if not wanted or syntax not in formats.READABLE:
        return {}
    try:
        if syntax in _BY_LINE:
            return lines.locate(lambda: _opened(source), number, wanted)
        text = _text(source).removeprefix(_BYTE_ORDER_MARK)
        if syntax is formats.JSON_LD:
            return jsonld.locate(text, number, wanted, base)
        if syntax is formats.RDF_XML:
            return rdfxml.locate(text, number, wanted, base)
        return turtle.locate(text, _ENGINES[syntax], number, wanted, base)
    except (SyntaxError, ValueError, OSError):
        return {}  # Whoever judges the file says what is wrong with it.


def _opened(source: str | bytes | Path) -> AbstractContextManager[IO[bytes]]:
    if isinstance(source, Path):
        return source.open("rb")
    return BytesIO(source.encode() if isinstance(source, str) else source)


def _text(source: str | bytes | Path) -> str:
    if isinstance(source, Path):
        source = source.read_bytes()
    return source if isinstance(source, str) else source.decode()
