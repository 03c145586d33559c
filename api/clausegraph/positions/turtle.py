"""Places in Turtle and TriG: the tokens of a text beside the quads that the parser makes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pyoxigraph import Quad, QuadParser, RdfFormat, parse

from clausegraph.naming import AnyTerm, Names
from clausegraph.positions.mentions import mentions
from clausegraph.positions.places import Lines, Place, Wanted
from clausegraph.positions.search import Search
from clausegraph.positions.spelling import TOKEN, may_spell
from clausegraph.positions.terse import Statements, Unreadable

_NAMELESS = ("_:", "[", "(")


def locate(
    text: str, engine: RdfFormat, number: int, wanted: Sequence[Wanted], base: str | None
) -> dict[Wanted, Place]:
    """Return the places of what is wanted; SyntaxError if the parser refuses the text."""
    parser: QuadParser = parse(text, engine, base_iri=base)
    search: Search[int] = Search(wanted)
    tokens = _Tokens(text)
    if _walk(parser, Statements(text), search, _names(text, number)):
        return search.places(tokens.place)
    deque(parser, maxlen=0)  # What it knows of prefixes and base is whole at the end.
    offsets = mentions(text, parser, {one.subject for one in wanted})
    spots = {one: offsets.get(one.subject) for one in wanted}
    places = {
        one: tokens.place(spot, one.subject) for one, spot in spots.items() if spot is not None
    }
    return {one: place for one, place in places.items() if place is not None}


def _names(text: str, number: int) -> Names | None:
    return Names(number) if any(mark in text for mark in _NAMELESS) else None


def _walk(
    quads: Iterator[Quad], statements: Statements, search: Search[int], names: Names | None
) -> bool:
    """Tell the search of all quads and their offsets; whether each has its own."""
    nodes, mention = search.nodes, search.mention
    try:
        for quad, spots in zip_longest(quads, statements):
            if quad is None or spots is None:
                return False
            named = quad if names is None else names.quad(quad)
            subject, predicate, value, _ = named
            node = nodes.get(subject)
            if node is not None:
                node.describe(predicate, value, spots)
            if value in nodes:
                mention(value, spots[2])
    except Unreadable:
        return False
    return True


class _Tokens:
    """The tokens of a text, by the offsets at which they begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = Lines(text)

    def place(self, start: int, term: AnyTerm) -> Place | None:
        """Return the place of the token at `start`, or None if it cannot stand for `term`."""
        token = TOKEN.match(self.text, start)
        if token is None or not may_spell(token, term):
            return None
        return self._lines.place(start, token.end())
