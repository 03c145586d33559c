"""The first page of a query whose whole answer is too large."""

from __future__ import annotations

from clausegraph.sparql.edits import Edit, apply
from clausegraph.sparql.tokens import Token, plain, tokens

ROWS = 10_000
_DIGITS = 12  # a LIMIT of more is none


def first_page(text: str, rows: int = ROWS) -> str:
    """Return the query with at most `rows` solutions, from the first (SPARQL 1.1, section 15.5).

    A LIMIT of its own, which was too high, is lowered to a tenth at least; else one is put where
    the grammar has it, before VALUES.
    """
    limit: Token | None = None
    number: Token | None = None
    values: Token | None = None
    depth = 0
    for token in tokens(text):
        if token.kind in {"open", "close"}:
            depth += 1 if token.kind == "open" else -1
        elif depth == 0 and token.kind == "word" and plain(token.text) in {"LIMIT", "VALUES"}:
            if plain(token.text) == "LIMIT":
                limit = token
            else:
                values = token
        elif limit is not None and number is None and token.kind == "number":
            number = token
    if number is not None:
        digits = number.text.lstrip("0")
        tenth = int(digits or 0) // 10 if len(digits) <= _DIGITS and digits.isdecimal() else rows
        return apply(text, [Edit(number.start, number.end, str(max(1, min(tenth, rows))))])
    place = len(text) if values is None else values.start
    return apply(text, [Edit(place, place, f"\nLIMIT {rows}\n")])
