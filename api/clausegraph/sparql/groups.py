"""Groups of a query's text: those around a place, and whether a graph is asked anything in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clausegraph.sparql.tokens import Token, is_word, plain
from clausegraph.sparql.triples import IN_TRIPLES, Text

_NAMED = frozenset({"iri", "name", "variable"})
_BEFORE_GROUP = frozenset({"VALUES", "SELECT"})  # what follows them is no triple
_VERB = 2  # which of the tokens since a subject was due


class Graphs:
    """The groups of GRAPH in a query, and which of them ask for a property that `counts`."""

    def __init__(self, text: Text, counts: Callable[[Token], bool]) -> None:
        self._text = text
        self._counts = counts
        self._asking: dict[tuple[int, int], bool] = {}

    def is_open(self, place: int) -> bool:
        """Whether GRAPH stands around a place, and nothing that is joined with what stands there
        asks for a property that counts, within GRAPH: nothing is looked up in a graph then, so that
        its name stays open."""
        inner = -1
        for opening in self._around(place):
            if self._asks(opening, inner):
                return False
            named = self._text.at(opening - 1).kind in _NAMED
            if named and is_word(self._text.at(opening - 2), "GRAPH"):
                return True
            inner = opening
        return False

    def _around(self, place: int) -> Iterator[int]:
        """Yield where the groups around a place open, the innermost first."""
        while place > 0:
            place -= 1
            token = self._text.tokens[place]
            if token.kind == "close":
                place = self._text.pairs.get(place, place)
            elif token.text == "{":
                yield place

    def _asks(self, opening: int, inner: int) -> bool:
        """Whether a group asks for a property that counts, but for the group `inner` in it."""
        key = opening, inner
        if key not in self._asking:
            self._asking[key] = any(map(self._counts, self._verbs(opening, inner)))
        return self._asking[key]

    def _verbs(self, opening: int, inner: int) -> Iterator[Token]:
        """Yield the first token of each property that a group, or one within, asks for; the group
        `inner`, and what stands in its stead by UNION, left out."""
        told = 0  # tokens since a subject was due
        outer: list[int] = []  # the same of the triples around a bracket
        place, end = opening + 1, self._text.closed(opening)
        while place < end:
            token = self._text.tokens[place]
            told = self._told(place, told)
            if told == _VERB:
                yield token
            if token.text == "[":
                outer.append(told)
                told = 1
            elif token.text == "]":
                told = outer.pop() if outer else 0
            elif token.text == "(" or (token.text == "{" and self._is_aside(place, inner)):
                place = self._text.closed(place)
            elif token.kind == "word" and plain(token.text) in _BEFORE_GROUP:
                place = self._data(place, end)
            place += 1

    def _told(self, place: int, told: int) -> int:
        """Return how far a triple is told with the token at a place, and before it."""
        token = self._text.tokens[place]
        if token.text == ";":
            return 1
        is_other = token.kind == "word" and plain(token.text) not in IN_TRIPLES
        is_argument = token.text == "(" and self._text.is_argued(place)
        return 0 if is_other or is_argument or token.text in {".", "{", "}"} else told + 1

    def _data(self, place: int, end: int) -> int:
        """Return where the data of VALUES end, or what is selected."""
        following = place
        while following < end and self._text.tokens[following].text != "{":
            following += 1
        return (
            self._text.closed(following)
            if is_word(self._text.at(place), "VALUES")
            else following - 1
        )

    def _is_aside(self, opening: int, inner: int) -> bool:
        """Whether a group is `inner`, or stands in its stead."""
        if opening == inner:
            return True
        return inner >= 0 and self._is_united(inner) and self._is_united(opening)

    def _is_united(self, opening: int) -> bool:
        """Whether UNION stands before or behind a group."""
        behind = self._text.closed(opening) + 1
        return any(is_word(self._text.at(place), "UNION") for place in (opening - 1, behind))
