"""Queries with lines that are there only where a request asks for them.

A line of a query may end in a comment that says when it is to stay:

    ?item cg:jurisdiction ?jurisdiction .  # with jurisdiction
    MINUS { ?stated cg:statedAbsent true }  # with concept, without level
    ?stated cg:classifies ?item .  # with concept or level

So a filter is a join that the planner can begin with, not a test of each item, and costs nothing
where nobody asks for it. The file as it is written, all lines in place, is a query too.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

_MARKED = re.compile(r"(.*?)[ \t]*# (with(?:out)? [\w ,-]+)")


def keep(text: str, given: Collection[str]) -> str:
    """Return the query with those of its conditional lines whose conditions hold for `given`."""
    return "\n".join(
        line
        for line, conditions in _read(text)
        if all(any(name in given for name in names) == wanted for wanted, names in conditions)
    )


_Conditions = tuple[tuple[bool, frozenset[str]], ...]


@cache
def _read(text: str) -> tuple[tuple[str, _Conditions], ...]:
    """Return the lines of a query, each with what has to hold for it to stay."""
    return tuple(_line(line) for line in text.splitlines())


def _line(line: str) -> tuple[str, _Conditions]:
    marked = _MARKED.fullmatch(line)
    if marked is None:
        return line, ()
    return marked[1], tuple(_condition(part.strip()) for part in marked[2].split(","))


def _condition(text: str) -> tuple[bool, frozenset[str]]:
    word, _, names = text.partition(" ")
    return word == "with", frozenset(names.split(" or "))
