"""Partitions: how often each class and property is used, and with what (VoID, section 4).

The counts are of all that is served, this description included: each is what a query over the
default graph counts. So that describing changes nothing that is described, a partition has no type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from pyoxigraph import NamedNode, Triple

from clausegraph.build import terms
from clausegraph.build.dataset import SUBJECT, integer, short, void
from clausegraph.build.usage import A, Property, Usage, first_of_each_class
from clausegraph.vocabulary import CG, VOID_EXT, prefixes

# Class and property, and where there is more: whether a datatype follows, and it, or a class.
_Counted = tuple[bytes, bytes] | tuple[bytes, bytes, bool, bytes]

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
COUNTS = frozenset({_TRIPLES, _ENTITIES, _SUBJECTS, _OBJECTS, _PROPERTIES, _CLASSES})
_STEPS = {_BY_CLASS: "class", _BY_PROPERTY: "property", _BY_DATATYPE: "datatype"}
# What makes a part of something, and what says of which class, property or datatype it is.
PARTS = {_BY_CLASS: _CLASS, _BY_PROPERTY: _PROPERTY, _BY_DATATYPE: _DATATYPE}


def described(usage: Usage, version: NamedNode) -> set[Triple]:
    """Return the description of what was counted, and of this description itself."""
    known: set[tuple[object, ...]] = set()
    examples = _first_of_each_class(usage)
    while True:
        found = {*_describe(usage, version), *examples}
        unknown = (
            triple
            for triple in found
            if not usage.is_known(terms.lines([triple])[: -len(terms.END)])
        )
        new = {key: triple for triple in unknown if (key := _key(triple)) not in known}
        if not new:
            return found
        usage.add_new(terms.columns(terms.lines(new.values())))
        known |= new.keys()


def _describe(usage: Usage, version: NamedNode) -> Iterator[Triple]:
    """Yield the counts of the whole, and those of each property and class."""
    classes: Counter[bytes] = Counter()
    for kinds, count in Counter(usage.types.of.values()).items():
        classes.update(dict.fromkeys(kinds, count))
    triples = usage.triples()
    total = sum(triples.values())
    yield Triple(version, _TRIPLES, integer(total))
    for predicate, count in (
        (_TRIPLES, total),
        (_SUBJECTS, usage.subjects),
        (_ENTITIES, usage.entities),
        (_CLASSES, len(classes)),
        (_PROPERTIES, len(usage.properties)),
    ):
        yield Triple(SUBJECT, predicate, integer(count))
    for space in _spaces((*usage.properties, *classes)):
        yield Triple(SUBJECT, void("vocabulary"), NamedNode(space))
    for name, use in usage.properties.items():
        yield from _by_property(terms.node(name), use, triples[name])
    for name, count in classes.items():
        kind = terms.node(name)
        part = name_of(_BY_CLASS, kind)
        yield from _partition(SUBJECT, _BY_CLASS, part, (_CLASS, kind))
        yield Triple(part, _ENTITIES, integer(count))
    yield from _by_class(usage)


def _first_of_each_class(usage: Usage) -> set[Triple]:
    """Return the first thing of each class of our ontology, as an example."""
    return {
        Triple(SUBJECT, void("exampleResource"), terms.node(thing))
        for kind, thing in first_of_each_class(usage.types)
        if terms.node(kind).value.startswith(CG)
    }


def _by_class(usage: Usage) -> Iterator[Triple]:
    """Yield, for the things of each class, their properties, and what these lead to."""
    for (kind, predicate, *more), count in _counts(usage).items():
        whole = name_of(_BY_CLASS, terms.node(kind))
        name = terms.node(predicate)
        part = name_of(_BY_PROPERTY, name, whole)
        if not more:
            yield from _partition(whole, _BY_PROPERTY, part, (_PROPERTY, name))
            yield Triple(part, _TRIPLES, integer(count))
            continue
        by, each = (_BY_DATATYPE if more[0] else _BY_CLASS), terms.node(more[1])
        what = _DATATYPE if more[0] else _CLASS
        yield from _partition(part, by, name_of(by, each, part), (what, each))
        yield Triple(name_of(by, each, part), _TRIPLES, integer(count))


def _counts(usage: Usage) -> Counter[_Counted]:
    """Return how often things of a class have a property, and have it with what: a datatype where
    the third member is true, else a class."""
    counts: Counter[_Counted] = Counter()
    for (own, predicate, what), count in usage.uses.items():
        for kind in own or ():
            counts[kind, predicate] += count
            if isinstance(what, bytes):
                counts[kind, predicate, True, what] += count
            elif predicate != A:
                for each in what:
                    counts[kind, predicate, False, each] += count
    return counts


def _key(triple: Triple) -> tuple[object, ...]:
    """Return what tells a triple of a description from others, however its counts turn out."""
    subject, predicate = triple.subject, triple.predicate
    return (subject, predicate) if predicate in COUNTS else (subject, predicate, triple.object)


def _by_property(predicate: NamedNode, use: Property, triples: int) -> Iterator[Triple]:
    part = name_of(_BY_PROPERTY, predicate)
    yield from _partition(SUBJECT, _BY_PROPERTY, part, (_PROPERTY, predicate))
    yield Triple(part, _TRIPLES, integer(triples))
    yield Triple(part, _SUBJECTS, integer(use.subjects))
    if predicate not in COUNTS:
        yield Triple(part, _OBJECTS, integer(len(use.objects)))


@cache
def name_of(by: NamedNode, of: NamedNode, whole: NamedNode = SUBJECT) -> NamedNode:
    """Return the name of a part: `dataset#class/cg:Clause/property/cg:number`."""
    start = f"{whole.value}/" if "#" in whole.value else f"{whole.value}#"
    return NamedNode(f"{start}{_STEPS[by]}/{short(of.value)}")


def _partition(
    whole: NamedNode, by: NamedNode, part: NamedNode, of: tuple[NamedNode, NamedNode]
) -> Iterator[Triple]:
    yield Triple(whole, by, part)
    yield Triple(part, *of)


def _spaces(names: Iterable[bytes]) -> set[str]:
    """Return the registered namespaces that terms are from, beside our own."""
    spaces = sorted(prefixes().values(), key=len, reverse=True)
    iris = (terms.node(name).value for name in names)
    found = {next((s for s in spaces if iri.startswith(s)), "") for iri in iris}
    return found - {"", CG}
