"""What a vocabulary says of itself: title, version, licence, makers, and what it imports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.vocabulary import DCAT, DCTERMS, FOAF, OWL, RDFS, SCHEMA, SKOS, TYPE, VOID

_DC = "http://purl.org/dc/elements/1.1/"
_CC = "http://creativecommons.org/ns#"
_OLD_SCHEMA = "http://schema.org/"
# What describes a vocabulary as a whole, the surest first.
_WHOLES = (
    OWL + "Ontology",
    SKOS + "ConceptScheme",
    "http://purl.org/vocommons/voaf#Vocabulary",
    VOID + "Dataset",
    DCAT + "Dataset",
)
_TITLES = (DCTERMS + "title", _DC + "title", RDFS + "label", SKOS + "prefLabel", SCHEMA + "name")
_VERSIONS = (OWL + "versionInfo", SCHEMA + "version", _OLD_SCHEMA + "version", OWL + "versionIRI")
_LICENCES = (
    DCTERMS + "license",
    _CC + "license",
    SCHEMA + "license",
    _OLD_SCHEMA + "license",
    "http://www.w3.org/1999/xhtml/vocab#license",
    DCTERMS + "rights",
    _DC + "rights",
    DCTERMS + "accessRights",
)
_MAKERS = (
    DCTERMS + "creator",
    _DC + "creator",
    SCHEMA + "author",
    FOAF + "maker",
    DCTERMS + "publisher",
    _DC + "publisher",
)
_NAMES = (FOAF + "name", SCHEMA + "name", RDFS + "label", DCTERMS + "title")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True)
class Header:
    """What a vocabulary says of itself, each part empty where it says nothing."""

    iri: str | None
    titles: tuple[Literal, ...]
    versions: tuple[str, ...]
    licences: tuple[NamedNode, ...]
    rights: tuple[Literal, ...]
    makers: tuple[str, ...]
    imports: tuple[str, ...]


def read(triples: Sequence[Triple]) -> Header:
    """Return what a vocabulary says of itself."""
    whole = _whole(triples)
    own = [triple for triple in triples if triple.subject == whole]

    def said(predicates: Iterable[str]) -> list[object]:
        wanted = {name: place for place, name in enumerate(predicates)}
        found = [t for t in own if t.predicate.value in wanted]
        found.sort(key=lambda t: (wanted[t.predicate.value], str(t.object)))
        return list(dict.fromkeys(t.object for t in found))

    terms = said(_LICENCES)
    makers = [_name_of(term, triples) for term in said(_MAKERS)]
    return Header(
        iri=whole.value if whole is not None else None,
        titles=_titles(own),
        versions=tuple(_value(term) for term in said(_VERSIONS)),
        licences=tuple(dict.fromkeys(node for term in terms if (node := _node(term)))),
        rights=tuple(term for term in terms if isinstance(term, Literal) and not _node(term)),
        makers=tuple(dict.fromkeys(maker for maker in makers if maker)),
        imports=tuple(_value(term) for term in said((OWL + "imports",))),
    )


def _whole(triples: Sequence[Triple]) -> NamedNode | None:
    """Return what stands for the whole vocabulary: of several, that which most terms begin with."""
    for kind in _WHOLES:
        nodes = {
            triple.subject
            for triple in triples
            if triple.predicate == TYPE
            and triple.object == NamedNode(kind)
            and isinstance(triple.subject, NamedNode)
        }
        if nodes:
            return max(sorted(nodes, key=str), key=_begins(triples, nodes).__getitem__)
    return None


def _begins(triples: Sequence[Triple], nodes: set[NamedNode]) -> Counter[NamedNode]:
    subjects = {t.subject.value for t in triples if isinstance(t.subject, NamedNode)}
    counts = Counter(dict.fromkeys(nodes, 0))
    for node in nodes if len(nodes) > 1 else ():
        counts[node] = sum(subject.startswith(node.value.rstrip("#/")) for subject in subjects)
    return counts


def _titles(own: Sequence[Triple]) -> tuple[Literal, ...]:
    """Return one title a language, by the first property that has any."""
    for predicate in _TITLES:
        texts = [
            triple.object
            for triple in own
            if triple.predicate.value == predicate
            and isinstance(triple.object, Literal)
            and triple.object.value.strip()
        ]
        if texts:
            ordered = sorted(texts, key=str, reverse=True)
            return tuple({text.language: text for text in ordered}.values())
    return ()


def _node(term: object) -> NamedNode | None:
    """Return an IRI, or the address that a text is, as an IRI."""
    if isinstance(term, NamedNode):
        return term
    if isinstance(term, Literal) and _ADDRESS.fullmatch(term.value.strip()):
        return NamedNode(term.value.strip())
    return None


def _name_of(term: object, triples: Sequence[Triple]) -> str:
    """Return what a maker is called: a text as it is, else the name of the thing, else its IRI."""
    if isinstance(term, Literal):
        return term.value.strip()
    names = sorted(
        t.object.value
        for t in triples
        if t.subject == term and t.predicate.value in _NAMES and isinstance(t.object, Literal)
    )
    return names[0] if names else term.value if isinstance(term, NamedNode) else ""


def _value(term: object) -> str:
    return str(getattr(term, "value", term))
