"""What is searched: which properties hold names, other names and texts."""

from __future__ import annotations

from collections.abc import Mapping

from clausegraph.vocabulary import CG, DCTERMS, FOAF, RDFS, SCHEMA, SKOS

NAME, OTHER, TEXT = "name", "other", "text"  # fields of the index, by what a match in them is worth

NAMES = (
    DCTERMS + "title",
    SKOS + "prefLabel",
    RDFS + "label",
    FOAF + "name",
    SCHEMA + "name",
)
OTHERS = (
    DCTERMS + "alternative",
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    SCHEMA + "alternateName",
    SKOS + "notation",
    CG + "number",
    CG + "agoraId",
    DCTERMS + "identifier",
)
TEXTS = (
    CG + "summary",
    CG + "text",
    SKOS + "definition",
    DCTERMS + "abstract",
    DCTERMS + "description",
    SCHEMA + "description",
    SKOS + "scopeNote",
    SKOS + "note",
    RDFS + "comment",
    SKOS + "example",
)

FIELDS: Mapping[str, str] = {
    **dict.fromkeys(NAMES, NAME),
    **dict.fromkeys(OTHERS, OTHER),
    **dict.fromkeys(TEXTS, TEXT),
}
# Which come first where one has to be chosen.
ORDER: Mapping[str, int] = {iri: place for place, iri in enumerate(FIELDS)}

CODES = frozenset({SKOS + "notation", CG + "number", CG + "agoraId", DCTERMS + "identifier"})
SHOWN = frozenset({SKOS + "notation", CG + "number"})  # of the codes

TYPE, JURISDICTION, SCHEME, REVIEW = "type", "jurisdiction", "scheme", "review"
FACETS = (TYPE, JURISDICTION, SCHEME, REVIEW)
DOCUMENT = "document"  # a filter, but no facet: there may be as many as documents
FILTERS = (*FACETS, DOCUMENT)
