"""The view of documents side by side: what is stated of each, and concept by concept."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from clausegraph.errors import BadRequest, UsageError
from clausegraph.questions import Parameter
from clausegraph.vocabulary import CG, RDF
from clausegraph.web import columns, conditions, coverage, filters, summaries, texts
from clausegraph.web.analyses import MOST_COMPARED
from clausegraph.web.columns import Concepts
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.enquiry import (
    Enquiry,
    Found,
    Held,
    Triple,
    coverage_row,
    described,
    fact,
    tabled,
)
from clausegraph.web.summaries import Summary, terms

_LEAST = 2
_DOCUMENT = Parameter("documents", "iri", "document", None, "ai-safety-commitments")


@dataclass(frozen=True)
class Compared:
    """What was compared: the documents, the concepts, a summary for each pair, concept by concept,
    and the query that counted them."""

    documents: list[str]
    concepts: Concepts
    cells: list[Summary]
    query: str


async def find(documents: Documents, enquiry: Enquiry) -> Found:
    """Return what `/api/compare` answers."""
    found = await gather(documents, enquiry)
    if enquiry.is_table:
        return Found(tabled("coverage-table", map(coverage_row, found.cells)))
    others = await _stated(documents, enquiry, "compare-documents", found.documents)
    return await run_in_threadpool(
        _written, enquiry, found.documents, found.concepts, found.cells, others
    )


async def gather(documents: Documents, enquiry: Enquiry) -> Compared:
    """Return the comparison that is asked for, or raise BadRequest."""
    compared = _read(enquiry)
    await coverage.check_documents(documents, _DOCUMENT, compared)
    concepts = await _concepts(documents, enquiry)
    rows = await _stated(documents, enquiry, "compare-concepts", compared)
    stated = [row["concept"] for row in rows]
    if not stated:
        await filters.check(documents, enquiry.asked)
    above = [top for concept in stated for top in concepts.above.get(concept, ())]
    wanted = concepts.ordered([*stated, *above])
    counted = (
        *(concepts.related(wanted), compared, enquiry.asked.terms.get("review")),
        [(concept, concepts.scheme[concept]) for concept in wanted],
    )
    found = await summaries.count(documents, *counted)
    known = {(cell.document, cell.column): cell for cell in found}
    cells = [
        known.get((document, concept)) or Summary(document, concept)
        for concept in wanted
        for document in compared
    ]
    return Compared(compared, concepts, cells, summaries.counting(*counted))


def _read(enquiry: Enquiry) -> list[str]:
    """Return the documents to compare, as IRIs in the order given, or raise BadRequest."""
    given = [name.strip() for name in enquiry.asked.given.get("documents", "").split(",")]
    names = [name for name in given if name]
    if not _LEAST <= len(names) <= MOST_COMPARED:
        raise BadRequest(
            f"`documents` takes from {_LEAST} to {MOST_COMPARED} documents, not {len(names)}.",
            remedy=f"For example: {enquiry.analysis.path}?documents="
            "generative-ai-measures-draft,generative-ai-measures",
        )
    try:
        iris = [str(_DOCUMENT.term(name))[1:-1] for name in names]
    except UsageError as error:
        raise BadRequest(error.message, remedy=error.remedy) from error
    for iri in iris:
        if iris.count(iri) > 1:
            raise BadRequest(f"`documents`: {iri} is given twice.", remedy="Give each once.")
    return iris


async def _concepts(documents: Documents, enquiry: Enquiry) -> Concepts:
    """Return the concepts of the scheme that is asked for, or those of all schemes."""
    if (scheme := enquiry.asked.terms.get("scheme")) is not None:
        concepts = await columns.read(documents, scheme)
        if not concepts.above:
            parameter = enquiry.asked.parameters["scheme"]
            await filters.check_value(documents, parameter, scheme[1:-1])
        return concepts
    return await columns.read(documents, None)


async def _stated(documents: Documents, enquiry: Enquiry, name: str, compared: list[str]) -> Rows:
    """Return the rows of a query about what is stated of the documents."""
    asked = enquiry.asked.terms
    names = [item for item in ("scheme", "review") if item in asked]
    bound = " ".join(f"VALUES ?{item} {{ {asked[item]} }}" for item in names)
    values = {"filters": bound, "documents": terms(compared), "review": asked.get("review", "")}
    return await documents.rows(fill(conditions.keep(texts.query(name), names), values))


def _written(
    enquiry: Enquiry, compared: list[str], concepts: Concepts, cells: list[Summary], others: Rows
) -> Found:
    """Return the comparison as a graph."""
    view = enquiry.view
    facts: list[Triple] = [fact(view, RDF + "type", CG + "Comparison")]
    facts += [fact(view, CG + "compares", document) for document in compared]
    facts += [fact(row["document"], row["link"], row["statement"]) for row in others]
    held: list[Held] = []
    order = [*compared]
    for cell in cells:
        row = _named(enquiry, concepts, cell.column)
        if not held or held[-1].holder != row:
            order.append(row)
            facts += [
                fact(view, CG + "row", row),
                fact(row, RDF + "type", CG + "ComparisonRow"),
                fact(row, CG + "aboutConcept", cell.column),
            ]
        held.append(Held(cell, _named(enquiry, concepts, cell.column, cell.document), row))
    schemes = {concepts.scheme[cell.column] for cell in cells}
    statements = [row["statement"] for row in others]
    query = described(enquiry, facts, held, sorted(schemes), [*compared, *statements])
    return Found(query, [*order, *(item.iri for item in held)])


def _named(enquiry: Enquiry, concepts: Concepts, concept: str, document: str = "") -> str:
    """Return what a row is called, or the summary of a document in it."""
    scheme = concepts.scheme[concept].rpartition("/")[2]
    row = (scheme, columns.local(concept))
    return enquiry.named(*([summaries.slug(document)] if document else []), *row)
