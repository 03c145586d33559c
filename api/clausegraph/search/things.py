"""What is indexed: everything with a name or a text, and what it can be narrowed down by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from clausegraph import vocabulary
from clausegraph.search.fields import CODES, FIELDS, ORDER
from clausegraph.vocabulary import BASE, CG, DATASET, GRAPH, OWL, RDF, RDFS, SHAPES, SKOS

# Descriptions of the graph itself, its files and its shapes, and what stands for a blank node.
_ASIDE = (f"{DATASET}#", f"{SHAPES}#", f"{SHAPES}/", GRAPH, f"{BASE}dumps/")
_BORROWED = NamedNode(f"{GRAPH}ontology/external")
_CLAUSE_OF = CG + "clauseOf"
_JURISDICTION = CG + "jurisdiction"
_IN_SCHEME = SKOS + "inScheme"
_TYPE = RDF + "type"

# In this order things are indexed, and so listed where they fit as well: what is above comes first.
_RANKED = (
    CG + "Document",
    SKOS + "Concept",
    CG + "Actor",
    SKOS + "ConceptScheme",
    CG + "Clause",
    CG + "Source",
)
_TERMS = frozenset(
    {OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"}
    | {RDFS + "Class", RDF + "Property"}
)
_STATUS = NamedNode(CG + "effectiveReviewStatus")
_STATED_OF = tuple(
    NamedNode(CG + name)
    for name in ("classifies", "participationIn", "milestoneOf", "sanctionOf", "tallyOf")
)


class Text(NamedTuple):
    """A name or a text of a thing: the property that gives it, its words and their language."""

    property: str
    value: str
    language: str


@dataclass(frozen=True)
class Thing:
    """Something that can be found: its texts, in the order of the table of fields, and what is said
    of it that a search can be narrowed down by."""

    iri: str
    texts: tuple[Text, ...]
    types: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    document: str = ""
    jurisdictions: tuple[str, ...] = ()


def read(store: Store, iri: str) -> Thing:
    """Return what a store says of a thing."""
    texts: list[Text] = []
    found: dict[str, list[str]] = {
        name: [] for name in (_TYPE, _IN_SCHEME, _CLAUSE_OF, _JURISDICTION)
    }
    for quad in store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()):
        predicate, value = quad.predicate.value, quad.object
        if isinstance(value, Literal):
            if predicate in FIELDS and value.value:
                texts.append(Text(predicate, value.value, value.language or ""))
        elif predicate in found and isinstance(value, NamedNode):
            found[predicate].append(value.value)
    texts.sort(key=lambda text: (ORDER[text.property], text.language, text.value))
    types, schemes, documents, places = (tuple(sorted(values)) for values in found.values())
    document = documents[0] if documents else (iri if CG + "Document" in types else "")
    return Thing(iri, tuple(texts), types, schemes, document, places)


@dataclass(frozen=True)
class Things:
    """All that can be found in a store."""

    store: Store
    _places: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def iris(self) -> list[str]:
        """Return their IRIs, in the order of their names."""
        found: set[str] = set()
        for iri in FIELDS:
            if iri in CODES:  # A code alone is no name.
                continue
            quads = self.store.quads_for_pattern(None, NamedNode(iri), None, DefaultGraph())
            found.update(
                quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)
            )
        return sorted(iri for iri in found - self._borrowed() if not iri.startswith(_ASIDE))

    def reviews(self) -> Mapping[str, tuple[str, ...]]:
        """Return the review statuses now of the statements about each thing."""
        reviewed: dict[str, dict[str, None]] = {}
        for statement, status in self._pairs(_STATUS):
            reviewed.setdefault(statement, {})[status] = None
        found: dict[str, dict[str, None]] = {}
        for predicate in _STATED_OF:
            for statement, thing in self._pairs(predicate):
                if statement in reviewed:
                    found.setdefault(thing, {}).update(reviewed[statement])
        return {thing: tuple(statuses) for thing, statuses in found.items()}

    def _pairs(self, predicate: NamedNode) -> Iterator[tuple[str, str]]:
        """Yield what stands before a predicate, and what after it, where both are IRIs: a scan is
        sooner done than a join on disk."""
        for quad in self.store.quads_for_pattern(None, predicate, None, DefaultGraph()):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                yield quad.subject.value, quad.object.value

    def jurisdictions(self, thing: Thing) -> tuple[str, ...]:
        """Return those of a thing, or of the document that it is part of."""
        if thing.jurisdictions or not thing.document or thing.document == thing.iri:
            return thing.jurisdictions
        if thing.document not in self._places:
            self._places[thing.document] = read(self.store, thing.document).jurisdictions
        return self._places[thing.document]

    def ranked(self, iris: Iterable[str]) -> Iterator[Thing]:
        """Yield things, kind by kind; one is read after the other, since texts take room."""
        ranks = self._ranks()
        kinds: dict[int, list[str]] = {}
        for iri in iris:
            kinds.setdefault(ranks.get(iri, len(_RANKED)), []).append(iri)
        for rank in sorted(kinds):
            for iri in kinds[rank]:
                yield read(self.store, iri)

    def _ranks(self) -> Mapping[str, int]:
        """Return the place among kinds of what is of a kind that has one: its first, if several."""
        found: dict[str, int] = {}
        kinds = [*((kind, len(_RANKED) + 1) for kind in _TERMS)]
        kinds += reversed([(kind, place) for place, kind in enumerate(_RANKED)])
        for kind, place in kinds:
            quads = self.store.quads_for_pattern(
                None, vocabulary.TYPE, NamedNode(kind), DefaultGraph()
            )
            for quad in quads:
                if isinstance(quad.subject, NamedNode):
                    found[quad.subject.value] = place
        return found

    def _borrowed(self) -> set[str]:
        """Return the terms of others of which no more is said than how we call them."""
        named = self.store.quads_for_pattern(None, None, None, _BORROWED)
        borrowed = {quad.subject for quad in named if isinstance(quad.subject, NamedNode)}
        return {term.value for term in borrowed if self._size(term, None) == self._size(term, 1)}

    def _size(self, term: NamedNode, borrowed: int | None) -> int:
        graph = DefaultGraph() if borrowed is None else _BORROWED
        return sum(1 for _ in self.store.quads_for_pattern(term, None, None, graph))
