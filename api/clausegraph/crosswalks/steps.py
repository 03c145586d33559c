"""Steps along mappings, and walks made of them."""

from __future__ import annotations

from dataclasses import dataclass

from clausegraph.vocabulary import SKOS

# A mapping property, and what it is from the other side (SKOS Reference, S43 to S44).
INVERSE = {
    "exactMatch": "exactMatch",
    "closeMatch": "closeMatch",
    "broadMatch": "narrowMatch",
    "narrowMatch": "broadMatch",
    "relatedMatch": "relatedMatch",
}
RELATIONS = tuple(INVERSE)  # the closest first
PREDICATES = {SKOS + name: name for name in RELATIONS}


@dataclass(frozen=True)
class Step:
    """One mapping, as it is walked: from `start` to `end`, IRIs.

    `relation` is a local name of SKOS, seen from `start`; `is_inverse` says that the mapping is
    stated from the other side. `graph` is the mapping set that states it, and `reason` what it says
    of this one mapping, empty where it says nothing.
    """

    start: str
    relation: str
    end: str
    graph: str
    is_inverse: bool = False
    reason: str = ""

    @property
    def turned(self) -> Step:
        """The same mapping, walked the other way."""
        relation = INVERSE[self.relation]
        return Step(self.end, relation, self.start, self.graph, not self.is_inverse, self.reason)

    @property
    def key(self) -> tuple[int, str, str, bool]:
        """What steps are sorted by: the closest first."""
        return (RELATIONS.index(self.relation), self.end, self.graph, self.is_inverse)


@dataclass(frozen=True)
class Walk:
    """One or two steps from a concept of the one vocabulary to one of the other."""

    steps: tuple[Step, ...]

    @property
    def start(self) -> str:
        """The concept that it begins at."""
        return self.steps[0].start

    @property
    def end(self) -> str:
        """The concept that it leads to."""
        return self.steps[-1].end

    @property
    def relation(self) -> str:
        """What holds between its two ends, empty where nothing follows.

        Two mappings make a third one only if both are exact: no other mapping property is
        transitive (SKOS Reference, S45).
        """
        if len(self.steps) == 1:
            return self.steps[0].relation
        is_exact = all(step.relation == "exactMatch" for step in self.steps)
        return "exactMatch" if is_exact else ""
