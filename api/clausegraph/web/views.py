"""The JSON-LD views: each a query that finds items, one that describes them, and a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausegraph.questions import Parameter

DEFAULT_LIMIT = 50
MAXIMUM_LIMIT = 500


def _iri(name: str, kind: str, example: str, description: str) -> Parameter:
    """Return a filter whose value is an IRI, a CURIE, or a bare slug below `id/{kind}/`."""
    return Parameter(name, "iri", kind or None, None, example, description=description)


def _text(description: str, example: str) -> Parameter:
    return Parameter("q", "string", None, None, example, description=description)


@dataclass(frozen=True)
class View:
    """A list of things under `/api/`.

    `items` and `describe` name queries of this package; in `items` each filter is a variable that
    stays unbound where the request leaves it out. `is_tree` lists are sorted by notation.
    """

    name: str
    path: str
    title: str
    summary: str
    filters: tuple[Parameter, ...]
    items: str
    describe: str = "view"
    is_tree: bool = False
    frame: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> list[str]:
        """The query parameters that it takes."""
        return [*(item.name for item in self.filters), "limit", "page"]


_BARE = {"@embed": "@never"}
_AROUND = {
    "type": "PartialCollectionView",
    **dict.fromkeys(("first", "previous", "next", "last"), _BARE),
}
_PAGED: Mapping[str, Any] = {"type": "Collection", "view": _AROUND, "member": {}}
DOCUMENTS = View(
    "documents",
    "/api/documents",
    "Documents",
    "Laws, standards, frameworks and commitments, with what is derived from the statements about "
    "them. Who makes each statement is in `/api/classifications`.",
    (
        _iri("jurisdiction", "concept/jurisdiction", "china", "Its jurisdiction."),
        _iri("type", "concept/document-type", "document-type:framework", "Its document type."),
        _iri("force", "concept/legal-force", "legal-force:soft-law", "Its legal force."),
        _iri(
            "risk",
            "concept/mit-risk-domain",
            "2",
            "A risk domain or a narrower one that it or one of its clauses addresses.",
        ),
        _iri("actor", "actor", "baidu", "An actor that takes part in it, in any role."),
        _text("Text in one of its titles, in any case of letters.", "safety"),
    ),
    "documents",
    frame=_PAGED,
)

CLAUSES = View(
    "clauses",
    "/api/clauses",
    "Clauses",
    "Clauses of documents in their order, with what is derived from the statements about them.",
    (
        _iri("document", "document", "ai-safety-governance-framework-v1", "Its document."),
        _iri(
            "mitigation",
            "",
            "mit-mitigation-v2:3.1",
            "A mitigation or a narrower one that it uses; its scheme must be named.",
        ),
        _iri(
            "function", "concept/nist-ai-rmf", "govern", "The risk-management function it serves."
        ),
        _iri("stage", "concept/lifecycle-stage", "4", "The life-cycle stage it applies to."),
        _text("Text in its title or summary, in any case of letters.", "education"),
    ),
    "clauses",
    frame={**_PAGED, "member": {"type": "Clause", "parentClause": _BARE}},
)

ACTORS = View(
    "actors",
    "/api/actors",
    "Actors",
    "Persons, organisations, groups of states and software that play a role or make statements.",
    (
        _iri("role", "concept/actor-role", "signatory", "A role that it plays."),
        _iri("document", "document", "ai-safety-commitments", "A document that it takes part in."),
        _text("Text in its name, in any case of letters.", "baidu"),
    ),
    "actors",
    frame=_PAGED,
)

CLASSIFICATIONS = View(
    "classifications",
    "/api/classifications",
    "Classifications",
    "Statements that place a document or clause under a concept, each with who makes it, how, on "
    "which source, and whether anyone reviewed it.",
    (
        _iri("document", "document", "ai-safety-commitments", "A document, its clauses included."),
        _iri("concept", "", "mit-mitigation-v2:3.1", "A concept, narrower ones included."),
        _iri("scheme", "concept", "mit-risk-domain", "The scheme of the concept."),
        _iri("source", "source", "airi-navigator-1831", "The source of the statement."),
        _iri("agent", "actor", "clausegraph", "Who makes the statement."),
        _iri("review", "concept/review-status", "unreviewed", "Its review status now."),
        _iri("level", "concept/coverage-3", "2", "The level of coverage that it states."),
    ),
    "classifications",
    frame=_PAGED,
)

CONCEPTS = View(
    "concepts",
    "/api/concepts/{scheme}",
    "Concepts of a scheme",
    "The concepts of a scheme in the order of their codes, narrower ones below broader ones; with "
    "`q`, the concepts that match.",
    (_text("Text in a code or a label, other spellings included, in any case.", "malicious"),),
    "concepts",
    "tree",
    is_tree=True,
    frame=_PAGED,
)

VIEWS = (DOCUMENTS, CLAUSES, CONCEPTS, ACTORS, CLASSIFICATIONS)
