"""How much one query may join and compute: what no real query needs, and no planner survives.

Planning takes time that grows with the fourth power of the patterns that are joined with one
another, and a stack that grows with the operators of one expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clausegraph.errors import QuerySyntaxError
from clausegraph.sparql.tokens import parts, plain, position

MAXIMUM_JOINED = 256  # patterns between one `{` and its `}`, not counting those further in
MAXIMUM_OPERATORS = 10_000

_SEPARATORS = ".;,/"
_OPERATORS = "|&+-*/!^"
_WORDS = frozenset({"AS", "BIND", "FILTER", "MINUS", "OPTIONAL", "UNION"})
_SHORTEST = 1  # characters of an operator


@dataclass(slots=True)
class _Group:
    """A bracket that is open, and what has been joined within."""

    bracket: str
    is_template: bool = False
    joined: int = 0


def is_plain(text: str) -> bool:
    """Whether text in our own layout, in which a space stands before the dot that ends a pattern,
    is plain to see within the limits, however many terms it lists."""
    return text.count("{") + text.count(" .") <= MAXIMUM_JOINED


def check(text: str) -> None:
    """Raise QuerySyntaxError where the query joins or computes more than it may."""
    if sum(map(text.count, _SEPARATORS)) > MAXIMUM_JOINED or text.count("{") > MAXIMUM_JOINED:
        _check_joins(text)
    if len(text) > MAXIMUM_OPERATORS * _SHORTEST:
        _check_operators(text)


def _check_joins(text: str) -> None:
    """Count the patterns of each group; a group after a word, such as UNION or OPTIONAL, is no
    part of a join that has to be planned."""
    groups = [_Group("{")]
    last = ""
    for match in parts(text):
        kind, found = match.lastgroup, match[0]
        if kind is None or kind == "comment":
            continue
        if kind == "open":
            if found == "{" and not last.isupper():
                _join(_innermost(groups), text, match)
            groups.append(_Group(found, is_template=last == "CONSTRUCT" or groups[-1].is_template))
        elif kind == "close" and len(groups) > 1:
            groups.pop()
        elif found == "/" or (found in _SEPARATORS and groups[-1].bracket in "{["):
            _join(_innermost(groups), text, match)
        last = plain(found) if kind == "word" else kind


def _innermost(groups: list[_Group]) -> _Group:
    """Return the group in braces that is open."""
    return next(group for group in reversed(groups) if group.bracket == "{")


def _join(group: _Group, text: str, match: re.Match[str]) -> None:
    """Count one more pattern in a group; a template joins nothing."""
    group.joined += 1
    if group.joined > MAXIMUM_JOINED and not group.is_template:
        raise _too_much(
            f"The query joins more than {MAXIMUM_JOINED} patterns in one group.",
            "Ask for fewer properties at once, or list things with VALUES.",
            text,
            match.start(),
        )


def _check_operators(text: str) -> None:
    """Count the operators, and the words that work like them."""
    count = 0
    for match in parts(text):
        kind, found = match.lastgroup, match[0]
        count += (kind == "other" and found in _OPERATORS) or (
            kind == "word" and plain(found) in _WORDS
        )
        if count > MAXIMUM_OPERATORS:
            raise _too_much(
                f"The query has more than {MAXIMUM_OPERATORS} operators.",
                "Write IN (...) or VALUES for a long list of values.",
                text,
                match.start(),
            )


def _too_much(message: str, remedy: str, text: str, offset: int) -> QuerySyntaxError:
    """Return the error for a query past a limit."""
    line, column = position(text, offset)
    return QuerySyntaxError(message, line=line, column=column, offset=offset, remedy=remedy)
