"""Gathering: everything in a store that has a name or a text, property by property.

What is dear in a store on disk is to turn what it keeps into terms, one after the other. So what is
asked of it are joins, which it does without, and it hands over what is indexed and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from clausegraph.search.fields import CODES, FIELDS
from clausegraph.search.telling import Telling
from clausegraph.search.texts import Texts
from clausegraph.search.things import CLAUSE_OF, IN_SCHEME, JURISDICTION, TYPE, Text, Thing
from clausegraph.vocabulary import BASE, CG, DATASET, GRAPH, OWL, RDF, RDFS, SHAPES, SKOS

# Descriptions of the graph itself, its files and its shapes, and what stands for a blank node.
_ASIDE = (f"{DATASET}#", f"{SHAPES}#", f"{SHAPES}/", GRAPH, f"{BASE}dumps/")
_BORROWED = NamedNode(f"{GRAPH}ontology/external")

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
_RANKS: Mapping[str, int] = {
    **{kind: place for place, kind in enumerate(_RANKED)},
    **dict.fromkeys(_TERMS, len(_RANKED) + 1),
}
_STATED_OF = ("classifies", "participationIn", "milestoneOf", "sanctionOf", "tallyOf")

_OF_THINGS = {
    IN_SCHEME: "schemes",
    CLAUSE_OF: "documents of clauses",
    JURISDICTION: "jurisdictions",
}


def _list(iris: Iterable[str]) -> str:
    """Return IRIs as SPARQL has them in VALUES."""
    return " ".join(f"<{iri}>" for iri in iris)


# A code alone is no name.
_NAMED = f"VALUES ?named {{ {_list(iri for iri in FIELDS if iri not in CODES)} }}"
_TYPES = f"""
SELECT ?thing ?value
WHERE {{
  {{ SELECT DISTINCT ?thing WHERE {{ {_NAMED} ?thing ?named ?text . }} }}
  ?thing <{TYPE}> ?value .
}}"""
_REVIEWS = f"""
SELECT DISTINCT ?thing ?value
WHERE {{
  {{
    SELECT ?statement ?value
    WHERE {{ ?statement <{CG}effectiveReviewStatus> ?value . }}
  }}
  {{
    SELECT ?statement ?thing
    WHERE {{
      VALUES ?of {{ {_list(CG + name for name in _STATED_OF)} }}
      ?statement ?of ?thing .
    }}
  }}
}}"""


def _values(iri: str) -> str:
    """Return the query for all values of a property."""
    return f"SELECT ?thing ?value WHERE {{ ?thing <{iri}> ?value . }}"


@dataclass(frozen=True)
class Things:
    """All that can be found in a store; `texts` holds what is read of it, and `telling` tells how
    far that is."""

    store: Store
    texts: Texts
    telling: Telling = field(default_factory=Telling)
    _known: dict[str, str] = field(default_factory=dict)  # each IRI, once

    def iris(self) -> list[str]:
        """Take the texts in; return the IRIs of the things, in the order of their names."""
        found: set[str] = set()
        for iri, thing, value in self.telling.counted(self._named(), _reading("names and texts")):
            if not isinstance(thing, NamedNode):
                continue
            name = self._once(thing)
            if iri not in CODES:
                found.add(name)
            if isinstance(value, Literal) and value.value:
                self.texts.add(name, Text(iri, value.value, value.language or ""))
        return sorted(iri for iri in found - self._borrowed() if not iri.startswith(_ASIDE))

    def reviews(self) -> Mapping[str, tuple[str, ...]]:
        """Return the review statuses now of the statements about each thing."""
        return self._found(_REVIEWS, "review statuses")

    def ranked(self, iris: Iterable[str]) -> Iterator[Thing]:
        """Yield things, kind by kind, with the jurisdictions of the document that they are part of
        where they have none of their own; one is made after the other, since texts take room."""
        types = self._found(_TYPES, "kinds of things")
        others = {iri: self._found(_values(iri), what) for iri, what in _OF_THINGS.items()}
        kinds: dict[int, list[str]] = {}
        for iri in iris:
            kinds.setdefault(_rank(types.get(iri, ())), []).append(iri)
        said = {TYPE: types, **others}
        for rank in sorted(kinds):
            for iri in kinds[rank]:
                found = {name: values.get(iri, ()) for name, values in said.items()}
                thing = Thing.of(iri, self.texts.of(iri), found)
                if thing.document and not thing.jurisdictions:
                    places = others[JURISDICTION].get(thing.document, ())
                    thing = replace(thing, jurisdictions=places)
                yield thing

    def _found(self, query: str, what: str) -> dict[str, tuple[str, ...]]:
        """Return the values of each thing that are IRIs, in order; `what` they are is told."""
        found: dict[str, tuple[str, ...]] = {}
        same: dict[tuple[str, ...], tuple[str, ...]] = {}
        for thing, value in self.telling.counted(self._solutions(query), _reading(what)):
            if isinstance(thing, NamedNode) and isinstance(value, NamedNode):
                name = self._once(thing)
                values = tuple(sorted((*found.get(name, ()), self._once(value))))
                found[name] = same.setdefault(values, values)
        return found

    def _named(self) -> Iterator[tuple[str, object, object]]:
        """Yield each property that is searched with the things and values that it has."""
        for iri in FIELDS:
            for thing, value in self._solutions(_values(iri)):
                yield iri, thing, value

    def _solutions(self, query: str) -> Iterator[tuple[object, object]]:
        solutions = self.store.query(query)
        assert isinstance(solutions, QuerySolutions)  # noqa: S101
        for solution in solutions:
            yield solution[0], solution[1]

    def _once(self, node: NamedNode) -> str:
        """Return an IRI that memory holds once, however often it is found."""
        iri = node.value
        return self._known.setdefault(iri, iri)

    def _borrowed(self) -> set[str]:
        """Return the terms of others of which no more is said than how we call them."""
        named = self.store.quads_for_pattern(None, None, None, _BORROWED)
        borrowed = {quad.subject for quad in named if isinstance(quad.subject, NamedNode)}
        return {term.value for term in borrowed if self._size(term, None) == self._size(term, 1)}

    def _size(self, term: NamedNode, borrowed: int | None) -> int:
        graph = DefaultGraph() if borrowed is None else _BORROWED
        return sum(1 for _ in self.store.quads_for_pattern(term, None, None, graph))


def _reading(what: str) -> str:
    """Return what is being done, for whoever waits."""
    return f"Reading {what} for the search index"


def _rank(types: Iterable[str]) -> int:
    """Return the place among kinds of what is of some types: the first, if several have one."""
    return min((_RANKS[kind] for kind in types if kind in _RANKS), default=len(_RANKED))
