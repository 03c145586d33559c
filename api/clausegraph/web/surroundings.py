"""What a page shows beyond the document of its thing: evidence, clauses around, counts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clausegraph.errors import QueryError
from clausegraph.vocabulary import CG, SKOS, compact
from clausegraph.web import (
    crossings,
    documentorder,
    evidence,
    glance,
    labels,
    outline,
    summaries,
    texts,
)
from clausegraph.web.addresses import href
from clausegraph.web.crossings import Crossing
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.evidence import Evidence
from clausegraph.web.glance import Glance
from clausegraph.web.model import CONCEPT
from clausegraph.web.outline import Entry, Outline
from clausegraph.web.terms import Words

# In the order in which one of several classes of a thing decides on its page.
TEMPLATES: Mapping[str, str] = {
    CG + "Statement": "statement.html",
    CG + "Document": "document.html",
    CG + "Clause": "clause.html",
    SKOS + "ConceptScheme": "resource.html",
    SKOS + "Concept": "concept.html",
    CG + "Source": "source.html",
    CG + "Actor": "actor.html",
}
_SECONDS = 3.0  # for what is counted, without which the page still reads


@dataclass(frozen=True)
class Addressing:
    """A document that is said to address a concept, or denied to, by how many statements."""

    title: str
    href: str
    stated: int
    denied: int
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class Making:
    """Statements from one source of one agent, activity and review status: how many."""

    agent: tuple[str, str]
    activity: tuple[str, str]
    account: str
    method: tuple[str, str]
    status: str
    count: int


@dataclass(frozen=True)
class Surroundings:
    """What a page shows beside what its document says; `kinds` are the classes of the thing.

    `before` and `after` are the clauses around a clause. `addressing` and `making` are None where
    counting took too long.
    """

    kinds: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=dict)
    glances: tuple[Glance, ...] = ()
    outline: Outline | None = None
    before: Entry | None = None
    after: Entry | None = None
    addressing: tuple[Addressing, ...] | None = ()
    crossings: tuple[Crossing, ...] = ()
    making: tuple[Making, ...] | None = ()

    @property
    def template(self) -> str:
        """The template of the page."""
        return next(
            (name for kind, name in TEMPLATES.items() if kind in self.kinds), "resource.html"
        )


async def read(
    documents: Documents, words: Words, iri: str, nodes: Sequence[str], prefers: Sequence[str]
) -> Surroundings:
    """Return the surroundings of `iri`; `nodes` are the things on its page."""
    found, backing = await asyncio.gather(
        documents.rows(texts.query("provenance-kinds"), thing=summaries.term(iri)),
        evidence.read(documents, [iri, *nodes]),
    )
    kinds = tuple(row["kind"] for row in found)
    if CG + "Document" in kinds:
        glances, clauses = await asyncio.gather(
            glance.read(documents, iri),
            outline.read(documents, iri, prefers, is_marked=True),
        )
        return Surroundings(kinds, backing, tuple(glances), clauses)
    if CG + "Clause" in kinds:
        before, after = await _around(documents, iri, prefers)
        return Surroundings(kinds, backing, before=before, after=after)
    if SKOS + "Concept" in kinds:
        addressing, crossed = await asyncio.gather(
            _addressing(documents, iri), crossings.read(documents, iri, words)
        )
        return Surroundings(kinds, backing, addressing=addressing, crossings=crossed)
    if CG + "Source" in kinds:
        return Surroundings(kinds, backing, making=await _making(documents, iri))
    return Surroundings(kinds, backing)


async def _around(
    documents: Documents, clause: str, prefers: Sequence[str]
) -> tuple[Entry | None, Entry | None]:
    """Return the clauses before and after a clause, in the order in which a document is read."""
    document = await documentorder.owner(documents, clause)
    if document is None:
        return None, None
    line = (await outline.read(documents, document, prefers, is_marked=False)).line()
    places = [place for place, entry in enumerate(line) if entry.iri == clause]
    if not places:
        return None, None
    place = places[0]
    after = line[place + 1] if place + 1 < len(line) else None
    return (line[place - 1] if place else None), after


async def _addressing(documents: Documents, concept: str) -> tuple[Addressing, ...] | None:
    """Return the documents that are said to address a concept or a narrower one, most first."""
    rows = await _counted(documents, "concept-addressed", {"concept": summaries.term(concept)})
    if rows is None:
        return None
    by_document: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        if "document" in row:
            by_document.setdefault(row["document"], []).append(row)
    names = await labels.read(documents, list(by_document))
    found = [
        _addressed(iri, names.get(iri, {}).get("label") or compact(iri), parts)
        for iri, parts in by_document.items()
    ]
    return tuple(sorted(found, key=lambda item: (-item.stated, item.title)))


def _addressed(document: str, title: str, rows: Sequence[Mapping[str, str]]) -> Addressing:
    denied = sum(int(row["count"]) for row in rows if row["denied"] == "true")
    stated = sum(int(row["count"]) for row in rows) - denied
    statuses = dict.fromkeys(_last(row["status"]) for row in rows if "status" in row)
    return Addressing(title, href(document) or "", stated, denied, tuple(statuses))


async def _making(documents: Documents, source: str) -> tuple[Making, ...] | None:
    """Return who made how many statements from a source, and how."""
    rows = await _counted(documents, "source-made", {"source": summaries.term(source)})
    if rows is None:
        return None
    acts = [row["activity"] for row in rows if "activity" in row]
    agents = [row["agent"] for row in rows if "agent" in row]
    ways, names = await asyncio.gather(
        _ways(documents, acts),
        labels.read(documents, agents),
    )
    return tuple(_made(row, ways, names) for row in rows)


def _made(
    row: Mapping[str, str],
    ways: Mapping[str, Mapping[str, str]],
    names: Mapping[str, Mapping[str, str]],
) -> Making:
    act, agent = row.get("activity", ""), row.get("agent", "")
    way = ways.get(act, {})
    return Making(
        (names.get(agent, {}).get("label") or compact(agent), href(agent) or ""),
        (way.get("title") or compact(act), href(act) or ""),
        way.get("description", ""),
        (way.get("method", ""), _last(way.get("kind", ""))),
        _last(row.get("status", "")),
        int(row["count"]),
    )


async def _ways(documents: Documents, activities: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """Return what activities are called and how they work, by their IRIs."""
    if not activities:
        return {}
    text = fill(texts.query("activity-ways"), {"activities": summaries.terms(activities)})
    return {row["activity"]: row for row in await documents.rows(text)}


async def _counted(documents: Documents, query: str, bound: Mapping[str, str]) -> Rows | None:
    """Return the rows of a query that counts, None where that takes too long."""
    try:
        return await documents.rows(fill(texts.query(query), bound), _SECONDS)
    except QueryError:
        return None


def _last(concept: str) -> str:
    """Return the code of a concept, as the badges of a page have it."""
    return concept.removeprefix(CONCEPT).rpartition("/")[2]
