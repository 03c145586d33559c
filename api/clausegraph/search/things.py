"""What can be found: a thing with names and texts, and what it can be narrowed down by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from clausegraph.search.fields import FIELDS, ORDER
from clausegraph.vocabulary import CG, RDF, SKOS

TYPE = RDF + "type"
IN_SCHEME = SKOS + "inScheme"
CLAUSE_OF = CG + "clauseOf"
JURISDICTION = CG + "jurisdiction"
PROPERTIES = (TYPE, IN_SCHEME, CLAUSE_OF, JURISDICTION)  # whose values are IRIs


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

    @classmethod
    def of(cls, iri: str, texts: Iterable[Text], found: Mapping[str, Sequence[str]]) -> Thing:
        """Return a thing, given the values of the properties of a thing in any order."""
        types = tuple(sorted(found[TYPE]))
        document = min(found[CLAUSE_OF], default=iri if CG + "Document" in types else "")
        return cls(
            iri,
            tuple(sorted(texts, key=_place)),
            types,
            tuple(sorted(found[IN_SCHEME])),
            document,
            tuple(sorted(found[JURISDICTION])),
        )


def read(store: Store, iri: str) -> Thing:
    """Return what a store says of a thing."""
    texts: list[Text] = []
    found: dict[str, list[str]] = {name: [] for name in PROPERTIES}
    for quad in store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()):
        predicate, value = quad.predicate.value, quad.object
        if isinstance(value, Literal):
            if predicate in FIELDS and value.value:
                texts.append(Text(predicate, value.value, value.language or ""))
        elif predicate in found and isinstance(value, NamedNode):
            found[predicate].append(value.value)
    return Thing.of(iri, texts, found)


def _place(text: Text) -> tuple[int, str, str]:
    return ORDER[text.property], text.language, text.value
