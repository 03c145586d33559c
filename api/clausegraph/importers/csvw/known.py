"""What a table may point to of ours: the terms of the ontology and the concepts of the schemes."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from clausegraph import bundle
from clausegraph.importers.concepts import Concepts, UnknownConcept, load_concepts
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import CG, ID, compact

CONCEPT = ID + "concept/"


@dataclass(frozen=True)
class Known:
    """Terms and concepts that exist, by IRI."""

    terms: frozenset[str]
    concepts: Concepts
    concept_iris: frozenset[str]

    def check_term(self, iri: str) -> None:
        """Raise ValueError for a term that our ontology does not have."""
        if not iri.startswith(CG) or iri in self.terms:
            return
        near = difflib.get_close_matches(iri, self.terms, n=1)
        hint = f"; the nearest is {compact(near[0])}" if near else ""
        raise ValueError(f"the ontology has no term {compact(iri)}{hint}")

    def check_concept(self, iri: str) -> None:
        """Raise ValueError for a concept that no scheme of ours has."""
        if not iri.startswith(CONCEPT) or iri in self.concept_iris:
            return
        if iri[len(CONCEPT) :] in self.concepts.schemes:
            return
        try:
            self.concepts.find("", iri)
        except UnknownConcept as error:
            raise ValueError(str(error)) from error


@cache
def load_known() -> Known:
    """Return the terms and concepts that ship."""
    terms = {
        quad.subject.value
        for path in sorted(bundle.folder("ontology").glob("*.ttl"))
        for quad in parse_file(path).quads
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(CG)
    }
    concepts = load_concepts()
    iris = {each.iri for codes in concepts.schemes.values() for each in codes.values()}
    return Known(frozenset(terms), concepts, frozenset(iris))
