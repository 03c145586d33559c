"""Names of what ships with a description: an import must not take one for its own."""

from __future__ import annotations

from functools import cache

from pyoxigraph import NamedNode

from clausegraph import bundle
from clausegraph.errors import UsageError
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import TYPE, compact


@cache
def described() -> frozenset[str]:
    """Return the activities, actors and sources that ship with a description."""
    return frozenset(
        quad.subject.value
        for name in ("activities", "actors", "sources")
        for path in sorted((bundle.folder("data") / name).glob("*.ttl"))
        for quad in parse_file(path).quads
        if isinstance(quad.subject, NamedNode) and quad.predicate == TYPE
    )


def refuse_taken(*names: NamedNode) -> None:
    """Raise UsageError where one of the names that an import gives is that of what ships."""
    for name in names:
        if name.value in described():
            raise UsageError(
                f"{compact(name.value)} ships with this graph, and is not what is imported here.",
                remedy="Give the import another name with --name.",
            )
