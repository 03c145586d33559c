"""The analysis views: what each is about, what it is asked for, and the frame it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausegraph.questions import Parameter
from clausegraph.web.columns import LEVELS

Frame = Mapping[str, Any]

MOST_COMPARED = 5  # documents side by side
MOST_ON_A_PAGE = 100  # of a coverage; a table of it may have more
ON_A_PAGE = 20  # documents of a coverage, with a summary for each concept, unless `limit` says so


@dataclass(frozen=True)
class Analysis:
    """A view under `/api/` that counts, compares or traces what is stated.

    `path` is as a user writes it, an `example` one that finds something. Those with a `table` are
    offered as one too; `is_paged` ones come in pages of documents.
    """

    name: str
    path: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    frame: Frame = field(default_factory=dict)
    table: str = ""
    is_paged: bool = False
    example: str = ""


_SCHEME = Parameter(
    "scheme",
    "iri",
    "concept",
    "mit-risk-domain",
    "mit-risk-domain",
    description="The scheme whose concepts are gone through.",
)
_LEVEL = Parameter(
    "level",
    "string",
    None,
    LEVELS[0],
    "domain",
    description="How fine: `domain` counts all below a top concept as its own, `subdomain` all "
    "below the second level, `concept` each as it is stated.",
)
_REVIEW = Parameter(
    "review",
    "iri",
    "concept/review-status",
    None,
    "unreviewed",
    description="Count only statements with this review status now.",
)
_SELECTION = (
    Parameter(
        "document",
        "iri",
        "document",
        None,
        "ai-safety-commitments",
        description="One document, its clauses included.",
    ),
    Parameter(
        "jurisdiction",
        "iri",
        "concept/jurisdiction",
        None,
        "china",
        description="Documents of this jurisdiction.",
    ),
    Parameter(
        "type",
        "iri",
        "concept/document-type",
        None,
        "framework",
        description="Documents of this type.",
    ),
    Parameter(
        "force",
        "iri",
        "concept/legal-force",
        None,
        "soft-law",
        description="Documents of this legal force.",
    ),
)

_BARE: Frame = {"@embed": "@never"}
_NAMED: Frame = {"broader": _BARE, "inScheme": _BARE}
_STATEMENT: Frame = {
    **dict.fromkeys(("classifies", "concept", "coverageLevel", "effectiveReviewStatus"), _BARE),
    **dict.fromkeys(("evidence", "tallyOf", "scheme", "level"), _BARE),
}
_SUMMARY: Frame = {
    "aboutDocument": _BARE,
    "aboutConcept": _NAMED,
    "bestEvidence": _STATEMENT,
    "counterEvidence": _STATEMENT,
}
_AROUND: Frame = {
    "type": "PartialCollectionView",
    **dict.fromkeys(("first", "previous", "next", "last"), _BARE),
}

COVERAGE = Analysis(
    "coverage",
    "/api/coverage",
    "Coverage: documents by concepts",
    "For each document and concept that anything is said of: whether it is covered, at what level "
    "at best, on how many statements of which review status, how many of them about clauses, how "
    "many saying absent, and the statement that shows it best. Where nothing is said there is no "
    "summary: nobody looked, or nobody noted it. At each level every statement counts once; a "
    "domain that is named as a whole keeps a summary of its own at the level `subdomain`.",
    (_SCHEME, _LEVEL, *_SELECTION, _REVIEW),
    {
        "type": "Collection",
        "aboutScheme": {},
        "view": _AROUND,
        "member": {"coverage": _SUMMARY},
    },
    "coverage-table",
    is_paged=True,
)

GAPS = Analysis(
    "gaps",
    "/api/gaps",
    "Gaps: concepts that nobody covers",
    "The concepts that no document of the selection is said to cover, and what is known of each: "
    "`assessed-not-covered` (somebody says so, or counts as many covered concepts as are named), "
    "`only-broader-named` (its domain is covered, and nobody says which part), "
    "`assessed-partly-unknown` (somebody counts more covered concepts than are named, or says "
    "absent of a part of it), or `not-assessed` (nobody looked). Each gap has a summary for each "
    "document that bears on it, with the statement behind; of all others nobody looked.",
    (_SCHEME, _LEVEL, *_SELECTION, _REVIEW),
    {
        "type": "Collection",
        "aboutScheme": {},
        "member": {"aboutConcept": _NAMED, "coverage": {**_SUMMARY, "aboutConcept": _BARE}},
    },
    "gaps-table",
)

_WHOLE: Frame = dict.fromkeys(("parentClause", "clauseOf", "replaces", "evidence"), _BARE)

COMPARE = Analysis(
    "compare",
    "/api/compare",
    "Documents side by side",
    "Two to five documents: what is stated of each and who takes part in which role, sanctions, "
    "milestones and tallies; then, scheme by scheme, each concept that is stated of one of them or "
    "lies above, with a summary for each document, `not-assessed` where nobody looked. A summary "
    "counts narrower concepts too; it is `contested` where two statements about the same thing "
    "contradict each other, and then names the one that says less.",
    (
        Parameter(
            "documents",
            "string",
            None,
            None,
            "generative-ai-measures-draft,generative-ai-measures",
            required=True,
            description=f"Two to {MOST_COMPARED} documents, with commas between them, or repeated: "
            "IRIs or identifiers.",
        ),
        Parameter(
            "scheme",
            "iri",
            "concept",
            None,
            "enforcement-type",
            description="Only concepts of this scheme.",
        ),
        _REVIEW,
    ),
    {
        "type": "Comparison",
        "compares": {
            "replaces": _BARE,
            **{
                name: {**_WHOLE, "participationIn": _BARE, "generatedBy": _BARE}
                for name in ("participation", "sanction", "milestone", "tally")
            },
        },
        "row": {
            "aboutConcept": {"broader": _BARE},
            "coverage": {**_SUMMARY, "aboutConcept": _BARE},
        },
    },
    "coverage-table",
)

PROVENANCE = Analysis(
    "provenance",
    "/api/provenance",
    "The provenance of a statement",
    "Where a statement comes from: who makes it, by what activity, on which source with which "
    "digest, on what passages at which positions, every review of it, its review status now, and "
    "the other statements about the same thing that agree with it or contradict it.",
    (
        Parameter(
            "iri",
            "iri",
            None,
            None,
            "document/ai-safety-commitments/classification/mit-risk-domain-2.1-airi-navigator-1831",
            description="The statement: its IRI, or what follows /id/ in it.",
        ),
    ),
    {
        "type": "ProvenanceRecord",
        "recordedStatement": {
            "evidence": {"oaSource": _BARE},
            "attributedTo": {"source": _BARE},
            "generatedBy": {"wasAssociatedWith": _BARE},
        },
        "recordedReview": {"reviewOf": _BARE},
        "agreeingStatement": {"classifies": _BARE, "generatedBy": _BARE, "evidence": _BARE},
        "contradictingStatement": {"classifies": _BARE, "generatedBy": _BARE, "evidence": _BARE},
    },
    example="document/ai-safety-commitments/classification/mit-risk-domain-2.1-airi-navigator-1831",
)

ANALYSES = (COVERAGE, GAPS, COMPARE, PROVENANCE)
