"""One row of AGORA as the description of a document, its segments as clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.importers.agora import fields
from clausegraph.importers.agora.authorities import Authorities
from clausegraph.importers.agora.known import Described, Known
from clausegraph.importers.agora.rows import DocumentRow
from clausegraph.importers.agora.segments import Segment
from clausegraph.importers.agora.statements import Judgement, Subject, classify, issue, reach
from clausegraph.importers.agora.states import COLLECTION, state_of
from clausegraph.importers.provenance import english
from clausegraph.vocabulary import DCTERMS, ID, SCHEMA, SOURCE, TITLE, TYPE, cg

ALTERNATIVE = NamedNode(DCTERMS + "alternative")
URL = NamedNode(SCHEMA + "url")
NOTE = cg("sourceNote")

# Holds the segments: one division of a text, beside the one into its own sections.
_DIVISION = "agora-segments"


@dataclass(frozen=True)
class Writer:
    """What all rows are read against; `made` counts the statements by what they say."""

    known: Known
    authorities: Authorities
    made: Counter[str]

    def document(self, row: DocumentRow) -> str:
        """Return the IRI of a row's document: ours, where we describe it."""
        described = self.known.documents.get(row.agora_id)
        return described.iri if described else f"{ID}document/agora-{row.agora_id}"

    def describe(self, row: DocumentRow, segments: Iterable[Segment]) -> Iterator[Triple]:
        """Return all that a row and its segments say, but for their prose."""
        described = self.known.documents.get(row.agora_id)
        subject = Subject(self.document(row), row.state)
        yield from _description(subject.node, row, described)
        yield from self._classifications(subject, row)
        yield from self._milestones(subject, row)
        if row.authority:
            self.made["issuers"] += 1
            yield from issue(subject, row.authority, self.authorities.actor(row.authority))
        yield from self._clauses(subject, row, segments)

    def _classifications(self, subject: Subject, row: DocumentRow) -> Iterator[Triple]:
        if row.status:
            yield from self._under(subject, "status", "agora-status", row.status)
        for name in row.collections:
            yield from self._under(subject, "collections", "agora-collection", name)
        for name in row.tagging.tags:
            yield from self._under(subject, "tags", "agora-tag", name)
        for column in row.applies:
            self.made["applies to"] += 1
            yield from classify(subject, Judgement(None, column))
        if found := self.authorities.jurisdiction(row.authority):
            reason = f"AGORA lists {row.authority} as the authority, and {found.name} as its"
            reason += " jurisdiction."
            if found.stated_of != row.authority:
                reason = f"AGORA lists {row.authority} below {found.stated_of}, whose jurisdiction"
                reason += f" is {found.name}."
            yield from self._under(
                subject, "jurisdictions", "jurisdiction", found.name, rationale=reason
            )

    def _under(
        self, subject: Subject, what: str, scheme: str, name: str, *, rationale: str = ""
    ) -> Iterator[Triple]:
        """Classify under the concept of that name, or under the name where there is none."""
        concept = self.known.concept(scheme, name)
        self.made[what] += 1
        term = name if concept is None else None
        yield from classify(subject, Judgement(concept, term, rationale, scheme))

    def _milestones(self, subject: Subject, row: DocumentRow) -> Iterator[Triple]:
        reached: dict[tuple[str, str], str] = {}
        kind = fields.MILESTONES.get(row.status)
        if row.status_date and kind:
            reached[kind, row.status_date.text] = _why_reached(row)
        if row.proposed:
            key = ("proposed", row.proposed.text)
            reached[key] = " ".join(filter(None, (reached.get(key, ""), _why_proposed(row))))
        for (kind, text), rationale in reached.items():
            self.made["milestones"] += 1
            yield from reach(subject, kind, fields.Date(text), rationale)

    def _clauses(
        self, subject: Subject, row: DocumentRow, segments: Iterable[Segment]
    ) -> Iterator[Triple]:
        division = clause_node(subject.document, _DIVISION)
        for rank, segment in enumerate(segments, start=1):
            if rank == 1:
                yield from _clause(division, subject, "The text in segments of AGORA")
            self.made["clauses"] += 1
            node = clause_node(subject.document, clause_name(segment))
            yield from _clause(node, subject, f"Segment {segment.position}")
            yield Triple(node, cg("parentClause"), division)
            yield Triple(node, cg("position"), Literal(rank))
            for column, value in segment.notes:
                yield Triple(node, NOTE, note(column, value))
            yield from self._segment_tags(subject, row, segment)

    def _segment_tags(
        self, subject: Subject, row: DocumentRow, segment: Segment
    ) -> Iterator[Triple]:
        state = row.state
        if segment.annotated is not None or segment.validated is not None:
            machine = fields.truth(row.record, fields.MACHINE)
            state = state_of(segment.annotated, segment.validated, machine)
        clause = replace(subject, state=state, clause=clause_name(segment))
        for name in segment.tags:
            yield from self._under(clause, "tags of segments", "agora-tag", name)
        for column in segment.marks:
            self.made["marks of segments"] += 1
            yield from classify(clause, Judgement(None, column))


