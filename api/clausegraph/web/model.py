"""What a page shows of a resource: its triples, read into titles, facts, statements and parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clausegraph import vocabulary
from clausegraph.vocabulary import CG, DCTERMS, PROV, RDF, RDFS, SKOS
from clausegraph.web import languages, nodes
from clausegraph.web.addresses import href
from clausegraph.web.nodes import Term
from clausegraph.web.terms import Words

TITLES = (DCTERMS + "title", SKOS + "prefLabel", RDFS + "label")
CONCEPT = vocabulary.ID + "concept/"

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
    """A property and its values; `lang` is that of its label, if it is not English."""

    label: str
    href: str | None
    values: tuple[Value, ...]
    lang: str | None = None


class Described:
    """The triples of one document, by subject and property, in the words of the ontology.

    `data` is N-Triples or JSON-LD as we write it; `prefers` are languages, best first.
    """

    def __init__(
        self, data: bytes, words: Words, prefers: Sequence[str] = languages.DEFAULT
    ) -> None:
        self.words = words
        self.prefers = tuple(prefers)
        self._nodes = nodes.read(data)
        self._links: dict[str, Value] = {}
        self._hidden = words.derived | {*DATES, RDF + "type"}

    @property
    def subjects(self) -> Sequence[str]:
        """Every IRI that has triples here."""
        return list(self._nodes)

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which something here, or a term, has a name."""
        tags = {
            term.language
            for properties in self._nodes.values()
            for name in TITLES
            for term in properties.get(name, ())
        }
        return self.words.languages.union(tag for tag in tags if tag)

    def properties(self, iri: str) -> Mapping[str, list[Term]]:
        """Return the properties of `iri` and their values."""
        return self._nodes.get(iri, {})

    def expanded(self, iris: Iterable[str]) -> list[dict[str, Any]]:
        """Return what is said of `iris` as JSON-LD that needs no context."""
        return [nodes.expanded(iri, self.properties(iri)) for iri in iris]

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
        texts = [self.value(term) for term in terms if not term.is_iri]
        return sorted(texts, key=lambda value: languages.rank(value.lang, self.prefers))

    def title(self, iri: str) -> Value | None:
        """Return what `iri` is called, in the language that a page prefers, or None."""
        return next(iter(self.literals(iri, *TITLES)), None)

    def label(self, iri: str) -> str:
        """Return what a page calls `iri`: number or notation and title, else its local name."""
        title = self.title(iri)
        number = self.first(iri, SKOS + "notation", CG + "number")
        if title is None:
            return self._named(iri)[0]
        is_code = number is not None and _DIGITS.search(number) and number not in title.text
        return f"{number} {title.text}" if is_code else title.text

    def value(self, term: Term) -> Value:
        """Return how a page shows `term`."""
        return self.link(term.value) if term.is_iri else Value(_shown(term), lang=term.language)

    def link(self, iri: str) -> Value:
        """Return a link to `iri` under its label."""
        if iri not in self._links:
            title = self.title(iri)
            lang = title.lang if title else self._named(iri)[1]
            self._links[iri] = Value(
                self.label(iri), href(iri), iri, lang, badge_of(iri), self._place(iri)
            )
        return self._links[iri]

    def _named(self, iri: str) -> tuple[str, str | None]:
        """Return what a thing without a title is called, and the language if it is not English."""
        if iri in self.words.labels:
            return self.words.named(iri, self.prefers)
        return _plain_name(iri), None

    def _place(self, iri: str) -> str | None:
        """Return the document that a clause belongs to: a clause's title alone says too little."""
        document = self.first(iri, CG + "clauseOf")
        return self.label(document) if document else None

    def fact(self, predicate: str, terms: Iterable[Term]) -> Fact:
        """Return one property with its values in a readable order."""
        values = sorted((self.value(term) for term in terms), key=lambda v: natural(v.text))
        label, lang = self.words.named(predicate, self.prefers)
        return Fact(label, href(predicate), tuple(values), lang)

    def facts(self, iri: str, skip: Iterable[str] = ()) -> list[Fact]:
        """Return all properties of `iri` but those in `skip` and those that the build derives."""
        skipped, hidden = frozenset(skip), self._hidden
        return [
            self.fact(name, terms)
            for name, terms in sorted(self.properties(iri).items())
            if name not in hidden and name not in skipped
        ]

    def kinds(self, iri: str) -> list[Value]:
        """Return the classes of `iri`, ours first, without those that every such thing has."""
        types = self.objects(iri, RDF + "type")
        own = [item for item in types if item.startswith(CG) and item != CG + "Statement"]
        named = [(item, *self.words.named(item, self.prefers)) for item in (own or types)]
        return [Value(label, href(item), item, lang) for item, label, lang in named]


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


def _shown(term: Term) -> str:
    if term.datatype == vocabulary.XSD + "boolean":
        return "yes" if term.value in {"true", "1"} else "no"
    return term.value


# Derived from milestones, which say who states them.
DATES = (DCTERMS + "issued", CG + "effectiveDate")
PROVENANCE = (
    PROV + "wasAttributedTo",
    PROV + "wasGeneratedBy",
    DCTERMS + "source",
    CG + "reviewStatus",
    CG + "effectiveReviewStatus",
)
