"""Crosswalks: from one scheme to another by mappings, and where the walk breaks off."""

from __future__ import annotations

from pyoxigraph import Store

from clausegraph.crosswalks.crosswalk import Crosswalk, DeadEnd, between
from clausegraph.crosswalks.mappings import Mappings, MappingSet
from clausegraph.crosswalks.steps import Step, Walk
from clausegraph.crosswalks.vocabularies import Vocabulary, find
from clausegraph.errors import UsageError

__all__ = ["Crosswalk", "DeadEnd", "MappingSet", "Step", "Vocabulary", "Walk", "crosswalk"]

MOST_STEPS = 2


def crosswalk(store: Store, first: str, second: str, steps: int = MOST_STEPS) -> Crosswalk:
    """Walk from the concepts of one vocabulary to those of another, by one mapping or by two.

    `first` and `second` are schemes by identifier (`agora-tag`), IRI or name like prefix:name, or
    other people's vocabularies by prefix (`dpv`) or by what their IRIs begin with. Raises
    UsageError for one that is unknown, and for two that are the same.
    """
    mappings = Mappings.of(store)
    start, goal = find(store, mappings, first), find(store, mappings, second)
    if start.iri == goal.iri:
        raise UsageError(
            f"'{first}' and '{second}' are the same vocabulary.",
            remedy="Name two: a mapping joins concepts of different ones.",
        )
    return between(start, goal, mappings, min(steps, MOST_STEPS))
