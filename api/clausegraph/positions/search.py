"""A search for statements: told of those of a file one by one, it keeps where the wanted are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from pyoxigraph import NamedNode

from clausegraph.naming import AnyTerm
from clausegraph.positions.places import Place, Wanted

Spot = TypeVar("Spot")
Spots = tuple[Spot, Spot, Spot]


class Node(Generic[Spot]):
    """A wanted subject: where it is first described and mentioned, and its wanted statements."""

    __slots__ = ("described", "exact", "mentioned", "predicates")

    def __init__(self) -> None:
        self.described: Spot | None = None
        self.mentioned: Spot | None = None
        self.predicates: dict[NamedNode, Spot | None] = {}
        self.exact: dict[tuple[NamedNode, AnyTerm], Spot | None] = {}

    def describe(self, predicate: NamedNode, value: AnyTerm, spots: Spots[Spot]) -> None:
        """Keep the spots of subject, predicate and object if they are the first of their kind."""
        if self.described is None:
            self.described = spots[0]
        if predicate not in self.predicates:
            return
        if self.predicates[predicate] is None:
            self.predicates[predicate] = spots[1]
        if self.exact and self.exact.get(key := (predicate, value), value) is None:
            self.exact[key] = spots[2]


class Search(Generic[Spot]):
    """Wanted statements by their subjects; a spot is whatever a reader of a syntax knows."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self.wanted = wanted
        self.nodes: dict[AnyTerm, Node[Spot]] = {}
        for one in wanted:
            node = self.nodes.setdefault(one.subject, Node())
            if one.predicate is not None:
                node.predicates[one.predicate] = None
                if one.object is not None:
                    node.exact[one.predicate, one.object] = None

    def mention(self, term: AnyTerm, spot: Spot) -> None:
        """Keep the spot of an object, in case that it is described nowhere."""
        node = self.nodes.get(term)
        if node is not None and node.mentioned is None:
            node.mentioned = spot

    def places(self, place: Callable[[Spot, AnyTerm], Place | None]) -> dict[Wanted, Place]:
        """Return the place of each wanted statement, or of the next best that there is.

        `place` gives the place of a term at a spot, or None where something else stands there.
        """
        found: dict[Wanted, Place] = {}
        for one in self.wanted:
            places = (place(spot, term) for spot, term in self._candidates(one))
            best = next((each for each in places if each is not None), None)
            if best is not None:
                found[one] = best
        return found

    def _candidates(self, one: Wanted) -> Iterable[tuple[Spot, AnyTerm]]:
        node = self.nodes[one.subject]
        spots: list[tuple[Spot | None, AnyTerm]] = []
        if one.predicate is not None:
            if one.object is not None:
                spots.append((node.exact[one.predicate, one.object], one.object))
            spots.append((node.predicates[one.predicate], one.predicate))
        spots += [(node.described, one.subject), (node.mentioned, one.subject)]
        return ((spot, term) for spot, term in spots if spot is not None)
