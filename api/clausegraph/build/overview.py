"""An overview of all triples: which things there are, of what types, and what may be said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from itertools import compress

from clausegraph.build.terms import Columns
from clausegraph.build.usage import A, Doubtful, Types

DERIVED = -1  # instead of the number of a graph


class Overview:
    """What is known of things and of the graphs that speak of them.

    Graphs are known by numbers from 0; the derived ones by their names, and after the others.
    `subjects` gives for each thing the number of the first graph that describes it, or DERIVED.
    """

    def __init__(self) -> None:
        self.types = Types()
        self.subjects: dict[bytes, int] = {}
        self.shared: set[bytes] = set()  # described in more than one graph
        self._predicates: set[bytes] = set()
        self._classes: set[bytes] = set()
        self._derived: dict[bytes, set[bytes]] = {}  # graph: its predicates, and its classes

    def learn(self, number: int, columns: Columns) -> set[bytes]:
        """Take note of what a graph states; return its predicates."""
        # One object for each name, or memory would hold several.
        names = {name: name for name in dict.fromkeys(columns.subjects)}
        known = self.subjects
        self.shared.update(name for name in names if known.setdefault(name, number) != number)
        predicates = set(columns.predicates)
        self._predicates |= predicates
        if A in predicates:
            pairs = zip(columns.subjects, columns.objects, strict=True)
            typed = list(compress(pairs, map(A.__eq__, columns.predicates)))
            self.types.add((names[name], kind) for name, kind in typed)
            self._classes.update(kind for _, kind in typed)
        return predicates

    def derive(self, graph: bytes, columns: Columns) -> None:
        """Take note of what a rule derived."""
        keys = self._derived.setdefault(graph, set())
        new = set(columns.subjects).difference(self.subjects)
        self.subjects.update(dict.fromkeys(new, DERIVED))
        keys.update(columns.predicates)
        if A in keys:
            pairs = zip(columns.subjects, columns.objects, strict=True)
            typed = list(compress(pairs, map(A.__eq__, columns.predicates)))
            self.types.add(typed)
            keys.update(kind for _, kind in typed)
        keys.discard(A)

    def doubtful(self, graphs: Set[bytes]) -> Doubtful:
        """Return what more than one graph may say; `graphs` are the names of all."""
        stated = self._predicates | self._classes
        found = Counter(key for keys in self._derived.values() for key in keys)
        doubted = {key for key, count in found.items() if count > 1 or key in stated}
        return Doubtful(graphs, self.shared, doubted, doubted)
