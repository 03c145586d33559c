"""Usage: what is used how often in a graph, counted as its triples come by.

What is counted comes in parts. Parts share no triple and no pair of subject and predicate, but for
what is named as `Doubtful`: that is held back until all is there. So is what speaks of the dataset
itself, of which more will be said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from operator import itemgetter, methodcaller, not_

from clausegraph.build import links, terms
from clausegraph.build.links import Target
from clausegraph.build.terms import Columns, written
from clausegraph.vocabulary import BASE, DATASET, DCTERMS, ID, RELEASE, SCHEMA, TYPE

Kinds = tuple[bytes, ...]
Use = tuple[Kinds, bytes, Kinds | bytes]  # of a subject, predicate, object or datatype

A = written(TYPE.value)
# What `graph/release` says something of, beside the graphs.
_DESCRIBED = tuple(
    f"<{iri}".encode() for iri in (DATASET, RELEASE, BASE + "sparql", BASE + "dumps/")
)
is_described = methodcaller("startswith", _DESCRIBED)
_OURS = f"<{BASE}".encode()
_THINGS = f"<{ID}".encode()
_NOT_FOREIGN = (_OURS, b"<<")  # no other dataset's: ours, or a triple
# Their objects are pages to read, not things that another dataset describes.
_PAGES = frozenset({A, written(DCTERMS + "license"), written(SCHEMA + "url")})


@dataclass
class Property:
    """The use of one property: how many things stand before it, and which after it."""

    subjects: int = 0
    objects: set[bytes] = field(default_factory=set)


@dataclass(frozen=True)
class Doubtful:
    """What may come in more than one part: all of a subject, of a predicate, of a class; and the
    names of the graphs, of which more will be said."""

    graphs: Set[bytes]
    subjects: Set[bytes] = frozenset()
    predicates: Set[bytes] = frozenset()
    classes: Set[bytes] = frozenset()


class Types:
    """The types of things; things of the same types share one tuple of them, sorted."""

    def __init__(self) -> None:
        self.of: dict[bytes, Kinds] = {}
        self.untyped: set[bytes] = set()  # what has a type that is no IRI, which is none
        self._steps: dict[tuple[Kinds, bytes], Kinds] = {}

    def add(self, typed: Iterable[tuple[bytes, bytes]]) -> None:
        """Learn types of things."""
        of, steps = self.of, self._steps
        for thing, kind in typed:
            step = (of.get(thing, ()), kind)
            kinds = steps.get(step)
            if kinds is None:
                kinds = self._step(*step)
            if kinds:
                of[thing] = kinds
            else:
                self.untyped.add(thing)

    def learn(self, columns: Columns) -> None:
        """Learn the types that triples state."""
        pairs = zip(columns.subjects, columns.objects, strict=True)
        self.add(compress(pairs, map(A.__eq__, columns.predicates)))

    def _step(self, kinds: Kinds, kind: bytes) -> Kinds:
        """Return the types with one more, if that is an IRI."""
        more = tuple(sorted({*kinds, kind})) if terms.is_iri(kind) else kinds
        self._steps[kinds, kind] = more
        return more

    def subjects(self) -> int:
        """Return how many things have a type."""
        return len(self.of) + len(self.untyped.difference(self.of))


class Usage:
    """The uses of classes and properties.

    `types` is to know all things before they are counted; `known` are all subjects of what is
    counted, but for those of the description.
    """

    def __init__(self, types: Types, known: Collection[bytes], doubtful: Doubtful) -> None:
        self.types = types
        self.properties: MutableMapping[bytes, Property] = defaultdict(Property)
        self.uses: Counter[Use] = Counter()
        self.links: Counter[tuple[Target, bytes]] = Counter()  # dataset and predicate
        self._doubtful = doubtful
        self._known = known
        self._new: set[bytes] = set()
        self._held: set[bytes] = set()
        self._pairs: set[tuple[bytes, bytes]] = set()
        self._late: set[bytes] = set()

    def add(self, columns: Columns, *, is_derived: bool = False) -> None:
        """Count triples, or hold them back; `is_derived` is for those of a derived graph."""
        held = self._held_pairs(columns, is_derived)
        if held:
            rows = list(zip(*columns, strict=True))
            flags = [row[:2] in held for row in rows]
            self._held.update(map(b" ".join, compress(rows, flags)))
            rest = list(compress(rows, map(not_, flags)))
            columns = Columns(*zip(*rest, strict=True)) if rest else terms.NOTHING
        self._count(columns)
        self._link(columns)

    def settle(self) -> None:
        """Take what was held back for links; `finish` counts it."""
        self._link(terms.split(self._held))

    def finish(self, about: Columns) -> None:
        """Count what was held back, and what is said of the dataset: its types are known now."""
        self.types.learn(about)
        self._held.update(map(b" ".join, zip(*about, strict=True)))
        self._count_late(self._held)

    def add_new(self, columns: Columns) -> None:
        """Count triples about the dataset after the end, those that are known aside."""
        rows = set(map(b" ".join, zip(*columns, strict=True)))
        self._count_late(rows - self._late)

    def is_known(self, row: bytes) -> bool:
        """Whether a triple about the dataset was counted."""
        return row in self._late

    def triples(self) -> Mapping[bytes, int]:
        """Return how many triples were counted, by property."""
        counts: Counter[bytes] = Counter()
        for (_, predicate, _), count in self.uses.items():
            counts[predicate] += count
        return counts

    @property
    def subjects(self) -> int:
        """How many things something is said of."""
        return len(self._known) + len(self._new)

    @cached_property
    def _things(self) -> int:
        return sum(map(is_thing, self._known))

    @property
    def entities(self) -> int:
        """How many of them are things of ours."""
        return self._things + sum(map(is_thing, self._new))

    def _count_late(self, rows: set[bytes]) -> None:
        """Count triples whose pairs of subject and predicate may be known."""
        columns = terms.split(rows)
        pairs = set(zip(columns.subjects, columns.predicates, strict=True)) - self._pairs
        self._pairs |= pairs
        self._late |= rows
        self._new.update(thing for thing in columns.subjects if thing not in self._known)
        self._count(columns, pairs)

    def _held_pairs(self, columns: Columns, is_derived: bool) -> set[tuple[bytes, bytes]]:
        """Return the pairs of subject and predicate with a triple that is to be held back."""
        doubt = self._doubtful
        subjects, objects = set(columns.subjects), set(columns.objects)
        before = self._described(subjects)
        if not is_derived:  # Whether that was stated is seen from its predicate, or class.
            before |= subjects & doubt.subjects
        after = self._described(objects)
        predicates = doubt.predicates & set(columns.predicates)
        classes = doubt.classes & objects
        if not (before or after or predicates or classes):
            return set()
        return {
            (subject, predicate)
            for subject, predicate, target in zip(*columns, strict=True)
            if subject in before
            or predicate in predicates
            or target in after
            or (predicate == A and target in classes)
        }

    def _described(self, terms_: set[bytes]) -> set[bytes]:
        """Return the terms of which `graph/release` says something."""
        return (terms_ & self._doubtful.graphs) | set(filter(is_described, terms_))

    def _count(self, columns: Columns, pairs: Iterable[tuple[bytes, bytes]] | None = None) -> None:
        subjects, predicates, objects = columns
        if pairs is None:
            pairs = set(zip(subjects, predicates, strict=True))
        for predicate, count in Counter(map(itemgetter(1), pairs)).items():
            self.properties[predicate].subjects += count
        self.properties[A].subjects = self.types.subjects()
        for predicate, target in set(zip(predicates, objects, strict=True)):
            self.properties[predicate].objects.add(target)
        of = self.types.of
        what = {
            target: terms.datatype(target) if target.startswith(b'"') else of.get(target, ())
            for target in set(objects)
        }
        own = map(of.get, subjects)
        self.uses.update(zip(own, predicates, map(what.__getitem__, objects), strict=True))  # type: ignore[arg-type]

    def _link(self, columns: Columns) -> None:
        """Count what leads from our things to other datasets."""
        foreign = {
            target
            for target in set(columns.objects)
            if target.startswith(b"<") and not target.startswith(_NOT_FOREIGN)
        }
        if not foreign:
            return
        flags = map(foreign.__contains__, columns.objects)
        for subject, predicate, target in compress(zip(*columns, strict=True), flags):
            if predicate not in _PAGES and subject.startswith(_THINGS):
                self.links[links.target(target), predicate] += 1


def is_thing(term: bytes) -> bool:
    """Whether a term is one of our things, and no term of a vocabulary or part of a description."""
    return term.startswith(_THINGS)


def first_of_each_class(types: Types) -> Iterator[tuple[bytes, bytes]]:
    """Yield each class that our things are of, and the first of them."""
    first: dict[Kinds, bytes] = {}
    for thing, kinds in types.of.items():
        if is_thing(thing):
            iri = thing[:-1]  # `>` comes after `-` and `.`
            if kinds not in first or iri < first[kinds]:
                first[kinds] = iri
    best: dict[bytes, bytes] = {}
    for kinds, iri in first.items():
        for kind in kinds:
            best[kind] = min(best.get(kind, iri), iri)
    for kind, iri in best.items():
        yield kind, iri + b">"
