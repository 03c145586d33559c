"""Partitions: how often each class and property is used, and with what (VoID, section 4).

The counts are of all that is served, this description included: each is what a query over the
default graph counts. So that describing changes nothing that is described, a partition has no type.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import cache
from typing import TypeGuard

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.build.dataset import SUBJECT, integer, short, void
from clausegraph.vocabulary import CG, ID, TYPE, VOID_EXT, prefixes

_Kinds = tuple[NamedNode, ...]
_Use = tuple[_Kinds, NamedNode, _Kinds | NamedNode]  # of a subject, predicate, object or datatype

_PROPERTY = void("property")
_CLASS = void("class")
_TRIPLES = void("triples")
_ENTITIES = void("entities")
_SUBJECTS = void("distinctSubjects")
_OBJECTS = void("distinctObjects")
_PROPERTIES = void("properties")
_CLASSES = void("classes")
_BY_CLASS = void("classPartition")
_BY_PROPERTY = void("propertyPartition")
_BY_DATATYPE = NamedNode(VOID_EXT + "datatypePartition")
_DATATYPE = NamedNode(VOID_EXT + "datatype")
# How many numbers a description holds depends on the numbers themselves.
_COUNTS = frozenset({_TRIPLES, _ENTITIES, _SUBJECTS, _OBJECTS, _PROPERTIES, _CLASSES})
_STEPS = {_BY_CLASS: "class", _BY_PROPERTY: "property", _BY_DATATYPE: "datatype"}


@dataclass
class _Property:
    """The use of one property: triples, and the things before and after it."""

    triples: int = 0
    subjects: set[object] = field(default_factory=set)
    objects: set[object] = field(default_factory=set)


class Usage:
    """What is used how often, in triples that are each counted once."""

    def __init__(self, triples: Set[Triple]) -> None:
        self._given = triples
        self._kinds: dict[object, _Kinds] = {}
        self._properties: defaultdict[NamedNode, _Property] = defaultdict(_Property)
        self._uses: Counter[_Use] = Counter()
        self._subjects: set[object] = set()
        self._classify(triples)
        self._examples = self._first_of_each_class()
        self._add(triples)
        self._entities = sum(map(_is_entity, self._subjects))

    def described(self, version: NamedNode) -> set[Triple]:
        """Return the description of what was given, and of this description itself."""
        known: set[tuple[object, ...]] = set()
        while True:
            found = list(self._describe(version))
            unknown = (triple for triple in found if triple not in self._given)
            new = {key: triple for triple in unknown if (key := _key(triple)) not in known}
            if not new:
                return set(found)
            self._add(new.values())
            known |= new.keys()

    def _classify(self, triples: Iterable[Triple]) -> None:
        """Learn what each thing is; things of the same kinds share one tuple of them."""
        both: dict[tuple[_Kinds, NamedNode], _Kinds] = {}
        for triple in triples:
            if triple.predicate == TYPE and isinstance(kind := triple.object, NamedNode):
                thing = triple.subject
                step = (self._kinds.get(thing, ()), kind)
                if step not in both:
                    both[step] = tuple(sorted({*step[0], kind}, key=str))
                self._kinds[thing] = both[step]

    def _add(self, triples: Iterable[Triple]) -> None:
        """Count triples that were not counted before."""
        kinds, properties, uses = self._kinds, self._properties, self._uses
        known = self._subjects
        for triple in triples:
            subject, predicate, target = triple.subject, triple.predicate, triple.object
            use = properties[predicate]
            use.triples += 1
            use.subjects.add(subject)
            known.add(subject)
            use.objects.add(target)
            if own := kinds.get(subject):
                if isinstance(target, Literal):
                    uses[own, predicate, target.datatype] += 1
                else:
                    uses[own, predicate, kinds.get(target, ())] += 1

    def _describe(self, version: NamedNode) -> Iterator[Triple]:
        classes = Counter(kind for kinds in self._kinds.values() for kind in kinds)
        total = sum(use.triples for use in self._properties.values())
        yield Triple(version, _TRIPLES, integer(total))
        for predicate, count in (
            (_TRIPLES, total),
            (_SUBJECTS, len(self._subjects)),
            (_ENTITIES, self._entities),
            (_CLASSES, len(classes)),
            (_PROPERTIES, len(self._properties)),
        ):
            yield Triple(SUBJECT, predicate, integer(count))
        for space in _spaces((*self._properties, *classes)):
            yield Triple(SUBJECT, void("vocabulary"), NamedNode(space))
        for example in self._examples:
            yield Triple(SUBJECT, void("exampleResource"), NamedNode(example))
        for predicate, use in self._properties.items():
            yield from _by_property(predicate, use)
        for kind, count in classes.items():
            part = _part(_BY_CLASS, kind)
            yield from _partition(SUBJECT, _BY_CLASS, part, (_CLASS, kind))
            yield Triple(part, _ENTITIES, integer(count))
        yield from self._by_class()

    def _first_of_each_class(self) -> list[str]:
        """Return the first thing of each class of our ontology."""
        first: dict[NamedNode, str] = {}
        for thing, kinds in self._kinds.items():
            if _is_entity(thing):
                for kind in kinds:
                    first[kind] = min(first.get(kind, thing.value), thing.value)
        return [iri for kind, iri in first.items() if kind.value.startswith(CG)]

    def _by_class(self) -> Iterator[Triple]:
        """Yield, for the things of each class, their properties, and what these lead to."""
        counts: Counter[tuple[NamedNode, ...]] = Counter()
        for (own, predicate, what), count in self._uses.items():
            for kind in own:
                counts[kind, predicate] += count
                if isinstance(what, NamedNode):
                    counts[kind, predicate, _BY_DATATYPE, what] += count
                elif predicate != TYPE:
                    for each in what:
                        counts[kind, predicate, _BY_CLASS, each] += count
        for (kind, predicate, *more), count in counts.items():
            whole = _part(_BY_CLASS, kind)
            part = _part(_BY_PROPERTY, predicate, whole)
            if not more:
                yield from _partition(whole, _BY_PROPERTY, part, (_PROPERTY, predicate))
                yield Triple(part, _TRIPLES, integer(count))
                continue
            by, each = more
            what = _DATATYPE if by == _BY_DATATYPE else _CLASS
            yield from _partition(part, by, _part(by, each, part), (what, each))
            yield Triple(_part(by, each, part), _TRIPLES, integer(count))


def _is_entity(thing: object) -> TypeGuard[NamedNode]:
    """Whether a thing is one of ours, and no term of a vocabulary or part of a description."""
    return isinstance(thing, NamedNode) and thing.value.startswith(ID)


def _key(triple: Triple) -> tuple[object, ...]:
    """Return what tells a triple of a description from others, however its counts turn out."""
    subject, predicate = triple.subject, triple.predicate
    return (subject, predicate) if predicate in _COUNTS else (subject, predicate, triple.object)


def _by_property(predicate: NamedNode, use: _Property) -> Iterator[Triple]:
    part = _part(_BY_PROPERTY, predicate)
    yield from _partition(SUBJECT, _BY_PROPERTY, part, (_PROPERTY, predicate))
    yield Triple(part, _TRIPLES, integer(use.triples))
    yield Triple(part, _SUBJECTS, integer(len(use.subjects)))
    if predicate not in _COUNTS:
        yield Triple(part, _OBJECTS, integer(len(use.objects)))


@cache
def _part(by: NamedNode, of: NamedNode, whole: NamedNode = SUBJECT) -> NamedNode:
    """Return the name of a part: `dataset#class/cg:Clause/property/cg:number`."""
    start = f"{whole.value}/" if "#" in whole.value else f"{whole.value}#"
    return NamedNode(f"{start}{_STEPS[by]}/{short(of.value)}")


def _partition(
    whole: NamedNode, by: NamedNode, part: NamedNode, of: tuple[NamedNode, NamedNode]
) -> Iterator[Triple]:
    yield Triple(whole, by, part)
    yield Triple(part, *of)


def _spaces(terms: Iterable[NamedNode]) -> set[str]:
    """Return the registered namespaces that terms are from, beside our own."""
    spaces = sorted(prefixes().values(), key=len, reverse=True)
    found = {next((s for s in spaces if term.value.startswith(s)), "") for term in terms}
    return found - {"", CG}
