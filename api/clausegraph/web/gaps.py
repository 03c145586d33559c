"""The view of gaps: concepts that nobody covers, and whether anybody looked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from clausegraph.vocabulary import CG, RDF
from clausegraph.web import columns, coverage, keyset, summaries
from clausegraph.web.documents import Documents
from clausegraph.web.enquiry import HYDRA, Enquiry, Found, Held, Triple, described, fact, tabled
from clausegraph.web.summaries import (
    COVERED,
    NOT_ASSESSED,
    STATES,
    UNDEFINED,
    Summary,
    term,
    text,
)

_NARROWING = {*coverage.SELECTING, "review"}


@dataclass(frozen=True)
class Gap:
    """A concept that none of `documents` covers, and a summary for each that bears on it."""

    concept: str
    documents: int
    summaries: tuple[Summary, ...]

    @property
    def state(self) -> str:
        """What tells most of what is known."""
        known = {cell.state for cell in self.summaries}
        return next((state for state in STATES if state in known), NOT_ASSESSED)

    @property
    def not_assessed(self) -> int:
        """How many documents nobody looked at."""
        return self.documents - len(self.summaries)


@dataclass(frozen=True)
class Gaps:
    """The gaps of a scheme among so many documents, and the query that looked at them."""

    gaps: Sequence[Gap]
    documents: int
    concepts: int
    query: str


async def find(documents: Documents, enquiry: Enquiry) -> Found:
    """Return what `/api/gaps` answers."""
    found = await gather(documents, enquiry)
    scheme = enquiry.iri("scheme") or ""
    return await run_in_threadpool(_written, enquiry, found.gaps, scheme, found.documents)


async def gather(documents: Documents, enquiry: Enquiry) -> Gaps:
    """Return the gaps that are asked for."""
    level = enquiry.level
    concepts = await coverage.concepts_of(documents, enquiry)
    within, total = await _selection(documents, enquiry)
    scheme = enquiry.iri("scheme") or ""
    parts = concepts.parts(level)
    asked = {name: term for name, term in enquiry.asked.terms.items() if name in _NARROWING}
    covered = await summaries.covered(documents, concepts.related(parts), asked)
    left = [part for part in parts if part not in covered]
    counted = (
        *(concepts.related(left), within, asked.get("review")),
        [(part, scheme) for part in left],
    )
    found = await summaries.count(documents, *counted)
    if not found and not covered:
        await coverage.check(documents, enquiry.asked)
    return Gaps(_gaps(left, found, total), total, len(parts), summaries.counting(*counted))


async def _selection(documents: Documents, enquiry: Enquiry) -> tuple[list[str] | None, int]:
    """Return the documents that are asked for, None for all of them, and how many they are."""
    query = coverage.selecting(enquiry)
    if set(coverage.SELECTING) & set(enquiry.asked.terms):
        rows = await documents.rows(query)
        return [row["item"] for row in rows], len(rows)
    return None, int((await documents.rows(keyset.count(query)))[0]["total"])


def _gaps(parts: Sequence[str], found: Sequence[Summary], total: int) -> list[Gap]:
    """Return the gaps among `parts`, in their order; a concept that one document covers is none."""
    by_concept: Mapping[str, list[Summary]] = defaultdict(list)
    for cell in found:
        by_concept[cell.column].append(cell)
    return [
        Gap(part, total, tuple(sorted(by_concept[part], key=lambda cell: cell.document)))
        for part in parts
        if all(cell.state != COVERED for cell in by_concept[part])
    ]


def _written(enquiry: Enquiry, gaps: Sequence[Gap], scheme: str, total: int) -> Found:
    """Return the gaps as a table, or as a graph."""
    if enquiry.is_table:
        return Found(tabled("gaps-table", [row for gap in gaps for row in _rows(gap)]))
    view = enquiry.view
    facts = [
        fact(view, RDF + "type", HYDRA + "Collection"),
        fact(view, HYDRA + "totalItems", len(gaps)),
        fact(view, CG + "documentCount", total),
        fact(view, CG + "aboutScheme", scheme),
    ]
    held: list[Held] = []
    order: list[str] = []
    for gap in gaps:
        iri = enquiry.named(columns.local(gap.concept))
        order.append(iri)
        facts += [fact(view, HYDRA + "member", iri), *_facts(iri, gap)]
        held += [Held(cell, coverage.named(enquiry, cell), iri) for cell in gap.summaries]
    query = described(enquiry, facts, held, [scheme, *(gap.concept for gap in gaps)])
    return Found(query, [*order, *(item.iri for item in held)])


def _facts(iri: str, gap: Gap) -> list[Triple]:
    state = (term(iri), term(CG + "coverageState"), text(gap.state))
    return [
        fact(iri, RDF + "type", CG + "Gap"),
        fact(iri, CG + "aboutConcept", gap.concept),
        state,
        fact(iri, CG + "notAssessedCount", gap.not_assessed),
    ]


def _rows(gap: Gap) -> list[list[str]]:
    """Return a gap as rows of `gaps-table`: one a document that bears on it, else one."""
    left = [term(gap.concept), text(gap.state), str(gap.not_assessed)]
    if not gap.summaries:
        return [[*left, UNDEFINED, UNDEFINED, UNDEFINED]]
    return [
        [*left, term(cell.document), text(cell.state), term(cell.best)] for cell in gap.summaries
    ]
