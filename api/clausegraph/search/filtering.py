"""What a search can be narrowed down by: filters, how their values are written, and kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from clausegraph import vocabulary
from clausegraph.errors import UsageError
from clausegraph.questions import Parameter
from clausegraph.search import fields
from clausegraph.vocabulary import CG, OWL, PROV, RDF, SH, SKOS

# What kinds of things are called; a class by its IRI or CURIE is taken as well.
KINDS: Mapping[str, str] = {
    "document": CG + "Document",
    "clause": CG + "Clause",
    "concept": SKOS + "Concept",
    "scheme": SKOS + "ConceptScheme",
    "actor": CG + "Actor",
    "source": CG + "Source",
    "activity": PROV + "Activity",
    "question": SH + "SPARQLExecutable",
    "class": OWL + "Class",
    "property": RDF + "Property",
}
NAMES: Mapping[str, str] = {iri: name for name, iri in KINDS.items()}

TYPE = Parameter(
    fields.TYPE,
    "iri",
    example="clause",
    description=f"The kind of thing: {', '.join(KINDS)}, or a class.",
)
FILTERS = (
    TYPE,
    Parameter(
        fields.JURISDICTION,
        "iri",
        "concept/jurisdiction",
        example="china",
        description="The jurisdiction of a document, or of the document that a clause is part of.",
    ),
    Parameter(
        fields.SCHEME,
        "iri",
        "concept",
        example="mit-risk-domain",
        description="The scheme that a concept is in.",
    ),
    Parameter(
        fields.REVIEW,
        "iri",
        "concept/review-status",
        example="unreviewed",
        description="The review status now of a statement about the thing.",
    ),
    Parameter(
        fields.DOCUMENT,
        "iri",
        "document",
        example="ai-safety-governance-framework-v1",
        description="A document: itself, and its clauses.",
    ),
)


def narrowing(given: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return filters as IRIs, given by name as they are written, or raise UsageError."""
    known = [item.name for item in FILTERS]
    for name in given:
        if name not in known:
            raise UsageError(f"`{name}` is no filter.", remedy=f"Known are: {', '.join(known)}.")
    return {
        item.name: tuple(_iri(item, value) for value in given[item.name])
        for item in FILTERS
        if given.get(item.name)
    }


def kind_of(types: Sequence[str]) -> str:
    """Return what a thing is, by the most telling of its classes: its name above, or a CURIE."""
    for name, iri in KINDS.items():
        if iri in types:
            return name
    return vocabulary.compact(types[0]) if types else ""


def _iri(parameter: Parameter, value: str) -> str:
    if parameter is TYPE and value in KINDS:
        return KINDS[value]
    try:
        term = parameter.term(value)
    except UsageError as error:
        if parameter is not TYPE:
            raise
        raise UsageError(error.message, remedy=f"Known are: {', '.join(KINDS)}.") from error
    assert isinstance(term, NamedNode)  # noqa: S101
    return term.value
