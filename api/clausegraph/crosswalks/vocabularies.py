"""Vocabularies to walk between: our schemes, and those of others, by the names that people use."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from clausegraph import vocabulary
from clausegraph.crosswalks import names
from clausegraph.crosswalks.mappings import Mappings
from clausegraph.errors import UsageError
from clausegraph.vocabulary import ID, SKOS, TYPE

_IN_SCHEME = NamedNode(SKOS + "inScheme")
_TOP_OF = NamedNode(SKOS + "topConceptOf")
_HAS_TOP = NamedNode(SKOS + "hasTopConcept")
_CONCEPT = NamedNode(SKOS + "Concept")
_SCHEMES = f"{ID}concept/"
_ENDS = ("#", "/")


@dataclass(frozen=True)
class Vocabulary:
    """Concepts that belong together, as IRIs in the order of their codes or names.

    `name` is what it was asked for by, `iri` that of the scheme, or what the IRIs of its terms
    begin with. Of a vocabulary that `is_open`, the graph knows no more terms than it names: those
    that are mapped, and those that were loaded.
    """

    name: str
    iri: str
    title: str
    concepts: tuple[str, ...]
    is_open: bool = False


def find(store: Store, mappings: Mappings, name: str) -> Vocabulary:
    """Return the vocabulary of a name, or raise UsageError that lists those that are mapped."""
    for iri in _schemes(name):
        if concepts := _concepts(store, iri):
            return Vocabulary(name, iri, _title(store, iri) or name, names.in_order(concepts))
    space = vocabulary.prefixes().get(name) or _space(name)
    is_of_others = space and not space.startswith(vocabulary.BASE)
    if is_of_others and (terms := _terms(store, mappings, space)):
        return Vocabulary(name, space, space, names.in_order(terms), is_open=True)
    raise UsageError(
        f"There is no scheme or vocabulary '{name}' here.", remedy=_remedy(store, name)
    )


def below(space: str, iri: str) -> bool:
    """Whether an IRI is a term of a vocabulary or of one of its parts: `dpv` is
    https://w3id.org/dpv# and what lies below https://w3id.org/dpv/ too."""
    stem = space.rstrip("#/")
    return iri.startswith(tuple(stem + end for end in _ENDS))


def _schemes(name: str) -> list[str]:
    """Return the IRIs that a name of a scheme may stand for."""
    iris = [_SCHEMES + name]
    if ":" in name:
        try:
            iris = [str(NamedNode(vocabulary.expand(name)))[1:-1]]
        except (UsageError, ValueError):
            return []
    return iris


def _space(name: str) -> str:
    """Return what the IRIs of a vocabulary begin with, where a name is that."""
    text = name.removeprefix("<").removesuffix(">")
    return text if text.startswith(("http://", "https://", "urn:")) else ""


def _concepts(store: Store, scheme: str) -> set[str]:
    """Return the concepts of a scheme, by whichever side says so (SKOS Reference, S7, S8)."""
    try:
        node = NamedNode(scheme)
    except ValueError:
        return set()
    stated = [
        quad.subject
        for property_ in (_IN_SCHEME, _TOP_OF)
        for quad in store.quads_for_pattern(None, property_, node, DefaultGraph())
    ]
    tops = [quad.object for quad in store.quads_for_pattern(node, _HAS_TOP, None, DefaultGraph())]
    return {item.value for item in (*stated, *tops) if isinstance(item, NamedNode)}


def _terms(store: Store, mappings: Mappings, space: str) -> set[str]:
    """Return the terms of a vocabulary that are mapped, and the concepts of it that are loaded."""
    terms = {iri for iri in mappings.steps if below(space, iri)}
    for quad in store.quads_for_pattern(None, TYPE, _CONCEPT, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and below(space, quad.subject.value):
            terms.add(quad.subject.value)
    return terms


def _title(store: Store, iri: str) -> str:
    titles = [
        quad.object
        for name in (
            vocabulary.TITLE,
            NamedNode(SKOS + "prefLabel"),
            NamedNode(vocabulary.RDFS + "label"),
        )
        for quad in store.quads_for_pattern(NamedNode(iri), name, None, DefaultGraph())
        if isinstance(quad.object, Literal)
    ]
    titles.sort(key=lambda title: not (title.language or "en").startswith("en"))
    return titles[0].value if titles else ""


def _remedy(store: Store, name: str) -> str:
    kind = NamedNode(SKOS + "ConceptScheme")
    schemes = {
        quad.subject.value.removeprefix(_SCHEMES)
        for quad in store.quads_for_pattern(None, TYPE, kind, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }
    known = sorted(schemes) + sorted(
        prefix
        for prefix, space in vocabulary.prefixes().items()
        if not space.startswith(vocabulary.BASE)
        and prefix in ("ai", "airo", "dpv", "nexus", "risk")
    )
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    shown = f"Nearest: {', '.join(near)}." if near else f"Known are: {', '.join(known)}."
    return f"{shown} A vocabulary of others goes by its prefix, or by what its IRIs begin with."
