"""The JSON-LD views: each a query that finds items, one that describes them, and a frame.

In the queries each filter is a variable, and a condition on the lines that need it (see
`conditions`); so is each way of sorting, as `sort-title`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausegraph.questions import Parameter

Frame = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """A list of things under `/api/`.

    `items`, `describe` and `table` name queries of this package: what is in the list, what is said
    of a page of it, and the same as a table. `sorts` are what it may be sorted by, the default
    first. A view with `nested` says which query orders what lies below its items, and as a table
    lists all of them. `scheme` is an example of the scheme in its path, where there is one.
    Sorted by `by_document`, items come document by document: those of one after those of another.
    """

    name: str
    path: str
    title: str
    summary: str
    filters: tuple[Parameter, ...]
    sorts: tuple[str, ...]
    items: str
    table: str
    describe: str = "view"
    nested: str = ""
    scheme: str = ""
    by_document: str = ""
    frame: Frame = field(default_factory=dict)

    @property
    def known(self) -> list[str]:
        """The query parameters that it takes."""
        return [*(item.name for item in self.filters), "sort", "limit", "after", "before"]

    @property
    def example(self) -> str:
        """Its path, as an example."""
        return self.path.replace("{scheme}", self.scheme)


def _iri(name: str, kind: str, example: str | None, description: str) -> Parameter:
    """Return a filter whose value is an IRI, a CURIE, or a bare slug below `id/{kind}/`."""
    return Parameter(name, "iri", kind or None, None, example, description=description)


def _text(description: str, example: str) -> Parameter:
    about = f"Text in {description}, in any case of letters."
    return Parameter("q", "string", None, None, example, description=about)


def _placed(of: str, force: str | None = "soft-law") -> tuple[Parameter, ...]:
    """Return the filters by what a document, `of`, is."""
    return (
        _iri("jurisdiction", "concept/jurisdiction", "china", f"The jurisdiction of {of}."),
        _iri("type", "concept/document-type", "framework", f"The document type of {of}."),
        _iri("force", "concept/legal-force", force, f"The legal force of {of}."),
    )


def _stated(of: str, concept: str, level: str | None) -> tuple[Parameter, ...]:
    """Return the filters by one classification of `of`: what all of them ask is so of it."""
    return (
        _iri(
            "concept",
            "",
            concept,
            f"A concept, or a narrower one, that a classification says {of} covers; with `level`, "
            "that it states this level for.",
        ),
        *_judged(f"that classifies {of}", level),
    )


def _judged(that: str, level: str | None) -> tuple[Parameter, ...]:
    return (
        _iri("level", "concept/coverage-3", level, f"The level of a statement {that}."),
        _iri(
            "review",
            "concept/review-status",
            "unreviewed",
            f"The review status now of a statement {that}.",
        ),
        _iri(
            "source", "source", "ai-governance-compass-999785", f"The source of a statement {that}."
        ),
        _iri("agent", "actor", "clausegraph", f"Who makes a statement {that}."),
    )


_BARE = {"@embed": "@never"}
_AROUND = {
    "type": "PartialCollectionView",
    **dict.fromkeys(("first", "previous", "next", "last"), _BARE),
}
_PAGED: Frame = {"type": "Collection", "view": _AROUND, "member": {}}

DOCUMENTS = View(
    "documents",
    "/api/documents",
    "Documents",
    "Laws, standards, frameworks and commitments, with what is derived from the statements about "
    "them. Who makes each statement is in `/api/classifications`.",
    (
        *_placed("the document"),
        _iri("status", "concept/agora-status", None, "The legislative status of the document."),
        _iri("issuer", "actor", "cac", "An actor that issued the document."),
        Parameter("year", "integer", None, None, "2023", description="The year of its issue."),
        _iri(
            "risk",
            "concept/mit-risk-domain",
            "2",
            "A risk domain or a narrower one that it or one of its clauses addresses.",
        ),
        _iri("actor", "actor", "baidu", "An actor that takes part in it, in any role."),
        *_stated("it or one of its clauses", "mit-risk-domain:2.1", "2"),
        _text("a title, another title or the summary", "safety"),
    ),
    ("title", "issued", "effective", "identifier"),
    "documents",
    "documents-table",
    frame=_PAGED,
)

CLAUSES = View(
    "clauses",
    "/api/clauses",
    "Clauses",
    "Clauses of documents in their order, with what is derived from the statements about them.",
    (
        _iri("document", "document", "ai-safety-governance-framework-v1", "Its document."),
        *_placed("its document", None),
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
        *_stated("it", "mit-mitigation-v2:3.1", None),
        _text("its title, another title or its summary", "education"),
    ),
    ("order", "title"),
    "clauses",
    "clauses-table",
    by_document="order",
    frame={**_PAGED, "member": {"type": "Clause", "parentClause": _BARE}},
)

ACTORS = View(
    "actors",
    "/api/actors",
    "Actors",
    "Persons, organisations, groups of states and software that play a role or make statements.",
    (
        _iri("role", "concept/actor-role", "signatory", "A role that it plays."),
        _iri(
            "document",
            "document",
            "ai-safety-commitments",
            "A document that it takes part in, as a whole or in a clause.",
        ),
        *_placed("a document that it takes part in")[:2],
        _text("its name, another name or its description", "baidu"),
    ),
    ("title", "identifier"),
    "actors",
    "actors-table",
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
        *_placed("the document"),
        _iri("concept", "", "mit-mitigation-v2:3.1", "A concept, narrower ones included."),
        _iri("scheme", "concept", "mit-risk-domain", "The scheme of the concept."),
        _iri("level", "concept/coverage-3", "2", "The level of coverage that it states."),
        _iri("review", "concept/review-status", "unreviewed", "Its review status now."),
        _iri("source", "source", "airi-navigator-1831", "Its source."),
        _iri("agent", "actor", "clausegraph", "Who makes it."),
        _text("the rationale, the source's own term or a label of the concept", "monitoring"),
    ),
    ("identifier", "concept", "level", "created"),
    "classifications",
    "classifications-table",
    by_document="identifier",
    frame=_PAGED,
)

SCHEMES = View(
    "schemes",
    "/api/concepts",
    "Concept schemes",
    "The schemes that concepts belong to, each with the concepts at its top. The concepts of one "
    "are at `/api/concepts/{scheme}`.",
    (_text("the title or the description", "risk"),),
    ("title", "identifier"),
    "schemes",
    "schemes-table",
    frame=_PAGED,
)

CONCEPTS = View(
    "concepts",
    "/api/concepts/{scheme}",
    "Concepts of a scheme",
    "The concepts of a scheme in the order of their codes, narrower ones below broader ones; with "
    "`q`, the concepts that match. As a table, all of them, each with the broader one.",
    (_text("a code, a label, another spelling or the definition", "malicious"),),
    ("code", "label"),
    "concepts",
    "concepts-table",
    describe="tree",
    nested="tree-order",
    scheme="mit-risk-domain",
    frame=_PAGED,
)

SOURCES = View(
    "sources",
    "/api/sources",
    "Sources",
    "What statements draw on: pages, files and tables of others, and this project's own reading.",
    (
        _iri(
            "document",
            "document",
            "ai-safety-commitments",
            "A document that a classification from it is about, its clauses included.",
        ),
        _iri(
            "concept",
            "",
            "mit-risk-domain:2",
            "A concept, or a narrower one, of a classification from it.",
        ),
        _iri("agent", "actor", "clausegraph", "Who makes a classification from it."),
        _iri(
            "review",
            "concept/review-status",
            "preliminary",
            "The review status now of a classification from it.",
        ),
        _text("its title or description", "navigator"),
    ),
    ("title", "date", "identifier"),
    "sources",
    "sources-table",
    frame=_PAGED,
)

VIEWS = (DOCUMENTS, CLAUSES, SCHEMES, CONCEPTS, ACTORS, CLASSIFICATIONS, SOURCES)
