"""What this graph knows already: AGORA's code lists as concepts, and documents and actors that are
described here, to which rows are joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import bundle
from clausegraph.importers.concepts import load_concepts
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import DCTERMS, ID, TITLE, TYPE, cg

_ALTERNATIVE = NamedNode(DCTERMS + "alternative")
_AGORA_ID, _SUMMARY = cg("agoraId"), cg("summary")


@dataclass(frozen=True)
class Described:
    """A document that is described here: its titles, and whether we summarise it."""

    iri: str
    titles: frozenset[str]
    has_summary: bool


@dataclass(frozen=True)
class Known:
    """Concepts by scheme and code; documents by AGORA ID; actors by their English title."""

    schemes: Mapping[str, Mapping[str, str]]
    documents: Mapping[str, Described]
    actors: Mapping[str, str]

    def concept(self, scheme: str, code: str) -> str | None:
        """Return the IRI of a concept, or None where the scheme has no such code."""
        return self.schemes[scheme].get(code)


@dataclass
class _Facts:
    titles: set[str] = field(default_factory=set)
    identifiers: set[str] = field(default_factory=set)
    has_summary: bool = False


def load_known() -> Known:
    """Return what ships: schemes, documents with an AGORA identifier, actors."""
    return Known(_schemes(), _documents(), _actors())


def _schemes() -> Mapping[str, Mapping[str, str]]:
    """Return the schemes of AGORA; of its tags, the groups above them are none."""
    wanted = ("agora-tag", "agora-status", "agora-collection", "jurisdiction")
    concepts = load_concepts().schemes
    tags = {
        triple.subject.value
        for triple in _triples("concepts")
        if triple.predicate == TYPE
        and triple.object == cg("Tag")
        and isinstance(triple.subject, NamedNode)
    }
    return {
        scheme: {
            code: concept.iri
            for code, concept in concepts[scheme].items()
            if scheme != "agora-tag" or concept.iri in tags
        }
        for scheme in wanted
    }


def _documents() -> Mapping[str, Described]:
    facts: dict[str, _Facts] = {}
    for triple in _triples("documents"):
        if isinstance(triple.subject, NamedNode):
            _take(facts.setdefault(triple.subject.value, _Facts()), triple)
    return {
        identifier: Described(iri, frozenset(found.titles), found.has_summary)
        for iri, found in sorted(facts.items())
        for identifier in sorted(found.identifiers)
    }


def _take(own: _Facts, triple: Triple) -> None:
    """Add what one triple says to the facts of its subject."""
    predicate, value = triple.predicate, triple.object
    if predicate == TITLE and isinstance(value, Literal) and value.language == "en":
        own.titles.add(value.value)
    elif predicate == _AGORA_ID and isinstance(value, Literal):
        own.identifiers.add(value.value)
    elif predicate == _SUMMARY:
        own.has_summary = True


def _actors() -> Mapping[str, str]:
    return {
        triple.object.value: triple.subject.value
        for triple in _triples("actors")
        if triple.predicate == TITLE
        and isinstance(triple.object, Literal)
        and triple.object.language == "en"
        and isinstance(triple.subject, NamedNode)
        and triple.subject.value.startswith(ID)
    }


def _triples(folder: str) -> Iterator[Triple]:
    paths: Iterator[Path] = iter(sorted((bundle.folder("data") / folder).rglob("*.ttl")))
    for path in paths:
        yield from (quad.triple for quad in parse_file(path).quads)
