"""What a page shows of a resource: its triples, read into titles, facts, statements and parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from clausegraph import vocabulary
from clausegraph.vocabulary import CG, DCTERMS, PROV, RDF, RDFS, SKOS
from clausegraph.web.addresses import href
from clausegraph.web.terms import Words

TITLES = (DCTERMS + "title", SKOS + "prefLabel", RDFS + "label")
CONCEPT = vocabulary.ID + "concept/"
LANGUAGES = ("en", "", "zh")  # which language a page prefers

_DIGITS = re.compile(r"(\d+)")
_PASSAGE = re.compile(r"/evidence/[^#/]*-(\d+)-(\d+)$")


@dataclass(frozen=True)
class Value:
    """One value on a page: its text, where it leads, its language, and how it is to stand out."""

    text: str
    href: str | None = None
    iri: str | None = None
    lang: str | None = None
    badge: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Fact:
    """A property and its values."""

    label: str
    href: str | None
    values: tuple[Value, ...]


class Described:
    """The triples of one document, by subject and property, in the words of the ontology."""

    def __init__(self, data: bytes, words: Words) -> None:
        self.words = words
        self._nodes: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        for quad in parse(data, RdfFormat.N_TRIPLES):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                node = self._nodes.setdefault(quad.subject.value, {})
                node.setdefault(quad.predicate.value, []).append(quad.object)

    @property
    def subjects(self) -> Sequence[str]:
        """Every IRI that has triples here."""
        return list(self._nodes)

    def properties(self, iri: str) -> Mapping[str, list[NamedNode | Literal]]:
        """Return the properties of `iri` and their values."""
        return self._nodes.get(iri, {})

    def objects(self, iri: str, *predicates: str) -> list[str]:
        """Return the texts of the values of any of `predicates`, in that order."""
        found = self.properties(iri)
        return [term.value for predicate in predicates for term in found.get(predicate, ())]

    def first(self, iri: str, *predicates: str) -> str | None:
        """Return the first of those values, or None."""
        return next(iter(self.objects(iri, *predicates)), None)

    def literals(self, iri: str, *predicates: str) -> list[Value]:
        """Return the texts of `iri` under any of `predicates`, the preferred language first."""
        found = self.properties(iri)
        terms = [term for predicate in predicates for term in found.get(predicate, ())]
        texts = [self.value(term) for term in terms if isinstance(term, Literal)]
        return sorted(texts, key=lambda value: _language_rank(value.lang))

    def title(self, iri: str) -> Value | None:
        """Return what `iri` is called, in the language that a page prefers, or None."""
        return next(iter(self.literals(iri, *TITLES)), None)

    def label(self, iri: str) -> str:
        """Return what a page calls `iri`: number or notation and title, else its local name."""
        title = self.title(iri)
        number = self.first(iri, SKOS + "notation", CG + "number")
        if title is None:
            if iri in self.words.labels:
                return self.words.labels[iri]
            return _plain_name(iri)
        is_code = number is not None and _DIGITS.search(number) and number not in title.text
        return f"{number} {title.text}" if is_code else title.text

    def value(self, term: NamedNode | Literal) -> Value:
        """Return how a page shows `term`."""
        if isinstance(term, Literal):
            return Value(_shown(term), lang=term.language)
        return self.link(term.value)

    def link(self, iri: str) -> Value:
        """Return a link to `iri` under its label."""
        title = self.title(iri)
        lang = title.lang if title else None
        return Value(self.label(iri), href(iri), iri, lang, badge_of(iri), self._place(iri))

    def _place(self, iri: str) -> str | None:
        """Return the document that a clause belongs to: a clause's title alone says too little."""
        document = self.first(iri, CG + "clauseOf")
        return self.label(document) if document else None

    def fact(self, predicate: str, terms: Iterable[NamedNode | Literal]) -> Fact:
        """Return one property with its values in a readable order."""
        values = sorted((self.value(term) for term in terms), key=lambda v: natural(v.text))
        return Fact(self.words.label(predicate), href(predicate), tuple(values))

    def facts(self, iri: str, skip: Iterable[str] = ()) -> list[Fact]:
        """Return all properties of `iri` but those in `skip` and those that the build derives."""
        hidden = {*skip, *self.words.derived, *DATES, RDF + "type"}
        found = self.properties(iri).items()
        return [self.fact(name, terms) for name, terms in sorted(found) if name not in hidden]

    def kinds(self, iri: str) -> list[Value]:
        """Return the classes of `iri`, ours first, without those that every such thing has."""
        types = self.objects(iri, RDF + "type")
        own = [item for item in types if item.startswith(CG) and item != CG + "Statement"]
        return [Value(self.words.label(item), href(item), item) for item in (own or types)]


def badge_of(iri: str) -> str | None:
    """Return the badge of a review status, verdict or kind of activity: how far to trust it."""
    name = iri.removeprefix(CONCEPT)
    if name.startswith(("review-status/", "activity-kind/", "review-verdict/")) and name != iri:
        return name.replace("/", " ")
    return None


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts 5.10 after 5.9."""
    parts = _DIGITS.split(text.lower())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]


def _plain_name(iri: str) -> str:
    """Return what to call a thing without a title: a passage by its place, else the local name."""
    whole, _, fragment = iri.partition("#")
    if passage := _PASSAGE.search(whole):
        place = f"characters {passage[1]} to {passage[2]}"
        return f"{fragment} of {place}" if fragment else place
    short = vocabulary.compact(iri)
    return short if short != iri else iri.removeprefix(vocabulary.BASE)


def _shown(term: Literal) -> str:
    if term.datatype.value == vocabulary.XSD + "boolean":
        return "yes" if term.value in {"true", "1"} else "no"
    return term.value


def _language_rank(language: str | None) -> tuple[int, str]:
    tag = language or ""
    primary = tag.partition("-")[0]
    place = LANGUAGES.index(primary) if primary in LANGUAGES else len(LANGUAGES)
    return place, tag


# Derived from milestones, which say who states them.
DATES = (DCTERMS + "issued", CG + "effectiveDate")
PROVENANCE = (
    PROV + "wasAttributedTo",
    PROV + "wasGeneratedBy",
    DCTERMS + "source",
    CG + "reviewStatus",
    CG + "effectiveReviewStatus",
)
