"""Regular expressions: whether the store can match one. One that it cannot, it takes for an error
of the data, by which a FILTER lets nothing through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import QuerySolutions, Store

from clausegraph.sparql.tokens import Token, plain

_FLAGS = {"REGEX": 2, "REPLACE": 3}  # the place of the flags, after that of the expression, 1


def is_known(*arguments: str) -> bool:
    """Whether the store can match an expression, with flags if there are any: both as SPARQL."""
    found = Store().query(f'SELECT (REGEX("", {", ".join(arguments)}) AS ?known) WHERE {{}}')
    assert isinstance(found, QuerySolutions)  # noqa: S101  (as it is a SELECT)
    return any(row[0] is not None for row in found)


def unknown(tokens: Sequence[Token]) -> str | None:
    """Return the first expression written out in a query that the store cannot match, or None."""
    for at, token in enumerate(tokens):
        place = _FLAGS.get(plain(token.text)) if token.kind == "word" else None
        if place is None:
            continue
        given = list(_arguments(tokens[at + 1 :]))
        texts = [given[number] for number in (1, place) if number < len(given)]
        is_written_out = all(len(text) == 1 and text[0].kind == "string" for text in texts)
        if texts and is_written_out and not is_known(*(text[0].text for text in texts)):
            return texts[0][0].text
    return None


def _arguments(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the arguments of a call, whose bracket comes first."""
    depth, argument = 0, list[Token]()
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            break
        if depth == 1 and token.text == ",":
            yield argument
            argument = []
        elif depth > 1 or token.kind != "open":
            argument.append(token)
    yield argument
