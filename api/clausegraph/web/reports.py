"""The reports over the corpus: what each counts, what it is asked, how its rows are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clausegraph import formats
from clausegraph.questions import Parameter
from clausegraph.vocabulary import CG
from clausegraph.web import tables
from clausegraph.web.analyses import Analysis

DIRECT, MAPPED, HINTED = "direct", "mapped", "hinted"
ROUTES = (DIRECT, MAPPED, HINTED)
VIA_MAPPINGS = "mappings"  # the one value of `via`

GRAPHS = (formats.JSON_LD, formats.TURTLE, formats.N_TRIPLES)
OFFERS = (*GRAPHS, *tables.SYNTAXES, formats.HTML)

_ROUTED = (
    "`direct` is what is stated of the concept itself; with `via=mappings` there are rows for "
    "`mapped`, what is stated of a concept that matches it exactly or closely or lies within it, "
    "and for `hinted`, what is stated of a related or broader one, from which nothing follows."
)
_STATUSES = (
    "A document counts once in a row, under the best review status of its statements; the four "
    "statuses add up. What is preliminary is not to be published without that word."
)


@dataclass(frozen=True)
class Report:
    """A report: the analysis that it is asked as, its query, and its columns.

    `terms` are the columns that a row is told by in RDF, each with its property; those that are
    IRIs come with their names. `saved` is the saved query that asks the same.
    """

    analysis: Analysis
    query: str
    saved: str
    terms: Mapping[str, str] = field(default_factory=dict)


def _iri(name: str, kind: str, example: str, about: str, default: str | None = None) -> Parameter:
    return Parameter(name, "iri", kind, default, example, description=about)


_VIA = Parameter(
    "via",
    "string",
    None,
    None,
    VIA_MAPPINGS,
    description=f"`{VIA_MAPPINGS}`: what follows from mappings between schemes too, in rows of "
    "their own; without it, what is stated.",
)
_SCHEME = _iri(
    "scheme",
    "concept",
    "mit-risk-domain",
    "The scheme whose concepts are counted.",
    "mit-risk-domain",
)
_JURISDICTION = _iri(
    "jurisdiction", "concept/jurisdiction", "china", "Documents of this jurisdiction."
)
_COUNTS = {
    "documents": CG + "coveringDocuments",
    "of": CG + "documentCount",
    "reviewed": CG + "reviewedDocuments",
    "unreviewed": CG + "unreviewedDocuments",
    "preliminary": CG + "preliminaryDocuments",
    "disputed": CG + "disputedDocuments",
}
_PLACED = {"jurisdiction": CG + "inJurisdiction"}
_CONCEPT = {"concept": CG + "aboutConcept"}


def _analysis(name: str, title: str, summary: str, parameters: tuple[Parameter, ...]) -> Analysis:
    bare = {"@embed": "@never"}
    names = (
        "inJurisdiction",
        "aboutConcept",
        "withEnforcement",
        "fromSource",
        "byAgent",
        "matchedBy",
    )
    return Analysis(
        name,
        f"/api/reports/{name}",
        title,
        summary,
        parameters,
        {
            "type": "Collection",
            "member": {
                **dict.fromkeys(("aboutDocument", "throughMappingSet", "aboutStatement"), bare),
                **{key: {"broader": bare, "inScheme": bare} for key in names},
            },
        },
        table=f"report-{name}",
    )


COVERAGE = Report(
    _analysis(
        "coverage",
        "Coverage by jurisdiction and year",
        "How many documents of each jurisdiction and year cover each concept of a scheme. "
        f"{_ROUTED} A document may count in several routes: they are not to be added up. The year "
        "is that of the first milestone that a source gives; year and jurisdiction are empty where "
        "none does, and `of` counts all documents of the two. " + _STATUSES,
        (
            _SCHEME,
            _VIA,
            _JURISDICTION,
            Parameter("year", "integer", None, None, "2024", description="Documents of this year."),
        ),
    ),
    "report-coverage",
    "corpus/risk-coverage",
    {**_PLACED, "year": CG + "inYear", **_CONCEPT, "route": CG + "route", **_COUNTS},
)

GAPS = Report(
    _analysis(
        "gaps",
        "Gaps by jurisdiction",
        "Which concepts of a scheme, of those without narrower ones, no document of a jurisdiction "
        "is said to cover. With `via=mappings`, how many documents cover it by a mapping alone, or "
        "hint at it, is counted; without it, both are 0. The statuses are those of the documents "
        "by mapping. Who looked, `/api/gaps` tells. What is preliminary is not to be published "
        "without that word.",
        (_SCHEME, _VIA, _JURISDICTION),
    ),
    "report-gaps",
    "corpus/risk-gaps",
    {
        **_PLACED,
        **_CONCEPT,
        "finding": CG + "gapFinding",
        "mapped": CG + "mappedDocuments",
        "hinted": CG + "hintedDocuments",
        **{name: iri for name, iri in _COUNTS.items() if name != "documents"},
    },
)

ENFORCEMENT = Report(
    _analysis(
        "enforcement",
        "Risks and tags with enforcement",
        "In how many documents each concept of a scheme comes together with each type of "
        "enforcement, of the whole or of a clause, not necessarily of the same. The route of "
        "either is `direct`, or with `via=mappings` also `mapped`; hints do not count. `of` counts "
        "the documents with the concept by that route. A document counts once, under the weaker of "
        "two review statuses, each the best for its part. What is preliminary is not to be "
        "published without that word.",
        (
            _SCHEME,
            _VIA,
            _iri("enforcement", "concept/enforcement-type", "reputational", "This type."),
        ),
    ),
    "report-enforcement",
    "corpus/enforcement-with-risks",
    {
        **_CONCEPT,
        "route": CG + "route",
        "enforcement": CG + "withEnforcement",
        "enforcementRoute": CG + "enforcementRoute",
        **_COUNTS,
    },
)

REVIEWS = Report(
    _analysis(
        "reviews",
        "What nobody reviewed",
        "How many classifications share source, scheme, agent, kind of activity and review status, "
        "and of how many of them no person's review is recorded, whoever made them. One with "
        "several sources counts in the row of each; the scheme is empty where a classification has "
        "only its source's own term. What is preliminary is not to be published without that word.",
        (
            _iri("scheme", "concept", "mit-risk-domain", "Classifications in this scheme."),
            _iri("source", "source", "airi-navigator-1831", "Classifications from this source."),
            _iri("agent", "actor", "clausegraph", "Classifications that this agent makes."),
            _iri("review", "concept/review-status", "unreviewed", "Those with this status now."),
        ),
    ),
    "report-reviews",
    "corpus/unreviewed",
    {
        "source": CG + "fromSource",
        "scheme": CG + "aboutScheme",
        "agent": CG + "byAgent",
        "kind": CG + "byActivityKind",
        "reviewStatus": CG + "statementStatus",
        "classifications": CG + "statementCount",
        "neverReviewed": CG + "neverReviewedCount",
    },
)

DOCUMENTS = Report(
    _analysis(
        "documents",
        "Documents by concepts, one statement a row",
        f"Which concepts of a scheme each document covers, and on whose word. {_ROUTED} A row by a "
        "mapping has two authors: who makes the statement, and who judged that the concepts match.",
        (
            _SCHEME,
            _VIA,
            _iri(
                "document", "document", "ai-safety-commitments", "This document, with its clauses."
            ),
        ),
    ),
    "report-documents",
    "risks/by-document-via-mappings",
    {
        "document": CG + "aboutDocument",
        **_CONCEPT,
        "route": CG + "route",
        "stated": CG + "statedConcept",
        "relation": CG + "mappingRelation",
        "mappingSet": CG + "throughMappingSet",
        "mappingAgent": CG + "matchedBy",
        "classification": CG + "aboutStatement",
        "agent": CG + "byAgent",
        "source": CG + "fromSource",
    },
)

REPORTS = (COVERAGE, GAPS, ENFORCEMENT, REVIEWS, DOCUMENTS)
