"""A crosswalk: what of the one vocabulary leads to what of the other, and what does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode

from clausegraph.crosswalks import names
from clausegraph.crosswalks.mappings import Mappings, MappingSet
from clausegraph.crosswalks.names import Name
from clausegraph.crosswalks.steps import Step, Walk
from clausegraph.crosswalks.vocabularies import Vocabulary, below
from clausegraph.vocabulary import SKOS

_BROADER = NamedNode(SKOS + "broader")


@dataclass(frozen=True)
class DeadEnd:
    """A concept from which no walk leads to the other vocabulary.

    `steps` lead from it elsewhere, where the walk breaks off; there are none where it has no
    mapping at all. `above` are its broader concepts that do have a counterpart: a walk does not
    climb to them, since what is mapped there is mapped in another extent.
    """

    concept: str
    steps: tuple[Step, ...] = ()
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class Crosswalk:
    """The walks between two vocabularies, in the order of their concepts.

    `sets` are the mapping sets behind its steps, `names` what everything that it names is called.
    """

    first: Vocabulary
    second: Vocabulary
    walks: tuple[Walk, ...]
    dead_ends: tuple[DeadEnd, ...]
    not_reached: tuple[str, ...]
    sets: tuple[MappingSet, ...]
    names: Mapping[str, Name]


def between(first: Vocabulary, second: Vocabulary, mappings: Mappings, most: int) -> Crosswalk:
    """Return the crosswalk from `first` to `second`, of walks of at most `most` steps (1 or 2)."""
    goal = _Goal(second)
    walks: list[Walk] = []
    lost: list[tuple[str, tuple[Step, ...]]] = []
    for concept in first.concepts:
        found = list(_walks(concept, first, goal, mappings, most))
        walks += found
        if not found:
            lost.append((concept, mappings.after(concept)))
    led = {walk.start for walk in walks}
    reached = {walk.end for walk in walks}
    steps = [step for walk in walks for step in walk.steps]
    steps += [step for _, elsewhere in lost for step in elsewhere]
    sets = mappings.sets(step.graph for step in steps)
    things = {*first.concepts, *second.concepts}
    things |= {end for step in steps for end in (step.start, step.end)}
    things |= {iri for item in sets for iri in item.named}
    return Crosswalk(
        first,
        second,
        tuple(walks),
        tuple(DeadEnd(one, steps, _above(one, led, mappings)) for one, steps in lost),
        tuple(one for one in second.concepts if one not in reached),
        tuple(sets),
        names.read(mappings.store, things),
    )


class _Goal:
    """Tells whether a concept belongs to the vocabulary that walks lead to."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known = frozenset(vocabulary.concepts)

    def __contains__(self, concept: str) -> bool:
        is_open, iri = self._vocabulary.is_open, self._vocabulary.iri
        return concept in self._known or (is_open and below(iri, concept))


def _walks(
    concept: str, first: Vocabulary, goal: _Goal, mappings: Mappings, most: int
) -> Iterator[Walk]:
    """Yield the walks from a concept; one of two steps only to where none of one step leads."""
    steps = mappings.after(concept)
    joined = {step.end for step in steps if step.end in goal}
    yield from (Walk((step,)) for step in steps if step.end in goal)
    if most == 1:
        return
    own = frozenset(first.concepts)
    for step in steps:
        if step.end in goal or step.end in own:
            continue
        for further in mappings.after(step.end):
            if further.end in goal and further.end not in joined:
                yield Walk((step, further))


def _above(concept: str, led: set[str], mappings: Mappings) -> tuple[str, ...]:
    """Return the broader concepts from which a walk leads on, at any distance, nearest first."""
    found: list[str] = []
    seen, wanted = {concept}, [concept]
    while wanted:
        quads = mappings.store.quads_for_pattern(
            NamedNode(wanted.pop(0)), _BROADER, None, DefaultGraph()
        )
        parents = sorted(quad.object.value for quad in quads if isinstance(quad.object, NamedNode))
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                wanted.append(parent)
                found += [parent] if parent in led else []
    return tuple(found)
