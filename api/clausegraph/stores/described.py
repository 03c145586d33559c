"""Descriptions: what a release says of itself beyond what follows from its graphs' digests.

It counts, and nothing else: that is seen from the description alone. Names of parts follow from
what they are parts of, numbers are one each, and those of the whole are the sums of those of its
properties. Whether each class and property is used as often as it says is not counted again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import NamedNode, Triple

from clausegraph.build import links, partitions
from clausegraph.build.dataset import SUBJECT, integer, void
from clausegraph.vocabulary import ID, prefixes

# Objects by subject and predicate; which of them are IRIs and which literals is not known yet.
Facts = dict[Any, dict[Any, list[Any]]]

_TRIPLES = void("triples")
_VOCABULARY, _EXAMPLE, _SUBSET = void("vocabulary"), void("exampleResource"), void("subset")


def counted(said: Iterable[Triple], version: NamedNode) -> set[Triple]:
    """Return what a description may say that says this much of the release `version`; raises
    ValueError, KeyError or AttributeError where it does not fit together."""
    facts: Facts = defaultdict(lambda: defaultdict(list))
    for triple in {*said}:
        facts[triple.subject][triple.predicate].append(triple.object)
    found = {*_parts(facts), *_links(facts), *_numbers(facts, SUBJECT), *_numbers(facts, version)}
    spaces = {*prefixes().values()}
    for value in facts[SUBJECT][_VOCABULARY]:
        if value.value in spaces:
            found.add(Triple(SUBJECT, _VOCABULARY, value))
    for value in facts[SUBJECT][_EXAMPLE]:
        if isinstance(value, NamedNode) and value.value.startswith(ID):
            found.add(Triple(SUBJECT, _EXAMPLE, value))
    _compare(facts, version)
    return found


def _parts(facts: Facts) -> Iterator[Triple]:
    """Yield what is said of the parts, and of whose they are."""
    wholes = [SUBJECT]
    for whole in wholes:
        for by, what in partitions.PARTS.items():
            for part in facts[whole][by]:
                of = _only(facts, part, what)
                if part != partitions.name_of(by, of, whole):
                    raise ValueError
                yield Triple(whole, by, part)
                yield Triple(part, what, of)
                yield from _numbers(facts, part)
                wholes.append(part)


def _numbers(facts: Facts, subject: NamedNode) -> Iterator[Triple]:
    """Yield the numbers of a thing, one of each kind."""
    for predicate in partitions.COUNTS & facts[subject].keys():
        yield Triple(subject, predicate, integer(_number(facts, subject, predicate)))


def _links(facts: Facts) -> Iterator[Triple]:
    """Yield what is said of links to other datasets."""
    for name in facts[SUBJECT][_SUBSET]:
        target = _only(facts, name, void("objectsTarget"))
        space = _only(facts, target, void("uriSpace")).value
        predicate = _only(facts, name, void("linkPredicate"))
        count = _number(facts, name, _TRIPLES)
        what = (target.value.partition("#target/")[2], space), f"<{predicate.value}>".encode()
        yield from links.linksets({what: count})


def _compare(facts: Facts, version: NamedNode) -> None:
    """Raise ValueError unless the numbers of the whole are those of its properties and classes."""
    properties = facts[SUBJECT][void("propertyPartition")]
    total = sum(_number(facts, one, _TRIPLES) for one in properties)
    numbers = [_number(facts, one, _TRIPLES) for one in (SUBJECT, version)]
    parts = len(properties), len(facts[SUBJECT][void("classPartition")])
    said = tuple(_number(facts, SUBJECT, void(name)) for name in ("properties", "classes"))
    if numbers != [total, total] or parts != said:
        raise ValueError


def _number(facts: Facts, subject: NamedNode, predicate: NamedNode) -> int:
    number = int(_only(facts, subject, predicate).value)
    if number < 0:
        raise ValueError
    return number


def _only(facts: Facts, subject: NamedNode, predicate: NamedNode) -> Any:
    """Return the one value of a thing."""
    (value,) = facts[subject][predicate]
    return value
