"""Concepts as the columns of an analysis: which of them there are, and what counts for which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from clausegraph import vocabulary
from clausegraph.web import texts
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.model import natural

DOMAIN, SUBDOMAIN, CONCEPT = "domain", "subdomain", "concept"
LEVELS = (SUBDOMAIN, DOMAIN, CONCEPT)  # the first is the default

SELF, NARROWER, BROADER = "self", "narrower", "broader"


class Pair(NamedTuple):
    """What is stated of `concept` bears on `column`: as its own, a narrower or a broader one's."""

    concept: str
    column: str
    place: str


@dataclass(frozen=True)
class Concepts:
    """The concepts of one or more schemes: in the order of their codes, and what is above each.

    `above` has all broader concepts of each, at any distance; `scheme` the scheme of each.
    """

    above: Mapping[str, tuple[str, ...]]
    scheme: Mapping[str, str]
    _parents: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        broader = {parent for parents in self.above.values() for parent in parents}
        object.__setattr__(self, "_parents", frozenset(broader))

    @classmethod
    def of(cls, rows: Rows) -> Concepts:
        """Read the rows of `analysis-concepts`: `concept`, `scheme`, `notation`, `broader`."""
        keys = {
            row["concept"]: (row["scheme"], natural(row.get("notation", row["concept"])))
            for row in rows
        }
        broader: dict[str, list[str]] = {}
        for row in rows:
            broader.setdefault(row["concept"], [])
            if row.get("broader", "") in keys:
                broader[row["concept"]].append(row["broader"])
        order = sorted(keys, key=lambda concept: (keys[concept], concept))
        above = {concept: tuple(_above(concept, broader)) for concept in order}
        return cls(above, {concept: keys[concept][0] for concept in order})

    def at(self, level: str) -> dict[str, tuple[str, ...]]:
        """Return for which columns what is stated of each concept counts at `level`.

        At `domain` the top concept above it; at `subdomain` the one below that, and a top concept
        that is named as a whole its own; at `concept` its own. In a scheme where each concept has
        at most one broader one, each statement so counts once.
        """
        return {concept: self._columns(concept, level) for concept in self.above}

    def _columns(self, concept: str, level: str) -> tuple[str, ...]:
        line = (concept, *self.above[concept])
        if level == CONCEPT:
            return (concept,)
        if level == DOMAIN:
            return tuple(item for item in line if not self.above[item])
        second = tuple(
            item
            for item in line
            if self.above[item] and not any(self.above[top] for top in self.above[item])
        )
        return second or (concept,)

    def parts(self, level: str) -> tuple[str, ...]:
        """Return the concepts that may be gaps at `level`: its columns that have no finer one.

        At `concept` those without narrower ones, at `subdomain` those and the second level.
        """
        if level == CONCEPT:
            return tuple(item for item in self.above if item not in self._parents)
        columns = {column for found in self.at(level).values() for column in found}
        if level == DOMAIN:
            return self.ordered(columns)
        return self.ordered(
            item for item in columns if self.above[item] or item not in self._parents
        )

    def counted(self, level: str) -> list[Pair]:
        """Return the pairs by which each statement counts for its column at `level` alone."""
        return [
            Pair(concept, column, SELF if concept == column else NARROWER)
            for concept, columns in self.at(level).items()
            for column in columns
        ]

    def related(self, columns: Iterable[str]) -> list[Pair]:
        """Return the pairs of all that bears on `columns`: their own, narrower, broader ones."""
        wanted = frozenset(columns)
        pairs = [Pair(column, column, SELF) for column in wanted]
        for concept, above in self.above.items():
            pairs += [Pair(concept, top, NARROWER) for top in above if top in wanted]
            if concept in wanted:
                pairs += [Pair(top, concept, BROADER) for top in above]
        return sorted(pairs)

    def ordered(self, concepts: Iterable[str]) -> tuple[str, ...]:
        """Return those of `concepts` that are known here, scheme by scheme, in their order."""
        wanted = frozenset(concepts)
        return tuple(concept for concept in self.above if concept in wanted)


def _above(concept: str, broader: Mapping[str, Sequence[str]]) -> list[str]:
    """Return every concept above `concept`, the nearest first; a cycle ends the walk."""
    found: list[str] = []
    wanted = list(broader[concept])
    while wanted:
        parent = wanted.pop(0)
        if parent != concept and parent not in found:
            found.append(parent)
            wanted += broader[parent]
    return found


async def read(documents: Documents, scheme: str | None) -> Concepts:
    """Return the concepts of `scheme`, an IRI in N-Triples syntax, or those of all schemes."""
    bound = "" if scheme is None else f"VALUES ?scheme {{ {scheme} }}"
    rows = await documents.rows(fill(texts.query("analysis-concepts"), {"filters": bound}))
    return Concepts.of(rows)


def local(concept: str) -> str:
    """Return what a concept is called in a fragment: its code below its scheme, or its whole IRI
    without what a fragment may not hold."""
    below = f"{vocabulary.ID}concept/"
    if concept.startswith(below):
        return concept.removeprefix(below).partition("/")[2] or concept.removeprefix(below)
    return concept.replace("#", "%23")
