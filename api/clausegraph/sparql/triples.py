"""Where in a query's text the triples of one subject begin and end: a walk over its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from clausegraph.sparql.names import Names
from clausegraph.sparql.tokens import Token, is_word, plain, tokens, unescaped

_BOUNDS = frozenset({".", "{", "}", "(", "["})
IN_TRIPLES = frozenset({"A", "TRUE", "FALSE"})  # words that stand among triples


@dataclass(frozen=True)
class Properties:
    """The tokens of a property list, part by part, without the semicolons between, and the offset
    where it ends."""

    parts: tuple[tuple[Token, ...], ...]
    end: int


class Text:
    """A query's text as tokens, comments left out, and the prefixes that it may use."""

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self.text = text
        self.tokens = [token for token in tokens(text) if token.kind != "comment"]
        self._names = Names(self.tokens, prefixes)

    def at(self, place: int) -> Token:
        """Return the token at a place, or an empty one where there is none."""
        if 0 <= place < len(self.tokens):
            return self.tokens[place]
        return Token("", "", len(self.text))

    def is_named(self, token: Token, iri: str) -> bool:
        """Whether a token stands for an IRI."""
        if token.kind == "iri" and not unescaped(token.text[1:-1]).endswith(iri[iri.find("#") :]):
            return False  # No base gives it a fragment.
        return self._names.iri(token) == iri

    def subject(self, verb: int) -> int | None:
        """Return where the subject of a verb stands, or None where that is not plain to see."""
        first = verb
        while (before := self.at(first - 1)).text and before.text not in _BOUNDS:
            if before.kind == "word" and plain(before.text) not in IN_TRIPLES:
                break
            if before.text in {")", "]"}:
                opened = self.pairs.get(first - 1, 0)
                if before.text == ")" and self.is_argued(opened):
                    break
                first = opened
            else:
                first -= 1
        return None if first == verb else first

    def properties(self, subject: int) -> Properties:
        """Return the property list of the subject at a place."""
        parts: list[list[Token]] = [[]]
        depth, end = 0, self.tokens[subject].end
        for token in self.tokens[subject + 1 :]:
            if depth == 0 and _is_after(token):
                break
            depth += _step(token)
            end = token.end
            if depth == 0 and token.text == ";":
                parts.append([])
            else:
                parts[-1].append(token)
        return Properties(tuple(map(tuple, parts)), end)

    def template(self) -> range:
        """Return the places of a CONSTRUCT's template, which states and does not ask."""
        for place, token in enumerate(self.tokens):
            if is_word(token, "CONSTRUCT"):
                return range(place, self.closed(place + 1))
            if token.text == "{":
                break
        return range(0)

    @cached_property
    def is_short(self) -> bool:
        """Whether it is a CONSTRUCT WHERE, in which nothing but triples may stand."""
        for place, token in enumerate(self.tokens):
            if is_word(token, "CONSTRUCT"):
                return self.at(place + 1).text != "{"
        return False

    @cached_property
    def pairs(self) -> dict[int, int]:
        """Where the bracket is that belongs to the one at a place, both ways."""
        found: dict[int, int] = {}
        opened: list[int] = []
        for place, token in enumerate(self.tokens):
            if token.kind == "open":
                opened.append(place)
            elif token.kind == "close" and opened:
                found[place] = opened.pop()
                found[found[place]] = place
        return found

    def closed(self, place: int) -> int:
        """Return where the bracket closes that opens at a place; what opens none ends there."""
        if self.at(place).kind != "open":
            return place
        return self.pairs.get(place, len(self.tokens))

    def is_argued(self, place: int) -> bool:
        """Whether the bracket that opens at a place holds what a FILTER, a BIND or a function is
        given; else it is a path, a collection or a list of values."""
        before = self.at(place - 1)
        words = (before, self.at(place - 2)) if before.kind in {"iri", "name"} else (before,)
        return any(each.kind == "word" and plain(each.text) not in IN_TRIPLES for each in words)


def _step(token: Token) -> int:
    """Return by how much a token changes the depth of brackets."""
    return (token.kind == "open") - (token.kind == "close")


def _is_after(token: Token) -> bool:
    """Whether the triples of a subject end before a token."""
    if token.kind == "word":
        return plain(token.text) not in IN_TRIPLES
    return token.text in {".", "{", "}", ")", "]"}
