"""Names of actors and sources that ship with a description: an import must not take one for its
own file."""

from __future__ import annotations

from functools import cache

from pyoxigraph import NamedNode

from clausegraph import bundle
from clausegraph.errors import UsageError
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import TYPE, compact


@cache
def described() -> frozenset[str]:
    """Return the actors and sources that ship with a description."""
    return frozenset(
        quad.subject.value
        for name in ("actors", "sources")
        for path in sorted((bundle.folder("data") / name).glob("*.ttl"))
        for quad in parse_file(path).quads
        if isinstance(quad.subject, NamedNode) and quad.predicate == TYPE
    )


def refuse_taken(source: NamedNode) -> None:
    """Raise UsageError where the name of an imported file is that of a source that ships."""
    if source.value in described():
        raise UsageError(
            f"{compact(source.value)} is a source that ships with this graph: its name is taken.",
            remedy="Give this file another one with --name.",
        )
