"""The concepts that an import may point to: those of `data/concepts/`, and no others."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from clausegraph import bundle
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import ID, OWL, SKOS, code_slug

_CONCEPT = ID + "concept/"
_NOTATION = NamedNode(SKOS + "notation")
_DEPRECATED = NamedNode(OWL + "deprecated")

# Names under which other people's tables write codes of our schemes; what follows is the code.
_WRITTEN_AS: Mapping[str, str] = {
    "mit-draft-ai-risk-mitigation-group-": "mit-mitigation-v1",
}


class UnknownConcept(LookupError):
    """A code that its scheme does not have; the message says which, and what comes nearest."""


@dataclass(frozen=True)
class Concept:
    """A concept of ours, by scheme and code."""

    iri: str
    scheme: str
    code: str


@dataclass(frozen=True)
class Concepts:
    """All concepts of ours, by scheme and code; deprecated ones are not among them."""

    schemes: Mapping[str, Mapping[str, Concept]]

    def find(self, local: str, iri: str) -> Concept | None:
        """Return the concept that a table means by an identifier, or None for a foreign one.

        Raises UnknownConcept where the identifier is one of a scheme of ours that has no such code.
        """
        for start, scheme in _WRITTEN_AS.items():
            if local.startswith(start):
                return self._get(scheme, local[len(start) :])
        if not iri.startswith(_CONCEPT):
            return None
        scheme, _, last = iri[len(_CONCEPT) :].partition("/")
        codes = (code for code in self.schemes.get(scheme, ()) if code_slug(code) == last)
        return self._get(scheme, next(codes, last))

    def _get(self, scheme: str, code: str) -> Concept:
        concepts = self.schemes.get(scheme)
        if concepts is None:
            raise UnknownConcept(f"unknown concept scheme {scheme}")
        if code in concepts:
            return concepts[code]
        near = difflib.get_close_matches(code, concepts, n=3, cutoff=0.0)
        raise UnknownConcept(
            f"unknown concept code {code} in scheme {scheme}; nearest: {', '.join(near)}"
        )


def load_concepts(folder: Path | None = None) -> Concepts:
    """Return the concepts that the Turtle files of a folder describe; ours by default."""
    folder = folder or bundle.folder("data") / "concepts"
    codes: dict[str, str] = {}
    deprecated: set[str] = set()
    for path in sorted(folder.glob("*.ttl")):
        for quad in parse_file(path).quads:
            if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, Literal):
                continue
            if quad.predicate == _DEPRECATED and quad.object.value == "true":
                deprecated.add(quad.subject.value)
            if quad.predicate == _NOTATION and quad.subject.value.startswith(_CONCEPT):
                codes[quad.subject.value] = quad.object.value
    schemes: dict[str, dict[str, Concept]] = {}
    for iri in sorted(codes.keys() - deprecated):
        scheme = iri[len(_CONCEPT) :].partition("/")[0]
        schemes.setdefault(scheme, {})[codes[iri]] = Concept(iri, scheme, codes[iri])
    return Concepts(schemes)
