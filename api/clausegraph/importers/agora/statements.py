"""What a row of AGORA says, as statements with its source, its agent and its state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.importers.agora.fields import Date
from clausegraph.importers.agora.states import AGORA, COLLECTION, State
from clausegraph.importers.provenance import english
from clausegraph.vocabulary import ATTRIBUTED, GENERATED, ID, SOURCE, TYPE, cg, code_slug

# Ends the name of each statement: what this project states itself on the word of AGORA ends
# otherwise, so that both can stand in one graph.
_END = "agora-import"
_CONCEPT = ID + "concept/"
_UNREVIEWED = NamedNode(_CONCEPT + "review-status/unreviewed")
_ISSUER = NamedNode(_CONCEPT + "actor-role/issuer")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Subject:
    """What statements are about: a document, or a clause of it, and the state of the row."""

    document: str
    state: State
    clause: str = ""

    @property
    def node(self) -> NamedNode:
        """The IRI of the document or clause."""
        return NamedNode(f"{self.document}/clause/{self.clause}" if self.clause else self.document)

    def name(self, kind: str, local: str) -> NamedNode:
        """Return the IRI of a statement by what it states."""
        start = f"{self.clause}-" if self.clause else ""
        return NamedNode(f"{self.document}/{kind}/{start}{local}-{_END}")


@dataclass(frozen=True)
class Judgement:
    """What is said: a concept, or AGORA's own term where we have none, and why.

    `about` is what the term is one of, for the name of the classification.
    """

    concept: str | None
    term: str | None = None
    rationale: str = ""
    about: str = "agora"

    @property
    def local(self) -> str:
        """What the name of the classification says."""
        if self.concept is not None:
            scheme, _, code = self.concept[len(_CONCEPT) :].partition("/")
            return f"{scheme}-{code}"
        return f"{self.about}-term-{_slug(self.term or '')}"


def classify(subject: Subject, judgement: Judgement) -> Iterator[Triple]:
    """State that a document or clause belongs under a concept, or under a term of AGORA's."""
    node = subject.name("classification", judgement.local)
    yield from _statement(node, "Classification", subject.state, judgement.rationale)
    yield Triple(node, cg("classifies"), subject.node)
    if judgement.concept is not None:
        yield Triple(node, cg("concept"), NamedNode(judgement.concept))
    if judgement.term is not None:
        yield Triple(node, cg("sourceTerm"), Literal(judgement.term))


def reach(subject: Subject, kind: str, date: Date, rationale: str) -> Iterator[Triple]:
    """State that a document reached a milestone (a code of the scheme milestone-kind) on a date."""
    node = subject.name("milestone", f"{kind}-{date.text}")
    yield from _statement(node, "Milestone", subject.state, rationale)
    yield Triple(node, cg("milestoneOf"), subject.node)
    yield Triple(node, cg("milestoneKind"), NamedNode(f"{_CONCEPT}milestone-kind/{kind}"))
    yield Triple(node, cg("date"), date.literal)


def issue(subject: Subject, authority: str, actor: NamedNode | None) -> Iterator[Triple]:
    """State who issued a document; without an actor only AGORA's word for it is kept."""
    node = subject.name("participation", f"issuer-{_slug(authority)}")
    yield from _statement(node, "Participation", subject.state, "")
    yield Triple(node, cg("participationIn"), subject.node)
    yield Triple(node, cg("role"), _ISSUER)
    if actor is None:
        yield Triple(node, cg("sourceTerm"), Literal(authority))
    else:
        yield Triple(node, cg("actor"), actor)


def _statement(node: NamedNode, kind: str, state: State, rationale: str) -> Iterator[Triple]:
    yield Triple(node, TYPE, cg(kind))
    yield Triple(node, cg("reviewStatus"), _UNREVIEWED)
    yield Triple(node, SOURCE, COLLECTION)
    yield Triple(node, ATTRIBUTED, AGORA)
    yield Triple(node, GENERATED, state.activity)
    if rationale:
        yield Triple(node, cg("rationale"), english(rationale))


def _slug(text: str) -> str:
    """Return a text as part of an IRI; where that loses anything but case, with a digest of it."""
    slug = code_slug(text)[:_LONGEST_NAME].strip(".-")
    if slug.replace("-", " ") == text.lower():
        return slug
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{slug}-{digest}".strip("-")
