"""Places in RDF/XML: the tags and attributes of a text beside the quads that the parser makes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import zip_longest

from pyoxigraph import NamedNode, RdfFormat, parse

from clausegraph.naming import AnyTerm, Names
from clausegraph.positions.places import Place, Wanted
from clausegraph.positions.search import Search
from clausegraph.positions.xmlstatements import Span, statements

_LAST_PART = re.compile(rb"[^:/#?]*\Z")
_SURE = re.compile(rb"[\w:/#?=+,;@!$*()~-]*\Z")  # No entities, escapes or dot segments.
_IMPLIED = re.compile(r"http://www\.w3\.org/1999/02/22-rdf-syntax-ns#(?:_\d+|[a-z]+)")


def locate(
    text: str, number: int, wanted: Sequence[Wanted], base: str | None
) -> dict[Wanted, Place]:
    """Return the places of what is wanted; ValueError if the text has what is not followed."""
    data = text.encode()
    offsets = iter(statements(data))
    search: Search[Span] = Search(wanted)
    names = Names(number)
    spans = zip(offsets, offsets, strict=True)
    quads = parse(text, RdfFormat.RDF_XML, base_iri=base)
    for quad, three in zip_longest(quads, zip(spans, spans, spans, strict=True)):
        if quad is None or three is None:
            return {}
        subject, predicate, value, _ = names.quad(quad)
        node = search.nodes.get(subject)
        if node is not None:
            node.describe(predicate, value, three)
        search.mention(value, three[2])
    return search.places(_Bytes(data).place)


class _Bytes:
    """The bytes of a text, whose places are told in code points."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0, *(match.end() for match in re.finditer(rb"\n", data))]

    def place(self, span: Span, term: AnyTerm) -> Place | None:
        """Return the place of a span, or None if it cannot stand for `term`."""
        if isinstance(term, NamedNode) and not self._may_name(self._data[slice(*span)], term.value):
            return None
        return Place(*self._point(span[0]), *self._point(span[1]))

    def _may_name(self, raw: bytes, iri: str) -> bool:
        last = _LAST_PART.search(raw)
        if last is None or _IMPLIED.fullmatch(iri) or not _SURE.match(raw):
            return True
        return iri.endswith(last[0].decode())

    def _point(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, len(self._data[self._starts[line - 1] : offset].decode()) + 1
