"""Groups of a query's text: those around a place, and what they ask of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clausegraph.sparql.tokens import Token, plain
from clausegraph.sparql.triples import Text

_NAMED = frozenset({"iri", "name", "variable"})
_IN_TRIPLES = frozenset({"A", "TRUE", "FALSE"})


def is_open(text: Text, place: int, counts: Callable[[Token], bool]) -> bool:
    """Whether GRAPH stands around a place, though neither the group of that place nor one around it
    within GRAPH asks for a property that `counts`: nothing is looked up in a graph then, so that
    its name stays open."""
    for opening in _groups(text, place):
        if any(counts(verb) for verb in _verbs(text, opening)):
            return False
        if _is_word(text.at(opening - 2), "GRAPH") and text.at(opening - 1).kind in _NAMED:
            return True
    return False


def _groups(text: Text, place: int) -> Iterator[int]:
    """Yield where the groups around a place open, the innermost first."""
    depth = 0
    for earlier in range(place - 1, -1, -1):
        token = text.tokens[earlier]
        depth += (token.kind == "close") - (token.kind == "open")
        if depth < 0:
            depth = 0
            if token.text == "{":
                yield earlier


def _verbs(text: Text, opening: int) -> Iterator[Token]:
    """Yield the first token of each property that a group itself asks for."""
    told = 0  # tokens since the last subject was due
    for token in _own(text, opening):
        if token.text in {".", ";"}:
            told = 0 if token.text == "." else 1
        else:
            told += 1
            if told == 2:  # noqa: PLR2004 - after the subject
                yield token


def _own(text: Text, opening: int) -> Iterator[Token]:
    """Yield the tokens of the triples of a group, of brackets the first, and a full stop in place
    of all else that stands in it."""
    place = opening + 1
    if _is_word(text.at(place), "SELECT"):
        return
    while (token := text.at(place)).text and token.kind != "close":
        is_other = token.kind == "word" and plain(token.text) not in _IN_TRIPLES
        if token.kind == "open":
            is_other = token.text == "{" or text.is_argued(place)
            place = text.closed(place)
        yield token._replace(text=".") if is_other else token
        place += 1


def _is_word(token: Token, word: str) -> bool:
    return token.kind == "word" and plain(token.text) == word
