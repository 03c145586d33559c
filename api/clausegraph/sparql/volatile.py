"""Whether a query, asked again of the same graph, may get other bytes.

It may where it calls a function that is no function of its arguments (SPARQL 1.1 Query, sections
17.4.2 and 17.4.5), or makes blank nodes, which get new labels each time: in the template of a
CONSTRUCT, which CONSTRUCT WHERE has for its pattern too (sections 16.2.1 and 16.2.4).
"""

from __future__ import annotations

from clausegraph.sparql.tokens import parts, plain, tokens

_FUNCTIONS = ("NOW", "RAND", "UUID", "BNODE")  # STRUUID holds UUID.
_CODE = "\\"  # A letter may be written as \u004E.


def is_volatile(text: str, template: int | None, *, is_doubtful: bool) -> bool:
    """Whether the answer may differ; `template` is the offset after CONSTRUCT in such a query.

    Where the tokens are doubtful (see tokens.is_doubtful) the mere letters count.
    """
    upper = text.upper()
    is_named = any(name in upper for name in _FUNCTIONS)
    if is_named and is_doubtful:
        return True
    return ((is_named or _CODE in text) and _calls(text)) or _makes_nodes(text, template)


def _calls(text: str) -> bool:
    """Whether a bare word is, or ends in, the name of such a function."""
    words = (plain(match[0]) for match in parts(text) if match.lastgroup == "word")
    return any(name in word for word in words for name in _FUNCTIONS)


def _makes_nodes(text: str, start: int | None) -> bool:
    """Whether the first group in braces, which follows at `start`, holds a blank node."""
    if start is None:
        return False
    inside = False
    for token in tokens(text, start):
        if token.kind == "comment":
            continue
        if not inside:
            inside = token.text == "{"  # Before it stand FROM and WHERE, if anything.
        elif token.kind == "close":
            return False
        elif token.kind in {"open", "blank"} or token.text == "~":
            return True
    return False
