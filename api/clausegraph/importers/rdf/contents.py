"""What is in a vocabulary: how many terms of which kind, and which of them have no label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from clausegraph.vocabulary import DCTERMS, OWL, RDF, RDFS, SKOS, TYPE

_KINDS = {
    "concept schemes": {SKOS + "ConceptScheme"},
    "concepts": {SKOS + "Concept"},
    "classes": {OWL + "Class", RDFS + "Class", RDFS + "Datatype"},
    "properties": {
        RDF + "Property",
        *(
            OWL + name
            for name in (
                "ObjectProperty",
                "DatatypeProperty",
                "AnnotationProperty",
                "OntologyProperty",
                "TransitiveProperty",
                "SymmetricProperty",
                "FunctionalProperty",
                "InverseFunctionalProperty",
            )
        ),
    },
    "individuals": {OWL + "NamedIndividual"},
}
_LABELS = {RDFS + "label", SKOS + "prefLabel", DCTERMS + "title"}


@dataclass(frozen=True)
class Contents:
    """How many triples, and terms of each kind; a term may be of several kinds (DPV's are)."""

    triples: int
    kinds: dict[str, int]
    unlabelled: tuple[str, ...]


def take_stock(triples: Iterable[Triple]) -> Contents:
    """Count what a vocabulary defines: things with an IRI and a type that makes them a term."""
    types: dict[str, set[str]] = defaultdict(set)
    labelled: set[str] = set()
    total = 0
    for triple in triples:
        total += 1
        if not isinstance(triple.subject, NamedNode):
            continue
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            types[triple.subject.value].add(triple.object.value)
        elif triple.predicate.value in _LABELS:
            labelled.add(triple.subject.value)
    terms = {
        kind: {name for name, found in types.items() if found & wanted}
        for kind, wanted in _KINDS.items()
    }
    known = set().union(*terms.values())
    kinds = {kind: len(names) for kind, names in terms.items() if names}
    if others := types.keys() - known:
        kinds["other things"] = len(others)
    return Contents(total, kinds, tuple(sorted(known - labelled)))
