"""The words of SPARQL, and which of them a misspelt one was meant to be."""

from __future__ import annotations

import difflib

from clausegraph.sparql.tokens import Token, plain, tokens

# SPARQL 1.1 Query, section 19.8, without the words of updates and federation; then SPARQL 1.2's.
KEYWORDS = frozenset(
    "ABS AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT "
    "DATATYPE DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH "
    "GROUP GROUP_CONCAT HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG "
    "LANGMATCHES LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OFFSET OPTIONAL ORDER "
    "PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SHA1 SHA256 "
    "SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR "
    "SUM TIMEZONE TRUE TZ UCASE UNDEF UNION URI UUID VALUES WHERE YEAR HASLANG HASLANGDIR "
    "ISTRIPLE LANGDIR OBJECT PREDICATE STRLANGDIR SUBJECT TRIPLE VERSION A".split()
)

_FLOOR = 0.7  # how alike two words must be
_REACH = 20  # code points between the place that the parser names and the word at fault


def remedy(text: str, offset: int) -> str:
    """Return what to do about text that does not parse at `offset`: the nearest word for one that
    SPARQL does not have, or where to look."""
    for token in _unknown(text, offset):
        word = plain(token.text)
        near = difflib.get_close_matches(word, KEYWORDS, 1, _FLOOR)
        if near:
            return f"{token.text} is no word of SPARQL; did you mean {near[0]}?"
    return (
        "Look at what stands just before: one of the three parts of a triple, a dot, a bracket or "
        "a quotation mark may be missing."
    )


def _unknown(text: str, offset: int) -> list[Token]:
    """Return the bare words near a place that SPARQL does not have, the nearest first."""
    found = [
        token
        for token in tokens(text[: offset + _REACH])
        if token.kind == "word"
        and token.end >= offset - _REACH
        and plain(token.text) not in KEYWORDS
    ]
    return sorted(found, key=lambda token: abs(token.start - offset))