def clause_name(segment: Segment) -> str:
    """Return the last part of the IRI of a segment's clause."""
    return f"agora-segment-{segment.position}"


def clause_node(document: str, name: str) -> NamedNode:
    """Return the IRI of a clause."""
    return NamedNode(f"{document}/clause/{name}")


def note(column: str, value: str) -> Literal:
    """Return what a field without a term of ours holds."""
    return Literal(f"AGORA, {column}: {value}")


def _description(
    node: NamedNode, row: DocumentRow, described: Described | None
) -> Iterator[Triple]:
    """Return names, link and notes; a name that is not our title is another one of ours."""
    yield Triple(node, TYPE, cg("Document"))
    yield Triple(node, cg("agoraId"), Literal(row.agora_id))
    yield Triple(node, SOURCE, COLLECTION)
    is_title = described is None or not described.titles or row.name in described.titles
    yield Triple(node, TITLE if is_title else ALTERNATIVE, english(row.name))
    titles = {row.name} | (described.titles if described else frozenset())
    if row.other_name and row.other_name not in titles:
        yield Triple(node, ALTERNATIVE, english(row.other_name))
    if row.link is not None:
        yield Triple(node, URL, row.link)
    for column, value in (*row.notes, *row.unknown):
        yield Triple(node, NOTE, note(column, value))


def _clause(node: NamedNode, subject: Subject, title: str) -> Iterator[Triple]:
    yield Triple(node, TYPE, cg("Clause"))
    yield Triple(node, cg("clauseOf"), NamedNode(subject.document))
    yield Triple(node, TITLE, english(title))
    yield Triple(node, SOURCE, COLLECTION)


def _why_reached(row: DocumentRow) -> str:
    parts = []
    if row.status == "Enacted":
        parts.append("AGORA has Enacted on this date; Enacted means adopted there, not binding.")
    if row.status == "Proposed" and row.proposed and row.proposed != row.status_date:
        parts.append("AGORA has Proposed as the most recent activity, on this date.")
    if row.status_date and row.status_date.begins_month:
        parts.append(_MONTH)
    return " ".join(parts)


def _why_proposed(row: DocumentRow) -> str:
    parts = []
    if row.is_proposed_too_late and row.status_date:
        parts.append(
            f"AGORA dates the proposal after {_BEFORE[row.status]} on {row.status_date.text}: one "
            "of the two is wrong."
        )
    if row.proposed and row.proposed.begins_month and row.proposed != row.status_date:
        parts.append(_MONTH)
    return " ".join(parts)


_BEFORE = {**fields.ACTIVITIES, "Enacted": "the enactment"}
_MONTH = "The first of a month may stand for the month alone."
